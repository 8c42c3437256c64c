"""A publisher on loopback: an RSS feed, pages, robots.txt, conditional requests; counts what it is asked for."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.pages import sentences
from tests.tasks.fetch.client.server import Reply, Request, Site, Web, answer


@dataclass
class Story:
    """An article as the newsroom has it."""

    number: int
    published_at: datetime
    title: str
    updated_at: datetime | None = None
    listed: bool = True
    more: str = ""  # appended to the text


@dataclass
class Newsroom:
    """One host. Change `stories` and the feed and pages follow; `replies` answers a path otherwise."""

    web: Web
    stories: list[Story] = field(default_factory=list)
    replies: dict[str, Callable[[Request], Reply]] = field(default_factory=dict)
    robots: str | None = None
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self.site = self.web.add(self._handle)

    @property
    def url(self) -> str:
        return self.site.url

    @property
    def feed(self) -> str:
        return f"{self.url}/rss.xml"

    def page(self, number: int) -> str:
        return f"{self.url}/news/report-{number}"

    def asked(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(request.target for request in self.site.requests)

    def publish(self, number: int, *, hours_ago: float = 1.0, listed: bool = True) -> Story:
        at = (datetime.now(UTC) - timedelta(hours=hours_ago)).replace(microsecond=0)
        story = Story(number, at, f"Report {number} is out", listed=listed)
        self.stories.append(story)
        return story

    def _handle(self, request: Request) -> Reply:
        path = request.target
        if path in self.replies:
            return self.replies[path](request)
        if path == "/robots.txt" and self.robots is not None:
            return answer(self.robots.encode(), content_type="text/plain")
        if path == "/rss.xml":
            return conditional(request, self._rss().encode(), "application/rss+xml")
        if path == "/":
            link = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
            return answer(f"<html><head><title>Testing Times</title>{link}</head><body></body></html>".encode())
        for story in self.stories:
            if path.partition("?")[0] == f"/news/report-{story.number}":
                return conditional(request, self._page(story).encode(), "text/html; charset=utf-8")
        return answer(b"nothing here", "404 Not Found")

    def _rss(self) -> str:
        entries = "".join(
            f"<item><title>{story.title}</title><link>{self.page(story.number)}</link><guid>{story.number}</guid>"
            f"<pubDate>{format_datetime(story.published_at)}</pubDate></item>"
            for story in sorted(self.stories, key=lambda one: one.published_at, reverse=True)
            if story.listed
        )
        return (
            f"<rss version='2.0'><channel><title>Testing Times</title><language>en</language>{entries}</channel></rss>"
        )

    def _page(self, story: Story) -> str:
        lines = sentences(story.number, 12)
        body = "\n".join(f"<p>{' '.join(lines[start : start + 3])}</p>" for start in range(0, 12, 3))
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{story.title} | Testing Times</title>'
            f'<meta property="article:published_time" content="{story.published_at.isoformat()}"></head><body><main>'
            f'<article><h1>{story.title}</h1><p class="byline">By Ada Example</p>{body}<p>{story.more}</p></article>'
            "</main></body></html>"
        )


def conditional(request: Request, body: bytes, content_type: str) -> Reply:
    """304 to who has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.headers.get("if-none-match") == tag:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
    return answer(body, "200 OK", f"ETag: {tag}", content_type=content_type)
