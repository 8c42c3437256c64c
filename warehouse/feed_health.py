"""How the feeds do: the figures of the view `feed_health`, with the state and the next poll by the scheduler's rule.

The rule stands once, in `tasks.fetch.schedule`: a pure function of a feed's last polls, which SQL would only repeat.
To it comes what polls do not tell: a list that can be had, while robots.txt forbids every page that it lists.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import duckdb

from tasks.fetch.schedule import HISTORY, Poll, State, next_poll, state

ROBOTS = "robots"  # reason of the rejections of pages that robots.txt forbids

_HEALTH = "select * from feed_health order by publisher nulls last, feed_url"
_POLLS = f"""
select feed_url, polled_at, result, failure, status, listed, new_entries, hint_minutes, retry_after_s, newest_entry_at,
    run_id
from polls
qualify row_number() over (partition by feed_url order by polled_at desc) <= {HISTORY}
order by feed_url, polled_at
"""
# What the children of a sitemap index listed in the run in which the index was read.
_OF_CHILDREN = """
select children.feed_url, polls.run_id, sum(new_entries)
from (select distinct feed_url, url from entries where decision = 'list') as children
join polls on polls.feed_url = children.url
group by all
"""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A row of the view `feed_health`, and what follows from the feed's last polls. Instants are aware, UTC."""

    feed_url: str
    publisher: str | None
    kind: str | None
    enabled: bool
    polls: int
    last_polled_at: datetime | None
    last_success_at: datetime | None
    failures_in_a_row: int
    failure: str | None
    reason: str | None
    status: int | None  # HTTP
    newest_entry_at: datetime | None
    articles_a_day: float
    usual_a_day: float | None
    share_without_date: float | None
    share_without_text: float | None
    state: State
    next_poll_at: datetime | None  # None: switched off, by the user or by 410 Gone
    share_forbidden: float | None = None
    interval_minutes: int | None = None  # the user's own
    changed_at: datetime | None = None  # by the user


def feed_health(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[FeedHealth]:
    """Every feed that is in the registry or was ever asked, by publisher and URL. `now`: aware."""
    of_children = {(feed_url, run_id): new for feed_url, run_id, new in connection.execute(_OF_CHILDREN).fetchall()}
    histories: dict[str, list[Poll]] = defaultdict(list)  # as the scheduler sees them
    brought: dict[str, list[Poll]] = defaultdict(list)  # with what the children listed
    for feed_url, *poll, run_id in connection.execute(_POLLS).fetchall():
        own = _poll(*poll)
        histories[feed_url].append(own)
        brought[feed_url].append(replace(own, new=own.new + (of_children.get((feed_url, run_id)) or 0)))
    cursor = connection.execute(_HEALTH)
    names = [column[0] for column in cursor.description or ()]
    found = []
    for row in cursor.fetchall():
        figures = dict(zip(names, row, strict=True))
        url, enabled = figures["feed_url"], figures["enabled"]
        history = histories[url]
        due = None
        if enabled:
            own, chosen_at = figures["interval_minutes"], figures["changed_at"]
            due = next_poll(history, now, url=url, fixed_minutes=own, enabled_at=chosen_at)
        one = FeedHealth(**figures, state=state(brought[url], now, figures["usual_a_day"] or None), next_poll_at=due)
        found.append(_with_pages(one))
    return found


def _with_pages(feed: FeedHealth) -> FeedHealth:
    """A feed that answers and of which no page may be fetched is blocked: nothing will come of it."""
    if feed.state in ("healthy", "quiet") and feed.share_forbidden == 1:
        return replace(feed, state="blocked", reason=ROBOTS)
    return feed


def _poll(
    polled_at: datetime,
    result: str,
    failure: str | None,
    status: int | None,
    listed: int | None,
    new: int | None,
    hint_minutes: int | None,
    retry_after_s: float | None,
    newest_entry_at: datetime | None,
) -> Poll:
    return Poll(
        polled_at,
        cast(Any, result),  # the words of the table are those of Poll
        cast(Any, failure),
        status,
        listed or 0,
        new or 0,
        hint_minutes,
        retry_after_s,
        newest_entry_at,
    )
