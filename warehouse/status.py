"""Figures for the operator: what there is, what waits, how many bytes. Asks the files, never a server."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.connect import must_exist, reading
from warehouse.feed_health import feed_health
from warehouse.health import FAILING, Vital
from warehouse.place import Place
from warehouse.sizes import days_until_full, free_bytes, growth, history, measured
from warehouse.store import StoreAway
from warehouse.stories_holds import held_stories
from warehouse.waiting import waiting_batches

_FIGURES = """
select
    (select count(*) from articles) as articles,
    (select count(*) from numbered_revisions) as revisions,
    (select count(distinct story_id) from articles) as stories,
    (select count(distinct publisher) from articles) as publishers,
    (select count(distinct (capture_file, capture_offset)) from captures) as captures,
    (select min(published_date) from articles) as first_published_date,
    (select max(published_date) from articles) as last_published_date,
    (select max(appended_at) from batches) as last_appended_at,
    (select min(appended_at) from batches) as first_appended_at,
    (select max(happened_at) from runs where event = 'ended') as last_run_ended_at,
    (select count(*) from runs where event = 'started' and happened_at > (
        select coalesce(max(happened_at), '-infinity'::timestamptz) from runs where event = 'ended'
    )) as runs_without_end
"""


# Articles that came live (feeds, sitemaps, pages) by spans of 24 hours, the last of which ends now. The very first span
# is not whole and counts not.
_LIVE_DAYS = """
with spans as (
    select cast(floor((epoch($now::timestamptz) - epoch(min(captured_at))) / 86400) as integer) as days_ago
    from revisions where via in ('feed', 'sitemap', 'page')
    group by article_id having epoch(min(captured_at)) > epoch($now::timestamptz) - 29 * 86400
),
first_span as (
    select cast(floor((epoch($now::timestamptz) - epoch(min(captured_at))) / 86400) as integer) as days_ago
    from revisions where via in ('feed', 'sitemap', 'page')
),
days as (
    select days.days_ago, count(spans.days_ago) as articles
    from range(0, 29) as days (days_ago) left join spans on spans.days_ago = days.days_ago
    where days.days_ago < (select days_ago from first_span)
    group by days.days_ago
)
select coalesce((select count(*) from spans where days_ago = 0), 0),
    (select if(count(*) >= 7, median(articles), null) from days where days_ago > 0)
"""


@dataclass(slots=True)
class Status:
    """Bytes are of files on disk; instants are UTC."""

    warehouse: str
    held: str | None = None  # who holds the warehouse, and how old the snapshot is that the figures are of
    figures: dict[str, Any] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)  # by reason
    waiting_batches: int | None = 0  # None: the store of the spool is away
    waiting_articles: int | None = 0
    waiting_since: datetime | None = None
    bytes_of: dict[str, int] = field(default_factory=dict)  # warehouse, archive, spool, snapshot, prefect
    away: str | None = None  # why nobody knows what waits
    stores: dict[str, str] = field(default_factory=dict)  # URL of what lies in one: archive, spool
    growth_of: dict[str, float | None] = field(default_factory=dict)  # bytes a day; None: not measured long enough
    free_bytes: int = 0
    days_until_full: float | None = None
    snapshot_at: datetime | None = None
    feeds: dict[str, int] = field(default_factory=dict)  # enabled feeds by state
    articles_today: int = 0  # that came live in the last 24 hours
    articles_usual: float | None = None  # in 24 hours, the median of up to four weeks before; None before a week
    held_stories: list[dict[str, Any]] = field(default_factory=list)  # groups too large to be believed, for review


def status(place: Place, prefect_home: Path, now: datetime) -> Status:
    """Read the figures; those of the snapshot while somebody holds the warehouse, and who does.

    Raises Stop when there is no warehouse, WarehouseHeld when it stays in use and there is no snapshot.
    """
    must_exist(place.file)
    found = Status(warehouse=str(place.file))
    with reading(place) as read:
        connection = read.connection
        found.held = read.sentence(now) if read.held else None
        cursor = connection.execute(_FIGURES)
        names = [column[0] for column in cursor.description or ()]
        row = cursor.fetchone()
        found.figures = dict(zip(names, row or (), strict=True))
        found.rejected = dict(
            connection.execute(  # each input once, however often it was seen
                "select reason, count(distinct (fetched_url, capture_offset)) from rejections"
                " group by all order by 2 desc, 1"
            ).fetchall()
        )
        found.held_stories = held_stories(connection)
        found.feeds = dict(Counter(feed.state for feed in feed_health(connection, now) if feed.enabled))
        live = connection.execute(_LIVE_DAYS, {"now": now}).fetchone() or (0, None)
        found.articles_today, found.articles_usual = live
        earlier = history(connection, now)
    try:
        batches = waiting_batches(place)
    except StoreAway as error:
        found.away, found.waiting_batches, found.waiting_articles = str(error), None, None
    else:
        found.waiting_batches = len(batches)
        found.waiting_articles = _articles_in(batches)
        found.waiting_since = _since(batches)
    found.snapshot_at = _changed_at(place.snapshot)
    found.bytes_of = measured(place, prefect_home)
    found.stores = {name: url for name, url in (("archive", place.archive_url), ("spool", place.spool_url)) if url}
    found.growth_of = {store: growth(earlier.get(store, []), size, now) for store, size in found.bytes_of.items()}
    found.free_bytes = free_bytes(place.data_dir)
    found.days_until_full = days_until_full(found.free_bytes, list(found.growth_of.values()))
    return found


def _articles_in(batches: Sequence[Path]) -> int:
    if not batches:
        return 0
    from warehouse.spool import count_articles  # and with it pyarrow

    return count_articles(batches)


def vital(found: Status) -> Vital:
    """What is looked at for breaches."""
    return Vital(
        last_append_at=found.figures["last_appended_at"],
        waiting_since=found.waiting_since,
        free_bytes=found.free_bytes,
        feeds=sum(found.feeds.values()),
        failing_feeds=sum(count for state, count in found.feeds.items() if state in FAILING),
        snapshot_at=found.snapshot_at,
        first_append_at=found.figures["first_appended_at"],
        articles_today=found.articles_today,
        articles_usual=found.articles_usual,
    )


def _since(batches: Sequence[Path]) -> datetime | None:
    """When the oldest waiting batch was written."""
    return min((at for path in batches if (at := _changed_at(path))), default=None)


def _changed_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # gone in this moment, or never there
        return None
