"""Reading WARC files: one pass, flat memory, and past every kind of damage to the next record."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tasks.archive.fields import Head, parse_date
from tasks.archive.interpret import HTTP_MARGIN, Origin, has_body, interpret, is_of_interest, is_on_the_way
from tasks.archive.layout import open_stream
from tasks.archive.records import Record, read_record
from tasks.archive.regular import file_uri, is_text, open_regular
from tasks.archive.writer import Original
from tasks.errors import Rejected
from tasks.model import Capture, Rejection, Revisit, Via

MAX_BODY = 10 * 1_048_576  # bytes of a decoded body
MAX_DAMAGE_LINES = 1_000  # of one file; a file with more is no archive any more


class WarcReader(Iterator[Capture | Revisit | Rejection]):
    """The captures, revisits and rejections of one WARC file, in its order; other records yield nothing.

    `start` is the `position` of an earlier reader of the same file, or the offset of one of its records.
    `is_ours`: a file of our own archive, whose records say how they were fetched (tasks.archive.notes).
    `file`: its bytes, where they do not lie at `path`; closed with the reader.
    Rejections carry `seen_at`, by default the time of opening. Raises Rejected on opening: "empty", or "unreadable"
    for what is no regular file or no WARC. Ends and closes itself after the last record.
    """

    def __init__(
        self,
        path: Path,
        *,
        start: int = 0,
        via: Via = "warc",
        max_body: int = MAX_BODY,
        seen_at: datetime | None = None,
        is_ours: bool = False,
        file: io.RawIOBase | None = None,
    ) -> None:
        path = path.resolve()
        if not is_text(path):
            raise Rejected("unreadable", "rows refer to a WARC by its name, and this one is no valid UTF-8: rename it")
        self._file = file or open_regular(path)
        try:
            self.bytes_total = self._file.seek(0, io.SEEK_END)
            if not self.bytes_total:
                raise Rejected("empty", "the file has no bytes")
            self._stream = open_stream(self._file, self.bytes_total, start)
            self._stream.settle()
            for _ in range(self._stream.records_to_skip):
                read_record(self._stream, _none, 0)
        except BaseException:
            self._file.close()
            raise
        self._origin = Origin(str(path), file_uri(path), via, max_body, seen_at or datetime.now(UTC), is_ours)
        self.damage: list[str] = []

    @property
    def position(self) -> int:
        """Where the next unread record starts."""
        return self._stream.offset

    @property
    def bytes_read(self) -> int:
        return self._stream.bytes_read

    def __next__(self) -> Capture | Revisit | Rejection:
        while self._has_more():
            found = self.read_one()
            if found is not None:
                return found
        self.close()
        raise StopIteration

    def read_one(self) -> Capture | Revisit | Rejection | None:
        """The next record whatever it is; None when it is of no interest, or there is none."""
        if not self._has_more():
            return None
        record = read_record(self._stream, has_body, self._origin.max_body + HTTP_MARGIN)
        if record.damage and len(self.damage) < MAX_DAMAGE_LINES:
            self.damage.append(record.damage)
        return self._interpreted(record)

    def read_head(self) -> Head:
        """The fields of the next record, whatever it is; its block is left out."""
        return read_record(self._stream, _none, 0).head

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _has_more(self) -> bool:
        return not self._file.closed and (not self._stream.at_end or self._stream.fault is not None)

    def _interpreted(self, record: Record) -> Capture | Revisit | Rejection | None:
        head = record.head
        if record.problem:
            if head.type and not is_of_interest(head):
                return None
            return self._origin.rejection(*record.problem, record.offset, head.target)
        if not is_of_interest(head) or is_on_the_way(head, self._origin):
            return None
        return interpret(head, record.block, record.offset, self._origin)


def read_capture(
    path: Path,
    offset: int,
    via: Via,
    *,
    max_body: int = MAX_BODY,
    is_ours: bool = False,
    file: io.RawIOBase | None = None,
) -> Capture | Revisit | Rejection:
    """The one capture or revisit at `offset`, as `Capture.capture_offset` tells it; a Rejection when there is none."""
    now = datetime.now(UTC)
    uri, name = file_uri(path.resolve()), str(path.resolve())
    try:
        with WarcReader(
            path, start=offset, via=via, max_body=max_body, seen_at=now, is_ours=is_ours, file=file
        ) as reader:
            found = reader.read_one() if reader.position == offset else None
    except Rejected as error:
        return Rejection(uri, error.reason, error.detail, now, via, name, offset)
    return found or Rejection(uri, "bad_record", "no capture at this offset", now, via, name, offset)


def original_at(path: Path, offset: int, *, file: io.RawIOBase | None = None) -> Original | None:
    """What a revisit of the response at `offset` refers to; None when it is not there any more."""
    try:
        with WarcReader(path, start=offset, file=file) as reader:
            head = reader.read_head() if reader.position == offset else None
    except (Rejected, OSError):
        return None
    if head is None or head.type != "response":
        return None
    at, target, digest = (
        parse_date(head.fields.get("warc-date", "")),
        head.target,
        head.fields.get("warc-payload-digest"),
    )
    return Original(target, at, digest) if at and target and digest else None


def _none(head: Head) -> bool:
    return False
