"""A capture -> main text and page metadata."""

from tasks.errors import Rejected
from tasks.extract.charset import decode
from tasks.extract.page import page_from_html
from tasks.extract.record import CONTENT_TYPE as RECORD_TYPE
from tasks.extract.record import read_record
from tasks.extract.sniff import binary_kind, text_kind
from tasks.model import Capture, Page

__all__ = ["MAX_TEXT_BYTES", "extract_article"]

MAX_TEXT_BYTES = 5 * 1024 * 1024  # of UTF-8 text that go into extraction (HOSTILE: default limits)


def extract_article(capture: Capture) -> Page:
    """What `capture` says: main text, plain fields and evidence.

    Raises Rejected with a reason of `tasks.model.REASONS`: redirect, http_error, empty, not_html, too_large,
    bad_json, consent, soft_404, not_an_article, paywall, no_text.
    """
    _reject_status(capture.status)
    if not capture.body.strip(b" \t\r\n\0"):
        raise Rejected("empty", "no bytes")
    if name := binary_kind(capture.body):
        raise Rejected("not_html", name)
    if len(capture.body) > 4 * MAX_TEXT_BYTES:  # no charset makes less than a fourth of it
        raise Rejected("too_large", f"{len(capture.body):,} bytes; the limit is {MAX_TEXT_BYTES:,}")
    text = decode(capture.body, capture.content_type)
    # No character takes more than four bytes: nearly all pages need not be encoded to be measured.
    if 4 * len(text) > MAX_TEXT_BYTES and (size := len(text.encode("utf-8"))) > MAX_TEXT_BYTES:
        raise Rejected("too_large", f"{size:,} bytes of text; the limit is {MAX_TEXT_BYTES:,}")
    return _page(capture, text)


def _page(capture: Capture, text: str) -> Page:
    if (capture.content_type or "").split(";")[0].strip().lower() == RECORD_TYPE:
        return read_record(text, lambda html, url: page_from_html(html, _web(url)))
    kind, name = text_kind(text, capture.content_type)
    if kind == "other":
        raise Rejected("not_html", name)
    if kind == "text":
        from tasks.extract.dump import extract_dump

        return extract_dump(text)
    return page_from_html(text, _web(capture.page_url), capture.headers, cut=capture.truncated is not None)


def _web(url: str | None) -> str | None:
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _reject_status(status: int | None) -> None:
    """3xx and errors have bodies of their own, which are no article. None: a resource or conversion record."""
    if status is None or 200 <= status < 300:
        return
    raise Rejected("redirect" if 300 <= status < 400 else "http_error", f"HTTP status {status}")
