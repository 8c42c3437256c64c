"""The true offset of a wall clock, from all that a page says about the same moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tasks.normalise.date_candidates import VISIBLE, Candidate
from tasks.normalise.date_reading import Reading
from tasks.normalise.date_zones import MAX_OFFSET, MIN_OFFSET, instant_of, offset_at, offset_in

QUARTER_HOUR = 15  # minutes; every offset in use is a multiple of it
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """A wall clock of the publisher and the offset that applied to it; None: nothing settles it."""

    wall: datetime
    offset_minutes: int | None
    flags: tuple[str, ...] = ()


def settle(reading: Reading, others: Sequence[Candidate], zone: ZoneInfo | None, captured_at: datetime) -> Settled:
    """The local wall clock and true offset of a reading with a clock; `others` are all candidates.

    1. The same wall clock with another offset elsewhere: `Z` and `+00:00` are what templates write without knowing,
       so the offset that is none of these is the true one (of several, the publisher's; else nobody knows).
    2. `Z` alone is believed and turned to the publisher's local time, unless the page contradicts it.
    3. No offset anywhere: the zone's, flag `zone_assumed`; or none.

    A `Z` found to be local time has the flag `false_utc`. What stays contradictory has no offset and the flag
    `zone_conflict`.
    """
    wall = reading.wall
    if wall is None:
        raise ValueError("settle needs a reading with a clock")
    same = [c.reading for c in others if not c.is_witness and c.reading.wall and _same_minute(c.reading.wall, wall)]
    stated = {r.offset_minutes for r in same} | {reading.offset_minutes}
    if local := {offset for offset in stated if offset}:
        flags = (*reading.flags, "false_utc") if reading.offset_minutes == 0 else reading.flags
        return _of_several(wall, local, zone, flags)
    if 0 in stated:
        return _of_utc(wall, others, zone, captured_at)
    return _of_nothing(wall, others, zone)


def _of_several(wall: datetime, local: set[int], zone: ZoneInfo | None, flags: tuple[str, ...]) -> Settled:
    """One offset that is not UTC, or several of which only the publisher's own can be true."""
    if len(local) == 1:
        return Settled(wall, next(iter(local)), flags)
    home = None if zone is None else offset_in(zone, wall)[0]
    return Settled(wall, home, flags) if home in local else Settled(wall, None, (*flags, "zone_conflict"))


def _of_nothing(wall: datetime, others: Sequence[Candidate], zone: ZoneInfo | None) -> Settled:
    """A wall clock without offset: the publisher's zone; without one what an instant elsewhere implies."""
    implied = {
        offset
        for c in others
        if not (c.is_change or c.is_witness or c.padded) and c.reading.instant is not None
        for offset in _offsets_between(c.reading.instant, [wall])
    }
    if zone is None:
        return Settled(wall, implied.pop() if len(implied) == 1 else None, ("zone_assumed",))
    home, flags = offset_in(zone, wall)
    return Settled(wall, home, flags if home in implied else (*flags, "zone_assumed"))


def _of_utc(wall: datetime, others: Sequence[Candidate], zone: ZoneInfo | None, captured_at: datetime) -> Settled:
    """A wall clock that only ever says UTC: true, or local time with a template's `Z`."""
    instant = instant_of(wall, 0)
    shown = [c.reading.wall for c in others if c.evidence.source in VISIBLE and c.reading.offset_minutes is None]
    walls = [w for w in shown if w is not None]
    doubted = any(_same_minute(w, wall) for w in walls)  # readers are shown the wall clock that claims to be UTC
    if zone is None:
        implied = {offset for offset in _offsets_between(instant, walls) if offset}
        if len(implied) == 1:  # readers are shown the same moment on the publisher's clock
            offset = implied.pop()
            return Settled(wall + timedelta(minutes=offset), offset)
        return Settled(wall, None, ("zone_conflict",)) if doubted else Settled(wall, 0)
    home, home_flags = offset_in(zone, wall)
    if_true, if_false = instant, instant_of(wall, home)
    at_home = wall + timedelta(minutes=offset_at(zone, if_true))
    if not home or at_home == wall:
        return Settled(wall, home)
    utc = [c.reading.wall for c in others if c.reading.offset_minutes == 0 and c.reading.wall and not c.padded]
    true = if_false > captured_at or any(_same_minute(w, at_home) for w in walls) or _witnessed(if_true, others)
    # The same moment twice, both times as UTC, a zone's offset apart: the later of them in the zone is local time.
    false = if_true > captured_at or any(_same_minute(w, if_false.replace(tzinfo=None)) for w in utc)
    if false and not true:
        return Settled(wall, home, (*home_flags, "false_utc"))
    days = {c.reading.day for c in others if c.is_printed}
    if doubted and not true and not (at_home.date() in days and wall.date() != at_home.date()):
        return Settled(wall, None, ("zone_conflict",))
    return Settled(at_home, offset_at(zone, if_true))


def _witnessed(instant: datetime, others: Iterable[Candidate]) -> bool:
    """The page's script state has the instant as Unix time, which knows no zones."""
    return any(c.evidence.source == "script" and c.evidence.raw.isdigit() and _is_at(c, instant) for c in others)


def _is_at(candidate: Candidate, instant: datetime) -> bool:
    stated = candidate.reading.instant
    return stated is not None and abs(stated - instant) < MINUTE


def _offsets_between(instant: datetime, walls: Sequence[datetime]) -> list[int]:
    """Offsets of whole quarter hours at which an instant shows one of these wall clocks, to the minute."""
    found: list[int] = []
    for wall in walls:
        minutes = (wall.replace(second=0) - instant.replace(second=0, tzinfo=None)) // MINUTE
        if MIN_OFFSET <= minutes <= MAX_OFFSET and minutes % QUARTER_HOUR == 0:
            found.append(minutes)
    return found


def _same_minute(a: datetime, b: datetime) -> bool:
    return a.replace(second=0) == b.replace(second=0)
