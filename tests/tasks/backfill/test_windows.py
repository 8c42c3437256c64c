"""Which sitemaps and entries belong to a range of days."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tasks.backfill.windows import (
    Window,
    choose_children,
    day_in_url,
    lists_no_articles,
    may_belong,
    months,
    window_in_url,
)

HALLOWEEN = Window(date(2024, 10, 31), date(2024, 10, 31))


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [
        ("https://a.example/sitemap-2024-10-31.xml", "2024-10-31", "2024-10-31"),
        ("https://a.example/sitemaps/20241031.xml.gz", "2024-10-31", "2024-10-31"),
        ("https://a.example/sitemap/2024/10/31/1.xml", "2024-10-31", "2024-10-31"),
        ("https://a.example/sitemap.xml?yyyy=2024&mm=10&dd=31", "2024-10-31", "2024-10-31"),
        ("https://a.example/sitemap.xml?year=2024&month=2", "2024-02-01", "2024-02-29"),
        ("https://a.example/sitemap_2024_10.xml", "2024-10-01", "2024-10-31"),
        ("https://a.example/sitemaps/202410.xml", "2024-10-01", "2024-10-31"),
        ("https://a.example/sitemap/2024-october.xml", "2024-10-01", "2024-10-31"),
        ("https://a.example/archive-2024.xml", "2024-01-01", "2024-12-31"),
        ("https://a.example/sitemap-2024-1.xml", "2024-01-01", "2024-12-31"),  # January, or part 1 of the year
    ],
)
def test_days_in_the_url_of_a_sitemap(url: str, first: str, last: str):
    """Days, months and years as sites write them; what may be a part of a year is taken for the year."""
    assert window_in_url(url) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "url", ["https://a.example/sitemap.xml", "https://a.example/post-sitemap12.xml", "https://a.example/s/31022024.xml"]
)
def test_a_url_without_days(url: str):
    """Numbers that are no date are none."""
    assert window_in_url(url) is None


def test_day_in_the_url_of_an_article():
    """Paths with a day, in figures or with the month's name; ids are no days."""
    assert day_in_url("https://a.example/world/2024/oct/31/bridge") == date(2024, 10, 31)
    assert day_in_url("https://a.example/2024/1/5/bridge") == date(2024, 1, 5)
    assert day_in_url("https://a.example/news/20241031-bridge") == date(2024, 10, 31)
    assert day_in_url("https://a.example/news/article-120241031123") is None
    assert day_in_url("https://a.example/2024/13/45/bridge") is None


def test_children_by_url_then_by_last_change():
    """A child of other days is left out, one that ended before them too; without any date it must be read."""
    listed = [
        ("https://a.example/sitemap-2024-10-30.xml", None),
        ("https://a.example/sitemap-2024-10-31.xml", None),
        ("https://a.example/posts-1.xml", datetime(2024, 9, 1, tzinfo=UTC)),
        ("https://a.example/posts-2.xml", datetime(2026, 1, 1, tzinfo=UTC)),
        ("https://a.example/posts-3.xml", None),
        ("https://a.example/video-sitemap-2024-10-31.xml", None),
    ]
    chosen = [(one.url.rpartition("/")[2], one.window) for one in choose_children(listed, HALLOWEEN)]
    assert chosen == [("sitemap-2024-10-31.xml", HALLOWEEN), ("posts-2.xml", None), ("posts-3.xml", None)]


def test_parts_of_a_year_are_no_months():
    """Where an index goes up to part 14, part 10 is not October."""
    listed = [(f"https://a.example/sitemap-2024-{part:02}.xml", None) for part in range(1, 15)]
    assert len(choose_children(listed, HALLOWEEN)) == 14
    assert [one.url[-6:-4] for one in choose_children(listed[:12], HALLOWEEN)] == ["10"]


def test_names_of_sitemaps_without_articles():
    """Videos, images, authors and tags are no articles; a word that contains one of these is no such name."""
    assert lists_no_articles("https://a.example/sitemap_videos_1.xml")
    assert lists_no_articles("https://a.example/author-sitemap.xml")
    assert not lists_no_articles("https://a.example/tags/articles-2024.xml")
    assert not lists_no_articles("https://a.example/heritage-2024.xml")


def belongs(url: str = "https://a.example/x", published=None, updated=None, zone=None, dated=False) -> bool:  # type: ignore[no-untyped-def]
    return may_belong(HALLOWEEN, url, published, updated, zone=zone, is_dated_list=dated)


def test_entries_by_what_states_their_publication():
    """The publisher's own calendar where its zone is known, else half a day more on either side."""
    tokyo = ZoneInfo("Asia/Tokyo")
    late = datetime(2024, 10, 31, 16, tzinfo=UTC)  # 01:00 of the 1st in Tokyo
    assert not belongs(published=late, zone=tokyo)
    assert belongs(published=late)
    assert belongs(published=datetime(2024, 10, 30, 15, tzinfo=UTC), zone=tokyo)
    assert belongs(published=datetime(2024, 10, 31, 0, 30, tzinfo=timezone(timedelta(hours=5))))
    assert not belongs(published=datetime(2024, 10, 30, 9, tzinfo=UTC))


def test_entries_by_url_and_last_change():
    """The day in a URL beats the last change, which may be some days late; a list of the day itself is believed."""
    changed = datetime(2024, 11, 20, tzinfo=UTC)
    assert belongs("https://a.example/2024/10/31/x", updated=changed)
    assert not belongs("https://a.example/2024/10/29/x")
    assert not belongs(updated=changed)
    assert belongs(updated=changed, dated=True)
    assert belongs(updated=datetime(2024, 11, 2, tzinfo=UTC))
    assert belongs()


def test_months_from_the_31st():
    """Stepping by calendar months from the 31st loses none."""
    found = months(Window(date(2024, 1, 31), date(2024, 5, 1)))
    assert [month.month for month in found] == [1, 2, 3, 4, 5]
