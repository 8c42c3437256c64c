"""Forgetting, reading again and checking, on a lake as on a file; and no file of the lake holds what was forgotten."""

import duckdb

from tests.warehouse.conftest import Shop
from tests.warehouse.contract.conftest import Lakes
from tests.warehouse.test_check import (
    test_a_half_batch,
    test_after_forget_the_ledger_still_agrees,
    whole,
)
from tests.warehouse.test_forget import (
    TEXT,
    archived,
    forget,
    test_a_publisher_goes_whole,
    test_it_does_not_come_again,
    test_the_story_goes_on_without_its_root,
)
from tests.warehouse.test_reprocess import (
    test_another_text_takes_the_place_of_the_first,
)
from tests.warehouse.test_retention import test_the_text_stays_and_why_tells_when_the_bytes_went

__all__ = [
    "test_a_half_batch",
    "test_a_publisher_goes_whole",
    "test_after_forget_the_ledger_still_agrees",
    "test_another_text_takes_the_place_of_the_first",
    "test_it_does_not_come_again",
    "test_the_story_goes_on_without_its_root",
    "test_the_text_stays_and_why_tells_when_the_bytes_went",
    "whole",
]


def test_no_file_of_the_lake_holds_it(shop: Shop, lakes: Lakes):
    """Not those of its past either."""
    mark = "Only this text of the lake says so."
    others = [(f"https://example.com/{n}", f"Another, number {n}.") for n in range(40)]  # few rows are no file
    shop.add(*archived(shop, ("https://example.com/a", mark + TEXT), *others))
    assert texts_with(lakes, mark) == 1
    forget(shop, url="https://example.com/a")
    assert texts_with(lakes, mark) == 0
    assert shop.ask("select count(*), count(distinct text) from articles") == [(40, 40)]


def texts_with(lakes: Lakes, words: str) -> int:
    """Data files of any table that has texts, current or not, with these words in one."""
    found = 0
    with duckdb.connect() as connection:
        for path in lakes.folder.rglob("*.parquet"):
            relation = connection.read_parquet(str(path))
            if "text" in relation.columns:
                found += bool(relation.filter(f"contains(text, '{words}')").fetchone())
    return found
