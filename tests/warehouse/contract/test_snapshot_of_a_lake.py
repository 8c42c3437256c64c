"""The snapshot of a lake: a local file with all of it and its search index, of which only the new is fetched."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.test_forget import archived, forget
from warehouse import snapshot_lake
from warehouse.connect import connect, reading
from warehouse.search import search
from warehouse.snapshot import make_snapshot
from warehouse.stories import assign_stories

LATER = datetime(2026, 3, 2, 9, tzinfo=UTC)
VIEWS = ("articles", "article_revisions", "outcomes", "stories", "coverage", "syndication")


def made(shop: Shop, **how: bool) -> int:
    """The texts that were read for the index."""
    found = make_snapshot(shop.place, now=LATER, **({"force": False} | how))
    assert found is not None
    return found.texts_read


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def same(shop: Shop) -> bool:
    """Whether every view tells in the snapshot what it tells in the lake."""
    return all(
        rows(shop.place.snapshot, f"from {view} order by all") == shop.ask(f"from {view} order by all")
        for view in VIEWS
    )


def test_only_what_came_since_is_fetched(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """First all, then the rows of the last instant and later; nothing when nothing was appended."""
    shop.add(shop.article("https://a.example/1", "Syria talks."), shop.rejection("https://a.example/2"))
    assign_stories(shop.place, run_id="run-1", wait=1)
    assert made(shop) == 1
    assert same(shop)
    assert make_snapshot(shop.place, now=LATER, force=False) is None
    shop.add(
        shop.article("https://a.example/3", "A ferry."),
        shop.article("https://a.example/1", "Talks ended.", captured_at=NOON + timedelta(1)),
    )
    assign_stories(shop.place, run_id="run-2", wait=1)
    fetched = []
    copy = snapshot_lake._copy

    def copy_and_tell(connection: duckdb.DuckDBPyConnection, table: str, instant: str | None) -> None:
        copy(connection, table, instant)
        if table == "revisions":
            fetched.append(instant)

    monkeypatch.setattr(snapshot_lake, "_copy", copy_and_tell)
    assert made(shop) == 2
    assert fetched == ["appended_at"]
    assert same(shop)
    assert rows(shop.place.snapshot, "select url from search('ferry')") == [("https://a.example/3",)]
    assert rows(shop.place.snapshot, "select url from search('syria')") == []


def test_rows_that_went_are_gone_from_it(shop: Shop):
    """Deleted rows are not seen by what came since: that table is fetched whole."""
    shop.add(*archived(shop, ("https://a.example/1", "A secret bridge."), ("https://a.example/2", "A ferry.")))
    made(shop)
    kept = shop.place.snapshot.read_bytes()
    forget(shop, url="https://a.example/1")
    shop.place.snapshot.write_bytes(kept)  # as if forgetting had been done on another machine
    made(shop, force=True)
    assert same(shop)
    assert rows(shop.place.snapshot, "select url from search('bridge')") == []
    assert rows(shop.place.snapshot, "select url from search('ferry')") == [("https://a.example/2",)]


def test_searching_a_lake(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """With and without a snapshot, and with what came after it; --snapshot asks Postgres nothing."""
    shop.add(shop.article("https://a.example/1", "Syria talks in Geneva."))
    (hit,) = search(shop.place, "syria").hits
    assert (hit.url, hit.passage) == ("https://a.example/1", "Syria talks in Geneva.")
    made(shop)
    shop.add(shop.article("https://a.example/2", "Talks on Syria ended.", title="Syria"))
    answer = search(shop.place, "syria talks")
    assert [hit.url[-1] for hit in answer.hits] == ["2", "1"]
    assert answer.unsearched == 0
    answer = search(shop.place, "syria talks", source="snapshot")
    assert [hit.url[-1] for hit in answer.hits] == ["1"]
    assert answer.read.file == shop.place.snapshot
    with reading(shop.place, "snapshot") as read:
        assert read.connection.execute("select count(*) from articles").fetchone() == (1,)
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(shop.place.data_dir))
    with connect(str(shop.place.file)) as connection:
        assert connection.execute("select url from search('geneva')").fetchall() == [("https://a.example/1",)]


def test_postgres_away(shop: Shop, tmp_path: Path):
    """Readers go on with the snapshot, and are told why."""
    from warehouse.place import place

    shop.add(shop.article("https://a.example/1", "Syria talks."))
    target = place(shop.place.data_dir, "ducklake:postgres:host=127.0.0.1 port=1 dbname=nobody")
    make_snapshot(shop.place, target.snapshot, now=LATER, force=False)
    answer = search(target, "syria", wait=0.1)
    assert len(answer.hits) == 1
    assert "Postgres does not answer" in answer.read.sentence(LATER)
