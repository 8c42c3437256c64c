"""Taking records out of an archive file for good, while every other record stays where it is.

A record's gzip member is replaced by another of the same length that holds a `metadata` record of zero bytes. So the
offsets of all other records, which tables, exports and indexes name, stay true, and a crash at any moment leaves either
the old file or the new one: the new file is written beside the old and renamed over it. The zero bytes take no room on
file systems that know holes.
"""

import os
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tasks.archive.fields import HEAD_END, Head, parse_head
from tasks.archive.gzip_stream import split_offset
from tasks.archive.members import GZIP, READ_SIZE
from tasks.archive.reader import WarcReader
from tasks.archive.writer import sync_folder
from tasks.errors import Rejected

ERASED = "application/vnd.presshouse.erased"  # Content-Type of what stands in the place of an erased record

ERASING = ".erasing"  # suffix of the new file until it takes the place of the old one

_HEADER = b"\x1f\x8b\x08%c\0\0\0\0\0\xff"  # gzip: deflate, flags, no time, no system
_COMMENT = 16  # the gzip flag for a comment, which is padding here
_TRAILER = 8  # bytes: checksum and length
_STORED = 65_535  # bytes of a stored block (RFC 1951, 3.2.4)
_BLOCK_HEAD = 5
_RECORD_END = b"\r\n\r\n"
_HOLE = 4_096  # bytes: the usual page of a file system
_HEAD = (
    "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{:032x}>\r\nWARC-Date: 1970-01-01T00:00:00Z\r\n"
    "Content-Type: {}\r\nContent-Length: {:010d}\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records were taken out, and whether the file went with the last of them."""

    records: int
    file_removed: bool


def erase_records(path: Path, offsets: Collection[int]) -> Erased:
    """Take the records at these offsets out of an archive file of ours, each with the request that led to it.

    A file that holds no capture any more is removed. Offsets where an erased record stands count nothing, so that the
    call can be repeated. Raises OSError; Rejected("unreadable") where no gzip member starts at an offset.
    """
    with path.open("rb") as file:
        spans: dict[int, int] = {}
        for offset in offsets:
            spans |= _spans(file, split_offset(offset)[0])
        if spans:
            partial = path.with_name(f".{path.name}{ERASING}")
            partial.unlink(missing_ok=True)  # left by a call that was killed: one process at a time erases
            try:
                _copy(file, partial, spans)
                holds_more = _holds_captures(partial)
                if holds_more:
                    partial.replace(path)
                else:
                    path.unlink()
            finally:
                partial.unlink(missing_ok=True)
            sync_folder(path.parent)
            return Erased(len(spans), not holds_more)
    return Erased(0, False)


def filler(length: int) -> bytes:
    """A gzip member of exactly `length` bytes that holds a metadata record of zeros. Raises ValueError below 180."""
    room = length - len(_HEADER % 0) - _TRAILER
    content = room - _BLOCK_HEAD * -(-room // (_STORED + _BLOCK_HEAD))
    zeros = content - len(_head(0)) - len(_RECORD_END)
    if zeros >= 0:
        content_bytes = _head(zeros) + bytes(zeros) + _RECORD_END
        deflated = _stored(content_bytes)
    else:
        content_bytes = _head(0) + _RECORD_END
        deflator = zlib.compressobj(9, zlib.DEFLATED, -15)
        deflated = deflator.compress(content_bytes) + deflator.flush()
    padding = room - len(deflated)
    if padding < 0:
        raise ValueError(f"no record fits into {length} bytes")
    comment = b" " * (padding - 1) + b"\0" if padding else b""
    trailer = struct.pack("<II", zlib.crc32(content_bytes), len(content_bytes))
    return _HEADER % (_COMMENT if comment else 0) + comment + deflated + trailer


def _head(zeros: int) -> bytes:
    return _HEAD.format(0, ERASED, zeros).encode("ascii")


def _stored(content: bytes) -> bytes:
    blocks = []
    for start in range(0, len(content), _STORED):
        block = content[start : start + _STORED]
        last = start + _STORED >= len(content)
        blocks.append(struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block)
    return b"".join(blocks)


def _spans(file: IO[bytes], offset: int) -> dict[int, int]:
    """Start -> length of the member at `offset` and of the request behind it; nothing where it is erased already."""
    length, head = _member(file, offset)
    if head.fields.get("content-type") == ERASED:
        return {}
    spans, at = {offset: length}, offset + length
    record_id = head.fields.get("warc-record-id")
    try:
        request_length, request = _member(file, at)
    except Rejected:  # the end of the file
        return spans
    if request.type == "request" and record_id and request.fields.get("warc-concurrent-to") == record_id:
        spans[at] = request_length
    return spans


def _member(file: IO[bytes], offset: int) -> tuple[int, Head]:
    """Length in bytes of the gzip member that starts here, and the head of its record."""
    file.seek(offset)
    inflater, read, first = zlib.decompressobj(GZIP), 0, b""
    try:
        while not inflater.eof:
            raw = file.read(READ_SIZE)
            if not raw:
                raise Rejected("unreadable", f"no whole record at offset {offset}")
            read += len(raw)
            out = inflater.decompress(raw)
            if not HEAD_END.search(first):
                first += out
    except zlib.error as error:
        raise Rejected("unreadable", f"no record starts at offset {offset}") from error
    end = HEAD_END.search(first)
    return read - len(inflater.unused_data), parse_head(first[: end.end()] if end else first)


def _copy(file: IO[bytes], target: Path, spans: dict[int, int]) -> None:
    """The file with fillers in the place of the spans, made durable."""
    with target.open("xb") as copy:
        at = 0
        for start, length in sorted(spans.items()):
            _copy_bytes(file, copy, at, start)
            _write_with_holes(copy, filler(length))
            at = start + length
        _copy_bytes(file, copy, at, file.seek(0, os.SEEK_END))
        copy.truncate(copy.tell())
        copy.flush()
        os.fsync(copy.fileno())


def _copy_bytes(file: IO[bytes], copy: IO[bytes], start: int, end: int) -> None:
    file.seek(start)
    while start < end:
        piece = file.read(min(1 << 20, end - start))
        copy.write(piece)
        start += len(piece)


def _write_with_holes(copy: IO[bytes], content: bytes) -> None:
    """Pages of zeros are skipped, not written."""
    at, first = 0, -copy.tell() % _HOLE
    while at < len(content):
        end = min(at + first if at == 0 and first else at + _HOLE, len(content))
        piece = content[at:end]
        if any(piece):
            copy.write(piece)
        else:
            copy.seek(len(piece), os.SEEK_CUR)
        at = end


def _holds_captures(path: Path) -> bool:
    with WarcReader(path) as reader:
        return any(True for _ in reader)
