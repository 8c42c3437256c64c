"""The bytes of a WARC in order, as far as they can be read, and the way to the next record when they cannot."""

import io
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Literal

from tasks.archive.fields import HEAD_END, MAX_HEAD, RECORD_START, VERSION_LINE, parse_head

Fault = Literal["cut", "corrupt", "bomb"]

SKIP_SIZE = 1_048_576  # bytes thrown away at once
WINDOW = 131_072  # bytes searched at once for the start of a record
LONGEST_VERSION_LINE = 128
MAX_CANDIDATES = 10_000  # places of one file that look like a start and are none; more are made to cost time

_START = re.compile(rb"\n" + VERSION_LINE.pattern)


class Stream(ABC):
    """Bytes that are read from front to back, with a little look ahead.

    A stream ends at the end of the file, or earlier: where `fault` is set, the bytes could not be had. In a
    record-compressed file it also ends, without a fault, with each gzip member, until `settle` opens the next.
    """

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.records_to_skip = 0  # before the one that was asked for
        self._ahead = b""  # read and, from `_at` on, not yet consumed
        self._at = 0
        self._consumed = 0
        self._candidates_left = MAX_CANDIDATES

    @property
    @abstractmethod
    def offset(self) -> int:
        """Where the next record starts, in the terms of `Capture.capture_offset`; asked between records only."""

    @property
    def fault_here(self) -> Fault | None:
        """The fault, where it concerns the bytes that are read now: it may have been met looking ahead."""
        return self.fault

    @property
    def has_checksums(self) -> bool:
        """Whether each record has one, that of its gzip member."""
        return False

    @property
    @abstractmethod
    def bytes_read(self) -> int:
        """Of the file on disk."""

    @abstractmethod
    def begin_record(self) -> None:
        """From here on the next record is read."""

    @abstractmethod
    def mark(self) -> Callable[[], bool]:
        """A call that goes back to this place, or does nothing and returns False when that was done too often."""

    @abstractmethod
    def settle(self) -> bool:
        """Over line ends, and into the next gzip member; True when a record, or nothing at all, follows."""

    def checks_out(self) -> bool:
        """Whether the bytes up to the end of the gzip member have its checksum, where a member holds one record."""
        return True

    @abstractmethod
    def resync(self) -> bool:
        """After a fault: to the next place where a record surely starts. False when there is none."""

    @abstractmethod
    def _more(self, wanted: int) -> bytes:
        """The next bytes, at most `wanted` (which is > 0); b"" at the end."""

    @property
    def at_end(self) -> bool:
        return not self.peek(1)

    def peek(self, count: int) -> bytes:
        """Up to `count` next bytes without consuming them; fewer only at the end."""
        while (missing := count - (len(self._ahead) - self._at)) > 0:
            more = self._more(missing)
            if not more:
                break
            self._ahead = self._ahead[self._at :] + more
            self._at = 0
        return self._ahead[self._at : self._at + count]

    def read(self, count: int) -> bytes:
        """`count` bytes; fewer only at the end."""
        parts = [self._ahead[self._at : self._at + count]]
        got = len(parts[0])
        self._at += got
        while got < count and (more := self._more(count - got)):
            parts.append(more)
            got += len(more)
        self._consumed += got
        return b"".join(parts)

    def skip(self, count: int) -> int:
        """Throw `count` bytes away; the number returned is less only at the end."""
        gone = min(count, len(self._ahead) - self._at)
        self._at += gone
        while gone < count and (more := self._more(min(SKIP_SIZE, count - gone))):
            gone += len(more)
        self._consumed += gone
        return gone

    def skip_line_ends(self) -> None:
        """Over the line ends behind a record: two by the standard, none to many in practice."""
        while window := self.peek(64):
            line_ends = len(window) - len(window.lstrip(b"\r\n"))
            self.skip(line_ends)
            if line_ends < len(window):
                return

    def starts_record(self) -> bool:
        return self.peek(len(RECORD_START)) == RECORD_START

    def seek_record_start(self) -> int:
        """Forward to the next whole record head at the start of a line, or to the end; the number of bytes passed.

        Only for use where lengths have proved false, since pages may quote WARC records.
        """
        passed = 0
        if self._whole_head_here():
            return passed
        while window := self.peek(WINDOW):
            hit = _START.search(window) if self._candidates_left > 0 else None
            # A start that the end of the window cuts in two is looked at again.
            searched = len(window) - (LONGEST_VERSION_LINE if len(window) == WINDOW else 0)
            step = hit.start() + 1 if hit else searched
            self.skip(step)
            passed += step
            if hit:
                if self._whole_head_here():
                    return passed
                self._candidates_left -= 1
        return passed

    def _whole_head_here(self) -> bool:
        if not self.starts_record():
            return False
        raw = self.peek(MAX_HEAD)
        end = HEAD_END.search(raw)
        return end is not None and VERSION_LINE.match(raw) is not None and parse_head(raw[: end.end()]).is_whole


class PlainStream(Stream):
    """An uncompressed WARC: going back and skipping cost nothing."""

    def __init__(self, file: io.RawIOBase, size: int, start: int = 0) -> None:
        super().__init__()
        self._file, self._size = file, size
        self._go_to(start)

    @property
    def offset(self) -> int:
        return min(self._consumed, self._size)

    @property
    def bytes_read(self) -> int:
        return self.offset

    def begin_record(self) -> None:
        return

    def mark(self) -> Callable[[], bool]:
        place = self._consumed

        def go_back() -> bool:
            self._go_to(place)
            return True

        return go_back

    def skip(self, count: int) -> int:
        gone = min(count, max(self._size - self._consumed, 0))
        if gone <= len(self._ahead) - self._at:
            return super().skip(gone)
        self._go_to(self._consumed + gone)
        return gone

    def settle(self) -> bool:
        self.skip_line_ends()
        return self.at_end or self.starts_record()

    def resync(self) -> bool:
        self.seek_record_start()
        return not self.at_end

    def _more(self, wanted: int) -> bytes:
        more = self._file.read(min(wanted, max(self._size - self._file_at, 0))) or b""  # not what is added meanwhile
        self._file_at += len(more)
        return more

    def _go_to(self, place: int) -> None:
        self._ahead, self._at, self._consumed = b"", 0, place
        self._file_at = self._file.seek(place)
