"""What `fetch_state` asks, over the tables and over what waits in the spool: views named state_*, and questions.

Named values stand at each question's use. Instants are UTC.
"""

from warehouse.values import among

# What is asked of, as the tables hold it and as the spool does; state_captures: only those whose page is an article.
STATE_VIEWS = {
    "state_polls": ("select * from polls", "select unnest(poll) from spooled where poll is not null"),
    "state_entries": ("select * from entries", "select unnest(entry) from spooled where entry is not null"),
    "state_captures": (
        "select * replace (outcome <> 'rejected' as outcome) from captures",
        "select unnest(capture), article is not null as outcome from spooled where capture is not null",
    ),
    "state_rejections": (
        "select * from rejections",
        "select unnest(rejection) from spooled where rejection is not null",
    ),
    "state_keys": (
        "select url_key from article_urls",
        "select unnest(url_keys) as url_key from spooled where article is not null",
    ),
}

LAST_POLLS = f"""
select
    feed_url, polled_at, result, failure, status, listed, new_entries, hint_minutes, retry_after_s, newest_entry_at,
    etag, last_modified, body_sha256, moved_url, list_contains(problems, 'capped') as is_capped,
    bool_or(result <> 'failed') over (partition by feed_url) as was_read
from state_polls
where feed_url in {among("urls")}
qualify row_number() over (partition by feed_url order by polled_at desc) <= $most
order by feed_url, polled_at
"""

ENTRIES = """
select entry_key, max_by(fingerprint, seen_at), max_by(title, seen_at), max_by(decision, seen_at)
from state_entries
where feed_url = $feed_url
group by entry_key
"""

STORED = f"""
select url_key from state_keys where url_key in {among("keys")}
union
select entry_key from state_entries where decision = 'fetch' and entry_key in {among("keys")}
"""

# An entry that was listed by a clock ahead of ours counts as ended by whatever came of it.
PENDING = """
with listed as (
    select
        entry_key,
        max(seen_at) as listed_at,
        max_by(url, seen_at) as url,
        max_by(feed_url, seen_at) as feed_url,
        max_by(title, seen_at) as title,
        max_by(published_raw, seen_at) as published_raw,
        max_by(updated_raw, seen_at) as updated_raw,
        max(coalesce(published_at, updated_at)) as newest
    from state_entries
    where decision = 'fetch' and seen_at > $since
    group by entry_key
),
discovered as (
    select entry_key, min(seen_at) as discovered_at
    from state_entries
    where entry_key in (select entry_key from listed)
    group by entry_key
),
kinds as (select feed_url, max_by(kind, polled_at) as kind from state_polls where kind is not null group by feed_url),
ended as (
    select fetched_url, max(seen_at) as ended_at
    from (
        select fetched_url, seen_at from state_captures where seen_at > $since
        union all
        select fetched_url, seen_at from state_rejections where outcome = 'rejected' and seen_at > $since
    )
    group by fetched_url
),
tried as (
    select
        state_rejections.fetched_url,
        count(*) as attempts,
        max(state_rejections.seen_at) as last_at,
        max_by(state_rejections.reason, state_rejections.seen_at) as reason
    from state_rejections
    join listed on listed.url = state_rejections.fetched_url and state_rejections.seen_at >= listed.listed_at
    where state_rejections.outcome = 'deferred'
    group by all
)
select
    listed.url, listed.feed_url, kinds.kind, discovered.discovered_at, listed.title, listed.published_raw,
    listed.updated_raw, listed.listed_at, tried.attempts, tried.last_at, tried.reason
from listed
join discovered using (entry_key)
left join kinds on kinds.feed_url = listed.feed_url
left join tried on tried.fetched_url = listed.url
left join ended on ended.fetched_url = listed.url and (ended.ended_at >= listed.listed_at or listed.listed_at > $now)
where ended.fetched_url is null
order by listed.newest desc nulls first, listed.url
"""

RECAPTURES = """
with chosen as (
    select distinct revisions.article_id
    from revisions
    join feeds on feeds.publisher = revisions.publisher and feeds.recapture
    where revisions.captured_at > $since
)
select
    fetched_url, min(captured_at), max(captured_at), max_by(etag, captured_at), max_by(last_modified, captured_at),
    max_by(payload_sha256, captured_at) filter (where payload_sha256 is not null),
    max_by(capture_file, captured_at) filter (where payload_sha256 is not null),
    max_by(capture_offset, captured_at) filter (where payload_sha256 is not null)
from captures
where article_id in (select article_id from chosen) and via in ('feed', 'sitemap', 'page')
group by fetched_url
order by fetched_url
"""

LAST_CAPTURES = f"""
select
    fetched_url, max_by(etag, captured_at), max_by(last_modified, captured_at), max_by(payload_sha256, captured_at),
    max_by(capture_file, captured_at), max_by(capture_offset, captured_at)
from state_captures
where fetched_url in {among("urls")} and outcome and payload_sha256 is not null
    and capture_file is not null
group by fetched_url
"""
