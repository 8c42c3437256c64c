"""`presshouse discover`: the entries that feeds and sitemaps list. Follows nothing, stores nothing."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.archive.regular import open_regular, shown
from tasks.errors import PresshouseError, Rejected
from tasks.model import LIST_PROBLEMS, Entry, Listing, ListProblem
from tasks.pool import Failed, Workers
from tasks.url import host_of, redact

if TYPE_CHECKING:
    from flows.settings import Settings
    from tasks.registry import Registry

MAX_PROCESSES = 2  # lists are read in milliseconds; more processes would cost more than they save
SHOWN_LINKS = 3  # feeds of an HTML page that the line about it names
TITLE_WIDTH = 80  # characters, in the lines for people
SAID = frozenset(LIST_PROBLEMS) - {"malformed"}  # what was read leniently is read

_URL = re.compile(r"https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes of a source, and where they came from when that is known."""

    source: str  # the argument as given
    body: bytes
    url: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a source lists, as rows of the contract, and what is to be said about it."""

    kind: str
    title: str | None
    rows: tuple[dict[str, Any], ...]
    faults: tuple[str, ...]


Read = Callable[[str], Opened]


def read_source(source: str) -> Opened:
    """The bytes of a local file. Raises Rejected with why there are none; never blocks on a FIFO or device."""
    from tasks.fetch.list_text import MAX_LIST_BYTES

    if _URL.match(source):
        raise Rejected("unreadable", "fetching from the network comes with the client; save it and name the file")
    with open_regular(Path(source)) as file:
        parts: list[bytes] = []
        room = MAX_LIST_BYTES + 1
        while room > 0 and (part := file.read(min(room, 1 << 20))):
            parts.append(part)
            room -= len(part)
    return Opened(source, b"".join(parts))


def discover(sources: Sequence[str], settings: "Settings", *, as_json: bool, read: Read = read_source) -> int:
    """Print the entries of each source; a line on standard error for each that is no list, cut or not there.

    Returns the exit status: 1 when no source could be opened, else 0.
    """
    reading = _Reading(read)
    workers: Workers[Opened, Discovered] = Workers(
        discovered,
        count=min(MAX_PROCESSES, settings.worker_count, max(len(sources), 1)),
        prepare=prepare,
        prepare_arguments=(settings.seeds,),
        preload=("tasks.fetch.lists", "tasks.fetch.autodiscovery", "tasks.normalise.dates"),
        seconds=LIST_SECONDS,
        size=lambda opened: len(opened.body),
    )
    try:
        for opened, found in workers.map(reading.opened(sources)):
            if isinstance(found, Failed):
                _complain(opened.source, found.detail)
                continue
            _print(opened.source, found, as_json=as_json)
            if found.faults:
                _complain(opened.source, "; ".join(found.faults))
    finally:
        workers.close(at_once=True)
    return 0 if reading.count else 1


class _Reading:
    """Opens the sources one after the other, as the workers ask for them."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.count = 0

    def opened(self, sources: Iterable[str]) -> Iterator[Opened]:
        for source in sources:
            try:
                opened = self._read(source)
            except Rejected as error:
                _complain(source, error.detail or error.reason)
            except PresshouseError as error:  # deferred: the network, later
                _complain(source, str(error))
            else:
                self.count += 1
                yield opened


def _complain(source: str, what: str) -> None:
    sys.stdout.flush()
    print(f"presshouse: {shown(redact(source))}: {what}", file=sys.stderr)


def _print(source: str, found: Discovered, *, as_json: bool) -> None:
    if as_json:
        name = os.fsencode(source).decode("utf-8", "backslashreplace")
        for row in found.rows:
            print(json.dumps({"source": name} | row, ensure_ascii=False))
        return
    if found.kind in ("html", "unknown"):
        return
    print(f"{shown(source)}: {found.kind.replace('_', ' ')}, {len(found.rows):,} entries" + _quoted(found.title))
    for row in found.rows:
        day = (row["published_at"] or row["updated_at"] or "")[:16].replace("T", " ")
        title, where = (row["title"] or "")[:TITLE_WIDTH], row["url"] or f"({row['problem']})"
        print(f"  {day:16}  {title:{TITLE_WIDTH}}  {where}")


def _quoted(title: str | None) -> str:
    return f": {title[:TITLE_WIDTH]}" if title else ""


# ---- in the worker ----

LIST_SECONDS = 8.0  # for one source; honest ones need under two
_registry: "list[Registry]" = []  # of this process; set once by `prepare`


def prepare(seeds: Path) -> None:
    """Make a worker ready: dates are read by the zone and the habits of the publisher."""
    from tasks.registry import load_registry

    _registry[:] = [load_registry(seeds)]


def discovered(opened: Opened) -> Discovered:
    """The call that the pool makes."""
    from tasks.fetch.lists import parse_list

    listing = parse_list(opened.body, url=opened.url, content_type=opened.content_type)
    read_dates = _Dates(listing, _registry[0], datetime.now(UTC))
    rows = tuple(_row(entry, read_dates) for entry in listing.entries)
    faults = [_sentence(problem) for problem in listing.problems if problem.name in SAID]
    if listing.kind == "html" and faults:
        faults[-1] += _links(opened)
    return Discovered(listing.kind, listing.title, rows, tuple(faults))


def _sentence(problem: ListProblem) -> str:
    detail = f" ({problem.detail})" if problem.detail else ""
    return f"{LIST_PROBLEMS[problem.name]}{detail}"


def _links(opened: Opened) -> str:
    from tasks.fetch.autodiscovery import autodiscover

    found = [redact(one.url) for one in autodiscover(opened.body, opened.url, opened.content_type)]
    return f"; it links to {', '.join(found[:SHOWN_LINKS])}" if found else ""


def _row(entry: Entry, read_dates: "_Dates") -> dict[str, Any]:
    published_at, updated_at = read_dates(entry)
    row = {
        "url": redact(entry.url) if entry.url else None,
        "title": entry.title,
        "published_at": published_at.isoformat() if published_at else None,
        "updated_at": updated_at.isoformat() if updated_at else None,
        "guid": redact(entry.guid) if entry.guid else None,
        "language": entry.language,
    }
    return row | ({"problem": entry.problem} if entry.problem else {})


class _Dates:
    """When an entry was published and changed, by what it says alone: a change is no publication."""

    def __init__(self, listing: Listing, registry: "Registry", now: datetime) -> None:
        self._source = "sitemap" if "sitemap" in listing.kind else "feed"
        self._home = host_of(listing.home_url) if listing.home_url else None
        self._registry, self._now = registry, now

    def __call__(self, entry: Entry) -> tuple[datetime | None, datetime | None]:
        from tasks.model import DateEvidence, Published
        from tasks.normalise.dates import published, updated

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
