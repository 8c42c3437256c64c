"""Which texts are one story: this program beside datasketch, rensa and text-dedup's news settings, on the same texts.

    python benchmarks/stories.py [CORPUS.jsonl GOLD.jsonl]

CORPUS has a record a line (url, publisher, text, published_at), GOLD a label a line (url, cluster; label "ambiguous"
is left out). Without them texts are made: copies that were cut, extended and misprinted, and templates filled anew.
The peers run in an environment that uv makes for them. Prints B-cubed precision, recall and F, and texts a second:
for the sketches alone, and for everything (here: append to a warehouse, and assign).
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tasks.dedupe.normal import text_hash
from tasks.dedupe.shingles import sampled, sketch
from tasks.model import Article, Capture, Published, Updated
from tasks.url import url_key
from warehouse import spool as spooling
from warehouse.append import drain
from warehouse.connect import opened
from warehouse.migrate import prepare
from warehouse.place import place
from warehouse.stories import assign_stories

PEERS = Path(__file__).with_name("stories_peers.py")
PACKAGES = ("datasketch==2.0.0", "rensa==0.5.0")
STORIES = 250  # synthetic
TEMPLATES = 8
FILLINGS = 30  # of a template


@dataclass(frozen=True, slots=True)
class Record:
    url: str
    publisher: str
    text: str
    published_at: datetime
    cluster: str | None  # None: known, but not scored


def read(corpus: Path, gold: Path) -> list[Record]:
    labels = {row["url"]: row for row in map(json.loads, gold.open(encoding="utf-8"))}
    found = []
    for row in map(json.loads, corpus.open(encoding="utf-8")):
        label = labels.get(row["url"], {"label": "ambiguous"})
        cluster = None if label["label"] == "ambiguous" else label["cluster"]
        at = datetime.fromisoformat(row["published_at"])
        found.append(Record(row["url"], row["publisher"], row["text"], at, cluster))
    return found


def made() -> list[Record]:
    """Synthetic news of two weeks."""
    dice = random.Random(11)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    records: list[Record] = []

    def add(text: str, cluster: str, at: datetime) -> None:
        number = len(records)
        paper = f"paper{dice.randrange(40)}.example"
        records.append(Record(f"https://{paper}/{number}", paper, text, at, cluster))

    for story in range(STORIES):
        at = start + timedelta(hours=dice.randrange(24 * 14))
        sentences = [sentence(dice) for _ in range(dice.randrange(12, 40))]
        for copy in range(dice.choice((1, 1, 2, 3, 6))):
            text = sentences if not copy else edited(sentences, dice)
            add(" ".join(text), f"s{story}", at + timedelta(hours=dice.randrange(30) if copy else 0))
    for template in range(TEMPLATES):
        frame = [sentence(dice).split() for _ in range(14)]
        for filling in range(FILLINGS):
            text = [" ".join(filled(words, dice)) for words in frame]
            at = start + timedelta(hours=dice.randrange(24 * 14))
            add(" ".join(text), f"t{template}-{filling}", at)
    dice.shuffle(records)
    return records


SYLLABLES = "ba ler mon ti shi ra ven dor ka lu pel gri sta no qui fam ou het zan mer".split()


def sentence(dice: random.Random) -> str:
    return " ".join(word(dice) for _ in range(dice.randrange(8, 24))) + "."


def word(dice: random.Random) -> str:
    """Of a vocabulary of 20,000, frequent ones more often."""
    number, found = int(20_000 ** dice.random()), ""
    while number:
        number, rest = divmod(number, len(SYLLABLES))
        found += SYLLABLES[rest]
    return found


def edited(sentences: list[str], dice: random.Random) -> list[str]:
    kept = sentences[: dice.randrange(len(sentences) // 2, len(sentences)) + 1]
    lead = [sentence(dice) for _ in range(dice.randrange(4))]
    words = [" ".join(misprinted(one, dice) if dice.random() < 0.02 else one for one in line.split()) for line in kept]
    return lead + words


def misprinted(one: str, dice: random.Random) -> str:
    """A letter doubled."""
    where = dice.randrange(len(one))
    return one[:where] + one[where] + one[where:]


def filled(words: list[str], dice: random.Random) -> list[str]:
    """Every fifth word is a gap."""
    return [str(dice.randrange(1_000)) if place_ % 5 == 4 else word for place_, word in enumerate(words)]


def ours(records: Sequence[Record]) -> tuple[float, float, list[str]]:
    """Seconds of the sketches, seconds of append and assignment, story of each record."""
    started = time.perf_counter()
    for record in records:
        sketch(record.text)
    sketched = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        where = place(Path(folder) / "data", Path(folder) / "stories.duckdb")
        prepare(where.file, wait=1, say=lambda _: None)
        rows = [row(number, record) for number, record in enumerate(records)]
        spooling.write_batch(where.spool, rows, run_id="benchmark", program="benchmark")
        started = time.perf_counter()
        drain(where, wait=1, say=print)
        assign_stories(where, run_id="benchmark", wait=1)
        seconds = sketched + time.perf_counter() - started
        with opened(where.file, read_only=True, wait=1) as connection:
            of = dict(connection.execute("select fetched_url, story_id::varchar from articles").fetchall())
    return sketched, seconds, [of[record.url] for record in records]


def row(number: int, record: Record) -> spooling.Row:
    at = record.published_at
    capture = Capture(record.url, at, "jsonl", "benchmark.warc", number, None, b"")
    article = Article(
        record.url, record.url, (url_key(record.url) or "",), text_hash(record.text), record.publisher, None, None,
        None, None, None, record.text, (), (), (), None, None, None,
        Published(at, at.date(), "minute", 0, "record", at.isoformat()), Updated(), at, len(record.text.split()),
        "full", None, "jsonl", None, "benchmark", "benchmark.warc", number, shingles=sampled(record.text),
    )  # fmt: skip
    return spooling.article_row(capture, spooling.CaptureFigures(str(number), len(record.text)), article, None, at)


def b_cubed(system: Sequence[object], truth: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall, F: averages over the texts."""
    by_system, by_truth = defaultdict(set), defaultdict(set)
    for number, (one, other) in enumerate(zip(system, truth, strict=True)):
        by_system[one].add(number)
        by_truth[other].add(number)
    both = [
        (len(by_system[one] & by_truth[other]), len(by_system[one]), len(by_truth[other]))
        for one, other in zip(system, truth, strict=True)
    ]
    precision = sum(shared / size for shared, size, _ in both) / len(both)
    recall = sum(shared / size for shared, _, size in both) / len(both)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("files", nargs="*", type=Path, metavar="CORPUS GOLD")
    given = arguments.parse_args()
    records = read(*given.files) if given.files else made()
    scored = [number for number, record in enumerate(records) if record.cluster is not None]
    truth = [records[number].cluster or "" for number in scored]
    sketch_s, seconds, stories = ours(records)
    results = [{"name": "presshouse", "sketch_s": sketch_s, "seconds": seconds, "clusters": stories}]
    with tempfile.TemporaryDirectory() as folder:
        texts, result = Path(folder) / "texts.json", Path(folder) / "result.json"
        texts.write_text(json.dumps([record.text for record in records]), encoding="utf-8")
        packages = [part for package in PACKAGES for part in ("--with", package)]
        command = ["uv", "run", "--no-project", "--isolated", *packages, "python", str(PEERS), str(texts), str(result)]
        subprocess.run(command, check=True)
        results += json.loads(result.read_text(encoding="utf-8"))
    print(f"{len(records):,} texts, {len(scored):,} scored, {len(set(truth)):,} stories")
    print(f"{'':<64}{'precision':>10}{'recall':>8}{'F':>8}{'sketches/s':>12}{'texts/s':>9}")
    for one in results:
        precision, recall, f = b_cubed([one["clusters"][number] for number in scored], truth)
        speed = len(records) / one["sketch_s"], len(records) / one["seconds"]
        print(f"{one['name']:<64}{precision:>10.4f}{recall:>8.4f}{f:>8.4f}{speed[0]:>12,.0f}{speed[1]:>9,.0f}")


if __name__ == "__main__":
    main()
