"""When an article was first published and last changed: one decision over all the evidence, in pure functions.

The strongest evidence names the day (`date_candidates.ORDER`). What the day's other evidence adds is the clock (a
day alone and a padded midnight yield to a full timestamp beside them) and the true offset (`date_settle`).
What stays unsettled is said with a flag and a lower precision: a wrong instant stated with confidence is worst.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.model import DateEvidence, Published, Updated
from tasks.normalise.date_candidates import FAR, FUTURE, VISIBLE, Candidate, candidates
from tasks.normalise.date_reading import Reading
from tasks.normalise.date_settle import settle
from tasks.normalise.date_zones import MAX_OFFSET, MIN_OFFSET, instant_of, offset_in, offsets_of_country

NEIGHBOUR = timedelta(days=1)  # a print edition bears the next day's date


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was decided, and the candidates that decided it."""

    published: Published
    day: Candidate | None = None  # whose day it is
    clock: Candidate | None = None  # whose clock it is


@dataclass(frozen=True, slots=True)
class _Local:
    """What is known of the publisher's clock, and the clock of the capture."""

    zone: ZoneInfo | None
    country: str | None
    captured_at: datetime


def published(
    evidence: Sequence[DateEvidence],
    *,
    zone: ZoneInfo | None,
    country: str | None,
    languages: Sequence[str],
    abbreviations: Mapping[tuple[str, str], int],
    captured_at: datetime,
) -> Published:
    """Decide when an article was first published.

    The strongest evidence wins (order: `date_candidates.ORDER`); a wall clock without a zone is read in `zone`, the
    publisher's. Instants later than `captured_at` + 24 h are not believed. Absence is a value: returns
    `Published()`, raises nothing. The order of `evidence` does not matter.
    """
    return published_and_updated(
        evidence, zone=zone, country=country, languages=languages, abbreviations=abbreviations, captured_at=captured_at
    )[0]


def published_and_updated(
    evidence: Sequence[DateEvidence],
    *,
    zone: ZoneInfo | None,
    country: str | None,
    languages: Sequence[str],
    abbreviations: Mapping[tuple[str, str], int],
    captured_at: datetime,
) -> tuple[Published, Updated]:
    """`published`, and `updated` after it: the evidence is read once for both."""
    believed, refused = candidates(
        evidence, zone=zone, country=country, languages=languages, abbreviations=abbreviations, captured_at=captured_at
    )
    local = _Local(zone, country, captured_at)
    first = _choose(believed, local, any(why == "in_future" for _, why in refused)).published
    return first, _last_change(believed, local, first)


def updated(
    evidence: Sequence[DateEvidence],
    *,
    zone: ZoneInfo | None,
    country: str | None,
    languages: Sequence[str],
    abbreviations: Mapping[tuple[str, str], int],
    captured_at: datetime,
    first: Published,
) -> Updated:
    """The last change that the page states; nothing earlier than `first`, nor later than `captured_at` + 24 h.

    A change of which only the day is stated counts from the day after the publication: on the same day it says
    nothing, and its midnight would lie before the publication.
    """
    believed, _ = candidates(
        evidence, zone=zone, country=country, languages=languages, abbreviations=abbreviations, captured_at=captured_at
    )
    return _last_change(believed, _Local(zone, country, captured_at), first)


def _last_change(believed: Sequence[Candidate], local: _Local, first: Published) -> Updated:
    for candidate in believed:
        if not candidate.is_change:
            continue
        found = _published_at(candidate, believed, local)
        if found.at is None or found.date is None or found.at > local.captured_at + FUTURE:
            continue
        if first.at is not None and first.date is not None:
            by_day = "day" in (found.precision, first.precision)
            if (by_day and found.date <= first.date) or (not by_day and found.at < first.at):
                continue
        return Updated(at=found.at, raw=candidate.evidence.raw)
    return Updated()


def explain(
    evidence: Sequence[DateEvidence],
    *,
    zone: ZoneInfo | None,
    country: str | None,
    languages: Sequence[str],
    abbreviations: Mapping[tuple[str, str], int],
    captured_at: datetime,
) -> list[dict[str, str]]:
    """Every piece of evidence, how it was read and why it won or lost; strongest first. For `presshouse why`."""
    believed, refused = candidates(
        evidence, zone=zone, country=country, languages=languages, abbreviations=abbreviations, captured_at=captured_at
    )
    future = any(why == "in_future" for _, why in refused)
    choice = _choose(believed, _Local(zone, country, captured_at), future)
    rows = [_row(c.evidence, _spell(c.reading), _verdict(c, choice)) for c in believed]
    return rows + [_row(piece, "", why) for piece, why in refused]


def _choose(believed: Sequence[Candidate], local: _Local, future: bool) -> _Choice:
    """Day, then clock, then offset; each step a function below, in this order. `future`: something was refused."""
    lead = _first_published(believed)
    if lead is None:
        return _Choice(Published(flags=("in_future",) if future else ()))
    lead = _agreed_order(_outvoted(_before_change(lead, believed), believed), believed)
    clock = _with_clock(lead, believed)
    found = _published_at(clock, believed, local)
    if lead.is_change:
        found = _day_only(found.date or lead.reading.day, clock, local.zone, (*found.flags, "only_updated"))
    if found.at is not None and found.at > local.captured_at + FUTURE:
        return _choose([c for c in believed if c not in (lead, clock)], local, future=True)
    return _Choice(found, lead, clock)


def _first_published(believed: Sequence[Candidate]) -> Candidate | None:
    """The strongest candidate. A date of unknown meaning after a stated change is no first publication."""
    changes = [c.reading.day for c in believed if c.is_change]
    changed = min(changes, default=date.max)
    for candidate in believed:
        if candidate.is_witness:
            continue
        if candidate.evidence.role != "unknown" or candidate.reading.day <= changed:
            return candidate
    return None


def _before_change(lead: Candidate, believed: Sequence[Candidate]) -> Candidate:
    """Modified posing as published: where the lead is the moment of a stated change, an earlier day that the URL, a
    meta tag or a label for readers names is the first one. A neighbouring day is no contradiction."""
    if not any(c.is_change and _same_moment(c.reading, lead.reading) for c in believed):
        return lead
    earlier = (c for c in believed if c.is_settling and c.reading.day < lead.reading.day - NEIGHBOUR)
    return next(earlier, lead)


def _outvoted(lead: Candidate, believed: Sequence[Candidate]) -> Candidate:
    """A meta tag that nothing else on the page bears out yields to a day that readers are shown beside the headline
    and another statement of publication names: editors mend the one they see."""
    others = [c for c in believed if c.evidence.source != "meta" and not (c.is_change or c.is_witness)]
    if lead.evidence.source != "meta" or any(c.reading.day == lead.reading.day for c in others):
        return lead
    shown = {c.reading.day for c in others if c.evidence.source in VISIBLE and c.distance[0] < FAR and c.is_printed}
    stated = (c for c in others if c.evidence.role == "published" and c.reading.day in shown)
    return next((c for c in stated if c.evidence.source not in VISIBLE), lead)


def _same_moment(a: Reading, b: Reading) -> bool:
    if a.clock is None or b.clock is None:
        return False
    return a.wall == b.wall or (a.instant is not None and a.instant == b.instant)


def _agreed_order(candidate: Candidate, believed: Sequence[Candidate]) -> Candidate:
    """`02/03/2024` of unknown order is the day that other evidence names, where one of the two days is named."""
    other = candidate.reading.other_day
    if other is None:
        return candidate
    sure = {c.reading.day for c in believed if c.reading.other_day is None}
    if candidate.reading.day in sure or other in sure:
        day = candidate.reading.day if candidate.reading.day in sure else other
        flags = tuple(flag for flag in candidate.reading.flags if flag != "day_month_ambiguous")
        return replace(candidate, reading=replace(candidate.reading, day=day, flags=flags, other_day=None))
    return candidate


def _with_clock(lead: Candidate, believed: Sequence[Candidate]) -> Candidate:
    """The lead itself when it has a clock; else the strongest full timestamp of its day, or of a neighbouring one."""
    if not lead.padded:
        return lead
    midnight = lead.reading.instant  # a padded midnight in other dress (`01:00+01:00`) is no clock either
    timed = [c for c in believed if not (c.padded or c.is_change or c.is_witness)]
    timed = [c for c in timed if midnight is None or c.reading.instant != midnight]
    for reach in (timedelta(0), NEIGHBOUR):
        for candidate in timed:
            apart = abs(candidate.reading.day - lead.reading.day)
            if apart == reach and (not reach or candidate.evidence.role == "published"):
                return candidate
    return lead


def _published_at(candidate: Candidate, believed: Sequence[Candidate], local: _Local) -> Published:
    """The candidate's moment with its true offset; the day alone when clock or offset stay unknown."""
    reading = candidate.reading
    if candidate.padded:
        return _day_only(reading.day, candidate, local.zone, reading.flags)
    settled = settle(reading, believed, local.zone, local.captured_at)
    if settled.offset_minutes is None:
        return _day_only(reading.day, candidate, local.zone, settled.flags)
    is_utc = local.zone is None and settled.offset_minutes == 0
    found = Published(
        at=instant_of(settled.wall, settled.offset_minutes),
        date=_printed_day(settled.wall, believed, local.country) if is_utc else settled.wall.date(),
        precision=reading.precision,
        offset_minutes=settled.offset_minutes,
        source=candidate.evidence.source,
        raw=candidate.evidence.raw,
        flags=_unique(settled.flags),
    )
    return found if is_utc else _as_readers_see(found, believed)


def _as_readers_see(found: Published, believed: Sequence[Candidate]) -> Published:
    """The day of an instant whose UTC day, and not the local one, stands beside the headline: some sites print UTC.

    A later change on that day would explain the line as well, unless the line has the very minute or calls itself the
    publication.
    """
    if found.at is None or found.at.date() == found.date:
        return found
    utc = found.at.replace(tzinfo=None, second=0, microsecond=0)
    shown = [c for c in believed if c.is_beside_headline and c.reading.other_day is None]
    days = {c.reading.day for c in shown}
    if found.date in days or utc.date() not in days:
        return found
    exact = any(
        c.evidence.role == "published"
        or (c.reading.wall is not None and c.reading.wall.replace(second=0, microsecond=0) == utc)
        for c in shown
        if c.reading.day == utc.date()
    )
    changed = any(c.is_change and c.reading.day >= utc.date() for c in believed)
    return found if changed and not exact else replace(found, date=utc.date(), offset_minutes=0)


def _printed_day(utc: datetime, believed: Sequence[Candidate], country: str | None) -> date:
    """The publisher's day of an instant in UTC where its zone is unknown: the day shown to readers, or named by the
    URL or any date without a clock; else the day that it was in all of the country; else UTC's."""
    shown = {
        c.reading.day
        for c in believed
        if c.is_printed or (c.reading.clock is None and not c.is_change and c.reading.other_day is None)
    }
    reached = {(utc + timedelta(minutes=minutes)).date() for minutes in (MIN_OFFSET, MAX_OFFSET)} | {utc.date()}
    if utc.date() in shown or not shown & reached:
        everywhere = {(utc + timedelta(minutes=offset)).date() for offset in offsets_of_country(country, utc)}
        return everywhere.pop() if len(everywhere) == 1 and utc.date() not in shown else utc.date()
    return min(shown & reached)


def _day_only(day: date, candidate: Candidate, zone: ZoneInfo | None, flags: tuple[str, ...]) -> Published:
    """A day: its local midnight, UTC's where the zone is unknown."""
    midnight = datetime.combine(day, time())
    offset = candidate.reading.offset_minutes or None
    if zone is not None:
        offset = offset_in(zone, midnight)[0]
    return Published(
        at=instant_of(midnight, offset or 0),
        date=day,
        precision="day",
        offset_minutes=offset,
        source=candidate.evidence.source,
        raw=candidate.evidence.raw,
        flags=_unique(flags),
    )


def _unique(flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(flags)))


def _row(piece: DateEvidence, read_as: str, verdict: str) -> dict[str, str]:
    return {
        "source": piece.source,
        "where": piece.where,
        "role": piece.role,
        "raw": piece.raw,
        "read_as": read_as,
        "verdict": verdict,
    }


def _spell(reading: Reading) -> str:
    """`2016-07-15 14:07:00 +05:30`, as far as it is stated."""
    parts = [reading.day.isoformat()]
    if reading.clock is not None:
        parts.append(reading.clock.isoformat())
    if reading.offset_minutes is not None:
        sign = "-" if reading.offset_minutes < 0 else "+"
        parts.append(f"{sign}{abs(reading.offset_minutes) // 60:02}:{abs(reading.offset_minutes) % 60:02}")
    return " ".join((*parts, *reading.flags))


def _verdict(candidate: Candidate, choice: _Choice) -> str:
    won = choice.published
    if choice.clock is not None and candidate.evidence == choice.clock.evidence:
        return "won" if choice.day is not None and candidate.evidence == choice.day.evidence else "won: gave the clock"
    if choice.day is not None and candidate.evidence == choice.day.evidence:
        return "gave the day; its clock is missing or padded"
    if candidate.is_change:
        return "a later change"
    if won.date == candidate.reading.day:
        return "agrees on the day"
    return "weaker place"
