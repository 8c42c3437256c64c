"""Exact sameness: the same text elsewhere within days is one story, led by its first member."""

import itertools
from datetime import date, timedelta

import pytest

from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop
from warehouse.spool import Row
from warehouse.stories import assign_stories

TEXT = "The council agreed on a new bridge over the river, to be opened in spring, after years of talks. " * 3


def at(days: float) -> Published:
    instant = NOON + timedelta(days=days)
    return Published(instant, date(2026, 3, 1) + timedelta(days=int(days)), "minute", 0, "meta", "raw")


def copies(shop: Shop) -> list[Row]:
    return [
        shop.article("https://one.example/x", TEXT, published=at(2), publisher="one.example"),
        shop.article("https://two.example/x", TEXT, published=at(1), publisher="two.example"),
        shop.article("https://three.example/x", TEXT, published=at(3), publisher="three.example"),
        shop.article("https://late.example/x", TEXT, published=at(30), publisher="late.example"),
        shop.article("https://other.example/x", "Quite another text about the harbour.", published=at(2)),
    ]


def stories(shop: Shop) -> list[tuple[str, str]]:
    return shop.ask(
        "select a.url, root.url from articles a join articles root on root.article_id = a.story_id order by a.url"
    )


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_same_text_within_days_is_one_story_in_any_order(shop: Shop, order):
    """The earliest leads; one that comes weeks later is a story of its own; every article has a story."""
    rows = copies(shop)
    for number in order:
        shop.add(rows[number])
        assign_stories(shop.place, run_id="run", wait=1)
    assert stories(shop) == [
        ("https://late.example/x", "https://late.example/x"),
        ("https://one.example/x", "https://two.example/x"),
        ("https://other.example/x", "https://other.example/x"),
        ("https://three.example/x", "https://two.example/x"),
        ("https://two.example/x", "https://two.example/x"),
    ]
    assert shop.ask("select size, publishers from stories where size > 1") == [
        (3, ["one.example", "three.example", "two.example"])
    ]
    assert len(shop.ask("select 1 from unique_articles")) == 3


def test_an_older_article_becomes_the_root_and_the_old_id_stays_resolvable(shop: Shop):
    """A backfill brings the original later."""
    rows = copies(shop)
    shop.add(rows[0])
    assign_stories(shop.place, run_id="run", wait=1)
    ((old,),) = shop.ask("select story_id from articles")
    shop.add(rows[1])
    assign_stories(shop.place, run_id="run", wait=1)
    ((new,),) = shop.ask("select distinct story_id from articles")
    assert new != old
    assert shop.ask("select retired_story_id, story_id from story_aliases") == [(old, new)]


def test_assigning_again_changes_nothing(shop: Shop):
    """Nothing is pending after a run."""
    shop.add(*copies(shop))
    assert assign_stories(shop.place, run_id="run", wait=1) == 5
    assert assign_stories(shop.place, run_id="run", wait=1) == 0


def test_membership_follows_the_newest_revision(shop: Shop):
    """An article whose text changed leaves, and the others stay together."""
    shop.add(*copies(shop))
    assign_stories(shop.place, run_id="run", wait=1)
    shop.add(
        shop.article("https://two.example/x", "All new words.", captured_at=NOON + timedelta(days=9), published=at(1))
    )
    assign_stories(shop.place, run_id="run", wait=1)
    assert dict(stories(shop))["https://two.example/x"] == "https://two.example/x"
    assert dict(stories(shop))["https://three.example/x"] == "https://one.example/x"


def test_stubs_join_but_never_bridge(shop: Shop):
    """Two articles nine days apart are not one story because a stub lies between them."""
    shop.add(
        shop.article("https://one.example/x", TEXT, published=at(0)),
        shop.article("https://stub.example/x", TEXT, published=at(5), access="paywall"),
        shop.article("https://two.example/x", TEXT, published=at(9)),
    )
    assign_stories(shop.place, run_id="run", wait=1)
    found = dict(stories(shop))
    assert found["https://one.example/x"] != found["https://two.example/x"]
    assert len(list(itertools.groupby(sorted(found.values())))) == 2
