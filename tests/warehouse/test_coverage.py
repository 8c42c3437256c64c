"""Coverage, feed health and lag: what is missing is said, and nothing else is."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tasks.model import Published
from tasks.registry.choice import ChosenFeed
from tests.warehouse.conftest import Shop
from warehouse import spool as spooling
from warehouse.connect import opened
from warehouse.feed_health import FeedHealth, feed_health
from warehouse.registry import store_feeds
from warehouse.spool_schema import ENTRY, POLL

FEED = "https://example.com/feed.xml"
START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday
WEEK = timedelta(days=7)


def poll_row(at: datetime, *, feed: str = FEED, result: str = "read", **figures: Any) -> spooling.Row:
    values = dict.fromkeys(field.name for field in POLL)
    return {
        "poll": values
        | {"feed_url": feed, "polled_at": at, "scheduled": True, "result": result, "problems": []}
        | figures
    }


def entry_row(url: str, seen_at: datetime, *, feed: str = FEED, decision: str = "fetch") -> spooling.Row:
    values = dict.fromkeys(field.name for field in ENTRY)
    key = url.removeprefix("https://")
    named = {"feed_url": feed, "url": url, "entry_key": key, "seen_at": seen_at, "event": "new", "decision": decision}
    return {"entry": values | named | {"fingerprint": "f"}}


def enable(shop: Shop, *feeds: tuple[str, str | None, bool], zone: str | None = None) -> None:
    """Feeds (URL, publisher, enabled) as a run would know them, and the publisher's zone."""
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        for url, publisher, enabled in feeds:
            connection.execute(
                "insert into feeds (feed_url, publisher, kind, languages, enabled, recapture, choice_hash)"
                " values (?, ?, 'rss', ['en'], ?, false, 'h')",
                [url, publisher, enabled],
            )
        if zone:
            connection.execute(
                "insert into publishers values ('example.com', 'Example', 'JP', ['ja'], ?, [], [], 'h')", [zone]
            )


def live_article(
    shop: Shop, day: date, number: int, *, via: str = "feed", late: timedelta = timedelta()
) -> spooling.Row:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return shop.article(
        f"https://example.com/{day}/{via}/{number}",
        f"Text {day} {via} {number}.",
        published=Published(at, day, "minute", 0, "meta", "x"),
        captured_at=at + timedelta(minutes=30) + late,
        via=via,
    )


def coverage(shop: Shop) -> dict[date, tuple[int, float | None, str | None]]:
    rows = shop.ask("select day, actual, expected, gap from coverage where publisher = 'example.com' order by day")
    return {day: (actual, expected, gap) for day, actual, expected, gap in rows}


@pytest.fixture
def ten_weeks(shop: Shop) -> Shop:
    """A paper of ten articles on Mondays and four on other days, polled daily for ten weeks but for the exceptions."""
    enable(shop, (FEED, "example.com", True))
    rows: list[spooling.Row] = []
    for i in range(71):
        day = (START + timedelta(days=i)).date()
        if i != 63:  # the tenth Monday: nothing comes, though asked
            rows += [live_article(shop, day, n) for n in range(10 if i % 7 == 0 else 4)]
        if i in (64, 65):  # Tuesday: not asked; Wednesday: asked in vain
            if i == 65:
                rows.append(poll_row(START + timedelta(days=i), result="failed", failure="soft"))
            continue
        rows.append(poll_row(START + timedelta(days=i)))
    shop.add(*rows)
    return shop


def test_expected_is_the_median_of_the_weekday_after_four_weeks(ten_weeks: Shop):
    """The first day is no measure, so Mondays wait for the sixth, Tuesdays for the fifth week's end."""
    found = coverage(ten_weeks)
    mondays = [found[(START + WEEK * i).date()][1] for i in range(10)]
    assert mondays == [None] * 5 + [10.0] * 5
    tuesdays = [found[(START + WEEK * i).date() + timedelta(days=1)][1] for i in range(10)]
    assert tuesdays == [None] * 4 + [4.0] * 6


def test_gaps_carry_their_reason(ten_weeks: Shop):
    """Silence, a day without a poll and a day of failed polls are gaps, however many articles came; other days none.

    After the ten weeks nobody asks, to this day: every day is one.
    """
    found = coverage(ten_weeks)
    assert {day: row for day, row in found.items() if row[2] and day < date(2026, 3, 16)} == {
        date(2026, 3, 9): (0, 10.0, "few_articles"),
        date(2026, 3, 10): (4, 4.0, "not_polled"),
        date(2026, 3, 11): (4, 4.0, "polls_failed"),
    }


def test_days_of_an_enabled_feed_exist_without_articles(shop: Shop):
    """A silent publisher is visible; its days begin with the first poll and end with the last append."""
    enable(shop, (FEED, "example.com", True), ("https://other.example/feed", "other.example", False))
    last = datetime.now(UTC).replace(hour=1)
    shop.add(*(poll_row(last - timedelta(days=i)) for i in (3, 2, 0)))
    days = [(last - timedelta(days=i)).date() for i in (3, 2, 1, 0)]
    assert coverage(shop) == {day: (0, None, "not_polled" if i == 2 else None) for i, day in enumerate(days)}
    assert shop.ask("select count(*) from coverage where publisher = 'other.example'") == [(0,)]


def test_backfilled_articles_count_but_raise_no_expectation(shop: Shop):
    """Old articles fill their days without a gap; what is usual is learned from live input only."""
    enable(shop, (FEED, "example.com", True))
    rows = [poll_row(START + timedelta(days=i)) for i in range(50)]
    for i in range(-30, 50):
        day = (START + timedelta(days=i)).date()
        rows += [live_article(shop, day, n, via="warc") for n in range(5)]
        rows += [live_article(shop, day, n, via="sitemap", late=timedelta(days=300)) for n in range(5)]
        rows += [live_article(shop, day, 0)] if i >= 0 else []
    shop.add(*rows)
    found = coverage(shop)
    assert found[(START - timedelta(days=30)).date()] == (10, None, None)
    assert found[(START + timedelta(days=45)).date()] == (11, 1.0, None)


def test_a_poll_counts_for_the_day_where_the_publisher_is(shop: Shop):
    """23:00 UTC on Monday is Tuesday in Tokyo."""
    enable(shop, (FEED, "example.com", True), zone="Asia/Tokyo")
    shop.add(poll_row(START.replace(hour=23)), poll_row(START.replace(hour=23) + timedelta(days=2)))
    found = coverage(shop)
    assert list(found)[:3] == [date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 8)]
    assert [row[2] for row in list(found.values())[:3]] == [None, "not_polled", None]


def test_columns_are_as_promised(shop: Shop):
    """Names and order; further columns may only follow."""
    promised = {
        "coverage": "publisher day actual expected gap polls successful_polls",
        "publication_lag": "article_id url publisher country language published_date published_at discovered_at"
        " captured_at discovery_minutes capture_minutes",
        "feed_health": "feed_url publisher kind enabled polls last_polled_at last_success_at failures_in_a_row failure"
        " reason status newest_entry_at articles_a_day usual_a_day share_without_date share_without_text"
        " share_forbidden interval_minutes changed_at",
    }
    for view, columns in promised.items():
        names = [row[0] for row in shop.ask(f"describe {view}")]
        assert names[: len(columns.split())] == columns.split()


def health(shop: Shop, now: datetime) -> dict[str, FeedHealth]:
    with opened(shop.place.file, read_only=True, wait=1) as connection:
        return {row.feed_url: row for row in feed_health(connection, now)}


def test_feed_health_tells_failures_shares_and_state(shop: Shop):
    """Figures from the view, state and next poll from the scheduler's rule; a feed never asked is new and due."""
    now = datetime.now(UTC)
    hours = [timedelta(hours=h) for h in (50, 49, 48, 3, 2, 1)]
    enable(shop, (FEED, "example.com", True), ("https://x.example/new", "x.example", True))
    dead = "https://gone.example/feed"
    shop.add(
        *(poll_row(now - h, listed=20, new_entries=1, newest_entry_at=now - h) for h in hours[:3]),
        *(poll_row(now - h, result="failed", failure="permanent", reason="http_error", status=404) for h in hours[3:]),
        poll_row(now - hours[0], feed=dead),
        poll_row(now - hours[1], feed=dead, result="failed", failure="permanent", reason="http_error", status=410),
        entry_row("https://example.com/old", now - hours[0]),  # listed at the first poll: counts nowhere
        *(entry_row(f"https://example.com/{name}", now - hours[1]) for name in ("dated", "undated", "wall", "waits")),
        shop.article(
            "https://example.com/dated", "One.", published=Published(now, now.date(), "minute", 0, "meta", "x")
        ),
        shop.article("https://example.com/undated", "Two."),
        shop.rejection("https://example.com/wall"),
    )
    found = health(shop, now)
    ours = found[FEED]
    assert (ours.failures_in_a_row, ours.reason, ours.status, ours.state) == (3, "http_error", 404, "failing")
    assert ours.last_success_at == now - hours[2]
    assert (ours.articles_a_day, ours.usual_a_day) == (pytest.approx(4 / 7), None)
    assert (ours.share_without_date, ours.share_without_text) == (0.5, pytest.approx(1 / 3))
    assert ours.next_poll_at is not None
    assert (found[dead].state, found[dead].enabled, found[dead].next_poll_at) == ("gone", False, None)
    new = found["https://x.example/new"]
    assert (new.state, new.polls, new.next_poll_at, new.last_polled_at) == ("new", 0, now, None)


def test_a_feed_whose_pages_are_all_forbidden_is_blocked(shop: Shop):
    """It answers, but robots.txt keeps us from what it lists; one page that came, or another reason, and it is well."""
    now = datetime.now(UTC)
    urls = ("https://all.example/feed", "https://some.example/feed", "https://none.example/feed")
    enable(shop, *((url, None, True) for url in urls))
    rows = [poll_row(now - timedelta(hours=2), feed=url, listed=2, new_entries=2) for url in urls]
    for url in urls:
        pages = [url.replace("feed", name) for name in ("a", "b")]
        rows += [entry_row(page, now - timedelta(hours=2), feed=url) for page in pages]
        rows.append(shop.rejection(pages[0], "consent" if "none" in url else "robots"))
        rows.append(shop.rejection(pages[1], "robots") if "all" in url else shop.article(pages[1], f"Text of {url}."))
    shop.add(*rows)
    found = health(shop, now)
    assert [(found[url].share_forbidden, found[url].state, found[url].reason) for url in urls] == [
        (1.0, "blocked", "robots"),
        (0.5, "healthy", None),
        (0.0, "healthy", None),
    ]


def test_the_users_own_interval_and_choice_hold(shop: Shop):
    """An interval that the user chose, and a feed that was gone and is switched on again since."""
    now = datetime.now(UTC).replace(microsecond=0)
    gone = "https://gone.example/feed"
    chosen = [
        ChosenFeed(FEED, "example.com", "rss", is_enabled=True, interval_minutes=7 * 60),
        ChosenFeed(gone, "gone.example", "rss", is_enabled=True, changed_at=now - timedelta(minutes=5)),
    ]
    store_feeds(shop.place.file, chosen, wait=1)
    polled_at = now - timedelta(hours=1)
    shop.add(
        *(poll_row(polled_at - timedelta(hours=h), listed=20, new_entries=10) for h in range(3)),
        poll_row(polled_at, feed=gone, result="failed", failure="permanent", reason="http_error", status=410),
    )
    found = health(shop, now)
    assert found[FEED].next_poll_at == polled_at + timedelta(hours=7)
    assert found[gone].next_poll_at == now
    assert shop.ask("select feed_url, interval_minutes, changed_at from feed_health order by all") == [
        (FEED, 420, None),
        (gone, None, now - timedelta(minutes=5)),
    ]


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("http://10.1.2.3:8080/news/1", "10.1.2.3"),
        ("http://[2001:db8::7]/news/1", "[2001:db8::7]"),
        ("http://Intranet/news/1", "intranet"),
    ],
)
def test_an_address_stands_for_its_publisher(shop: Shop, url: str, label: str):
    """A host without a registered domain is counted under its own name, by which its feed is known too."""
    feed = url.replace("news/1", "feed")
    day = START.date() + timedelta(days=1)
    enable(shop, (feed, label, True))
    published = Published(START + timedelta(days=1), day, "minute", 0, "meta", "x")
    shop.add(
        *(poll_row(START + timedelta(days=i), feed=feed) for i in range(3)),
        shop.article(url, publisher=None, publisher_name=None, published=published, via="feed"),
        shop.article(None, "A text of nobody.", publisher=None),
    )
    assert shop.ask("select publisher, day, actual, gap from coverage where day = ?", day) == [(label, day, 1, None)]
    assert shop.ask("select publisher, count(*) from articles group by all order by all") == [(label, 1), (None, 1)]


def test_usual_is_known_after_a_week_before_this_one(shop: Shop):
    """Three entries a day for six weeks, then silence: nothing now, three as a rule."""
    now = datetime.now(UTC)
    enable(shop, (FEED, "example.com", True))
    rows = []
    for i in range(50, -1, -1):
        at = now - timedelta(days=i, minutes=5)
        rows.append(poll_row(at, listed=20, new_entries=3 if i > 7 else 0))
        rows += [entry_row(f"https://example.com/{i}/{n}", at) for n in range(3) if i > 7]
    shop.add(*rows)
    ours = health(shop, now)[FEED]
    assert ours.articles_a_day == 0
    assert ours.usual_a_day == pytest.approx(3, abs=0.2)
    assert ours.state == "quiet"


def test_an_index_answers_for_its_children(shop: Shop):
    """A sitemap index is one feed: what its sitemaps list is its own, they have no row, and it is not called quiet."""
    now = datetime.now(UTC)
    index, child = "https://example.com/sitemap.xml", "https://example.com/sitemap-1.xml"
    enable(shop, (index, "example.com", True))
    for i in range(16, -1, -1):
        at = now - timedelta(days=i, minutes=5)
        rows = [poll_row(at, feed=index, listed=1, new_entries=int(i == 16))]
        rows += [poll_row(at, feed=child, listed=50, new_entries=5)]
        rows += [entry_row(child, at, feed=index, decision="list")] if i == 16 else []
        rows += [entry_row(f"https://example.com/{i}/{n}", at, feed=child) for n in range(5)]
        shop.add(*rows, run_id=f"run-{i}")
    found = health(shop, now)
    assert set(found) == {index}
    assert found[index].articles_a_day == pytest.approx(5)
    assert found[index].state == "healthy"


def test_lag_is_told_of_live_articles_with_a_true_instant(shop: Shop):
    """Files, days without an hour, doubted zones and what the first poll found have no lag."""
    start = START
    asked = {"via": "feed", "discovered_at": start + timedelta(minutes=90)}

    def one(name: str, published: Published, **changes: Any) -> spooling.Row:
        row = shop.article(
            f"https://example.com/{name}", f"{name}.", published=published, captured_at=start + timedelta(minutes=120),
            **(asked | {k: v for k, v in changes.items() if k == "via"}),
        )  # fmt: skip
        row["article"]["discovered_at"] = changes.get("discovered_at", asked["discovered_at"])
        return row

    exact = Published(start + timedelta(minutes=60), start.date(), "minute", 0, "meta", "x")
    shop.add(
        one("old", Published(start - timedelta(days=1), start.date(), "minute", 0, "meta", "x"), discovered_at=start),
        one("true", exact),
        one("day", Published(start + timedelta(minutes=60), start.date(), "day", 0, "meta", "x")),
        one("doubted", Published(exact.at, start.date(), "minute", 0, "meta", "x", ("zone_assumed",))),
        one("later", Published(start + timedelta(hours=9), start.date(), "minute", 0, "meta", "x")),
        one("file", exact, via="file"),
    )
    assert shop.ask("select url, discovery_minutes, capture_minutes from publication_lag") == [
        ("https://example.com/true", 30.0, 60.0)
    ]
