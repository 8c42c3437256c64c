"""Tables of feeds: fitted to a terminal, in full elsewhere."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tasks.archive.regular import shown
from tasks.registry import Registry
from tasks.registry.choice import ChosenFeed
from tasks.url import redact

if TYPE_CHECKING:
    from warehouse.feed_health import FeedHealth


def print_feeds(
    rows: Sequence[ChosenFeed], registry: Registry, health: "Mapping[str, FeedHealth]", now: datetime
) -> None:
    """One line a feed: whether it is polled, whose it is, how it does."""
    columns = ["on", "country", "publisher", "kind", "state", "a day", "last success", "next poll", "url"]
    cells = []
    for row in rows:
        publisher = registry.publisher_of(row.publisher)
        one = health.get(redact(row.url))
        cells.append(
            [
                "yes" if row.is_enabled else "",
                (publisher.country if publisher else None) or "",
                row.publisher,
                row.kind,
                one.state if one and one.polls else "new" if row.is_enabled else "",
                f"{one.articles_a_day:.0f}" if one and one.last_success_at else "",
                ago(one.last_success_at, now) if one else "",
                _next(row, one, now),
                redact(row.url),
            ]
        )
    print_table(columns, cells)


def next_poll_at(row: ChosenFeed, health: "FeedHealth | None", now: datetime) -> datetime | None:
    """When a feed is asked next, by what the warehouse knows and the choice as it is now; None: it is not."""
    if not row.is_enabled:
        return None
    if health is None or health.last_polled_at is None or not health.enabled:  # enabled since the last run
        return now
    if health.state == "gone":
        return now if row.changed_at and row.changed_at > health.last_polled_at else None
    if row.interval_minutes and not health.failures_in_a_row:
        return health.last_polled_at + timedelta(minutes=row.interval_minutes)
    return health.next_poll_at


def _next(row: ChosenFeed, health: "FeedHealth | None", now: datetime) -> str:
    if not row.is_enabled:
        return ""
    at = next_poll_at(row, health, now)
    if at is None:
        return "off (410 Gone)"
    return "due" if at <= now else f"in {span((at - now).total_seconds() / 60)}"


def ago(at: datetime | None, now: datetime) -> str:
    return f"{span((now - at).total_seconds() / 60)} ago" if at else ""


def span(minutes: float) -> str:
    """A length of time in its largest unit."""
    if minutes < 100:
        return f"{max(minutes, 0):.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1_440:.0f} d"


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; else plain lines with nothing cut, that other programs can read."""
    rows = [[shown(cell) for cell in row] for row in rows]
    if not rows:
        return
    if sys.stdout.isatty():
        _print_rich(columns, rows)
        return
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns))]
    for row in [columns, *rows]:
        print("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_rich(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="ellipsis", no_wrap=name != "problems")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
