"""The way in for notebooks: `from warehouse import connect`."""

from pathlib import Path

import duckdb
import pytest

from tasks.errors import Stop
from tests.warehouse.conftest import NOON, Shop
from warehouse import connect


def test_connect_reads_in_utc_and_writes_nothing(shop: Shop):
    """With the views ready."""
    shop.add(shop.article("https://example.com/a"))
    with connect(shop.place.file) as connection:
        (row,) = connection.execute("select captured_at, current_setting('TimeZone') from articles").fetchall()
        assert row == (NOON, "UTC")
        assert row[0].utcoffset().total_seconds() == 0
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("delete from captures")


def test_connect_finds_the_warehouse_of_the_environment(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """As the command does."""
    monkeypatch.setenv("PRESSHOUSE_WAREHOUSE", str(shop.place.file))
    with connect() as connection:
        assert connection.execute("select count(*) from articles").fetchone() == (0,)


def test_connect_makes_nothing(tmp_path: Path):
    """A wrong name is told, with the command that makes one."""
    with pytest.raises(Stop, match="presshouse ingest"):
        connect(tmp_path / "none.duckdb")
    assert list(tmp_path.iterdir()) == []
