"""What an ingest shows in the Prefect page."""

from typing import TYPE_CHECKING

from flows.service.artifacts import MOST_FAILURES, Report
from flows.settings import Settings
from flows.words import counted
from warehouse.connect import WarehouseHeld
from warehouse.run_account import Failure, run_failures

if TYPE_CHECKING:
    from flows.ingested import Ingested

MOST_HOSTS = 5  # slowest hosts in the summary


def ingest_report(result: "Ingested", settings: Settings) -> Report:
    """The summary of a run, with its failures as far as they are appended."""
    failures, in_all = _failures(result, settings)
    return Report(line(result), figures(result), failures, in_all, verdict(result))


def line(result: "Ingested") -> str:
    """`3 new, 1 revised, 40 known, 2 rejected`, and what somebody should know."""
    counts = {
        "new": result.articles,
        "revised": result.revisions,
        "known": result.known,
        "rejected": result.rejected.total(),
        "deferred": result.deferred.total(),
        "waiting in the spool": result.waiting_articles,
    }
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "nothing new"
    return f"{said}. {result.notice}" if result.notice else said


def figures(result: "Ingested") -> list[tuple[str, str]]:
    """What, and how many."""
    rows = [
        ("new articles", f"{result.articles:,}"),
        ("revised", f"{result.revisions:,}"),
        ("known", f"{result.known:,}"),
        ("lists read", f"{result.lists:,}"),
        ("pages fetched", f"{result.fetched:,}"),
    ]
    rows += [(f"rejected: {reason}", f"{count:,}") for reason, count in result.rejected.most_common()]
    rows += [(f"deferred: {reason}", f"{count:,}") for reason, count in result.deferred.most_common()]
    rest = {
        "appended for earlier runs": result.earlier_texts,
        "left for the next run": result.left_over,
        "waiting in the spool": result.waiting_articles,
        "lists that failed": len(result.failed_lists),
        "sources not read": len(result.failed_sources),
        "damaged files": len(result.damage),
    }
    rows += [(what, f"{count:,}") for what, count in rest.items() if count]
    slowest = sorted(result.host_seconds.items(), key=lambda one: -one[1])[:MOST_HOSTS]
    return rows + [(f"slow: {host}", f"{seconds:,.1f} s") for host, seconds in slowest]


def verdict(result: "Ingested") -> str | None:
    """Why the run is no success: a source that was named failed, or nothing that was asked for answered."""
    if result.failed_sources:
        failed = counted(len(result.failed_sources), "source was", "sources were")
        return f"{failed} not read: {', '.join(result.failed_sources[:3])}"
    if (result.failed_lists or result.deferred) and not (result.lists or result.fetched):
        return "nothing that was asked for answered: is the network down?"
    return None


def _failures(result: "Ingested", settings: Settings) -> tuple[list[Failure], int]:
    wanted = result.rejected or result.deferred or result.failed_lists
    if not wanted or not settings.place.file.exists():
        return [], 0
    try:
        return run_failures(settings.place, result.run_id, MOST_FAILURES)
    except WarehouseHeld:
        return [], 0  # the figures stand; the list is in the warehouse
