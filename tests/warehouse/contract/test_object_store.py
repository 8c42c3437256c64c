"""A lake whose rows lie in an object store: S3's protocol, spoken by a server on 127.0.0.1."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import duckdb
import pytest

from flows.cli import main
from tasks.errors import Deferred, Stop
from tests.pages import page
from tests.warehouse.conftest import Shop
from tests.warehouse.contract.bucket import BUCKET, keys_to, objects, store
from tests.warehouse.contract.conftest import Lakes
from tests.warehouse.test_append import (
    test_new_text_is_a_revision_and_the_newest_is_the_article,
    test_the_same_batch_twice_is_appended_once,
)
from tests.warehouse.test_stories import test_an_older_article_becomes_the_root_and_the_old_id_stays_resolvable
from warehouse.compact import compact
from warehouse.connect import check_rows, opened
from warehouse.export import Choice, export
from warehouse.lake import lake_address
from warehouse.lake_rows import answers
from warehouse.migrate import prepare
from warehouse.move import move
from warehouse.place import place

__all__ = [
    "store",
    "test_an_older_article_becomes_the_root_and_the_old_id_stays_resolvable",
    "test_new_text_is_a_revision_and_the_newest_is_the_article",
    "test_the_same_batch_twice_is_appended_once",
]


@pytest.fixture
def rows(store: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of the bucket, and the environment that leads there: the usual names."""
    for name, value in keys_to(store).items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}/{uuid4().hex[:8]}"


@pytest.fixture
def shop(lakes: Lakes, rows: str, tmp_path: Path) -> Shop:
    where = place(tmp_path / "data", f"{lakes.empty().partition(' data_path=')[0]} data_path={rows}")
    prepare(where.file, wait=1, say=lambda _: None)
    return Shop(where)


def test_rows_are_objects_and_nothing_lies_here(shop: Shop, store: str, rows: str, tmp_path: Path):
    """What is appended is in the bucket, is read from there, exported from there, and gone from there once removed."""
    folder = rows.partition(f"{BUCKET}/")[2]
    for number in range(3):
        shop.add(
            *(shop.article(f"https://example.com/{number}/{n}", f"Text {number} {n}.\n\n" + "word " * 400)
              for n in range(20)),
            run_id=f"run-{number}",
        )  # fmt: skip
    assert shop.ask("select count(*), count(distinct story_id) from articles") == [(60, 60)]
    held = [name for name in objects(store) if name.startswith(folder) and "/revisions/" in name]
    assert held
    assert not list(shop.place.data_dir.rglob("*.parquet"))
    exported = export(shop.place, tmp_path / "out", Choice(), program="presshouse/test", say=shop.said.append)
    assert exported.manifest["counts"]["articles"] == 60
    with opened(shop.place.file, read_only=False, wait=5) as connection:
        connection.execute("delete from revisions")
    compact(shop.place.file, wait=5)
    left = [name for name in objects(store) if name.startswith(folder) and "/revisions/" in name]
    assert not set(left) & set(held)


def test_a_file_moves_into_the_store(make_shop, lakes: Lakes, rows: str, tmp_path: Path):
    """Counts and checksums are compared by `move` itself; the key stands in no table and no name."""
    former = make_shop("former")
    former.add(*(former.article(f"https://example.com/{n}", f"Text {n}.") for n in range(30)))
    target = place(tmp_path / "lake", f"{lakes.empty().partition(' data_path=')[0]} data_path={rows}")
    move(former.place, target, wait=5, say=lambda _: None)
    there = Shop(target)
    assert there.ask("select count(*) from articles") == [(30,)]
    named = there.ask("select value from __ducklake_metadata_lake.ducklake_metadata where key = 'data_path'")
    assert named == [(f"{rows}/",)]
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(named)


@pytest.mark.parametrize(
    ("address", "keys", "words", "status"),
    [
        (" data_path=s3://nothing/rows", {}, "There is no bucket for s3://nothing/rows. Make one, or correct", 2),
        (" data_path=s3://news/x", {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}, "does not answer (Could not conn", 1),
        ("", {}, "is a new lake: add where its rows go, data_path=/srv/news", 2),
    ],
)
def test_rows_that_have_no_place_stop_a_run_before_anything_is_made(
    address: str, keys: dict[str, str], words: str, status: int, lakes: Lakes, rows: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    """One line, at once: no catalog that would name a wrong place for ever, and nothing read."""
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "a.html").write_text(page(1))
    nameless = lakes.empty().partition(" data_path=")[0]
    told = ["--warehouse", nameless + address]
    days = ["--from", "2016", "--to", "2016", "--via", str(tmp_path)]
    for call in (["ingest", str(tmp_path / "a.html")], ["backfill", *days, "--quiet"]):
        assert main([*call, *told]) == status
        (line,) = capsys.readouterr().err.splitlines()
        assert words in line
        assert os.environ["AWS_SECRET_ACCESS_KEY"] not in line
    assert not place(tmp_path / "data", nameless).file.exists()
    assert not list(tmp_path.glob("data/archive/**/*.gz"))


def test_a_lake_knows_where_its_rows_are(shop: Shop, rows: str):
    """Another place in the address is a slip, and both are named; the same, or none, is right."""
    nameless = str(shop.place.file).partition(" data_path=")[0]
    check_rows(shop.place.file)
    check_rows(lake_address(nameless))
    with pytest.raises(Stop, match=rf"The rows of this lake lie in {rows}/\. Write data_path="):
        check_rows(lake_address(f"{nameless} data_path=s3://{BUCKET}/elsewhere"))


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(403, "InvalidAccessKeyId", Stop), (503, "SlowDown", Deferred), (404, "NoSuchBucket", Stop)],
)
def test_what_a_store_answers(status: int, code: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch):
    """By what happens next; a key that may not list may be one that can put and get, and is left to the run."""
    with Answering(status, code) as store:
        for name, value in keys_to(store).items():
            monkeypatch.setenv(name, value)
        with duckdb.connect() as connection, pytest.raises(error, match="s3://news/rows"):
            answers(connection, "s3://news/rows")
    with Answering(403, "AccessDenied") as store, duckdb.connect() as connection:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", store)
        answers(connection, "s3://news/rows")


class Answering:
    """A store that says the same to everybody."""

    def __init__(self, status: int, code: str) -> None:
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>No.</Message></Error>".encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
