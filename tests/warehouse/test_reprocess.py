"""Read again: a later reading takes the place of the earlier one of the same capture, and only there."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tasks.dedupe.normal import text_hash
from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.test_forget import TEXT, archived, forget
from warehouse import spool as spooling
from warehouse.check import check
from warehouse.reprocess import Stored, changed, plan, reading_row, settle_stories, stored_rows, summary
from warehouse.stories import assign_stories

ALL = {"first": date(2000, 1, 1), "last": date(2100, 1, 1), "publishers": (), "rules": "today", "wait": 1}


def planned(shop: Shop, **choices: Any) -> list[Stored]:
    return plan(shop.place, **(ALL | choices))[0]


def read_again(shop: Shop, one: Stored, text: str, **changes: Any) -> list[str]:
    """As the flow does, with a text and fields of the test's choice."""
    [before] = stored_rows(shop.place, [one], wait=1).values()
    row = shop.article(changes.pop("url", before["url"]), text, captured_at=one.captured_at, **changes)
    for struct in ("capture", "article"):
        row[struct] |= {"capture_file": one.capture_file, "capture_offset": one.capture_offset}
    names = changed(before, row["article"])
    result = "changed" if names else "unchanged"
    reading = reading_row(one, rules="today", result=result, read_at=NOON, changed=names)
    shop.add(row | reading if names else reading, run_id="again")
    return names


def test_the_same_reading_stores_nothing(shop: Shop):
    """But that it was read, so that a second call goes on behind it."""
    shop.add(shop.article("https://example.com/a"))
    [one] = planned(shop)
    assert read_again(shop, one, "One text.\n\nOf two paragraphs.") == []
    assert shop.ask("select count(*) from revisions") == [(1,)]
    assert plan(shop.place, **ALL) == ([], 1)
    assert planned(shop, rules="tomorrow") == [one]


def test_another_text_takes_the_place_of_the_first(shop: Shop):
    """One revision, not two: the publisher changed nothing. It is marked, and the past is as it was."""
    shop.add(shop.article("https://example.com/a", "First text. Share this article!"))
    before = shop.ask("select max(appended_at) from revisions")[0][0]
    assert read_again(shop, planned(shop)[0], "First text.") == ["text_hash", "text", "word_count"]
    assert shop.ask("select revision, text, reprocessed from article_revisions") == [(1, "First text.", True)]
    assert shop.ask("select text from articles") == [("First text.",)]
    assert shop.ask("select text from articles_as_of(?)", before) == [("First text. Share this article!",)]
    assert shop.ask("select count(*) from shingles") == [(1,)]
    assert shop.ask("select outcome from outcomes order by seen_at, outcome") == [("article",), ("revision",)]


def test_another_title_of_the_same_text(shop: Shop):
    """Same article, same text hash: the newer reading counts, whatever the headline was."""
    shop.add(shop.article("https://example.com/a", title="The headline | Example"))
    published = Published(at=NOON, date=NOON.date(), precision="day", flags=("zone_assumed",))
    names = read_again(
        shop, planned(shop)[0], "One text.\n\nOf two paragraphs.", title="The headline", published=published
    )
    assert names == ["title", "published_at", "published_date", "published_precision", "date_flags"]
    assert shop.ask("select title, published_date, revision from articles") == [("The headline", NOON.date(), 1)]
    assert shop.ask("select published_at from shingles") == [(NOON,)]


def test_there_and_back(shop: Shop):
    """A rule that was wrong is taken back: the first text again, once."""
    shop.add(shop.article("https://example.com/a", "First."))
    read_again(shop, planned(shop)[0], "Other.")
    [again] = planned(shop, rules="tomorrow")
    assert again.text is not None
    assert again.text[1] == text_hash("Other.")
    read_again(shop, again, "First.")
    assert shop.ask("select revision, text from article_revisions") == [(1, "First.")]


def test_later_revisions_stay_in_their_order(shop: Shop):
    """Reading the first capture again does not make it the newest."""
    later = NOON + timedelta(hours=5)
    shop.add(
        shop.article("https://example.com/a", "First."),
        shop.article("https://example.com/a", "Second.", captured_at=later),
    )
    first = next(one for one in planned(shop) if one.captured_at == NOON)
    read_again(shop, first, "First, read better.")
    assert shop.ask("select revision, text, reprocessed from article_revisions order by 1") == [
        (1, "First, read better.", True),
        (2, "Second.", False),
    ]


def test_two_captures_that_read_the_same_now(shop: Shop):
    """They differed by a counter that is cut today: one revision is left, the earliest."""
    later = NOON + timedelta(hours=5)
    shop.add(shop.article("https://example.com/a", "Text. 5 reads"))
    shop.add(shop.article("https://example.com/a", "Text. 9 reads", captured_at=later))
    for one in planned(shop):
        read_again(shop, one, "Text.")
    assert shop.ask("select revision, text, captured_at from article_revisions") == [(1, "Text.", NOON)]


def test_another_canonical_url_makes_no_second_article(shop: Shop):
    """The article keeps its id; its newest URL is shown."""
    shop.add(shop.article("https://example.com/a", "Text."))
    read_again(shop, planned(shop)[0], "Text.", url="https://example.com/b")
    assert shop.ask("select url from articles") == [("https://example.com/b",)]
    assert shop.ask("select count(distinct article_id) from revisions") == [(1,)]


def test_what_is_chosen(shop: Shop):
    """By the day of publication, else of capture; by publisher; rejections that another extraction may overturn."""
    published = Published(at=NOON - timedelta(days=9), date=date(2026, 2, 20), precision="day")
    shop.add(
        shop.article("https://example.com/a", published=published),
        shop.article("https://other.org/b", "B.", publisher="other.org"),
        shop.rejection("https://www.example.com/c", "consent"),
        shop.rejection("https://www.example.com/d", "http_error"),
    )
    day = {"first": NOON.date(), "last": NOON.date()}
    assert [one.text is None for one in planned(shop, **day)] == [False, True]
    assert len(planned(shop, first=date(2026, 2, 20), last=date(2026, 2, 20))) == 1
    assert [one.text is None for one in planned(shop, publishers=["example.com"])] == [False, True]
    assert planned(shop, publishers=["x' or 1=1 --"]) == []


def test_a_story_follows_what_is_read_now(shop: Shop):
    """Two articles were one story by a text that belongs to neither; read again, they part."""
    for day, site in enumerate(["one.org", "two.org"]):
        at = NOON + timedelta(days=day)
        shop.add(*archived(shop, (f"https://{site}/a", TEXT), captured_at=at, publisher=site))
    assign_stories(shop.place, run_id="r", wait=1)
    assert shop.ask("select size from stories") == [(2,)]
    first = min(planned(shop), key=lambda one: one.captured_at)
    words = " ".join(f"quite another sentence {n * 13} of it" for n in range(80))
    read_again(shop, first, words, publisher="one.org")
    settle_stories(shop.place, run_id="again", wait=1)
    assert shop.ask("select size from stories") == [(1,), (1,)]
    assert [one.kind for one in check(shop.place, now=datetime.now(UTC))] == []


def test_the_summary_counts_field_by_field(shop: Shop):
    """Of one run, from the warehouse: it holds after an interruption, too."""
    shop.add(shop.article("https://example.com/a", "A."), shop.article("https://example.com/b", "B."))
    one, other = planned(shop)
    read_again(shop, one, "A, better.", title="New")
    read_again(shop, other, "B.")
    assert summary(shop.place, run_id="again", wait=1) == (
        {"changed": 1, "unchanged": 1},
        {"text": 1, "text_hash": 1, "title": 1, "word_count": 1},
    )


def test_a_reading_of_what_was_forgotten_comes_to_nothing(shop: Shop):
    """Planned before, forgotten meanwhile: the append refuses it."""
    shop.add(shop.article("https://example.com/a", "A."))
    [one] = planned(shop)
    row = shop.article("https://example.com/a", "A, better.", captured_at=one.captured_at)
    forget(shop, url="https://example.com/a")
    shop.add(row | reading_row(one, rules="today", result="changed", read_at=NOON, changed=["text"]))
    assert shop.ask("select count(*) from revisions") == [(0,)]
    assert shop.ask("select count(*) from readings") == [(0,)]
    assert spooling.waiting(shop.place.spool) == []
