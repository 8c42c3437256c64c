"""The evidence for a date, each piece read once and ranked by the place it stood in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.model import DateEvidence
from tasks.normalise.date_reading import Reading, read_date

FUTURE = timedelta(hours=24)  # after the capture: clocks differ, and zones that a page does not state
EARLIEST_ZONE = timedelta(hours=14)  # a wall clock without zone may be this much ahead of UTC

# Strongest first: (source, pattern of the whole `where`, role). A place that is not listed is never believed.
ORDER: tuple[tuple[str, str, str], ...] = (
    ("record", r".*", "published"),
    ("json-ld", r"(?!page |media |other ).*", "published"),  # the article's own node
    ("meta", r"(og:)?article:published(_time)?|og:published_time|parsely-pub-date|sailthru\.date", "published"),
    ("feed", r".*", "published"),
    ("microdata", r"headline\S* (?!data-).*", "published"),  # beside the headline
    ("meta", r".*", "published"),
    ("text", r"(?!headline|page |aside ).*", "published"),  # a label in a text dump: "First Published:"
    ("json-ld", r"page .*", "published"),
    ("script", r"(?!state).*", "published"),  # JSON-LD that does not parse
    (
        "text",
        r"headline\S* (?!class$|line$).*",
        "published",
    ),  # labelled for readers, whatever the markup beside it says
    ("time", r"headline.*", "published"),
    ("text", r"headline.*", "published"),
    ("sitemap", r".*", "published"),
    ("record", r".*", "unknown"),
    ("time", r"headline.*", "unknown"),
    ("microdata", r"headline\S* (?!data-).*", "unknown"),
    ("text", r"headline(\+\d+|-[0-3]) class", "unknown"),  # further up stands the day of the newspaper's front page
    ("text", r"title", "unknown"),
    ("text", r"headline[+-][0-2] line", "unknown"),  # a day alone in its line, where readers look for it
    ("time", r"lone .*", "unknown"),
    ("meta", r".*", "unknown"),
    ("json-ld", r".*", "published"),
    ("json-ld", r".*", "unknown"),
    ("microdata", r"page (?!data-).*", "published"),
    ("time", r"page .*", "published"),
    ("script", r"state .*", "published"),
    ("url", r".*", "unknown"),
    ("text", r"headline\+.*", "unknown"),
    ("text", r"headline.*", "unknown"),
    ("text", r"page .*", "published"),
    ("microdata", r"(headline|page).* data-.*", "published"),  # attributes for scripts, of teasers too
    ("text", r"head", "unknown"),  # of a text dump
    ("script", r"(?!states).*", "unknown"),
    ("microdata", r"aside .*", "published"),
    ("time", r"aside .*", "published"),
    ("microdata", r".*", "unknown"),
    ("time", r"(page|lone|aside) .*", "unknown"),
    ("text", r"aside .*", "published"),
    ("text", r"(page|aside) .*", "unknown"),
    # Only a change is stated: the article was there by then.
    ("json-ld", r"(?!page |media |other ).*", "updated"),
    ("meta", r".*", "updated"),
    ("record", r".*", "updated"),
    ("time", r"headline.*", "updated"),
    ("microdata", r"headline.*", "updated"),
    ("text", r"(?!page |aside ).*", "updated"),
    ("json-ld", r".*", "updated"),
    ("microdata", r".*", "updated"),
    ("time", r".*", "updated"),
    ("text", r".*", "updated"),
    ("script", r".*", "updated"),
    ("sitemap", r".*", "updated"),
    ("feed", r".*", "updated"),
    ("headers", r".*", "updated"),
)
# Dates in the page's script state, which may be other articles': they never lead, but can confirm an instant.
WITNESS = ("script", "states ")
_PLACES = {
    kind: [(rank, re.compile(where, re.DOTALL)) for rank, (s, where, r) in enumerate(ORDER) if (s, r) == kind]
    for kind in {(source, role) for source, _, role in ORDER}
}
# What readers are shown, and what bears the publisher's own calendar day.
VISIBLE = frozenset(("text", "time"))
PRINTED = VISIBLE | {"url"}
_DISTANCE = re.compile(r"headline[+-](\d{1,4}) ")
FAR = 10_000  # lines
_BARE_LABEL = re.compile(r"\s(?:date|datum|fecha|data|дата)\s?:?$", re.IGNORECASE)  # a photograph has one, too
_FINENESS = {"second": 0, "minute": 1, "day": 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One piece of evidence as read, and its place in ORDER."""

    evidence: DateEvidence
    reading: Reading
    rank: int

    @property
    def key(self) -> tuple[object, ...]:
        """Sorts candidates the same way whatever order the evidence came in."""
        r = self.reading
        clock, offset = r.clock or time(), r.offset_minutes
        return (
            self.rank,
            self.distance,
            _FINENESS[r.precision],
            r.day,
            clock,
            offset is None,
            offset or 0,
            self.evidence.raw,
            self.evidence.where,
        )

    @property
    def distance(self) -> tuple[int, bool]:
        """Lines between it and the headline, and whether it stands above; far away where nothing is said."""
        match = _DISTANCE.match(self.evidence.where)
        return (int(match[1]), match[0][8] == "-") if match else (FAR, False)

    @property
    def padded(self) -> bool:
        """No clock, or the midnight that templates write where only the day is known."""
        return self.reading.clock is None or self.reading.clock == time(0)

    @property
    def is_witness(self) -> bool:
        return self.rank == len(ORDER)

    @property
    def is_change(self) -> bool:
        return self.evidence.role == "updated"

    @property
    def is_printed(self) -> bool:
        """It names a day as the publisher's readers see it, not one of UTC."""
        r = self.reading
        sure = r.other_day is None and r.offset_minutes != 0
        return sure and self.evidence.source in PRINTED and not self.is_change

    @property
    def is_beside_headline(self) -> bool:
        """Visible text near the headline that calls itself no change."""
        return self.evidence.source == "text" and self.distance[0] < FAR and not self.is_change

    @property
    def is_settling(self) -> bool:
        """Good enough to say that a stronger date is not the first publication."""
        where, source = self.evidence.where, self.evidence.source
        labelled = source == "text" and where.startswith("headline") and not where.endswith((" class", " line"))
        labelled = labelled and not _BARE_LABEL.search(where)
        return source == "url" or (self.evidence.role == "published" and (source == "meta" or labelled))


def candidates(
    evidence: Sequence[DateEvidence],
    *,
    zone: ZoneInfo | None,
    country: str | None,
    languages: Sequence[str],
    abbreviations: Mapping[tuple[str, str], int],
    captured_at: datetime,
) -> tuple[list[Candidate], list[tuple[DateEvidence, str]]]:
    """(what can be believed, strongest first; what cannot, with the reason)."""
    believed: list[Candidate] = []
    refused: list[tuple[DateEvidence, str]] = []
    for piece in dict.fromkeys(evidence):
        reading = read_date(
            piece.raw,
            zone=zone,
            country=country,
            languages=languages,
            abbreviations=abbreviations,
            captured_at=captured_at,
        )
        rank = rank_of(piece)
        if reading is None:
            refused.append((piece, "unreadable"))
        elif rank is None:
            refused.append((piece, "not listed"))
        elif is_future(reading, captured_at):
            refused.append((piece, "in_future"))
        else:
            believed.append(Candidate(piece, reading, rank))
    return sorted(believed, key=lambda c: c.key), sorted(refused, key=lambda r: (r[1], r[0].source, r[0].raw))


def rank_of(piece: DateEvidence) -> int | None:
    """The place in ORDER, 0 the strongest, a witness behind all; None when it is not listed."""
    if piece.source == WITNESS[0] and piece.where.startswith(WITNESS[1]):
        return len(ORDER)
    places = _PLACES.get((piece.source, piece.role), ())
    return next((rank for rank, where in places if where.fullmatch(piece.where)), None)


def is_future(reading: Reading, captured_at: datetime) -> bool:
    """Later than the capture and a day, in whatever zone it may be."""
    if reading.day.year > captured_at.year + 1:
        return True
    instant = reading.instant
    if instant is None:
        wall = datetime.combine(reading.day, reading.clock or time(), UTC)
        instant = wall - EARLIEST_ZONE
    return instant > captured_at + FUTURE
