from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.dedupe.stops import is_stop, monday

DAY = date(2026, 3, 18)  # a Wednesday
THIS_WEEK = date(2026, 3, 16)


def weeks_ago(number, publisher="a.example"):
    return (THIS_WEEK - timedelta(weeks=number), publisher)


@pytest.mark.parametrize(
    ("sightings", "stopped"),
    [
        ([], False),
        ([weeks_ago(1), weeks_ago(1, "b.example")], False),
        ([weeks_ago(1), weeks_ago(2)], True),
        ([weeks_ago(1), weeks_ago(2, "b.example")], True),
        ([weeks_ago(1), weeks_ago(0)], False),
        ([weeks_ago(8), weeks_ago(7)], True),
        ([weeks_ago(9), weeks_ago(8)], False),
    ],
)
def test_two_earlier_closed_weeks_of_the_last_eight_stop_a_shingle(sightings, stopped):
    """The running week counts for nothing, nor does what lies more than eight weeks back."""
    assert is_stop(sightings, DAY) is stopped


def test_four_days_at_one_publisher_stop_a_shingle():
    """A new template of one publisher is known after four days; four publishers on one day print a wire story."""
    days = [DAY - timedelta(days=number) for number in (1, 2, 3, 4)]
    assert is_stop([(day, "a.example") for day in days], DAY)
    assert not is_stop([(day, "a.example") for day in days[:3]], DAY)
    assert not is_stop([(days[0], f"{name}.example") for name in "abcd"], DAY)
    assert not is_stop([(day, None) for day in days[:2] + [DAY - timedelta(days=2)] * 3], DAY)


@given(st.lists(st.tuples(st.dates(date(2025, 12, 1), date(2026, 6, 1)), st.sampled_from(["a", "b", None]))))
def test_what_is_dated_on_the_day_or_later_decides_nothing(sightings):
    """The list of a day is settled once everything dated before it is stored, in whatever order it came."""
    before = [sighting for sighting in sightings if sighting[0] < DAY]
    assert is_stop(sightings, DAY) == is_stop(list(reversed(before)), DAY)


def test_weeks_begin_on_monday():
    """ISO weeks, so that a weekend belongs to one week everywhere."""
    assert {monday(THIS_WEEK + timedelta(days=number)) for number in range(7)} == {THIS_WEEK}
