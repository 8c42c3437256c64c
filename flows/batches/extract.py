"""Captures of a WARC file -> a batch in the spool."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from flows.batches.kept import as_kept, publishers_of, refused, within
from flows.batches.pieces import Extracted, WarcSlice, digest_of
from flows.batches.pool import pool
from flows.batches.readers import OpenWarc, keep_reader, kept_warc
from flows.ending import end_if_told
from flows.program import PROGRAM
from flows.progress import progress
from flows.settings import Settings
from tasks.archive import WarcReader
from tasks.backfill.scope import Scope
from tasks.errors import Rejected
from tasks.model import Article, Capture, Rejection, Revisit
from tasks.pool import Failed
from warehouse import batches
from warehouse import spool as spooling
from warehouse.archive_files import opened
from warehouse.forgotten import tombstones
from warehouse.seen import seen_records

RECORD_TYPE = "application/vnd.presshouse.record+json"


def extract_batch(piece: WarcSlice, settings: Settings, run_id: str) -> Extracted:
    """Read the next captures of a WARC file, extract them in the pool, write the batch to the spool."""
    place = settings.place
    try:
        warc = kept_warc(piece) or _open(piece, settings)
    except Rejected as error:
        rows = [spooling.rejection_row(_unreadable(piece, settings, error), None, None)]
        batch = batches.write_batch(place, rows, run_id=run_id, program=PROGRAM)
        return Extracted(batch.path, None, (f"{piece.path}: {error.detail or error.reason}",))
    batching = _Batch(settings, warc, piece.scope)
    reading = _Reading(warc.reader, piece, publishers_of(piece.scope, settings))
    taken = batching.rows_of(reading.first(settings.batch_captures))
    path = None
    if taken:
        path = batches.write_batch(place, taken, run_id=run_id, program=PROGRAM).path
    if batching.count < settings.batch_captures:
        warc.close()
        damage = tuple(f"{piece.stands_for or piece.path}: {line}" for line in warc.reader.damage)
        return Extracted(path, None, damage, batching.count, reading.passed_over)
    rest = replace(piece, start=warc.reader.position)
    keep_reader(rest, warc)
    return Extracted(path, rest, (), batching.count, reading.passed_over)


def _open(piece: WarcSlice, settings: Settings) -> OpenWarc:
    place = settings.place
    path = place.located(piece.path)
    file = opened(place, str(piece.path)) if piece.of_archive else None
    reader = WarcReader(
        path, start=piece.start, via=piece.via, max_body=settings.max_body, is_ours=piece.of_archive, file=file
    )
    seen = seen_records(place, piece.stands_for or place.stored(piece.path), program=PROGRAM)
    return OpenWarc(reader, seen, tombstones(place))


def _unreadable(piece: WarcSlice, settings: Settings, error: Rejected) -> Rejection:
    uri = settings.place.located(piece.path).as_uri()
    return Rejection(uri, error.reason, error.detail, datetime.now(UTC), piece.via)


class _Reading:
    """The records of one slice; those of publishers that nobody asked for are counted and passed over."""

    def __init__(self, reader: WarcReader, piece: WarcSlice, is_wanted: Callable[[str], bool]) -> None:
        self._reader, self._piece, self._is_wanted = reader, piece, is_wanted
        self.passed_over = 0

    def first(self, count: int) -> Iterator[Capture | Revisit | Rejection]:
        """The next `count` that are wanted."""
        piece, given = self._piece, 0
        for one in self._reader:
            progress().at(piece.path, self._reader.bytes_read, self._reader.bytes_total)
            end_if_told()
            if not self._is_wanted(one.fetched_url):
                self.passed_over += 1
                continue
            if piece.of_archive and isinstance(one, Capture) and one.status is None:  # loaded, not fetched
                one = replace(one, via="jsonl" if one.content_type == RECORD_TYPE else "file")
            if piece.stands_for:
                whole = one.fetched_url != piece.path.as_uri()
                one = replace(one, capture_file=piece.stands_for)
                one = one if whole else replace(one, fetched_url=piece.stands_for)
            yield one
            given += 1
            if given == count:
                return


class _Batch:
    """The rows of one batch, in the order of the file: captures go through the pool, the rest is ready at once."""

    def __init__(self, settings: Settings, warc: OpenWarc, scope: Scope | None) -> None:
        self._settings, self._seen, self._graves, self._scope = settings, warc.seen, warc.graves, scope
        self._rows: dict[int, spooling.Row] = {}
        self._pending: dict[tuple[str, int], tuple[int, spooling.CaptureFigures]] = {}
        self.count = 0

    def rows_of(self, records: Iterable[Capture | Revisit | Rejection]) -> list[spooling.Row]:
        workers = pool(self._settings)
        for capture, result in workers.map(self._captures(records)):
            seq, figures = self._pending.pop((capture.capture_file, capture.capture_offset))
            self._rows[seq] = self._row(capture, figures, result)
            end_if_told()
            progress().extracted(1)
        return [self._rows[seq] for seq in sorted(self._rows)]

    def _captures(self, records: Iterable[Capture | Revisit | Rejection]) -> Iterator[Capture]:
        """The captures that must be extracted; everything else gets its row on the way."""
        stored = self._settings.place.stored
        for seq, record in enumerate(records):
            self.count = seq + 1
            now = datetime.now(UTC)
            if record.capture_file is not None:
                record = replace(record, capture_file=stored(record.capture_file))
            if isinstance(record, Rejection):
                self._rows[seq] = spooling.rejection_row(record, None, None)
            elif isinstance(record, Revisit):
                self._rows[seq] = spooling.revisit_row(record, now)
            else:
                figures = spooling.CaptureFigures(digest_of(record.body), len(record.body))
                if self._graves.cover(record.fetched_url):
                    self._rows[seq] = spooling.rejection_row(refused(record), record, figures)
                    continue
                where = self._seen.get((record.capture_offset, figures.payload_sha256 or ""))
                if where is None:
                    self._pending[record.capture_file, record.capture_offset] = (seq, figures)
                    yield record
                else:
                    struct = spooling.capture_struct(record, figures, None, now)
                    self._rows[seq] = spooling.seen_row(struct, where)

    def _row(
        self, capture: Capture, figures: spooling.CaptureFigures, result: Article | Rejection | Failed
    ) -> spooling.Row:
        now = datetime.now(UTC)
        if isinstance(result, Failed):
            result = Rejection(
                capture.fetched_url,
                result.reason,
                result.detail,
                now,
                capture.via,
                capture.capture_file,
                capture.capture_offset,
            )
        if isinstance(result, Article) and self._graves.cover(
            capture.fetched_url, result.url_keys, publisher=result.publisher, text_hash=result.text_hash
        ):
            result = refused(capture)
        if isinstance(result, Article) and self._scope:
            result = within(self._scope, result)
        if isinstance(result, Rejection):
            return spooling.rejection_row(result, capture, figures)
        rights = json.dumps(result.rights, ensure_ascii=False) if result.rights else None
        result = as_kept(result, self._settings)
        return spooling.article_row(capture, figures, result, rights, now)
