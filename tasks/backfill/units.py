"""The units of a backfill, which of them are done, and what the others will cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from tasks.backfill.scope import Undated
from tasks.backfill.windows import Window

Way = Literal["sitemap", "ccnews", "wayback", "archive", "path"]

# A unit that was read sooner than this after its last day is read again: lists and archives were still growing.
SETTLED_AFTER = timedelta(days=2)

# Estimates, where nothing better is known.
PAGES_A_DAY = 60  # of a publisher: the median of the seeds' national dailies is nearer 100, of magazines 10
PAGE_BYTES = 120_000  # of a page as sent, compressed
DOWNLOAD_BYTES_S = 10e6  # bytes a second from a large archive
PAGES_S = 25.0  # pages a second that are extracted, with two processes
RECORDS_A_FILE = 30_000  # pages in a CC-NEWS file of 1 GiB


@dataclass(frozen=True, slots=True)
class Unit:
    """What is read in one go, entered in the ledger when it is done, and then not read again.

    `source`: a sitemap, a site, a WARC file, a folder; `window`: the days that it is read for; `publisher`: whose list
    it is; `fingerprint`: of local files, another one means another unit.
    """

    way: Way
    source: str
    window: Window
    publisher: str | None = None
    fingerprint: str = ""
    is_dated: bool = False  # the list itself is of these days

    @property
    def name(self) -> str:
        """For the ledger and for people: each unit of a plan has its own."""
        days = f"{self.window.first}" if self.window.first == self.window.last else "{} to {}".format(*self.window)
        return f"{self.publisher} {days} {self.source}" if self.publisher else f"{days} {self.source}"


@dataclass(frozen=True, slots=True)
class Done:
    """A unit that the ledger has as done."""

    way: str
    source: str
    window: Window
    undated: str
    publishers: tuple[str, ...]
    fingerprint: str
    ended_at: datetime  # aware


def open_units(
    units: Sequence[Unit], done: Iterable[Done], *, undated: Undated, publishers: Sequence[str]
) -> list[Unit]:
    """The units that no row of the ledger covers, in their order.

    A row covers a unit of the same source when it was read for at least the same days and publishers, by the same
    rule for undated articles, and at a time when its days were over.
    """
    rows: dict[tuple[str, str], list[Done]] = {}
    for row in done:
        rows.setdefault((row.way, row.source), []).append(row)
    wanted = set(publishers)
    return [
        unit
        for unit in units
        if not any(_covers(row, unit, undated, wanted) for row in rows.get((unit.way, unit.source), ()))
    ]


def _covers(row: Done, unit: Unit, undated: Undated, publishers: set[str]) -> bool:
    all_publishers = not row.publishers or (bool(publishers) and publishers <= set(row.publishers))
    settled_at = datetime(unit.window.last.year, unit.window.last.month, unit.window.last.day, tzinfo=UTC)
    return (
        row.window.first <= unit.window.first
        and unit.window.last <= row.window.last
        and row.undated == undated
        and row.fingerprint == unit.fingerprint
        and (all_publishers or unit.publisher in row.publishers)
        and (row.ended_at >= settled_at + SETTLED_AFTER or unit.way in ("path", "archive"))
    )


@dataclass(frozen=True, slots=True)
class Day:
    """What the view `coverage` says of a publisher and day."""

    actual: int
    expected: float | None
    gap: str | None

    @property
    def is_filled(self) -> bool:
        """Nothing is missing, as far as there is an expectation."""
        return self.expected is not None and self.gap is None


def missing_units(
    units: Sequence[Unit], coverage: Mapping[tuple[str, date], Day], publishers: Sequence[str]
) -> list[Unit]:
    """The units with a day on which something is missing, or of which nobody knows what to expect."""
    return [unit for unit in units if not _is_filled(unit, coverage, publishers)]


def _is_filled(unit: Unit, coverage: Mapping[tuple[str, date], Day], publishers: Sequence[str]) -> bool:
    whose = [unit.publisher] if unit.publisher else list(publishers)
    count = (unit.window.last - unit.window.first).days + 1
    days = [unit.window.first + timedelta(days=number) for number in range(count)]
    return bool(whose) and all(
        (day := coverage.get((publisher, one))) is not None and day.is_filled for publisher in whose for one in days
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """What is still to be done, roughly."""

    requests: int = 0
    download_bytes: int = 0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a backfill is going to do. `notes`: what people should know of it; `unread`: lists that could not be had,
    each with the reason, so that there may be more to do."""

    way: Way
    asked: Window
    units: tuple[Unit, ...]  # all
    to_do: tuple[Unit, ...]
    filled: int = 0  # left out because nothing is missing there
    cost: Cost = field(default_factory=Cost)
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        return len(self.units) - len(self.to_do) - self.filled


def page_cost(
    units: Sequence[Unit], per_day: Mapping[str, float], *, interval_s: float, is_one_host: bool, lists: int = 1
) -> Cost:
    """Of units whose pages are fetched one by one: publishers side by side, an archive (`is_one_host`) in turn.

    `per_day`: articles a day by publisher, where that is known; `lists`: requests to list a unit.
    """
    pages: dict[str, float] = {}
    for unit in units:
        days = (unit.window.last - unit.window.first).days + 1
        whose = unit.publisher or ""
        pages[whose] = pages.get(whose, 0.0) + days * per_day.get(whose, PAGES_A_DAY)
    total = round(sum(pages.values()))
    listing = lists * len(units)
    in_turn = listing + (total if is_one_host or not pages else round(max(pages.values())))
    hours = max(in_turn * interval_s, total / PAGES_S) / 3600
    return Cost(total + listing, total * PAGE_BYTES, hours)


def file_cost(files: int, file_bytes: float, *, is_filtered: bool) -> Cost:
    """Of WARC files that are downloaded whole. `is_filtered`: only some publishers' pages are extracted."""
    total = round(files * file_bytes)
    records = RECORDS_A_FILE * total / (1 << 30)
    extracting = 0.02 * records if is_filtered else records
    return Cost(files, total, (total / DOWNLOAD_BYTES_S + extracting / PAGES_S) / 3600)
