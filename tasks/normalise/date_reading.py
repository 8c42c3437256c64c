"""Reading one raw string as a date: what it says, and nothing that it does not say.

No part is ever filled in from today or from the capture. A day that does not exist is no date.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks.model import Precision
from tasks.normalise.date_calendars import ERAS, era_year, find_iranian, gregorian_year
from tasks.normalise.date_words import day_month_order, fold, half_day_words, month_number
from tasks.normalise.date_zones import MAX_OFFSET, MIN_OFFSET, instant_of, offset_of_word

MAX_RAW = 120  # characters; a date with its label is shorter
FIRST_YEAR = 1990  # the oldest news on the web; earlier years are defaults, birthdays and history
EPOCH_SECONDS = 10  # digits of a Unix time in seconds since 2001-09-09; in milliseconds three more
TWO_DIGIT_YEARS = 60  # `24` is this century when that is no later than the capture, else the last one if 60 or more


@dataclass(frozen=True, slots=True)
class Reading:
    """One date as read. `clock` is the wall clock to the second; None where only the day is stated."""

    day: date
    clock: time | None = None
    offset_minutes: int | None = None  # as stated, or meant by the abbreviation; None where nothing states it
    precision: Precision = "day"
    flags: tuple[str, ...] = ()
    other_day: date | None = None  # the day when day and month swap, where nothing tells the order

    @property
    def wall(self) -> datetime | None:
        return None if self.clock is None else datetime.combine(self.day, self.clock)

    @property
    def instant(self) -> datetime | None:
        """UTC; None without a clock or an offset."""
        wall = self.wall
        return None if wall is None or self.offset_minutes is None else instant_of(wall, self.offset_minutes)


@dataclass(frozen=True, slots=True)
class _Place:
    """What helps to read: facts about the publisher, and the capture's clock."""

    zone: ZoneInfo | None
    country: str | None
    languages: tuple[str, ...]
    abbreviations: Mapping[tuple[str, str], int]
    captured_at: datetime


_ISO = re.compile(
    r"^([12]\d{3})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:\s{0,2}[t|_,]\s{0,2}|\s{1,3})(\d{1,2})\s?[:h.-]\s?(\d{2})"
    r"(?:(?:[:.]|(?<=-\d\d)-)(\d{1,2})(?!\d)(?:[.,:]\d{1,9})?)?(.{0,40}))?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"^([12]\d{3})(\d\d)(\d\d)(?:t?(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d{1,9})?(z|[+-]\d{2}:?\d{2})?)?$", re.IGNORECASE
)
_OFFSET = re.compile(
    r"^[\s,(]{0,3}(?:(?P<utc>UTC|GMT|UT|Z)(?![A-Z]))?\s{0,2}(?:\(?(?P<sign>[+\-−–])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d))?",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"^[\s,(|]{0,3}(?:uhr\s{1,2}|hrs?\s{1,2}|h\s{1,2})?\(?([A-ZİÇŞ]{2,5})(?![\w])", re.IGNORECASE
)
_CLOCK = re.compile(r"(?<![\d.:,])(\d{1,2})\s?:\s?(\d{2})(?:\s?:\s?(\d{2})(?:[.,]\d{1,9})?)?(?!\d)")
_CLOCK_CJK = re.compile(r"(?<!\d)(\d{1,2})\s?[時时点點시]\s?(?:(\d{1,2})\s?[分분])?\s?(?:(\d{1,2})\s?[秒초])?")
_CLOCK_LOOSE = re.compile(
    r"(?<![\d.:])(?:(\d{1,2})\s?(?:h|ч)\s?(\d{2})?(?!\w)|(\d{1,2})[.h](\d{2})(?:[.](\d{2}))?(?![\d.])|(\d{2})(\d{2})(?=\s?(?:hrs|uhr))"
    r"|(\d{1,2})(?=\s?(?:uhr|[ap]\.?\s?m\b)))"
)
_MARK = "\x00"  # stands where a part was taken out
_CJK_DATE = re.compile(
    rf"(?:(\d{{4}})|({'|'.join(ERAS)})\s?(\d{{1,3}}|元))\s?[年년]\s?(\d{{1,2}})\s?[月월]\s?(\d{{1,2}})\s?[日일号號]?"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./|-])\s{0,2}(\d{1,2})\s?\2\s{0,2}(\d{1,4})(?!\d)")
_VIETNAMESE = re.compile(r"(\d{1,2})\s(?:tháng|thang)\s(\d{1,2})[,\s]{1,3}(?:(?:năm|nam)\s)?(\d{4})")
_TOKEN = re.compile(r"\d+|[^\s\d.,/|():;•·–—\x00-]+(?:\.[^\s\d.,/|():;•·–—\x00-]+)*\.?|[^\w\s\x00]")


def read_date(
    raw: str,
    *,
    zone: ZoneInfo | None,
    country: str | None,
    languages: Sequence[str],
    abbreviations: Mapping[tuple[str, str], int],
    captured_at: datetime,
) -> Reading | None:
    """Read one raw date; None when it is none, is relative (`2 hours ago`), or names a day that does not exist.

    `zone`, `country` and `languages` are the publisher's: they give zone abbreviations their meaning, months their
    names and numbers their order; `captured_at` only bounds two-digit years. Flags: `day_month_ambiguous`,
    `zone_conflict`, `dst_gap`, `dst_repeated`.
    """
    if not raw or len(raw) > MAX_RAW:
        return None
    text = " ".join(_plain(raw).split())
    place = _Place(zone, country, tuple(languages), abbreviations, captured_at)
    try:
        reading = _read_epoch(text) or _read_iso(text, place) or _read_words(text, place)
    except (ValueError, OverflowError):  # a day, hour or instant that does not exist
        return None
    return reading if reading is not None and reading.day.year >= FIRST_YEAR else None


def _plain(raw: str) -> str:
    """NFKC, every script's digits as 0-9, bidi marks dropped, typographic signs plain."""
    if raw.isascii():
        return raw.strip()
    text = unicodedata.normalize("NFKC", raw)
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    kept = (c for c in digits if unicodedata.category(c) != "Cf")
    return "".join(kept).replace("−", "-").replace("،", ",").strip()


def _read_epoch(text: str) -> Reading | None:
    """Unix time in seconds or milliseconds."""
    if not (text.isdigit() and len(text) in (EPOCH_SECONDS, EPOCH_SECONDS + 3)):
        return None
    moment = datetime.fromtimestamp(int(text[:EPOCH_SECONDS]), UTC)
    return Reading(moment.date(), moment.time(), 0, "second")


def _read_iso(text: str, place: _Place) -> Reading | None:
    if (match := _COMPACT.match(text)) or (match := _ISO.match(text)):
        year, month, day, hour, minute, second, tail = match.groups()
    else:
        return None
    stated = date(int(year), int(month), int(day))
    if hour is None:
        rest = text[match.end() :]
        return Reading(stated) if not any(c.isdigit() for c in rest) else None
    return _at_clock(stated, hour, minute, second, tail or "", "", place)


def _at_clock(
    day: date, hour: str, minute: str | None, second: str | None, after: str, before: str, place: _Place
) -> Reading:
    """The reading at a wall clock, with the half-day word and the zone that stand beside it.

    Raises ValueError for a clock that does not exist; `24:00` and hours beside a half-day word above 12 included.
    """
    number, after = _half_day(int(hour), after, before)
    if number == 24 and not int(minute or 0):  # the end of the day, or a template's zero
        return Reading(day)
    clock = time(number, int(minute or 0), min(int(second or 0), 59))
    precision: Precision = "minute" if second is None else "second"
    offset, flags = _offset(after, datetime.combine(day, clock), place)
    return Reading(day, clock, offset, precision, flags)


def _half_day(hour: int, after: str, before: str) -> tuple[int, str]:
    """(hour of 24, what stands after the half-day word). The word stands after the clock, in East Asia before it."""
    words, pattern = half_day_words()
    head = after.lstrip(" ,")
    folded = re.sub(r"[\s\u00a0]", "", fold(head[:14]))
    found = pattern.match(folded)
    taken = _length_of(head, found.end()) if found else 0
    if found and not (found[0].isascii() and head[taken : taken + 1].isalpha()):  # `PD` is no half of `PDT`
        after, word = head[taken:].lstrip("."), found[0]
    elif (tail := fold(before.rstrip(" ,")[-8:])) and (
        ends := [w for w in words if tail.endswith(w) and not w.isascii()]
    ):
        word = max(ends, key=len)
    else:
        return hour, after
    if hour > 12:  # `14:05 PM`: the word adds nothing
        return hour, after
    return hour % 12 + (12 if words[word] else 0), after


def _length_of(head: str, letters: int) -> int:
    """How many characters of the text make up so many letters of its folded form (dots and spaces are none)."""
    taken = 0
    while taken < len(head) and letters > 0:
        letters -= len(re.sub(r"\s", "", fold(head[taken])))
        taken += 1
    return taken


def _offset(after: str, wall: datetime, place: _Place) -> tuple[int | None, tuple[str, ...]]:
    """The offset stated after a clock: `Z`, `+05:30`, ` GMT+1`, `(IST)`; (None, flags) when there is none."""
    match = _OFFSET.match(after)
    if match and match["sign"]:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        signed = minutes if match["sign"] == "+" else -minutes
        return (signed, ()) if MIN_OFFSET <= signed <= MAX_OFFSET else (None, ())
    if match and match["utc"]:
        return 0, ()
    word = _ABBREVIATION.match(after)
    if word is None:
        return None, ()
    return offset_of_word(
        word[1].upper(), wall, zone=place.zone, country=place.country, abbreviations=place.abbreviations
    )


def _read_words(text: str, place: _Place) -> Reading | None:
    """Dates in words or numbers, with a clock anywhere beside them."""
    lowered = text.lower()
    rest, clock = _cut(lowered, _CLOCK)
    if clock is None and (clock := _CLOCK_CJK.search(lowered)) is not None:
        rest = lowered[: clock.start()] + _MARK * len(clock[0]) + lowered[clock.end() :]
    found = _find_day(rest, place)
    if found is None:
        return None
    reading, start, end = found
    if clock is None:
        rest = rest[:start] + _MARK * (end - start) + rest[end:]
        clock = _CLOCK_LOOSE.search(rest)
    if clock is None:
        return reading
    hour, minute, second = _clock_parts(clock)
    after, before = text[clock.end() : clock.end() + 40], text[max(0, clock.start() - 10) : clock.start()]
    if clock.start() < start:
        after = text[clock.end() : max(clock.end(), start)]
    try:
        timed = _at_clock(reading.day, hour, minute, second, after, before, place)
    except ValueError:  # 31:20 is a score, not a clock
        return reading
    return replace(timed, flags=reading.flags + timed.flags, other_day=reading.other_day)


def _cut(text: str, pattern: re.Pattern[str]) -> tuple[str, re.Match[str] | None]:
    """The text with the first match blanked out, so that its digits are no part of the date."""
    match = pattern.search(text)
    if match is None:
        return text, None
    return text[: match.start()] + _MARK * len(match[0]) + text[match.end() :], match


def _clock_parts(match: re.Match[str]) -> tuple[str, str | None, str | None]:
    parts = [group for group in match.groups() if group is not None]
    hour, minute, second, *_ = [*parts, None, None]
    return str(hour), minute, second


def _find_day(text: str, place: _Place) -> tuple[Reading, int, int] | None:
    """(day, start, end) of the first date in the text. Raises ValueError for a day that does not exist."""
    if match := _CJK_DATE.search(text):
        year, era, number, month, day = match.groups()
        full = int(year) if year else era_year(era, number)
        return Reading(date(full, int(month), int(day))), match.start(), match.end()
    if match := _VIETNAMESE.search(text):
        return Reading(date(int(match[3]), int(match[2]), int(match[1]))), match.start(), match.end()
    if iranian := find_iranian(text, country=place.country, languages=place.languages):
        return Reading(iranian[0]), *iranian[1:]
    if match := _NUMERIC.search(text):
        reading = _numeric_day(match, place)
        return None if reading is None else (reading, match.start(), match.end())
    return _named_day(text, place)


def _numeric_day(match: re.Match[str], place: _Place) -> Reading | None:
    """`2024/03/02`, `02.03.2024`, `3/2/2024`, `02.03.24`, in the publisher's order."""
    first, separator, second, third = match.groups()
    if len(first) == 4:
        return Reading(date(int(first), int(second), int(third))) if len(third) <= 2 else None
    if len(first) > 2 or len(third) in (1, 3):
        return None
    order = day_month_order(place.country, place.languages)
    if len(third) == 2:
        if order == "ymd" and int(first) > 12 and (year := _century(int(first), place)) is not None:
            return Reading(date(year, int(second), int(third)))
        third = str(_century(int(third), place) or "")
        if not third:
            return None
    year, a, b = _year(int(third), match.string, place), int(first), int(second)
    if (separator == "." and order != "mdy") or a > 12:  # outside America dots part day, month, year
        return Reading(date(year, b, a))
    if b > 12:
        return Reading(date(year, a, b))
    if order == "mdy":
        return Reading(date(year, a, b))
    if order in ("dmy", "ymd") or a == b:
        return Reading(date(year, b, a))
    return Reading(date(year, b, a), flags=("day_month_ambiguous",), other_day=date(year, a, b))


def _century(two: int, place: _Place) -> int | None:
    """The year that two digits mean: the latest that is not after the capture."""
    this = place.captured_at.year - place.captured_at.year % 100 + two
    if this <= (place.captured_at + timedelta(days=1)).year:
        return this
    return this - 100 if two >= TWO_DIGIT_YEARS else None


def _year(year: int, text: str, place: _Place) -> int:
    return gregorian_year(year, text, country=place.country, languages=place.languages)


def _named_day(text: str, place: _Place) -> tuple[Reading, int, int] | None:
    """`4 March 2021`, `March 4th, 2021`, `2021. március 4.`, `Mar 4 14:05:00 EST 2021`, `10-Nov-2000`."""
    tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    for anywhere in (False, True):  # a word of the publisher's language or English before one of any language
        for index, (word, _, _) in enumerate(tokens):
            if not word[0].isdigit() and len(word) > 1 and (found := _month_at(tokens, index, place, anywhere)):
                number, last = found
                before = _numbers(tokens[max(0, index - 7) : index][::-1])
                after = _numbers(tokens[last + 1 : last + 7])
                parts = _around_month(before, after, place)
                if parts is not None:
                    year, day, used = parts
                    places = [tokens[index], tokens[last], *used]
                    start, end = min(p[1] for p in places), max(p[2] for p in places)
                    return Reading(date(_year(year, text, place), number, day)), start, end
    return None


_Token = tuple[str, int, int]


def _month_at(tokens: list[_Token], index: int, place: _Place, anywhere: bool) -> tuple[int, int] | None:
    """(month, index of its last token) when a month's name of one or two words stands here."""
    if index + 1 < len(tokens):
        pair = f"{tokens[index][0]} {tokens[index + 1][0]}"
        if not tokens[index + 1][0][0].isdigit() and (number := month_number(pair, place.languages, anywhere=anywhere)):
            return number, index + 1
    number = month_number(tokens[index][0], place.languages, anywhere=anywhere)
    return None if number is None else (number, index)


def _numbers(tokens: Sequence[_Token]) -> list[_Token]:
    """The numbers of a stretch up to the second word that is no part of a date (`de`, `of`, `st`, `,` are)."""
    numbers: list[_Token] = []
    words = 0
    for token in tokens:
        if token[0].isdigit():
            numbers.append(token)
        elif token[0][0].isalpha():
            words += 1
            if words > 2:
                break
    return numbers


def _around_month(before: list[_Token], after: list[_Token], place: _Place) -> tuple[int, int, list[_Token]] | None:
    """(year, day, tokens used) from the numbers before (nearest first) and after a month's name."""
    days_before = [t for t in before[:1] if len(t[0]) <= 2]
    day_after = after[0] if after and len(after[0][0]) <= 2 else None
    year_after = next((t for t in after[:2] if len(t[0]) == 4), None)
    year_before = next((t for t in before[:2] if len(t[0]) == 4), None)
    if day_after and year_after and after.index(year_after) == 1:  # March 4, 2021
        return int(year_after[0]), int(day_after[0]), [day_after, year_after]
    if days_before and year_after and after.index(year_after) == 0:  # 4 March 2021
        return int(year_after[0]), int(days_before[0][0]), [days_before[0], year_after]
    if year_before and day_after:  # 2021. március 4.
        return int(year_before[0]), int(day_after[0]), [year_before, day_after]
    if year_before and days_before:  # 2021. gada 4. marts
        return int(year_before[0]), int(days_before[0][0]), [year_before, days_before[0]]
    if days_before and day_after and len(day_after[0]) == 2:  # 15-Jul-16
        year = _century(int(day_after[0]), place)
        return None if year is None else (year, int(days_before[0][0]), [days_before[0], day_after])
    return None
