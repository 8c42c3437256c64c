"""Sitemaps: the pages of a site, those of a news sitemap with title and date, or the sitemaps that an index names."""

import re
from collections.abc import Collection, Iterator

from lxml import etree

from tasks.fetch.entry_links import MAX_ADDRESS, Candidate, first_usable
from tasks.fetch.entry_text import MAX_DATE, MAX_TITLE, SPARE, element_text, language_tag, plain_text
from tasks.fetch.feeds import entry_elements
from tasks.fetch.vocabulary import Fields, local_name
from tasks.model import Entry, Listing, ListKind
from tasks.url import url_key

TEXT_LINES = 20  # first lines that must all be addresses for a text to be a sitemap

_ADDRESS_LINE = re.compile(r"https?://[^\s<>\"{}]{3,8000}", re.IGNORECASE)
_NEWS = "sitemap-news"


def is_sitemap(root_name: str) -> bool:
    return root_name in ("urlset", "sitemapindex")


def read_sitemap(root: etree._Element, url: str | None) -> tuple[Listing, Iterator[Entry]]:
    """What kind of sitemap it is, and its entries (of an index: its children), read as they are asked for."""
    if local_name(root) == "sitemapindex":
        return Listing("sitemap_index"), (_entry(e, url) for e in entry_elements(root, "sitemap"))
    return Listing(_kind(root)), (_entry(e, url) for e in entry_elements(root, "url"))


def _kind(root: etree._Element) -> ListKind:
    """A news sitemap is one whose entries say so; of an empty one, its namespaces."""
    first = next(entry_elements(root, "url"), None)
    if first is None:
        return "news_sitemap" if any(_NEWS in (uri or "") for uri in root.nsmap.values()) else "sitemap"
    # Some sites list their section pages first.
    entries = (e for e, _ in zip(entry_elements(root, "url"), range(100), strict=False))
    return "news_sitemap" if any("news:news" in Fields(e) for e in entries) else "sitemap"


def _entry(element: etree._Element, url: str | None) -> Entry:
    fields = Fields(element)
    addresses: list[Candidate] = [(element_text(e, MAX_ADDRESS + 1), None) for e in fields.all("loc")]
    addresses.append(((element.text or "")[: MAX_ADDRESS + 1], None))  # some forget <loc>
    found, problem = first_usable(addresses, (url,))
    news = next((Fields(e) for e in fields.all("news:news", "news")), None)
    return Entry(
        url=found,
        problem=problem or None,
        title=_news_text(news, "title", MAX_TITLE),
        published_raw=_news_text(news, "publication_date", MAX_DATE),
        updated_raw=next((text for e in fields.all("lastmod") if (text := element_text(e, MAX_DATE))), None),
        language=_news_language(news),
    )


def _news_text(news: Fields | None, name: str, limit: int) -> str | None:
    if news is None:
        return None
    texts = (plain_text(element_text(e, SPARE * limit), limit) for e in news.all(name, f"news:{name}"))
    return next((text for text in texts if text), None)


def _news_language(news: Fields | None) -> str | None:
    if news is None:
        return None
    holders = [news, *(Fields(e) for e in news.all("publication", "news:publication"))]
    raw = (element_text(e, MAX_DATE) for holder in holders for e in holder.all("language", "news:language"))
    return next((tag for text in raw if (tag := language_tag(text))), None)


def is_text_sitemap(text: str) -> bool:
    """Whether a text is a list of addresses, one a line (sitemaps.org, "Text file")."""
    lines = [line.strip() for line in text[: TEXT_LINES * MAX_ADDRESS].splitlines()[:TEXT_LINES]]
    lines = [line for line in lines if line]
    return bool(lines) and all(_ADDRESS_LINE.fullmatch(line) for line in lines)


def read_text_sitemap(text: str) -> tuple[Listing, Iterator[Entry]]:
    """The entries of a sitemap that is a plain list of addresses."""
    lines = (line.strip()[: MAX_ADDRESS + 1] for line in text.splitlines())
    found = (first_usable([(line, None)], ()) for line in lines if line)
    return Listing("sitemap"), (Entry(url=url, problem=problem or None) for url, problem in found)


def unseen_children(index: Listing, seen: Collection[str]) -> tuple[Entry, ...]:
    """The sitemaps that an index names and nobody has read: an index may name itself, or one that names it.

    `seen` holds the URL keys (`tasks.url.url_key`) of the sitemaps read so far, the index's own among them. Each
    child is given once.
    """
    fresh: dict[str, Entry] = {}
    for entry in index.entries:
        key = url_key(entry.url) if entry.url else None
        if key and key not in seen:
            fresh.setdefault(key, entry)
    return tuple(fresh.values())
