"""What it will cost to poll feeds and fetch what they list: requests an hour and gigabytes a month, before it is done.

    requests an hour = (polls a day of every list + articles a day of every publisher) / 24
    bytes a month    = 30 * (polls a day * (1 - UNCHANGED) * bytes of a list + articles a day * PAGE_BYTES)

A list is polled as `tasks.fetch.schedule` does for so many articles a day. Lists of one publisher list the same
articles over again, so the fullest of them counts for its pages. Before a feed was polled its kind tells the articles a
day; the user's own interval counts as it is. Not in it: robots.txt, redirects and second tries, a few in a hundred.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from tasks.fetch.schedule import usual_interval

# Received over the network, compressed. Measured on 400 news pages of many publishers: 161 KB of HTML, 32 KB as gzip.
# The archive keeps bodies as they came, so that the same figure is what the disk takes.
PAGE_BYTES = 32_000
LIST_BYTES = {"feed": 15_000, "news_sitemap": 60_000, "sitemap": 150_000}  # assumed: 30, 300 and 3,000 entries, as gzip
UNCHANGED = 0.25  # of the polls are answered 304 (benchmarks/polling.py)
ARTICLES_A_DAY = {"feed": 30.0, "news_sitemap": 80.0, "sitemap": 80.0}  # assumed of a daily paper
DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Load:
    """A feed or sitemap that is to be polled."""

    publisher: str
    kind: str  # feed, news_sitemap, sitemap
    articles_a_day: float | None = None  # as seen; None: never polled
    interval_minutes: int | None = None  # the user's own


@dataclass(frozen=True, slots=True)
class Expected:
    requests_an_hour: float
    gb_a_month: float  # 10^9 bytes
    articles_a_day: float
    measured: int  # feeds whose articles a day are known, not assumed


def expected(loads: Iterable[Load]) -> Expected:
    """What these feeds will cost together."""
    polls = list_bytes = 0.0
    measured = 0
    articles: dict[str, float] = {}
    for load in loads:
        a_day = ARTICLES_A_DAY[load.kind] if load.articles_a_day is None else load.articles_a_day
        measured += load.articles_a_day is not None
        interval = timedelta(minutes=load.interval_minutes) if load.interval_minutes else usual_interval(a_day)
        polls_a_day = timedelta(days=1) / interval
        polls += polls_a_day
        list_bytes += polls_a_day * (1 - UNCHANGED) * LIST_BYTES[load.kind]
        articles[load.publisher] = max(articles.get(load.publisher, 0.0), a_day)
    pages = sum(articles.values())
    return Expected(
        requests_an_hour=(polls + pages) / 24,
        gb_a_month=DAYS_A_MONTH * (list_bytes + pages * PAGE_BYTES) / 1e9,
        articles_a_day=pages,
        measured=measured,
    )
