"""The one schema.org node of a page that is the article, and small readings of its values."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from tasks.extract.charset import clean_characters
from tasks.extract.parsed import ParsedPage, types_of

ARTICLE_TYPES = frozenset(
    (
        "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
        "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "SatiricalArticle",
        "AdvertiserContentArticle", "BlogPosting", "LiveBlogPosting", "TechArticle", "ScholarlyArticle", "Report",
        "MediaNewsArticle",
    )
)  # fmt: skip
# Pages of these types can be stories too (a recipe, an interview on video), when no article node is there.
STORY_TYPES = ("Review", "Recipe", "VideoObject", "PodcastEpisode", "Event", "FAQPage", "HowTo", "CreativeWork")
LIST_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage"))

_WORD = re.compile(r"\w+")
_NO_LETTERS = re.compile(r"[\W_]+")
_SPACE = re.compile(r"\s+")
# Tags inside of fields, the last of them perhaps cut off.
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|cite|em|font|i|mark|q|s|small|span|strong|sub|sup|u)(?:\s[^<>]{0,500})?(?:/?>|$)",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:article|aside|blockquote|br|center|div|dl|dd|dt|figure|figcaption|h[1-6]|hr|iframe|img|li|ol|p|picture|section"
    r"|table|tbody|td|th|tr|ul|video)(?:\s[^<>]{0,1000})?(?:/?>|$)",
    re.IGNORECASE,
)
_UNPRINTED = "\u00ad\u2060"  # soft hyphen and word joiner: where a line may break, no letters


def clean(value: str | None) -> str | None:
    """One line of text: entities resolved (twice escaped too), tags, controls, soft hyphens out, white space collapsed.

    None if nothing is left. Editors paste markup into fields that are plain text; `a < b` stays.
    """
    if not value:
        return None
    text = value
    for _ in range(3):
        if "&" in text:
            text = unescape(text)
    if "<" in text:
        text = _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
    for mark in _UNPRINTED:
        text = text.replace(mark, "")
    return _SPACE.sub(" ", clean_characters(text)).strip("\ufeff\u200b \u00a0") or None


def letters(text: str) -> str:
    """Letters and digits only, case folded: what is left when two places print the same words differently."""
    return _NO_LETTERS.sub("", text.casefold())


def strings(value: Any, *keys: str) -> Iterator[str]:
    """The strings in a JSON-LD value: itself, the members of a list, or the first of `keys` an object has."""
    if isinstance(value, str):
        if cleaned := clean(value):
            yield cleaned
    elif isinstance(value, list):
        for member in value[:50]:
            yield from strings(member, *keys)
    elif isinstance(value, dict):
        for key in keys or ("name", "@id"):
            if value.get(key):
                yield from strings(value[key], *keys)
                return


def article_node(page: ParsedPage) -> dict[str, Any] | None:
    """The JSON-LD node that describes this page's article; None when there is none.

    Pages also carry nodes of related articles: with several, the one that names this page's URL wins, then the
    one whose headline shares most words with the page's own titles, then the first.
    """
    nodes = page.json_ld_of_type(*ARTICLE_TYPES)
    if not nodes:
        return None
    if len(nodes) == 1:
        return nodes[0]
    urls = page_urls(page)
    titles = set(_words(" ".join(page.meta_values("og:title", "twitter:title") or [page.title_text()])))

    def agreement(node: dict[str, Any]) -> tuple[bool, float]:
        words = set(_words(next(strings(node.get("headline")), "")))
        return bool(_named(node) & urls), len(words & titles) / max(1, len(words))

    return max(nodes, key=agreement)  # max keeps the first of equals


def page_urls(page: ParsedPage) -> set[str]:
    """Every URL that the page calls its own, without a final slash: og:url, the fetched one, rel=canonical."""
    urls = {url.rstrip("/") for url in page.meta_values("og:url")} | {(page.url or "").rstrip("/")}
    links = (page.outline.attributes[at] for at in page.outline.named("link"))
    return (urls | {link.get("href", "").rstrip("/") for link in links if link.get("rel") == "canonical"}) - {""}


def names_page(node: dict[str, Any] | None, page: ParsedPage) -> bool:
    """The node carries this page's own URL: it is about nothing else."""
    return bool(_named(node or {}) & page_urls(page))


def _named(node: dict[str, Any]) -> set[str]:
    keys = ("url", "mainEntityOfPage", "@id")
    return {url.rstrip("/") for key in keys for url in strings(node.get(key), "@id", "url")}


def story_node(page: ParsedPage) -> dict[str, Any] | None:
    """The article node, else a recipe, video, review or event that the page is about."""
    node = article_node(page)
    if node is None:
        node = next(iter(page.json_ld_of_type(*STORY_TYPES)), None)
    return node


def page_types(page: ParsedPage) -> set[str]:
    """All `@type` names of the page's JSON-LD."""
    return {name for node in page.json_ld for name in types_of(node)}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
