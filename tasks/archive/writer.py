"""Writing WARC files: local input as resource records, fetched pages as request and response, all to be read again."""

import base64
import hashlib
import io
import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from warcio.recordloader import ArcWarcRecord  # type: ignore[import-untyped]  # warcio comes without types
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from tasks.owners import partial
from tasks.url import redact

SOFTWARE = "Presshouse"
WARC_VERSION = "WARC/1.1"  # the first that allows fractions of a second in WARC-Date
LEVEL = 6  # of compression; 9 takes twice the time for 1% on pages

_GZIP = 31  # zlib's wbits
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,150}\Z")


# WARC 1.1, 6.7: the server said so, or the bytes were the same.
REVISIT_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
REVISIT_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


class HttpExchange(Protocol):
    """A request and its answer as `fetch` has them: secrets masked, transfer coding removed."""

    @property
    def url(self) -> str: ...
    @property
    def at(self) -> datetime: ...  # aware
    @property
    def address(self) -> str | None: ...
    @property
    def status(self) -> int: ...
    @property
    def request(self) -> bytes: ...  # head with its empty line
    @property
    def head(self) -> bytes: ...  # of the answer
    @property
    def body(self) -> bytes: ...  # content encodings on
    @property
    def truncated(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Original:
    """The earlier response whose payload has come again."""

    url: str
    at: datetime  # aware
    payload_digest: str  # its WARC-Payload-Digest


class ArchiveWriter:
    """Writes `folder/YYYY/MM/DD/<name>.warc.gz`, a gzip member a record, the day being that of `opened_at` in UTC.

    Until `close` the file has a hidden temporary name in the same folder; closing makes it durable before it gets its
    own, so that whoever sees that name sees a whole file. `abandon`, or an error inside `with`, leaves nothing.
    Raises FileExistsError rather than replace an archive file; OSError when the disk is full or not writable.
    """

    def __init__(self, folder: Path, name: str, *, opened_at: datetime | None = None) -> None:
        if not _NAME.match(name):
            raise ValueError(f"not a file name for an archive: {name!r}")
        opened_at = (opened_at or datetime.now(UTC)).astimezone(UTC)
        self._path = folder / f"{opened_at:%Y/%m/%d}" / f"{name}.warc.gz"
        self._refuse_existing()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._folders = [*self._path.parents[:3], folder]
        self._temporary = partial(self._path.with_name("." + self._path.name))
        self._file = self._temporary.open("xb")
        self._buffer = io.BytesIO()
        self._warcio = WARCWriter(self._buffer, gzip=False, warc_version=WARC_VERSION)
        try:
            self._write(
                self._warcio.create_warcinfo_record(
                    self._path.name, {"software": SOFTWARE, "format": "WARC File Format 1.1"}
                )
            )
        except BaseException:
            self.abandon()
            raise

    @property
    def path(self) -> Path:
        """Where the file is once it is closed."""
        return self._path

    def write_resource(self, url: str, content_type: str, body: bytes, captured_at: datetime) -> int:
        """Append one resource record; returns the offset where it starts. `captured_at` must be aware."""
        date = _date(captured_at)
        return self._write(
            self._warcio.create_warc_record(
                safe_field(redact(url)),
                "resource",
                payload=io.BytesIO(body),
                length=len(body),
                warc_content_type=safe_field(content_type, keep=" "),
                warc_headers_dict={"WARC-Date": date},
            )
        )

    def write_exchange(
        self,
        exchange: HttpExchange,
        *,
        revisit_of: Original | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> int:
        """Append a response record and its request record; returns the offset of the former.

        `notes` become fields of the response record (tasks.archive.notes).

        With `revisit_of`, the response becomes a revisit record: headers, and a reference to the earlier response that
        had the same payload. Every record carries the digest of its payload. Secrets must be masked in the exchange.
        """
        fields = {"WARC-Date": _date(exchange.at), "WARC-IP-Address": exchange.address or ""}
        if revisit_of:
            fields |= {
                "WARC-Profile": REVISIT_SAME if exchange.status != 304 else REVISIT_NOT_MODIFIED,
                "WARC-Refers-To-Target-URI": safe_field(redact(revisit_of.url)),
                "WARC-Refers-To-Date": _date(revisit_of.at),
                "WARC-Payload-Digest": revisit_of.payload_digest,
            }
            fields |= {"WARC-Truncated": "length"} if exchange.status != 304 else {}
        elif exchange.truncated:
            fields["WARC-Truncated"] = exchange.truncated
        fields |= notes or {}
        kind = "revisit" if revisit_of else "response"
        block = exchange.head if revisit_of else exchange.head + exchange.body
        response = self._http_record(exchange.url, kind, block, fields)
        offset = self._write(response)
        response_id = str(response.rec_headers.get_header("WARC-Record-ID"))
        request = {"WARC-Date": _date(exchange.at), "WARC-Concurrent-To": response_id}
        self._write(self._http_record(exchange.url, "request", exchange.request, request))
        return offset

    def _http_record(self, url: str, kind: str, block: bytes, fields: dict[str, str]) -> ArcWarcRecord:
        return self._warcio.create_warc_record(
            safe_field(redact(url)),
            kind,
            payload=io.BytesIO(block),
            length=len(block),
            warc_headers_dict={name: value for name, value in fields.items() if value},
        )

    def close(self) -> None:
        """Make the file durable and give it its name."""
        if self._file.closed:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._refuse_existing()
            self._temporary.rename(self._path)
            for folder in self._folders:
                sync_folder(folder)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()

    def _write(self, record: ArcWarcRecord) -> int:
        """One record as one gzip member, whole or not at all as far as this process can tell."""
        self._buffer.seek(0)
        self._buffer.truncate()
        self._warcio.write_record(record)
        offset = self._file.tell()
        self._file.write(zlib.compress(self._buffer.getbuffer(), LEVEL, _GZIP))
        self._file.flush()  # what is whole outlives this process (tasks.archive.salvage)
        return offset

    def _refuse_existing(self) -> None:
        if self._path.exists():
            raise FileExistsError(f"{self._path} exists already")


def safe_field(value: str, *, keep: str = "") -> str:
    """A value that can stand in a WARC field: control characters, spaces and lone surrogates percent-encoded."""
    return _CONTROL.sub(lambda match: match[0] if match[0] in keep else _percent(match[0]), value)


def _date(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def payload_digest(body: bytes) -> str:
    """The digest of a payload as WARC fields have it: of the body as sent, content encodings on."""
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return "sha1:" + base64.b32encode(digest).decode("ascii")


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def sync_folder(folder: Path) -> None:
    """A new name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
