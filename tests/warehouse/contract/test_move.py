"""`presshouse move`: everything arrives, once, and the lake goes on where the file stood."""

import json
from datetime import timedelta

import pytest

from flows.cli import main
from tasks.errors import Stop
from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.contract.conftest import Lakes
from tests.warehouse.test_stories import TEXT, at
from warehouse import move as moving
from warehouse.migrate import prepare
from warehouse.place import place
from warehouse.stories import assign_stories

VIEWS = ("articles", "article_revisions", "outcomes", "stories", "unique_articles", "syndication")


@pytest.fixture
def filed(shop: Shop) -> Shop:
    """A warehouse file beside the lake `shop`, with revisions, a story, and a rejection."""
    one = Shop(place(shop.place.data_dir, shop.place.data_dir / "presshouse.duckdb"))
    prepare(one.place.file, wait=1, say=lambda _: None)
    one.add(
        one.article("https://one.example/x", TEXT, published=at(2), agencies=("AFP",)),
        one.article("https://two.example/x", TEXT, published=at(3), publisher="two.example"),
        one.rejection("https://example.com/no"),
    )
    one.add(one.article("https://one.example/x", TEXT + "More.", captured_at=NOON + timedelta(days=1), published=at(2)))
    assign_stories(one.place, run_id="run", wait=1)
    return one


def test_a_lake_answers_as_the_file_did_and_goes_on(
    filed: Shop, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Every view gives the same rows; what was known is known; the file is as it was. Rows go in portions of two."""
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(filed.place.data_dir))
    monkeypatch.setattr(moving, "ROWS_AT_ONCE", 2)
    before = filed.place.file.read_bytes()
    assert main(["move", str(shop.place.file), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert (rows["revisions"], rows["batches"], rows["rejections"]) == (3, 2, 1)
    assert filed.place.file.read_bytes() == before
    for view in VIEWS:
        assert shop.ask(f"from {view} order by all") == filed.ask(f"from {view} order by all")
    drained = shop.add(shop.article("https://one.example/x", TEXT, published=at(2)), shop.article("https://n.example/"))
    assert [(one.known, one.articles) for one in drained.appended] == [(1, 1)]


def test_a_lake_that_has_something_is_refused(filed: Shop, shop: Shop):
    """Two warehouses are not mixed, and a second move changes nothing."""
    moving.move(filed.place, shop.place, wait=1, say=print)
    with pytest.raises(Stop, match="already"):
        moving.move(filed.place, shop.place, wait=1, say=print)
    assert shop.ask("select count(*) from revisions") == [(3,)]


def test_what_does_not_arrive_as_it_was_sent_is_not_kept(filed: Shop, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """A checksum that differs: nothing is committed, and the move can be begun again."""
    honest = moving._figures

    def misread(connection, database: str, table: str) -> tuple[int, str | None]:
        rows, checksum = honest(connection, database, table)
        return rows, checksum if (database, table) != (moving.SOURCE, "rejections") else "another"

    monkeypatch.setattr(moving, "_figures", misread)
    with pytest.raises(moving.NotTheSame, match="rejections"):
        moving.move(filed.place, shop.place, wait=1, say=print)
    assert shop.ask("select count(*) from revisions") == [(0,)]
    monkeypatch.undo()
    assert moving.move(filed.place, shop.place, wait=1, say=print).rows["revisions"] == 3


def test_batches_that_wait_and_wrong_ways_stop_it(filed: Shop, shop: Shop, lakes: Lakes):
    """The spool of the file would be forgotten otherwise."""
    with pytest.raises(Stop, match="into a lake"):
        moving.move(shop.place, filed.place, wait=1, say=print)
    filed.spool(filed.article("https://example.com/waits"))
    with pytest.raises(Stop, match="1 batches wait"):
        moving.move(filed.place, shop.place, wait=1, say=print)
