"""A range of days, by hand: from sitemaps, news archives, our own captures or files, unit by unit, resumable."""

import os
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Literal

from prefect import flow, runtime
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic.json_schema import SkipJsonSchema

from flows import steps
from flows.backfill import ccnews, local, sitemap, wayback
from flows.backfill.plan import make_plan
from flows.backfill.report import need_consent, page_report, plan_lines, verdict
from flows.backfill.request import Request, understood
from flows.backfill.service import ServiceDown
from flows.backfill.work import Backfilled, UnitProgress, Work, only_one
from flows.batches.pieces import WarcSlice
from flows.batches.pool import close_pool
from flows.batches.to_do import orphans
from flows.batches.warm import warm_up
from flows.ending import listen
from flows.ingested import Ingested
from flows.live.net import Web, need_contact
from flows.live.room import need_disk
from flows.program import PROGRAM
from flows.progress import progress, shown_by
from flows.service.artifacts import Report, in_page, run_name
from flows.service.heartbeat import beat
from flows.settings import Settings, load
from flows.sources import known_feeds
from tasks.backfill.units import Plan
from tasks.errors import Deferred
from warehouse import batches
from warehouse import spool as spooling
from warehouse.connect import WRITE_WAIT, in_use_here
from warehouse.migrate import prepare
from warehouse.registry import store_feeds, store_registry

RUN = {
    "sitemap": sitemap.run,
    "ccnews": ccnews.run,
    "wayback": wayback.run,
    "archive": local.run,
    "path": local.run,
}


def _report(result: Backfilled, settings: Settings) -> Report:
    return page_report(result, settings)


@flow(
    name="backfill",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]
    validate_parameters=False,
)
@in_page(_report)
def backfill(
    from_day: str | None = None,
    to_day: str | None = None,
    via: str = "sitemap",
    publishers: Sequence[str] = (),
    undated: Literal["keep", "drop"] = "keep",
    only_missing: bool = False,
    again: bool = False,
    keep: bool = False,
    yes: bool = False,
    settings: SkipJsonSchema[Settings | None] = None,
) -> Backfilled:
    """Read a range of days into the warehouse, whatever is not here yet.

    Days are those of published_date. What is done stands in the table backfill_units and is not read again; stopped at
    any moment and started again, it goes on inside the unit. Nothing comes in twice.

    Args:
        from_day: First day: 2024-10-31, 2024-10, yesterday, 7d.
        to_day: Last day, included, spelled alike.
        via: sitemap, ccnews, wayback, archive (our own captures), or a file or folder.
        publishers: Domains. None: those of the enabled feeds; for ccnews, archive and files, all.
        undated: keep (articles without a date are kept and flagged) or drop.
        only_missing: Only days on which something is missing, and pages that are no articles here yet.
        again: Read units again that are done.
        keep: Keep the downloaded files of ccnews.
        yes: Download more than PRESSHOUSE_MAX_DOWNLOAD_GB.
        settings: Of the command. A run from the page has none and reads its own from the environment; no form shows it.
    """
    is_of_command, settings = settings is not None, settings or load(os.environ)
    if threading.current_thread() is threading.main_thread():
        listen(unsafe=in_use_here)
    now = datetime.now(UTC)
    request = understood(
        from_day, to_day, via, publishers, settings, now,
        undated=undated, only_missing=only_missing, again=again, keep=keep, yes=yes,
    )  # fmt: skip
    if not is_of_command:  # which has said it before anything else
        progress().say(request.sentence())
    if request.fetches:
        need_contact(settings)
        need_disk(settings)
    with ExitStack() as stack:
        stack.enter_context(only_one(settings.place.spool))
        warm_up(settings, lists=request.fetches)
        web = stack.enter_context(Web(settings, gives_way=True)) if request.fetches else None
        return _backfill(request, settings, web, now)


def _backfill(request: Request, settings: Settings, web: Web | None, now: datetime) -> Backfilled:
    place, run_id = settings.place, str(runtime.flow_run.id)
    batches.settle(place, is_shared=settings.is_shared)
    prepare(place.file, wait=WRITE_WAIT, say=progress().say)
    store_registry(place.file, settings.seeds, wait=WRITE_WAIT)
    store_feeds(place.file, known_feeds(settings), wait=WRITE_WAIT)
    result = Backfilled(Ingested(run_id=run_id), request.sentence())
    work = Work(request, settings, run_id, web, result)
    _run_row("started", request, settings, run_id)
    try:
        _what_was_left(work)
        plan = _planned(request, settings, web, now)
        need_consent(plan, request, settings)
        _tell(plan, request, settings, result)
        _read(plan, work)
    except BaseException:
        close_pool(at_once=True)
        raise
    close_pool()
    _run_row("ended", request, settings, run_id)
    work.append(WRITE_WAIT)
    if result.ingested.held is None:
        result.ingested.recount(place)
        steps.stories(settings, run_id, WRITE_WAIT)
        if result.ingested.fetched:
            steps.keep_memory(settings)
    if verdict(result) is None:
        beat(settings, progress().say)
    return result


def _planned(request: Request, settings: Settings, web: Web | None, now: datetime) -> Plan:
    """Raises Deferred where a service does not answer: nothing can be planned."""
    try:
        return make_plan(request, settings, web, now)
    except ServiceDown as down:
        raise Deferred(str(down)) from down


def _what_was_left(work: Work) -> None:
    """What earlier runs had archived and not extracted: known before it is asked what is missing."""
    if work.request.way != "archive":  # which reads the archive itself, within its range
        for piece in orphans(work.settings):
            rest: WarcSlice = piece
            work.extract(rest, None)
    work.append(WRITE_WAIT)


def _tell(plan: Plan, request: Request, settings: Settings, result: Backfilled) -> None:
    result.units, result.done_before, result.filled = len(plan.units), plan.done, plan.filled
    result.unread = list(plan.unread)
    for line in plan_lines(plan, request, settings):
        progress().say(line)


def _read(plan: Plan, work: Work) -> None:
    shown = UnitProgress(progress(), len(plan.to_do))
    work.show(shown)
    with shown_by(shown):
        try:
            RUN[plan.way](plan.to_do, work)
        except ServiceDown as down:
            work.result.stopped = str(down)
            progress().say(str(down))


def _run_row(event: str, request: Request, settings: Settings, run_id: str) -> None:
    arguments = {"days": request.sentence(), "way": request.way, "publishers": list(request.publishers)}
    row = spooling.run_row("backfill", event, arguments if event == "started" else {}, datetime.now(UTC))
    batches.write_batch(settings.place, [row], run_id=run_id, program=PROGRAM)
