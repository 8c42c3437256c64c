"""Which URL is the article's own: what the page claims, believed only where it can be true."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from tasks.model import Evidence
from tasks.url.key import MAX_ROUNDS, url_key, wrapped_url
from tasks.url.parameters import is_tracking
from tasks.url.parts import DEFAULT_PORTS, MAX_URL, Parts, query_pairs, split_url
from tasks.url.secret import redact
from tasks.url.site import registered_domain, same_site

# What makes a path segment an article's, not a section's. Sections have up to three words ("arts-and-culture");
# articles without a number in their path mostly have more, or three long ones.
ARTICLE_WORDS = 4
FEW_WORDS, FEW_WORDS_LENGTH = 3, 20
LISTED_ARTICLE_WORDS = 6  # below `/topic/`, where tags of four words are common
ARTICLE_CHARACTERS = 8  # of scripts without spaces between words
ID_DIGITS = 4
ID_LETTERS = 8  # of an id in letters and digits

_INDEX = re.compile(r"(?:index|default|home|homepage|start|startseite|main)(?:\.[a-z]{2,5})?", re.IGNORECASE)
_FILE = re.compile(r"\.(?:s?html?|ece)$", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cms|cfm|do)$", re.IGNORECASE)  # one for all articles: proves nothing
_DATE_FOLDERS = re.compile(r"(?:^|/)(?:19|20)[0-9]{2}(?:/[0-9]{1,2}){0,2}$")
_WORDS = re.compile(r"[^\W_]+")
_LINKING = frozenset({"and", "und", "et", "y", "e", "en", "of", "the", "for", "de", "la", "n"})
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_LISTINGS = frozenset(
    """
    tag tags category categories kategorie author authors autor topic topics thema themen subject section sections
    rubrik search suche page profile label keyword schlagwort etiqueta feed rss
    """.split()
)
_PAGING = frozenset({"page", "paged", "pg", "start", "offset", "lang", "hl", "sort", "order", "year", "month", "date"})


def clean_url(url: str) -> str | None:
    """A URL to store and show: unwrapped, repaired, without fragment, trackers and secrets; scheme and `www.` kept."""
    for _ in range(MAX_ROUNDS):
        parts = split_url(redact(url)) if len(url) <= MAX_URL else None
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
    the same site (or the same by `site_of`, which may fold a publisher's alias domains) that is no home or section
    page. A saved page has no site of its own (`file:`, `hard::page.html`) and nothing else to go by: any candidate that
    is no front page, or ends in words of its own, is believed. Else the fetched URL itself, cleaned.
    """
    own = clean_url(fetched_url)
    for candidate in candidates:
        claimed = clean_url(candidate.raw)
        if claimed is not None and (_is_own(claimed, own, site_of) if own else _is_told(claimed)):
            return claimed
    return own


def _is_own(claimed: str, own: str, site_of: Callable[[str], str | None]) -> bool:
    """Whether a page at `own` may call itself `claimed`."""
    if url_key(claimed) == url_key(own):
        return True
    if not same_site(claimed, own) and (site_of(own) is None or site_of(own) != site_of(claimed)):
        return False
    return not is_front(claimed) or _last_segment(claimed) == _last_segment(own)


def _is_told(claimed: str) -> bool:
    """Whether a saved page may call itself `claimed`: `/museum/glass-mistakes` yes, `/sport/football` no."""
    if not is_front(claimed):
        return True
    segments = [s for s in unquote(claimed.partition("?")[0].partition("://")[2]).split("/")[1:] if s]
    listed = any(s.lower() in _LISTINGS for s in segments[-2:])
    return len(segments) > 1 and not listed and len(_WORDS.findall(segments[-1])) > 1


def _last_segment(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]


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
    segments = [s for s in unquote(parts.path).split("/") if s.strip()]
    if segments and _INDEX.fullmatch(segments[-1]):
        segments.pop()
    segments = [s for s in _DATE_FOLDERS.sub("", "/".join(segments)).split("/") if s]
    if any(s.lower() in _LISTINGS for s in segments[-2:]):
        return not _FILE.search(segments[-1]) and len(_WORDS.findall(segments[-1])) < LISTED_ARTICLE_WORDS
    return not any(_is_article_segment(s) for s in segments)


def _identifies(name: str, value: str) -> bool:
    return name.lower() not in _PAGING and not is_tracking(name, value)


def _is_id(value: str) -> bool:
    return any(c.isdecimal() for c in value)


def _is_article_segment(segment: str) -> bool:
    if _FILE.search(segment):
        return True  # a file that is no index page
    stem = _SCRIPT.sub("", segment)
    words = _WORDS.findall(stem)
    own_words = [w for w in words if w.lower() not in _LINKING]
    if len(words) >= ARTICLE_WORDS or (len(own_words) >= FEW_WORDS and len(stem) >= FEW_WORDS_LENGTH):
        return True
    if len(_UNSPACED.findall(stem)) >= ARTICLE_CHARACTERS:
        return True
    digits = sum(c.isdecimal() for c in stem)
    return digits >= ID_DIGITS or (digits > 0 and len(stem) >= ID_LETTERS and stem.isalnum())


def _shown(parts: Parts) -> str:
    port = "" if parts.port is None or parts.port == DEFAULT_PORTS[parts.scheme] else f":{parts.port}"
    pairs = ("".join(pair) for pair in query_pairs(parts.query) if not is_tracking(pair[0], pair[2]))
    query = "&".join(pairs)
    return redact(f"{parts.scheme}://{parts.host}{port}{parts.path or '/'}" + (f"?{query}" if query else ""))
