-- One row a publisher and day: what there is, what is usual, and whether something is missing.
-- Days: as `articles.published_date`; undated articles count on the UTC day of their capture. A publisher with an enabled
--   feed has a row for every day from its first poll to the last append, also with no article; other days are those with
--   articles. The clock is not read: a warehouse tells what it knew at its last append.
-- actual: articles of that day, however they came.
-- expected: articles, the median of that weekday in the eight weeks before, of live input only (found by polling, and
--   captured within three days); days that were not polled and the day of the first poll are no measure. NULL before
--   four such days.
-- gap: why something is missing, NULL where nothing is: not_polled (no feed of the publisher was asked that day),
--   polls_failed (asked, never answered), few_articles (under half of what is expected, and short of it by more than
--   2.5 times its square root: a count that varies by chance alone strays so far one day in 160). Days before the first
--   poll, and the day that had not ended at the last append, have none.
-- polls, successful_polls: on that day where the publisher is (the registry's zone, else UTC).
-- Example: what is missing? select publisher, day, actual, expected, gap from coverage where gap is not null order by 2, 1
create or replace view coverage as
with per_article as (
    select
        article_id, publisher,
        coalesce(published_date, cast(captured_at at time zone 'UTC' as date)) as day
    from articles
    where publisher is not null
),
found_live as (
    select distinct revisions.article_id
    from revisions
    join per_article using (article_id)
    where revisions.via in ('feed', 'sitemap')
        and cast(revisions.captured_at at time zone 'UTC' as date) <= per_article.day + 3
),
counted as (
    select per_article.publisher, day, count(*) as actual, count(found_live.article_id) as live
    from per_article left join found_live using (article_id)
    group by all
),
polled as (
    select
        feeds.publisher,
        cast(polled_at at time zone coalesce(publishers.timezone, 'UTC') as date) as day,
        count(*) as polls,
        count(*) filter (result in ('read', 'unchanged')) as successful_polls
    from polls
    join feeds using (feed_url)
    left join publishers on publishers.domain = feeds.publisher
    where feeds.publisher is not null
    group by all
),
last_append as (
    select max(appended_at) as last_at from batches
),
watched as (
    select
        polled.publisher,
        min(polled.day) as first_day,
        cast(max(last_at) at time zone coalesce(any_value(publishers.timezone), 'UTC') as date) as open_day,
        if(
            polled.publisher in (select publisher from feeds where enabled),
            greatest(max(polled.day), open_day),
            max(polled.day)
        ) as last_day
    from polled
    left join publishers on publishers.domain = polled.publisher
    cross join last_append
    group by polled.publisher
),
days as (
    select publisher, unnest(range(first_day, last_day + interval 1 day, interval 1 day))::date as day
    from watched
    union
    select publisher, day from counted
),
filled as (
    select
        days.publisher,
        days.day,
        coalesce(counted.actual, 0) as actual,
        coalesce(counted.live, 0) as live,
        coalesce(polled.polls, 0) as polls,
        coalesce(polled.successful_polls, 0) as successful_polls,
        days.day between watched.first_day and watched.last_day as watched,
        days.day >= watched.open_day as open,
        polled.successful_polls > 0 and days.day > watched.first_day as is_measure
    from days
    left join counted using (publisher, day)
    left join polled using (publisher, day)
    left join watched using (publisher)
),
measured as (
    select
        *,
        count(*) filter (is_measure) over weekday as measures,
        median(live) filter (is_measure) over weekday as usual
    from filled
    window weekday as (
        partition by publisher, isodow(day) order by day
        range between interval 56 days preceding and interval 7 days preceding
    )
)
select
    publisher,
    day,
    actual,
    if(measures >= 4, usual, null) as expected,
    case
        when not watched or watched is null or open then null
        when polls = 0 then 'not_polled'
        when successful_polls = 0 then 'polls_failed'
        when measures >= 4 and actual < usual / 2 and usual - actual > 2.5 * sqrt(usual) then 'few_articles'
    end as gap,
    polls,
    successful_polls
from measured
