-- One row an article of live input whose instant of publication is known and not in doubt: how late we had it.
-- Live input: found in a feed or sitemap, and published after the publisher was first listened to; what the first poll
--   of a publisher lists is old by then, and tells nothing.
-- A known instant: to the minute or second, no flag that doubts it, and not after the capture.
-- discovery_minutes, capture_minutes: from published_at to the first time it was listed, and to the first capture.
-- published_at, discovered_at, captured_at: UTC; captured_at of the first revision.
-- Example: how late are we? select publisher, median(capture_minutes) from publication_lag group by all order by 2 desc
create or replace view publication_lag as
with first_captured as (
    select article_id, min(captured_at) as captured_at, min(discovered_at) as discovered_at
    from revisions
    where via in ('feed', 'sitemap')
    group by article_id
),
live as (
    select
        articles.article_id, url, publisher, country, language, published_date, published_at,
        first_captured.discovered_at, first_captured.captured_at,
        published_precision in ('minute', 'second') and not list_has_any(
            date_flags, ['zone_assumed', 'zone_conflict', 'day_month_ambiguous', 'in_future']
        ) as has_instant,
        min(first_captured.discovered_at) over (partition by publisher) as listened_since
    from articles
    join first_captured using (article_id)
    where first_captured.discovered_at is not null
)
select
    article_id, url, publisher, country, language, published_date, published_at, discovered_at, captured_at,
    (epoch(discovered_at) - epoch(published_at)) / 60 as discovery_minutes,
    (epoch(captured_at) - epoch(published_at)) / 60 as capture_minutes
from live
where has_instant and published_at > listened_since and published_at <= captured_at
