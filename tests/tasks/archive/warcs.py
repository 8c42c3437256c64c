"""WARC files made for tests, byte by byte: a library would not write the broken ones."""

import random
import zlib
from collections.abc import Iterable
from pathlib import Path

from tasks.archive import WarcReader
from tasks.model import Capture, Rejection, Revisit

URL = "https://gazette.example/2026/03/ferry"
DATE = "2026-03-01T06:30:00Z"
PAGE = b"<html><body><p>The ferry runs again, said the harbour master.</p></body></html>"


def dice(seed: int) -> random.Random:
    """Chance that falls the same way each time."""
    return random.Random(seed)  # noqa: S311 - no secret


def record(
    block: bytes,
    *,
    kind: str = "response",
    url: str | None = URL,
    content_type: str | None = "application/http; msgtype=response",
    length: int | str | None = None,
    date: str | None = DATE,
    extra: Iterable[str] = (),
    version: str = "WARC/1.0",
    line_end: str = "\r\n",
    trailer: bytes = b"\r\n\r\n",
) -> bytes:
    """One record; `length` overrides the true Content-Length."""
    fields = [version, f"WARC-Type: {kind}", "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>"]
    fields += [f"WARC-Date: {date}"] if date is not None else []
    fields += [f"WARC-Target-URI: {url}"] if url is not None else []
    fields += [f"Content-Type: {content_type}"] if content_type is not None else []
    fields += [f"Content-Length: {len(block) if length is None else length}", *extra]
    return (line_end.join(fields) + 2 * line_end).encode() + block + trailer


def http(body: bytes = PAGE, *headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    """The block of a response record."""
    return "\r\n".join((status, "Content-Type: text/html; charset=utf-8", *headers, "", "")).encode() + body


def page(number: int, body: bytes | None = None) -> bytes:
    """A response record of a page of its own."""
    return record(http(body or b"<html><p>Page %d</p></html>" % number), url=f"{URL}/{number}")


def warcinfo() -> bytes:
    return record(b"software: tests\r\n", kind="warcinfo", url=None, content_type="application/warc-fields")


def gz(raw: bytes, level: int = 6) -> bytes:
    """One gzip member."""
    return zlib.compress(raw, level, 31)


def members(records: Iterable[bytes]) -> bytes:
    return b"".join(gz(one) for one in records)


def write(folder: Path, raw: bytes, name: str = "crawl.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def read(path: Path, **options: int) -> list[Capture | Revisit | Rejection]:
    with WarcReader(path, **options) as reader:
        return list(reader)


def only(path: Path, **options: int) -> Capture:
    """The one capture of a file that holds nothing else of interest."""
    (found,) = read(path, **options)
    assert isinstance(found, Capture), found
    return found


def rejected(path: Path, **options: int) -> Rejection:
    (found,) = read(path, **options)
    assert isinstance(found, Rejection), found
    return found


def urls(found: Iterable[Capture | Revisit | Rejection]) -> list[str]:
    """The last part of the URLs of captures; reasons of rejections."""
    return [one.reason if isinstance(one, Rejection) else one.fetched_url.rsplit("/", 1)[1] for one in found]
