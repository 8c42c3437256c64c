"""The steps on batches, plain. Each takes and returns references to files, leaves something durable, and can run again.

`archive_batch`: local input that is no WARC -> a WARC file of the archive (and rows for what was not archived).
`extract_batch`: captures of a WARC file -> a batch in the spool.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flows.ending import end_if_told
from flows.pool import close_workers
from flows.pool import pool as pool
from flows.program import PROGRAM
from flows.progress import progress
from flows.settings import Settings
from tasks.archive import ArchiveWriter, WarcReader
from tasks.backfill.scope import FLAG, Scope
from tasks.errors import Rejected
from tasks.load import LocalReader, LocalResource, Source
from tasks.model import Article, Capture, Rejection, Revisit, Via
from tasks.owners import of_this_process
from tasks.pool import Failed
from tasks.registry import load_registry
from tasks.url import host_of, registered_domain
from warehouse import spool as spooling
from warehouse.forgotten import REASON as FORGOTTEN
from warehouse.forgotten import tombstones
from warehouse.seen import Where, seen_payloads, seen_records

RECORD_TYPE = "application/vnd.presshouse.record+json"


@dataclass(frozen=True, slots=True)
class LocalSlice:
    """Local sources, read one after the other; of the first one from `start` on."""

    sources: tuple[Source, ...]
    start: int = 0
    scope: Scope | None = None  # of a backfill: only these articles are kept


@dataclass(frozen=True, slots=True)
class WarcSlice:
    """Captures of one WARC file from the offset `start` on."""

    path: Path
    via: Via
    start: int = 0
    of_archive: bool = False  # our own file: what it holds says itself which way it came
    scope: Scope | None = None  # of a backfill: only these articles are kept
    stands_for: str | None = None  # the file that rows name, where `path` is a passing copy of it


@dataclass(frozen=True, slots=True)
class Archived:
    """What `archive_batch` left: a WARC file to extract, and what is still to be read."""

    warc: WarcSlice | None
    rest: LocalSlice | None


@dataclass(frozen=True, slots=True)
class Extracted:
    """What `extract_batch` left: a batch in the spool, what is still to be read, and lines about damage."""

    batch: Path | None
    rest: WarcSlice | None
    damage: tuple[str, ...] = ()
    records: int = 0  # captures, revisits and damaged records that were read
    passed_over: int = 0  # records of publishers that a backfill was not asked for


# A file is read once, from front to back: the reader of a batch is kept for the next batch of the same process. On
# Dask the next batch may go to another one, which opens the file where it starts.
MOST_READERS = 16  # open files that a process keeps so
_readers: dict[WarcSlice | LocalSlice, WarcReader | LocalReader] = {}


def archive_batch(piece: LocalSlice, settings: Settings, run_id: str) -> Archived:
    """Keep the next resources of local sources as WARC resource records, so that they can be processed again.

    What is captured already, or cannot be read, becomes rows of a batch in the spool instead.
    """
    place = settings.place
    taken, rest = _take(piece, settings)
    found = [one for one in taken if isinstance(one, LocalResource)]
    seen = seen_payloads(place, [one.fetched_url for one in found], program=PROGRAM)
    rows = [spooling.rejection_row(one, None, None) for one in taken if isinstance(one, Rejection)]
    fresh: list[LocalResource] = []
    graves = tombstones(place)
    now = datetime.now(UTC)
    for resource in found:
        if graves.cover(resource.fetched_url):
            refused = Rejection(resource.fetched_url, FORGOTTEN, "", now, resource.via)
            rows.append(spooling.rejection_row(refused, None, None))
            continue
        digest = _digest(resource.body)
        where = seen.get((resource.fetched_url, digest))
        if where is None:
            fresh.append(resource)
        else:
            rows.append(spooling.seen_row(_seen_capture(resource, digest, where, now), where))
    if rows:
        spooling.write_batch(place.spool, rows, run_id=run_id, program=PROGRAM)
    path = _write_archive(fresh, settings, now, piece.scope) if fresh else None
    return Archived(WarcSlice(path, "file", of_archive=True, scope=piece.scope) if path else None, rest)


def _take(piece: LocalSlice, settings: Settings) -> tuple[list[LocalResource | Rejection], LocalSlice | None]:
    """The next resources: at most a batch, by count and by bytes (they are in memory until they are archived)."""
    taken: list[LocalResource | Rejection] = []
    budget, sources, start = settings.batch_captures, piece.sources, piece.start
    room = 4 * settings.max_body
    while sources and budget > 0 and room > 0:
        here = LocalSlice(sources, start, piece.scope)
        reader = _readers.pop(here, None) or LocalReader(sources[0], start=start, max_body=settings.max_body)
        for one in reader:
            taken.append(one)
            budget -= 1
            room -= len(one.body) if isinstance(one, LocalResource) else 0
            if budget == 0 or room <= 0:
                break
        else:
            sources, start = sources[1:], 0
            continue
        start = reader.position
        _keep_reader(LocalSlice(sources, start, piece.scope), reader)
    return taken, LocalSlice(sources, start, piece.scope) if sources else None


def _keep_reader(rest: WarcSlice | LocalSlice, reader: WarcReader | LocalReader) -> None:
    _readers[rest] = reader
    while len(_readers) > MOST_READERS:
        _readers.pop(next(iter(_readers))).close()


def archive_name(settings: Settings, scope: Scope | None) -> str:
    """A new name for an archive file; what a killed backfill left under it is read within the same scope."""
    return f"{settings.place.key}-{spooling.new_id()}-{of_this_process()}{scope.in_name if scope else ''}"


def _write_archive(resources: Iterable[LocalResource], settings: Settings, now: datetime, scope: Scope | None) -> Path:
    place = settings.place
    with ArchiveWriter(place.archive, archive_name(settings, scope)) as writer:
        for resource in resources:
            writer.write_resource(
                resource.fetched_url, resource.content_type, resource.body, resource.captured_at or now
            )
    return writer.path


def _seen_capture(resource: LocalResource, digest: str, where: Where, now: datetime) -> spooling.Row:
    return {
        "fetched_url": resource.fetched_url,
        "captured_at": resource.captured_at or now,
        "seen_at": now,
        "via": resource.via,
        "capture_file": where[0],
        "capture_offset": where[1],
        "content_type": resource.content_type,
        "payload_sha256": digest,
        "body_bytes": len(resource.body),
    }


def extract_batch(piece: WarcSlice, settings: Settings, run_id: str) -> Extracted:
    """Read the next captures of a WARC file, extract them in the pool, write the batch to the spool."""
    place = settings.place
    try:
        kept = _readers.pop(piece, None)
        reader = kept if isinstance(kept, WarcReader) else _open(piece, settings)
    except Rejected as error:
        rows = [spooling.rejection_row(_unreadable(piece, error), None, None)]
        batch = spooling.write_batch(place.spool, rows, run_id=run_id, program=PROGRAM)
        return Extracted(batch.path, None, (f"{piece.path}: {error.detail or error.reason}",))
    seen = seen_records(place, piece.stands_for or place.stored(piece.path), program=PROGRAM)
    batching = _Batch(settings, seen, piece.scope)
    reading = _Reading(reader, piece, publishers_of(piece.scope, settings))
    taken = batching.rows_of(reading.first(settings.batch_captures))
    path = None
    if taken:
        path = spooling.write_batch(place.spool, taken, run_id=run_id, program=PROGRAM).path
    if batching.count < settings.batch_captures:
        reader.close()
        damage = tuple(f"{piece.stands_for or piece.path}: {line}" for line in reader.damage)
        return Extracted(path, None, damage, batching.count, reading.passed_over)
    rest = replace(piece, start=reader.position)
    _keep_reader(rest, reader)
    return Extracted(path, rest, (), batching.count, reading.passed_over)


def _open(piece: WarcSlice, settings: Settings) -> WarcReader:
    return WarcReader(
        piece.path, start=piece.start, via=piece.via, max_body=settings.max_body, is_ours=piece.of_archive
    )


def _unreadable(piece: WarcSlice, error: Rejected) -> Rejection:
    return Rejection(piece.path.as_uri(), error.reason, error.detail, datetime.now(UTC), piece.via)


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

    def __init__(self, settings: Settings, seen: dict[tuple[int, str], Where], scope: Scope | None) -> None:
        self._settings, self._seen, self._scope = settings, seen, scope
        self._graves = tombstones(settings.place)
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
                figures = spooling.CaptureFigures(_digest(record.body), len(record.body))
                if self._graves.cover(record.fetched_url):
                    self._rows[seq] = spooling.rejection_row(_refused(record), record, figures)
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
            result = _refused(capture)
        if isinstance(result, Article) and self._scope:
            result = _within(self._scope, result)
        if isinstance(result, Rejection):
            return spooling.rejection_row(result, capture, figures)
        rights = json.dumps(result.rights, ensure_ascii=False) if result.rights else None
        result = as_kept(result, self._settings)
        return spooling.article_row(capture, figures, result, rights, now)


def _refused(capture: Capture) -> Rejection:
    """Of what was forgotten: its text never comes into the spool, and the append sees to its bytes."""
    return Rejection(
        capture.fetched_url,
        FORGOTTEN,
        "",
        datetime.now(UTC),
        capture.via,
        capture.capture_file,
        capture.capture_offset,
    )


def _within(scope: Scope, article: Article) -> Article | Rejection:
    """The article if the backfill is to keep it, flagged when that is only because it has no date."""
    refusal = scope.refusal(article.published, article.publisher or host_of(article.fetched_url))
    if refusal:
        return Rejection(
            article.fetched_url,
            *refusal,
            datetime.now(UTC),
            article.via,
            article.capture_file,
            article.capture_offset,
        )
    if article.published.date is None:
        flags = (*article.published.flags, FLAG)
        return replace(article, published=replace(article.published, flags=flags))
    return article


def publishers_of(scope: Scope | None, settings: Settings) -> Callable[[str], bool]:
    """Whether the page at a URL may be of a publisher that is asked for; what is no web page may always be."""
    if scope is None or not scope.publishers:
        return lambda _: True
    registry, wanted = load_registry(settings.seeds), set(scope.publishers)

    def is_wanted(url: str) -> bool:
        host = host_of(url)
        if host is None:
            return True
        publisher = registry.publisher_of(host)
        return (publisher.domain if publisher else registered_domain(host) or host) in wanted

    return is_wanted


def as_kept(article: Article, settings: Settings) -> Article:
    """What may be kept of it: without the text, where it is reserved and the settings say so."""
    if article.rights_reserved and settings.reserved == "no_text":
        return replace(article, text="", shingles=None)
    return article


def close_pool(*, at_once: bool = False) -> None:
    """End the pool's processes, `at_once` without waiting for the pages in work, and close what is kept open."""
    close_workers(at_once=at_once)
    for reader in _readers.values():
        reader.close()
    _readers.clear()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
