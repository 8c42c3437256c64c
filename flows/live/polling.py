"""Asking feeds and sitemaps what there is: lists -> rows of polls and entries in the spool."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flows.ending import end_if_told
from flows.live.discover import list_workers
from flows.live.net import Web
from flows.live.poll_rows import Poll, answered, entry_row, failed_poll, in_words, page_row, unreadable
from flows.program import PROGRAM
from flows.progress import progress
from flows.settings import Settings
from tasks.fetch.outcome import FetchDeferred, Fetched, Outcome, Validators
from tasks.fetch.schedule import ask_unconditionally
from tasks.fetch.wanted import Decided, KnownEntry, decide_entries, entry_key
from tasks.listing import Opened, Read
from tasks.pool import Failed
from tasks.url import is_front, redact, url_key
from warehouse import batches
from warehouse import spool as spooling
from warehouse.fetch_state import FeedState, fetch_state

MAX_DEPTH = 3  # of sitemap indexes that name each other
MAX_CHILDREN = 200  # of an index that one run reads, the newest first; the rest comes with the next
MAX_DECLARED = 5  # lists of a home page that is named on the command line
CHILD_WINDOW = timedelta(days=3)  # a child of an index that changed longer ago has no news
ENTRIES_AT_ONCE = 20_000  # decided in one go: what a poll may hold in memory


@dataclass(slots=True)
class Polled:
    """What asking brought."""

    lists: int = 0  # that were read or unchanged
    new: int = 0  # entries to be fetched
    failed: list[str] = field(default_factory=list)  # lists that could not be read, for people
    failed_named: list[str] = field(default_factory=list)  # of them those on the command line
    pages: list[Fetched] = field(default_factory=list)  # named on the command line, and no lists but pages
    secrets: dict[str, str] = field(default_factory=dict)  # redacted -> whole, of listed URLs that hold one
    read: set[str] = field(default_factory=set)  # feed_url of the lists that were read or unchanged
    deferred: int = 0
    rows: list[spooling.Row] = field(default_factory=list)

    def add(self, other: "Polled") -> None:
        """What another slice of lists brought; its pages have been taken care of."""
        self.lists += other.lists
        self.new += other.new
        self.deferred += other.deferred
        self.failed += other.failed
        self.failed_named += other.failed_named
        self.secrets |= other.secrets
        self.read |= other.read


def poll(polls: Sequence[Poll], web: Web, settings: Settings, run_id: str) -> Polled:
    """Ask for lists, and what they list in turn; leaves batches of polls and entries in the spool.

    Raises WarehouseHeld when it cannot be known what was listed before.
    """
    result = Polled()
    seen = {url_key(one.url) or one.url for one in polls}
    while polls:
        polls = _round(polls, web, settings, run_id, result, seen)
    return result


def _round(
    polls: Sequence[Poll], web: Web, settings: Settings, run_id: str, result: Polled, seen: set[str]
) -> list[Poll]:
    """All of one depth: asked for at once, decided list by list."""
    with fetch_state(settings.place) as state:
        states = state.feeds([one.feed_url for one in polls])
    asking = _Asking(polls, states, web, result)
    further: list[Poll] = []
    workers = list_workers(settings)
    waiting: list[tuple[_Asked, Read]] = []
    try:
        for opened, read in workers.map(asking.opened()):
            asked = asking.asked.pop(opened.source)
            end_if_told()
            if isinstance(read, Failed):
                result.rows.append({"poll": unreadable(asked.poll, asked.fetched, "soft", read.reason, read.detail)})
                _complain(asked.poll, read.detail, result)
                continue
            waiting.append((asked, read))
            if sum(len(one.entries) for _, one in waiting) >= ENTRIES_AT_ONCE:
                further += _decide(waiting, settings, result, seen)
                _write(result, settings, run_id)
    finally:
        workers.close(at_once=True)
    further += _decide(waiting, settings, result, seen)
    _write(result, settings, run_id)
    return further


@dataclass(frozen=True, slots=True)
class _Asked:
    """A list that was answered."""

    poll: Poll
    state: FeedState
    fetched: Fetched


class _Asking:
    """The answers of the network, as the readers of lists want them; failures and 304 get their rows on the way."""

    def __init__(self, polls: Sequence[Poll], states: Mapping[str, FeedState], web: Web, result: Polled) -> None:
        self._web, self._result = web, result
        self._polls = {_address(one, states): one for one in polls}
        self._states = states
        self.asked: dict[str, _Asked] = {}

    def opened(self) -> Iterator[Opened]:
        now = datetime.now(UTC)
        validators: dict[str, Validators] = {}
        for url, one in self._polls.items():
            state = self._states.get(one.feed_url)
            if one.is_named:
                continue  # what was only recorded until now is wanted
            if state and state.validators and not ask_unconditionally(state.history, now, url=one.feed_url):
                validators[url] = state.validators
        for url, outcome in self._web.ask(list(self._polls), validators):
            end_if_told()
            if opened := self._taken(self._polls[url], url, outcome, validators.get(url)):
                yield opened

    def _taken(self, one: Poll, url: str, outcome: Outcome, sent: Validators | None) -> Opened | None:
        if not isinstance(outcome, Fetched):
            known = one.feed_url in self._states or not one.is_named or one.depth > 0
            self._result.rows.append({"poll": failed_poll(one, outcome)} if known else page_row(one, outcome))
            self._result.deferred += isinstance(outcome, FetchDeferred)
            _complain(one, in_words(outcome), self._result)
            return None
        if sent and outcome.same_body_as(sent):
            self._result.lists += 1
            self._result.read.add(one.feed_url)
            self._result.rows.append({"poll": answered(one, outcome, "unchanged", sent)})
            return None
        state = self._states.get(one.feed_url, FeedState())
        self.asked[url] = _Asked(one, state, outcome)
        kind = outcome.header("content-type")
        return Opened(url, outcome.body, outcome.fetched_url, kind, outcome.fetched_at, state.resume_at)


def _address(one: Poll, states: Mapping[str, FeedState]) -> str:
    """Where a list is asked for: where it moved to, unless it does not answer there."""
    state = states.get(one.feed_url)
    failing = state is not None and [p.result for p in state.history[-3:]] == ["failed"] * 3
    return state.moved_url if state and state.moved_url and not failing else one.url


def _decide(waiting: list[tuple[_Asked, Read]], settings: Settings, result: Polled, seen: set[str]) -> list[Poll]:
    """Rows for what is new in these lists; gives the lists that they name. Empties `waiting`."""
    further: list[Poll] = []
    if not waiting:
        return further
    with fetch_state(settings.place) as state:
        known = [state.entries(asked.poll.feed_url) for asked, _ in waiting]
        keys = [entry_key(one.entry) for _, read in waiting for one in read.entries]
        stored = state.stored(keys)
    for (asked, read), known_here in zip(waiting, known, strict=True):
        if read.listing.kind in ("html", "unknown"):
            further += _no_list(asked, read, result, seen)
            continue
        decided = decide_entries(
            read.entries,
            known=known_here,
            stored=stored,
            is_first=not asked.state.was_read or asked.state.resume_at > 0,  # far down in a long list stands old news
            is_named=asked.poll.is_named,
            now=asked.fetched.fetched_at,
        )
        if read.listing.kind == "sitemap_index":
            decided, children = _children(asked.poll, decided, known_here, seen, asked.fetched.fetched_at)
            further += children
        stored |= {one.key for one in decided if one.decision == "fetch"}
        _enter(asked, read, decided, result)
    waiting.clear()
    return further


def _children(
    parent: Poll, decided: Sequence[Decided], known: Mapping[str, KnownEntry], seen: set[str], now: datetime
) -> tuple[list[Decided], list[Poll]]:
    """The sitemaps of an index that are read in this run, newest first, each once however often it is named."""
    fresh = [one for one in decided if one.listed.entry.url and one.key not in seen]
    fresh.sort(key=lambda one: one.listed.updated_at or one.listed.published_at or now, reverse=True)
    if not parent.is_named:
        # What has not changed for days has no news; without a date a child is read when it is new to us.
        old = now - CHILD_WINDOW
        fresh = [one for one in fresh if (one.listed.updated_at or one.listed.published_at or now) > old]
    taken = fresh[:MAX_CHILDREN] if parent.depth < MAX_DEPTH else []
    seen.update(one.key for one in taken)
    rows = [Decided(one.listed, one.key, one.fingerprint, one.event, "list") for one in taken]
    polls = [Poll(one.listed.entry.url or "", parent.is_named, parent.depth + 1) for one in taken]
    return rows, polls


def _no_list(asked: _Asked, read: Read, result: Polled, seen: set[str]) -> list[Poll]:
    """Something else where a list was expected: of a feed a failure that is said, on the command line simply a page.

    A home page on the command line stands for the lists that it declares.
    """
    detail = "; ".join(problem.detail or problem.name for problem in read.listing.problems)
    if asked.poll.is_named and asked.poll.depth == 0 and not asked.state.was_read:
        declared = [link for link in read.links if link.declared and url_key(link.url) not in seen]
        if not is_front(asked.fetched.fetched_url) or not declared:
            result.pages.append(asked.fetched)
            return []
        taken = declared[:MAX_DECLARED]
        seen.update(url_key(link.url) or link.url for link in taken)
        return [Poll(link.url, is_named=True, depth=asked.poll.depth + 1) for link in taken]
    result.rows.append({"poll": unreadable(asked.poll, asked.fetched, "soft", "not_a_list", detail)})
    _complain(asked.poll, f"no feed and no sitemap: {detail}", result)
    return []


def _enter(asked: _Asked, read: Read, decided: Sequence[Decided], result: Polled) -> None:
    row = answered(asked.poll, asked.fetched, "read", None)
    dates = [at for one in read.entries for at in (one.published_at, one.updated_at) if at]
    hints = [m for m in (read.listing.hints.ttl_minutes, read.listing.hints.period_minutes) if m]
    row |= {
        "kind": read.listing.kind,
        "listed": asked.state.resume_at + len(read.entries),
        "new_entries": sum(one.event == "new" for one in decided),
        "changed_entries": sum(one.event == "changed" for one in decided),
        "newest_entry_at": max(dates, default=None),
        "hint_minutes": max(hints, default=None),
        "problems": [problem.name for problem in read.listing.problems],
    }
    if "capped" in row["problems"]:
        row |= {"etag": None, "last_modified": None, "body_sha256": None}  # the rest comes with the next poll
    result.rows.append({"poll": row})
    result.lists += 1
    result.read.add(asked.poll.feed_url)
    for one in decided:
        entry = one.listed.entry
        shown = redact(entry.url) if entry.url else None
        if entry.url and shown and shown != entry.url:
            result.secrets[shown] = entry.url
        result.new += one.decision == "fetch"
        result.rows.append({"entry": entry_row(asked.poll, asked.fetched, one, shown)})
    for listed in read.entries:  # also of entries that wait since an earlier run: only their list knows the secret
        if listed.entry.url and "***" in (shown := redact(listed.entry.url)):
            result.secrets[shown] = listed.entry.url


def _complain(one: Poll, what: str, result: Polled) -> None:
    result.failed.append(f"{one.feed_url}: {what}")
    if one.is_named and one.depth == 0:
        result.failed_named.append(one.feed_url)
    progress().say(f"not read: {one.feed_url}: {what}")


def _write(result: Polled, settings: Settings, run_id: str) -> None:
    if result.rows:
        batches.write_batch(settings.place, result.rows, run_id=run_id, program=PROGRAM)
        result.rows.clear()
