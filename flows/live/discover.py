"""`presshouse discover`: the entries that feeds and sitemaps list. Follows nothing, stores nothing."""

import json
import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.settings import Settings, settings_of
from flows.words import counted
from tasks.archive.regular import open_regular, shown
from tasks.errors import Rejected, Stop
from tasks.fetch.list_text import MAX_LIST_BYTES
from tasks.fetch.outcome import FetchDeferred, FetchRejected
from tasks.fetch.wanted import DatedEntry
from tasks.listing import LIST_SECONDS, PRELOAD, Opened, Read, prepare, read_list
from tasks.model import LIST_PROBLEMS, REASONS, ListProblem
from tasks.pool import Failed, Workers
from tasks.url import redact

MAX_PROCESSES = 2  # lists are read in milliseconds; more processes would cost more than they save
SHOWN_LINKS = 3  # feeds of an HTML page that the line about it names
TITLE_WIDTH = 80  # characters, in the lines for people
SAID = frozenset(LIST_PROBLEMS) - {"malformed"}  # what was read leniently is read

_URL = re.compile(r"https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a source lists, as rows of the contract, and what is to be said about it."""

    kind: str
    title: str | None
    rows: tuple[dict[str, Any], ...]
    faults: tuple[str, ...]


def read_source(source: str, settings: Settings) -> Opened:
    """The bytes of a local file or URL. Never blocks on a FIFO or device; asks robots.txt.

    Raises Rejected with why there are none, Deferred where a later try may find some.
    """
    if _URL.match(source):
        return _fetched(source, settings)
    with open_regular(Path(source)) as file:
        parts: list[bytes] = []
        room = MAX_LIST_BYTES + 1
        while room > 0 and (part := file.read(min(room, 1 << 20))):
            parts.append(part)
            room -= len(part)
    return Opened(source, b"".join(parts))


def _fetched(source: str, settings: Settings) -> Opened:
    from flows.live.net import client
    from tasks.fetch.outcome import Fetched
    from tasks.fetch.pacing import fetch_all
    from tasks.fetch.robots_cache import RobotsCache

    with closing(client(settings)) as one:
        for _, outcome in fetch_all([source], one, robots=RobotsCache(), interval_s=settings.host_interval):
            if isinstance(outcome, Fetched):
                return Opened(source, outcome.body, outcome.fetched_url, outcome.header("content-type"))
            raise outcome
    raise Rejected("bad_url", source)


def command(arguments: Namespace) -> int:
    """`presshouse discover`."""
    if not arguments.sources:
        raise Stop("Name the feeds or sitemaps to read, such as: presshouse discover feed.xml sitemap.xml.gz")
    return discover(arguments.sources, settings_of(arguments), as_json=arguments.json)


def discover(sources: Sequence[str], settings: Settings, *, as_json: bool) -> int:
    """Print the entries of each source; a line on standard error for each that is no list, cut or not there.

    Returns the exit status: 1 when no source could be opened, else 0.
    """
    reading = _Reading(settings)
    workers = list_workers(settings, count=max(len(sources), 1))
    try:
        for opened, found in workers.map(reading.opened(sources)):
            if isinstance(found, Failed):
                _complain(opened.source, found.detail)
                continue
            shown_list = _shown_list(found)
            _print(opened.source, shown_list, as_json=as_json)
            if shown_list.faults:
                _complain(opened.source, "; ".join(shown_list.faults))
    finally:
        workers.close(at_once=True)
    return 0 if reading.count else 1


def list_workers(settings: Settings, *, count: int = MAX_PROCESSES) -> Workers[Opened, Read]:
    """Killable processes that read lists: billions of entities and regular expressions that never end stay in there."""
    return Workers(
        read_list,
        count=min(MAX_PROCESSES, settings.worker_count, count),
        prepare=prepare,
        prepare_arguments=(settings.seeds,),
        preload=PRELOAD,
        seconds=LIST_SECONDS,
        size=lambda opened: len(opened.body),
    )


class _Reading:
    """Opens the sources one after the other, as the workers ask for them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.count = 0

    def opened(self, sources: Iterable[str]) -> Iterator[Opened]:
        for source in sources:
            try:
                opened = read_source(source, self._settings)
            except (FetchDeferred, FetchRejected) as error:
                detail = f" ({error.detail})" if error.detail else ""
                _complain(source, f"{REASONS.get(error.reason, error.reason)}{detail}")
            except Rejected as error:
                _complain(source, error.detail or error.reason)
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
    print(
        f"{shown(source)}: {found.kind.replace('_', ' ')}, {counted(len(found.rows), 'entry', 'entries')}"
        + _quoted(found.title)
    )
    for row in found.rows:
        day = (row["published_at"] or row["updated_at"] or "")[:16].replace("T", " ")
        title, where = (row["title"] or "")[:TITLE_WIDTH], row["url"] or f"({row['problem']})"
        print(f"  {day:16}  {title:{TITLE_WIDTH}}  {where}")


def _quoted(title: str | None) -> str:
    return f": {title[:TITLE_WIDTH]}" if title else ""


def _shown_list(read: Read) -> Discovered:
    rows = tuple(map(_row, read.entries))
    faults = [_sentence(problem) for problem in read.listing.problems if problem.name in SAID]
    if read.links and faults:
        faults[-1] += f"; it links to {', '.join(redact(one.url) for one in read.links[:SHOWN_LINKS])}"
    return Discovered(read.listing.kind, read.listing.title, rows, tuple(faults))


def _sentence(problem: ListProblem) -> str:
    detail = f" ({problem.detail})" if problem.detail else ""
    return f"{LIST_PROBLEMS[problem.name]}{detail}"


def _row(listed: DatedEntry) -> dict[str, Any]:
    entry = listed.entry
    row = {
        "url": redact(entry.url) if entry.url else None,
        "title": entry.title,
        "published_at": listed.published_at.isoformat() if listed.published_at else None,
        "updated_at": listed.updated_at.isoformat() if listed.updated_at else None,
        "guid": redact(entry.guid) if entry.guid else None,
        "language": entry.language,
    }
    return row | ({"problem": entry.problem} if entry.problem else {})
