"""The feeds and sitemaps that a page names: declared in its head first, then those that it merely links to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree, html

from tasks.fetch.entry_links import resolve
from tasks.fetch.entry_text import MAX_TITLE, element_text, plain_text
from tasks.fetch.list_text import decode, unpack
from tasks.url import url_key

READ_BYTES = 2_097_152  # of a page; heads are far shorter, and footers, where sites link their feeds, are within it
MAX_LINKS = 5_000  # anchors looked at
MAX_FOUND = 50

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x-rss+xml",
        "text/rss+xml",
    }
)
# Said of feeds, but of other things too: the address must look like a feed's.
_LOOSE_TYPES = frozenset({"application/xml", "text/xml", "application/json", "text/rss", "application/rss", ""})
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss|rss2|feed|feeds|atom|rdf)(?:[/._-]|\d{0,2}$|$)|\.(?:rss|atom|rdf)$", re.IGNORECASE
)
_SITEMAP_PATH = re.compile(r"(?:^|/)[^/]{0,80}sitemap[^/]{0,80}\.xml(?:\.gz)?$", re.IGNORECASE)
_COMMENTS = re.compile(r"(?:^|[/_-])(?:comments|kommentare|comentarios|commentaires)(?:[/_-]|$)", re.IGNORECASE)
# Pages about feeds, and buttons of readers that carry a feed's address.
_NO_LIST = re.compile(r"\.(?:html?|php|jpe?g|png|gif|svg|css|js)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkedList:
    """A feed or sitemap that a page names; whether it is one shows when it is read."""

    url: str
    kind: Literal["feed", "sitemap"]
    title: str | None
    declared: bool  # in a <link> of the page; else only an anchor leads there


def autodiscover(body: bytes, url: str | None, content_type: str | None = None) -> tuple[LinkedList, ...]:
    """Feeds and sitemaps that an HTML page names, best first: declared before linked, comments last. Raises nothing."""
    text = decode(unpack(body, READ_BYTES).body, content_type)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return ()  # no element at all
    base = next((e.get("href") for e in tree.iter("base") if e.get("href")), None)
    bases = (resolve(base, (url,))[0] if base else None, url)
    found: dict[str, LinkedList] = {}
    for one in (*_declared(tree, bases), *_linked(tree, bases)):
        found.setdefault(url_key(one.url) or one.url, one)
    ranked = sorted(found.values(), key=lambda one: (_is_comments(one), not one.declared))  # stable: else page order
    return tuple(ranked[:MAX_FOUND])


def _declared(tree: html.HtmlElement, bases: tuple[str | None, ...]) -> Iterator[LinkedList]:
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        found, _ = resolve(link.get("href") or "", bases)
        if not found or not link.get("href"):
            continue
        title = plain_text(link.get("title") or "", MAX_TITLE) or None
        if "sitemap" in relations:
            yield LinkedList(found, "sitemap", title, declared=True)
        elif "feed" in relations or ("alternate" in relations and _is_feed_type(link.get("type"), found)):
            yield LinkedList(found, "feed", title, declared=True)


def _is_feed_type(written: str | None, url: str) -> bool:
    kind = (written or "").partition(";")[0].strip().lower()
    return kind in _FEED_TYPES or (bool(written) and kind in _LOOSE_TYPES and bool(_FEED_PATH.search(_path(url))))


def _linked(tree: html.HtmlElement, bases: tuple[str | None, ...]) -> Iterator[LinkedList]:
    for number, anchor in enumerate(tree.iter("a")):
        if number == MAX_LINKS:
            return
        path = _path(anchor.get("href") or "")
        is_sitemap = bool(_SITEMAP_PATH.search(path))
        if not path or _NO_LIST.search(path) or not (is_sitemap or _FEED_PATH.search(path)):
            continue
        found, _ = resolve(anchor.get("href") or "", bases)
        if found:
            title = plain_text(element_text(anchor, MAX_TITLE), MAX_TITLE) or None
            yield LinkedList(found, "sitemap" if is_sitemap else "feed", title, declared=False)


def _path(url: str) -> str:
    """The path of a URL or reference, without host, query and fragment, of bounded length."""
    rest = url[:2_000].partition("#")[0].partition("?")[0]
    scheme, mark, after = rest.partition("://")
    return (after if mark else scheme).partition("/")[2] if mark else rest.rstrip("/")


def _is_comments(one: LinkedList) -> bool:
    return bool(_COMMENTS.search(_path(one.url)))
