"""What `presshouse report` shows: the figures of one page, asked in one reading of the warehouse.

A warehouse that polls is shown over its last 26 weeks; one that only ever loaded files, over all its days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import duckdb

from warehouse.feed_health import FeedHealth, feed_health

WEEKS, LEAST_WEEKS = 26, 6  # of a warehouse that polls: half a year on one screen; of a young one
DAILY, MONTHLY = 200, 15 * 366  # days up to which volume is shown by day, and by month; by year from there on
MOST_CALENDARS = 48  # publishers with a calendar: those with most gaps, then most articles
MOST_STORIES = 15
MOST_PUBLISHERS, MOST_AGENCIES = 24, 10  # in the table of wire pick-up
MOST_LAGS = 40  # publishers

Rows = list[dict[str, Any]]

_LAST_APPEND = "select max(appended_at) from batches"
_HAS_POLLS = "select exists(select 1 from polls)"
_DAYS = "select min(published_date), max(published_date) from report_articles"
_TOTALS = """
select
    count(*) as articles,
    count(distinct story_id) as stories,
    count(distinct publisher) as publishers,
    count(*) filter (published_date between $first and $last) as articles_of_period,
    count(*) filter (published_date is null) as undated,
    count(*) filter (access <> 'full') as not_full
from report_articles
"""
_VOLUME = """
select
    date_trunc($unit, published_date)::date as day,
    case
        when via in ('feed', 'sitemap') then 'polled'
        when via in ('ccnews', 'wayback') then 'backfilled'
        else 'loaded'
    end as way,
    count(*) as articles
from report_articles
where published_date between $first and $last
group by all
order by all
"""
# What several questions ask, and is dear, is asked once. Temporary tables are no change of the warehouse.
_ARTICLES_ASIDE = """
create or replace temp table report_articles as
select article_id, story_id, publisher, published_date, published_from, published_precision, date_flags, via, access,
    url, captured_at
from articles
"""
_ASIDE = (
    """
    create or replace temp table report_coverage as
    select * from coverage where day between $first and $last
    """,
    """
    create or replace temp table report_lag as
    select publisher, published_date, discovery_minutes, capture_minutes
    from publication_lag
    where published_date between $first and $last
    """,
    """
    create or replace temp table report_syndication as
    select * from syndication where published_date between $first and $last
    """,
)
_COVERAGE = """
with ranked as (
    select publisher
    from report_coverage
    group by publisher
    order by count(gap) desc, sum(actual) desc, publisher
    limit $most
)
select
    publisher, coalesce(publishers.name, publisher) as name, day, actual, expected, gap, polls
from report_coverage
join ranked using (publisher)
left join publishers on publishers.domain = publisher
order by count(gap) over (partition by publisher) desc, sum(actual) over (partition by publisher) desc, publisher, day
"""
_GAPS = """
select gap, count(*) as days, count(distinct publisher) as publishers,
    (select count(distinct publisher) from report_coverage) as all_publishers
from report_coverage
where gap is not null
group by gap
order by days desc, gap
"""
_LAG_DAYS = """
select date_trunc($unit, published_date)::date as day, count(*) as articles,
    quantile_cont(capture_minutes, 0.5) as median, quantile_cont(capture_minutes, 0.9) as slow
from report_lag
group by all
order by all
"""
_LAG_PUBLISHERS = """
select report_lag.publisher, coalesce(any_value(publishers.name), report_lag.publisher) as name,
    count(*) as articles,
    quantile_cont(discovery_minutes, 0.5) as discovery, quantile_cont(capture_minutes, 0.5) as median,
    quantile_cont(capture_minutes, 0.9) as slow
from report_lag
left join publishers on publishers.domain = report_lag.publisher
group by report_lag.publisher
order by median desc, report_lag.publisher
limit $most
"""
_STORY_SIZES = """
with sized as (
    select story_id, count(*) as size
    from report_articles
    where published_date between $first and $last
    group by story_id
)
select
    case when size < 6 then size::varchar when size < 10 then '6-9' when size < 20 then '10-19' else '20 and more' end
        as size,
    count(*) as stories, sum(sized.size)::bigint as articles, min(sized.size) as least
from sized
group by 1
order by least
"""
_TOP_STORIES = """
select stories.story_id, root_title as title, root_publisher as publisher, url, size,
    len(stories.publishers) as publishers, stories.agencies, first_seen_at
from stories
join report_articles on report_articles.article_id = stories.story_id
where size > 1 and published_date between $first and $last
order by len(stories.publishers) desc, size desc, first_seen_at desc, stories.story_id
limit $most
"""
_AGENCIES = """
select agency, sum(articles)::bigint as articles, sum(shared)::bigint as shared,
    count(distinct publisher) as publishers, median(lag_minutes) as lag
from report_syndication
group by agency
order by articles desc, agency
limit $most
"""
_PICK_UP = """
with counted as (
    select agency, publisher, coalesce(any_value(publishers.name), publisher) as name,
        sum(articles)::bigint as articles
    from report_syndication
    left join publishers on publishers.domain = publisher
    where publisher is not null
    group by agency, publisher
)
select * from counted
where agency in (select agency from counted group by agency order by sum(articles) desc, agency limit $agencies)
    and publisher in (
        select publisher from counted group by publisher order by sum(articles) desc, publisher limit $publishers
    )
order by sum(articles) over (partition by publisher) desc, publisher, sum(articles) over (partition by agency) desc
"""
_REJECTIONS = """
select reason, outcome, count(distinct (fetched_url, capture_offset)) as inputs, max(seen_at) as last_seen_at
from rejections
where cast(seen_at at time zone 'UTC' as date) between $seen_first and $seen_last
group by all
order by inputs desc, reason
"""
_DATES = """
with counted as (
    select coalesce(published_from, 'none') as source, coalesce(published_precision, 'unknown') as precision,
        count(*) as articles,
        count(*) filter (
            list_has_any(date_flags, ['zone_assumed', 'zone_conflict', 'day_month_ambiguous', 'in_future'])
        ) as doubted
    from report_articles
    where published_date between $first and $last
        or published_date is null and cast(captured_at at time zone 'UTC' as date) between $seen_first and $seen_last
    group by all
)
select * from counted
order by sum(articles) over (partition by source) desc, source, precision
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is on the page. Days are inclusive; instants aware, UTC; lags in minutes."""

    made_at: datetime
    last_append: datetime | None
    first: date | None  # of the period; None: there are no dated articles and no polls
    last: date | None
    polls: bool  # whether anything was ever polled
    unit: str  # day, month or year: what volume and lag are counted by
    totals: dict[str, Any]
    volume: Rows
    coverage: Rows
    gaps: Rows
    lag_days: Rows
    lag_publishers: Rows
    story_sizes: Rows
    top_stories: Rows
    agencies: Rows
    pick_up: Rows
    feeds: list[FeedHealth]
    rejections: Rows
    dates: Rows


def figures(connection: duckdb.DuckDBPyConnection, now: datetime) -> Figures:
    """Everything for one page. `now`: aware; days after it are not shown."""
    last_append = connection.execute(_LAST_APPEND).fetchall()[0][0]
    polls = bool(connection.execute(_HAS_POLLS).fetchall()[0][0])
    connection.execute(_ARTICLES_ASIDE)
    oldest, newest = connection.execute(_DAYS).fetchall()[0]
    first, last = period(oldest, newest, last_append, now, polls=polls)
    unit = "day"
    if first and last and (last - first).days >= DAILY:
        unit = "month" if (last - first).days < MONTHLY else "year"

    seen = (first, last) if polls else (date.min, date.max)
    bounds = {"first": first, "last": last, "unit": unit, "seen_first": seen[0], "seen_last": seen[1]}
    ask = partial(_rows, connection, bounds)
    for statement in _ASIDE:
        connection.execute(statement, {"first": first, "last": last})
    return Figures(
        made_at=now,
        last_append=last_append,
        first=first,
        last=last,
        polls=polls,
        unit=unit,
        totals=ask(_TOTALS)[0],
        volume=ask(_VOLUME),
        coverage=ask(_COVERAGE, most=MOST_CALENDARS) if polls else [],
        gaps=ask(_GAPS) if polls else [],
        lag_days=ask(_LAG_DAYS),
        lag_publishers=ask(_LAG_PUBLISHERS, most=MOST_LAGS),
        story_sizes=ask(_STORY_SIZES),
        top_stories=ask(_TOP_STORIES, most=MOST_STORIES),
        agencies=ask(_AGENCIES, most=MOST_AGENCIES),
        pick_up=ask(_PICK_UP, agencies=MOST_AGENCIES, publishers=MOST_PUBLISHERS),
        feeds=feed_health(connection, now),
        rejections=ask(_REJECTIONS),
        dates=ask(_DATES),
    )


def _rows(connection: duckdb.DuckDBPyConnection, bounds: dict[str, Any], sql: str, **values: Any) -> Rows:
    """What a question answers, a row a dict; it is given those values that it names."""
    named = {name: value for name, value in (bounds | values).items() if f"${name}" in sql}
    cursor = connection.execute(sql, named)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def period(
    oldest: date | None, newest: date | None, last_append: datetime | None, now: datetime, *, polls: bool
) -> tuple[date | None, date | None]:
    """First and last day of the page.

    With polls the weeks from Monday that end with the last append, WEEKS or as many as there are, LEAST_WEEKS at least;
    else every day with articles.
    """
    if not polls:
        return oldest, min(newest, now.date()) if newest else None
    last = min((last_append or now).date(), now.date())
    newest_week = _monday(last)
    begin = max(newest_week - timedelta(weeks=WEEKS - 1), _monday(min(oldest or last, last)))
    return min(begin, newest_week - timedelta(weeks=LEAST_WEEKS - 1)), last


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
