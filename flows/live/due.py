"""The live part of a run: which lists are due, and which pages are wanted of what they list."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flows.live.poll_rows import Poll
from flows.live.polling import Polled
from flows.settings import Settings
from flows.turn import Taken, alone, is_taken
from tasks.fetch.schedule import next_poll
from tasks.registry.choice import ChosenFeed
from tasks.url import redact
from warehouse.fetch_state import Wanted, fetch_state
from warehouse.forgotten import tombstones

LOCK = "polling.lock"  # in the spool
POLLS_AT_ONCE = 200  # lists that one task asks for
NAMED_AT_ONCE = 20  # URLs of the command line: until it is seen what they are, their bodies are in memory


@dataclass(frozen=True, slots=True)
class Due:
    """What a run has to do on the web."""

    polls: tuple[Poll, ...] = ()
    is_scheduled: bool = False
    next_at: datetime | None = None  # when the next of those that are not due yet is

    def slices(self) -> Iterator[tuple[Poll, ...]]:
        size = POLLS_AT_ONCE if self.is_scheduled else NAMED_AT_ONCE
        for start in range(0, len(self.polls), size):
            yield self.polls[start : start + size]


class AnotherRun(Exception):
    """Somebody polls already. `holder`: PID, as text."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"another run (PID {holder}) is polling; it does the work of this one")


@contextmanager
def only_one(spool: Path) -> Iterator[None]:
    """Scheduled runs take turns by doing nothing: ten overdue ones do the work of one. Raises AnotherRun."""
    try:
        with alone(spool / LOCK):
            yield
    except Taken as taken:
        raise AnotherRun(taken.holder) from None


def is_polling(spool: Path) -> bool:
    """Whether a scheduled run is polling now."""
    return is_taken(spool / LOCK)


def due_polls(feeds: Sequence[ChosenFeed], settings: Settings, now: datetime) -> Due:
    """The enabled feeds that are due. Raises WarehouseHeld when nothing is known of earlier polls."""
    enabled = [one for one in feeds if one.is_enabled]
    with fetch_state(settings.place) as state:
        states = state.feeds([redact(one.url) for one in enabled])
    due: list[Poll] = []
    later: list[datetime] = []
    for one in enabled:
        known = states.get(redact(one.url))
        at = next_poll(
            known.history if known else (),
            now,
            url=redact(one.url),
            fixed_minutes=one.interval_minutes,
            enabled_at=one.changed_at,
        )
        if at is not None and at <= now:
            due.append(Poll(one.url, is_named=False))
        elif at is not None:
            later.append(at)
    return Due(tuple(due), is_scheduled=True, next_at=min(later, default=None))


@dataclass(slots=True)
class Pages:
    """The pages that are wanted, with what is needed to ask for them."""

    wanted: list[Wanted] = field(default_factory=list)
    left_over: int = 0  # that wait for the next run, because one run fetches only so many


def wanted_pages(due: Due, polled: Polled, settings: Settings, now: datetime) -> Pages:
    """What is listed and neither stored nor given up: of all lists in a scheduled run, else of those that were read."""
    with fetch_state(settings.place) as state:
        pending = state.pending(now)
        if not due.is_scheduled:
            pending = [one for one in pending if one.listed and one.listed.list_url in polled.read]
        else:
            pending += state.recaptures(now)
        known = state.stored_captures([one.url for one in pending])
    graves = tombstones(settings.place)  # what was forgotten is not asked for
    pages = [_conditional(one, known.get(one.url)) for one in pending if not graves.cover(one.url)]
    pages = [one for one in pages if "***" not in one.url or one.url in polled.secrets]
    most = settings.max_fetches_per_run
    return Pages(pages[:most], len(pages[most:]))


def _conditional(one: Wanted, stored: Wanted | None) -> Wanted:
    """The same, to be asked for as what is stored already."""
    if stored is None or one.original is not None:
        return one
    return Wanted(one.url, one.via, one.listed, one.attempts, stored.validators, stored.original)
