"""What all ways of a backfill share: extracting, appending, the ledger, progress, and standing back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from prefect.futures import PrefectFuture

from flows import steps
from flows.backfill.figures import Figures
from flows.backfill.request import Request
from flows.batches.pieces import Archived, Extracted, LocalSlice, WarcSlice
from flows.ending import end_if_told
from flows.ingested import Ingested
from flows.live.due import is_polling
from flows.live.fetching import Fetching
from flows.live.net import Web
from flows.program import PROGRAM
from flows.progress import Progress, progress
from flows.rules import rules_hash
from flows.settings import Settings
from flows.turn import Taken, alone
from flows.words import counted
from flows.working import SHORT_WAIT, fetch_pages
from tasks.backfill.units import Unit
from tasks.errors import Stop
from warehouse import batches
from warehouse.registry import seeds_hash

LINE_EVERY = 10.0  # seconds between two lines about the units
APPEND_EVERY = 5.0  # seconds; small units end faster than an append pays, and what waits is in the spool
YIELD_MOST = 600.0  # seconds that a backfill stands back for a scheduled run before each unit; then they share
YIELD_POLL = 1.0
LOCK = "backfill.lock"  # in the spool
_PARTS = 1_000  # of a unit, in the progress bar


@dataclass(slots=True)
class Backfilled:
    """What a run brought. `ingested`: its articles and pages, as of any run."""

    ingested: Ingested
    sentence: str
    units: int = 0  # of the plan
    done_before: int = 0
    filled: int = 0  # left out: nothing is missing there
    done: int = 0
    incomplete: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)  # of them, those whose list or file could not be had
    unread: list[str] = field(default_factory=list)  # lists that could not be had when the plan was made
    stopped: str | None = None  # why the run ended before its end
    listed: int = 0
    outside: int = 0
    known: int = 0


class Work:
    """A backfill under way."""

    def __init__(self, request: Request, settings: Settings, run_id: str, web: Web | None, result: Backfilled) -> None:
        self.request, self.settings, self.run_id, self.result = request, settings, run_id, result
        self.scope = request.scope
        self._web = web
        self._shown: UnitProgress | None = None
        self._appended = float("-inf")  # seconds of the monotonic clock
        self._versions = {
            "extractor": f"trafilatura/{version('trafilatura')}",
            "rules": rules_hash(settings.seeds),
            "seeds_hash": seeds_hash(settings.seeds),
        }

    @property
    def web(self) -> Web:
        if self._web is None:
            raise ValueError("a way that does not fetch")
        return self._web

    def show(self, shown: "UnitProgress") -> None:
        self._shown = shown

    def archive(self, piece: LocalSlice) -> Archived:
        return steps.archive_batch(piece, self.settings, self.run_id)

    def extract(self, piece: WarcSlice, figures: Figures | None) -> None:
        """A WARC file, batch by batch into the warehouse."""
        rest: WarcSlice | None = piece
        while rest is not None:
            end_if_told()
            rest = self._extracted(steps.extract_batch(rest, self.settings, self.run_id), figures)

    def fetch(self, fetching: Fetching) -> None:
        """All pages, each archive file extracted while the next one is fetched."""
        fetch_pages(fetching, self.result.ingested, self._extracting, self._whole)

    def _extracting(self, piece: WarcSlice) -> PrefectFuture[Extracted]:
        return steps.extract_batch.submit(piece, self.settings, self.run_id)

    def _whole(self, extracted: Extracted) -> None:
        rest = self._extracted(extracted, None)
        if rest is not None:
            self.extract(rest, None)

    def _extracted(self, extracted: Extracted, figures: Figures | None) -> WarcSlice | None:
        self.result.ingested.damage.extend(extracted.damage)
        if figures is not None:
            figures.listed += extracted.records + extracted.passed_over
            figures.outside += extracted.passed_over
            figures.captured += extracted.records
        self._append_now_and_then()
        return extracted.rest

    def _append_now_and_then(self) -> None:
        if time.monotonic() - self._appended >= APPEND_EVERY:
            self.append(SHORT_WAIT)
            self._appended = time.monotonic()

    def append(self, wait: float) -> None:
        self.result.ingested.add(steps.append(self.settings, wait))

    def end(self, unit: Unit, figures: Figures) -> None:
        """Enter a unit as done: it is not read again."""
        self.result.done += 1
        self._enter(unit, figures, "done", None)

    def incomplete(self, unit: Unit, figures: Figures, why: str, *, is_unlisted: bool = False) -> None:
        """Enter a unit that a later run has to look at again. `is_unlisted`: nobody knows what it holds."""
        self.result.incomplete.append(f"{unit.name}: {why}")
        if is_unlisted:
            self.result.unlisted.append(unit.source)
        progress().say(f"incomplete: {unit.name}: {why}")
        self._enter(unit, figures, "incomplete", why)

    def _enter(self, unit: Unit, figures: Figures, state: str, detail: str | None) -> None:
        result = self.result
        result.listed += figures.listed
        result.outside += figures.outside
        result.known += figures.known
        row = {
            "way": unit.way,
            "unit": unit.name,
            "source": unit.source,
            "publishers": list(self.scope.publishers) or ([unit.publisher] if unit.publisher else []),
            "first_day": unit.window.first,
            "last_day": unit.window.last,
            "undated": self.scope.undated,
            "fingerprint": unit.fingerprint,
            "state": state,
            "detail": detail,
            "listed": figures.listed,
            "outside": figures.outside,
            "known": figures.known,
            "captured": figures.captured,
            "deferred": figures.deferred,
            "bytes": figures.bytes,
            "started_at": figures.started_at,
            "ended_at": datetime.now(UTC),
            **self._versions,
        }
        batches.write_batch(self.settings.place, [{"unit": row}], run_id=self.run_id, program=PROGRAM)
        self._append_now_and_then()
        if self._shown is not None:
            self._shown.unit_ended()

    def let_the_schedule_go_first(self) -> None:
        """Stand back while a scheduled run polls: what is new today matters more than what is old."""
        ends_at, is_said = time.monotonic() + YIELD_MOST, False
        while is_polling(self.settings.place.spool) and time.monotonic() < ends_at:
            if not is_said:
                progress().say("A scheduled run is polling: it goes first")
                is_said = True
            end_if_told()
            time.sleep(YIELD_POLL)


class UnitProgress(Progress):
    """Progress in units, shown by whoever showed it before: how many are done, how fast, how long it will take."""

    def __init__(self, inner: Progress, units: int) -> None:
        super().__init__()
        self._inner, self._units, self._done = inner, units, 0
        self._began = self._said = time.monotonic()
        self._of_unit = 0

    def say(self, line: str) -> None:
        self._inner.say(line)

    def at(self, path: Path, done: int, total: int) -> None:
        if total and self._units:
            here = self._done * _PARTS + min(done * _PARTS // total, _PARTS)
            self._inner.at(Path("backfill"), min(here, self._units * _PARTS), self._units * _PARTS)

    def fetched(self, left: int) -> None:
        self._of_unit += 1
        self.at(Path("backfill"), self._of_unit, self._of_unit + left)

    def extracted(self, pages: int) -> None:
        self._pages += pages
        self._inner.extracted(pages)

    def unit_ended(self) -> None:
        self._done, self._of_unit = self._done + 1, 0
        now = time.monotonic()
        self._inner.at(Path("backfill"), self._done * _PARTS, max(self._units, self._done) * _PARTS)
        if now - self._said >= LINE_EVERY or self._done == self._units:
            self._said = now
            self.say(self._sentence(now - self._began))

    def _sentence(self, seconds: float) -> str:
        left = seconds / self._done * max(self._units - self._done, 0)
        rate = self._pages / max(seconds, 1.0)
        units, pages = counted(self._units, "unit"), counted(self._pages, "page")
        said = f"{self._done:,} of {units}, {pages} extracted, {rate:.1f} a second"
        return f"{said}, about {duration(left)} left" if left else said


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"


@contextmanager
def only_one(spool: Path) -> Iterator[None]:
    """One backfill of a warehouse at a time: two would read the same units. Raises Stop, naming who is at it."""
    try:
        with alone(spool / LOCK):
            yield
    except Taken as taken:
        raise Stop(
            f"another backfill of this warehouse runs (PID {taken.holder}); start this one when it has ended"
        ) from None
