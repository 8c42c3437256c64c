"""Looking at feeds and sitemaps before they are chosen: fetched once, politely, read in killable processes, judged."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from flows.ending import end_if_told
from flows.live.discover import list_workers
from flows.live.net import client
from flows.progress import LINE_EVERY, Progress
from flows.settings import Settings
from tasks.fetch.autodiscovery import LinkedList
from tasks.fetch.outcome import FetchDeferred, Fetched, FetchRejected
from tasks.fetch.pacing import fetch_all
from tasks.fetch.robots import robots_url
from tasks.fetch.robots_cache import RobotsCache
from tasks.fetch.site_files import KeptRobots, SiteFolder
from tasks.fetch.wanted import DatedEntry, entry_key
from tasks.listing import Opened, Read
from tasks.model import LIST_PROBLEMS, ListKind
from tasks.pool import Failed
from tasks.url import redact, url_key

NEWEST_SHOWN = 3  # entries of a list
STALE = timedelta(days=60)  # a list whose newest entry is older is said to be so
# Two lists are one when they have so much in common: of the shorter one's entries, and of the longer one's, because a
# section's feed inside the feed of everything, or a feed inside a sitemap, is no duplicate.
SAME_OF_SHORTER, SAME_OF_LONGER = 0.9, 0.6
SAME_LEAST = 3  # entries; shorter lists have things in common by chance
MAX_KEYS = 300  # of the newest entries, that lists are compared by
MAX_LINKED = 30  # lists of one page that are looked at
MAX_NAMED = 10  # sitemaps of one robots.txt
MAX_CHILDREN = 5  # news sitemaps of one index
# Where sites keep lists that they do not name; asked only when nothing else was found.
GUESSES = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/news-sitemap.xml", "/sitemap.xml")

# works, and else why not: it lists nothing; is no list (a page); robots.txt or the server keeps us out; not now; dead.
Verdict = Literal["works", "empty", "no_list", "robots", "blocked", "later", "dead"]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a URL turned out to be."""

    url: str  # as asked; may hold a secret
    verdict: Verdict
    detail: str = ""  # why it does not work
    status: int | None = None  # HTTP, of a failure
    kind: ListKind | None = None
    title: str | None = None
    language: str | None = None
    home_url: str | None = None
    fetched_url: str | None = None  # redacted
    moved_url: str | None = None  # where permanent redirects lead; redacted
    entries: int = 0
    newest_at: datetime | None = None
    newest: tuple[DatedEntry, ...] = ()
    keys: frozenset[str] = frozenset()  # of the newest entries
    children: tuple[str, ...] = ()  # of a sitemap index, its news sitemaps
    problems: tuple[str, ...] = ()
    links: tuple[LinkedList, ...] = ()  # of a page
    sitemaps: tuple[str, ...] = ()  # that the host's robots.txt names

    @property
    def row_kind(self) -> str:
        """Its kind in the registry."""
        if self.kind == "news_sitemap":
            return "news_sitemap"
        return "sitemap" if self.kind in ("sitemap", "sitemap_index") else "feed"

    @property
    def chosen_url(self) -> str:
        """The URL to keep: where it lives now, unless that cannot be told without its secret."""
        return self.moved_url if self.moved_url and "***" not in self.moved_url else self.url


class Prober:
    """Looks at URLs; one for a whole command. Nobody's robots.txt is asked for twice a day, whatever command asks."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self._settings, self._now = settings, now
        self._client = client(settings)
        self._workers = list_workers(settings)
        self._robots = KeptRobots(SiteFolder(settings.place.data_dir / "sites"))

    def probe(self, urls: Sequence[str]) -> Iterator[Probe]:
        """Each URL with what it is, as the answers come; each host at its own pace, robots.txt obeyed."""
        fetched: dict[str, Fetched] = {}
        failed: list[Probe] = []
        for one, read in self._workers.map(self._opened(urls, fetched, failed)):
            yield from failed
            failed.clear()
            yield judged(one.source, fetched.pop(one.source), read, self._robots, self._now)
        yield from failed

    def in_order(self, urls: Sequence[str], *, quiet: bool = True) -> list[Probe]:
        """Each URL once with what it is, in the order given; unless quiet, says how far it is."""
        place = {url: number for number, url in enumerate(dict.fromkeys(urls))}
        with Progress(quiet=quiet) as shown:
            done = []
            said_at = time.monotonic()
            for one in self.probe(list(place)):
                done.append(one)
                if time.monotonic() - said_at > LINE_EVERY:
                    said_at = time.monotonic()
                    shown.say(f"{len(done):,} of {len(place):,} looked at")
        return sorted(done, key=lambda one: place[one.url])

    def _opened(self, urls: Sequence[str], fetched: dict[str, Fetched], failed: list[Probe]) -> Iterator[Opened]:
        answers = fetch_all(
            urls,
            self._client,
            robots=self._robots,
            interval_s=self._settings.host_interval,
            concurrency=self._settings.connections,
        )
        for url, outcome in answers:
            end_if_told()
            if isinstance(outcome, Fetched):
                fetched[url] = outcome
                yield Opened(url, outcome.body, outcome.fetched_url, outcome.header("content-type"))
            else:
                failed.append(_failed(url, outcome))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.close(at_once=True)
        self._client.close()


def _failed(url: str, outcome: FetchDeferred | FetchRejected) -> Probe:
    verdict: Verdict = "later" if isinstance(outcome, FetchDeferred) else "dead"
    if outcome.failure == "blocked":
        verdict = "robots" if outcome.reason == "robots" else "blocked"
    detail = outcome.detail or outcome.reason
    if outcome.reason == "robots_unread":
        keeps = "its host does not let us read" if verdict == "blocked" else "no answer for"
        detail = f"{keeps} {outcome.detail}"
    return Probe(url, verdict, detail, outcome.status)


def judged(url: str, fetched: Fetched, read: Read | Failed, robots: RobotsCache, now: datetime) -> Probe:
    """What was fetched and read, as a Probe."""
    if isinstance(read, Failed):
        return Probe(url, "dead", f"reading it failed: {read.detail}", fetched_url=fetched.fetched_url)
    listing = read.listing
    sitemaps = _named_sitemaps(fetched.fetched_url, robots)
    problems = [
        LIST_PROBLEMS[one.name] + (f" ({one.detail})" if one.detail else "")
        for one in listing.problems
        if one.name != "malformed"
    ]
    if listing.kind in ("html", "unknown"):
        detail = "; ".join(problems) or "no feed and no sitemap"
        return Probe(
            url,
            "no_list",
            detail,
            kind=listing.kind,
            fetched_url=fetched.fetched_url,
            links=read.links,
            sitemaps=sitemaps,
        )
    return _listed(url, fetched, read, problems, sitemaps, now)


def _listed(
    url: str, fetched: Fetched, read: Read, problems: list[str], sitemaps: tuple[str, ...], now: datetime
) -> Probe:
    """A feed or sitemap as a Probe."""
    listing = read.listing
    dates = [at for one in read.entries if (at := _instant(one))]
    newest_at = max(dates, default=None)
    if newest_at and now - newest_at > STALE:
        problems.append(f"nothing new since {newest_at:%Y-%m-%d}")
    without_url = sum(one.entry.url is None for one in read.entries)
    if without_url:
        problems.append(f"{without_url} entries without a URL to follow")
    ordered = sorted(read.entries, key=lambda one: _instant(one) or datetime.min.replace(tzinfo=UTC), reverse=True)
    return Probe(
        url,
        "works" if len(read.entries) > without_url else "empty",
        "" if len(read.entries) > without_url else "it lists no entry that could be followed",
        kind=listing.kind,
        title=listing.title,
        language=listing.language or _language(read.entries),
        home_url=listing.home_url,
        fetched_url=fetched.fetched_url,
        moved_url=fetched.moved_url,
        entries=len(read.entries),
        newest_at=newest_at,
        newest=tuple(ordered[:NEWEST_SHOWN]),
        keys=frozenset(entry_key(one.entry) for one in ordered[:MAX_KEYS]),
        children=_news_children(ordered) if listing.kind == "sitemap_index" else (),
        problems=tuple(problems),
        sitemaps=sitemaps,
    )


def _instant(one: DatedEntry) -> datetime | None:
    return one.published_at or one.updated_at


def _language(entries: Iterable[DatedEntry]) -> str | None:
    """That of all entries, where they agree."""
    languages = {one.entry.language for one in entries}
    return languages.pop() if len(languages) == 1 else None


def _news_children(entries: Iterable[DatedEntry]) -> tuple[str, ...]:
    urls = [url for one in entries if (url := one.entry.url) and "news" in urlsplit(url).path.lower()]
    return tuple(urls[:MAX_CHILDREN])


def _named_sitemaps(url: str, robots: RobotsCache) -> tuple[str, ...]:
    """The sitemaps that the robots.txt of this host names, those for news first."""
    address = robots_url(url)
    known = robots.get(address, time.monotonic()) if address else None
    named = known.robots.sitemaps if known else ()
    return tuple(sorted(named, key=lambda one: "news" not in one.lower())[:MAX_NAMED])


def candidates(page: Probe) -> list[str]:
    """The URLs of lists that a page leads to, best first, each once."""
    found: dict[str, str] = {}
    linked = sorted(page.links[:MAX_LINKED], key=lambda one: not one.declared)
    for url in (*(one.url for one in linked), *page.sitemaps):
        if url.startswith(("http://", "https://")):
            found.setdefault(url_key(url) or url, url)
    return list(found.values())


def guesses(page: Probe) -> list[str]:
    """Where the lists of a site may be that names none."""
    parts = urlsplit(page.fetched_url or page.url)
    return [f"{parts.scheme}://{parts.netloc}{path}" for path in GUESSES]


def same_as(one: Probe, others: Sequence[Probe]) -> Probe | None:
    """The list among others that has nearly the same entries."""
    for other in others:
        shorter, longer = sorted((len(one.keys), len(other.keys)))
        shared = len(one.keys & other.keys)
        if shorter >= SAME_LEAST and shared >= max(SAME_OF_SHORTER * shorter, SAME_OF_LONGER * longer):
            return other
    return None


def described(one: Probe) -> dict[str, object]:
    """A probe for machines."""
    return {
        "url": redact(one.url),
        "verdict": one.verdict,
        "detail": one.detail or None,
        "status": one.status,
        "kind": one.kind,
        "title": one.title,
        "language": one.language,
        "moved_url": one.moved_url,
        "entries": one.entries,
        "newest_at": one.newest_at.isoformat() if one.newest_at else None,
        "newest": [
            {
                "published_at": at.isoformat() if (at := _instant(entry)) else None,
                "title": entry.entry.title,
                "url": redact(entry.entry.url) if entry.entry.url else None,
            }
            for entry in one.newest
        ],
        "problems": list(one.problems),
    }
