"""Lines that publishers repeat: decided before a month, kept, shown without changing what is stored."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tasks.model import Published
from tasks.normalise.words import word_count
from tests.warehouse.conftest import NOON, Shop
from warehouse import repeated_lines
from warehouse import spool as spooling
from warehouse.forget import Asked, take_out
from warehouse.repeated_lines import Decided, decide_repeated_lines

OFFER = "Follow the Harbour Post wherever the tide takes you."
OTHERWISE = "FOLLOW the Harbour Post, wherever the tide takes you!"
TOPICS = ("ferry", "pier", "lighthouse", "market", "school")
FEBRUARY, MARCH = date(2026, 2, 10), date(2026, 3, 10)


def text(topic: str, *more: str) -> str:
    own = [f"The {topic} was the talk of the town.", f"Nobody had seen such a {topic} since the storm of 1911."]
    own.append(f"In the evening a crowd stood around the {topic} and waited for the mayor to say something.")
    return "\n\n".join([*own, *more])


def on(day: date) -> Published:
    return Published(datetime(day.year, day.month, day.day, tzinfo=UTC), day, "day", 0, "text", str(day))


def rows(
    shop: Shop, day: date, *topics: str, offer: str = OFFER, publisher: str = "harbourpost.example"
) -> list[spooling.Row]:
    return [
        shop.article(
            f"https://{publisher}/{topic}-{day}",
            text(f"{topic} of {day}", offer),
            published=on(day),
            publisher=publisher,
        )
        for topic in topics
    ]


def load(shop: Shop, day: date, *topics: str, **others: str) -> None:
    shop.add(*rows(shop, day, *topics, **others))


def decide(shop: Shop, now: datetime = NOON) -> Decided:
    return decide_repeated_lines(shop.place, run_id="run-1", now=now, wait=1)


def removed(shop: Shop) -> dict[str, list[str]]:
    found = shop.ask("select url, removed from articles join clean_texts using (article_id) order by url")
    return {url: lines for url, lines in found if lines}


def test_a_month_is_read_without_what_the_months_before_repeat(shop: Shop):
    """The line is gone from the clean text, in every spelling seen before; what is stored keeps it."""
    load(shop, FEBRUARY, *TOPICS[:3])
    load(shop, FEBRUARY, TOPICS[3], offer=OTHERWISE)
    load(shop, MARCH, "gull", offer=OTHERWISE)
    load(shop, MARCH, "crab", publisher="elsewhere.example")
    assert decide(shop) == Decided(lists=1, lines=1)
    url = f"https://harbourpost.example/gull-{MARCH}"
    assert removed(shop) == {url: [OTHERWISE]}
    stored, clean, words = shop.ask(
        "select text, clean_text, word_count from articles join clean_texts using (article_id) where url = ?", url
    )[0]
    assert clean == text(f"gull of {MARCH}")
    assert stored == text(f"gull of {MARCH}", OTHERWISE) and words == word_count(stored)


def test_what_comes_in_the_month_changes_nothing(shop: Shop):
    """Five articles of March with a line of their own: it counts from April on."""
    load(shop, FEBRUARY, *TOPICS, offer="Nothing more.")
    load(shop, MARCH, *TOPICS)
    decide(shop)
    assert [row[0] for row in shop.ask("select lines from repeated_lines where month = '2026-03-01'")] == [
        ["Nothing more."]
    ]
    assert removed(shop) == {}
    load(shop, date(2026, 4, 1), "gull")
    decide(shop)
    assert list(removed(shop)) == ["https://harbourpost.example/gull-2026-04-01"]


def test_a_list_stays_until_a_backfill_brings_many(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """A second call decides nothing; what a backfill brings from before decides the month again, and that holds."""
    load(shop, FEBRUARY, *TOPICS[:3], offer="Nothing more.")
    load(shop, MARCH, "gull")
    assert decide(shop).lists == 1
    assert decide(shop).lists == 0
    load(shop, date(2026, 1, 20), *TOPICS[:4])
    assert decide(shop, NOON + timedelta(hours=1)).lists == 1 + 1  # February has texts from before it now
    assert list(removed(shop)) == [f"https://harbourpost.example/gull-{MARCH}"]
    assert shop.ask("select count(*) from repeated_lines where month = '2026-03-01'") == [(2,)]
    assert decide(shop).lists == 0
    monkeypatch.setattr(repeated_lines, "MOST", 1)
    load(shop, date(2025, 12, 20), *TOPICS)
    assert [decide(shop, NOON + timedelta(hours=2)).lists for _ in range(4)] == [1, 1, 1, 0]


def test_an_undated_article_counts_by_its_capture(shop: Shop):
    """Captured in March, in UTC: it is read by the list of March."""
    load(shop, FEBRUARY, *TOPICS)
    shop.add(shop.article("https://harbourpost.example/x", text("gull", OFFER), publisher="harbourpost.example"))
    decide(shop)
    assert removed(shop) == {"https://harbourpost.example/x": [OFFER]}


def test_a_text_is_never_taken_away_whole(shop: Shop):
    """The only paragraph stays."""
    load(shop, FEBRUARY, *TOPICS)
    shop.add(shop.article("https://harbourpost.example/x", OFFER, publisher="harbourpost.example"))
    decide(shop)
    assert shop.ask(
        "select clean_text, removed from clean_texts join articles using (article_id) where url like '%/x'"
    ) == [(OFFER, [])]


def test_what_is_forgotten_leaves_no_line(shop: Shop):
    """Its publisher's lists go with it, and are found again from what remains."""
    load(shop, FEBRUARY, *TOPICS[:3])
    load(shop, MARCH, "gull")
    decide(shop)
    asked = Asked(url=f"https://harbourpost.example/pier-{FEBRUARY}")
    take_out(shop.place, asked, reason="asked", run_id="run-2", program="test", now=NOON, wait=1)
    assert shop.ask("select count(*) from repeated_lines") == [(0,)]
    decide(shop)
    assert removed(shop) == {}


def test_every_script_is_compared(shop: Shop):
    """Letters whose lower case is not their folded case, vowel signs, and scripts without case."""
    lines = (
        "Große Straßen, großer Spaß: GROẞ",
        "İzmir'den ışıklar: ISPARTA",
        "हमें फ़ॉलो करें और जुड़े रहें",
        "关注我们的公众号获取更多消息",
    )
    found = []
    for number, line in enumerate(lines):
        found += rows(shop, FEBRUARY, *TOPICS[:3], offer=line, publisher=f"p{number}.example")
        found += rows(shop, MARCH, "gull", offer=f"{line} …", publisher=f"p{number}.example")
    shop.add(*found)
    assert decide(shop) == Decided(lists=4, lines=4)
    assert [one for (one,) in removed(shop).values()] == [f"{line} …" for line in lines]
