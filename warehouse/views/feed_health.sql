-- One row a feed or sitemap that is in the registry or was ever asked: how it does, as of the last append.
-- last_polled_at, last_success_at, newest_entry_at: UTC; newest_entry_at is what the list states.
-- failures_in_a_row: polls since the last success; failure, reason, status: of the last poll, NULL where it succeeded.
-- articles_a_day: new entries a day over the last 7 days; usual_a_day: over the up to 56 days before these, NULL before
--   7 such days. What the first poll listed counts nowhere: it is old. What the children of a sitemap index list counts
--   for the index, and they have no row.
-- share_without_date, share_without_text: 0 to 1, of what it listed in the last 28 days: articles without published_at;
--   fetched pages that gave no text. NULL where there is nothing to share.
-- share_forbidden: 0 to 1, of its pages of the last 28 days that came to an end, those of the first poll too: what
--   robots.txt forbids. NULL where there is none.
-- interval_minutes: the user's own, NULL where the scheduler decides; changed_at: UTC, when the user last changed the row.
-- State and next poll are a rule over the last polls, not SQL: `presshouse feeds list` and the report add them.
-- Example: what fails? select feed_url, failures_in_a_row, reason from feed_health where failures_in_a_row > 0 order by 2 desc
create or replace view feed_health as
with recursive last_append as (
    select max(appended_at) as last_at from batches
),
children as (
    select distinct feed_url, url as child_url
    from entries
    where decision = 'list' and url is not null
),
known as (
    select feed_url, publisher, kind, enabled, interval_minutes, changed_at from feeds
    union all
    select feed_url, null, max_by(kind, polled_at), false, null, null
    from polls
    where feed_url not in (select feed_url from feeds union all select child_url from children)
    group by feed_url
),
reached as (
    select feed_url, feed_url as list_url, 0 as depth from known
    union all
    select reached.feed_url, children.child_url, depth + 1
    from reached join children on children.feed_url = reached.list_url
    where depth < 4 -- an index may name itself
),
owners as (
    select list_url, min_by(feed_url, (depth, feed_url)) as feed_url
    from reached
    group by list_url
),
polled as (
    select
        *,
        max(polled_at) filter (result in ('read', 'unchanged')) over (partition by feed_url) as last_success_at
    from polls
),
per_feed as (
    select
        feed_url,
        count(*) as polls,
        min(polled_at) filter (result in ('read', 'unchanged')) as first_success_at,
        max(polled_at) as last_polled_at,
        max(last_success_at) as last_success_at,
        count(*) filter (last_success_at is null or polled_at > last_success_at) as failures_in_a_row,
        arg_max_null(failure, polled_at) as failure,
        arg_max_null(reason, polled_at) as reason,
        arg_max_null(status, polled_at) as status,
        max(newest_entry_at) as newest_entry_at
    from polled
    group by feed_url
),
watched as materialized ( -- else entries are compared with every feed
    select list_url, owners.feed_url, first_success_at, last_at
    from owners
    join per_feed using (feed_url)
    cross join last_append
),
listed as (
    select watched.feed_url, url, entry_key, decision, (epoch(last_at) - epoch(seen_at)) / 86400 as age_days
    from entries
    join watched on watched.list_url = entries.feed_url
    where event = 'new' and decision in ('fetch', 'known') and seen_at > first_success_at
),
per_listed as (
    select
        feed_url,
        count(*) filter (age_days < 7) as recent,
        count(*) filter (age_days >= 7 and age_days < 63) as earlier
    from listed
    group by feed_url
),
became as (
    select
        feed_url,
        listed.url,
        max(articles.article_id) as article_id,
        max(articles.published_at) as published_at
    from listed
    left join article_urls on article_urls.url_key = listed.entry_key
    left join articles on articles.article_id = article_urls.article_id
    where decision = 'fetch' and age_days < 28
    group by feed_url, listed.url
),
textless as (
    select distinct fetched_url as url
    from rejections
    where outcome = 'rejected' and capture_file is not null
),
shares as (
    select
        feed_url,
        avg(cast(published_at is null as integer)) filter (article_id is not null) as share_without_date,
        avg(cast(article_id is null as integer)) filter (article_id is not null or textless.url is not null)
            as share_without_text
    from became
    left join textless using (url)
    group by feed_url
),
asked as (
    select watched.feed_url, url
    from entries
    join watched on watched.list_url = entries.feed_url
    where decision = 'fetch' and url is not null and epoch(last_at) - epoch(seen_at) < 28 * 86400
    group by all
),
answered as ( -- a page that was captured once is not forbidden
    select url, bool_and(reason = 'robots') as forbidden
    from (
        select fetched_url as url, reason from rejections where outcome = 'rejected'
        union all
        select fetched_url, '' from captures where outcome <> 'rejected'
    )
    where url in (select url from asked)
    group by url
),
forbidden as (
    select feed_url, avg(cast(forbidden as integer)) as share_forbidden
    from asked join answered using (url)
    group by feed_url
)
select
    known.feed_url,
    known.publisher,
    known.kind,
    known.enabled,
    coalesce(per_feed.polls, 0) as polls,
    per_feed.last_polled_at,
    per_feed.last_success_at,
    coalesce(per_feed.failures_in_a_row, 0) as failures_in_a_row,
    per_feed.failure,
    per_feed.reason,
    per_feed.status,
    per_feed.newest_entry_at,
    coalesce(per_listed.recent, 0) / 7 as articles_a_day,
    if(
        last_at - per_feed.first_success_at >= interval 14 days,
        coalesce(per_listed.earlier, 0) / least(56, epoch(last_at - per_feed.first_success_at) / 86400 - 7),
        null
    ) as usual_a_day,
    shares.share_without_date,
    shares.share_without_text,
    forbidden.share_forbidden,
    known.interval_minutes,
    known.changed_at
from known
cross join last_append
left join per_feed using (feed_url)
left join per_listed using (feed_url)
left join shares using (feed_url)
left join forbidden using (feed_url)
