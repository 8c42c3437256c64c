"""`presshouse status`: what there is, what is stale and how much room is left; for people and for monitors."""

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flows.reading.metrics import exposition
from flows.settings import Settings, settings_of
from warehouse.health import Breach, Limits, breaches
from warehouse.status import Status, status, vital


def limits(settings: Settings) -> Limits:
    """The limits of `status --check` as they are set."""
    return Limits(
        append_hours=settings.max_append_hours,
        waiting_hours=settings.max_waiting_hours,
        free_bytes=settings.min_free,
        failing_share=settings.max_failing_share,
        snapshot_hours=settings.max_snapshot_hours,
        articles_share=settings.min_articles_share,
    )


def command(arguments: Namespace) -> int:
    """Exit status 1 with `--check` when a limit is breached."""
    settings = settings_of(arguments)
    now = datetime.now(UTC)
    found = status(settings.place, settings.prefect_home, now)
    breached = breaches(vital(found), limits(settings), now)
    if found.away:
        breached = [*breached, Breach("waiting", found.away)]
    format_ = arguments.format or ("json" if arguments.json else "text")
    if format_ == "prometheus":
        print(exposition(found, breached), end="")
    elif format_ == "json":
        print(json.dumps(_figures(found, breached), ensure_ascii=False, default=_iso))
    elif arguments.check:
        print("\n".join(one.line for one in breached) if breached else "Within all limits.")
    else:
        print("\n".join(_lines(found, breached)))
    return 1 if arguments.check and breached else 0


def _figures(found: Status, breached: Sequence[Breach]) -> dict[str, Any]:
    return asdict(found) | {"breaches": [asdict(one) for one in breached]}


def _lines(found: Status, breached: Sequence[Breach]) -> list[str]:
    figures = found.figures
    usual = f", usually {found.articles_usual:,.0f}" if found.articles_usual is not None else ""
    lines = [
        *([found.held] if found.held else []),
        found.warehouse,
        f"articles   {figures['articles']:>9,}   {figures['revisions']:,} revisions, {figures['stories']:,} stories,"
        f" {figures['publishers']:,} publishers",
        f"published  {_day(figures['first_published_date'])} to {_day(figures['last_published_date'])}",
        f"captures   {figures['captures']:>9,}",
        f"rejected   {sum(found.rejected.values()):>9,}   {_counts(found.rejected)}".rstrip(),
        f"waiting    {found.waiting_batches:>9,}   batches in the spool ({found.waiting_articles:,} articles)"
        if found.waiting_batches is not None
        else "waiting      unknown   the spool's store is away",
        f"appended   {_minute(figures['last_appended_at'])}, last run ended {_minute(figures['last_run_ended_at'])}",
        f"snapshot   {_minute(found.snapshot_at)}",
    ]
    if found.feeds:
        lines.append(f"feeds      {sum(found.feeds.values()):>9,}   {_counts(found.feeds)}")
        lines.append(f"live       {found.articles_today:>9,}   articles in the last 24 hours{usual}")
    lines += _bytes(found)
    for one in found.held_stories:
        lines.append(
            f"held: {one['articles']} articles that may be one story, since {_minute(one['held_at'])}:"
            f" {one['title'] or 'without a title'} (presshouse story {one['hold_id']})"
        )
    if figures["runs_without_end"]:
        lines.append(f"{figures['runs_without_end']} runs were stopped before their end; a further run completes them.")
    return lines + [f"! {one.line}" for one in breached]


def _bytes(found: Status) -> list[str]:
    here = {name: size for name, size in found.bytes_of.items() if size or name not in found.stores}
    lines = ["bytes      " + ", ".join(f"{name} {_size(size)}" for name, size in here.items())]
    lines += [f"           {name} is in {url}" for name, url in found.stores.items()]
    growing = {name: a_day for name, a_day in found.growth_of.items() if a_day}
    if not any(one is not None for one in found.growth_of.values()):
        grown = "unknown yet: presshouse maintain measures it, hourly under presshouse up"
    else:
        grown = ", ".join(f"{name} {_size(a_day)} a day" for name, a_day in growing.items()) or "none"
    lines.append(f"growth     {grown}")
    full = f", full in {found.days_until_full:,.0f} days" if found.days_until_full is not None else ""
    lines.append(f"disk       {_size(found.free_bytes)} free{full}")
    return lines


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in Counter(counts).most_common())


def _iso(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _day(value: Any) -> str:
    return value.isoformat() if value else "never"


def _minute(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if value else "never"


def _size(count: float) -> str:
    sign, count = ("-", -count) if count < 0 else ("", count)
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000:
            return f"{sign}{count:.0f} {unit}" if unit == "B" else f"{sign}{count:.1f} {unit}"
        count /= 1000
    return f"{sign}{count:.1f} TB"
