"""What newsrooms print besides articles: walls, notices, tables, templates, blogs and digests."""

from datetime import date, timedelta

import pytest

from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.story_texts import (
    BRIDGE,
    COOKIES,
    HARBOUR,
    PAYWALL,
    football,
    live,
    market,
    weather,
)
from warehouse.connect import opened
from warehouse.spool import Row
from warehouse.stories import assign_stories
from warehouse.stories_holds import held_stories


def at(days: float) -> Published:
    instant = NOON + timedelta(days=days)
    return Published(instant, date(2026, 3, 1) + timedelta(days=int(days)), "minute", 0, "meta", "raw")


def row(shop: Shop, name: str, text: str, days: float = 0, **changes) -> Row:
    """The article `name`.example/x, published `days` after the first of March."""
    publisher = changes.pop("publisher", f"{name}.example")
    return shop.article(f"https://{name}.example/x", text, published=at(days), publisher=publisher, **changes)


def groups(shop: Shop) -> set[frozenset[str]]:
    """The stories, each as the names of its articles."""
    assign_stories(shop.place, run_id="run", wait=1)
    rows = shop.ask("select list(regexp_extract(url, '//([^.]+)', 1)) from articles group by story_id")
    return {frozenset(names) for (names,) in rows}


def paragraphs(text: str, *which: int) -> str:
    parts = text.split("\n\n")
    return "\n\n".join(parts[number] for number in which)


def test_edited_copies_are_one_story_and_every_verdict_is_kept(shop: Shop):
    """Cut, extended and misprinted copies join; the pairs say how alike they are, by which method."""
    shop.add(
        row(shop, "wire", BRIDGE),
        row(shop, "cut", paragraphs(BRIDGE, 0, 1, 2), 0.1),
        row(shop, "local", "By our reporter in the southern districts\n\n" + BRIDGE, 1),
        row(shop, "port", HARBOUR, 1),
    )
    assert groups(shop) == {frozenset({"wire", "cut", "local"}), frozenset({"port"})}
    pairs = shop.ask("select relation, accepted, method from duplicate_pairs")
    assert len(pairs) == 3 and set(pairs) == {("near", True, "stories/1")}
    assert shop.ask("select min(c3) > 0.9, max(v3) < 1 from duplicate_pairs") == [(True, True)]
    assert {relation for (relation,) in shop.ask("select relation from story_members")} == {"root", "near"}


def test_paywall_stubs_join_their_story_and_no_other(shop: Shop):
    """Two walled pages share the wall, which is most of their text: each stays with the story of its lead."""
    walled = {"access": "paywall"}
    shop.add(
        row(shop, "wire", BRIDGE),
        row(shop, "port", HARBOUR),
        row(shop, "stub", PAYWALL.format(lead=paragraphs(BRIDGE, 0, 1)), 0.2, **walled),
        row(shop, "other", PAYWALL.format(lead=paragraphs(HARBOUR, 0, 1)), 0.2, **walled),
    )
    found = groups(shop)
    assert not any({"wire", "port"} <= group or {"stub", "other"} <= group for group in found)
    assert {"stub", "wire"} in found or {"stub"} in found
    assert ("root", "stub.example") not in shop.ask(
        "select m.relation, a.publisher from story_members m join articles a using (article_id) join stories s"
        " on s.story_id = a.story_id where s.size > 1"
    )


def test_cookie_notices_are_nobodys_story(shop: Shop):
    """One publisher's notice in place of forty articles: forty articles without a story in common."""
    shop.add(*[row(shop, f"page{number}", COOKIES, number / 100, publisher="one.example") for number in range(40)])
    assert groups(shop) == {frozenset({f"page{number}"}) for number in range(40)}


def test_cookie_notices_around_articles_join_nothing(shop: Shop):
    """The notice stands on every page of five days; from the fifth day on it is on the stop list."""
    notice = COOKIES + "\n\n"
    briefs = [paragraphs(BRIDGE, 3), paragraphs(BRIDGE, 4), paragraphs(HARBOUR, 1), paragraphs(HARBOUR, 2)]
    shop.add(
        *[row(shop, f"d{day}", notice + brief, day, publisher="one.example") for day, brief in enumerate(briefs)],
        row(shop, "bridge", notice + paragraphs(BRIDGE, 0), 4, publisher="one.example"),
        row(shop, "harbour", notice + paragraphs(HARBOUR, 0), 4, publisher="one.example"),
    )
    found = groups(shop)
    assert frozenset({"bridge"}) in found and frozenset({"harbour"}) in found
    assert shop.ask("select count(*) > 10 from stop_shingles where day = '2026-03-05'") == [(True,)]


MARKETS = [
    market("on Monday", "4,812.37", "0.42", "71.20", "2,310", "Nordbank", "Aller Steel"),
    market("on Tuesday", "4,790.02", "0.46", "70.85", "2,322", "Halver Foods", "Nordbank"),
    market("on Wednesday", "4,845.90", "1.17", "73.11", "2,298", "Cape Lines", "Brunn Energy"),
]
OUTLOOKS = [
    weather("Oldenby", "Tuesday", 11, 3, 40, 22),
    weather("Halverstad", "Tuesday", 14, 6, 10, 18),
    weather("Oldenby", "Wednesday", 9, 1, 70, 35),
]
MATCHES = [
    football("Rovers", "United", "1-1", "Hansen", "Okafor", 812),
    football("Harbour 09", "Old Boys", "2-2", "Lind", "Petrescu", 340),
    football("Aller SV", "Borough", "3-3", "Moreau", "Stern", 1150),
]


@pytest.mark.parametrize("texts", [MARKETS, OUTLOOKS, MATCHES], ids=["market", "weather", "football"])
def test_templates_filled_anew_are_different_stories(shop: Shop, texts: list[str]):
    """Cold, with no stop list yet: nearly all words are shared, what fills the gaps differs."""
    shop.add(*[row(shop, f"t{number}", text, number * 0.5) for number, text in enumerate(texts)])
    assert groups(shop) == {frozenset({f"t{number}"}) for number in range(len(texts))}
    assert {relation for (relation,) in shop.ask("select relation from duplicate_pairs")} == {"template"}


def test_a_template_report_that_is_reprinted_is_one_story(shop: Shop):
    """The same table in two papers is a copy, whatever template it came from."""
    shop.add(*[row(shop, f"t{n}", text) for n, text in enumerate([*MARKETS, "From the exchange\n\n" + MARKETS[1]])])
    assert groups(shop) == {frozenset({"t0"}), frozenset({"t1", "t3"}), frozenset({"t2"})}


def test_a_template_is_on_the_stop_list_after_two_weeks(shop: Shop):
    """What came in two earlier weeks is no candidate any more: nothing is compared."""
    weekly = [
        market(f"in week {n}", f"4,{n}12.37", f"0.{n}", f"7{n}.2", f"2,3{n}0", f"A{n}", f"B{n}") for n in range(9)
    ]
    shop.add(*[row(shop, f"w{number}", weekly[number], 7 * number) for number in range(3)])
    shop.add(row(shop, "x", weekly[4], 21), row(shop, "y", weekly[5], 22))
    assert len(groups(shop)) == 5
    assert shop.ask("select count(*) from duplicate_pairs") == [(0,)]


def test_a_live_blog_that_grows_is_one_story_with_its_copies(shop: Shop):
    """Three states of one blog at three papers; each holds what the one before said."""
    shop.add(row(shop, "two", live(3)), row(shop, "three", live(4), 0.1), row(shop, "all", live(6), 0.2))
    assert groups(shop) == {frozenset({"two", "three", "all"})}


def test_a_roundup_joins_none_of_the_stories_it_carries(shop: Shop):
    """Items of four stories under one headline: related to each, member of none, and told so."""
    items = [BRIDGE, HARBOUR, MARKETS[0], OUTLOOKS[0]]
    digest = "\n\n".join(["Good morning, here is what you need to know today.", *items])
    shop.add(*[row(shop, f"s{number}", text) for number, text in enumerate(items)], row(shop, "digest", digest, 0.4))
    assert groups(shop) == {frozenset({name}) for name in ("s0", "s1", "s2", "s3", "digest")}
    assert shop.ask(
        "select relation, count(*) from ("
        "select max_by(relation, compared_at) as relation from duplicate_pairs group by one_text_id, other_text_id"
        ") group by all order by all"
    ) == [
        ("near", 1),  # a digest may be, by its words, little more than its longest item
        ("roundup", 3),
    ]


def test_over_fifty_different_texts_are_held_for_review_and_let_go_again(shop: Shop):
    """Close copies stay together, loose ones wait; when the group falls apart the hold ends."""
    head = "By Ruth Amsel, our reporter at the river, who has followed the matter for us since the first cracks\n\n"
    close = [BRIDGE + f"\n\nPrinted in edition {number} of the day" for number in range(50)]
    loose = [head * 3 + paragraphs(BRIDGE, 0, 1) + f"\n\nEdition {number}" for number in range(3)]
    shop.add(*[row(shop, f"n{number}", text, number / 100) for number, text in enumerate(close + loose)])
    sizes = sorted(len(group) for group in groups(shop))
    assert sizes[-1] == 50
    with opened(shop.place.file, read_only=True, wait=1) as connection:
        (held,) = held_stories(connection)
    assert held["articles"] == 53 and held["title"] == "A title"
    later = NOON + timedelta(days=1)
    shop.add(*[row(shop, f"n{n}", f"All new text number {n}. " * 9, n / 100, captured_at=later) for n in range(10)])
    groups(shop)
    with opened(shop.place.file, read_only=True, wait=1) as connection:
        assert held_stories(connection) == []
