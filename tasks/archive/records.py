"""Reading one record from a stream, and getting to the next one whatever happens."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tasks.archive.digests import has_digest
from tasks.archive.fields import HEAD_END, MAX_HEAD, RECORD_START, VERSION_LINE, Head, parse_head
from tasks.archive.streams import LONGEST_VERSION_LINE, Fault, Stream

HEAD_PEEK = 2_048  # bytes that hold nearly every head

Problem = tuple[str, str]  # reason (a key of tasks.model.REASONS) and detail

_OF_FAULT: dict[Fault, Problem] = {
    "cut": ("incomplete", "the file ends inside this record"),
    "corrupt": ("bad_record", "its gzip member is damaged"),
    "bomb": ("too_large", "it inflates without end"),
}


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `block` is whole unless it was not wanted or there is a problem."""

    offset: int
    head: Head
    block: bytes = b""
    problem: Problem | None = None
    damage: str | None = None  # what is wrong with it, in words, even where it can be used


def read_record(stream: Stream, wanted: Callable[[Head], bool], max_block: int) -> Record:
    """Read the record that starts here and go on to the next. Blocks are kept of records that are `wanted`."""
    offset = stream.offset
    stream.begin_record()
    raw = _head_bytes(stream)
    head = parse_head(raw) if VERSION_LINE.match(raw) else Head()
    lacking = _lacking(raw, head)
    if not lacking:
        stream.skip(len(raw))
        return _with_block(stream, offset, head, wanted(head), max_block)
    if stream.fault_here or (stream.fault and lacking[0] == "incomplete"):
        return _after_fault(stream, offset, head)
    stream.skip(len(RECORD_START))
    stream.seek_record_start()
    return _damaged(stream, offset, head, lacking)


def _head_bytes(stream: Stream) -> bytes:
    """The head with the empty line behind it; without that line, as much as there is."""
    raw = b""
    for size in (HEAD_PEEK, MAX_HEAD):
        raw = stream.peek(size)
        end = HEAD_END.search(raw)
        if end:
            return raw[: end.end()]
        if len(raw) < size:
            break
    return raw


def _lacking(raw: bytes, head: Head) -> Problem | None:
    if not VERSION_LINE.match(raw):
        if RECORD_START.startswith(raw[: len(RECORD_START)]) and len(raw) < LONGEST_VERSION_LINE:
            return "incomplete", "the file ends inside its first line"
        return "bad_record", "no WARC record where one should start"
    if not HEAD_END.search(raw):
        if len(raw) < MAX_HEAD:
            return "incomplete", "the file ends inside its head"
        return "bad_record", f"a head of more than {MAX_HEAD:,} bytes"
    return None if head.length is not None else ("bad_record", "no readable Content-Length")


def _with_block(stream: Stream, offset: int, head: Head, is_wanted: bool, max_block: int) -> Record:
    length = head.length or 0
    go_back = stream.mark()
    block = stream.read(min(length, max_block)) if is_wanted else b""
    got = len(block) + stream.skip(length - len(block))
    is_closed = got == length and stream.peek(4).startswith((b"\r\n\r\n", b"\n\n"))
    if got == length and (stream.settle() or (is_closed and stream.checks_out())):
        return _whole(offset, head, block, length if is_wanted else 0)
    if stream.fault_here:
        return _after_fault(stream, offset, head)
    if not go_back():
        stream.seek_record_start()
        return _damaged(stream, offset, head, ("bad_record", "its Content-Length is false"))
    actual = stream.seek_record_start()
    found = f"Content-Length says {length:,} bytes, there are {actual:,}"
    if actual < length or not go_back():
        return _damaged(stream, offset, head, ("incomplete", found))
    # The length is too small, and the next record or the end shows the true one (node-warc counted characters). As a
    # damaged byte may have the same effect, there must be a second witness.
    block = stream.read(min(actual, max_block)) if is_wanted else b""
    stream.skip(actual - len(block))
    if not stream.settle():
        return _after_fault(stream, offset, head)
    record = _whole(offset, head, block, actual if is_wanted else 0)
    for _ in range(2):
        block = block.removesuffix(b"\n").removesuffix(b"\r")
    if not (stream.has_checksums or has_digest(block, head.fields.get("warc-block-digest", ""))):
        return _damaged(stream, offset, head, ("bad_record", found))
    return replace(record, block=block, damage=f"record at byte {offset}: {found}")


def _whole(offset: int, head: Head, block: bytes, length: int) -> Record:
    problem = ("too_large", f"a record of {length:,} bytes") if length > len(block) else None
    return Record(offset, head, block, problem)


def _after_fault(stream: Stream, offset: int, head: Head) -> Record:
    """The record ends where the bytes do."""
    problem = _OF_FAULT[stream.fault or "corrupt"]
    if stream.resync() and problem[0] == "incomplete":
        problem = _OF_FAULT["corrupt"]  # the file goes on: it was not cut
    return _damaged(stream, offset, head, problem)


def _damaged(stream: Stream, offset: int, head: Head, problem: Problem) -> Record:
    stream.settle()
    while not (stream.at_end or stream.starts_record() or stream.fault_here):
        stream.seek_record_start()
        stream.settle()
    if not stream.at_end or stream.fault:
        damage = f"damaged record at byte {offset}, resumed at byte {stream.offset}"
    elif problem[0] == "incomplete":
        damage = f"cut at byte {stream.bytes_read}: the record at byte {offset} is incomplete"
    else:
        damage = f"damaged record at byte {offset}, nothing can be read after it"
    return Record(offset, head, b"", problem, damage)
