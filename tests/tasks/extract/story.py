"""A hand-written page of a paper that does not exist, for tests to vary."""

from datetime import UTC, datetime

from tasks.extract import extract_article
from tasks.model import Capture, Page

URL = "https://www.harbourpost.example/town/2024/05/ferry-returns"
TITLE = "The night ferry returns to the old harbour"
PARAGRAPHS = (
    "The night ferry will cross the bay again from the first of June, the harbour office said on Tuesday.",
    "It had been laid up for eleven years after the northern pier was found to be unsafe for passengers.",
    "Engineers replaced forty of the oak piles over the winter and tested the landing stage in April.",
    "Fishermen had asked for a later timetable, because the first boats leave before five in the morning.",
    "Tickets will cost four crowns, and children under ten will travel without paying on every crossing.",
)


def paragraphs(*more: str) -> str:
    return "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, *more))


def page(body: str | None = None, *, head: str = "", title: str = TITLE, before: str = "", after: str = "") -> str:
    """A page with navigation, headline, article and footer; `before` and `after` stand around the article's text."""
    text = paragraphs() if body is None else body
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Harbour Post</title>
<meta property="og:site_name" content="Harbour Post"><meta property="og:type" content="article">{head}</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>{title}</h1><div class="entry-content">{before}{text}{after}</div></article></main>
<footer><p>© 2024 Harbour Post. All rights reserved.</p></footer></body></html>"""


def capture(body: str | bytes, content_type: str | None = "text/html; charset=utf-8", **fields: object) -> Capture:
    raw = body.encode() if isinstance(body, str) else body
    known = {"fetched_url": URL, "captured_at": datetime(2024, 5, 7, 12, tzinfo=UTC), "via": "page", "status": 200}
    return Capture(capture_file="a.warc.gz", capture_offset=0, content_type=content_type, body=raw, **(known | fields))


def extract(body: str | bytes, content_type: str | None = "text/html; charset=utf-8", **fields: object) -> Page:
    return extract_article(capture(body, content_type, **fields))
