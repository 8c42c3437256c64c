"""An archive on loopback: a publisher with dated sitemaps, CC-NEWS with path lists, the Wayback Machine with its index.

All three have the same articles, one a day, so that what comes of them can be compared; each counts what it is asked.
"""

import gzip
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from warcio.warcwriter import WARCWriter

from tests.pages import sentences
from tests.tasks.fetch.client.server import Reply, Request, Site, Web, answer

FIRST = date(2024, 10, 1)
PUBLISHER = "testing-times.example"


@dataclass
class Library:
    """`days` from FIRST on, `a_day` articles each. `replies` answers a path otherwise; `slow_s`: before each page."""

    web: Web
    days: int = 31
    a_day: int = 2
    replies: dict[str, Callable[[Request], Reply]] = field(default_factory=dict)
    slow_s: float = 0.0
    site: Site = field(init=False)  # the publisher's
    archives: Site = field(init=False)

    def __post_init__(self) -> None:
        self.site = self.web.add(self._publisher)
        self.archives = self.web.add(self._archives)
        self._warcs: dict[str, bytes] = {}

    def day(self, number: int) -> date:
        return FIRST + timedelta(days=number)

    def url(self, number: int, place: int) -> str:
        return f"{self.site.url}/news/{self.day(number):%Y/%m/%d}/{self.name(number, place)}"

    def name(self, number: int, place: int) -> str:
        return f"report-{100 + number}-{place}"

    def page(self, number: int, place: int) -> str:
        """An article of a day."""
        seed = 100 * number + place
        at = datetime.combine(self.day(number), datetime.min.time(), UTC) + timedelta(hours=9, minutes=place)
        lines = sentences(seed, 12)
        body = "\n".join(f"<p>{' '.join(lines[start : start + 3])}</p>" for start in range(0, 12, 3))
        dated = f'<meta property="article:published_time" content="{at.isoformat()}">'
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Report {seed} is out</title>'
            f'<link rel="canonical" href="https://{PUBLISHER}/news/{self.name(number, place)}">{dated}</head>'
            f'<body><main><article><h1>Report {seed} is out</h1><p class="byline">By Ada Example</p>{body}'
            "</article></main></body></html>"
        )

    def asked(self) -> Counter[str]:
        """How often each path of the publisher was asked for."""
        return Counter(request.target for request in self.site.requests)

    def asked_of_archives(self) -> Counter[str]:
        return Counter(request.target for request in self.archives.requests)

    # The publisher

    def _publisher(self, request: Request) -> Reply:
        path = request.target
        if path in self.replies:
            return self.replies[path](request)
        if path == "/robots.txt":
            return answer(f"User-agent: *\nSitemap: {self.site.url}/sitemap.xml\n".encode(), content_type="text/plain")
        if path == "/sitemap.xml":
            children = "".join(
                f"<sitemap><loc>{self.site.url}/sitemaps/{self.day(number)}.xml</loc></sitemap>"
                for number in range(-3, self.days + 3)
            )
            return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>')
        if path.startswith("/sitemaps/"):
            number = (date.fromisoformat(path[10:20]) - FIRST).days
            entries = "".join(
                f"<url><loc>{self.url(number, place)}</loc><lastmod>{self.day(number)}T10:00:00Z</lastmod></url>"
                for place in range(self.a_day)
            )
            return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>')
        found = self._of_path(path)
        return self._slowly(answer(found.encode())) if found else answer(b"nothing here", "404 Not Found")

    def _of_path(self, path: str) -> str | None:
        _, _, name = path.rpartition("/report-")
        number, _, place = name.partition("-")
        return self.page(int(number) - 100, int(place)) if number.isdecimal() and place.isdecimal() else None

    def _slowly(self, reply: bytes) -> Reply:
        return (piece for piece in (self.slow_s, reply)) if self.slow_s else reply

    # The archives

    def _archives(self, request: Request) -> Reply:
        parts = urlsplit(request.target)
        if parts.path in self.replies:
            return self.replies[parts.path](request)
        if parts.path.endswith("warc.paths.gz"):
            return self._paths(parts.path)
        if parts.path.startswith("/crawl-data/"):
            return self._warc(parts.path, request)
        if parts.path.startswith("/cdx/"):
            return self._index(parse_qs(parts.query))
        if parts.path.startswith("/web/"):
            found = self._of_path(parts.path)
            return (
                self._slowly(answer(found.encode(), "200 OK", "x-archive-src: a")) if found else answer(b"", "404 No")
            )
        return answer(b"", "404 Not Found")

    def _paths(self, path: str) -> Reply:
        month = path.removeprefix("/crawl-data/CC-NEWS/").removesuffix("/warc.paths.gz")
        names = [self.warc_path(number) for number in range(-3, self.days + 3)]
        lines = [name for name in names if f"CC-NEWS/{month}/" in name]
        if not lines:
            return answer(b"", "404 Not Found")
        return answer(gzip.compress("\n".join(lines).encode()), content_type="application/gzip")

    def warc_path(self, number: int) -> str:
        day = self.day(number)
        return f"crawl-data/CC-NEWS/{day:%Y/%m}/CC-NEWS-{day:%Y%m%d}063000-{1000 + number:05}.warc.gz"

    def _warc(self, path: str, request: Request) -> Reply:
        number = int(path.removesuffix(".warc.gz").rpartition("-")[2]) - 1000
        body = self._warcs.setdefault(path, self._written(number))
        wanted = request.headers.get("range", "")
        tag = f'ETag: "{number}"'
        if wanted.startswith("bytes="):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            end = min(int(last) if last else len(body) - 1, len(body) - 1)
            if int(first) >= len(body):
                return answer(b"", "416 Range Not Satisfiable", f"Content-Range: bytes */{len(body)}")
            span = f"Content-Range: bytes {first}-{end}/{len(body)}"
            return answer(body[int(first) : end + 1], "206 Partial Content", span, tag, content_type="application/gzip")
        return self._slowly(answer(body, "200 OK", tag, content_type="application/gzip"))

    def _written(self, number: int) -> bytes:
        """What was fetched on a day: its articles, one of the day before, and a page of somebody else."""
        stream = io.BytesIO()
        writer = WARCWriter(stream, gzip=True)
        for day, place in [*((number, place) for place in range(self.a_day)), (number - 1, 0)]:
            url = f"https://{PUBLISHER}/news/{self.name(day, place)}"
            self._record(writer, url, self.day(number), self.page(day, place))
        self._record(writer, f"https://elsewhere.example/{number}", self.day(number), self.page(number, 5))
        return stream.getvalue()

    def _record(self, writer: WARCWriter, url: str, day: date, page: str) -> None:
        block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}".encode()
        writer.write_record(
            writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(block),
                length=len(block),
                warc_content_type="application/http; msgtype=response",
                warc_headers_dict={"WARC-Date": f"{day}T12:00:00Z"},
            )
        )

    def _index(self, query: dict[str, list[str]]) -> Reply:
        first, last = query["from"][0], query["to"][0]
        rows = [["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]]
        for number in range(-3, self.days + 3):
            stamp = f"{self.day(number):%Y%m%d}120000"
            if first <= stamp[:8] <= last:
                rows += [
                    ["k", stamp, f"https://{PUBLISHER}/news/{self.name(number, place)}", "text/html", "200", "D", "1"]
                    for place in range(self.a_day)
                ]
        return answer(json.dumps(rows).encode(), content_type="application/json")


def _xml(body: str) -> bytes:
    return answer(f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode(), content_type="application/xml")
