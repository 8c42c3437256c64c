"""What a page says about itself beside text, title, dates and people: evidence, and fields that are plain choices."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from tasks.extract.parsed import ParsedPage
from tasks.extract.schema import ARTICLE_TYPES, clean, strings
from tasks.model import Evidence

MAX_DESCRIPTION = 1_500  # characters; longer "descriptions" are the article
MAX_DESCRIPTIONS = 10  # elements with one, of one page
MAX_KEYWORDS = 50
MAX_LABEL = 80  # characters of a keyword or section; longer ones are sentences

_COPYRIGHT = re.compile(r"(?:©|&copy;|\(c\)|copyright)[^\n]{0,120}", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8}){0,3}$")
_SPLIT_KEYWORDS = re.compile(r"\s*[,;،、，；|]\s*")


def descriptions(page: ParsedPage, node: dict[str, Any] | None) -> tuple[Evidence, ...]:
    """Standfirst candidates, the page's own summary first."""
    found = [Evidence(text, "json-ld", "description") for text in strings((node or {}).get("description"))]
    for name in ("og:description", "description", "twitter:description", "dc.description", "sailthru.description"):
        found += [Evidence(text, "meta", name) for value in page.meta_values(name) if (text := clean(value))]
    found += [Evidence(text, "microdata", "description") for text in _microdata_descriptions(page)]
    return tuple(one for one in _unique(found) if len(one.raw) <= MAX_DESCRIPTION)


def _microdata_descriptions(page: ParsedPage) -> Iterator[str]:
    """Visible `itemprop=description` of an article: not of its pictures, nor of a list of others."""
    outline = page.outline
    for at in outline.with_property("description")[:MAX_DESCRIPTIONS]:
        around = (outline.attributes[above] for above in outline.ancestors(at))
        scope = next((attributes for attributes in around if "itemscope" in attributes), {})
        kind = scope.get("itemtype", "").rstrip("/").rsplit("/", 1)[-1]
        text = clean(outline.line(at))
        if kind in ARTICLE_TYPES and text and not text.endswith(("...", "…")):  # those repeat the first paragraph
            yield text
            return


def section(page: ParsedPage, node: dict[str, Any] | None) -> str | None:
    """The desk or rubric: `article:section`, JSON-LD, a section meta tag, else the last step of the breadcrumbs."""
    candidates: list[str | None] = [clean(value) for value in page.meta_values("article:section")]
    candidates += list(strings((node or {}).get("articleSection")))
    candidates += [
        clean(value)
        for value in page.meta_values(
            "og:article:section", "parsely-section", "section", "cxenseparse:section", "articlesection"
        )
    ]
    candidates += _breadcrumbs(page)[-1:]
    return next((one for one in candidates if one and len(one) <= MAX_LABEL and not one.startswith("http")), None)


def _breadcrumbs(page: ParsedPage) -> list[str]:
    """Names of the JSON-LD breadcrumb steps between the front page and the article itself."""
    for trail in page.json_ld_of_type("BreadcrumbList"):
        steps = trail.get("itemListElement")
        if not isinstance(steps, list):
            continue
        names = [next(strings(step, "name", "item"), "") for step in steps[:20]]
        return [name for name in names[1:-1] if name]
    return []


def keywords(page: ParsedPage, node: dict[str, Any] | None) -> tuple[str, ...]:
    """Keywords as the page gives them, from the first place that has some."""
    from_node = list(strings((node or {}).get("keywords"), "name"))
    news = page.meta_values("news_keywords")
    places: tuple[list[str], ...] = (
        from_node,
        news,
        page.meta_values("article:tag"),
        page.meta_values("keywords"),
        page.meta_values("parsely-tags", "sailthru.tags"),
    )
    for place in places:
        words = [clean(word) for value in place for word in _split(value, single=len(place) == 1 or place is from_node)]
        kept = tuple(dict.fromkeys(word for word in words if word and len(word) <= MAX_LABEL))
        if kept:
            return kept[:MAX_KEYWORDS]
    return ()


def _split(value: str, *, single: bool) -> list[str]:
    """One value that lists several keywords is split; one of several values is a keyword as it stands."""
    return _SPLIT_KEYWORDS.split(value) if single else [value]


def image_url(page: ParsedPage, node: dict[str, Any] | None) -> str | None:
    """The article's picture, absolute: og:image, else JSON-LD, else twitter:image."""
    candidates = page.meta_values("og:image:secure_url", "og:image", "og:image:url")
    candidates += list(strings((node or {}).get("image"), "url", "contentUrl", "@id"))
    candidates += page.meta_values("twitter:image", "twitter:image:src")
    return next((url for value in candidates if (url := absolute(value, page.url))), None)


def canonicals(page: ParsedPage, node: dict[str, Any] | None) -> tuple[Evidence, ...]:
    """What the page names as its URL, absolute: rel=canonical, og:url, JSON-LD url and mainEntityOfPage."""
    found: list[tuple[str | None, str, str]] = []
    for link in (page.outline.attributes[at] for at in page.outline.named("link")):
        if "canonical" in link.get("rel", "").lower().split():
            found.append((link.get("href"), "link", "canonical"))
    found += [(value, "meta", "og:url") for value in page.meta_values("og:url")]
    for key in ("url", "mainEntityOfPage", "@id"):
        found += [(value, "json-ld", key) for value in strings((node or {}).get(key), "@id", "url")]
    return _unique(Evidence(url, source, where) for value, source, where in found if (url := absolute(value, page.url)))


def absolute(value: str | None, base: str | None) -> str | None:
    """An absolute http(s) URL, None for anything else."""
    cleaned = clean(value)
    if not cleaned or len(cleaned) > 4_000 or cleaned.startswith(("data:", "javascript:", "#")):
        return None
    try:
        url = urljoin(base or "", cleaned)
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and " " not in parts.netloc else None


def sites(page: ParsedPage, node: dict[str, Any] | None) -> tuple[Evidence, ...]:
    """Names under which the publisher appears: og:site_name, application name, JSON-LD publisher, copyright."""
    found: list[Evidence] = []
    for name in ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher", "copyright"):
        found += [Evidence(text, "meta", name) for value in page.meta_values(name) if (text := clean(value))]
    publisher = (node or {}).get("publisher")
    found += [Evidence(text, "json-ld", "publisher.name") for text in strings(publisher, "name")]
    if isinstance(publisher, dict):
        found += [Evidence(url, "json-ld", "publisher.url") for url in strings(publisher.get("url"), "@id")]
    for other in page.json_ld_of_type("Organization", "NewsMediaOrganization", "WebSite"):
        found += [Evidence(text, "json-ld", "organization.name") for text in strings(other.get("name"))]
    for footer in page.outline.named("footer"):
        if match := _COPYRIGHT.search(page.outline.line(footer)[:5_000]):
            found.append(Evidence(match[0].strip(), "html", "footer"))
    return tuple(one for one in _unique(found) if len(one.raw) <= 300)


def languages(
    page: ParsedPage, node: dict[str, Any] | None, headers: Sequence[tuple[str, str]]
) -> tuple[Evidence, ...]:
    """Declared languages, most telling first; only well-formed tags."""
    found: list[tuple[str | None, str, str]] = []
    for name in ("lang", "xml:lang", "{http://www.w3.org/XML/1998/namespace}lang"):
        found.append((page.outline.attributes[0].get(name), "html", "lang"))
    found += [
        (value, "json-ld", "inLanguage") for value in strings((node or {}).get("inLanguage"), "alternateName", "name")
    ]
    for name in ("og:locale", "content-language", "language", "dc.language", "inlanguage"):
        found += [(value, "meta", name) for value in page.meta_values(name)]
    found += [(value, "header", "content-language") for key, value in headers if key == "content-language"]
    cleaned = (
        Evidence(tag.replace("_", "-"), source, where)
        for value, source, where in found
        if value and _LANGUAGE.match(tag := value.split(",")[0].strip())
    )
    return _unique(cleaned)


def _unique(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(_first_of_each(found))


def _first_of_each(found: Iterable[Evidence]) -> Iterator[Evidence]:
    seen: set[tuple[str, str, str]] = set()
    for one in found:
        key = (one.raw, one.source, one.where)
        if key not in seen:
            seen.add(key)
            yield one
