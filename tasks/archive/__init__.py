"""WARC files: reading whatever there is, writing what was loaded or fetched.

Where the bytes of a capture are is told by a file and an offset: of the gzip member that holds its record (the usual
file), in the decompressed stream where the members hold several records, or in a file that is not compressed.
"""

from tasks.archive.notes import FetchNotes
from tasks.archive.reader import MAX_BODY, WarcReader, original_at, read_capture
from tasks.archive.salvage import salvage
from tasks.archive.writer import ArchiveWriter, Original, payload_digest

__all__ = [
    "MAX_BODY",
    "ArchiveWriter",
    "FetchNotes",
    "Original",
    "WarcReader",
    "original_at",
    "payload_digest",
    "read_capture",
    "salvage",
]
