"""Is something silent, stale or full: figures against limits, purely. Made for `status --check` and for monitors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

FAILING = frozenset({"failing", "blocked", "gone"})  # states of a feed that count as failing
LEAST_USUAL = 5.0  # articles a day below which a quiet day says nothing


@dataclass(frozen=True, slots=True)
class Limits:
    """Each 0: not looked at."""

    append_hours: float
    waiting_hours: float
    free_bytes: int
    failing_share: float  # of the enabled feeds, 0 to 1
    snapshot_hours: float  # that it may lie behind the newest append
    articles_share: float  # of what is usual in a day, 0 to 1


@dataclass(frozen=True, slots=True)
class Vital:
    """The figures that are looked at. Instants are aware."""

    last_append_at: datetime | None
    waiting_since: datetime | None
    free_bytes: int
    feeds: int  # enabled
    failing_feeds: int
    snapshot_at: datetime | None
    first_append_at: datetime | None
    articles_today: int  # live, of the last 24 hours
    articles_usual: float | None  # median of the same over the days before; None before a week of live input


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that is broken; `check` is a word for machines."""

    check: str
    line: str


CHECKS = ("append", "waiting", "disk", "feeds", "snapshot", "articles")


def breaches(vital: Vital, limits: Limits, now: datetime) -> list[Breach]:
    """One line a breach, in the order of CHECKS."""
    return [
        *_appended(vital, limits, now),
        *_waiting(vital, limits, now),
        *_disk(vital, limits),
        *_feeds(vital, limits),
        *_snapshot(vital, limits, now),
        *_articles(vital, limits),
    ]


def _appended(vital: Vital, limits: Limits, now: datetime) -> Iterator[Breach]:
    limit = limits.append_hours
    if not limit:
        return
    if vital.last_append_at is None:
        yield Breach("append", "Nothing was ever appended: presshouse ingest, or presshouse up")
    elif now - vital.last_append_at > timedelta(hours=limit):
        age = hours(now - vital.last_append_at)
        yield Breach("append", f"The last append is {age} h old, more than {limit:g} h: does presshouse up still run?")


def _waiting(vital: Vital, limits: Limits, now: datetime) -> Iterator[Breach]:
    limit = limits.waiting_hours
    if limit and vital.waiting_since and now - vital.waiting_since > timedelta(hours=limit):
        age = hours(now - vital.waiting_since)
        yield Breach(
            "waiting", f"Batches wait in the spool for {age} h, more than {limit:g} h: who holds the warehouse?"
        )


def _disk(vital: Vital, limits: Limits) -> Iterator[Breach]:
    if vital.free_bytes < limits.free_bytes:
        free, wanted = vital.free_bytes / 1e9, limits.free_bytes / 1e9
        yield Breach(
            "disk", f"Only {free:,.1f} GB are free, less than {wanted:,.1f} GB: nothing is fetched until there is room"
        )


def _feeds(vital: Vital, limits: Limits) -> Iterator[Breach]:
    limit = limits.failing_share
    if limit and vital.feeds and vital.failing_feeds / vital.feeds > limit:
        yield Breach(
            "feeds",
            f"{vital.failing_feeds} of {vital.feeds} feeds fail, more than {limit:.0%}: presshouse feeds list",
        )


def _snapshot(vital: Vital, limits: Limits, now: datetime) -> Iterator[Breach]:
    """How long readers of the snapshot have been missing what was appended."""
    limit = limits.snapshot_hours
    behind = vital.snapshot_at or vital.first_append_at
    if not limit or vital.last_append_at is None or behind is None or behind >= vital.last_append_at:
        return
    if now - behind > timedelta(hours=limit):
        what = f"The snapshot is {hours(now - behind)} h old" if vital.snapshot_at else "There is no snapshot"
        yield Breach("snapshot", f"{what} and lacks what was appended since: presshouse maintain")


def _articles(vital: Vital, limits: Limits) -> Iterator[Breach]:
    usual, limit = vital.articles_usual, limits.articles_share
    if limit and usual is not None and usual >= LEAST_USUAL and vital.articles_today < limit * usual:
        yield Breach(
            "articles",
            f"{vital.articles_today:,} articles in the last 24 h, usually {usual:,.0f}: presshouse feeds list,"
            " presshouse report",
        )


def hours(age: timedelta) -> str:
    return f"{age / timedelta(hours=1):,.1f}"
