"""How quickly does a warehouse of this size take articles, and answer the twenty queries of docs/queries.md?

    python benchmarks/warehouse.py [--articles 100000] [--folder DIR]

Makes the warehouse of benchmarks/large_warehouse.py (in DIR, where it is kept, or takes the one that lies there),
appends batches of 1,000 more, and asks every query of the page. Then `warehouse.move` brings the whole into a lake on a
Postgres that is started for it (without the server's programs this part is left out), where the same is done. Says
whether both give the same answers. Times by the clock and, behind it, of the processor in this process: what Postgres
does, and waiting, is not in that.
"""

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # first: this file would hide the package

from large_warehouse import make
from stories_scale import BATCH, batch_rows

from tests.warehouse.contract.server import program, running_postgres
from tests.warehouse.test_queries import queries
from warehouse import spool as spooling
from warehouse.append import Drained, drain
from warehouse.connect import opened
from warehouse.move import move
from warehouse.place import Place, place

BATCHES = 6  # of BATCH articles; the first warms up
ASKED = 3  # times, each query; the first one reads from disk what nobody has read yet

Answers = list[list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Took:
    """Seconds of one thing: by the clock, and of the processor."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.processor:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the warehouses lie or are made; default: a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        folder.mkdir(exist_ok=True)
        measure(folder, given.articles)


def measure(folder: Path, articles: int) -> None:
    """The file, then the lake; prints a table."""
    file = place(folder / "data", folder / "news.duckdb")
    if not file.file.exists():
        print(f"made in {_timed(lambda: make(file, articles))}", flush=True)
    print(f"{_count(file):,} articles, {file.file.stat().st_size / 1e9:.2f} GB", flush=True)
    appended = {"file": _appends(file)}
    print(f"append, file: {_rate(appended['file'])}", flush=True)
    asked: dict[str, list[Took]] = {}
    asked["file"], answers = _asked(file)
    _print_queries(asked)
    initdb, server = program("initdb"), program("postgres")
    if initdb is None or server is None:
        print("No Postgres server here: the lake is left out")
        return
    with running_postgres(initdb, server) as told, tempfile.TemporaryDirectory(dir=folder) as rows:
        lake = place(folder / "data", f"ducklake:postgres:{told} dbname=postgres data_path={rows}")
        moved = _timed(lambda: move(file, lake, wait=5, say=lambda _: None))
        size = sum(path.stat().st_size for path in Path(rows).rglob("*.parquet"))
        print(f"moved into the lake in {moved}, {size / 1e9:.2f} GB", flush=True)
        asked["lake"], others = _asked(lake)
        same = sum(_same(one, other) for one, other in zip(answers, others, strict=True))
        print(f"{same} of {len(answers)} answers are the same")
        print(f"append, lake: {_rate(_appends(lake))}")
        _print_queries(asked)


def _timed(call: Callable[[], object]) -> Took:
    started = time.perf_counter(), time.process_time()
    call()
    return Took(time.perf_counter() - started[0], time.process_time() - started[1])


def _middle(times: list[Took]) -> Took:
    return Took(statistics.median(one.clock for one in times), statistics.median(one.processor for one in times))


def _rate(batches: list[Took]) -> str:
    middle = _middle(batches[1:])
    return f"{middle} a batch of {BATCH:,}, {BATCH / middle.clock:,.0f} articles/s"


def _count(where: Place) -> int:
    with opened(where.file, read_only=True, wait=1) as connection:
        (count,) = connection.execute("select count(*) from articles").fetchone() or (0,)
    return int(count)


def _appends(where: Place) -> list[Took]:
    """Each batch: opening, one transaction, closing. The rows are new to each warehouse."""
    first = _count(where) * 10  # so that a lake that has the batches of the file gets others
    times: list[Took] = []
    drained: list[Drained] = []
    for number in range(first, first + BATCHES):
        rows, _ = batch_rows(number, [])
        spooling.write_batch(where.spool, rows, run_id=f"run-{number}", program="synthetic")
        times.append(_timed(lambda: drained.append(drain(where, wait=5, say=print))))
        assert sum(batch.articles for batch in drained[-1].appended) == BATCH, drained
    return times


def _asked(where: Place) -> tuple[list[Took], Answers]:
    """(median of each query with all its rows, answers)."""
    taken: list[Took] = []
    answers: Answers = []
    with opened(where.file, read_only=True, wait=5) as connection:
        for sql, _ in queries():
            found: list[list[tuple[Any, ...]]] = []
            times = [
                _timed(lambda sql=sql, found=found: found.append(connection.execute(sql).fetchall()))
                for _ in range(ASKED)
            ]
            taken.append(_middle(times))
            answers.append(found[-1])
    return taken, answers


def _same(one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> bool:
    """Whether the rows are the same; floats but for the order in which they were summed, rows tied in order by any."""

    def plain(value: Any) -> Any:
        return f"{value:.9g}" if isinstance(value, float) and math.isfinite(value) else repr(value)

    return sorted([plain(value) for value in row] for row in one) == sorted(
        [plain(value) for value in row] for row in other
    )


def _print_queries(asked: dict[str, list[Took]]) -> None:
    kinds = list(asked)
    print(f"\nmeasured {datetime.now(UTC):%Y-%m-%d}\n\n| query | {' | '.join(kinds)} |\n|---|{'---|' * len(kinds)}")
    for number, each in enumerate(zip(*asked.values(), strict=True), start=1):
        print(f"| {number} | {' | '.join(map(str, each))} |")
    sums = [Took(sum(one.clock for one in all_), sum(one.processor for one in all_)) for all_ in asked.values()]
    print(f"| all | {' | '.join(map(str, sums))} |", flush=True)


if __name__ == "__main__":
    main()
