"""How quickly does a warehouse of this size take articles, and answer the twenty queries of docs/queries.md?

    python benchmarks/warehouse.py [--articles 100000] [--folder DIR]

Makes a warehouse file with so many synthetic articles (tests/synthetic_news.py), appends batches of 1,000 more, and
asks every query of the page. Then `warehouse.move` brings the whole into a lake on a Postgres that is started for it
(without the server's programs this part is left out), where the same is done. Says whether both give the same answers.
A million articles need about ten times the time and memory of the default.
"""

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from stories_scale import BATCH, batch_rows

from tests.synthetic_news import fill
from tests.warehouse.contract.server import program, running_postgres
from tests.warehouse.test_queries import queries
from warehouse import spool as spooling
from warehouse.append import drain
from warehouse.connect import opened
from warehouse.migrate import prepare
from warehouse.move import move
from warehouse.place import Place, place

BATCHES = 6  # of BATCH articles; the first warms up
DAYS = 730
POLL_MINUTES = 720  # two years of polls of every feed, kept few: the articles are what is measured
ASKED = 3  # times, each query; the first one reads from disk what nobody has read yet

Answers = list[list[tuple[Any, ...]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the warehouses are made; default: a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        measure(Path(folder), given.articles)


def measure(folder: Path, articles: int) -> None:
    """The file, then the lake; prints a table."""
    file = place(folder / "data", folder / "news.duckdb")
    _timed("filled", lambda: _filled(file, articles))
    print(f"{_count(file):,} articles, {file.file.stat().st_size / 1e9:.2f} GB", flush=True)
    appended = {"file": _appends(file)}
    took: dict[str, list[float]] = {}
    took["file"], answers = _asked(file)
    initdb, server = program("initdb"), program("postgres")
    if initdb is None or server is None:
        print("No Postgres server here: the lake is left out")
    else:
        with running_postgres(initdb, server) as told:
            (folder / "lake").mkdir()
            lake = place(folder / "data", f"ducklake:postgres:{told} dbname=postgres data_path={folder / 'lake'}")
            _timed("moved into the lake", lambda: move(file, lake, wait=5, say=lambda _: None))
            took["lake"], others = _asked(lake)
            same = sum(_same(one, other) for one, other in zip(answers, others, strict=True))
            print(f"{same} of {len(answers)} answers are the same")
            appended["lake"] = _appends(lake)
    for kind, seconds in appended.items():
        middle = statistics.median(seconds[1:])
        print(f"append, {kind}: {middle:.2f} s a batch of {BATCH:,}, {BATCH / middle:,.0f} articles/s")
    _print_queries(took)


def _timed(what: str, call: Callable[[], object]) -> None:
    started = time.perf_counter()
    call()
    print(f"{what} in {time.perf_counter() - started:.0f} s", flush=True)


def _filled(where: Place, articles: int) -> None:
    prepare(where.file, wait=1, say=lambda _: None)
    fill(where.file, articles=articles, days=DAYS, poll_minutes=POLL_MINUTES)


def _count(where: Place) -> int:
    with opened(where.file, read_only=True, wait=1) as connection:
        (count,) = connection.execute("select count(*) from articles").fetchone() or (0,)
    return int(count)


def _appends(where: Place) -> list[float]:
    """Seconds of each batch: opening, one transaction, closing. The rows are new to each warehouse."""
    first = _count(where) * 10  # so that a lake that has the batches of the file gets others
    seconds: list[float] = []
    for number in range(first, first + BATCHES):
        rows, _ = batch_rows(number, [])
        spooling.write_batch(where.spool, rows, run_id=f"run-{number}", program="synthetic")
        started = time.perf_counter()
        drained = drain(where, wait=5, say=print)
        seconds.append(time.perf_counter() - started)
        assert sum(batch.articles for batch in drained.appended) == BATCH, drained
    return seconds


def _asked(where: Place) -> tuple[list[float], Answers]:
    """(median seconds of each query with all its rows, answers)."""
    seconds: list[float] = []
    answers: Answers = []
    with opened(where.file, read_only=True, wait=5) as connection:
        for sql, _ in queries():
            times: list[float] = []
            rows: list[tuple[Any, ...]] = []
            for _again in range(ASKED):
                started = time.perf_counter()
                rows = connection.execute(sql).fetchall()
                times.append(time.perf_counter() - started)
            seconds.append(statistics.median(times))
            answers.append(rows)
    return seconds, answers


def _same(one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> bool:
    """Whether the rows are the same; floats but for the order in which they were summed, rows tied in order by any."""

    def plain(value: Any) -> Any:
        return f"{value:.9g}" if isinstance(value, float) and math.isfinite(value) else repr(value)

    return sorted([plain(value) for value in row] for row in one) == sorted(
        [plain(value) for value in row] for row in other
    )


def _print_queries(took: dict[str, list[float]]) -> None:
    kinds = list(took)
    print(f"\nmeasured {datetime.now(UTC):%Y-%m-%d}\n\n| query | {' | '.join(kinds)} |\n|---|{'---|' * len(kinds)}")
    for number, each in enumerate(zip(*took.values(), strict=True), start=1):
        print(f"| {number} | {' | '.join(f'{seconds:.2f} s' for seconds in each)} |")
    print(f"| all | {' | '.join(f'{sum(seconds):.2f} s' for seconds in took.values())} |")


if __name__ == "__main__":
    main()
