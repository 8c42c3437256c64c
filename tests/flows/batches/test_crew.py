"""PRESSHOUSE_RUNNER: the batch tasks on Dask workers, real ones, into a lake on a real Postgres.

By hand with more: BY_HAND_PAGES=1000 uv run pytest tests/flows/batches/test_crew.py
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.batches.crew import demand_reachable, unfit
from tasks.errors import Stop
from tests.flows.conftest import Desk
from tests.pages import page, write_warc
from tests.warehouse.conftest import Shop
from tests.warehouse.contract.bucket import BUCKET, keys_to, store
from tests.warehouse.contract.conftest import Lakes, lakes, postgres, template
from warehouse.place import place

pytestmark = pytest.mark.slow

__all__ = ["lakes", "postgres", "store", "template"]  # fixtures

PAGES = int(os.environ.get("BY_HAND_PAGES", "100"))
START_SECONDS = 120
OURS = ("rules", True, True)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """HOST:PORT of a Dask scheduler with two workers, started as docs/operate.md says."""
    with cluster(tmp_path, {}, {}) as address:
        yield address


@contextmanager
def cluster(tmp_path: Path, *environs: dict[str, str]) -> Iterator[str]:
    """HOST:PORT of a Dask scheduler with a worker for each environment."""
    pytest.importorskip("prefect_dask", reason="uv sync --extra dask")
    told = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    here = ["--scheduler-file", str(told), "--host", "127.0.0.1", "--no-dashboard"]
    environ = os.environ | {"PREFECT_HOME": str(tmp_path / "worker-prefect")}
    folder = ["--local-directory", str(tmp_path / "dask")]
    children = []
    with (tmp_path / "dask.log").open("wb") as log:
        try:
            worker = [*dask, "worker", *here, "--no-nanny", "--nthreads", "1", *folder]
            for one, its in (([*dask, "scheduler", *here, "--port", "0"], {}), *((worker, its) for its in environs)):
                children.append(subprocess.Popen(one, env=environ | its, stdout=log, stderr=log))
            end = time.monotonic() + START_SECONDS
            while (address := _with_workers(told, len(environs))) is None:
                assert time.monotonic() < end, (tmp_path / "dask.log").read_text()
                time.sleep(0.2)
            yield address
        finally:
            for child in reversed(children):
                child.kill()  # a worker that is asked to end first talks it over with a scheduler that ends as well
                child.wait()


def _with_workers(told: Path, count: int) -> str | None:
    """The scheduler's address once all workers are there."""
    from distributed import Client

    if not told.exists():
        return None
    address = str(json.loads(told.read_text())["address"])
    with Client(address, timeout=START_SECONDS, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=START_SECONDS)
    return address.removeprefix("tcp://")


def test_two_ingests_at_once_on_dask_into_a_lake_give_what_one_gives_here(
    desk: Desk, lakes: Lakes, template: str, scheduler: str, tmp_path: Path
):
    """The same articles, revisions and stories as the default path into a file; nothing is lost and nothing double.

    Both runs read the file of copies, and their batches land in one spool.
    """
    most, few = PAGES * 2 // 5, PAGES // 5
    one = write_warc(tmp_path / "one.warc.gz", most)
    copies = write_warc(tmp_path / "copies.warc.gz", few, host="daily-copy.example")
    other = write_warc(tmp_path / "other.warc.gz", most, first=most)
    batch = {"PRESSHOUSE_BATCH_CAPTURES": str(max(PAGES // 10, 10))}
    desk.environ |= batch
    assert desk.ingest(one, copies, other)["articles"] == 2 * most + few
    here = Shop(place(desk.data_dir))
    address = lakes.copy_of(template)
    dask = {"PRESSHOUSE_RUNNER": f"dask://{scheduler}", "PRESSHOUSE_WAREHOUSE": address}
    wide = Desk(tmp_path / "wide", desk.environ | dask)

    runs = [wide.start("ingest", *files, "--json") for files in ((one, copies), (copies, other))]
    ended = [child.communicate(timeout=600) for child in runs]
    assert [child.returncode for child in runs] == [0, 0], ended
    brought = [json.loads(out) for out, _ in ended]

    lake = Shop(place(wide.data_dir, address))
    if wide.waiting():  # both waited for each other's appends for too long: the next chance
        brought.append(wide.ingest(copies))
    for sql in (
        "select * exclude (appended_at, run_id, batch_id) from articles order by article_id",
        "select article_id, revision, title, text from article_revisions order by all",
        "select story_id, article_id from articles order by all",
        "select story_id, size, publishers from stories order by all",
    ):
        rows = lake.ask(sql)
        assert rows == here.ask(sql)
    assert lake.ask("select count(*), count(distinct article_id) from articles") == [(2 * most + few,) * 2]
    assert lake.ask("select count(*) from stories where size = 2") == [(few,)]
    assert lake.ask("select outcome, count(*) from outcomes where outcome = 'article' group by all") == [
        ("article", 2 * most + few)
    ]
    assert lake.ask("select count(*) from (select 1 from batches group by batch_id having count(*) > 1)") == [(0,)]
    of_run = dict(lake.ask("select run_id, sum(articles + revisions)::integer from batches group by run_id"))
    assert sum(of_run.values()) == 2 * most + few
    for run in brought:  # each says what it brought, whoever appended it
        assert run["waiting_batches"] or run["articles"] + run["revisions"] == of_run[run["run_id"]]
    worked = (tmp_path / "dask.log").read_text()
    assert worked.count("Completed()") >= 2 * (most + few) // int(batch["PRESSHOUSE_BATCH_CAPTURES"])  # not in the runs
    assert "'append-" not in worked


def test_workers_with_data_folders_of_their_own(
    desk: Desk, lakes: Lakes, template: str, store: str, prefect_server: str, tmp_path: Path
):
    """Archive and spool in a store: what was archived here is extracted there, nothing of it lies on a shared disk."""
    files = [write_warc(tmp_path / "one.warc.gz", 20)]
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(100, 130):
        (pages / f"{number}.html").write_text(page(number))
    address = lakes.copy_of(template)
    far = keys_to(store) | {
        "PRESSHOUSE_ARCHIVE": f"s3://{BUCKET}/dask/archive",
        "PRESSHOUSE_SPOOL": f"s3://{BUCKET}/dask/spool",
        "PRESSHOUSE_WAREHOUSE": address,
        "PRESSHOUSE_BATCH_CAPTURES": "10",
    }
    folders = [tmp_path / name for name in ("first", "second")]
    with cluster(tmp_path, *(far | {"PRESSHOUSE_DATA_DIR": str(folder)} for folder in folders)) as scheduler:
        run = Desk(desk.data_dir, desk.environ | far | {"PRESSHOUSE_RUNNER": f"dask://{scheduler}"})
        found = run.ingest(*files, pages)
        again = run.ingest(*files, pages)
    assert (found["articles"], found["waiting_batches"]) == (50, 0)
    assert (again["articles"], again["waiting_batches"]) == (0, 0)
    lake = Shop(place(tmp_path / "any", address))
    assert lake.ask("select count(*), count(distinct article_id) from articles") == [(50, 50)]
    assert run.run("check", "--deep").stdout == "Nothing is wrong.\n"
    assert (tmp_path / "dask.log").read_text().count("Completed()") >= 3  # the archive files; the WARC was read here
    assert any(list(folder.glob("cache/archive/*/*.gz")) for folder in folders)
    assert not [path for folder in (*folders, desk.data_dir) for path in folder.glob("archive/**/*.gz")]


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (("rules", True, False), "may start no processes. Start it so: dask worker"),
        (("rules", False, True), "does not see the data folder"),
        (("other", True, True), "Bring it up to date"),
    ],
)
def test_a_worker_that_would_do_other_work_is_named(look: tuple[str, bool, bool], words: str):
    """And what is to be done about it; workers like this process are fit."""
    assert unfit({"tcp://one": OURS}, OURS) is None
    problem = unfit({"tcp://one": OURS, "tcp://two": look}, OURS)
    assert problem is not None
    assert problem.startswith("The Dask worker tcp://two")
    assert words in problem


def test_workers_elsewhere_need_a_prefect_server_that_they_reach():
    """A temporary server listens on this machine only."""
    demand_reachable("127.0.0.1:8786", "http://127.0.0.1:4200/api")
    demand_reachable("dask.example.org:8786", "http://prefect.example.org:4200/api")
    for api in ("http://127.0.0.1:4200/api", "http://localhost:4200/api", "http://[::1]:4200/api", None):
        with pytest.raises(Stop, match="PREFECT_API_URL"):
            demand_reachable("dask.example.org:8786", api)
