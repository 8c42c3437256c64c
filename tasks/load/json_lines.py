"""JSON Lines: one record a line, read line by line in bounded memory."""

import gzip
import io
import json
import re
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.errors import Rejected
from tasks.load.resource import RECORD, LocalResource
from tasks.load.sniff import GZIP_MAGIC
from tasks.url import redact
from tasks.url.parts import MAX_URL

BUFFER = 131_072  # bytes read at once
BOMB_BYTES = 64 * 1_048_576  # decompressed bytes from which the ratio counts
BOMB_RATIO = 200  # decompressed to compressed; records stay under 50
CLOCK_SKEW = timedelta(days=1)  # a record's captured_at may be later than our clock by this much
_EMPTY_LINES = re.compile(rb"[\r\n]*")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_BOM = b"\xef\xbb\xbf"


class TooLong(Exception):
    """A line over the limit; it has been skipped."""


class Lines:
    """The lines of a file, plain or gzip, that are not empty.

    `number` is that of the last line read, or tried; `is_broken` when nothing can be read after it.
    """

    def __init__(self, file: io.FileIO, max_line: int) -> None:
        self._file, self._max_line = file, max_line
        self._is_gzip = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        self._inflated = gzip.GzipFile(fileobj=file, mode="rb")
        self._buffer, self._at = b"", 0
        self._size = 0  # decompressed bytes so far
        self.number = 0
        self.is_broken = False

    @property
    def bytes_read(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._inflated.close()

    def next(self) -> bytes | None:
        """The next line with its end; None at the end of the file.

        Raises TooLong for a line over the limit, Rejected when nothing more can be read: "incomplete" for a gzip file
        that is cut, "unreadable" for a damaged one, "too_large" for one that inflates without end.
        """
        self.number += 1
        self._pass_empty_lines()
        while self._at == len(self._buffer):
            if not self._fill():
                return None
            self._pass_empty_lines()
        parts, size = [], 0
        while True:
            line_end = self._buffer.find(b"\n", self._at) + 1
            stop = line_end or len(self._buffer)
            size += stop - self._at
            if size <= self._max_line:
                parts.append(self._buffer[self._at : stop])
            else:
                parts.clear()
            self._at = stop
            if line_end or not self._fill():
                break
        if size > self._max_line:
            raise TooLong
        return b"".join(parts)

    def _pass_empty_lines(self) -> None:
        """All at once: a file may hold a billion of them."""
        stop = _EMPTY_LINES.match(self._buffer, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
        self.number += self._buffer.count(b"\n", self._at, stop)
        self._at = stop

    def _fill(self) -> bool:
        try:
            self._buffer = self._inflated.read1(BUFFER) if self._is_gzip else self._file.read(BUFFER) or b""
        except EOFError as error:
            raise self._broken("incomplete", "the gzip file is cut here") from error
        except (zlib.error, gzip.BadGzipFile) as error:
            raise self._broken("unreadable", "the gzip file is damaged here") from error
        self._at = 0
        self._size += len(self._buffer)
        if self._is_gzip and self._size > BOMB_BYTES and self._size > BOMB_RATIO * self._file.tell():
            raise self._broken("too_large", "the gzip file inflates without end")
        return bool(self._buffer)

    def _broken(self, reason: str, detail: str) -> Rejected:
        self.is_broken = True
        return Rejected(reason, detail)


def resource_of_line(line: bytes, number: int, file_uri: str, now: datetime) -> LocalResource | None:
    """The record of a line, None for an empty one.

    A record without `url` is named after file and line. Raises Rejected("bad_json") for what is no record.
    """
    line = line.removeprefix(_BOM) if number == 1 else line
    line = line.strip()
    if not line:
        return None
    record = _object(line)
    if not any(isinstance(record.get(key), str) for key in ("text", "html")):
        raise Rejected("bad_json", "neither text nor html is a string")
    url = _url(record)
    if url is not None:
        record["url"] = url
    return LocalResource(
        fetched_url=url or f"{file_uri}#line={number}",
        content_type=RECORD,
        body=_serialised(record),
        captured_at=captured_at(record.get("captured_at"), now),
        via="jsonl",
    )


def url_of_line(line: bytes) -> str | None:
    """The URL of a line that is no usable record, where it can be read all the same."""
    try:
        return _url(_object(line.strip()))
    except Rejected:
        return None


def captured_at(raw: Any, now: datetime) -> datetime | None:
    """An ISO 8601 instant as aware UTC, without an offset taken for UTC; None for anything else, or the future."""
    if not isinstance(raw, str):
        return None
    try:
        instant = datetime.fromisoformat(raw.strip())
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant <= now + CLOCK_SKEW else None


def _object(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_null)
    except UnicodeDecodeError as error:
        raise Rejected("bad_json", f"not UTF-8 from byte {error.start:,} on") from error
    except RecursionError as error:
        raise Rejected("bad_json", "nested too deeply") from error
    except json.JSONDecodeError as error:
        raise Rejected("bad_json", f"{error.msg}, at character {error.pos + 1:,}") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise Rejected("bad_json", str(error)) from error
    if not isinstance(record, dict):
        raise Rejected("bad_json", "not an object")
    return record


def _null(constant: str) -> None:
    """NaN and Infinity are no JSON, but data frames write them for what is missing."""


def _url(record: dict[str, Any]) -> str | None:
    url = record.get("url")
    if url is None or url == "":
        return None
    if not isinstance(url, str):
        raise Rejected("bad_json", "url is no string")
    url = url.strip()
    if len(url) > MAX_URL:
        raise Rejected("bad_json", f"a url of {len(url):,} characters")
    if _UNPRINTABLE.search(url):
        raise Rejected("bad_json", "url has control characters")
    return redact(url) or None


def _serialised(record: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, which only the escaped form can say
        return json.dumps(record, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError) as error:  # 1e999 is read as infinity
        raise Rejected("bad_json", str(error)) from error
