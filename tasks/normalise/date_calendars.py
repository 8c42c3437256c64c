"""Years and days of other calendars, where the page leaves no doubt which one it is."""

import re
from datetime import date, timedelta

from tasks.normalise.date_words import ONE_LETTER

# Years that the Thai calendar is ahead, and the years that can only be its own.
BUDDHIST_ERA = 543
BUDDHIST_YEARS = range(2400, 2700)
ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # year 0 of Japanese eras and of the Republic of China

# The Iranian calendar: 1400-01-01 was 21 March 2021; leap years by the 33-year cycle, exact from 1343 to 1472.
IRANIAN_YEARS = range(1343, 1473)
IRANIAN_ANCHOR = (1400, date(2021, 3, 21))
IRANIAN_LEAP_PLACES = frozenset((1, 5, 9, 13, 17, 22, 26, 30))  # of year modulo 33
IRANIAN_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_IRANIAN = re.compile(
    rf"(\d{{4}})/(\d{{1,2}})/(\d{{1,2}})(?!\d)|(\d{{1,2}})\s({'|'.join(IRANIAN_MONTHS)})\s(?:ماه\s)?(\d{{4}})"
)
_THAI = re.compile(r"[\u0e00-\u0e7f]")


def era_year(era: str, year: str) -> int:
    """The Gregorian year of a year in an era; `元` is the first."""
    return ERAS[era] + (1 if year == "元" else int(year))


def gregorian_year(year: int, text: str, *, country: str | None, languages: tuple[str, ...]) -> int:
    """The year as it is, or of the Thai calendar when the number and the page's language both say so."""
    thai = country == "TH" or "th" in languages or _THAI.search(text) is not None
    return year - BUDDHIST_ERA if year in BUDDHIST_YEARS and thai else year


def find_iranian(text: str, *, country: str | None, languages: tuple[str, ...]) -> tuple[date, int, int] | None:
    """(day, start, end) of a date of the Iranian calendar: named by month, or in numbers on an Iranian page.

    Raises ValueError for a day that the calendar does not have.
    """
    match = _IRANIAN.search(text.translate(ONE_LETTER))
    if match is None or (match[1] and not (country == "IR" or "fa" in languages)):
        return None
    if match[1]:
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        year, month, day = int(match[6]), IRANIAN_MONTHS.index(match[5]) + 1, int(match[4])
    return (_from_iranian(year, month, day), match.start(), match.end()) if year in IRANIAN_YEARS else None


def _from_iranian(year: int, month: int, day: int) -> date:
    lengths = [31] * 6 + [30] * 5 + [30 if _is_leap(year) else 29]
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        raise ValueError(f"no such day: {year}/{month}/{day}")
    anchor, start = IRANIAN_ANCHOR
    years = range(anchor, year) if year >= anchor else range(year, anchor)
    days = sum(366 if _is_leap(y) else 365 for y in years)
    return start + timedelta(days=(days if year >= anchor else -days) + sum(lengths[: month - 1]) + day - 1)


def _is_leap(year: int) -> bool:
    return year % 33 in IRANIAN_LEAP_PLACES
