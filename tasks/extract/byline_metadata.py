"""Who signed the page by its metadata: author strings and credits of JSON-LD and meta tags, raw."""

import re
from collections.abc import Iterator
from typing import Any

from tasks.extract.parsed import ParsedPage, types_of
from tasks.extract.schema import article_node
from tasks.model import Evidence

MAX_RAW = 300  # characters of one author string; longer ones are biographies
MAX_AUTHORS = 60  # of a list in JSON-LD
OWN_SITE = "author[Person].name of the publisher"  # `where` of a person who publishes the site
_PERSON_ID = "/schema/person/"  # in the `@id` of a person whom a widespread SEO plugin makes the site's publisher

# schema.org/Article and its subtypes, besides what ends in "Article"; the weak ones only where there is no other.
ARTICLE_TYPES = {"BlogPosting", "SocialMediaPosting", "DiscussionForumPosting", "LiveBlogPosting", "Report", "Review",
                 "Recipe", "TechArticle", "CriticReview", "PodcastEpisode"}  # fmt: skip
WEAK_TYPES = {"WebPage", "CreativeWork", "VideoObject", "NewsVideoObject", "ItemPage", "Book"}

AUTHOR_META = ("author", "authors", "article:author", "article:author_name", "og:article:author", "og:author",
               "parsely-author", "sailthru.author", "sailthru.byline_name", "byl", "byline", "dc.creator", "dc:creator",
               "dcterms.creator", "cxenseparse:author", "cxenseparse:recs:author", "vr:author", "lp.article:author",
               "dable:author", "mrf:authors", "cse_author", "citation_author", "shareaholic:article_author_name",
               "twitter:misc:written by", "article.author", "article_author", "author_name", "authorname",
               "twitter:author")  # fmt: skip
CREDIT_META = ("source", "news_source", "article:source", "dc.source", "dc.rights", "agency", "article:agency",
               "copyright", "syndication-source", "original-source", "publisher", "dc.publisher", "provider",
               "cxenseparse:source", "rights")  # fmt: skip
# Labels of twitter:label1/twitter:data1 pairs (written by a widespread SEO plugin) that announce an author.
WRITTEN_BY = re.compile(
    r"(?i)\b(?:written|author|by|verfasst|geschrieben|autor|écrit|rédigé|par|escrito|por|scritto|autore|geschreven|"
    r"skrevet|skrivet|skriven|napisan\w+|napsal|kirjoitt\w+|yazan|yazar|penulis|ditulis|оавтор|автор|написано)\b"
    r"|[作著]者|執筆|글쓴이|작성자|کاتب|מאת|نوشته|كتب"
)

_SPACES = re.compile(r"\s+")


# --- JSON-LD -------------------------------------------------------------------------------------------------------


def json_ld_authors(page: ParsedPage) -> Iterator[Evidence]:
    by_id = {node["@id"]: node for node in page.json_ld if isinstance(node.get("@id"), str) and "name" in node}
    nodes = _article_nodes(page)
    is_owner = any(_is_person(node.get("publisher"), by_id) for node in nodes)
    for node in nodes:
        for key in ("author", "creator"):
            names = list(_names(node.get(key), key, by_id, depth=0))
            for one in names:
                yield Evidence(one.raw, one.source, OWN_SITE) if is_owner and "[Person]" in one.where else one
            if names:
                break


def _is_person(publisher: Any, by_id: dict[str, dict[str, Any]]) -> bool:
    """Whether a site is published by a person: then its name is theirs, and no outlet's."""
    if not isinstance(publisher, dict):
        return False
    name = publisher.get("@id")
    known = by_id.get(name, publisher) if isinstance(name, str) else publisher
    return "Person" in types_of(known) or (isinstance(name, str) and _PERSON_ID in name)


def _article_nodes(page: ParsedPage) -> list[dict[str, Any]]:
    """The nodes that describe this page and name an author: the article's own, else the first, and its doubles."""
    own = article_node(page)
    nodes = [n for n in page.json_ld if n is own or _is_article(n, ARTICLE_TYPES)]
    nodes = nodes or [n for n in page.json_ld if _is_article(n, WEAK_TYPES)]
    signed = [n for n in nodes if n.get("author") or n.get("creator")]
    if not signed:
        return [own] if own else nodes[:1]
    first = own if own is not None and own in signed else signed[0]
    headline = first.get("headline")
    return [first, *(n for n in signed if n is not first and headline and n.get("headline") == headline)]


def _is_article(node: dict[str, Any], types: set[str]) -> bool:
    return any(t in types or (types is ARTICLE_TYPES and t.endswith("Article")) for t in types_of(node))


def _names(value: Any, key: str, by_id: dict[str, dict[str, Any]], depth: int) -> Iterator[Evidence]:
    """Names of an author value: a string, an object, a reference by `@id`, or a list of these."""
    if depth > 4:
        return
    if isinstance(value, list):
        for child in value[:MAX_AUTHORS]:
            yield from _names(child, key, by_id, depth + 1)
    elif isinstance(value, str):
        yield Evidence(one_line(value), "json-ld", key)
    elif isinstance(value, dict):
        if "name" not in value and isinstance(value.get("@id"), str):
            value = by_id.get(value["@id"], value)
        kind = next(iter(types_of(value)), "")
        name = value.get("name")
        if not name and (value.get("givenName") or value.get("familyName")):
            name = f"{value.get('givenName') or ''} {value.get('familyName') or ''}"
        for one in name if isinstance(name, list) else [name]:
            if isinstance(one, str):
                yield Evidence(one_line(one), "json-ld", f"{key}[{kind}].name")


def metadata_credits(page: ParsedPage) -> Iterator[Evidence]:
    for node in _article_nodes(page):
        for key in ("sourceOrganization", "provider", "copyrightHolder", "publisher", "isBasedOn"):
            for evidence in _names(node.get(key), key, {}, depth=0):
                if not evidence.raw.startswith("http"):
                    yield evidence
    for name in CREDIT_META:
        for content in page.meta_values(name):
            yield Evidence(one_line(content), "meta", name)


# --- meta ----------------------------------------------------------------------------------------------------------


def meta_authors(page: ParsedPage) -> Iterator[Evidence]:
    for name in AUTHOR_META:
        for content in page.meta_values(name):
            yield Evidence(one_line(content), "meta", name)
    for number in "12":
        labels, values = page.meta_values(f"twitter:label{number}"), page.meta_values(f"twitter:data{number}")
        if labels and values and WRITTEN_BY.search(labels[0]):
            yield Evidence(one_line(values[0]), "meta", f"twitter:data{number}")


def one_line(raw: str) -> str:
    return _SPACES.sub(" ", raw[: 2 * MAX_RAW]).strip()[:MAX_RAW]
