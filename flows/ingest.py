"""The main job: sources -> captures -> articles -> warehouse."""

import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from prefect import flow, runtime
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic.json_schema import SkipJsonSchema

from flows import live, steps
from flows.artifacts import in_page, run_name
from flows.batches import Archived, Extracted, LocalSlice, WarcSlice, close_pool
from flows.ending import end_if_told, listen
from flows.fetching import Fetching
from flows.heartbeat import beat
from flows.ingest_report import ingest_report, verdict
from flows.live import Due
from flows.net import Web
from flows.polling import Poll, Polled
from flows.program import PROGRAM
from flows.progress import progress
from flows.runner import Crew, crew
from flows.settings import Settings, load
from flows.sources import named_sources, split_sources, unreadable_sources
from tasks.archive import salvage
from tasks.backfill.scope import scope_of_name
from tasks.load import Source, find_sources
from tasks.model import Rejection
from tasks.owners import PARTIAL, is_abandoned, is_at_work
from tasks.registry.choice import ChosenFeed
from tasks.url import redact
from warehouse import spool as spooling
from warehouse.append import Drained
from warehouse.connect import WRITE_WAIT, WarehouseHeld, in_use_here
from warehouse.migrate import prepare
from warehouse.registry import store_feeds, store_registry
from warehouse.seen import indexed_files

SHORT_WAIT = 0.5  # seconds that an append in the middle of a run waits for readers; there will be another


@dataclass(slots=True)
class Ingested:
    """What a run brought, as far as it is appended; the rest waits in the spool."""

    run_id: str
    articles: int = 0
    revisions: int = 0
    known: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)  # cut and corrupt files: read as far as they go
    failed_sources: list[str] = field(default_factory=list)
    earlier_batches: int = 0  # batches of other runs that this one appended
    earlier_texts: int = 0  # articles and revisions in them
    waiting_batches: int = 0
    waiting_articles: int = 0
    held: WarehouseHeld | None = None
    lists: int = 0  # feeds and sitemaps that were read or unchanged
    new_entries: int = 0  # that they named to be fetched
    fetched: int = 0  # pages
    deferred: Counter[str] = field(default_factory=Counter)  # by reason: tried again by a later run
    left_over: int = 0  # pages that wait for the next run
    failed_lists: list[str] = field(default_factory=list)
    host_seconds: dict[str, float] = field(default_factory=dict)  # waited for answers, by host
    notice: str | None = None  # why nothing was polled

    def add(self, drained: Drained) -> None:
        for batch in drained.appended:
            if batch.run_id != self.run_id:
                self.earlier_batches += not batch.already
                self.earlier_texts += batch.articles + batch.revisions
                continue
            self.articles += batch.articles
            self.revisions += batch.revisions
            self.known += batch.known
            self.rejected.update(batch.rejected)
        self.waiting_batches, self.waiting_articles = drained.waiting_batches, drained.waiting_articles
        self.held = drained.held


@flow(  # type: ignore[arg-type]
    name="ingest", flow_run_name=run_name, task_runner=ThreadPoolTaskRunner(max_workers=2), validate_parameters=False
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
    feeds = live.known_feeds(settings)
    urls, local = split_sources(given, feeds)
    found = find_sources(local) if local else []
    readable = [one for one in found if isinstance(one, Source)]
    if local:
        progress().say(f"{len(readable):,} files to read, {sum(one.size_bytes for one in readable) / 1e6:,.1f} MB")
    if urls or not given:
        live.need_disk(settings)
    place = settings.place
    spooling.sweep(place.spool, is_shared=settings.is_shared)
    result = Ingested(run_id=str(runtime.flow_run.id))
    try:
        prepare(place.file, wait=WRITE_WAIT, say=progress().say)
        store_registry(place.file, settings.seeds, wait=WRITE_WAIT)
        store_feeds(place.file, feeds, wait=WRITE_WAIT)
    except WarehouseHeld as held:
        if not place.file.exists():
            raise
        result.held = held  # a warehouse in use stays as it is; the spool takes what comes
    shown = [redact(source) for source in sources]
    _write([spooling.run_row("ingest", "started", {"sources": shown}, datetime.now(UTC))], settings, result)
    _write([spooling.rejection_row(one, None, None) for one in found if isinstance(one, Rejection)], settings, result)
    try:
        with crew(settings) as workers:
            appends = _Appends(settings, result, workers)
            if workers is not None:
                _hand_out(workers, _pieces(readable, settings), settings, result, appends)
            else:
                for piece in _pieces(readable, settings):
                    _work_off(piece, settings, result, appends)
            if urls:
                _live(Due(tuple(Poll(url, is_named=True) for url in urls)), settings, result, appends)
            elif not given:
                _scheduled(feeds, settings, result, appends)
            appends.finish()
    except BaseException:
        close_pool(at_once=True)
        raise
    close_pool()
    _finish(settings, result)
    result.failed_sources += unreadable_sources(local, found)
    if verdict(result) is None:
        beat(settings, progress().say)
    return result


def _scheduled(feeds: Sequence[ChosenFeed], settings: Settings, result: Ingested, appends: "_Appends") -> None:
    """What is due of the enabled feeds, and what waits from earlier runs; one run at a time."""
    if not any(feed.is_enabled for feed in feeds):
        result.notice = "No feed is enabled: presshouse feeds enable --country IN (or --publisher, --all)"
    try:
        with live.only_one(settings.place.spool):
            due = live.due_polls(feeds, settings, datetime.now(UTC))
            _live(due, settings, result, appends)
            if not due.polls and due.next_at:
                result.notice = f"No feed is due; the next one is at {due.next_at:%Y-%m-%d %H:%M} UTC."
    except live.AnotherRun as other:
        result.notice = str(other)


def _live(due: Due, settings: Settings, result: Ingested, appends: "_Appends") -> None:
    """Lists, then the pages that they name: fetched file by file, each extracted while the next one is fetched."""
    polled = Polled()
    with Web(settings) as web:
        for polls in due.slices():
            progress().say(
                f"{len(polls):,} feeds and sitemaps to ask" if due.is_scheduled else f"{len(polls)} URLs to ask"
            )
            some = steps.poll(polls, web, settings, result.run_id)
            polled.add(some)
            if some.pages:
                _fetch(Fetching((), web, settings, result.run_id, pages=some.pages), settings, result, appends)
        result.lists, result.new_entries, result.failed_lists = polled.lists, polled.new, polled.failed
        result.failed_sources += polled.failed_named
        pages = live.wanted_pages(due, polled, settings, datetime.now(UTC))
        result.left_over = pages.left_over
        if pages.wanted:
            progress().say(f"{len(pages.wanted):,} pages to fetch")
            fetching = Fetching(pages.wanted, web, settings, result.run_id, secrets=polled.secrets)
            with closing(fetching):
                _fetch(fetching, settings, result, appends)


def _fetch(fetching: Fetching, settings: Settings, result: Ingested, appends: "_Appends") -> None:
    extracting: PrefectFuture[Any] | None = None
    is_last = False
    while not is_last:
        batch = steps.fetch_batch(fetching)
        is_last = batch.is_last
        result.fetched += batch.captured
        result.deferred.update(batch.deferred)
        for host, seconds in batch.seconds.items():
            result.host_seconds[host] = result.host_seconds.get(host, 0.0) + seconds
        if extracting is not None:
            _extracted(extracting.result(), settings, result, appends)
        extracting = appends.extracting(batch.warc) if batch.warc else None
    if extracting is not None:
        _extracted(extracting.result(), settings, result, appends)


def _extracted(extracted: Extracted, settings: Settings, result: Ingested, appends: "_Appends") -> None:
    result.damage.extend(extracted.damage)
    appends.start()
    if extracted.rest is not None and appends.workers is not None:
        _hand_out(appends.workers, (extracted.rest,), settings, result, appends)
    elif extracted.rest is not None:
        _work_off(extracted.rest, settings, result, appends)


class _Appends:
    """Appends run beside the extraction of the next batch, one at a time, in this process whoever extracts."""

    def __init__(self, settings: Settings, result: Ingested, workers: Crew | None) -> None:
        self._settings, self._result, self.workers = settings, result, workers
        self._running: PrefectFuture[Any] | None = None

    def extracting(self, piece: WarcSlice) -> PrefectFuture[Any]:
        """The extraction of a slice, beside this process's own work."""
        if self.workers is None:
            return steps.extract_batch.submit(piece, self._settings, self._result.run_id)
        return self.workers.submit(
            steps.extract_batch, piece=piece, settings=self._settings, run_id=self._result.run_id
        )

    def start(self) -> None:
        self.finish()
        self._running = steps.append.submit(self._settings, SHORT_WAIT)

    def finish(self) -> None:
        if self._running is not None:
            self._result.add(self._running.result())
            self._running = None


def _work_off(piece: LocalSlice | WarcSlice, settings: Settings, result: Ingested, appends: _Appends) -> None:
    """One slice and all its rests, batch by batch."""
    rest: LocalSlice | WarcSlice | None = piece
    while rest is not None:
        end_if_told()
        if isinstance(rest, WarcSlice):
            extracted = steps.extract_batch(rest, settings, result.run_id)
            result.damage.extend(extracted.damage)
            rest = extracted.rest
            appends.start()
        else:
            archived = steps.archive_batch(rest, settings, result.run_id)
            if archived.warc is not None:
                _work_off(archived.warc, settings, result, appends)
            rest = archived.rest


def _hand_out(
    workers: Crew, pieces: Iterable[LocalSlice | WarcSlice], settings: Settings, result: Ingested, appends: _Appends
) -> None:
    """Slices and all their rests, as many at a time as there are workers; of one slice, one batch after the other."""
    waiting, left = iter(pieces), deque[LocalSlice | WarcSlice]()
    is_more = True
    while is_more or left or workers.is_at_work:
        while workers.has_room and (left or is_more):
            piece = left.popleft() if left else next(waiting, None)
            if piece is None:
                is_more = False
                break
            step = steps.extract_batch if isinstance(piece, WarcSlice) else steps.archive_batch
            workers.hand_out(step, piece=piece, settings=settings, run_id=result.run_id)
        if workers.is_at_work:
            left.extend(_left_by(workers.next_ended(end_if_told), result, appends))


def _left_by(done: Archived | Extracted, result: Ingested, appends: _Appends) -> Iterator[LocalSlice | WarcSlice]:
    """What a batch left to be worked off."""
    if isinstance(done, Archived):
        yield from (one for one in (done.warc, done.rest) if one is not None)
        return
    result.damage.extend(done.damage)
    progress().extracted(done.records)
    progress().say(f"{done.records:,} records read on a worker")
    appends.start()
    if done.rest is not None:
        yield done.rest


def _pieces(sources: Iterable[Source], settings: Settings) -> Iterator[LocalSlice | WarcSlice]:
    """Slices to start with: what an earlier run left in the archive, each WARC file, and groups of local files."""
    yield from orphans(settings)
    group: list[Source] = []
    for source in sources:
        if source.kind == "warc":
            yield WarcSlice(source.path.resolve(), "warc")
            continue
        group.append(source)
        if len(group) == settings.batch_captures:
            yield LocalSlice(tuple(group))
            group = []
    if group:
        yield LocalSlice(tuple(group))


def orphans(settings: Settings) -> Iterator[WarcSlice]:
    """Archive files of this warehouse that neither it nor its spool names: a run died between archive and spool."""
    place = settings.place
    for half in sorted(place.archive.glob(f"*/*/*/.{place.key}-*{PARTIAL}")):
        if is_abandoned(half, is_shared=settings.is_shared):
            salvage(half)
    files = sorted(place.archive.glob(f"*/*/*/{place.key}-*.warc.gz"))
    if not files:
        return
    indexed = indexed_files(place)
    for path in files:
        if indexed is None or place.stored(path) in indexed or is_at_work(path, is_shared=settings.is_shared):
            continue
        if path.exists():
            progress().say(f"Left by a run that was stopped: {path.name}")
            yield WarcSlice(path, "file", of_archive=True, scope=scope_of_name(path.name))


def _write(rows: Sequence[spooling.Row], settings: Settings, result: Ingested) -> None:
    if rows:
        spooling.write_batch(settings.place.spool, rows, run_id=result.run_id, program=PROGRAM)


def _finish(settings: Settings, result: Ingested) -> None:
    """The last append waits for readers; stories come after the last batch."""
    _write([spooling.run_row("ingest", "ended", {}, datetime.now(UTC))], settings, result)
    result.add(steps.append(settings, WRITE_WAIT))
    if result.held is None:
        steps.stories(settings, result.run_id, WRITE_WAIT)
        if result.lists or result.fetched:
            steps.keep_memory(settings)
