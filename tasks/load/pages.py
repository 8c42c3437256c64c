"""Single files: saved pages and text dumps, plain or gzip."""

import gzip
import io
import zlib

from tasks.errors import Rejected
from tasks.load.sniff import GZIP_MAGIC


def read_page(file: io.FileIO | io.BytesIO, max_body: int) -> bytes:
    """The whole file, decompressed once where it is gzip.

    Raises Rejected: "too_large" over `max_body` bytes, "incomplete" for a gzip file that is cut, "unreadable" for a
    damaged one.
    """
    file.seek(0)
    head = file.read(len(GZIP_MAGIC)) or b""
    file.seek(0)
    body = _gunzip(file, max_body + 1) if head == GZIP_MAGIC else _read(file, max_body + 1)
    if len(body) > max_body:
        raise Rejected("too_large", f"more than {max_body:,} bytes")
    return body


def _gunzip(file: io.FileIO | io.BytesIO, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as inflated:
            return inflated.read(limit)
    except EOFError as error:
        raise Rejected("incomplete", "the gzip file is cut") from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise Rejected("unreadable", f"damaged gzip: {error}") from error


def _read(file: io.FileIO | io.BytesIO, limit: int) -> bytes:
    parts = []
    while limit > 0 and (part := file.read(limit)):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)
