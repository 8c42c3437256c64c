-- One row an agency, publisher and day (published_date; undated articles: NULL): wire copy that the publisher ran.
-- articles: that credit the agency; shared: of them, those whose story other publishers ran too.
-- lag_minutes: median from the story's original to the article; only where both instants are known and not in doubt.
-- Example: who runs what soonest?
--   select agency, publisher, sum(articles), median(lag_minutes) from syndication group by all order by 4
create or replace view syndication as
with credited as (
    select unnest(agencies) as agency, article_id, story_id, publisher, published_date, published_at,
        published_precision in ('minute', 'second') and not list_has_any(
            date_flags, ['zone_assumed', 'zone_conflict', 'day_month_ambiguous', 'in_future']
        ) as has_instant
    from articles
)
select
    credited.agency,
    credited.publisher,
    credited.published_date,
    count(*) as articles,
    count(*) filter (len(stories.publishers) > 1) as shared,
    median(date_diff('minute', original.published_at, credited.published_at)) filter (
        credited.has_instant
        and credited.article_id <> original.article_id
        and original.published_precision in ('minute', 'second')
    ) as lag_minutes
from credited
join stories using (story_id)
left join articles as original on original.article_id = stories.original_article_id
group by credited.agency, credited.publisher, credited.published_date
