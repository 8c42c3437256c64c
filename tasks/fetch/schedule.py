"""When a feed or sitemap is asked for again, and how it is doing: pure functions of its last polls and the clock.

The rule: a poll is worth its request when the articles that are probably out there have waited WORTH together. With
`rate` articles a minute that makes the interval sqrt(2 * WORTH / rate): frequency by the square root of the rate, which
for a given number of requests gives the least delay over all feeds (Sia, Cho, Cho: Efficient Monitoring Algorithm for
Fast News Alerts, 2007). The rate is that of the last articles, which follows the hours of the day by itself: to know
the publisher's nights was tried, and saved 2% of the requests for 2% more delay; so was looking for bursts apart.
Over this stand the user's own interval, what the server asks for, and failures. Compared in `benchmarks/polling.py`.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal

from tasks.fetch.outcome import Failure

HISTORY = 120  # newest polls of a feed worth handing in; fewer are well too, but then some sleep later
MIN_INTERVAL = timedelta(minutes=10)
MAX_INTERVAL = timedelta(hours=24)
SLEEP = timedelta(days=30)  # instead of death: what answers 404 or is unknown to DNS comes back often enough (FACTS)
WORTH = 7.5  # article-minutes: what one article waits if its feed is asked every 15 minutes
TELLING = 20  # articles that the rate is taken from; a fifth of error in the rate is a tenth in the interval
PRIOR_ARTICLES, PRIOR_MINUTES = 0.5, 30.0  # what is believed before anything is seen: an article an hour
SILENT_ARTICLES = 3.0  # at most so many are due in the time since the newest one (rule of three: 95% sure)
FULL_SHARE = 0.5  # of a list's entries that may be new at a poll: it rolls over, and what fell out is lost
ROLLED_SHARE = 0.9  # more new ones than this: some have fallen out already
HINT_MINUTES = 60  # a list's wish is granted up to here; further only while it proves true (one new entry meanwhile)
SPREAD = 0.1  # of an interval, to either side, by the URL: so that not all feeds are due at once

# What a failure counts, by what Media Cloud found (FACTS): half of what is soft passes by itself, DNS is often our own.
WEIGHT: dict[Failure, float] = {"permanent": 1.0, "blocked": 1.0, "soft": 0.5, "dns": 0.25}
SLEEP_WEIGHT = 30.0  # failures in a row, weighted; the interval grows in proportion up to MAX_INTERVAL, then SLEEP
FAILING_WEIGHT = 1.0  # from here on a feed that worked is called failing
GONE = 410

QUIET_ARTICLES = 7.0  # usual ones that did not come: by chance less than once in a thousand times (Poisson)
QUIET_BUSY = timedelta(hours=24)  # and silence for so long at least where BUSY articles a day are usual,
QUIET_LEAST = timedelta(days=3)  # elsewhere for so long: weekends and holidays
QUIET_MOST = timedelta(days=14)  # silence that is said in any case; "found by users a fortnight later" (FACTS)
BUSY = 50.0  # articles a day
FULL_REQUEST = timedelta(days=7)  # conditional headers lie: once in so long a list is asked for without

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(2020, 1, 6, tzinfo=UTC)  # a Monday; any instant would do

State = Literal["healthy", "quiet", "failing", "blocked", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Poll:
    """One time that a feed or sitemap was asked for. Instants are aware."""

    polled_at: datetime
    result: Literal["read", "unchanged", "failed"]
    failure: Failure | None = None  # None unless failed
    status: int | None = None  # HTTP
    listed: int = 0  # entries in the list
    new: int = 0  # of them seen for the first time
    hint_minutes: int | None = None  # least interval that the list or server asks for
    retry_after_s: float | None = None
    newest_entry_at: datetime | None = None  # latest date that an entry states


def next_poll(
    history: Sequence[Poll],
    now: datetime,
    *,
    url: str = "",
    fixed_minutes: int | None = None,
    enabled_at: datetime | None = None,
) -> datetime | None:
    """When a feed is due: at once without a history; None when it is switched off (410 Gone).

    `history`: its last polls, newest last; those after `now` (a clock that was wrong) do not count. `url`: spreads the
    feeds. `fixed_minutes`: the user's own interval instead of ours. `enabled_at`: when the user switched the feed on; a
    choice later than 410 asks again. Raises nothing.
    """
    history = [poll for poll in history if poll.polled_at <= now]
    if not history:
        return now
    last = history[-1]
    if last.status == GONE:
        return now if enabled_at is not None and last.polled_at < enabled_at <= now else None
    answered = [poll for poll in history if poll.result != "failed"]
    wait = fixed_minutes * _MINUTE if fixed_minutes else _interval(answered, url)
    weight = failure_weight(history)
    if weight:
        wait = SLEEP if weight >= SLEEP_WEIGHT else max(wait, MAX_INTERVAL * (weight / SLEEP_WEIGHT))
    if last.retry_after_s:
        wait = max(wait, timedelta(seconds=last.retry_after_s))
    return last.polled_at + wait


def usual_interval(articles_a_day: float) -> timedelta:
    """How often a feed that brings so many articles is asked, failures and hints aside."""
    minutes = math.sqrt(2 * WORTH * 1_440 / articles_a_day) if articles_a_day > 0 else math.inf
    return MAX_INTERVAL if minutes >= MAX_INTERVAL / _MINUTE else max(minutes * _MINUTE, MIN_INTERVAL)


def failure_weight(history: Sequence[Poll]) -> float:
    """The failures since the last answer, weighted; 0.0 when the last poll was answered."""
    return sum(WEIGHT[poll.failure or "soft"] for poll in history[_answers_end(history) :])


def ask_unconditionally(history: Sequence[Poll], now: datetime, *, url: str = "") -> bool:
    """Whether to leave out If-None-Match and If-Modified-Since: at the first answer after the feed's own weekly hour.

    Needs only the last poll that was answered, so that a short history will do.
    """
    answers = [poll for poll in history if poll.result != "failed" and poll.polled_at <= now]
    return not answers or _week(answers[-1].polled_at, url) != _week(now, url)


def state(history: Sequence[Poll], now: datetime, usual: float | None = None) -> State:
    """How a feed is doing. `usual`: articles a day that it brings as a rule; None takes it from the history.

    quiet: it answers, but has listed nothing new for far longer than usual. What we did not ask for because we were
    not running is no silence. A failure or two do not make it failing (FAILING_WEIGHT) unless it never worked.
    """
    history = [poll for poll in history if poll.polled_at <= now]
    if not history:
        return "new"
    last = history[-1]
    if last.status == GONE:
        return "gone"
    end = _answers_end(history)
    if end == 0 or failure_weight(history) >= FAILING_WEIGHT:
        return "blocked" if last.failure == "blocked" else "failing"
    return "quiet" if _is_quiet(history[:end], usual) else "healthy"


def articles_a_day(history: Sequence[Poll]) -> float | None:
    """What the polls brought a day; None before there are two answers. The first one's entries are of any age."""
    answers = [poll for poll in history if poll.result != "failed"]
    days = (answers[-1].polled_at - answers[0].polled_at) / timedelta(days=1) if answers else 0.0
    return sum(poll.new for poll in answers[1:]) / days if days > 0 else None


def _is_quiet(history: Sequence[Poll], usual: float | None) -> bool:
    newest = _newest(history)
    silence = history[-1].polled_at - newest
    if usual is None:
        usual = articles_a_day([poll for poll in history if poll.polled_at <= newest])
    if not usual:
        return silence >= QUIET_MOST
    least = QUIET_BUSY if usual >= BUSY else QUIET_LEAST
    return silence >= min(max(least, timedelta(days=QUIET_ARTICLES / usual)), QUIET_MOST)


def _newest(answers: Sequence[Poll]) -> datetime:
    """When the last new entry was there, as far as is known: found at a poll, or by its own date at the first."""
    first = answers[0]
    told = first.newest_entry_at
    known = told if told is not None and told <= first.polled_at else first.polled_at
    return max([known, *(poll.polled_at for poll in answers[1:] if poll.new)])


def _answers_end(history: Sequence[Poll]) -> int:
    """Behind the last poll that was answered."""
    return next((i + 1 for i in reversed(range(len(history))) if history[i].result != "failed"), 0)


def _interval(answers: Sequence[Poll], url: str) -> timedelta:
    """From one poll to the next, by what the feed publishes and asks for; within the bounds."""
    if not answers:
        return MIN_INTERVAL
    rate, last = _rate(answers), answers[-1]
    minutes = math.sqrt(2 * WORTH / rate) * (1 + SPREAD * (2 * _fraction(url) - 1))
    wish = next((poll.hint_minutes for poll in reversed(answers) if poll.result == "read"), None) or 0
    minutes = max(minutes, min(wish, max(HINT_MINUTES, 1 / rate)))
    listed = next((poll.listed for poll in reversed(answers) if poll.listed), 0)
    if listed:
        minutes = min(minutes, FULL_SHARE * listed / rate)
    if len(answers) > 1 and last.listed and last.new >= ROLLED_SHARE * last.listed:
        minutes = min(minutes, (last.polled_at - answers[-2].polled_at) / _MINUTE / 2)
    return min(max(minutes * _MINUTE, MIN_INTERVAL), MAX_INTERVAL)


def _rate(answers: Sequence[Poll]) -> float:
    """Articles a minute: of the last TELLING ones, however long they took; no more than the silence since allows."""
    articles, minutes = PRIOR_ARTICLES, PRIOR_MINUTES
    for poll, earlier in pairwise(reversed(answers)):
        articles += poll.new
        minutes += (poll.polled_at - earlier.polled_at) / _MINUTE
        if articles >= TELLING:
            break
    silence = (answers[-1].polled_at - _newest(answers)) / _MINUTE
    return min(articles / minutes, SILENT_ARTICLES / max(silence, 1.0))


def _week(at: datetime, url: str) -> int:
    return math.floor((at - _EPOCH) / FULL_REQUEST + _fraction(url))


def _fraction(url: str) -> float:
    """A number from 0 to below 1 that a URL always has."""
    return int.from_bytes(hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:6]) / (1 << 48)
