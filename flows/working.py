"""Batch by batch: extraction, here or on workers; beside it the appends, one at a time, and the fetching of pages."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from prefect.futures import PrefectFuture

from flows import steps
from flows.batches.crew import Crew
from flows.batches.pieces import Archived, Extracted, LocalSlice, WarcSlice
from flows.ending import end_if_told
from flows.ingested import Ingested
from flows.progress import progress
from flows.settings import Settings
from flows.words import counted

if TYPE_CHECKING:
    from flows.live.fetching import Fetching

SHORT_WAIT = 0.5  # seconds that an append in the middle of a run waits for readers; there will be another


def fetch_pages(
    fetching: "Fetching",
    ingested: Ingested,
    extracting: Callable[[WarcSlice], PrefectFuture[Extracted]],
    extracted: Callable[[Extracted], None],
) -> None:
    """All pages, each archive file extracted while the next one is fetched. `extracted` is told what came of it."""
    under_way: PrefectFuture[Extracted] | None = None
    is_last = False
    while not is_last:
        batch = steps.fetch_batch(fetching)
        is_last = batch.is_last
        ingested.fetched += batch.captured
        ingested.deferred.update(batch.deferred)
        for host, seconds in batch.seconds.items():
            ingested.host_seconds[host] = ingested.host_seconds.get(host, 0.0) + seconds
        if under_way is not None:
            extracted(under_way.result())
        under_way = extracting(batch.warc) if batch.warc else None
    if under_way is not None:
        extracted(under_way.result())


class Working:
    """The batches of an ingest. Appends are made in this process, whoever extracts, beside the next extraction: what
    the last one left is appended with the end of the run, so that a small run opens the warehouse once."""

    def __init__(self, settings: Settings, result: Ingested, workers: Crew | None) -> None:
        self._settings, self._result, self._workers = settings, result, workers
        self._appending: PrefectFuture[Any] | None = None
        self._is_left = False  # something that nobody has begun to append

    def off(self, pieces: Iterable[LocalSlice | WarcSlice]) -> None:
        """Slices and all their rests."""
        if self._workers is not None:
            self._hand_out(self._workers, pieces)
            return
        for piece in pieces:
            self._work_off(piece)

    def fetch(self, fetching: "Fetching") -> None:
        """Pages, and the extraction of what was fetched."""
        fetch_pages(fetching, self._result, self._extracting, self._extracted)

    def finish(self) -> None:
        """Wait for the append that is under way."""
        if self._appending is not None:
            self._result.add(self._appending.result())
            self._appending = None

    def _append(self) -> None:
        """Begin to append what was left, if anything was."""
        if self._is_left:
            self.finish()
            self._appending = steps.append.submit(self._settings, SHORT_WAIT)
            self._is_left = False

    def _extracting(self, piece: WarcSlice) -> PrefectFuture[Any]:
        """The extraction of a slice, beside this process's own work."""
        self._append()
        if self._workers is None:
            return steps.extract_batch.submit(piece, self._settings, self._result.run_id)
        return self._workers.submit(
            steps.extract_batch, piece=piece, settings=self._workers.told(self._settings), run_id=self._result.run_id
        )

    def _extracted(self, extracted: Extracted) -> None:
        self._left(extracted)
        if extracted.rest is not None:
            self.off((extracted.rest,))

    def _left(self, extracted: Extracted) -> None:
        self._result.damage.extend(extracted.damage)
        self._is_left = True

    def _work_off(self, piece: LocalSlice | WarcSlice) -> None:
        """One slice and all its rests, batch by batch."""
        rest: LocalSlice | WarcSlice | None = piece
        while rest is not None:
            end_if_told()
            if isinstance(rest, WarcSlice):
                self._append()
                extracted = steps.extract_batch(rest, self._settings, self._result.run_id)
                self._left(extracted)
                rest = extracted.rest
            else:
                archived = steps.archive_batch(rest, self._settings, self._result.run_id)
                if archived.warc is not None:
                    self._work_off(archived.warc)
                rest = archived.rest

    def _hand_out(self, workers: Crew, pieces: Iterable[LocalSlice | WarcSlice]) -> None:
        """As many slices at a time as there are workers; of one slice, one batch after the other."""
        waiting, left = iter(pieces), deque[LocalSlice | WarcSlice]()
        is_more = True
        while is_more or left or workers.is_at_work:
            while workers.has_room and (left or is_more):
                piece = left.popleft() if left else next(waiting, None)
                if piece is None:
                    is_more = False
                    break
                step = steps.extract_batch if isinstance(piece, WarcSlice) else steps.archive_batch
                run = {"piece": piece, "run_id": self._result.run_id}
                if workers.takes(piece):
                    workers.hand_out(step, settings=workers.told(self._settings), **run)
                else:
                    end_if_told()
                    left.extend(self._left_by(step(settings=self._settings, **run)))
            self._append()
            if workers.is_at_work:
                left.extend(self._left_by(workers.next_ended(end_if_told)))

    def _left_by(self, done: Archived | Extracted) -> Iterator[LocalSlice | WarcSlice]:
        """What a batch left to be worked off."""
        if isinstance(done, Archived):
            yield from (one for one in (done.warc, done.rest) if one is not None)
            return
        self._left(done)
        progress().extracted(done.records)
        progress().say(f"{counted(done.records, 'record')} read on a worker")
        if done.rest is not None:
            yield done.rest
