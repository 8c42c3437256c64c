"""Archive and spool in an object store that speaks S3, as users run it: several machines, one warehouse."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import duckdb
import pytest

from tests.flows.conftest import Desk
from tests.newsroom import Newsroom
from tests.pages import page
from tests.tasks.fetch.client.server import Web
from tests.warehouse.conftest import Shop
from tests.warehouse.contract.bucket import BUCKET, keys_to, objects, store
from tests.warehouse.contract.conftest import Lakes, lakes, postgres, template
from warehouse.place import place

__all__ = ["lakes", "postgres", "store", "template"]  # fixtures

KILL_SECONDS = 120


@pytest.fixture
def prefix() -> str:
    return uuid4().hex[:8]


@pytest.fixture
def far(store: str, prefix: str) -> dict[str, str]:
    """What every machine is told."""
    return {
        **keys_to(store),
        "PRESSHOUSE_ARCHIVE": f"s3://{BUCKET}/{prefix}/archive",
        "PRESSHOUSE_SPOOL": f"s3://{BUCKET}/{prefix}/spool",
        "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.0.0/8",
        "PRESSHOUSE_HOST_INTERVAL": "0.01",
        "PRESSHOUSE_MIN_FREE": "0",
    }


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    web = Web()
    newsroom = Newsroom(web)
    for number in range(3):
        newsroom.publish(number, hours_ago=number + 1)
    yield newsroom
    web.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(50, 56):
        (pages / f"{number}.html").write_text(page(number))
    return pages


def named(store: str, prefix: str, kind: str) -> list[str]:
    return [name for name in objects(store) if name.startswith(f"{prefix}/{kind}/")]


def test_two_machines_share_one_lake(
    desk: Desk, far: dict[str, str], lakes: Lakes, template: str, store: str, prefix: str, newsroom: Newsroom,
    folder: Path, tmp_path: Path,
):  # fmt: skip
    """What one brought, the other knows, explains from the stored bytes, and finds nothing wrong with."""
    address = lakes.copy_of(template)
    desk.environ |= far | {"PRESSHOUSE_WAREHOUSE": address}
    other = Desk(tmp_path / "other", desk.environ)
    assert desk.ingest(folder)["articles"] == 6
    assert desk.ingest(newsroom.feed)["articles"] == 3
    assert len(named(store, prefix, "archive")) == 2
    assert named(store, prefix, "spool") == []
    assert not [*desk.data_dir.glob("archive/**/*.gz"), *desk.data_dir.glob("spool/**/*.parquet")]

    again = other.ingest(folder, newsroom.feed)
    assert (again["articles"], again["known"], again["waiting_batches"]) == (0, 6, 0)
    shop = Shop(place(other.data_dir, address))
    assert shop.ask("select count(*), count(distinct article_id) from articles") == [(9, 9)]
    told = json.loads(other.run("why", newsroom.page(1), "--evidence", "--json").stdout)
    assert "title" in {one["field"] for one in told["evidence"]}
    assert other.run("check", "--deep").stdout == "Nothing is wrong.\n"

    other.run("forget", newsroom.page(1), "--reason", "asked for by the author")
    told = json.loads(desk.run("why", newsroom.page(0), "--evidence", "--json").stdout)
    assert told["evidence"]
    assert desk.run("check", "--deep").stdout == "Nothing is wrong.\n"
    assert shop.ask("select count(*) from articles") == [(8,)]


def test_killed_between_store_and_warehouse(
    desk: Desk, far: dict[str, str], store: str, prefix: str, folder: Path, tmp_path: Path
):
    """Everything is in the store and nothing appended: another run appends it, once, on another machine too."""
    desk.environ |= far
    first = tmp_path / "first.html"
    first.write_text(page(1))
    assert desk.ingest(first)["articles"] == 1
    with duckdb.connect(str(desk.warehouse)):  # so nobody appends
        run = desk.start("ingest", folder, "--json")
        end = time.monotonic() + KILL_SECONDS
        while len(named(store, prefix, "spool")) < 2:  # that it began, and its articles
            assert run.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
    assert desk.ask("select count(*) from articles") == [(1,)]
    other = Desk(tmp_path / "other", desk.environ | {"PRESSHOUSE_WAREHOUSE": str(desk.warehouse)})
    other.ingest(folder)
    assert named(store, prefix, "spool") == []
    assert desk.ask("select count(*), count(distinct article_id) from articles") == [(7, 7)]
    assert desk.ask("select count(*) from captures where outcome = 'article'") == [(7,)]
    assert other.run("check", "--deep").stdout == "Nothing is wrong.\n"


ARCHIVE_ONLY = """
import os, sys
from pathlib import Path
from flows.batches.archive import archive_batch
from flows.batches.pieces import LocalSlice
from flows.settings import load
from tasks.load import find_sources
archive_batch(LocalSlice(tuple(find_sources([sys.argv[1]]))), load(os.environ), "killed")
os.kill(os.getpid(), 9)
"""


def test_killed_between_archive_and_spool(desk: Desk, far: dict[str, str], store: str, prefix: str, folder: Path):
    """The archive file is in the store and nobody names it: the next run on this machine reads it."""
    desk.environ |= far
    killed = subprocess.run([sys.executable, "-c", ARCHIVE_ONLY, str(folder)], env=desk.environment(), check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(named(store, prefix, "archive")) == 1
    assert named(store, prefix, "spool") == []
    found = desk.ingest(folder)
    assert (found["articles"], found["known"]) == (6, 6)
    assert len(named(store, prefix, "archive")) == 1


def test_a_store_that_is_not_there_stops_before_anything_is_read(desk: Desk, far: dict[str, str], folder: Path):
    """One line, no traceback, no key in it; and the same for what only the owner can mend."""
    desk.environ |= far | {"PRESSHOUSE_SPOOL": "s3://nothing/spool"}
    told = desk.run("ingest", folder, status=2).stderr
    assert "There is no bucket for s3://nothing/spool" in told
    assert "Traceback" not in told
    assert far["AWS_SECRET_ACCESS_KEY"] not in told
