"""The whole step from a capture to an article: extract, then normalise. Runs in the pool's processes."""

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo

from tasks.dedupe.normal import text_hash
from tasks.dedupe.shingles import sampled
from tasks.errors import Rejected
from tasks.extract import extract_article
from tasks.extract.extractors import reason_of
from tasks.model import Article, Capture, DateEvidence, Evidence, Page, Rejection
from tasks.normalise.agency import agencies
from tasks.normalise.byline import authors
from tasks.normalise.dateline import dateline
from tasks.normalise.dates import explain, published_and_updated
from tasks.normalise.language import language
from tasks.normalise.publisher import Source, publisher
from tasks.normalise.rights import reserved
from tasks.normalise.words import word_count
from tasks.registry import Registry, load_registry
from tasks.url import canonical_url, host_of, redact, url_key

# Models and tables (languages, month names) load at their first use: no page of a run has to wait for them.
_WARM_UP = (
    b"<html><head><title>A bridge opens</title></head><body><article><h1>A bridge opens</h1><p>By Ada Example</p>"
    b"<p>Published 3 March 2026, 14:05</p>" + b"<p>The bridge over the river was opened to walkers today.</p>" * 5
) + b"</article></body></html>"

# New objects between two collections; Python's 700 are a tenth of a page. Almost all are freed without a collector:
# measured, a page takes 6% less time, and the process 7 MB more.
COLLECT_AFTER = 20_000

# How fields are decided of which no evidence is kept; printed by `presshouse why --evidence`.
SECTION_ORDER = "the first of article:section, JSON-LD articleSection, a section meta tag, the last breadcrumb"
ACCESS_RULE = "by what the page declares, wall markup, lines that say it goes on for payers, and the length of the text"

_registry: list[Registry] = []  # of this process; set once by `prepare`


class _Surroundings(TypedDict):
    """What dates are read by, besides the evidence."""

    zone: ZoneInfo | None
    country: str | None
    languages: Sequence[str]
    abbreviations: Mapping[tuple[str, str], int]
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Explained:
    """One field: what it became, and everything that was found for it."""

    field: str
    value: object
    found: Sequence[Mapping[str, str]]


def prepare(seeds: Path) -> None:
    """Make a pool's process ready: everything that is slow to load is loaded before the first page."""
    _registry[:] = [load_registry(seeds)]
    make_article(Capture("file:///warm-up.html", datetime.now(UTC), "file", "", 0, "text/html", _WARM_UP), _registry[0])
    # What is loaded now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])


def article_or_rejection(capture: Capture) -> Article | Rejection:
    """The call that the pool makes. What a page did wrong becomes a rejection; anything else is an error of ours."""
    try:
        return make_article(capture, _registry[0])
    except Rejected as error:
        return Rejection(
            fetched_url=capture.fetched_url,
            reason=error.reason,
            detail=error.detail,
            seen_at=datetime.now(UTC),
            via=capture.via,
            capture_file=capture.capture_file,
            capture_offset=capture.capture_offset,
        )


def make_article(capture: Capture, registry: Registry) -> Article:
    """Extract and normalise one capture. Raises Rejected with a key of `tasks.model.REASONS`."""
    page = extract_article(capture)
    url = canonical_url(capture.page_url, page.canonicals, site_of=registry.site_of)
    source = _source(capture, page, url, registry)
    spoken = language(page.text, [e.raw for e in page.languages] + list(source.languages))
    surroundings = _surroundings(capture, source, registry)
    first, last = published_and_updated((*page.dates, *_listed_dates(capture)), **surroundings)
    keys = [key for one in (url, capture.answered_url, capture.fetched_url) if one and (key := url_key(one))]
    rights = tuple(dict.fromkeys((*page.rights, *capture.rights)))
    return Article(
        fetched_url=capture.fetched_url,
        url=url,
        url_keys=tuple(dict.fromkeys(keys)),
        text_hash=text_hash(page.text),
        publisher=source.domain,
        publisher_name=source.name,
        country=source.country,
        language=spoken,
        title=page.title,
        description=page.description,
        text=page.text,
        authors=_authors(page, capture.page_url, source, registry, spoken),
        agencies=agencies(page.credits, page.bylines, registry.agencies),
        keywords=page.keywords,
        dateline=dateline(page.text, page.credits, registry.agencies, spoken),
        section=page.section,
        image_url=page.image_url,
        published=first,
        updated=last,
        captured_at=capture.captured_at,
        word_count=word_count(page.text),
        access="partial" if capture.truncated and page.access == "full" else page.access,
        rights_reserved=reserved(rights),
        via=capture.via,
        language_declared=page.languages[0].raw if page.languages else None,
        extractor=page.extractor,
        capture_file=capture.capture_file,
        capture_offset=capture.capture_offset,
        rights=tuple(f"{e.where}: {e.raw}" for e in rights),
        discovered_at=capture.listed.discovered_at if capture.listed else None,
        shingles=sampled(page.text),
    )


def explain_article(capture: Capture, registry: Registry) -> list[Explained]:
    """For each field that was decided: what was found, where, and what it became. Raises Rejected as `make_article`."""
    page = extract_article(capture)
    article = make_article(capture, registry)
    source = _source(capture, page, article.url, registry)
    dates = explain((*page.dates, *_listed_dates(capture)), **_surroundings(capture, source, registry))
    return [
        Explained("url", article.url, _spelled(page.canonicals)),
        Explained("publisher", article.publisher, _spelled(page.sites)),
        Explained("publisher_name", article.publisher_name, _spelled(page.sites)),
        Explained("language", article.language, _spelled(page.languages)),
        Explained("title", article.title, _spelled(page.titles)),
        Explained("description", article.description, _spelled(page.descriptions)),
        Explained("authors", list(article.authors), _spelled(page.bylines)),
        Explained("agencies", list(article.agencies), _agencies_named(page, registry)),
        Explained("dateline", article.dateline, _spelled(e for e in page.credits if e.where == "head")),
        Explained("section", article.section, [{"decided": SECTION_ORDER}]),
        Explained("text", f"{article.word_count} words", _how_read(article.extractor)),
        Explained("access", article.access, [{"decided": ACCESS_RULE}]),
        Explained("published_at", article.published.at, dates),
        Explained("updated_at", article.updated.at, dates),
        Explained("rights_reserved", article.rights_reserved, _spelled((*page.rights, *capture.rights))),
    ]


def _listed_dates(capture: Capture) -> list[DateEvidence]:
    """What the feed or sitemap said of the page's dates."""
    listed = capture.listed
    if listed is None:
        return []
    source = "sitemap" if capture.via == "sitemap" else "feed"
    said: list[DateEvidence] = []
    if listed.published_raw:
        said.append(DateEvidence(listed.published_raw, source, "published", "published"))
    if listed.updated_raw:
        said.append(DateEvidence(listed.updated_raw, source, "updated", "updated"))
    return said


def _agencies_named(page: Page, registry: Registry) -> list[Mapping[str, str]]:
    """Each credit and byline, and the agencies that it names by itself."""
    rows: list[Mapping[str, str]] = []
    for e in dict.fromkeys((*page.credits, *page.bylines)):
        named = agencies([e], [e], registry.agencies)
        rows.append({"source": e.source, "where": e.where, "raw": e.raw, "verdict": ", ".join(named)})
    return rows


def _how_read(extractor: str) -> list[Mapping[str, str]]:
    return [{"extractor": extractor, "decided": reason_of(extractor)}]


def _spelled(found: Iterable[Evidence]) -> list[Mapping[str, str]]:
    return [{"source": e.source, "where": e.where, "raw": redact(e.raw)} for e in found]


def _source(capture: Capture, page: Page, url: str | None, registry: Registry) -> Source:
    declared = next((e.raw for e in page.sites if e.source == "record"), None)
    return publisher(capture.page_url, url, page.sites, registry, declared=declared)


def _surroundings(capture: Capture, source: Source, registry: Registry) -> _Surroundings:
    return {
        "zone": source.zone,
        "country": source.country,
        "languages": source.languages,
        "abbreviations": registry.timezone_abbreviations,
        "captured_at": capture.captured_at,
    }


def _authors(page: Page, page_url: str, source: Source, registry: Registry, spoken: str | None) -> tuple[str, ...]:
    names = [e.raw for e in page.sites if e.where not in ("boilerplate", "copyright")]
    names += [name for name in (source.name, source.domain, host_of(page_url)) if name]
    return authors(
        page.bylines,
        site_names=names,
        registry_names=_organisations(registry),
        language=spoken,
        text=page.text,
    )


@lru_cache(maxsize=2)
def _organisations(registry: Registry) -> tuple[str, ...]:
    """Names of publishers and agencies: none of them is a person."""
    outlets = [name for p in registry.publishers for name in (p.name, *p.names)]
    wires = [name for a in registry.agencies for name in (a.name, a.full_name, *a.aliases)]
    return tuple(dict.fromkeys(outlets + wires))
