"""The HTTP response inside a WARC record: status, headers, and the body without its encodings."""

import re
from dataclasses import dataclass

from tasks.archive.encodings import GZIP_MAGIC, dechunk, decode
from tasks.archive.fields import HEAD_END, parse_fields
from tasks.errors import Rejected

MAX_HTTP_HEAD = 262_144  # bytes of status line and headers; servers and crawlers stop at 8 to 64 KiB
MAX_HTTP_HEADERS = 1_000
OPENING_WINDOW = 4_096  # first bytes that hold `<html`, if there is one

STATUS_LINE = re.compile(rb"HTTP/\d{1,2}(?:\.\d{1,2})?[ \t]{1,8}(\d{3})(?!\d)")


@dataclass(frozen=True, slots=True)
class HttpMessage:
    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case, in the order of the message
    body: bytes  # transfer and content encodings removed
    truncated: str | None  # why the body is known to be incomplete

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


def parse_http(block: bytes, max_body: int) -> HttpMessage:
    """Parse the block of a response record.

    Raises Rejected: "bad_record" without a status line or with monstrous headers, "too_large" for more than
    `max_body` decoded bytes, "incomplete" when the encoded body cannot be decoded at all.
    """
    status_line = STATUS_LINE.match(block)
    if not status_line:
        raise Rejected("bad_record", "no HTTP status line")
    head_end = HEAD_END.search(block, status_line.end(), MAX_HTTP_HEAD)
    if not head_end and len(block) > MAX_HTTP_HEAD:
        raise Rejected("bad_record", f"HTTP headers of more than {MAX_HTTP_HEAD:,} bytes")
    body_at = head_end.end() if head_end else len(block)  # nothing but headers, as revisits and HEAD answers have
    lines = block[:body_at].partition(b"\n")[2]
    if lines.count(b"\n") > MAX_HTTP_HEADERS:
        raise Rejected("bad_record", f"more than {MAX_HTTP_HEADERS:,} HTTP headers")
    headers = tuple(parse_fields(lines))
    body, truncated = _decoded(block[body_at:], headers, max_body)
    return HttpMessage(int(status_line[1]), headers, body, truncated)


def _decoded(body: bytes, headers: tuple[tuple[str, str], ...], max_body: int) -> tuple[bytes, str | None]:
    transfer = _listed(headers, "transfer-encoding")
    content = _listed(headers, "content-encoding")
    truncated = None
    if "chunked" in transfer:
        body, whole = dechunk(body)
        truncated = None if whole else "chunked"
    if not content and body.startswith(GZIP_MAGIC) and "html" in _first(headers, "content-type").lower():
        content = ["gzip"]  # no page starts with these bytes: the header was lost
    body, broken = decode(body, [*content, *transfer], max_body)
    if len(body) > max_body:
        raise Rejected("too_large", f"a body of {len(body):,} bytes")
    if not content and not transfer and _ends_early(body, _first(headers, "content-length")):
        truncated = "content-length"
    return body, truncated or broken


def _ends_early(body: bytes, announced: str) -> bool:
    """Fewer bytes than announced, in a page that never closes: either alone is common and harmless."""
    if not (announced.isascii() and announced.isdigit() and len(announced) <= 18 and int(announced) > len(body)):
        return False
    return b"<html" in body[:OPENING_WINDOW].lower() and b"</html" not in body.lower()


def _listed(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    """The values of a comma-separated header, all lines of it, in lower case."""
    values = (value for key, value in headers if key == name)
    return [part.strip().lower() for value in values for part in value.split(",") if part.strip()]


def _first(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key == name), "")
