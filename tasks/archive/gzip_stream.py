"""A gzip-compressed WARC as a stream: usually one member a record, sometimes many records in a member."""

import io
import zlib
from collections.abc import Callable

from tasks.archive.members import GZIP, MAGIC, READ_SIZE, find_member
from tasks.archive.streams import SKIP_SIZE, Fault, Stream

BOMB_BYTES = 64 * 1_048_576  # inflated bytes of one member from which its ratio counts
BOMB_RATIO = 200  # inflated to compressed; pages stay under 30, deflate itself ends at 1,032
REWIND_FACTOR = 4  # times its size that a file's bytes may be read again; only files made to cost time need more
NEAR = 64  # raw bytes behind a fault in which the checksum stands
LOOK_BACK = 16 * 1_048_576  # raw bytes before a fault where the next member may start; larger members are no pages

_MEMBER_BITS = 42  # of an offset: where the member starts, up to 4 TiB; above them the record's number in it


def member_offset(member: int, number: int) -> int:
    """The offset of the `number`th record, from 1, of the member at byte `member`, in a record-compressed file.

    The first record has the member's own offset. Further ones, which only files put together from others have,
    carry their number in the bits above: so every offset is unique and says where to read.
    """
    return member if number == 1 else member | number << _MEMBER_BITS


def split_offset(offset: int) -> tuple[int, int]:
    """The member's offset and the record's number in it, from 1."""
    number, member = divmod(offset, 1 << _MEMBER_BITS)
    return member, max(number, 1)


class GzipStream(Stream):
    """`by_member`: the stream ends with each member and goes on with `settle`; offsets are those of members.

    Otherwise the members are one stream and offsets count its decompressed bytes, up to the first fault: as nobody
    can tell how many bytes were lost there, the records after it have member offsets, all of them numbered.
    """

    _inflater: "zlib._Decompress"
    _raw: bytes  # read from the file, not yet inflated
    _file_at: int  # where `_raw` ends
    _member_at: int
    _member_in: int  # raw bytes
    _member_out: int
    _member_ended: bool
    _number: int  # of the next record in the member

    def __init__(self, file: io.RawIOBase, size: int, *, by_member: bool, start: int = 0) -> None:
        super().__init__()
        self._file, self._size = file, size
        self._first_number = 1 if by_member else 2
        self._rewind_left = REWIND_FACTOR * size
        member, number = split_offset(start)
        self._by_member = by_member or start != member
        if self._by_member:
            self.records_to_skip = max(number - self._first_number, 0)
        self._open_member_at(member if self._by_member else 0)
        if not self._by_member and self.skip(start) < start:
            self.fault = None
            self._open_member_at(size)  # an earlier reader went as far as can be read

    @property
    def offset(self) -> int:
        return member_offset(self._member_at, self._number) if self._by_member else self._consumed

    @property
    def bytes_read(self) -> int:
        return self._file_at - len(self._raw)

    @property
    def fault_here(self) -> Fault | None:
        return self.fault if self._by_member or self.at_end else None

    def begin_record(self) -> None:
        self._number += 1

    def seek_record_start(self) -> int:
        passed = super().seek_record_start()
        if passed and self._number == self._first_number:
            self._number += 1  # what is passed at a member's start counts as a record, as for who starts to read there
        return passed

    def mark(self) -> Callable[[], bool]:
        inflater, raw, file_at = self._inflater.copy(), self._raw, self._file_at
        ahead, at, consumed = self._ahead, self._at, self._consumed
        member_at, member_in, member_out = self._member_at, self._member_in, self._member_out
        member_ended, number = self._member_ended, self._number

        def go_back() -> bool:
            cost = self.bytes_read - (file_at - len(raw))
            if cost > self._rewind_left:
                return False
            self._rewind_left -= cost
            self._inflater, self._raw, self._file_at = inflater.copy(), raw, self._file.seek(file_at)
            self._ahead, self._at, self._consumed = ahead, at, consumed
            self._member_at, self._member_in, self._member_out = member_at, member_in, member_out
            self._member_ended, self._number = member_ended, number
            self.fault = None
            return True

        return go_back

    def settle(self) -> bool:
        self.skip_line_ends()
        if self.fault and self._by_member:
            return False  # the checksum vouches for all of the member
        if not self.at_end:
            return self.starts_record()
        while self.at_end and self._member_ended and not self.fault:
            self._open_member()
            if self._member_ended:
                break
            self.skip_line_ends()  # in some files they stand before a record, and some members are empty
        return True

    @property
    def has_checksums(self) -> bool:
        return self._by_member

    def checks_out(self) -> bool:
        if self._by_member:
            go_back = self.mark()
            while self.skip(SKIP_SIZE) == SKIP_SIZE:
                pass
            return not self.fault and go_back()
        return True

    def resync(self) -> bool:
        here = self.bytes_read
        # Only the checksum is wrong: the next member starts right here. Else a part of it may be read already.
        found = find_member(self._file, here, min(here + NEAR, self._size))
        if found is None:
            look_back = self.fault != "bomb" and self._rewind_left > 0
            start = max(self._member_at + 1, here - LOOK_BACK) if look_back else here
            found = find_member(self._file, start, self._size)
        if found is not None:
            self._rewind_left -= max(here - found, 0)
        self._by_member, self.fault = True, None
        self._open_member_at(self._size if found is None else found)
        return found is not None

    def _open_member_at(self, place: int) -> None:
        self._ahead, self._at = b"", 0
        self._raw, self._file_at = b"", self._file.seek(place)
        self._open_member()

    def _open_member(self) -> None:
        """The next member starts here; if it does not, that is a fault; unless nothing but padding follows."""
        self._member_ended = not self._raw_follows()
        if not self._member_ended and not self._raw.startswith(MAGIC):
            self.fault = "cut" if MAGIC.startswith(self._raw) else "corrupt"
        self._member_at, self._member_in, self._member_out = self.bytes_read, 0, 0
        self._number = self._first_number
        self._inflater = zlib.decompressobj(GZIP)

    def _raw_follows(self) -> bool:
        """Whether the file goes on, other than with the zero bytes that pad some files."""
        self._raw = self._raw.lstrip(b"\0")
        while len(self._raw) < len(MAGIC) and (more := self._read_file()):
            self._raw = (self._raw + more).lstrip(b"\0")
        return bool(self._raw)

    def _read_file(self) -> bytes:
        """The next raw bytes, of those that were there when the file was opened."""
        more = self._file.read(min(READ_SIZE, max(self._size - self._file_at, 0))) or b""
        self._file_at += len(more)
        return more

    def _more(self, wanted: int) -> bytes:
        while not self.fault and not self._member_ended:
            self._raw = self._raw or self._read_file()
            out = self._inflate(wanted)
            if out:
                return out
        return b""

    def _inflate(self, wanted: int) -> bytes:
        """One step forward, at most `wanted` bytes. Ends the member, or sets `fault`, when there is none.

        A failing step is tried again in smaller ones: every byte before a fault is had, however it is asked for.
        """
        before, saved = len(self._raw), self._inflater.copy()
        try:
            out = self._inflater.decompress(self._raw, wanted)
        except zlib.error:
            if wanted == 1:
                self.fault = "corrupt"
                return b""
            self._inflater = saved
            return self._inflate(max(wanted // 16, 1))
        ended = self._inflater.eof
        self._raw = self._inflater.unused_data if ended else self._inflater.unconsumed_tail
        self._member_in += before - len(self._raw)
        self._member_out += len(out)
        if ended:
            self._end_member()
        elif not before and not out:
            self.fault = "cut"
        elif self._member_out > BOMB_BYTES and self._member_out > BOMB_RATIO * self._member_in:
            self.fault = "bomb"
        return out

    def _end_member(self) -> None:
        """Members that are one stream follow each other at once; otherwise `settle` opens the next."""
        if not self._by_member and self._raw_follows() and self._raw.startswith(MAGIC):
            self._open_member()
        else:
            self._member_ended = True
