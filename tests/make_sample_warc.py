"""Writes seeds/articles/records/revisit-and-revision.warc.gz: one invented article got three times, and a missing page.

    python -m tests.make_sample_warc [TARGET]

The archive shows what a crawl brings in over a few days: the page as first captured, the same URL with a corrected
text a day later, a `revisit` (nothing has changed since) and a 404. The identifiers and dates stand below, so the
records are the same on every machine; only the compressor may pack them differently.
"""

import io
import sys
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

TARGET = Path(__file__).parents[1] / "seeds" / "articles" / "records" / "revisit-and-revision.warc.gz"

SITE = "https://www.pinewatertimes.example"
URL = f"{SITE}/2026/03/observatory-dome-turns-again"
MISSING_URL = f"{SITE}/2026/03/dome-webcam"
TITLE = "Observatory dome turns again after a winter stuck facing north"

# What the newspaper corrected overnight: the name of the donor and the sum.
FIRST = (
    "The dome of the Pinewater Observatory turned on Sunday for the first time since November, when frost had locked "
    "its rails and left the telescope with a view of one hillside and, on clear nights, a part of the Little Bear.",
    "Volunteers had tried salt, hot water and a hair dryer. In the end a retired tram driver, Casimir Wolfe, came by "
    "with two buckets of the grease that had been kept for the points on the old line 6. The dome moved an inch, "
    "then a yard, and then it would not stop.",
    "“It went round eleven times before we found the brake,” said Leonie Strand, who looks after the visitors' book. "
    "“We saw the whole sky, some of it twice.”",
    "The grease was a gift. A new motor will cost 7,400 dollars, of which a reader of this newspaper, Edwin Marsh, "
    "has promised the half.",
    "The observatory is open on Fridays from nightfall. Visitors are asked to bring warm socks and no torches.",
)
CORRECTED = (
    *FIRST[:3],
    "The grease was a gift. A new motor will cost 4,700 dollars, of which a reader of this newspaper, Edwina March, "
    "has promised the half. She asked us to say that she would like to press the button.",
    FIRST[4],
    "An earlier version of this article misstated the price of the motor and the name of the donor.",
)
PUBLISHED = "2026-03-01T17:40:00-07:00"
MODIFIED = "2026-03-02T08:15:00-07:00"

SECTIONS = ("News", "Schools", "Timber", "Lake", "Sports", "Opinion", "Obituaries", "Events", "Classifieds", "Weather")
RELATED = (
    ("line-6-depot", "Line 6 depot to become a climbing hall"),
    ("lake-ice", "Lake ice goes out on the earliest day since 1987"),
    ("owl-choir", "Owl joins evensong, stays for the sermon"),
    ("night-market-lamps", "Night market switches to red lamps for the stars"),
)

PAGE = """<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="utf-8">
<title>{title} | Pinewater Times</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="A tram driver's grease frees the rails of the Pinewater Observatory.">
<link rel="canonical" href="{url}">
<meta property="og:type" content="article">
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="Pinewater Times">
<meta property="og:url" content="{url}">
<meta property="article:published_time" content="{published}">
<meta property="article:modified_time" content="{modified}">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "{title}",
"datePublished": "{published}", "dateModified": "{modified}", "mainEntityOfPage": "{url}",
"author": {{"@type": "Person", "name": "Geneva Brandt"}},
"publisher": {{"@type": "Organization", "name": "Pinewater Times", "url": "{site}/"}}}}</script>
<style>
.pt-head {{ display: flex; justify-content: space-between; border-bottom: 2px solid #234; }}
.pt-story {{ max-width: 42rem; margin: 0 auto; font: 18px/1.6 Georgia, serif; }}
.pt-story h1 {{ font-size: 2.2rem; line-height: 1.15; }}
.pt-ad {{ min-height: 250px; background: #f2f2ee; text-align: center; font-size: 11px; }}
.pt-rail {{ font: 15px/1.4 Arial, sans-serif; }}
</style>
<script>window.pt = {{"story": "observatory-dome", "section": "news", "ads": ["top", "rail", "inline"]}};</script>
</head>
<body>
<header class="pt-head"><a href="/">Pinewater Times</a><nav><ul>{sections}</ul></nav>
<a href="/subscribe">Subscribe</a></header>
<div class="pt-ad">Advertisement</div>
<main>
<article class="pt-story">
<p class="pt-label"><a href="/news">News</a></p>
<h1>{title}</h1>
<p class="pt-by">By <a rel="author" href="/staff/geneva-brandt">Geneva Brandt</a></p>
<p class="pt-when"><time datetime="{published}">March 1, 2026, 5:40 p.m.</time></p>
<ul class="pt-share"><li><a href="#f">Share</a></li><li><a href="#m">Mail</a></li><li><a href="#p">Print</a></li></ul>
<div class="pt-body">
{paragraphs}
</div>
</article>
<aside class="pt-rail"><h2>Also in the Times</h2><ul>{related}</ul></aside>
<section class="pt-letter"><h2>The Pinewater Evening</h2><p>One e-mail at six, with the sky for the night.</p>
<form action="/letters/join" method="post"><input type="email" name="mail"><button>Join</button></form></section>
</main>
<footer><p>&copy; 2026 Pinewater Times.</p>
<p><a href="/privacy">Privacy</a> <a href="/terms">Terms</a> <a href="/about">About us</a></p></footer>
<div class="pt-cookie" role="dialog"><p>We use cookies to keep you logged in.</p><button>All right</button></div>
</body>
</html>
"""
NOT_FOUND = "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>\n"

HTTP_HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"), ("Vary", "Accept-Encoding")]


def page(paragraphs: tuple[str, ...], modified: str) -> bytes:
    """The article page as the server sent it, UTF-8."""
    return PAGE.format(
        title=TITLE,
        url=URL,
        site=SITE,
        published=PUBLISHED,
        modified=modified,
        sections="".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in SECTIONS),
        related="".join(f'<li><a href="/2026/02/{slug}">{title}</a></li>' for slug, title in RELATED),
        paragraphs="\n".join(f"<p>{text}</p>" for text in paragraphs),
    ).encode()


def build() -> bytes:
    """The archive: warcinfo, request and response, changed response, revisit, 404."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    first, corrected, missing = page(FIRST, PUBLISHED), page(CORRECTED, MODIFIED), NOT_FOUND.encode()

    def write(number: int, kind: str, url: str, at: str, http: StatusAndHeaders, body: bytes = b"") -> None:
        payload = io.BytesIO(body)
        headers = _headers(number, at)
        writer.write_record(
            writer.create_warc_record(url, kind, payload, len(body), http_headers=http, warc_headers_dict=headers)
        )

    info = writer.create_warcinfo_record(
        TARGET.name, {"software": "presshouse sample", "format": "WARC File Format 1.1"}
    )
    for name, value in _headers(0, "2026-03-02T02:00:00Z").items():
        info.rec_headers.replace_header(name, value)
    writer.write_record(info)
    write(1, "request", URL, "2026-03-02T02:00:05Z", _request(URL))
    write(2, "response", URL, "2026-03-02T02:00:05Z", _response("200 OK", first), first)
    write(3, "response", URL, "2026-03-03T02:00:05Z", _response("200 OK", corrected), corrected)
    digester = Digester("sha1")
    digester.update(corrected)
    writer.write_record(
        writer.create_revisit_record(
            URL,
            digest=str(digester),
            refers_to_uri=URL,
            refers_to_date="2026-03-03T02:00:05Z",
            http_headers=_response("200 OK", corrected),
            warc_headers_dict=_headers(4, "2026-03-04T02:00:05Z"),
        )
    )
    write(5, "response", MISSING_URL, "2026-03-04T02:00:09Z", _response("404 Not Found", missing), missing)
    return out.getvalue()


def _headers(number: int, at: str) -> dict[str, str]:
    return {"WARC-Record-ID": f"<urn:uuid:6b1f0c2e-0000-4000-8000-{number:012d}>", "WARC-Date": at}


def _request(url: str) -> StatusAndHeaders:
    headers = [("Host", "www.pinewatertimes.example"), ("User-Agent", "presshouse-sample"), ("Accept", "text/html")]
    return StatusAndHeaders(f"GET {url.removeprefix(SITE)} HTTP/1.1", headers, is_http_request=True)


def _response(status: str, body: bytes) -> StatusAndHeaders:
    return StatusAndHeaders(status, [*HTTP_HEADERS, ("Content-Length", str(len(body)))], "HTTP/1.1")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_bytes(build())
    print(f"{target}: {target.stat().st_size} bytes")
