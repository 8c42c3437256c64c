"""Bytes go by rule, texts stay; off unless a rule is set."""

from datetime import timedelta

import pytest

from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.test_forget import archived
from warehouse.check import check
from warehouse.retention import Kept, Retired, Rules, chosen, retire
from warehouse.why import trace

FILES = [Kept("archive/a", NOON - timedelta(days=90), 10), Kept("archive/b", NOON - timedelta(days=30), 20)]
FILES += [Kept("archive/c", NOON, 30)]


@pytest.mark.parametrize(
    ("rules", "going"),
    [
        (Rules(), {}),
        (Rules(days=89), {"archive/a": "older than 89 days"}),
        (Rules(days=90), {}),
        (Rules(archive_bytes=50), {"archive/a": "archive larger than 5e-08 GB"}),
        (Rules(archive_bytes=60), {}),
        (Rules(days=89, archive_bytes=50), {"archive/a": "older than 89 days"}),
    ],
)
def test_which_files_go(rules: Rules, going: dict[str, str]):
    """The oldest first, no more than needed, each by the rule that took it."""
    assert chosen(FILES, rules, NOON) == going


def test_the_text_stays_and_why_tells_when_the_bytes_went(shop: Shop):
    """The archive file is gone, its place in the tables NULL; nothing is found wrong, and the page may come again."""
    shop.add(*archived(shop, ("https://example.com/a", "A text.")))
    later = NOON + timedelta(days=31)
    assert retire(shop.place, Rules(), now=later, wait=1) == Retired()
    gone = retire(shop.place, Rules(days=30), now=later, wait=1)
    assert (gone.files, gone.captures) == (1, 1)
    assert list(shop.place.archive.rglob("*.gz")) == []
    assert shop.ask("select text, capture_file, capture_offset from articles") == [("A text.", None, None)]
    assert trace(shop.place, "https://example.com/a").removed == [
        {"captured_at": NOON, "bytes_removed_at": later, "bytes_removed_by": "older than 30 days"}
    ]
    assert check(shop.place, now=later) == []
    shop.add(*archived(shop, ("https://example.com/a", "A text.")))
    assert shop.ask("select outcome, count(*) from outcomes group by all order by 1") == [("article", 1), ("known", 1)]


def test_what_was_interrupted_is_completed(shop: Shop):
    """Killed after the file and before the tables: the next call chooses the same file."""
    shop.add(*archived(shop, ("https://example.com/a", "A text.")))
    for path in shop.place.archive.rglob("*.gz"):
        path.unlink()
    assert retire(shop.place, Rules(days=30), now=NOON + timedelta(days=31), wait=1).captures == 1
    assert check(shop.place, now=NOON) == []
