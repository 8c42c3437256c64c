"""Which URL is the article's own: what the page claims, believed only where it can be true."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from tasks.model import Evidence
from tasks.url.key import MAX_ROUNDS, url_key, wrapped_url
from tasks.url.parameters import is_tracking
from tasks.url.parts import DEFAULT_PORTS, Parts, query_pairs, split_url
from tasks.url.secret import redact
from tasks.url.site import registered_domain

# What makes a path segment an article's, not a section's. Counted on the corpus of real pages: sections have up to
# three words, articles without a number in their path nearly always four or more.
ARTICLE_WORDS = 4
ARTICLE_CHARACTERS = 8  # of scripts without spaces between words
ID_DIGITS = 4
ID_LETTERS = 8  # of an id in letters and digits

_INDEX = re.compile(r"(?:index|default|home|homepage|start|startseite|main)(?:\.[a-z]{2,5})?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|ece|cfm|do)$", re.IGNORECASE)
_DATE_FOLDERS = re.compile(r"(?:19|20)[0-9]{2}(?:/[0-9]{1,2}){0,2}")
_WORDS = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_LISTINGS = frozenset(
    """
    tag tags category categories kategorie author authors autor topic topics thema themen subject section sections
    rubrik search suche page profile people archive archives archiv label keyword schlagwort etiqueta feed rss
    """.split()  # noqa: SIM905 - words read better than quoted strings
)
_PAGING = frozenset({"page", "paged", "pg", "start", "offset", "lang", "hl", "sort", "order", "year", "month", "date"})


def clean_url(url: str) -> str | None:
    """A URL to store and show: unwrapped, repaired, without fragment, trackers and secrets; scheme and `www.` kept."""
    for _ in range(MAX_ROUNDS):
        parts = split_url(url)
        inner = parts and wrapped_url(parts)
        if parts is None or not inner:
            return parts and _shown(parts)
        url = inner
    return None


def canonical_url(
    fetched_url: str,
    candidates: Sequence[Evidence],
    *,
    site_of: Callable[[str], str | None] = registered_domain,
) -> str | None:
    """The article's canonical URL, redacted; None when there is none.

    `candidates` are absolute (rel=canonical, og:url, ...), most telling first. The first that is believed wins: one on
    the same site (by `site_of`, which may fold a publisher's alias domains) that is no home or section page, or the
    fetched URL in another spelling. A saved page has no site of its own (`file:`, `hard::page.html`): any candidate
    that is no front page is believed. Else the fetched URL itself, cleaned.
    """
    own = clean_url(fetched_url)
    own_key = url_key(own) if own else None
    for candidate in candidates:
        claimed = clean_url(candidate.raw)
        if claimed is None:
            continue
        if own is None:
            believed = not is_front(claimed)
        elif url_key(claimed) == own_key:
            believed = True
        else:
            site = site_of(own)
            believed = site is not None and site_of(claimed) == site and not is_front(claimed)
        if believed:
            return claimed
    return own


def is_front(url: str) -> bool:
    """Whether a URL looks like a home, section, tag or archive page rather than an article.

    Judged by its form alone, and rather too often than too seldom: articles that claim a section page as their
    canonical URL would be merged into one, while an article taken for a front only keeps its own URL.
    """
    parts = split_url(url)
    if parts is None:
        return False
    if any(_is_id(value) for name, _, value in query_pairs(parts.query) if _identifies(name, value)):
        return False
    path = unquote(parts.path).strip("/")
    segments = [s for s in path.split("/") if s]
    if segments and _INDEX.fullmatch(segments[-1]):
        segments.pop()
    if not segments or _DATE_FOLDERS.fullmatch("/".join(segments)):
        return True
    if any(s.lower() in _LISTINGS for s in segments[-2:]):
        return True
    return not any(_is_article_segment(s) for s in segments)


def _identifies(name: str, value: str) -> bool:
    return name.lower() not in _PAGING and not is_tracking(name, value)


def _is_id(value: str) -> bool:
    return any(c.isdecimal() for c in value)


def _is_article_segment(segment: str) -> bool:
    stem = _EXTENSION.sub("", segment)
    if stem != segment:
        return True  # a file that is no index page
    if len(_WORDS.findall(stem)) >= ARTICLE_WORDS or len(_UNSPACED.findall(stem)) >= ARTICLE_CHARACTERS:
        return True
    digits = sum(c.isdecimal() for c in stem)
    return digits >= ID_DIGITS or (digits > 0 and len(stem) >= ID_LETTERS and stem.isalnum())


def _shown(parts: Parts) -> str:
    port = "" if parts.port is None or parts.port == DEFAULT_PORTS[parts.scheme] else f":{parts.port}"
    pairs = ("".join(pair) for pair in query_pairs(parts.query) if not is_tracking(pair[0], pair[2]))
    query = "&".join(pairs)
    return redact(f"{parts.scheme}://{parts.host}{port}{parts.path or '/'}" + (f"?{query}" if query else ""))
