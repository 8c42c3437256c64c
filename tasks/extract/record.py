"""A record of a JSON Lines file: its own fields win, its html is read like a page."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tasks.errors import Rejected
from tasks.extract.charset import clean_characters
from tasks.extract.paragraphs import tidy
from tasks.extract.schema import clean
from tasks.model import DateEvidence, Evidence, Page

CONTENT_TYPE = "application/vnd.presshouse.record+json"
EXTRACTOR = "record"


def read_record(raw: str, page_of: Callable[[str, str | None], Page]) -> Page:
    """A Page from a record with `url`, `publisher`, `title`, `text` or `html`, and optionally `authors`,
    `published_at`, `updated_at`, `language`. `page_of(html, url)` extracts a page.

    Raises Rejected: bad_json (no object, or neither text nor html), or what `page_of` raises.
    """
    record = _object(raw)
    text, html, url = _string(record, "text"), _string(record, "html"), _string(record, "url")
    if text and text.strip():
        page = Page(paragraphs(text), None, None, None, (), None, "full", EXTRACTOR)
    elif html and html.strip():
        page = page_of(html, url)
    else:
        raise Rejected("bad_json", "the record has neither text nor html")
    if not page.text:
        raise Rejected("no_text", "the record's text is empty")
    return _with_own_fields(page, record)


def paragraphs(text: str) -> str:
    """Plain text with its paragraphs parted by a blank line; line breaks part them where no blank line does."""
    cleaned = clean_characters(text).replace("\r\n", "\n").replace("\r", "\n")
    parts = cleaned.split("\n\n") if "\n\n" in cleaned else cleaned.split("\n")
    return "\n\n".join(part for part in map(tidy, parts) if part)


def _with_own_fields(page: Page, record: dict[str, Any]) -> Page:
    def own(name: str) -> tuple[Evidence, ...]:
        return tuple(Evidence(value, "record", name) for value in _strings(record.get(name)))

    title = own("title")
    dates = tuple(
        DateEvidence(value, "record", name, "published" if name == "published_at" else "updated")
        for name in ("published_at", "updated_at")
        for value in _strings(record.get(name))
    )
    authors = own("authors")
    return replace(
        page,
        title=title[0].raw if title else page.title,
        titles=title + page.titles,
        bylines=authors or page.bylines,  # the record's authors are the authors
        dates=dates + page.dates,
        canonicals=own("url") + page.canonicals,
        sites=own("publisher") + page.sites,
        languages=own("language") + page.languages,
    )


def _object(raw: str) -> dict[str, Any]:
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Rejected("bad_json", str(error)[:200]) from error
    if not isinstance(record, dict):
        raise Rejected("bad_json", "the line holds no object")
    return record


def _string(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) else None


def _strings(value: Any) -> list[str]:
    """One-line strings of a string, number or list of them."""
    values = value if isinstance(value, list) else [value]
    plain = (str(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else v for v in values[:100])
    return [text for v in plain if isinstance(v, str) and (text := clean(v))]
