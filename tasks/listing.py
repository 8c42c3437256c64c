"""The bytes of a feed or sitemap -> its entries with their dates read. Runs in a killable process."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasks.fetch.autodiscovery import LinkedList, autodiscover
from tasks.fetch.lists import parse_list
from tasks.fetch.wanted import DatedEntry
from tasks.model import DateEvidence, Entry, Listing, Published
from tasks.normalise.dates import published, updated
from tasks.registry import Registry, load_registry
from tasks.url import host_of

LIST_SECONDS = 8.0  # for one source; honest ones need under two
PRELOAD = ("tasks.listing",)

_registry: list[Registry] = []  # of this process; set once by `prepare`


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes of a source, and where they came from when that is known."""

    source: str  # the argument as given
    body: bytes
    url: str | None = None
    content_type: str | None = None
    read_at: datetime | None = None  # aware; None: not known, then dates are read as of now
    start: int = 0  # entries to leave out, where an earlier reading of a long list ended


@dataclass(frozen=True, slots=True)
class Read:
    """What a source lists; of an HTML page, what it links to."""

    listing: Listing  # without its entries
    entries: tuple[DatedEntry, ...]
    links: tuple[LinkedList, ...] = ()


def prepare(seeds: Path) -> None:
    """Make a worker ready: dates are read by the zone and the habits of the publisher."""
    _registry[:] = [load_registry(seeds)]


def read_list(opened: Opened) -> Read:
    """The call that the pool makes; whatever the bytes are, something comes back."""
    return dated_list(opened, _registry[0])


def dated_list(opened: Opened, registry: Registry) -> Read:
    """As `read_list`, with the registry passed in."""
    parsed = parse_list(opened.body, url=opened.url, content_type=opened.content_type, start=opened.start)
    read_dates = _Dates(parsed, registry, opened.read_at or datetime.now(UTC))
    entries = tuple(DatedEntry(entry, *read_dates(entry)) for entry in parsed.entries)
    links = autodiscover(opened.body, opened.url, opened.content_type) if parsed.kind == "html" else ()
    return Read(replace(parsed, entries=()), entries, links)


class _Dates:
    """When an entry was published and changed, by what it says alone: a change is no publication."""

    def __init__(self, listing: Listing, registry: Registry, now: datetime) -> None:
        self._source = "sitemap" if "sitemap" in listing.kind else "feed"
        self._home = host_of(listing.home_url) if listing.home_url else None
        self._registry, self._now = registry, now

    def __call__(self, entry: Entry) -> tuple[datetime | None, datetime | None]:
        if not entry.published_raw and not entry.updated_raw:
            return None, None
        host = host_of(entry.url) if entry.url else self._home
        publisher = self._registry.publisher_of(host) if host else None
        surroundings: dict[str, Any] = {
            "zone": publisher.zone if publisher else None,
            "country": publisher.country if publisher else None,
            "languages": publisher.languages if publisher else (entry.language,) if entry.language else (),
            "abbreviations": self._registry.timezone_abbreviations,
            "captured_at": self._now,
        }
        evidence: list[DateEvidence] = []
        if entry.published_raw:
            evidence.append(DateEvidence(entry.published_raw, self._source, "published", "published"))
        first = published(evidence, **surroundings) if evidence else Published()
        if entry.updated_raw:
            evidence.append(DateEvidence(entry.updated_raw, self._source, "updated", "updated"))
            return first.at, updated(evidence, first=first, **surroundings).at
        return first.at, None
