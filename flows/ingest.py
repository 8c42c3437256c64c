"""The main job: sources -> captures -> articles -> warehouse."""

import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from prefect import flow, runtime
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic.json_schema import SkipJsonSchema

from flows import steps
from flows.batches.crew import crew
from flows.batches.pool import close_pool
from flows.batches.to_do import pieces
from flows.ending import listen
from flows.ingest_report import ingest_report, verdict
from flows.ingested import Ingested
from flows.live.room import need_disk
from flows.program import PROGRAM
from flows.progress import progress
from flows.service.artifacts import in_page, run_name
from flows.service.heartbeat import beat
from flows.settings import Settings, load
from flows.sources import known_feeds, named_sources, split_sources, unreadable_sources
from flows.words import counted
from flows.working import Working
from tasks.load import Source, find_sources
from tasks.model import Rejection
from tasks.registry.choice import ChosenFeed
from tasks.url import redact
from warehouse import batches
from warehouse import spool as spooling
from warehouse.connect import WRITE_WAIT, WarehouseHeld, in_use_here
from warehouse.migrate import prepare
from warehouse.registry import is_current, store_feeds, store_registry


@flow(
    name="ingest",
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]
    validate_parameters=False,
)
@in_page(ingest_report)
def ingest(sources: Sequence[str] = (), settings: SkipJsonSchema[Settings | None] = None) -> Ingested:
    """Read what is due of the enabled feeds, or the sources named, into the warehouse.

    Safe to stop at any moment and to run again: what is archived is not archived twice, what is extracted waits in
    the spool, what is appended stands in the ledger. Raises Stop before anything is stored when a source is missing.

    Args:
        sources: Feeds, sitemaps, pages, publishers' domains, files, folders, globs, or @FILE with one of them a line.
            None: what is due of the enabled feeds.
        settings: Of the command. A scheduled run has none and reads its own from the environment; no form shows it.
    """
    settings = settings or load(os.environ)
    if threading.current_thread() is threading.main_thread():
        listen(unsafe=in_use_here)
    given = named_sources(sources)
    feeds = known_feeds(settings)
    urls, local = split_sources(given, feeds)
    found = find_sources(local) if local else []
    readable = [one for one in found if isinstance(one, Source)]
    if local:
        progress().say(
            f"{counted(len(readable), 'file')} to read, {sum(one.size_bytes for one in readable) / 1e6:,.1f} MB"
        )
    if urls or not given:
        need_disk(settings)
    result = Ingested(run_id=str(runtime.flow_run.id))
    _begin(settings, feeds, result)
    shown = [redact(source) for source in sources]
    _write([spooling.run_row("ingest", "started", {"sources": shown}, datetime.now(UTC))], settings, result)
    _write([spooling.rejection_row(one, None, None) for one in found if isinstance(one, Rejection)], settings, result)
    try:
        with crew(settings) as workers:
            working = Working(settings, result, workers)
            working.off(pieces(readable, settings))
            if urls or not given:
                _fetched(urls, feeds, settings, result, working)
            working.finish()
    except BaseException:
        close_pool(at_once=True)
        raise
    close_pool()
    _finish(settings, result)
    result.failed_sources += unreadable_sources(local, found)
    if verdict(result) is None:
        beat(settings, progress().say)
    return result


def _begin(settings: Settings, feeds: Sequence[ChosenFeed], result: Ingested) -> None:
    """A warehouse of this version, with the registry in it. Raises WarehouseHeld where none can be made."""
    place = settings.place
    batches.settle(place, is_shared=settings.is_shared)
    try:
        if is_current(place.file, settings.seeds, feeds, wait=WRITE_WAIT):
            return
        prepare(place.file, wait=WRITE_WAIT, say=progress().say)
        store_registry(place.file, settings.seeds, wait=WRITE_WAIT)
        store_feeds(place.file, feeds, wait=WRITE_WAIT)
    except WarehouseHeld as held:
        if not place.file.exists():
            raise
        result.held = held  # a warehouse in use stays as it is; the spool takes what comes


def _fetched(
    urls: Sequence[str], feeds: Sequence[ChosenFeed], settings: Settings, result: Ingested, working: Working
) -> None:
    """What is due of the enabled feeds, or these URLs."""
    from flows.live import gather  # with the client and all that reads lists: a run over files needs none of it

    if urls:
        gather.named(urls, settings, result, working)
    else:
        gather.scheduled(feeds, settings, result, working)


def _write(rows: Sequence[spooling.Row], settings: Settings, result: Ingested) -> None:
    if rows:
        batches.write_batch(settings.place, rows, run_id=result.run_id, program=PROGRAM)


def _finish(settings: Settings, result: Ingested) -> None:
    """The last append waits for readers; stories come after the last batch."""
    _write([spooling.run_row("ingest", "ended", {}, datetime.now(UTC))], settings, result)
    result.add(steps.append(settings, WRITE_WAIT))
    if result.held is None:
        result.recount(settings.place)
        steps.stories(settings, result.run_id, WRITE_WAIT)
        if result.lists or result.fetched:
            steps.keep_memory(settings)
