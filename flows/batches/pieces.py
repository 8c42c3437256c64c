"""What a batch task takes and returns: references to files. So the same task runs here and on a Dask worker."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flows.settings import Settings
from tasks.backfill.scope import Scope
from tasks.load import Source
from tasks.model import Via
from tasks.owners import of_this_process
from warehouse import spool as spooling


@dataclass(frozen=True, slots=True)
class LocalSlice:
    """Local sources, read one after the other; of the first one from `start` on."""

    sources: tuple[Source, ...]
    start: int = 0
    scope: Scope | None = None  # of a backfill: only these articles are kept


@dataclass(frozen=True, slots=True)
class WarcSlice:
    """Captures of one WARC file from the offset `start` on.

    `path`: of an archive file in a store its name in rows, so that any machine can read it.
    """

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


def archive_name(settings: Settings, scope: Scope | None) -> str:
    """A new name for an archive file; what a killed backfill left under it is read within the same scope."""
    place = settings.place
    mark = of_this_process(of_machine=place.archive_url is not None)
    return f"{place.key}-{spooling.new_id()}-{mark}{scope.in_name if scope else ''}"


def digest_of(body: bytes) -> str:
    """How a payload is known again: SHA-256, in hex."""
    return hashlib.sha256(body).hexdigest()
