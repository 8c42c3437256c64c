"""Fetching pages: wanted URLs -> WARC files of the archive, and rows for what could not be had."""

import time
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flows.batches.pieces import WarcSlice, archive_name
from flows.ending import end_if_told
from flows.live.net import Web
from flows.program import PROGRAM
from flows.progress import progress
from flows.settings import Settings
from tasks.archive import ArchiveWriter, FetchNotes, Original
from tasks.backfill.scope import Scope
from tasks.fetch.outcome import FetchDeferred, Fetched, FetchRejected, Outcome
from tasks.fetch.wanted import retry_at
from tasks.fetch.warc_fetch import write_fetched
from tasks.model import Rejection
from tasks.normalise.rights import reserved
from tasks.url import host_of
from warehouse import batches
from warehouse import spool as spooling
from warehouse.archive_files import new_writer, original_of, send
from warehouse.fetch_state import Wanted

FILE_SECONDS = 120.0  # after which an archive file is closed, so that what is fetched gets on its way
FILE_BYTES = 200 << 20  # of bodies in one archive file


@dataclass(slots=True)
class FetchedBatch:
    """What one archive file got, and what was not to be had meanwhile."""

    warc: WarcSlice | None = None
    is_last: bool = True
    captured: int = 0
    deferred: Counter[str] = field(default_factory=Counter)  # by reason
    rejected: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)  # waited for answers, by host


class Fetching:
    """Pages that are being fetched, host by host at its own pace, over as many archive files as it takes."""

    def __init__(
        self,
        wanted: Sequence[Wanted],
        web: Web,
        settings: Settings,
        run_id: str,
        *,
        secrets: Mapping[str, str] | None = None,
        pages: Sequence[Fetched] = (),
        scope: Scope | None = None,
    ) -> None:
        """`secrets`: redacted -> whole URL. What holds a secret and is not there waits until its list is read again.

        `pages`: fetched already, when lists were looked for. `scope`: of a backfill: only these articles are kept.
        """
        self._settings, self._run_id, self._web, self._scope = settings, run_id, web, scope
        self._pages = {one.asked_url: one for one in pages}
        self._wanted = {url: Wanted(url, "page") for url in self._pages}
        for one in wanted:
            url = (secrets or {}).get(one.url, one.url)
            if "***" not in url:
                self._wanted.setdefault(url, one)
        found = {url: _original(one, settings) for url, one in self._wanted.items() if one.original}
        self._originals = {url: original for url, original in found.items() if original}
        self._outcomes = self._fetch()
        self._left = len(self._wanted)

    def __len__(self) -> int:
        """Pages that have no outcome yet."""
        return self._left

    def close(self) -> None:
        """End what is under way."""
        self._outcomes.close()

    def _fetch(self) -> Generator[tuple[str, Outcome], None, None]:
        self._web.ask_for_reservations(self._wanted)
        yield from self._pages.items()
        # Without the response that a 304 refers to the whole page is wanted.
        validators = {url: one.validators for url in self._originals if (one := self._wanted[url]).validators}
        yield from self._web.ask([url for url in self._wanted if url not in self._pages], validators)

    def next_batch(self) -> FetchedBatch:
        """Fetch until an archive file is full or two minutes are over, and give the file its name.

        Ended in the middle, what is whole keeps its place in the archive and is found by the next run.
        """
        batch = FetchedBatch()
        rows: list[spooling.Row] = []
        place = self._settings.place
        writer: ArchiveWriter | None = None
        room, ends_at = FILE_BYTES, time.monotonic() + FILE_SECONDS
        try:
            for url, outcome in self._outcomes:
                self._left -= 1
                row = self._refused(url, outcome, batch)
                if row is None and isinstance(outcome, Fetched):
                    writer = writer or new_writer(place, archive_name(self._settings, self._scope))
                    self._keep(writer, url, outcome)
                    room -= len(outcome.exchanges[-1].body)
                    batch.captured += 1
                    host = host_of(url) or ""
                    batch.seconds[host] = batch.seconds.get(host, 0.0) + outcome.latency_s
                elif row is not None:
                    rows.append(row)
                progress().fetched(self._left)
                end_if_told()
                if batch.captured + len(rows) >= self._settings.batch_captures or room <= 0:
                    batch.is_last = False
                    break
                if time.monotonic() > ends_at:
                    batch.is_last = False
                    break
        finally:
            if writer is not None:
                writer.close()
            if rows:
                batches.write_batch(place, rows, run_id=self._run_id, program=PROGRAM)
        if writer is not None:
            batch.warc = WarcSlice(send(place, writer.path), "page", of_archive=True, scope=self._scope)
        return batch

    def _refused(self, url: str, outcome: Outcome, batch: FetchedBatch) -> spooling.Row | None:
        """The row of a page that was not to be had, or is not to be kept."""
        one = self._wanted[url]
        now = datetime.now(UTC)
        if isinstance(outcome, Fetched):
            if self._settings.reserved != "skip" or not reserved(self._web.rights(url, outcome, with_page=True)):
                return None
            batch.rejected["reserved"] += 1
            detail = "; ".join(e.raw for e in self._web.rights(url, outcome, with_page=True))
            return spooling.rejection_row(Rejection(one.url, "reserved", detail[:500], now, one.via), None, None)
        detail, is_final = outcome.detail, isinstance(outcome, FetchRejected)
        if isinstance(outcome, FetchDeferred) and one.listed is not None:
            again = retry_at(outcome.reason, one.attempts + 1, now, one.listed.discovered_at)
            if again is None:
                detail, is_final = f"given up after {one.attempts + 1} attempts: {detail}", True
        (batch.rejected if is_final else batch.deferred)[outcome.reason] += 1
        rejection = Rejection(one.url, outcome.reason, detail, now, one.via)
        return spooling.rejection_row(rejection, None, None, outcome="rejected" if is_final else "deferred")

    def _keep(self, writer: ArchiveWriter, url: str, fetched: Fetched) -> None:
        one = self._wanted[url]
        notes = FetchNotes(one.via, one.url, one.listed, self._web.rights(url, fetched))
        write_fetched(writer, fetched, self._originals.get(url), notes=notes)


def _original(one: Wanted, settings: Settings) -> Original | None:
    """The response that an unchanged page refers to."""
    if one.original is None:
        return None
    file, offset = one.original
    return original_of(settings.place, file, offset)
