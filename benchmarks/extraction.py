"""How many pages a second this pipeline extracts and normalises on one core, beside the library it builds on.

Every page of a WARC goes through `tasks.article.make_article` (text, title, dates with time and offset, authors,
agencies, publisher, language, hashes for stories) and through `trafilatura.bare_extraction` with metadata and full
dates: the same bytes, one after the other in one process, the order swapped from page to page, so that both meet the
same load of the machine. Reading the archive is not counted. Then one more round tells where the time of ours goes;
it is not part of the comparison, because looking costs.

    python benchmarks/extraction.py pages.warc.gz --rounds 3
    python benchmarks/extraction.py pages.warc.gz --every 5        # a fifth of the pages
"""

import argparse
import functools
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import trafilatura

from tasks import article, extract
from tasks.archive import WarcReader
from tasks.article import article_or_rejection, prepare
from tasks.extract import metadata
from tasks.extract import page as page_module
from tasks.extract.charset import decode
from tasks.model import Article, Capture

DATES = {"original_date": True, "extensive_search": True, "outputformat": "%Y-%m-%dT%H:%M:%S%z"}
WARM_UP = 5  # pages read by both before the clock starts
# What is timed in the last round: (step, where it is called, the names of its functions there). No name calls another.
STEPS: tuple[tuple[str, ModuleType, tuple[str, ...]], ...] = (
    ("parse", extract, ("decode", "text_kind")),
    ("parse", page_module, ("parse_page",)),
    ("text", page_module, ("main_text", "head_furniture", "access", "reject_no_article")),
    ("dates", page_module, ("collect_dates",)),
    ("bylines", page_module, ("article_part", "collect_bylines", "collect_credits")),
    (
        "title and metadata",
        page_module,
        ("story_node", "titles", "choose_title", "find_headline", "find_standfirst", "shown_standfirst", "rights"),
    ),
    (
        "title and metadata",
        metadata,
        ("sites", "descriptions", "section", "keywords", "image_url", "canonicals", "languages"),
    ),
    ("normalise: dates", article, ("published_and_updated",)),
    ("normalise: language", article, ("language",)),
    ("normalise: names", article, ("_authors", "agencies", "dateline")),
    ("normalise: publisher, url", article, ("_source", "canonical_url", "url_key")),
    ("normalise: words", article, ("word_count",)),
    ("hashes for stories", article, ("text_hash", "sampled")),
)


def peer(capture: Capture) -> bool:
    """The library's own way to text and metadata, with our decoding of the bytes; whether it found an article."""
    url = capture.fetched_url
    found = trafilatura.bare_extraction(
        decode(capture.body, capture.content_type),
        url=url,
        with_metadata=True,
        include_comments=False,
        date_extraction_params=DATES,
    )
    return found is not None


def ours(capture: Capture) -> bool:
    return isinstance(article_or_rejection(capture), Article)


def timed(call: Callable[[Capture], bool], capture: Capture) -> tuple[float, bool]:
    """(seconds of this process, whether there is an article)."""
    started = time.process_time()
    found = call(capture)
    return time.process_time() - started, found


def one_round(captures: Sequence[Capture], swapped: bool) -> tuple[float, float, int, int]:
    """(our seconds, the peer's, our articles, the peer's)."""
    seconds = {"ours": 0.0, "peer": 0.0}
    articles = {"ours": 0, "peer": 0}
    for number, capture in enumerate(captures):
        sides = [("ours", ours), ("peer", peer)]
        for name, call in sides if (number % 2 == 0) != swapped else sides[::-1]:
            spent, found = timed(call, capture)
            seconds[name] += spent
            articles[name] += found
    return seconds["ours"], seconds["peer"], articles["ours"], articles["peer"]


def by_step(captures: Sequence[Capture]) -> tuple[dict[str, float], float]:
    """(seconds by step, seconds in all) of one round of ours, with a clock around each step."""
    spent: dict[str, float] = defaultdict(float)

    def clocked(step: str, function: Callable[..., object]) -> Callable[..., object]:
        @functools.wraps(function)
        def call(*arguments: object, **named: object) -> object:
            started = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                spent[step] += time.process_time() - started

        return call

    kept = [(module, name, getattr(module, name)) for _, module, names in STEPS for name in names]
    for step, module, names in STEPS:
        for name in names:
            setattr(module, name, clocked(step, getattr(module, name)))
    try:
        total = sum(timed(ours, capture)[0] for capture in captures)
    finally:
        for module, name, function in kept:
            setattr(module, name, function)
    return spent, total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warc", type=Path, help="a .warc or .warc.gz with pages")
    parser.add_argument("--rounds", type=int, default=3, help="how often every page is read by both (default: 3)")
    parser.add_argument("--every", type=int, default=1, help="take every n-th page only (default: all)")
    parser.add_argument("--seeds", type=Path, default=Path(__file__).resolve().parent.parent / "seeds")
    given = parser.parse_args()
    pages = (capture for capture in WarcReader(given.warc) if isinstance(capture, Capture))
    captures = [capture for number, capture in enumerate(pages) if number % given.every == 0]
    assert captures, "no pages in it"
    prepare(given.seeds)
    for capture in captures[:WARM_UP]:
        ours(capture), peer(capture)
    rates: list[tuple[float, float, float]] = []
    for number in range(given.rounds):
        mine, others, my_articles, others_articles = one_round(captures, swapped=number % 2 == 1)
        rates.append((len(captures) / mine, len(captures) / others, others / mine))
        print(
            f"round {number + 1}: {len(captures)} pages"
            f"  presshouse {rates[-1][0]:.1f}/s ({my_articles} articles)"
            f"  trafilatura {trafilatura.__version__} {rates[-1][1]:.1f}/s ({others_articles} articles)"
            f"  ratio {rates[-1][2]:.2f}",
            flush=True,
        )
    for name, values in zip(
        ("presshouse pages/s", "trafilatura pages/s", "ratio"), zip(*rates, strict=True), strict=True
    ):
        print(f"{name:20} min {min(values):.2f}  median {statistics.median(values):.2f}")
    spent, total = by_step(captures)
    print(f"where ours goes, ms a page of {total / len(captures) * 1000:.1f}:")
    largest_first = sorted(spent.items(), key=lambda pair: -pair[1])
    for step, seconds in [*largest_first, ("the rest", total - sum(spent.values()))]:
        print(f"  {step:28}{seconds / len(captures) * 1000:6.2f}  {100 * seconds / total:4.1f}%")


if __name__ == "__main__":
    main()
