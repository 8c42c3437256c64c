"""Which kind of WARC a file is, by its first bytes and records."""

import io

from tasks.archive.fields import HEAD_END, MAX_HEAD, RECORD_START, VERSION_LINE, parse_head
from tasks.archive.gzip_stream import GzipStream
from tasks.archive.members import MAGIC, READ_SIZE, find_member, starts_with_record
from tasks.archive.streams import PlainStream, Stream
from tasks.errors import Rejected

MAX_LOST_START = 16 * 1_048_576  # bytes at the start of a file that may be damaged
RECORDS_LOOKED_AT = 2  # the first one is often a warcinfo in a member of its own, whatever follows
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def open_stream(file: io.RawIOBase, size: int, start: int) -> Stream:
    """The stream of a WARC file from an offset. Raises Rejected("unreadable") when it is none."""
    file.seek(0)
    head = file.read(READ_SIZE) or b""
    if head.startswith(MAGIC):
        if not starts_with_record(head) and find_member(file, 1, min(size, MAX_LOST_START)) is None:
            raise Rejected("unreadable", "no WARC: gzip, but not of WARC records")
        return GzipStream(file, size, by_member=_one_record_a_member(file, size), start=start)
    if not VERSION_LINE.match(head.lstrip(b"\r\n")):
        if head.startswith(_ZSTD_MAGIC):
            raise Rejected("unreadable", "a WARC compressed with zstd: recompress it with gzip")
        lost = PlainStream(file, min(size, MAX_LOST_START))
        lost.seek_record_start()
        if lost.at_end:
            raise Rejected("unreadable", "no WARC: no record starts with " + RECORD_START.decode())
    return PlainStream(file, size, start)


def _one_record_a_member(file: io.RawIOBase, size: int) -> bool:
    """Whether each gzip member holds one record, as the standard recommends; told by the first ones."""
    stream = GzipStream(file, size, by_member=True)
    for _ in range(RECORDS_LOOKED_AT):
        raw = stream.peek(MAX_HEAD)
        if not VERSION_LINE.match(raw):
            return True
        end = HEAD_END.search(raw)
        head = parse_head(raw[: end.end()] if end else raw)
        stream.skip(end.end() if end else len(raw))
        if end:
            stream.skip(head.length or 0)
        stream.skip_line_ends()
        if not stream.starts_record():
            stream.seek_record_start()  # a false length does not hide a second record
        if not stream.at_end:
            return False
        if stream.fault:
            return True
        stream.settle()
        if not stream.at_end and not stream.starts_record():
            return False  # compressed in blocks that heed no record
        if head.type != "warcinfo":
            return True
    return True
