"""Reading local input that is no WARC: one pass, flat memory, resumable."""

import io
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tasks.archive import MAX_BODY
from tasks.archive.regular import file_uri, open_regular
from tasks.errors import Rejected
from tasks.load.json_lines import Lines, TooLong, resource_of_line, url_of_line
from tasks.load.pages import read_page
from tasks.load.resource import HTML, TEXT, LocalResource
from tasks.load.sources import Source
from tasks.load.zip_pages import Bomb, ZipPages, is_passed_over
from tasks.model import Rejection, Via

MAX_BAD_IN_A_ROW = 10_000  # lines; a file with more is no JSON Lines file, and each would become a row


class LocalReader(Iterator[LocalResource | Rejection]):
    """The resources and rejections of one source of kind jsonl, zip, html or text, in its order.

    `start` is the `position` of an earlier reader: lines of a jsonl source, members of a zip, 0 or 1 of a single file.
    A line or member over `max_body` bytes is passed over without being held in memory. Raises nothing for what the
    file is or holds: a file that cannot be opened is one Rejection. Rejections carry `seen_at`, by default the time
    of opening. Ends and closes itself after the last one.
    """

    def __init__(
        self, source: Source, *, start: int = 0, max_body: int = MAX_BODY, seen_at: datetime | None = None
    ) -> None:
        if source.kind == "warc":
            raise ValueError(f"{source.path} is a WARC: read it with WarcReader")
        self._source, self._max_body = source, max_body
        self._seen_at = seen_at or datetime.now(UTC)
        self._uri = file_uri(source.path)
        self._read = self._all(start)
        self.position = start
        self.bytes_read = 0
        self.bytes_total = source.size_bytes

    def __next__(self) -> LocalResource | Rejection:
        return next(self._read)

    def close(self) -> None:
        self._read.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _all(self, start: int) -> Generator[LocalResource | Rejection]:
        if self._source.kind in ("html", "text") and start:
            return
        try:
            file = open_regular(self._source.path)
        except Rejected as error:
            yield self._rejection(self._uri, error)
            return
        with file:
            if self._source.kind == "jsonl":
                yield from self._lines(file, start)
            elif self._source.kind == "zip":
                yield from self._members(file, start)
            else:
                yield self._page(file)

    def _page(self, file: io.FileIO) -> LocalResource | Rejection:
        self.position, self.bytes_read = 1, self.bytes_total
        content_type = HTML if self._source.kind == "html" else TEXT
        try:
            return LocalResource(self._uri, content_type, read_page(file, self._max_body), None, "file")
        except Rejected as error:
            return self._rejection(self._uri, error)

    def _lines(self, file: io.FileIO, start: int) -> Iterator[LocalResource | Rejection]:
        lines = Lines(file, self._max_body)
        with closing(lines):
            yield from self._records(lines, start)

    def _records(self, lines: Lines, start: int) -> Iterator[LocalResource | Rejection]:
        bad_in_a_row = 0
        while not lines.is_broken:
            found: LocalResource | Rejection | None
            try:
                line = lines.next()
                if line is None:
                    return
                found = self._record(line, lines.number) if lines.number > start else None
            except TooLong:
                found = self._bad_line(lines.number, Rejected("too_large", f"more than {self._max_body:,} bytes"))
            except Rejected as error:
                found = self._bad_line(lines.number, error)
            if lines.number <= start or found is None:
                continue
            self.position, self.bytes_read = lines.number, lines.bytes_read
            yield found
            bad_in_a_row = bad_in_a_row + 1 if isinstance(found, Rejection) else 0
            if bad_in_a_row == MAX_BAD_IN_A_ROW:
                why = f"{bad_in_a_row:,} lines in a row are no records: not read from line {lines.number:,} on"
                yield self._rejection(self._uri, Rejected("unreadable", why))
                return

    def _record(self, line: bytes, number: int) -> LocalResource | Rejection | None:
        try:
            return resource_of_line(line, number, self._uri, self._seen_at)
        except Rejected as error:
            return self._bad_line(number, error, url_of_line(line))

    def _bad_line(self, number: int, error: Rejected, url: str | None = None) -> Rejection:
        return self._rejection(url or f"{self._uri}#line={number}", error, f"line {number:,}: ")

    def _members(self, file: io.FileIO, start: int) -> Iterator[LocalResource | Rejection]:
        try:
            pages = ZipPages(file, self._uri, self._max_body)
        except Rejected as error:
            yield self._rejection(self._uri, error)
            return
        members = [info for info in pages.members if not is_passed_over(info)]
        if not members:
            yield self._rejection(self._uri, Rejected("unreadable", "the ZIP file holds no file"))
        for number, info in enumerate(members[start:], start + 1):
            self.position = number
            self.bytes_read = min(self.bytes_read + info.compress_size, self.bytes_total)
            try:
                yield pages.read(info)
            except Rejected as error:
                yield self._rejection(pages.uri_of(info), error)
            except Bomb:
                self.position = len(members)
                yield self._rejection(self._uri, Rejected("too_large", "the ZIP file inflates without end"))
                return

    def _rejection(self, url: str, error: Rejected, where: str = "") -> Rejection:
        via: Via = "jsonl" if self._source.kind == "jsonl" else "file"
        return Rejection(url, error.reason, where + error.detail, self._seen_at, via)
