"""The Wayback Machine, the way: its index for each publisher and month, then capture by capture as it was sent."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from flows.backfill.figures import Figures
from flows.backfill.service import WAYBACK_FACTOR, Service, ServiceDown
from flows.batches.pieces import WarcSlice, archive_name
from flows.ending import end_if_told
from flows.program import PROGRAM
from flows.progress import progress
from tasks.archive import ArchiveWriter, FetchNotes
from tasks.backfill.cdx import (
    ArchivedCapture,
    capture_url,
    capture_window,
    choose_captures,
    index_url,
    read_index,
    stamp_in,
)
from tasks.backfill.units import Unit
from tasks.backfill.windows import Window
from tasks.fetch.outcome import Fetched, FetchRejected
from tasks.model import Rejection
from tasks.url import redact
from warehouse import batches
from warehouse import spool as spooling
from warehouse.archive_files import new_writer, send
from warehouse.backfill import captured_moments, known_pages
from warehouse.forgotten import tombstones

if TYPE_CHECKING:
    from flows.backfill.work import Work

FILE_SECONDS = 300.0  # after which an archive file is closed, so that what is fetched gets on its way
MOST_LISTS = 200  # answers of the index for one unit: a million captures
SOURCE = "WARC-Source-URI"  # where a record was got from, when that is not its target; warcit writes the same field


def run(units: Sequence[Unit], work: "Work") -> None:
    """Unit by unit. Raises ServiceDown."""
    service = Service(work.web, work.settings, WAYBACK_FACTOR)
    for unit in units:
        end_if_told()
        figures = Figures.begun()
        try:
            wanted = _listed(unit, service, work, figures)
        except (FetchRejected, ValueError) as error:
            work.incomplete(unit, figures, str(error), is_unlisted=True)
            continue
        down = _fetch(wanted, service, work, figures)
        if down is not None:
            figures.deferred += len(wanted) - figures.captured - figures.deferred
            work.incomplete(unit, figures, str(down))
            raise down
        work.end(unit, figures)


def _listed(unit: Unit, service: Service, work: "Work", figures: Figures) -> list[ArchivedCapture]:
    """The captures of a unit that are not here yet. Raises FetchRejected, ServiceDown; ValueError for no index."""
    site, _, days = unit.source.rpartition("/")
    first, last = days.split("..")
    window = Window(date.fromisoformat(first), date.fromisoformat(last))
    found: list[ArchivedCapture] = []
    resume_key = None
    for _ in range(MOST_LISTS):
        end_if_told()
        url = index_url(work.settings.wayback_url, site, window, resume_key)
        captures, resume_key = read_index(service.fetch(url).body)
        found += captures
        if not resume_key:
            break
    figures.listed = len(found)
    chosen, figures.outside = choose_captures(found, window, unit.window)
    place = work.settings.place
    urls = [redact(one.original) for one in chosen]
    here = captured_moments(place, urls, capture_window(unit.window))
    if work.request.only_missing:
        here |= known_pages(place, urls)
    graves = tombstones(place)
    figures.known = len(here)
    return [one for one in chosen if redact(one.original) not in here and not graves.cover(one.original)]


def _fetch(wanted: Sequence[ArchivedCapture], service: Service, work: "Work", figures: Figures) -> ServiceDown | None:
    """Archive files of captures, each extracted when it is full. What the service ended with, if it did."""
    left = iter(wanted)
    count = len(wanted)
    while count > 0:
        batch = _Batch(work)
        try:
            count -= batch.fill(left, service, figures, count)
        except ServiceDown as down:
            return down
        finally:
            batch.close()
            if batch.warc is not None:
                work.extract(batch.warc, None)
    return None


class _Batch:
    """One archive file of captures, and rows for what is not to be had."""

    def __init__(self, work: "Work") -> None:
        self._work = work
        self._writer: ArchiveWriter | None = None
        self._rows: list[spooling.Row] = []
        self.warc: WarcSlice | None = None

    def fill(self, left: Iterator[ArchivedCapture], service: Service, figures: Figures, count: int) -> int:
        """Fetch until the file is full or its time is over; the number of captures that were asked for."""
        ends_at, done = time.monotonic() + FILE_SECONDS, 0
        for capture in left:
            end_if_told()
            self._fetch(capture, service, figures)
            done += 1
            progress().fetched(count - done)
            if done >= self._work.settings.batch_captures or time.monotonic() > ends_at:
                break
        return done

    def _fetch(self, capture: ArchivedCapture, service: Service, figures: Figures) -> None:
        work = self._work
        try:
            fetched = service.fetch(capture_url(work.settings.wayback_url, capture))
        except FetchRejected as error:
            shown = redact(capture.original)
            rejection = Rejection(shown, error.reason, error.detail, capture.captured_at, "wayback")
            self._rows.append(spooling.rejection_row(rejection, None, None))
            return
        self._writer = self._writer or new_writer(work.settings.place, archive_name(work.settings, work.scope))
        keep(self._writer, capture, fetched)
        figures.captured += 1
        figures.bytes += len(fetched.exchanges[-1].body)

    def close(self) -> None:
        place = self._work.settings.place
        if self._rows:
            batches.write_batch(place, self._rows, run_id=self._work.run_id, program=PROGRAM)
        if self._writer is not None:
            self._writer.close()
            path = send(place, self._writer.path)
            self.warc = WarcSlice(path, "wayback", of_archive=True, scope=self._work.scope)


def keep(writer: ArchiveWriter, capture: ArchivedCapture, fetched: Fetched) -> None:
    """Write a capture as what it is: the page's own URL and the moment of its capture; where it was got beside them."""
    last = fetched.exchanges[-1]
    original = redact(capture.original)
    at = stamp_in(fetched.fetched_url) or capture.captured_at
    notes = FetchNotes("wayback", original).fields() | {SOURCE: last.url}
    writer.write_exchange(replace(last, url=original, at=at), notes=notes)
