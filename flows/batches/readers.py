"""Open files between two batches.

A file is read once, from front to back: the reader of a batch is kept for the next batch of the same process. On Dask
the next batch may go to another one, which opens the file where it starts.
"""

from flows.batches.pieces import LocalSlice, WarcSlice
from tasks.archive import WarcReader
from tasks.load import LocalReader

MOST_READERS = 16  # open files that a process keeps so
_readers: dict[WarcSlice | LocalSlice, WarcReader | LocalReader] = {}


def keep_reader(rest: WarcSlice | LocalSlice, reader: WarcReader | LocalReader) -> None:
    """For the batch that goes on with `rest`."""
    _readers[rest] = reader
    while len(_readers) > MOST_READERS:
        _readers.pop(next(iter(_readers))).close()


def kept_warc(piece: WarcSlice) -> WarcReader | None:
    """The reader that stands where the slice starts, if this process has it. It is the caller's from now on."""
    kept = _readers.pop(piece, None)
    return kept if isinstance(kept, WarcReader) else None


def kept_local(piece: LocalSlice) -> LocalReader | None:
    """Likewise, of local sources."""
    kept = _readers.pop(piece, None)
    return kept if isinstance(kept, LocalReader) else None


def close_readers() -> None:
    """Close what is kept open."""
    for reader in _readers.values():
        reader.close()
    _readers.clear()
