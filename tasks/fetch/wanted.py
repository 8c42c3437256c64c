"""Which entries of a list are fetched, and when a page that could not be had is tried again: pure decisions."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tasks.model import Entry
from tasks.url import redact, url_key

FIRST_WINDOW = timedelta(hours=48)  # of a first scheduled poll: what is older is recorded, not fetched
FIRST_MOST = 50  # pages that a first scheduled poll fetches
# A list that gives more than this share of its known entries a new `updated` at once dates its own making.
REDATED_SHARE, REDATED_LEAST = 0.5, 5
RECAPTURE_AFTER = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 7 * 24))  # after the first capture

# How often a page that failed is tried, by the reason: it waits RETRY_FIRST, then twice as long each time.
RETRY_FIRST, RETRY_MOST = timedelta(minutes=15), timedelta(hours=24)
ATTEMPTS = 6
# Not the page's fault: the host or our network is down. Tried for as long as this since it was listed.
OF_THE_HOST = frozenset({"dns", "host_failing", "robots_unread"})
PATIENCE = timedelta(days=7)

Event = Literal["new", "changed", "named"]  # named: on the command line, of a list that was recorded before
Decision = Literal["fetch", "known", "recorded", "unusable", "list"]  # list: a child of a sitemap index


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """An entry with its dates read by its publisher's habits; instants are aware."""

    entry: Entry
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is stored of an entry of the same list: the newest row."""

    fingerprint: str
    title: str | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """An entry about which there is something to store."""

    listed: DatedEntry
    key: str
    fingerprint: str
    event: Event
    decision: Decision


def entry_key(entry: Entry) -> str:
    """What an entry is recognised by in its list: the URL key; without a URL its GUID, else its title."""
    key = url_key(entry.url) if entry.url else None
    return key or f"guid {redact(entry.guid or '')[:500]} {(entry.title or '')[:200]}"


def fingerprint(entry: Entry) -> str:
    """Changes when the list says something else of the entry."""
    said = "\0".join((entry.title or "", entry.published_raw or "", entry.updated_raw or ""))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def decide_entries(
    listed: Sequence[DatedEntry],
    *,
    known: Mapping[str, KnownEntry],
    stored: frozenset[str] | set[str],
    is_first: bool,
    is_named: bool,
    now: datetime,
) -> list[Decided]:
    """The entries that are new or changed, in the order of the list, each once.

    `known`: by `entry_key`, the entries of this list that were seen before. `stored`: keys of pages that are articles
    already or wait to be fetched, by whatever way. `is_first`: nothing was ever read from this list. `is_named`: it
    stands on the command line, and is fetched whole.
    """
    first_of = {entry_key(one.entry): one for one in reversed(listed)}
    once = [one for one in listed if first_of[entry_key(one.entry)] is one]
    redated = _is_redated(once, known)
    decided: list[Decided] = []
    for one in once:
        key, print_ = entry_key(one.entry), fingerprint(one.entry)
        earlier = known.get(key)
        event: Event
        if earlier is None:
            event = "new"
        elif is_named and earlier.decision == "recorded":
            event = "named"
        elif earlier.fingerprint != print_ and not (redated and earlier.title == one.entry.title):
            event = "changed"
        else:
            continue
        decided.append(Decided(one, key, print_, event, _decision(one, key, event, stored)))
    return _first_ones(decided, now) if is_first and not is_named else decided


def _decision(one: DatedEntry, key: str, event: Event, stored: frozenset[str] | set[str]) -> Decision:
    if one.entry.url is None:
        return "unusable"
    return "known" if event != "changed" and key in stored else "fetch"


def _is_redated(listed: Sequence[DatedEntry], known: Mapping[str, KnownEntry]) -> bool:
    """Whether the list says of most of its entries that they changed, with the titles they had."""
    pairs = [(one.entry, known[key]) for one in listed if (key := entry_key(one.entry)) in known]
    changed = [entry for entry, was in pairs if fingerprint(entry) != was.fingerprint and entry.title == was.title]
    return len(changed) >= REDATED_LEAST and len(changed) > REDATED_SHARE * len(pairs)


def _first_ones(decided: Sequence[Decided], now: datetime) -> list[Decided]:
    """Of a first poll only the newest: nobody wants a year of archive because he switched on a sitemap."""
    wanted = [one for one in decided if one.decision == "fetch" and _is_recent(one.listed, now)]
    newest = sorted(wanted, key=lambda one: _instant(one.listed) or now, reverse=True)[:FIRST_MOST]
    chosen = {one.key for one in newest}
    return [
        one
        if one.decision != "fetch" or one.key in chosen
        else Decided(one.listed, one.key, one.fingerprint, one.event, "recorded")
        for one in decided
    ]


def _is_recent(one: DatedEntry, now: datetime) -> bool:
    at = _instant(one)
    return at is None or at > now - FIRST_WINDOW


def _instant(one: DatedEntry) -> datetime | None:
    return one.published_at or one.updated_at


def retry_at(reason: str, attempts: int, last_at: datetime, listed_at: datetime) -> datetime | None:
    """When a page that was deferred `attempts` times is tried again; None: it is given up.

    `last_at`: the last attempt; `listed_at`: when the list named it.
    """
    if reason in OF_THE_HOST:
        if last_at - listed_at >= PATIENCE:
            return None
    elif attempts >= ATTEMPTS:
        return None
    doublings = min(max(attempts, 1) - 1, 10)
    return last_at + min(RETRY_FIRST * (1 << doublings), RETRY_MOST)


def recapture_due(first_at: datetime, last_at: datetime, now: datetime) -> bool:
    """Whether a page captured first and last at these instants is to be looked at again."""
    due = [first_at + after for after in RECAPTURE_AFTER if first_at + after <= now]
    return bool(due) and last_at < due[-1]
