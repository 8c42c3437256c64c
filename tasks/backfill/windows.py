"""Which sitemaps and entries belong to a range of days: by the dates in their URLs and those that they state."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

EDITED_WITHIN = timedelta(days=3)  # after publication most edits are made: how late a lone `lastmod` may be
ANY_ZONE = timedelta(hours=12)  # by which an instant may fall on another day, where nobody knows the zone
EARLIEST_YEAR = 1990

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = "|".join(f"{name}[a-z]{{0,6}}" for name in _MONTHS)
_YEAR = r"(?<!\d)((?:19|20)\d\d)"
_MONTH = rf"(1[0-2]|0[1-9]|{_NAMED})"
_DAY = r"(3[01]|[12]\d|0[1-9])(?!\d)"
_FULL = re.compile(rf"{_YEAR}[-/_.]?{_MONTH}[-/_.]?{_DAY}", re.IGNORECASE)
_FULL_SHORT = re.compile(rf"{_YEAR}([-/_.])(1[0-2]|0?[1-9]|{_NAMED})\2(3[01]|[12]\d|0?[1-9])(?!\d)", re.IGNORECASE)
_YEAR_MONTH = re.compile(rf"{_YEAR}[-/_.]?{_MONTH}(?![\da-z])", re.IGNORECASE)
_YEAR_ONLY = re.compile(rf"{_YEAR}(?!\d)")
_PART = re.compile(rf"{_YEAR}[-_.](\d\d)(?!\d)")
_NO_ARTICLES = re.compile(
    r"(?<![a-z])(?:videos?|images?|photos?|galler(?:y|ies)|authors?|tags?|categor(?:y|ies)|topics?|keywords?)(?![a-z])",
    re.IGNORECASE,
)
_QUERY = {"year": ("yyyy", "year", "y"), "month": ("mm", "month", "m"), "day": ("dd", "day", "d")}


class Window(NamedTuple):
    """First and last calendar day, both included."""

    first: date
    last: date

    def meets(self, other: "Window") -> bool:
        return self.first <= other.last and other.first <= self.last

    def within(self, other: "Window") -> "Window":
        """What both have in common; expects that they meet."""
        return Window(max(self.first, other.first), min(self.last, other.last))


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names. `window`: the days in its URL; None: any."""

    url: str
    window: Window | None = None


def lists_no_articles(url: str) -> bool:
    """Whether a sitemap, by its name, lists videos, images, people or lists: what has no text of its own."""
    return _NO_ARTICLES.search(urlsplit(url).path.rpartition("/")[2]) is not None


def day_in_url(url: str) -> date | None:
    """The calendar day in the path of an article's URL (`/2024/10/31/`, `/20241031-`, `/2024/oct/31/`)."""
    path = urlsplit(url).path
    for pattern, groups in ((_FULL, (1, 2, 3)), (_FULL_SHORT, (1, 3, 4))):
        for found in pattern.finditer(path):
            day = _date(*(found[group] for group in groups))
            if day is not None:
                return day
    return None


def window_in_url(url: str, *, has_parts: bool = False) -> Window | None:
    """The day, month or year in the URL of a sitemap. `has_parts`: `2024-10` counts parts of a year, not months."""
    parts = urlsplit(url)
    if (asked := _in_query(parts.query)) is not None:
        return asked
    text = f"{parts.path}?{parts.query}"
    for pattern, groups in ((_FULL, (1, 2, 3)), (_FULL_SHORT, (1, 3, 4))):
        for found in pattern.finditer(text):
            day = _date(*(found[group] for group in groups))
            if day is not None:
                return Window(day, day)
    if not has_parts and (found_month := _YEAR_MONTH.search(text)):
        return _month(int(found_month[1]), _number(found_month[2]))
    years = [int(one[1]) for one in _YEAR_ONLY.finditer(text) if int(one[1]) >= EARLIEST_YEAR]
    return Window(date(years[0], 1, 1), date(years[0], 12, 31)) if len(set(years)) == 1 else None


def _in_query(query: str) -> Window | None:
    """`?yyyy=2024&mm=10&dd=31`."""
    values = parse_qs(query)
    told = {part: next((values[name][0] for name in names if name in values), "") for part, names in _QUERY.items()}
    if not re.fullmatch(r"(?:19|20)\d\d", told["year"]):
        return None
    year, month, day = int(told["year"]), told["month"], told["day"]
    if not month.isdecimal() or not 1 <= int(month) <= 12:
        return Window(date(year, 1, 1), date(year, 12, 31))
    found = _date(str(year), month, day) if day.isdecimal() else None
    return Window(found, found) if found else _month(year, int(month))


def _date(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), _number(month), int(day))
    except ValueError:
        return None
    return found if found.year >= EARLIEST_YEAR else None


def _number(month: str) -> int:
    return int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1


def _month(year: int, month: int) -> Window:
    return Window(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def choose_children(listed: Sequence[tuple[str, datetime | None]], asked: Window) -> list[Child]:
    """The sitemaps of an index (URL, last change) that may list articles of these days, in the order of the index.

    The days in its URL decide. Without them a sitemap that last changed before the first day has nothing, for nothing
    is published after the list that names it was made; all others have to be read.
    """
    has_parts = any(int(part[2]) > 12 for url, _ in listed if (part := _PART.search(urlsplit(url).path)))
    chosen: list[Child] = []
    for url, changed_at in listed:
        if lists_no_articles(url):
            continue
        window = window_in_url(url, has_parts=has_parts)
        if window is not None:
            if window.meets(asked):
                chosen.append(Child(url, window))
        elif changed_at is None or changed_at >= _midnight(asked.first, UTC) - ANY_ZONE:
            chosen.append(Child(url))
    return chosen


def may_belong(
    asked: Window,
    url: str,
    published_at: datetime | None,
    updated_at: datetime | None,
    *,
    zone: tzinfo | None,
    is_dated_list: bool,
) -> bool:
    """Whether an entry may be an article of these days. `zone`: the publisher's; None where nobody knows it.

    What states its publication is judged by that; else the day in its URL counts; else its last change, which comes
    after publication, seldom long: unless its list is of these days itself (`is_dated_list`). Without any date: yes.
    """
    slack = timedelta() if zone is not None else ANY_ZONE
    begins, ends = _midnight(asked.first, zone or UTC) - slack, _midnight(asked.last, zone or UTC, days=1) + slack
    if published_at is not None:
        return begins <= published_at < ends
    if (day := day_in_url(url)) is not None:
        return asked.first <= day <= asked.last
    if updated_at is not None and not is_dated_list:
        return begins <= updated_at < ends + EDITED_WITHIN
    return True


def _midnight(day: date, zone: tzinfo, *, days: int = 0) -> datetime:
    """The midnight that begins a day, or one some days later; ends of the calendar are far enough away."""
    day = min(max(day, date(2, 1, 1)), date(9998, 1, 1))
    return datetime.combine(day + timedelta(days=days), time(), zone)


def months(window: Window) -> Iterable[date]:
    """The first day of each calendar month that a window touches: stepping from the 31st loses months."""
    month = window.first.replace(day=1)
    while month <= window.last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
