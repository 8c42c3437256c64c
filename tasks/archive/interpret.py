"""What a WARC record is to us: a capture, a revisit, a rejection, or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from tasks.archive.fields import Head, parse_date
from tasks.archive.http_message import HttpMessage, parse_http
from tasks.archive.notes import FetchNotes, is_redirect, read_notes
from tasks.errors import Rejected
from tasks.model import Capture, Rejection, Revisit, Via
from tasks.url import redact

WITH_BODY = frozenset({"response", "resource", "conversion"})
OF_INTEREST = WITH_BODY | {"revisit"}
OF_THE_CRAWL = ("dns:", "whois:", "metadata:")  # schemes of look-ups, and of the log and manifest that wget stores
HTTP_MARGIN = 1_048_576  # bytes that headers and chunk framing may add to a body of the limit's size


@dataclass(frozen=True, slots=True)
class Origin:
    """What is the same for all records of a file."""

    file: str  # absolute path
    uri: str  # its `file:` URI: what a record without a readable URL is called
    via: Via
    max_body: int
    seen_at: datetime  # stands in rejections
    is_ours: bool = False  # of our own archive: what the records say of themselves is believed

    def rejection(self, reason: str, detail: str, offset: int, target: str | None) -> Rejection:
        url = redact(target) if target else self.uri
        return Rejection(url, reason, detail, self.seen_at, self.via, self.file, offset)


def is_of_interest(head: Head) -> bool:
    """Whether a record is a capture or a revisit.

    Requests, metadata, warcinfo, look-ups and logs of the crawler are not, nor are types nobody knows: the standard
    says to ignore them.
    """
    return head.type in OF_INTEREST and not _is_of_the_crawl(head)


def has_body(head: Head) -> bool:
    return head.type in WITH_BODY and not _is_of_the_crawl(head)


def _is_of_the_crawl(head: Head) -> bool:
    content_type = head.fields.get("content-type", "").lower()
    return content_type.startswith("text/dns") or (head.target or "").lower().startswith(OF_THE_CRAWL)


def is_on_the_way(head: Head, origin: Origin) -> bool:
    """Whether it is a redirect that our own client followed: the page has its own record."""
    return origin.is_ours and is_redirect(head.fields)


def interpret(head: Head, block: bytes, offset: int, origin: Origin) -> Capture | Revisit | Rejection:
    """The record with this head and whole block. Expects `is_of_interest(head)`."""
    target = head.target
    if not target:
        return origin.rejection("bad_record", "no usable WARC-Target-URI", offset, None)
    captured_at = parse_date(head.fields.get("warc-date", ""))
    if captured_at is None:
        return origin.rejection("bad_record", "no readable WARC-Date", offset, target)
    notes = read_notes(head.fields) if origin.is_ours else None
    if head.type == "revisit":
        original = redact(head.refers_to or target)
        asked, via = (notes.asked_url, notes.via) if notes else (redact(target), origin.via)
        return Revisit(asked, original, captured_at, via, origin.file, offset)
    try:
        capture = _capture(head, target, captured_at, block, offset, origin)
    except Rejected as error:
        rejection = origin.rejection(error.reason, error.detail, offset, target)
        return replace(rejection, fetched_url=notes.asked_url, via=notes.via) if notes else rejection
    return _noted(capture, notes) if notes else capture


def _noted(capture: Capture, notes: FetchNotes) -> Capture:
    return replace(
        capture,
        fetched_url=notes.asked_url,
        answered_url=capture.fetched_url if capture.fetched_url != notes.asked_url else None,
        via=notes.via,
        listed=notes.listed,
        rights=notes.rights,
    )


def _capture(head: Head, target: str, captured_at: datetime, block: bytes, offset: int, origin: Origin) -> Capture:
    message = _http_message(head, block, origin.max_body)
    if message is None and len(block) > origin.max_body:
        raise Rejected("too_large", f"a body of {len(block):,} bytes")
    return Capture(
        fetched_url=redact(target),
        captured_at=captured_at,
        via=origin.via,
        capture_file=origin.file,
        capture_offset=offset,
        content_type=(message.header("content-type") if message else head.fields.get("content-type")) or None,
        body=message.body if message else block,
        status=message.status if message else None,
        headers=message.headers if message else (),
        truncated=_truncated(head) or (message.truncated if message else None),
    )


def _http_message(head: Head, block: bytes, max_body: int) -> HttpMessage | None:
    """None for what came by another protocol (ftp), and for resource and conversion records."""
    if head.type != "response":
        return None
    declared = head.fields.get("content-type", "").lower().replace(" ", "")
    if not block.startswith(b"HTTP/") and declared and not declared.startswith("application/http"):
        return None
    return parse_http(block, max_body)


def _truncated(head: Head) -> str | None:
    """WARC-Truncated; a record that is the first segment of several is not whole either."""
    return head.fields.get("warc-truncated") or ("segment" if "warc-segment-number" in head.fields else None)
