"""Dates on the command line: inclusive calendar days, written as people write them. The clock is passed in."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from tasks.errors import Stop

HOW = "Write a day (2026-10-03), a month (2026-10), a year (2026), today, yesterday or 7d (seven days ago)."
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")
_AGO = re.compile(r"(\d{1,7})d")


class Days(NamedTuple):
    """First and last calendar day, both included; `date.min` and `date.max` where that end is open."""

    first: date
    last: date

    @property
    def open(self) -> bool:
        """Whether every day is meant."""
        return self.first == date.min and self.last == date.max

    def sentence(self) -> str:
        """The range as understood, to be printed before anything is done."""
        if self.open:
            return "All days"
        if self.first == date.min:
            return f"Up to {self.last}, that day included"
        if self.last == date.max:
            return f"From {self.first} on, that day included"
        count = (self.last - self.first).days + 1
        if count == 1:
            return f"{self.first}, one day"
        return f"{self.first} to {self.last}, both included: {count:,} days"


def days(from_: str | None, to: str | None, today: date) -> Days:
    """Read --from and --to; a month or year begins at its first day and ends at its last. None leaves an end open.

    `today`: what `today`, `yesterday` and `7d` count from; the UTC day, so that a schedule means the same everywhere.
    Raises Stop for what is no day, and for a --from after its --to.
    """
    first = _span("--from", from_, today)[0] if from_ is not None else date.min
    last = _span("--to", to, today)[1] if to is not None else date.max
    if first > last:
        raise Stop(f"--from {from_} ({first}) is after --to {to} ({last}). Exchange them.")
    return Days(first, last)


def _span(option: str, written: str, today: date) -> tuple[date, date]:
    """First and last day of what was written."""
    word = written.strip().lower()
    try:
        return _spelled(word, today)
    except (ValueError, OverflowError) as error:  # the 31st of June; more days ago than the calendar has
        raise Stop(f"{option} {written!r} is no day. {HOW}") from error


def _spelled(word: str, today: date) -> tuple[date, date]:
    if word in ("today", "yesterday"):
        day = today - timedelta(days=word == "yesterday")
    elif match := _AGO.fullmatch(word):
        day = today - timedelta(days=int(match[1]))
    elif match := _DAY.fullmatch(word):
        day = date(*map(int, match.groups()))
    elif match := _MONTH.fullmatch(word):
        year, month = map(int, match.groups())
        first = date(year, month, 1)
        return first, first.replace(day=monthrange(year, month)[1])
    elif _YEAR.fullmatch(word):
        return date(int(word), 1, 1), date(int(word), 12, 31)
    else:
        raise ValueError(word)
    return day, day
