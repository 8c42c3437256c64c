"""The short form of `python -m tests.crash`: kill -9 at each kind of durable call, and a disk that is full."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.runs import Runs
from tests.crash.scenarios import stages

pytestmark = pytest.mark.slow

SEED = 20261122
SHARES = (0.003, 0.1, 0.7)  # of the warehouse's bytes: too little for a log, for the file, for its last pages


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    runs = Runs()
    yield runs
    runs.close()


@pytest.mark.parametrize("scenario", ["ingest", "fetch", "maintain", "backfill", "migrate"])
def test_killed_at_a_boundary(scenario: str, runs: Runs, tmp_path: Path):
    """The re-run equals the calm run: articles, revisions, stories, ledger; check finds nothing wrong."""
    with stages(runs, tmp_path, (scenario,)) as ready:
        for stage in ready:
            killed = [stage.interrupted(at=at).status for at in stage.few_boundaries()]
            assert killed
            assert killed.count(-9) >= len(killed) - 1  # threads may come to fewer calls than before
            stage.interrupted(after_seconds=stage.random_moment(random.Random(SEED)))  # noqa: S311 - no secret


@pytest.mark.parametrize("scenario", ["ingest", "fetch", "maintain", "backfill", "migrate"])
def test_disk_full(scenario: str, runs: Runs, tmp_path: Path):
    """No file may grow past a part of what the warehouse takes: the run fails, or leaves what it committed in the
    write-ahead log; the next one mends it."""
    with stages(runs, tmp_path, (scenario,)) as ready:
        for stage in ready:
            whole = (stage.data_dir / "presshouse.duckdb").stat().st_size
            statuses = [stage.interrupted(file_bytes=int(share * whole)).status for share in SHARES]
            assert statuses[0] == 1  # an error of its own
            assert set(statuses) <= {0, 1}  # never ended by a signal, such as an abort of the database
