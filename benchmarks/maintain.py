"""What does the hourly housekeeping of a large warehouse cost when only the last hour is new?

    python benchmarks/maintain.py [--articles 1000000] [--fresh 100] [--folder DIR]

Makes the warehouse of benchmarks/large_warehouse.py (in DIR, where it is kept, or takes the one that lies there) and
its first snapshot with the search index. Then, ROUNDS times: so many articles of the last hour are spooled, appended
and assigned, as an ingest does, and every step of `presshouse maintain` is done in its order, in this process, without
Prefect and the events that it is told. Prints the time of each step, by the clock and of the processor, and the most
memory that the process took.
"""

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # first: benchmarks has a warehouse.py, too

from large_warehouse import make
from stories_scale import PUBLISHERS, WORDS, word

from flows.maintain import SETTLED, WRITING, Step, copied, reported
from flows.settings import Settings
from tasks.dedupe.normal import text_hash
from tasks.dedupe.shingles import sampled
from tasks.model import Article, Capture, Published, Updated
from tasks.url import url_key
from warehouse import spool as spooling
from warehouse.append import drain
from warehouse.check import check
from warehouse.connect import opened
from warehouse.feed_health import feed_health
from warehouse.place import Place
from warehouse.snapshot import make_snapshot
from warehouse.stories import assign_stories

ROUNDS = 3
FILE = "news.duckdb"

Took = dict[str, list[tuple[float, float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--fresh", type=int, default=100, help="articles of the last hour")
    parser.add_argument("--folder", type=Path, help="where the warehouse lies or is made; default: a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        settings = Settings(data_dir=folder / "data", warehouse=folder / FILE)
        measure(settings, given.articles, given.fresh)


def measure(settings: Settings, articles: int, fresh: int) -> None:
    took: Took = {}
    where = settings.place
    if not where.file.exists():
        where.file.parent.mkdir(parents=True, exist_ok=True)
        _timed(took, "the warehouse", lambda: make(where, articles))
    if not where.snapshot.exists():
        _timed(took, "the first snapshot", lambda: make_snapshot(where, now=datetime.now(UTC), force=True))
    for name, [(clock, processor)] in took.items():
        print(f"{name}: {clock:.0f} s, {processor:.0f} s of processor", flush=True)
    with opened(where.file, read_only=True, wait=5) as connection:
        ((newest, count),) = connection.execute("select max(appended_at), count(*) from revisions").fetchall()
    print(f"{count:,} texts, {where.file.stat().st_size / 1e9:.2f} GB, snapshot {_size(where.snapshot)}", flush=True)
    took = {}
    for number in range(ROUNDS):
        _bring(settings, fresh, newest + timedelta(hours=number), round(time.time()))
        for step in (*WRITING, copied, reported):
            _timed(took, step.__name__, lambda step=step: _done(step, settings))
        _timed(took, "feed health", lambda: _health(where))
        _timed(took, "check", lambda: check(where, now=datetime.now(UTC), settled=SETTLED))
    _print(took)


def _health(where: Place) -> None:
    """What the last step looks at, which tells Prefect of feeds in trouble."""
    with opened(where.file, read_only=True, wait=5) as connection:
        feed_health(connection, datetime.now(UTC))


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1e9:.2f} GB"


def _bring(settings: Settings, fresh: int, hour: datetime, seed: int) -> None:
    """Articles of the hour before `hour`, appended and assigned."""
    dice = random.Random(seed)
    rows = [_row(f"{seed}-{n}", hour - timedelta(seconds=dice.randrange(3_600)), dice) for n in range(fresh)]
    spooling.write_batch(settings.place.spool, rows, run_id=f"run-{seed}", program="synthetic")
    drained = drain(settings.place, wait=5, say=print)
    assert sum(batch.articles for batch in drained.appended) == fresh, drained
    assign_stories(settings.place, run_id=f"run-{seed}", wait=5)


def _row(name: str, at: datetime, dice: random.Random) -> spooling.Row:
    text = " ".join(word(dice) for _ in range(WORDS))
    publisher = f"p{dice.randrange(PUBLISHERS)}.example"
    url = f"https://{publisher}/{name}"
    capture = Capture(url, at, "feed", "fresh.warc", 0, "text/html", b"")
    article = Article(
        url, url, (url_key(url) or "",), text_hash(text), publisher, None, None, "en", f"Headline {name}", None, text,
        (), (), (), None, None, None, Published(at, at.date(), "minute", 0, "meta", at.isoformat()), Updated(), at,
        WORDS, "full", None, "feed", None, "synthetic", "fresh.warc", 0, shingles=sampled(text),
    )  # fmt: skip
    return spooling.article_row(capture, spooling.CaptureFigures(name, len(text)), article, None, at)


def _done(step: Step, settings: Settings) -> None:
    line = step(settings, datetime.now(UTC), "benchmark")
    if line:
        print(f"  {line}", flush=True)


def _timed(took: Took, name: str, call: Callable[[], object]) -> None:
    started = time.perf_counter(), time.process_time()
    call()
    took.setdefault(name, []).append((time.perf_counter() - started[0], time.process_time() - started[1]))
    print(f"  {name}: {took[name][-1][0]:.1f} s, {took[name][-1][1]:.1f} s of processor", flush=True)


def _print(took: Took) -> None:
    print(f"\nmeasured {datetime.now(UTC):%Y-%m-%d}\n\n| step | clock | processor |\n|---|---|---|")
    total = [0.0, 0.0]
    for name, times in took.items():
        middle = [statistics.median(column) for column in zip(*times, strict=True)]
        total = [one + other for one, other in zip(total, middle, strict=True)]
        print(f"| {name} | {middle[0]:.2f} s | {middle[1]:.2f} s |")
    print(f"| all | {total[0]:.2f} s | {total[1]:.2f} s |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1024)
    print(f"\nmost memory: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
