"""Stories: which articles carry the same text. Assigned once a run, after its last batch; every step can run again.

The work of a run is proportional to what it appended and to what that may be copies of:

stops     which of the new shingles are on the stop list of their day       stories_stops
pairs     candidates by shared shingles in a window of days, then compared  stories_pairs
members   the stories that are touched, decided again whole                 stories_members

What depends on the order of arrival is settled by `redecide_late_days`: after it, stories are a function of what is
stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

import duckdb
import pyarrow as pa

from tasks.dedupe.matching import METHOD
from warehouse.place import Place
from warehouse.stories_desk import ARTICLES_AT_ONCE, Chunk, Desk, append_ranges, chunk_of, chunks_between
from warehouse.stories_members import decide_members
from warehouse.stories_pairs import Found, compared, find, save_pairs
from warehouse.stories_shingles import make_shingles, save_shingles, tidy_shingles
from warehouse.stories_stops import decide_late_stops, decide_stops, save_stops

__all__ = ["METHOD", "assign_stories", "redecide_late_days"]

Step = Literal["assigned", "redecided", "rebuilt"]

_PROGRESS = """
select max_by(appended_until, ended_at), max_by(late_until, ended_at), (select max(appended_at) from shingles)
from story_runs
"""
_LACKING = """
select (select count(*) from story_runs) = 0
    and (select count(*) from revisions) > (select count(*) from shingles)
"""


@dataclass(frozen=True, slots=True)
class _Progress:
    """Instants of appends; None before the first."""

    assigned: datetime | None  # what was appended up to here is in its stories
    late: datetime | None  # days touched by what was appended up to here are decided again
    appended: datetime | None


def assign_stories(place: Place, *, run_id: str, wait: float) -> int:
    """Decide the stories of all pending articles; returns how many memberships changed. Running again changes nothing.

    Raises WarehouseHeld when another process does not let go: what is decided is kept, the next run goes on.
    """
    desk = Desk(place.file, wait, run_id)
    _catch_up(desk)
    with desk.reading() as connection:
        progress = _progress(connection)
        if progress.appended is None or progress.appended == progress.assigned:
            return 0
        chunks = chunks_between(connection, progress.assigned, progress.appended)
        # One chunk, the usual case, needs one connection that reads and one that writes.
        found = find(connection, chunks[0], with_stops=True) if len(chunks) == 1 else None
    if found is None:
        for chunk in chunks:
            decide_stops(desk, chunk)
    # Before the first articles there were no days that these could touch.
    late = progress.appended if progress.assigned is None else progress.late
    return decide(desk, chunks, "assigned", progress.appended, late, found)


def redecide_late_days(place: Place, *, run_id: str, wait: float) -> int:
    """Decide days again whose stop list grew by articles that arrived later; returns how many memberships changed.

    Afterwards stories depend on what is stored, and no longer on the order in which it came. Raises WarehouseHeld.
    """
    changed = assign_stories(place, run_id=run_id, wait=wait)
    desk = Desk(place.file, wait, run_id)
    with desk.reading() as connection:
        progress = _progress(connection)
        if progress.appended is None or progress.late == progress.appended:
            return changed
        late = chunks_between(connection, progress.late, progress.appended)
    touched = sorted({article for chunk in late for article in decide_late_stops(desk, chunk).article_ids})
    parts = range(0, len(touched), ARTICLES_AT_ONCE)
    chunks = [chunk_of(touched[start : start + ARTICLES_AT_ONCE]) for start in parts]
    return changed + decide(desk, chunks, "redecided", progress.appended, progress.appended)


def redecide(place: Place, article_ids: Sequence[UUID], *, run_id: str, wait: float) -> int:
    """Decide the stories of these articles again, whose fellows went or were read again.

    Returns how many memberships changed. Raises WarehouseHeld.
    """
    changed = assign_stories(place, run_id=run_id, wait=wait)
    desk = Desk(place.file, wait, run_id)
    with desk.reading() as connection:
        progress = _progress(connection)
    if progress.appended is None or not article_ids:
        return changed
    ids = sorted(map(str, article_ids))
    parts = range(0, len(ids), ARTICLES_AT_ONCE)
    chunks = [chunk_of(ids[start : start + ARTICLES_AT_ONCE]) for start in parts]
    return changed + decide(desk, chunks, "redecided", progress.appended, progress.late)


def decide(
    desk: Desk, chunks: Sequence[Chunk], step: Step, until: datetime, late: datetime | None, found: Found | None = None
) -> int:
    """Compare and assign the articles of these chunks, and note how far the stories are decided.

    `found` is what the only chunk is to be compared with, where somebody has looked already.
    """
    unsaved = _compare(desk, chunks, found)
    done: dict[UUID, date] = {}
    changed = 0
    for number, chunk in enumerate(chunks):
        with desk.writing() as connection:
            if found is not None and found.stops is not None:
                save_stops(connection, found.stops, desk.run_id)
            if unsaved is not None:
                save_pairs(connection, unsaved, desk.run_id)
                unsaved = None
            changed += decide_members(desk, connection, chunk, done)
            if number == len(chunks) - 1:
                _note(connection, desk.run_id, step, until, late, changed)
    if not chunks:
        with desk.writing() as connection:
            _note(connection, desk.run_id, step, until, late, 0)
    return changed


def _compare(desk: Desk, chunks: Sequence[Chunk], found: Found | None) -> pa.Table | None:
    """Store the verdicts; the last of them are returned, for the next connection that writes."""
    unsaved: pa.Table | None = None
    for chunk in chunks:
        if found is None or len(chunks) > 1:
            with desk.reading() as connection:
                found = find(connection, chunk, with_stops=False)
        for rows in compared(desk, found):
            if unsaved is not None:
                with desk.writing() as connection:
                    save_pairs(connection, unsaved, desk.run_id)
            unsaved = rows
    return unsaved


def _note(
    connection: duckdb.DuckDBPyConnection, run_id: str, step: Step, until: datetime, late: datetime | None, changed: int
) -> None:
    connection.execute(
        "insert into story_runs values (?, ?, ?, ?, ?, ?, ?)",
        [run_id, step, METHOD, until, late, changed, datetime.now(UTC)],
    )


def _progress(connection: duckdb.DuckDBPyConnection) -> _Progress:
    row = connection.execute(_PROGRESS).fetchone()
    return _Progress(*row) if row else _Progress(None, None, None)


def _catch_up(desk: Desk) -> None:
    """Make the shingles of texts that a program without them stored; looked for once in the life of a warehouse."""
    with desk.reading() as connection:
        row = connection.execute(_LACKING).fetchone()
        ranges = append_ranges(connection) if row and row[0] else []
    if ranges:
        sketch_ranges(desk, ranges)


def sketch_ranges(desk: Desk, ranges: Sequence[tuple[datetime, datetime]]) -> None:
    """Make the shingles of the texts of these appends, where they have none; can run again."""
    for first, last in ranges:
        with desk.reading() as connection:
            rows = make_shingles(connection, first, last)
        if rows.num_rows:
            with desk.writing() as connection:
                save_shingles(connection, rows)
    with desk.writing() as connection:
        tidy_shingles(connection)
