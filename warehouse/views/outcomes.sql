-- One row each time an entry, capture or record is seen.
-- outcome: article, revision, known, rejected or deferred; reason only for the last two. Known is what was decided
-- before: detail says of what a list named which list, and whether it is known as refused.
-- seen_at: UTC instant at which the run read it.
-- Example: why was so little stored? select outcome, reason, count(*) from outcomes group by all order by 3 desc
create or replace view outcomes as
select
    fetched_url as url,
    seen_at,
    outcome,
    cast(null as varchar) as reason,
    cast(null as varchar) as detail,
    capture_file, capture_offset,
    article_id,
    run_id
from captures
where outcome in ('article', 'revision', 'known')
union all
select
    fetched_url as url,
    seen_at,
    outcome,
    reason,
    detail,
    capture_file, capture_offset,
    cast(null as uuid) as article_id,
    run_id
from rejections
union all
-- What a list named and nothing was fetched for: known from elsewhere, too old at a first poll, no URL, or waiting.
select
    coalesce(url, feed_url) as url,
    seen_at,
    case decision when 'known' then 'known' when 'fetch' then 'deferred' else 'rejected' end as outcome,
    case decision when 'fetch' then 'waiting' when 'recorded' then 'before_first_poll' when 'unusable' then 'bad_url' end
        as reason,
    case
        when decision = 'unusable' then coalesce(problem, title)
        when refused.reason is not null and not exists (select 1 from article_urls where url_key = entries.entry_key)
            then feed_url || ' (refused before: ' || refused.reason || ')'
        else feed_url
    end as detail,
    cast(null as varchar) as capture_file,
    cast(null as bigint) as capture_offset,
    cast(null as uuid) as article_id,
    entries.run_id
from entries
left join (
    select fetched_url, max_by(reason, seen_at) as reason
    from rejections
    where outcome = 'rejected'
    group by fetched_url
) as refused
    on entries.decision = 'known' and refused.fetched_url = entries.url
where decision in ('known', 'recorded', 'unusable')
    or (
        decision = 'fetch'
        and not exists (select 1 from captures where fetched_url = entries.url and captures.seen_at >= entries.seen_at)
        and not exists (
            select 1 from rejections where fetched_url = entries.url and rejections.seen_at >= entries.seen_at
        )
    )
