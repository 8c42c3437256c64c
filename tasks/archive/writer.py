"""Writing WARC files: local input as resource records, so that it can be processed again like a capture."""

import io
import os
import re
import secrets
import zlib
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from warcio.recordloader import ArcWarcRecord  # type: ignore[import-untyped]  # warcio comes without types
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from tasks.url import redact

SOFTWARE = "Presshouse"
WARC_VERSION = "WARC/1.1"  # the first that allows fractions of a second in WARC-Date
LEVEL = 6  # of compression; 9 takes twice the time for 1% on pages

_GZIP = 31  # zlib's wbits
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,150}\Z")


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
        self._temporary = self._path.parent / f".{name}.{secrets.token_hex(4)}.part"
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
        if captured_at.tzinfo is None:
            raise ValueError("captured_at has no time zone")
        return self._write(
            self._warcio.create_warc_record(
                safe_field(redact(url)),
                "resource",
                payload=io.BytesIO(body),
                length=len(body),
                warc_content_type=safe_field(content_type, keep=" "),
                warc_headers_dict={"WARC-Date": f"{captured_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"},
            )
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
                _sync_folder(folder)
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
        return offset

    def _refuse_existing(self) -> None:
        if self._path.exists():
            raise FileExistsError(f"{self._path} exists already")


def safe_field(value: str, *, keep: str = "") -> str:
    """A value that can stand in a WARC field: control characters, spaces and lone surrogates percent-encoded."""
    return _CONTROL.sub(lambda match: match[0] if match[0] in keep else _percent(match[0]), value)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _sync_folder(folder: Path) -> None:
    """A new name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
