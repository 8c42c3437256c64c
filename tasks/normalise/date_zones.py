"""From a wall clock to an instant: zone abbreviations by country, and the two hours a year that clocks make unsure.

Rules for those hours (PEP 495, fold=0): a time that the clock skipped is read with the offset before the jump,
flag `dst_gap`; a time that the clock showed twice is the earlier of the two, flag `dst_repeated`.
"""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import get_global

MAX_OFFSET = 14 * 60  # minutes; Kiribati has the largest, +14:00
MIN_OFFSET = -12 * 60
UTC_WORDS = frozenset(("Z", "UTC", "GMT", "UT"))
# Names that cover summer and winter: the offset depends on the day.
GENERIC_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}


def load_abbreviations(path: Path) -> dict[tuple[str, str], int]:
    """(abbreviation, country or "" for the meaning without a country) -> offset in minutes, from the seed file.

    Raises OSError when the file cannot be read, ValueError or KeyError when a row is no abbreviation.
    """
    with path.open(encoding="utf-8", newline="") as file:
        table = {(row["abbreviation"], row["country"]): int(row["offset_minutes"]) for row in csv.DictReader(file)}
    wrong = [key for key, offset in table.items() if not MIN_OFFSET <= offset <= MAX_OFFSET]
    if wrong:
        raise ValueError(f"{path}: offset out of range: {wrong}")
    return table


def offset_in(zone: ZoneInfo, wall: datetime) -> tuple[int, tuple[str, ...]]:
    """The offset in minutes that applied to a naive wall clock in a zone, and a flag for the unsure hours."""
    first = wall.replace(tzinfo=zone, fold=0)
    second = wall.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    if before == after:
        return _minutes(before), ()
    # The larger offset first: the clock went back and showed this hour twice. Else it jumped over it.
    return _minutes(before), ("dst_repeated",) if before > after else ("dst_gap",)


def offset_at(zone: ZoneInfo, instant: datetime) -> int:
    """The offset in minutes that a zone had at an instant."""
    return _minutes(instant.astimezone(zone).utcoffset() or timedelta())


def instant_of(wall: datetime, offset_minutes: int) -> datetime:
    """The UTC instant of a naive wall clock at an offset. Raises OverflowError at the ends of the calendar."""
    return wall.replace(tzinfo=timezone(timedelta(minutes=offset_minutes))).astimezone(UTC)


def offsets_of_country(country: str | None, utc: datetime) -> set[int]:
    """All offsets in minutes that were in use in a country at a naive UTC time; empty for none or an unknown one."""
    names = get_global("territory_zones").get(country or "", ())
    return {offset_at(ZoneInfo(name), utc.replace(tzinfo=UTC)) for name in names}


def offset_of_word(
    word: str,
    wall: datetime,
    *,
    zone: ZoneInfo | None,
    country: str | None,
    abbreviations: Mapping[tuple[str, str], int],
) -> tuple[int | None, tuple[str, ...]]:
    """The offset that a zone abbreviation means at a wall clock, and flags. None: the word is no zone we know.

    `IST`, `CST`, `BST` mean what the publisher's country means by them; without a country the commonest meaning is
    taken and flagged. A country's two names are often mixed up (`EST` all summer): when the word is the other of the
    zone's two names the wall clock still is the zone's.
    """
    if word in UTC_WORDS:
        return 0, ()
    if word in GENERIC_ZONES:
        return offset_in(ZoneInfo(GENERIC_ZONES[word]), wall)
    at_home = None if zone is None else offset_in(zone, wall)
    if zone is not None and at_home is not None and word in _names(zone, wall.year):
        stated = _names(zone, wall.year)[word]
        return at_home[0], at_home[1] if stated == at_home[0] else (*at_home[1], "zone_conflict")
    meanings = {country_: offset for (name, country_), offset in abbreviations.items() if name == word}
    if country and country in meanings:
        return meanings[country], ()
    if not meanings:
        return None, ()
    certain = len(set(meanings.values())) == 1
    if "" in meanings:
        return meanings[""], () if certain else ("zone_assumed",)
    # It means something in other countries only.
    return (next(iter(meanings.values())), ("zone_assumed",)) if certain else (None, ())


def _names(zone: ZoneInfo, year: int) -> dict[str, int]:
    """The abbreviations that a zone itself uses in a year -> offset in minutes."""
    names: dict[str, int] = {}
    for month in (1, 7):
        moment = datetime(year, month, 1, tzinfo=zone)
        name = moment.tzname() or ""
        if name.isalpha():
            names[name] = _minutes(moment.utcoffset() or timedelta())
    return names


def _minutes(offset: timedelta) -> int:
    return round(offset.total_seconds() / 60)
