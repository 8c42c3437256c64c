"""What polling will cost, said before it is done."""

import pytest

from tasks.fetch.expected import LIST_BYTES, PAGE_BYTES, UNCHANGED, Load, expected
from tasks.fetch.schedule import WORTH


def test_lists_are_polled_each_and_pages_fetched_once_a_publisher():
    """Two feeds of one paper list the same articles: twice the polls, the pages of the fuller one."""
    one = expected([Load("a.example", "feed", 72.0)])
    two = expected([Load("a.example", "feed", 72.0), Load("a.example", "feed", 18.0)])
    interval = (2 * WORTH * 1_440 / 72) ** 0.5  # minutes
    polls = 1_440 / interval, 1_440 / (2 * interval)
    assert one.requests_an_hour == pytest.approx((polls[0] + 72) / 24)
    assert two.requests_an_hour == pytest.approx((sum(polls) + 72) / 24)
    assert two.gb_a_month == pytest.approx(
        30 * (sum(polls) * (1 - UNCHANGED) * LIST_BYTES["feed"] + 72 * PAGE_BYTES) / 1e9
    )


def test_what_is_known_counts_before_what_is_assumed():
    """The kind before the first poll, what came later; the user's interval as it is; silence costs a poll a day."""
    assumed, known = expected([Load("a.example", "feed")]), expected([Load("a.example", "feed", 1.0)])
    assert (assumed.measured, known.measured) == (0, 1)
    assert assumed.articles_a_day > known.articles_a_day == 1.0
    assert expected([Load("a.example", "feed", 0.0)]).requests_an_hour == pytest.approx(1 / 24)
    assert expected([Load("a.example", "feed", 0.0, 30)]).requests_an_hour == pytest.approx(2)
    assert expected([]).requests_an_hour == 0
