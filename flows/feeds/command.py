"""`presshouse feeds`: the registry as users see it. What is polled is their choice, told with what it will cost."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from flows.feeds.table import next_poll_at, print_feeds
from flows.settings import Settings, settings_of
from flows.words import counted
from tasks.errors import Stop
from tasks.fetch.expected import DAYS_A_MONTH, Expected, Load, expected
from tasks.registry import Feed, Registry, load_feeds, load_registry
from tasks.registry.choice import ChosenFeed, decided, merge, select, without
from tasks.registry.choice_file import change_choice, checked_minutes, choice_path, read_choice
from tasks.url import redact

if TYPE_CHECKING:
    from warehouse.feed_health import FeedHealth

HEALTH_WAIT = 2.0  # seconds that a list waits for a writer before it is shown without states


@dataclass(frozen=True)
class Desk:
    """What every action works with: settings, seeds, the file of the choice and the clock."""

    settings: Settings
    now: datetime

    @cached_property
    def registry(self) -> Registry:
        return load_registry(self.settings.seeds)

    @cached_property
    def seeds(self) -> tuple[Feed, ...]:
        if not (self.settings.seeds / "feeds.csv").exists():  # seeds of the user's own need not list feeds
            return ()
        return load_feeds(self.settings.seeds, self.registry)

    @property
    def path(self) -> Path:
        return choice_path(self.settings.place.data_dir)

    def rows(self) -> tuple[ChosenFeed, ...]:
        return merge(self.seeds, read_choice(self.path))

    def decide(self, rows: Sequence[ChosenFeed]) -> None:
        """Enter these rows into the choice."""
        change_choice(self.path, lambda choice: decided(choice, rows, self.now))

    def health(self) -> "dict[str, FeedHealth]":
        """How the feeds do, by redacted URL; empty before anything was polled, or while the warehouse is held."""
        from warehouse.connect import WarehouseHeld, reading
        from warehouse.feed_health import feed_health

        place = self.settings.place
        if not (place.file.exists() or place.snapshot.exists()):
            return {}
        try:
            with reading(place, wait=HEALTH_WAIT) as read:
                return {one.feed_url: one for one in feed_health(read.connection, self.now)}
        except WarehouseHeld as held:
            print(f"presshouse: {held}: shown without states", file=sys.stderr)
        except duckdb.CatalogException:  # a warehouse from before there were feeds; the next run brings it up to date
            pass
        return {}


def feeds(arguments: Namespace) -> int:
    """Run one action. Returns the exit status."""
    desk = Desk(settings_of(arguments), datetime.now(UTC))
    if arguments.action in ("add", "check"):
        from flows.feeds.look import add, check

        return add(arguments, desk) if arguments.action == "add" else check(arguments, desk)
    if arguments.action in ("import", "export"):
        from flows.feeds.exchange import export, import_

        return export(arguments, desk) if arguments.action == "export" else import_(arguments, desk)
    actions: dict[str, Callable[[Namespace, Desk], int]] = {
        "list": list_,
        "enable": enable,
        "disable": disable,
        "remove": remove,
    }
    return actions[arguments.action](arguments, desk)


def selected(arguments: Namespace, desk: Desk, rows: Sequence[ChosenFeed]) -> tuple[ChosenFeed, ...]:
    """The rows that the call names. Raises Stop when it names none."""
    named = (arguments.country, arguments.publisher, arguments.urls)
    if not any(named) and not arguments.all:
        raise Stop(f"Name whom to {arguments.action}: --country IN, --publisher DOMAIN, --all, or URLs.")
    found = select(
        rows,
        desk.registry,
        countries=arguments.country,
        publishers=arguments.publisher,
        urls=arguments.urls,
        everything=arguments.all,
    )
    return tuple(row for row in found if not arguments.kind or row.kind in arguments.kind)


def enable(arguments: Namespace, desk: Desk) -> int:
    minutes = checked_minutes("--interval", arguments.interval or "")
    chosen = [
        replace(
            row,
            is_enabled=True,
            interval_minutes=minutes or row.interval_minutes,
            recapture=row.recapture if arguments.recapture is None else arguments.recapture,
        )
        for row in selected(arguments, desk, desk.rows())
    ]
    if not arguments.dry_run:
        desk.decide(chosen)
    cost = cost_of(chosen, desk)
    if arguments.json:
        print(
            json.dumps({"enabled": [redact(row.url) for row in chosen], "dry_run": arguments.dry_run} | cost_row(cost))
        )
        return 0
    publishers = len({row.publisher for row in chosen})
    verb = "Would enable" if arguments.dry_run else "Enabled"
    print(f"{verb} {counted(len(chosen), 'feed')} of {counted(publishers, 'publisher')}.")
    print(cost_line(cost, len(chosen)))
    plain = sum(row.kind == "sitemap" for row in chosen)
    if plain and len(chosen) > plain and not arguments.kind:
        print(
            f"{plain:,} of them are sitemaps of everything, seldom needed beside feeds: --kind feed --kind news_sitemap"
            " leaves them out."
        )
    if not arguments.dry_run and not arguments.quiet:
        whole = cost_of([row for row in desk.rows() if row.is_enabled], desk)
        if whole.requests_an_hour > cost.requests_an_hour:
            print(f"With all that is enabled: {_cost(whole)}.")
        print("Next: presshouse ingest (once) or presshouse up (on schedule)")
    return 0


def disable(arguments: Namespace, desk: Desk) -> int:
    rows = [row for row in selected(arguments, desk, desk.rows()) if row.is_enabled]
    desk.decide([replace(row, is_enabled=False) for row in rows])
    return _told("disabled", rows, arguments)


def remove(arguments: Namespace, desk: Desk) -> int:
    rows = selected(arguments, desk, desk.rows())
    change_choice(desk.path, lambda choice: without(choice, rows, desk.seeds, desk.now))
    return _told("removed", rows, arguments)


def _told(verb: str, rows: Sequence[ChosenFeed], arguments: Namespace) -> int:
    if arguments.json:
        print(json.dumps({verb: [redact(row.url) for row in rows]}))
    else:
        print(f"{verb.capitalize()} {counted(len(rows), 'feed')}. What was polled and captured stays in the warehouse.")
    return 0


def list_(arguments: Namespace, desk: Desk) -> int:
    rows = desk.rows()
    if arguments.country or arguments.publisher or arguments.urls:
        rows = selected(arguments, desk, rows)
    rows = tuple(
        row
        for row in rows
        if (row.is_enabled or not arguments.enabled) and (not arguments.kind or row.kind in arguments.kind)
    )
    health = desk.health()
    rows = tuple(sorted(rows, key=lambda row: (not row.is_enabled, row.publisher, row.kind, row.url)))
    if arguments.json:
        print(json.dumps([_row(row, desk, health.get(redact(row.url))) for row in rows], ensure_ascii=False))
        return 0
    print_feeds(rows, desk.registry, health, desk.now)
    if not arguments.quiet:
        enabled = [row for row in rows if row.is_enabled]
        print(f"{counted(len(rows), 'feed')}, {len(enabled):,} enabled." + ("" if enabled else _FIRST))
        told = {health[url].state for row in enabled if (url := redact(row.url)) in health}
        if told := told & {"quiet", "failing", "blocked", "gone"}:
            print(f"Some are {', '.join(sorted(told))}: presshouse feeds check tells what is wrong now.")
    return 0


_FIRST = " To begin: presshouse feeds enable --country GB, or presshouse feeds add DOMAIN"


def _row(row: ChosenFeed, desk: Desk, health: "FeedHealth | None") -> dict[str, Any]:
    """A feed for machines."""
    publisher = desk.registry.publisher_of(row.publisher)
    shown: dict[str, Any] = {
        "url": redact(row.url),
        "publisher": row.publisher,
        "publisher_name": publisher.name if publisher else None,
        "country": publisher.country if publisher else None,
        "kind": row.kind,
        "languages": list(row.languages),
        "enabled": row.is_enabled,
        "recapture": row.recapture,
        "interval_minutes": row.interval_minutes,
        "changed_at": row.changed_at.isoformat() if row.changed_at else None,
        "note": row.note or None,
        "state": health.state if health else "new",
    }
    if health:
        shown |= {
            "last_polled_at": _iso(health.last_polled_at),
            "last_success_at": _iso(health.last_success_at),
            "failures_in_a_row": health.failures_in_a_row,
            "reason": health.reason,
            "articles_a_day": health.articles_a_day,
            "usual_a_day": health.usual_a_day,
            "next_poll_at": _iso(next_poll_at(row, health, desk.now)),
        }
    return shown


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def cost_of(rows: Sequence[ChosenFeed], desk: Desk) -> Expected:
    """What polling these will cost; by what they brought, where they were polled before."""
    health = desk.health()
    return expected(
        Load(row.publisher, row.kind, _seen_a_day(health.get(redact(row.url))), row.interval_minutes) for row in rows
    )


def _seen_a_day(health: "FeedHealth | None") -> float | None:
    if health is None or health.last_success_at is None:
        return None
    return health.usual_a_day


def cost_line(cost: Expected, count: int) -> str:
    basis = "assumed by kind" if not cost.measured else f"measured for {cost.measured:,} of {count:,} feeds"
    return f"Expected: {_cost(cost)} (about {cost.articles_a_day:,.0f} articles a day, {basis})."


def _cost(cost: Expected) -> str:
    return f"{cost.requests_an_hour:,.0f} requests an hour, {cost.gb_a_month:,.1f} GB a month"


def cost_row(cost: Expected) -> dict[str, Any]:
    return {
        "requests_an_hour": round(cost.requests_an_hour, 1),
        "gb_a_month": round(cost.gb_a_month, 2),
        "articles_a_day": round(cost.articles_a_day, 1),
        "days_a_month": DAYS_A_MONTH,
        "feeds_measured": cost.measured,
    }
