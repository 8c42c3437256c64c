"""Gzip members (RFC 1952) in raw bytes: finding those that hold WARC records."""

import io
import zlib

from tasks.archive.fields import RECORD_START

MAGIC = b"\x1f\x8b\x08"  # gzip, deflate
GZIP = 31  # zlib's wbits: gzip header and checksum are read and checked
READ_SIZE = 65_536  # bytes asked of the file at once
_PROBE_SIZE = 4_096  # raw bytes that surely hold a gzip header and the first bytes behind it
_HEADER_SIZE = 10
_RESERVED_FLAGS = 0xE0
_OPERATING_SYSTEMS = frozenset(range(14)) | {255}
_MAX_CANDIDATES = 100_000  # magics tried in one search; by chance one comes in 16 MB, more are made to cost time


def starts_with_record(raw: bytes) -> bool:
    """Whether these bytes start a gzip member that inflates to the start of a WARC record."""
    if len(raw) <= _HEADER_SIZE or raw[3] & _RESERVED_FLAGS or raw[9] not in _OPERATING_SYSTEMS:
        return False
    try:
        return zlib.decompressobj(GZIP).decompress(raw[:_PROBE_SIZE], len(RECORD_START)) == RECORD_START
    except zlib.error:
        return False


def find_member(file: io.RawIOBase, start: int, end: int) -> int | None:
    """The offset in [start, end) of the first gzip member that holds a WARC record; None without one."""
    file.seek(start)
    window, window_at, candidates = b"", start, 0
    while candidates < _MAX_CANDIDATES:
        more = file.read(READ_SIZE) or b""
        window += more
        at = 0
        while (at := window.find(MAGIC, at)) >= 0 and (len(window) - at >= _PROBE_SIZE or not more):
            if window_at + at >= end:
                return None
            candidates += 1
            if starts_with_record(window[at : at + _PROBE_SIZE]):
                return window_at + at
            at += 1
        if not more or window_at >= end:
            return None
        keep = at if at >= 0 else max(len(window) - len(MAGIC) + 1, 0)
        window, window_at = window[keep:], window_at + keep
    return None
