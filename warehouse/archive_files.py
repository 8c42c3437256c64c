"""The files of the archive, in their folder or in a store: sent, listed, read, erased, removed.

An archive file is made in the folder (tasks.archive.ArchiveWriter). With a store, it goes up once it is closed, is
compared with what arrived, and only then leaves the folder: so what lies in the folder is to go up still, whoever was
killed when. Its copy stays in the cache for the extraction that follows.
"""

import hashlib
import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import RawIOBase
from pathlib import Path

from tasks.archive import MAX_BODY, ArchiveWriter, Original, original_at, read_capture, salvage
from tasks.archive.erase import Erased, erase_records
from tasks.archive.regular import open_regular
from tasks.model import Capture, Rejection, Revisit, Via
from tasks.owners import PARTIAL, is_abandoned, is_at_work, is_at_work_elsewhere, partial
from warehouse.place import ARCHIVE, Place
from warehouse.store import Changed, Kept, store

CACHE_BYTES = 2 << 30  # of copies; the longest unused go first
CACHE_SECONDS = 86_400.0  # since a copy was last used; also how long one may outlive what was erased elsewhere
ERASE_TRIES = 5  # while other machines erase in the same file


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file of the archive as rows name it, its bytes, and when it was last written (aware)."""

    capture_file: str
    size: int
    changed_at: datetime


def send(place: Place, path: Path) -> Path:
    """What a piece of work calls a closed archive file: its path, or of one that went to a store its name in rows.

    Safe to repeat. What is in the store already stays as it is: it was whole when it came, and what differs now was
    erased. Raises StoreAway: the file stays where it is, and `settle` sends it later.
    """
    if place.archive_url is None:
        return path
    capture_file = place.stored(path)
    there, name = store(place.archive_url), capture_file.removeprefix(ARCHIVE)
    if there.look(name):
        path.unlink(missing_ok=True)
        return Path(capture_file)
    copy = _copy_of(place, there.put(path, name))
    copy.parent.mkdir(parents=True, exist_ok=True)
    path.replace(copy)
    return Path(capture_file)


def settle(place: Place, *, is_shared: bool) -> None:
    """What killed runs left: half-written files keep their whole records, and what is to go to a store does."""
    for half in sorted(place.archive.glob(f"*/*/*/.{place.key}-*{PARTIAL}")):
        if is_abandoned(half, is_shared=is_shared):
            salvage(half)
    if place.archive_url is None:
        return
    for path in sorted(place.archive.glob(f"*/*/*/{place.key}-*.warc.gz")):
        if is_at_work(path, is_shared=is_shared):
            continue
        try:
            send(place, path)
        except FileNotFoundError:  # another run sent it in this moment
            if path.exists():
                raise
    prune(place)


def listed(place: Place, *, every_warehouse: bool = False, since: date | None = None) -> list[ArchiveFile]:
    """The files of this warehouse, or of every one, by name; of a store from the month of `since` on."""
    pattern = "*.warc.gz" if every_warehouse else f"{place.key}-*.warc.gz"
    found: dict[str, ArchiveFile] = {}
    for kept in _of_store(place, since):
        if kept.name.count("/") == 3 and Path(kept.name).match(pattern):
            found[ARCHIVE + kept.name] = ArchiveFile(ARCHIVE + kept.name, kept.size, kept.changed_at)
    for path in place.archive.glob(f"*/*/*/{pattern}"):
        if path.name.startswith("."):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:  # removed, or sent, in this moment
            continue
        changed_at = datetime.fromtimestamp(stat.st_mtime, UTC)
        found[place.stored(path)] = ArchiveFile(place.stored(path), stat.st_size, changed_at)
    return [found[name] for name in sorted(found)]


def _of_store(place: Place, since: date | None) -> Iterator[Kept]:
    if place.archive_url is None:
        return
    there = store(place.archive_url)
    if since is None:
        yield from there.listed()
        return
    month, today = since.replace(day=1), datetime.now(UTC).date()
    while month <= today:
        yield from there.listed(f"{month:%Y/%m}")
        month = (month + timedelta(days=31)).replace(day=1)


def is_unfinished(place: Place, file: ArchiveFile, *, is_shared: bool) -> bool:
    """Whether the process that wrote it may still take it further."""
    here = place.located(file.capture_file)
    if place.archive_url is None or here.exists():
        return is_at_work(here, is_shared=is_shared)
    return is_at_work_elsewhere(here.name, time.time() - file.changed_at.timestamp())


def sizes_of(place: Place, capture_files: Collection[str]) -> dict[str, int]:
    """Bytes of those of these files that are there."""
    if place.archive_url is not None:
        there = {one.capture_file: one.size for one in listed(place, every_warehouse=True)}
        ours = {name: there[name] for name in capture_files if name in there}
    else:
        ours = {}
    for name in capture_files:
        path = place.located(name)
        if name not in ours and path.is_file():
            ours[name] = path.stat().st_size
    return ours


def exists(place: Place, capture_file: str) -> bool:
    """Whether the bytes are there: of a file of the archive, or the user's own."""
    return place.located(capture_file).is_file() or (
        (name := _name_there(place, capture_file)) is not None and store(name[0]).look(name[1]) is not None
    )


def opened(place: Place, capture_file: str) -> RawIOBase | None:
    """The whole file, from the cache, where it lies in a store; None where it lies at its own path, or nowhere."""
    path = local_copy(place, capture_file)
    return None if path in (None, place.located(capture_file)) else open_regular(path)


def local_copy(place: Place, capture_file: str) -> Path | None:
    """Where the whole file can be read here; None when it is gone."""
    here, there = place.located(capture_file), _name_there(place, capture_file)
    if here.is_file() or there is None:
        return here if here.is_file() else None
    kept = store(there[0]).look(there[1])
    if kept is None:
        return None
    copy = _copy_of(place, kept)
    if not copy.is_file():
        try:
            store(there[0]).get(there[1], copy)
        except FileNotFoundError:
            return None
    os.utime(copy)  # it is in use: `prune` goes by this
    return copy


def capture_at(
    place: Place, capture_file: str, offset: int, via: Via, *, max_body: int = MAX_BODY, copy: Path | None = None
) -> Capture | Revisit | Rejection | None:
    """The one capture at an offset; None when the file is gone.

    Of a store only its part is read; or all of it is at hand in `copy` (`local_copy`).
    """
    path, is_ours = place.located(capture_file), capture_file.startswith(ARCHIVE)
    part = None if path.is_file() else open_regular(copy) if copy else _part(place, capture_file)
    if part is None and not path.is_file():
        return None
    return read_capture(path, offset, via, max_body=max_body, is_ours=is_ours, file=part)


def original_of(place: Place, capture_file: str, offset: int) -> Original | None:
    """What a revisit of the response at an offset refers to; None when it is not there any more."""
    path = place.located(capture_file)
    if path.is_file():
        return original_at(path, offset)
    part = _part(place, capture_file)
    return original_at(path, offset, file=part) if part else None


def _part(place: Place, capture_file: str) -> RawIOBase | None:
    there = _name_there(place, capture_file)
    if there is None:
        return None
    try:
        return store(there[0]).opened(there[1])
    except FileNotFoundError:
        return None


def erase(place: Place, capture_file: str, offsets: Collection[int]) -> Erased:
    """Take records out for good (tasks.archive.erase). Raises FileNotFoundError, Rejected, StoreAway."""
    here, there = place.located(capture_file), _name_there(place, capture_file)
    if there is None:
        return erase_records(here, offsets)
    done = erase_records(here, offsets) if here.is_file() else None
    far, name = store(there[0]), there[1]
    for _ in range(ERASE_TRIES):
        kept = far.look(name)
        if kept is None:
            if done is None:
                raise FileNotFoundError(f"{far.url}/{name}")
            return done
        work = partial(place.cache / "erase" / Path(name).name)
        try:
            far.get(name, work)
            done = erase_records(work, offsets)
            if done.file_removed:
                far.remove(name)
            elif done.records:
                far.put(work, name, instead_of=kept)
        except Changed:
            continue
        finally:
            work.unlink(missing_ok=True)
        _forget_copies(place, name)
        return done
    raise Changed(f"{far.url}/{name} is being changed by other machines. Try again.")


def remove(place: Place, capture_file: str) -> None:
    """The whole file; it may be gone already."""
    place.located(capture_file).unlink(missing_ok=True)
    if there := _name_there(place, capture_file):
        store(there[0]).remove(there[1])
        _forget_copies(place, there[1])


def prune(place: Place) -> None:
    """Keep the cache small: copies that were not used for a day, and beyond its size the longest unused."""
    copies = []
    for path in place.cache.glob("archive/*/*"):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        copies.append((stat.st_mtime, stat.st_size, path))
    room, now = CACHE_BYTES, time.time()
    for path in place.cache.glob(f"erase/*{PARTIAL}"):
        if is_abandoned(path):
            path.unlink(missing_ok=True)
    for used_at, size, path in sorted(copies, reverse=True):
        room -= size
        if room < 0 or now - used_at > CACHE_SECONDS:
            path.unlink(missing_ok=True)


def _name_there(place: Place, capture_file: str) -> tuple[str, str] | None:
    """(the store's URL, the name in it) of a file of the archive."""
    if place.archive_url is None or not capture_file.startswith(ARCHIVE):
        return None
    return place.archive_url, capture_file.removeprefix(ARCHIVE)


def _copy_of(place: Place, kept: Kept) -> Path:
    """Of this very version: what was erased since is never read from the cache."""
    version = hashlib.sha256(f"{kept.version} {kept.size}".encode()).hexdigest()[:16]
    return place.cache / "archive" / version / Path(kept.name).name


def _forget_copies(place: Place, name: str) -> None:
    for copy in place.cache.glob(f"archive/*/{Path(name).name}"):
        copy.unlink(missing_ok=True)


def new_writer(place: Place, name: str) -> ArchiveWriter:
    """For a new file of the archive; once closed, `send` it."""
    return ArchiveWriter(place.archive, name)
