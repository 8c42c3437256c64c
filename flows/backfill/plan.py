"""The plan of a backfill: its units, which are done, and what the rest will cost. Asks for lists, stores nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.backfill.ccnews import file_bytes, list_files
from flows.backfill.local import archive_units, path_units
from flows.backfill.request import Request
from flows.backfill.service import CCNEWS_FACTOR, WAYBACK_FACTOR, Service
from flows.backfill.sitemap import sitemap_units
from flows.live.net import Web
from flows.program import PROGRAM
from flows.settings import Settings
from flows.sources import known_feeds
from tasks.backfill.ccnews import file_window
from tasks.backfill.cdx import index_windows
from tasks.backfill.units import (
    PAGES_S,
    SETTLED_AFTER,
    Cost,
    Plan,
    Unit,
    file_cost,
    missing_units,
    open_units,
    page_cost,
)
from tasks.backfill.windows import Window
from tasks.errors import Stop
from tasks.owners import partial
from warehouse.backfill import coverage, done_units, usual_articles

# A listing serves the commands that follow it: the real one after --dry-run, and the one after an interruption.
LISTING_HOLDS = timedelta(hours=24)
FRESH_LISTING_HOLDS = timedelta(hours=1)  # of days that are hardly over


def make_plan(request: Request, settings: Settings, web: Web | None, now: datetime) -> Plan:
    """What is to be done. `web`: for ways that fetch.

    Raises Stop, and for a service that does not answer ServiceDown; WarehouseHeld or Deferred when it cannot be known
    what is done.
    """
    publishers = _publishers(request, settings)
    listing = _listing(request, publishers, settings, web, now)
    units = listing.units
    done = () if request.again else done_units(settings.place, request.way)
    named = request.scope.publishers
    to_do = open_units(units, done, undated=request.undated, publishers=named)
    wanted = to_do
    if request.only_missing:
        wanted = missing_units(to_do, coverage(settings.place, request.asked), named)
    cost = _cost(request, wanted, publishers, settings, listing.file_bytes)
    filled = len(to_do) - len(wanted)
    told = tuple(listing.notes), tuple(listing.unread)
    return Plan(request.way, request.asked, tuple(units), tuple(wanted), filled, cost, *told)


@dataclass(frozen=True, slots=True)
class Listing:
    """What there is to read. `file_bytes`: of a file on average, where files are downloaded; `unread`: lists that
    could not be had, so that there may be more."""

    units: Sequence[Unit]
    notes: Sequence[str] = ()
    file_bytes: float | None = None
    unread: Sequence[str] = ()


def _publishers(request: Request, settings: Settings) -> list[str]:
    """Whose articles are looked for: those named, else those of the enabled feeds. Raises Stop for none."""
    if request.publishers or request.way not in ("sitemap", "wayback"):
        return list(request.publishers)
    found = list(dict.fromkeys(feed.publisher for feed in known_feeds(settings) if feed.is_enabled and feed.publisher))
    if not found:
        raise Stop("Name publishers (--publisher example.com), or enable feeds: presshouse feeds enable --country IN")
    return found


def _listing(
    request: Request, publishers: Sequence[str], settings: Settings, web: Web | None, now: datetime
) -> Listing:
    if request.way == "path":
        return Listing(path_units(request, settings))
    if request.way == "archive":
        return Listing(archive_units(request, settings, PROGRAM))
    if request.way == "wayback":
        return _wayback(request, publishers)
    if web is None:
        raise ValueError("a plan of what is fetched needs the web")
    kept = _Kept(request, publishers, settings)
    found = kept.read(now)
    if found is None:
        if request.way == "ccnews":
            found = _ccnews(request, settings, Service(web, settings, CCNEWS_FACTOR))
        else:
            units, notes, unread = sitemap_units(request.asked, publishers, known_feeds(settings), web, settings)
            found = Listing(units, notes, unread=unread)
        if not found.unread:  # the next command asks again
            kept.write(found, now)
    return found


def _wayback(request: Request, publishers: Sequence[str]) -> Listing:
    windows = index_windows(request.asked)
    units = [
        Unit("wayback", f"{site}/{one.first}..{one.last}", request.asked, site)
        for site in publishers
        for one in windows
    ]
    return Listing(units, [f"captures of {windows[0].first} to {windows[-1].last} (UTC) are looked at"])


def _ccnews(request: Request, settings: Settings, service: Service) -> Listing:
    window = file_window(request.asked)
    files, notes = list_files(request.asked, settings, service)
    units = [Unit("ccnews", one.path, request.asked) for one in files]
    said = [
        f"files begun on {window.first} to {window.last} (UTC) are read; articles are kept by their own dates",
        "CC-NEWS cannot be filtered before it is downloaded",
    ]
    return Listing(units, [*said, *notes], file_bytes(units, settings, service) if units else None)


def _cost(
    request: Request,
    units: Sequence[Unit],
    publishers: Sequence[str],
    settings: Settings,
    each: float | None,
) -> Cost:
    if not units:
        return Cost()
    if each is not None:
        return file_cost(len(units), each, is_filtered=bool(request.publishers))
    if request.way in ("archive", "path"):
        return Cost(0, 0, len(units) * settings.batch_captures / PAGES_S / 3600)
    usual = usual_articles(settings.place, publishers)
    if request.way == "wayback":
        interval_s = settings.host_interval * WAYBACK_FACTOR
        return page_cost(_by_article_days(units, request.asked), usual, interval_s=interval_s, is_one_host=True)
    return page_cost(units, usual, interval_s=settings.host_interval, is_one_host=False)


def _by_article_days(units: Sequence[Unit], asked: Window) -> list[Unit]:
    """For the estimate: each publisher's articles once, however many requests list them."""
    return list({unit.publisher: Unit("wayback", "", asked, unit.publisher) for unit in units}.values())


class _Kept:
    """What was listed for a request, in the data folder, so that no command asks for it a second time."""

    def __init__(self, request: Request, publishers: Sequence[str], settings: Settings) -> None:
        feeds = sorted(f"{f.publisher} {f.url}" for f in known_feeds(settings) if f.publisher in publishers)
        base = settings.ccnews_url if request.way == "ccnews" else ""
        asked = [request.way, *map(str, request.asked), sorted(publishers), base, feeds, PROGRAM]
        name = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:20]
        self._path: Path = settings.place.data_dir / "backfill" / f"{request.way}-{name}.json"
        settled_at = datetime(*request.asked.last.timetuple()[:3], tzinfo=UTC) + SETTLED_AFTER
        self._settled_at = settled_at

    def read(self, now: datetime) -> Listing | None:
        """None: ask."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            made_at = datetime.fromisoformat(kept["made_at"])
            units = [_unit(told) for told in kept["units"]]
            notes = [str(note) for note in kept["notes"]]
            each = None if kept["file_bytes"] is None else float(kept["file_bytes"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        holds = LISTING_HOLDS if made_at >= self._settled_at else FRESH_LISTING_HOLDS
        if not units or not made_at <= now < made_at + holds:
            return None
        notes.append(f"the listing of {made_at:%Y-%m-%d %H:%M} UTC is used ({self._path.name})")
        return Listing(units, notes, each)

    def write(self, found: Listing, now: datetime) -> None:
        told = [
            [one.way, one.source, str(one.window.first), str(one.window.last), one.publisher, one.is_dated]
            for one in found.units
        ]
        kept = {"made_at": now.isoformat(), "units": told, "notes": list(found.notes), "file_bytes": found.file_bytes}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = partial(self._path)
        unfinished.write_text(json.dumps(kept), "utf-8")
        unfinished.replace(self._path)


def _unit(told: list[object]) -> Unit:
    way, source, first, last, publisher, is_dated = told
    window = Window(date.fromisoformat(str(first)), date.fromisoformat(str(last)))
    known = {"sitemap": "sitemap", "ccnews": "ccnews"}[str(way)]
    whose = None if publisher is None else str(publisher)
    return Unit(known, str(source), window, whose, is_dated=bool(is_dated))  # type: ignore[arg-type]  # of Way
