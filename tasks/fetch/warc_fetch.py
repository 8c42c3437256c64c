"""What was fetched, into the archive: every hop with its request, and an unchanged page as a revisit."""

from dataclasses import dataclass

from tasks.archive import ArchiveWriter, FetchNotes, Original, payload_digest
from tasks.archive.notes import HOP
from tasks.fetch.outcome import Fetched


@dataclass(frozen=True, slots=True)
class Archived:
    """Where the records of one fetched URL are."""

    offset: int  # of the record with the body, or of its revisit
    original: Original  # what later fetches of the same payload refer to
    is_revisit: bool


def write_fetched(
    writer: ArchiveWriter, fetched: Fetched, earlier: Original | None = None, *, notes: FetchNotes | None = None
) -> Archived:
    """Write all exchanges of a URL. `earlier`: the response that is kept of it; `notes`: how it came to be fetched.

    When the server says 304, or sends the very bytes of `earlier`, the last exchange becomes a revisit record of it.
    Redirects come first. Raises ValueError for a 304 without `earlier`: nothing could be found under it.
    """
    *hops, last = fetched.exchanges
    digest = payload_digest(last.body)
    if fetched.not_modified and earlier is None:
        raise ValueError("a 304 without the response that it refers to")
    is_revisit = earlier is not None and (fetched.not_modified or digest == earlier.payload_digest)
    for hop in hops:
        writer.write_exchange(hop, notes={HOP: "yes"} if notes else None)
    fields = notes.fields() if notes else None
    offset = writer.write_exchange(last, revisit_of=earlier if is_revisit else None, notes=fields)
    original = earlier if is_revisit and earlier else Original(last.url, last.at, digest)
    return Archived(offset, original, is_revisit)
