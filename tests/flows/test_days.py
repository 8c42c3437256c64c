"""Dates on the command line."""

from datetime import date

import pytest

from flows.days import days
from tasks.errors import Stop

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("from_", "to", "first", "last"),
    [
        ("2024-10-31", "2024-10-31", date(2024, 10, 31), date(2024, 10, 31)),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", "2024-01-05", date(2023, 12, 1), date(2024, 1, 5)),
        ("2025", "2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("7d", "yesterday", date(2026, 2, 22), date(2026, 2, 28)),
        ("1d", "0d", date(2026, 2, 28), TODAY),
        (" Today ", None, TODAY, date.max),
        (None, "today", date.min, TODAY),
        (None, None, date.min, date.max),
    ],
)
def test_both_ends_are_included(from_, to, first, last):
    """A month is all its days, as --from and as --to; an end that is not named is open."""
    assert days(from_, to, TODAY) == (first, last)


@pytest.mark.parametrize("written", ["2026-02-30", "2026-13", "0000", "", "last week", "999999d", "-1d", "2026-1-1"])
def test_what_is_no_day_stops_the_call(written: str):
    """With the spellings that work, and the option that was wrong."""
    with pytest.raises(Stop, match=r"--to .* is no day\. Write a day"):
        days(None, written, TODAY)


def test_from_after_to_is_told():
    """HOSTILE 61."""
    with pytest.raises(Stop, match=r"--from today \(2026-03-01\) is after --to yesterday"):
        days("today", "yesterday", TODAY)


@pytest.mark.parametrize(
    ("from_", "to", "sentence"),
    [
        ("2024-10", "2024-10", "2024-10-01 to 2024-10-31, both included: 31 days"),
        ("yesterday", "yesterday", "2026-02-28, one day"),
        ("7d", None, "From 2026-02-22 on, that day included"),
        (None, "7d", "Up to 2026-02-22, that day included"),
        (None, None, "All days"),
    ],
)
def test_the_range_is_said_as_understood(from_, to, sentence: str):
    """Days, not words: nobody has to guess what `7d` meant."""
    assert days(from_, to, TODAY).sentence() == sentence
