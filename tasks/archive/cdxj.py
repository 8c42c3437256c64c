"""Lines of a CDXJ index, with which replay software finds a page in WARC files (pywb, outbackcdx, warcio tools)."""

import io
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from tasks.archive.fields import HEAD_END, MAX_HEAD, VERSION_LINE, Head, parse_date, parse_fields, parse_head
from tasks.archive.http_message import MAX_HTTP_HEAD, STATUS_LINE
from tasks.archive.members import MAGIC, READ_SIZE
from tasks.archive.regular import open_regular
from tasks.archive.surt import surt
from tasks.url import redact

MAX_RECORD = 1 << 30  # bytes of a decompressed record; nobody replays more
_HEADS = MAX_HEAD + MAX_HTTP_HEAD  # bytes of a record that are kept: the rest is only measured
_GZIP = 31  # zlib's wbits
_END = 4  # bytes: the two line ends after a record's block


def cdxj_lines(path: Path, offsets: Iterable[int], filename: str) -> Iterator[str | None]:
    """A line, without its end, for the record at each offset; `filename` stands in it.

    None where no record can be read alone from there: the file ends or is damaged, several records share a gzip
    member, or there is no URL. Raises Rejected("unreadable") when the file is none.
    """
    with open_regular(path) as file:
        for offset in offsets:
            file.seek(offset)
            measured = _measured(file)
            yield None if measured is None else _line(*measured, offset, filename)


def _measured(file: io.RawIOBase) -> tuple[bytes, int] | None:
    """(first bytes of the record here, its length in the file); None when it does not stand alone."""
    first = file.read(READ_SIZE) or b""
    if first.startswith(MAGIC):
        return _member(file, first)
    if not VERSION_LINE.match(first):
        return None
    first += file.read(_HEADS) or b""
    head, body_at = _head(first)
    return None if head.length is None else (first, body_at + head.length + _END)


def _member(file: io.RawIOBase, first: bytes) -> tuple[bytes, int] | None:
    """The record of a gzip member, decompressed in small portions of which only the first are kept."""
    inflate = zlib.decompressobj(_GZIP)
    kept, inflated, taken, portion = bytearray(), 0, len(first), first
    try:
        while portion and inflated <= MAX_RECORD:
            out = inflate.decompress(portion, READ_SIZE)
            inflated += len(out)
            kept += out[: _HEADS - len(kept)]
            if inflate.eof:
                break
            portion = inflate.unconsumed_tail
            if not portion:
                portion = file.read(READ_SIZE) or b""
                taken += len(portion)
    except zlib.error:
        return None
    if not inflate.eof or not VERSION_LINE.match(kept):
        return None
    head, body_at = _head(bytes(kept))
    alone = head.length is not None and inflated <= body_at + head.length + _END
    return (bytes(kept), taken - len(inflate.unused_data)) if alone else None


def _head(raw: bytes) -> tuple[Head, int]:
    """The record's head and where its block starts."""
    end = HEAD_END.search(raw)
    return (parse_head(raw[: end.end()]), end.end()) if end else (Head(), 0)


def _line(raw: bytes, length: int, offset: int, filename: str) -> str | None:
    head, body_at = _head(raw)
    at = parse_date(head.fields.get("warc-date", ""))
    if head.target is None or at is None:
        return None
    status, mime = _http(raw[body_at:]) if head.type in ("response", "revisit") else (None, None)
    url = redact(head.target)
    fields = {
        "url": url,
        "mime": "warc/revisit" if head.type == "revisit" else _media_type(mime or head.fields.get("content-type", "")),
        "status": status,
        "digest": head.fields.get("warc-payload-digest", "-"),
        "length": str(length),
        "offset": str(offset),
        "filename": filename,
    }
    written = json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=True)
    return f"{surt(url)} {at:%Y%m%d%H%M%S} {written}"


def _http(block: bytes) -> tuple[str | None, str | None]:
    """(status, Content-Type) of the response in a block."""
    status = STATUS_LINE.match(block)
    if not status:
        return None, None
    end = HEAD_END.search(block)
    headers = dict(reversed(parse_fields(block[status.end() : end.end() if end else len(block)])))
    return status[1].decode("ascii"), headers.get("content-type")


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower().replace(" ", "") or "unk"
