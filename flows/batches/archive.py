"""Local input that is no WARC -> a WARC file of the archive, and rows for what was not archived."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from flows.batches.pieces import Archived, LocalSlice, WarcSlice, archive_name, digest_of
from flows.batches.readers import keep_reader, kept_local
from flows.program import PROGRAM
from flows.settings import Settings
from tasks.backfill.scope import Scope
from tasks.load import LocalReader, LocalResource
from tasks.model import Rejection
from warehouse import batches
from warehouse import spool as spooling
from warehouse.archive_files import new_writer, send
from warehouse.forgotten import REASON as FORGOTTEN
from warehouse.forgotten import tombstones
from warehouse.seen import Where, seen_payloads


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
        digest = digest_of(resource.body)
        where = seen.get((resource.fetched_url, digest))
        if where is None:
            fresh.append(resource)
        else:
            rows.append(spooling.seen_row(_seen_capture(resource, digest, where, now), where))
    if rows:
        batches.write_batch(place, rows, run_id=run_id, program=PROGRAM)
    path = _write_archive(fresh, settings, now, piece.scope) if fresh else None
    return Archived(WarcSlice(path, "file", of_archive=True, scope=piece.scope) if path else None, rest)


def _take(piece: LocalSlice, settings: Settings) -> tuple[list[LocalResource | Rejection], LocalSlice | None]:
    """The next resources: at most a batch, by count and by bytes (they are in memory until they are archived)."""
    taken: list[LocalResource | Rejection] = []
    budget, sources, start = settings.batch_captures, piece.sources, piece.start
    room = 4 * settings.max_body
    while sources and budget > 0 and room > 0:
        here = LocalSlice(sources, start, piece.scope)
        reader = kept_local(here) or LocalReader(sources[0], start=start, max_body=settings.max_body)
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
        keep_reader(LocalSlice(sources, start, piece.scope), reader)
    return taken, LocalSlice(sources, start, piece.scope) if sources else None


def _write_archive(resources: Iterable[LocalResource], settings: Settings, now: datetime, scope: Scope | None) -> Path:
    place = settings.place
    with new_writer(place, archive_name(settings, scope)) as writer:
        for resource in resources:
            writer.write_resource(
                resource.fetched_url, resource.content_type, resource.body, resource.captured_at or now
            )
    return send(place, writer.path)


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
