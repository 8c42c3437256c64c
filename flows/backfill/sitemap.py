"""Publishers' sitemaps, the way: which there are, and page by page what they list of the days asked for."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.backfill.figures import Figures
from flows.ending import end_if_told
from flows.live.discover import list_workers
from flows.live.fetching import Fetching
from flows.live.net import Web
from flows.settings import Settings
from tasks.backfill.units import Unit
from tasks.backfill.windows import Child, Window, choose_children, may_belong
from tasks.errors import Deferred
from tasks.fetch.lists import MAX_ENTRIES
from tasks.fetch.outcome import Fetched
from tasks.fetch.wanted import DatedEntry
from tasks.listing import Opened, Read
from tasks.model import Listed
from tasks.pool import Failed, Workers
from tasks.registry import load_registry
from tasks.registry.choice import ChosenFeed
from tasks.url import redact, url_key
from warehouse.backfill import captured_pages, known_pages
from warehouse.fetch_state import Wanted
from warehouse.forgotten import tombstones

if TYPE_CHECKING:
    from flows.backfill.work import Work

MAX_DEPTH = 4  # of indexes below indexes
GUESSES = ("/sitemap.xml", "/sitemap_index.xml")  # where robots.txt names none
NEWS_DAYS = timedelta(days=3)  # a news sitemap lists two days (Google's rule); older days are not in it
AT_ONCE = 50  # publishers that are read side by side
LONG = 31  # days; a sitemap of more is looked into when the plan is made, for it may be an index of days

_LISTS = frozenset({"sitemap", "news_sitemap", "rss", "atom", "rdf", "json_feed"})


def sitemap_units(
    asked: Window, publishers: Sequence[str], feeds: Sequence[ChosenFeed], web: Web, settings: Settings
) -> tuple[list[Unit], list[str], list[str]]:
    """A unit for every sitemap that may list articles of these days; notes on publishers without one; and what
    could not be read, with the reason: below it there may be more."""
    units: dict[tuple[str, str], Unit] = {}
    notes: list[str] = []
    unread: list[str] = []
    with _Reader(web, settings) as reader:
        for publisher in publishers:
            end_if_told()
            before, unanswered = len(units), len(unread)
            for unit in _of_publisher(publisher, asked, feeds, web, reader, notes, unread):
                units.setdefault((publisher, url_key(unit.source) or unit.source), unit)
            if len(units) == before and len(unread) == unanswered:
                notes.append(f"{publisher}: no sitemap of these days was found")
    return sorted(units.values(), key=lambda one: (one.publisher or "", *one.window, one.source)), notes, unread


def _of_publisher(
    publisher: str,
    asked: Window,
    feeds: Sequence[ChosenFeed],
    web: Web,
    reader: "_Reader",
    notes: list[str],
    unread: list[str],
) -> Iterator[Unit]:
    """Roots, and below them by the dates in URLs; what must be looked into to know is asked for. What cannot
    be had now, or was named by the user and cannot be had, goes into `unread`; of guesses one, if none was answered."""
    before, has_answered = len(unread), False
    seen: set[str] = set()
    queue = deque((Child(url), 0) for url in _roots(publisher, asked, feeds, web))
    guessed = not queue
    if guessed:
        queue.extend((Child(origin + path), 0) for origin in _origins(publisher, feeds) for path in GUESSES)
    while queue:
        child, depth = queue.popleft()
        key = url_key(child.url) or child.url
        if key in seen:
            continue
        seen.add(key)
        days = child.window.last - child.window.first if child.window else None
        if depth > 0 and (days is None or days.days < LONG):
            window = child.window.within(asked) if child.window else asked
            yield Unit("sitemap", child.url, window, publisher, is_dated=child.window is not None)
            continue
        read = reader.read([child.url])[child.url]
        has_answered = has_answered or child.url not in reader.silent
        if isinstance(read, str):
            if child.url in reader.silent or child.url == publisher:
                unread.append(f"{publisher}: {read}")
            elif not guessed:
                notes.append(f"{publisher}: not read: {read}")
            continue
        if read.listing.kind == "sitemap_index":
            if depth < MAX_DEPTH:
                listed = [(e.entry.url, e.updated_at or e.published_at) for e in read.entries if e.entry.url]
                queue.extend((one, depth + 1) for one in choose_children(listed, asked))
        elif read.listing.kind in _LISTS:
            window = child.window.within(asked) if child.window else asked
            yield Unit("sitemap", child.url, window, publisher, is_dated=child.window is not None)
    if guessed:
        del unread[before + (not has_answered) :]


def _roots(publisher: str, asked: Window, feeds: Sequence[ChosenFeed], web: Web) -> list[str]:
    """The sitemaps that the registry or robots.txt names; of an address with a path, that address."""
    if publisher.startswith(("http://", "https://")) and urlsplit(publisher).path not in ("", "/"):
        return [publisher]
    today = datetime.now(UTC).date()
    is_recent = asked.last >= today - NEWS_DAYS
    kinds = ("sitemap", "news_sitemap") if is_recent else ("sitemap",)
    mine = [feed for feed in feeds if feed.publisher == publisher]
    found = [feed.url for feed in mine if feed.kind in kinds or (feed.kind == "feed" and "sitemap" in feed.url.lower())]
    for origin in _origins(publisher, feeds):
        found += web.sitemaps(origin)
        if found:
            break
    return list(dict.fromkeys(found))


def _origins(publisher: str, feeds: Sequence[ChosenFeed]) -> list[str]:
    """Where a publisher's robots.txt may be: at the hosts of its feeds, else at its domain."""
    if publisher.startswith(("http://", "https://")):
        parts = urlsplit(publisher)
        return [f"{parts.scheme}://{parts.netloc}"]
    of_feeds = [urlsplit(feed.url) for feed in feeds if feed.publisher == publisher]
    origins = [f"{parts.scheme}://{parts.netloc}" for parts in of_feeds if "***" not in parts.netloc]
    if ":" in publisher or publisher.replace(".", "").isdecimal():
        return [f"http://{publisher}"]
    return list(dict.fromkeys([*origins, f"https://www.{publisher}", f"https://{publisher}"]))


class _Reader:
    """Sitemaps from the web, read in killable processes. Use in a `with`."""

    def __init__(self, web: Web, settings: Settings) -> None:
        self._web, self._settings = web, settings
        self._workers: Workers[Opened, Read] | None = None
        self.silent: set[str] = set()  # lists that did not answer, and may later

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._workers is not None:
            self._workers.close(at_once=True)

    def read(self, urls: Iterable[str]) -> dict[str, Read | str]:
        """Each sitemap by its URL, with all its entries; or why there is none."""
        result: dict[str, Read | str] = {}
        waiting: list[Opened] = []
        for url, outcome in self._web.ask(urls):
            end_if_told()
            if isinstance(outcome, Fetched):
                kind = outcome.header("content-type")
                waiting.append(Opened(url, outcome.body, outcome.fetched_url, kind, outcome.fetched_at))
            else:
                result[url] = str(outcome)
                if isinstance(outcome, Deferred):
                    self.silent.add(url)
        while waiting:
            self._workers = self._workers or list_workers(self._settings)
            rest: list[Opened] = []
            for opened, read in self._workers.map(iter(waiting)):
                _take(opened, read, result, rest)
            waiting = rest
        return result


def _take(opened: Opened, read: Read | Failed, result: dict[str, Read | str], rest: list[Opened]) -> None:
    if isinstance(read, Failed):
        result[opened.source] = f"{read.reason}: {read.detail}"
        return
    if read.listing.kind in ("html", "unknown"):
        result[opened.source] = "no sitemap: " + "; ".join(p.detail or p.name for p in read.listing.problems)
        return
    earlier = result.get(opened.source)
    entries = (*earlier.entries, *read.entries) if isinstance(earlier, Read) else read.entries
    result[opened.source] = replace(read, entries=entries)
    if any(problem.name == "capped" for problem in read.listing.problems):
        rest.append(replace(opened, start=opened.start + MAX_ENTRIES))


@dataclass(slots=True)
class _Reading:
    """One unit under way."""

    unit: Unit
    figures: Figures
    pages: dict[str, Wanted] = field(default_factory=dict)  # by URL, redacted, as the other one
    problem: str | None = None  # why its list is not whole


def run(units: Sequence[Unit], work: "Work") -> None:
    """Wave by wave, one unit of each publisher in a wave: lists, then pages, then the ledger."""
    registry = load_registry(work.settings.seeds)
    zones = {one.publisher: known.zone for one in units if (known := registry.publisher_of(one.publisher or ""))}
    with _Reader(work.web, work.settings) as reader:
        for wave in _waves(units):
            end_if_told()
            work.let_the_schedule_go_first()
            secrets: dict[str, str] = {}
            readings = [_Reading(unit, Figures.begun()) for unit in wave]
            for reading in readings:
                _list(reading, reader, zones, secrets)
            _fetch(readings, work, secrets)


def _waves(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    queues: dict[str, deque[Unit]] = {}
    for unit in units:
        queues.setdefault(unit.publisher or "", deque()).append(unit)
    while queues:
        taken = list(queues)[:AT_ONCE]
        yield [queues[publisher].popleft() for publisher in taken]
        queues = {publisher: queue for publisher, queue in queues.items() if queue}


def _list(
    reading: _Reading, reader: _Reader, zones: Mapping[str | None, tzinfo | None], secrets: dict[str, str]
) -> None:
    """The pages of a unit's days: of its sitemap, and of those below it where it is an index."""
    unit, seen = reading.unit, {url_key(reading.unit.source)}
    level = [unit.source]
    for _ in range(MAX_DEPTH):
        below: list[str] = []
        for url, found in reader.read(level).items():
            if not isinstance(found, Read):
                reading.problem = f"{redact(url)}: {found}"
            elif found.listing.kind == "sitemap_index":
                listed = [(e.entry.url, e.updated_at or e.published_at) for e in found.entries if e.entry.url]
                below += [one.url for one in choose_children(listed, unit.window)]
            else:
                for entry in found.entries:
                    _choose(entry, url, reading, zones, secrets)
        level = [url for url in dict.fromkeys(below) if url_key(url) not in seen]
        seen |= {url_key(url) for url in level}
        if not level:
            return


def _choose(
    listed: DatedEntry,
    list_url: str,
    reading: _Reading,
    zones: Mapping[str | None, tzinfo | None],
    secrets: dict[str, str],
) -> None:
    entry, unit = listed.entry, reading.unit
    reading.figures.listed += 1
    belongs = entry.url is not None and may_belong(
        unit.window,
        entry.url,
        listed.published_at,
        listed.updated_at,
        zone=zones.get(unit.publisher),
        is_dated_list=unit.is_dated,
    )
    if not belongs or entry.url is None:
        reading.figures.outside += 1
        return
    shown = redact(entry.url)
    if shown != entry.url:
        secrets[shown] = entry.url
    said = Listed(redact(list_url), datetime.now(UTC), entry.title, entry.published_raw, entry.updated_raw)
    reading.pages.setdefault(shown, Wanted(shown, "sitemap", said))


def _fetch(readings: Sequence[_Reading], work: "Work", secrets: dict[str, str]) -> None:
    """The pages that are not here yet, and the end of these units."""
    place = work.settings.place
    pages = {url: one for reading in readings for url, one in reading.pages.items()}
    here = captured_pages(place, list(pages), days=work.scope.days)
    if work.request.only_missing:
        here |= known_pages(place, pages)
    graves = tombstones(place)
    wanted = [one for url, one in pages.items() if url not in here and not graves.cover(url)]
    if wanted:
        fetching = Fetching(wanted, work.web, work.settings, work.run_id, secrets=secrets, scope=work.scope)
        with closing(fetching):
            work.fetch(fetching)
    asked = [one.url for one in wanted]
    got = captured_pages(place, asked, days=work.scope.days)
    for reading in readings:
        mine = [url for url in asked if url in reading.pages]
        figures = reading.figures
        figures.known = sum(url in here for url in reading.pages)
        figures.captured = sum(url in got for url in mine)
        figures.deferred = len(mine) - figures.captured
        if reading.problem is not None:
            work.incomplete(reading.unit, figures, reading.problem, is_unlisted=True)
        elif figures.deferred:
            work.incomplete(reading.unit, figures, f"{figures.deferred:,} pages could not be had")
        else:
            work.end(reading.unit, figures)
