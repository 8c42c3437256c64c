"""The true offset of a wall clock, from all that a page says about the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tasks.normalise.date_candidates import Candidate
from tasks.normalise.date_reading import Reading
from tasks.normalise.date_zones import MAX_OFFSET, MIN_OFFSET, instant_of, offset_at, offset_in

QUARTER_HOUR = 15  # minutes; every offset in use is a multiple of it
VISIBLE = frozenset(("text", "time"))  # what readers see runs on the publisher's own clock
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Settled:
    """A wall clock of the publisher and the offset that applied to it; None: nothing settles it."""

    wall: datetime
    offset_minutes: int | None
    flags: tuple[str, ...] = ()


def settle(reading: Reading, others: Sequence[Candidate], zone: ZoneInfo | None) -> Settled:
    """The local wall clock and true offset of a reading with a clock; `others` are all candidates.

    1. The same wall clock with another offset elsewhere: `Z` and `+00:00` are what templates write without knowing,
       so the offset that is none of these is the true one (of several, the publisher's; else nobody knows).
    2. `Z` alone is believed and turned to the publisher's local time, unless the page shows its readers the same
       wall clock: then it is the publisher's, flag `zone_conflict`.
    3. No offset anywhere: the zone's, flag `zone_assumed`; or none.
    """
    wall = reading.wall
    if wall is None:
        raise ValueError("settle needs a reading with a clock")
    same = [c for c in others if c.reading.wall is not None and _same_minute(c.reading.wall, wall)]
    stated = {c.reading.offset_minutes for c in same} | {reading.offset_minutes}
    local = {offset for offset in stated if offset}
    home, home_flags = (None, ()) if zone is None else offset_in(zone, wall)
    if local:
        return _of_several(wall, local, home, reading.flags)
    if 0 in stated:
        return _of_utc(reading, wall, others, zone, home)
    if home is not None:
        confirmed = any(offset == home for offset in _implied(wall, others))
        return Settled(wall, home, (*home_flags, *(() if confirmed else ("zone_assumed",))))
    implied = set(_implied(wall, others))
    return (
        Settled(wall, implied.pop(), ("zone_assumed",)) if len(implied) == 1 else Settled(wall, None, ("zone_assumed",))
    )


def _of_several(wall: datetime, local: set[int], home: int | None, flags: tuple[str, ...]) -> Settled:
    """One offset that is not UTC, or several of which only the publisher's own can be true."""
    if len(local) == 1:
        return Settled(wall, next(iter(local)), flags)
    if home in local:
        return Settled(wall, home, (*flags, "zone_conflict"))
    return Settled(wall, None, (*flags, "zone_conflict"))


def _of_utc(
    reading: Reading, wall: datetime, others: Sequence[Candidate], zone: ZoneInfo | None, home: int | None
) -> Settled:
    """A wall clock that only ever says UTC: true, or local time with a template's `Z`."""
    instant = instant_of(wall, 0)
    shown = [c.reading.wall for c in others if c.evidence.source in VISIBLE and c.reading.offset_minutes is None]
    walls = [w for w in shown if w is not None]
    as_utc = any(_same_minute(w, wall) for w in walls)
    if zone is not None and home is not None:
        true_offset = offset_at(zone, instant)
        at_home = wall + timedelta(minutes=true_offset)
        if true_offset and as_utc and not any(_same_minute(w, at_home) for w in walls):
            return Settled(wall, home, (*reading.flags, "zone_conflict"))
        return Settled(at_home, true_offset, reading.flags)
    implied = {o for o in _offsets_between(instant, walls) if o}
    if len(implied) == 1:  # readers are shown the same moment on the publisher's clock
        offset = implied.pop()
        return Settled(wall + timedelta(minutes=offset), offset, reading.flags)
    if as_utc:
        return Settled(wall, None, (*reading.flags, "zone_conflict"))
    return Settled(wall, 0, reading.flags)


def _implied(wall: datetime, others: Sequence[Candidate]) -> list[int]:
    """Offsets that make the wall clock one moment with an instant stated elsewhere."""
    found: list[int] = []
    for other in others:
        if not other.is_change and not other.padded and (instant := other.reading.instant) is not None:
            found += _offsets_between(instant, [wall])
    return found


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
