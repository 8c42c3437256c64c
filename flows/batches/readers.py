"""Open files between two batches.

A file is read once, from front to back: the reader of a batch is kept for the next batch of the same process. On Dask
the next batch may go to another one, which opens the file where it starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.batches.pieces import LocalSlice, WarcSlice
from tasks.archive import WarcReader
from tasks.load import LocalReader
from warehouse.forgotten import Tombstones
from warehouse.seen import Where


@dataclass(frozen=True, slots=True)
class OpenWarc:
    """A WARC file that is being read, and what the warehouse knew when it was opened.

    To ask again for each batch would wait for the append of the one before: a run has one connection at a time. What
    comes to be known meanwhile the append sees.
    """

    reader: WarcReader
    seen: Mapping[tuple[int, str], Where]  # (offset, payload digest) -> where it was read before
    graves: Tombstones

    def close(self) -> None:
        self.reader.close()


MOST_READERS = 16  # open files that a process keeps so
_readers: dict[WarcSlice | LocalSlice, OpenWarc | LocalReader] = {}


def keep_reader(rest: WarcSlice | LocalSlice, reader: OpenWarc | LocalReader) -> None:
    """For the batch that goes on with `rest`."""
    _readers[rest] = reader
    while len(_readers) > MOST_READERS:
        _readers.pop(next(iter(_readers))).close()


def kept_warc(piece: WarcSlice) -> OpenWarc | None:
    """The file, read up to where the slice starts, if this process has it. It is the caller's from now on."""
    kept = _readers.pop(piece, None)
    return kept if isinstance(kept, OpenWarc) else None


def kept_local(piece: LocalSlice) -> LocalReader | None:
    """Likewise, of local sources."""
    kept = _readers.pop(piece, None)
    return kept if isinstance(kept, LocalReader) else None


def close_readers() -> None:
    """Close what is kept open."""
    for reader in _readers.values():
        reader.close()
    _readers.clear()
