"""Events about feeds, for automations: `presshouse.feed.failing`, `.silent` and `.recovered`.

An event is sent when a feed's state changes, not at every look: what was told is kept in Prefect's home, so that a
notification on them comes once.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect.events import emit_event

from flows.service.server import has_page
from flows.settings import Settings
from tasks.url import redact
from warehouse.connect import READ_WAIT, opened
from warehouse.feed_health import FeedHealth, feed_health

TOLD = "feeds-told.json"
# States of `tasks.fetch.schedule`; all others, of a feed that was told to be in trouble, are a recovery.
TROUBLE = {"failing": "failing", "blocked": "failing", "gone": "failing", "quiet": "silent"}


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """`kind`: failing, silent or recovered; `payload`: plain values for the text of a notification."""

    kind: str
    feed_url: str
    payload: dict[str, Any]


def feed_events(feeds: Iterable[FeedHealth], told: Mapping[str, str]) -> tuple[list[FeedEvent], dict[str, str]]:
    """What is to be told of these feeds, and what will then have been told. `told`: feed URL -> kind of trouble."""
    events: list[FeedEvent] = []
    now_told: dict[str, str] = {}
    for feed in feeds:
        url = redact(feed.feed_url)
        kind = TROUBLE.get(feed.state) if feed.enabled else None
        before = told.get(url)
        if kind is not None:
            now_told[url] = kind
        if kind != before and (kind is not None or feed.enabled):
            events.append(FeedEvent(kind or "recovered", url, _payload(feed)))
    return events, now_told


def _payload(feed: FeedHealth) -> dict[str, Any]:
    return {
        "publisher": feed.publisher,
        "state": feed.state,
        "reason": feed.reason,
        "http_status": feed.status,
        "failures_in_a_row": feed.failures_in_a_row,
        "last_success_at": _iso(feed.last_success_at),
        "newest_entry_at": _iso(feed.newest_entry_at),
        "articles_a_day": round(feed.articles_a_day, 2),
        "usual_a_day": round(feed.usual_a_day, 2) if feed.usual_a_day is not None else None,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def tell_feeds(feeds: Iterable[FeedHealth], home: Path) -> list[FeedEvent]:
    """Send the events of the feeds whose state changed since the last time. `home`: Prefect's."""
    file = home / TOLD
    events, told = feed_events(feeds, _read(file))
    for event in events:
        emit_event(
            f"presshouse.feed.{event.kind}",
            resource={
                "prefect.resource.id": f"presshouse.feed.{event.feed_url}",
                "prefect.resource.name": event.payload["publisher"] or event.feed_url,
                "presshouse.feed.url": event.feed_url,
            },
            payload=event.payload,
        )
    home.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{TOLD}.part")
    partial.write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")
    partial.replace(file)
    return events


def told(settings: Settings, now: datetime, run_id: str) -> str | None:
    """The step of `maintain`: look how the feeds do and tell what changed, where there is a page to tell it to."""
    if not has_page():
        return None
    with opened(settings.place.file, read_only=True, wait=READ_WAIT) as connection:
        feeds = feed_health(connection, now)
    events = tell_feeds(feeds, Path(os.environ.get("PREFECT_HOME") or settings.prefect_home))
    return ", ".join(f"{event.kind}: {event.feed_url}" for event in events) or None


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # the latter: cut by a full disk; then all is told once more
        return {}
    return {str(url): str(kind) for url, kind in found.items()} if isinstance(found, dict) else {}
