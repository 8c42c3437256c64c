"""What a backfill says: the plan before, the summary after, and what makes it no success. Imports no Prefect."""

import shutil
from typing import TYPE_CHECKING, Any

from flows.backfill.request import Request
from flows.settings import Settings
from flows.words import counted
from tasks.backfill.units import Cost, Plan
from tasks.errors import Stop

if TYPE_CHECKING:
    from flows.backfill.work import Backfilled
    from flows.service.artifacts import Report

GB = 1e9
SHOWN_INCOMPLETE = 20  # lines; the rest is in the table


def plan_lines(plan: Plan, request: Request, settings: Settings) -> list[str]:
    """Units, how many are done, and what the rest will cost."""
    lines = [
        f"units      {len(plan.units):>7,}   {_NAMES[plan.way]}",
        f"done       {plan.done:>7,}   in the ledger, not read again (--again reads them)",
    ]
    if request.only_missing:
        lines.append(f"filled     {plan.filled:>7,}   nothing is missing on their days")
    what = _cost(plan.cost, request) if plan.to_do else "nothing: everything of these days was read"
    lines.append(
        f"to do      {len(plan.to_do):>7,}   {what}" if plan.units else "to do            0   nothing was found"
    )
    lines += [f"note: {note}" for note in plan.notes]
    lines += [f"not read: {one}" for one in plan.unread]
    if plan.cost.download_bytes > _free(settings):
        lines.append(f"note: only {_free(settings) / GB:,.1f} GB are free in {settings.place.data_dir}")
    return lines


_NAMES = {
    "sitemap": "sitemaps",
    "ccnews": "WARC files of CC-NEWS",
    "wayback": "months of publishers in the index of the Wayback Machine",
    "archive": "archive files with captures that are no articles here",
    "path": "WARC files and folders",
}


def _cost(cost: Cost, request: Request) -> str:
    hours = f"{cost.hours:,.1f} hours" if cost.hours >= 0.1 else f"{max(cost.hours * 60, 0.1):,.1f} minutes"
    if not request.fetches:
        return f"about {hours}; nothing is fetched"
    return f"about {cost.requests:,} requests, {cost.download_bytes / GB:,.2f} GB, {hours}"


def _free(settings: Settings) -> int:
    folder = settings.place.data_dir
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def need_consent(plan: Plan, request: Request, settings: Settings) -> None:
    """Raise Stop for a large download that nobody has agreed to."""
    wanted = plan.cost.download_bytes / GB
    if request.fetches and wanted > settings.max_download_gb and not request.yes:
        raise Stop(
            f"this needs about {wanted:,.1f} GB of download, and PRESSHOUSE_MAX_DOWNLOAD_GB is "
            f"{settings.max_download_gb:g}. Add --yes to agree, or name fewer days."
        )


def plan_object(plan: Plan, request: Request) -> dict[str, Any]:
    """For machines, of --dry-run."""
    return {
        "days": [str(day) for day in plan.asked],
        "range": request.sentence(),
        "way": plan.way,
        "units": len(plan.units),
        "done": plan.done,
        "filled": plan.filled,
        "to_do": len(plan.to_do),
        "requests": plan.cost.requests,
        "download_gb": round(plan.cost.download_bytes / GB, 3),
        "hours": round(plan.cost.hours, 3),
        "notes": list(plan.notes),
        "unread": list(plan.unread),
        "missing": [unit.name for unit in plan.to_do],
    }


def verdict(result: "Backfilled") -> str | None:
    """Why the run is no success; None when it is. Pages to be tried again are no failure, nothing else is."""
    if result.stopped:
        return result.stopped
    if result.unread:
        return f"{counted(len(result.unread), 'list was', 'lists were')} not read: {', '.join(result.unread[:3])}"
    if result.unlisted:
        return f"{counted(len(result.unlisted), 'unit was', 'units were')} not read: {', '.join(result.unlisted[:3])}"
    ingested = result.ingested
    if ingested.deferred and not ingested.fetched:
        return "nothing that was asked for answered: is the network down?"
    return None


def result_object(result: "Backfilled") -> dict[str, Any]:
    """For machines."""
    ingested = result.ingested
    return {
        "run_id": ingested.run_id,
        "range": result.sentence,
        "units": result.units,
        "done_before": result.done_before,
        "filled": result.filled,
        "done": result.done,
        "incomplete": result.incomplete,
        "unread": result.unread,
        "stopped": result.stopped,
        "listed": result.listed,
        "outside": result.outside,
        "known_pages": result.known,
        "fetched": ingested.fetched,
        "articles": ingested.articles,
        "revisions": ingested.revisions,
        "known": ingested.known,
        "rejected": dict(ingested.rejected),
        "deferred": dict(ingested.deferred),
        "damage": ingested.damage,
        "waiting_batches": ingested.waiting_batches,
        "waiting_articles": ingested.waiting_articles,
        "held_by": ingested.held.holder if ingested.held else None,
    }


def result_lines(result: "Backfilled") -> list[str]:
    """What the command prints at the end."""
    ingested = result.ingested
    rejected = ", ".join(f"{reason} {count:,}" for reason, count in ingested.rejected.most_common())
    deferred = ", ".join(f"{reason} {count:,}" for reason, count in ingested.deferred.most_common())
    lines = [
        f"units      {result.done:>7,}   done, {result.done_before:,} earlier, {len(result.incomplete):,} incomplete",
        f"articles   {ingested.articles:>7,}   new",
        f"revisions  {ingested.revisions:>7,}   further texts of articles that were known",
        f"known      {ingested.known + result.known:>7,}   here already",
        f"rejected   {sum(ingested.rejected.values()):>7,}   {rejected}".rstrip(),
    ]
    if result.outside:
        lines.append(f"outside    {result.outside:>7,}   listed, surely of other days or publishers: not looked at")
    if deferred:
        lines.append(f"deferred   {sum(ingested.deferred.values()):>7,}   {deferred}: run the same command again")
    lines += [f"not read: {line}" for line in result.unread]
    lines += [f"incomplete: {line}" for line in result.incomplete[:SHOWN_INCOMPLETE]]
    lines += [f"damaged: {line}" for line in ingested.damage]
    if ingested.waiting_batches:
        held = ingested.held.short if ingested.held else "the warehouse is held by another process"
        lines.append(
            f"{held[0].upper()}{held[1:]}: {counted(ingested.waiting_batches, 'batch', 'batches')} "
            f"({counted(ingested.waiting_articles, 'article')}) wait in the spool and will be appended by the next run."
        )
    return lines


def page_report(result: "Backfilled", settings: Settings) -> "Report":
    """The summary in the Prefect page."""
    from flows.ingest_report import figures, ingest_report
    from flows.service.artifacts import Report

    inner = ingest_report(result.ingested, settings)
    rows = [
        ("units done", f"{result.done:,}"),
        ("units done before", f"{result.done_before:,}"),
        ("units incomplete", f"{len(result.incomplete):,}"),
        ("listed, of other days or publishers", f"{result.outside:,}"),
        ("captured before", f"{result.known:,}"),
        *figures(result.ingested),
    ]
    line = f"{result.sentence}: {counted(result.done, 'unit')}, {inner.line}"
    return Report(line, rows, inner.failures, inner.failures_in_all, verdict(result))
