"""When a feed is due and how it is doing: decided from its last polls alone, the clock passed in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.fetch.schedule import (
    HINT_MINUTES,
    MAX_INTERVAL,
    MIN_INTERVAL,
    SLEEP,
    Poll,
    articles_a_day,
    ask_unconditionally,
    next_poll,
    state,
)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URL = "https://gazette.example/rss"


def polls(*news: int, every: timedelta = HOUR, listed: int = 30, **more: object) -> list[Poll]:
    """Polls that were read, the last one now, with so many new entries each."""
    first = NOW - every * (len(news) - 1)
    return [Poll(first + every * i, "read", status=200, listed=listed, new=new, **more) for i, new in enumerate(news)]


def failed(*classes: str, every: timedelta = HOUR, status: int | None = None) -> list[Poll]:
    first = NOW - every * (len(classes) - 1)
    return [Poll(first + every * i, "failed", failure, status) for i, failure in enumerate(classes)]


def wait(history: list[Poll], **how: object) -> timedelta:
    due = next_poll(history, NOW, **how)
    assert due is not None
    return due - history[-1].polled_at


# -- the interval


def test_a_feed_never_polled_is_due_at_once():
    """Who switches a feed on sees its articles with the next run."""
    assert next_poll([], NOW) == NOW


def test_frequency_goes_with_the_square_root_of_the_rate():
    """A hundred times the articles: ten times the requests; and a busy wire is asked at the least interval."""
    few, many = wait(polls(*[1] * 40, every=20 * HOUR)), wait(polls(*[5] * 40))
    assert few / many == pytest.approx(10, rel=0.06)  # less what is believed at the start
    assert wait(polls(*[20] * 10)) == MIN_INTERVAL


def test_a_feed_that_falls_silent_is_asked_less_and_less():
    """Down to once a day; what came long ago does not count for ever."""
    waits = [wait(polls(*[3] * 10, *[0] * quiet, every=HOUR)) for quiet in (0, 10, 40, 100)]
    assert waits == sorted(waits)
    assert waits[-1] > 6 * waits[0]
    assert wait(polls(*[0] * 60, every=DAY)) == MAX_INTERVAL


def test_the_first_list_tells_by_its_newest_entry():
    """A list whose newest entry is a month old is not asked again within the hour; one of a minute ago is."""
    old, fresh = (polls(30, newest_entry_at=NOW - age) for age in (30 * DAY, MINUTE))
    assert wait(old) > 8 * HOUR
    assert wait(fresh) < HOUR


def test_a_list_is_asked_before_half_of_it_has_rolled_over():
    """Eight entries an hour in a list of ten: five have come in 38 minutes, whatever the list itself asks for."""
    assert wait(polls(*[8] * 10, listed=10, hint_minutes=1_440)) == pytest.approx(5 / 8 * HOUR, rel=0.3)


def test_entries_that_were_all_new_halve_the_interval():
    """Some have fallen out already: how many came is not known."""
    assert wait(polls(0, 0, 0, 0, 4, listed=4, every=HOUR)) <= HOUR / 2 * 1.1


def test_hints_hold_up_to_an_hour_and_further_while_they_prove_true():
    """`ttl` 60 of a busy list is obeyed; a day is not, unless less than one entry comes in a day."""
    busy = [2] * 10
    assert wait(polls(*busy, hint_minutes=60)) == 60 * MINUTE
    assert wait(polls(*busy, hint_minutes=1_440)) < 2 * HINT_MINUTES * MINUTE
    assert wait(polls(*[0] * 60, every=6 * HOUR, hint_minutes=1_440)) == MAX_INTERVAL
    assert wait(polls(*busy, hint_minutes=5)) == wait(polls(*busy))


def test_the_users_interval_replaces_ours():
    """Neither the rate nor hints count; failures and Retry-After do."""
    assert wait(polls(0, 0, hint_minutes=60), fixed_minutes=5) == 5 * MINUTE
    assert wait(failed("permanent", "permanent"), fixed_minutes=5) > HOUR


def test_feeds_are_spread_by_their_urls_and_always_the_same():
    """A hundred alike are not due at once; the same URL never moves."""
    history = polls(*[1] * 10)
    waits = {wait(history, url=f"https://{n}.example/rss") for n in range(100)}
    assert len(waits) == 100
    assert max(waits) / min(waits) < 1.25
    assert wait(history, url=URL) == wait(history, url=URL)


@given(
    st.lists(
        st.tuples(st.integers(0, 2_000), st.integers(0, 500), st.integers(0, 1_000), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    st.one_of(st.none(), st.integers(-5, 10**9)),
)
def test_whatever_a_feed_does_the_bounds_hold(steps, hint):
    """From 10 minutes to 24 hours, whatever is asked for."""
    at, history = NOW - DAY * 60, []
    for minutes, new, listed, is_answered in steps:
        at += minutes * MINUTE
        history.append(
            Poll(at, "read", None, 200, listed, new, hint) if is_answered else Poll(at, "failed", "soft", 503)
        )
    due = next_poll(history, NOW, url=URL)
    assert due is not None
    assert MIN_INTERVAL <= due - at <= MAX_INTERVAL
    assert state(history, NOW) != "new"


# -- failures


def test_back_off_is_linear_and_weighted():
    """Hard 1, soft 0.5, DNS 0.25: four times as many DNS failures, the same wait."""
    assert wait(failed(*["permanent"] * 6)) == 2 * wait(failed(*["permanent"] * 3))
    assert wait(failed(*["permanent"] * 6)) == wait(failed(*["soft"] * 12)) == wait(failed(*["dns"] * 24))
    assert wait(failed(*["blocked"] * 29)) < MAX_INTERVAL


def test_sleep_instead_of_death_and_one_answer_wakes():
    """After thirty a month; a feed that answers again is asked as before."""
    assert wait(failed(*["permanent"] * 30)) == SLEEP
    assert wait(failed(*["soft"] * 60, status=404)) == SLEEP
    awake = failed(*["permanent"] * 40, every=DAY)[:-1] + polls(3)
    assert wait(awake) < DAY


def test_a_failing_feed_is_never_asked_more_often_than_when_it_worked():
    """One DNS failure of a feed that is asked every ten hours brings no request sooner."""
    slow = polls(*[0] * 30, every=10 * HOUR)
    before = [Poll(poll.polled_at - HOUR, poll.result, status=200, listed=30) for poll in slow]
    assert wait([*before, *failed("dns")]) == wait(slow)


def test_retry_after_lengthens_and_never_shortens():
    """A server that asks for three hours gets them; one that asks for a second gets our interval."""
    for seconds, expected in ((3 * 3_600, 3 * HOUR), (1, wait(failed("soft")))):
        assert wait([Poll(NOW, "failed", "soft", 429, retry_after_s=seconds)]) == expected


def test_410_switches_off_until_the_user_decides_again():
    """HOSTILE 41: the history stays; switching the feed on later asks once more."""
    history = polls(1, 1)[:1] + failed("permanent", status=410)
    assert next_poll(history, NOW) is None
    assert next_poll(history, NOW + HOUR, enabled_at=NOW - DAY) is None
    assert next_poll(history, NOW + HOUR, enabled_at=NOW + MINUTE) == NOW + HOUR
    assert state(history, NOW) == "gone"


def test_polls_of_a_clock_that_ran_ahead_do_not_count():
    """HOSTILE 72: a day ahead for one run does not put a feed to rest for a day."""
    history = [*polls(2, 2, 2), Poll(NOW + DAY, "read", status=200, listed=30)]
    assert next_poll(history, NOW) == next_poll(history[:-1], NOW)
    assert next_poll(history[-1:], NOW) == NOW


# -- conditional headers


def test_once_a_week_a_list_is_asked_for_in_full():
    """Conditional headers lie; the hour of the week is the feed's own, and three polls are history enough."""
    asked = 0
    at = NOW
    for _ in range(4 * 7 * 24):
        history = [Poll(at, "unchanged", status=304)]
        at += HOUR
        asked += ask_unconditionally(history, at, url=URL)
    assert asked == 4
    hours = {
        h
        for h in range(7 * 24)
        for n in range(30)
        if ask_unconditionally([Poll(NOW + h * HOUR, "read")], NOW + (h + 1) * HOUR, url=f"{n}")
    }
    assert len(hours) > 20


def test_a_failure_at_the_weekly_hour_does_not_use_it_up():
    """Asked in full until there was an answer, and from the start when there never was one."""
    answer = Poll(NOW - 8 * DAY, "unchanged", status=304)
    assert ask_unconditionally([answer, Poll(NOW, "failed", "soft")], NOW + HOUR)
    assert ask_unconditionally([], NOW)
    assert ask_unconditionally([Poll(NOW, "failed", "dns")], NOW)


# -- states


def test_states_in_plain_words():
    """new, healthy, failing only from the second soft failure on, blocked."""
    working = polls(*[2] * 10)
    later = [Poll(poll.polled_at - 4 * HOUR, "read", status=200, listed=30, new=poll.new) for poll in working]
    assert state([], NOW) == "new"
    assert state(working, NOW) == "healthy"
    assert state(later + failed("soft"), NOW) == "healthy"
    assert state(later + failed("soft", "soft"), NOW) == "failing"
    assert state(later + failed("dns", "dns", "dns"), NOW) == "healthy"
    assert state(later + failed("blocked"), NOW) == "blocked"
    assert state(failed("soft"), NOW) == "failing"  # it never worked


@pytest.mark.parametrize(
    ("a_day", "silent_for", "expected"),
    [
        (300, 12 * HOUR, "healthy"),  # a night
        (300, 25 * HOUR, "quiet"),
        (20, 60 * HOUR, "healthy"),  # a business paper's weekend
        (20, 73 * HOUR, "quiet"),
        (1, 6 * DAY, "healthy"),
        (1, 8 * DAY, "quiet"),
        (0.1, 13 * DAY, "healthy"),
        (0.1, 15 * DAY, "quiet"),
    ],
)
def test_quiet_is_what_chance_does_not_explain(a_day: float, silent_for: timedelta, expected: str):
    """Seven usual articles missing, a day of silence at the busy, three elsewhere, two weeks in any case."""
    since = NOW - silent_for
    history = [
        Poll(since - HOUR, "read", status=200, listed=30, new=30),
        Poll(since, "read", status=200, listed=30, new=1),
        Poll(NOW, "unchanged", status=304),
    ]
    assert state(history, NOW, a_day) == expected


def test_what_we_did_not_ask_for_is_no_silence():
    """Presshouse was off for a month: the feed is not called quiet before it was asked."""
    history = polls(*[2] * 10)
    assert state(history, NOW + 30 * DAY, 48.0) == "healthy"


def test_the_usual_is_taken_from_the_history_where_nobody_tells_it():
    """Polls up to the last new entry: the silence itself does not make silence usual."""
    history = [
        Poll(NOW - 100 * HOUR + i * HOUR, "read", status=200, listed=30, new=2 if i < 20 else 0) for i in range(100)
    ]
    assert articles_a_day(history[:20]) == pytest.approx(48, rel=0.01)
    assert state(history, NOW) == "quiet"
    assert state(history[:40], NOW) == "healthy"
