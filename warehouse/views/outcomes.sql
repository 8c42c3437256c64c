-- One row each time an entry, capture or record is seen.
-- outcome: article, revision, known, rejected or deferred; reason and detail only for the last two.
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
