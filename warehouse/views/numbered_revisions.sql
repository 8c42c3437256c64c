-- One row a revision, without what changed: what article_revisions and articles are made of. Ask those.
-- revision: 1 for the earliest captured text; numbered in order of (captured_at, text_hash).
-- Example: select url, revision from numbered_revisions order by article_id, revision
create or replace view numbered_revisions as
with replaced as (
    -- a capture that was read again (presshouse reprocess): the later reading takes the place of the earlier
    select article_id, captured_at, replaces as text_hash, max(appended_at) as replaced_at
    from revisions
    where replaces is not null
    group by all
),
past as (
    select revisions.article_id, revisions.text_hash, revisions.captured_at, revisions.appended_at
    from revisions join replaced using (article_id, text_hash, captured_at)
    where replaced.replaced_at > revisions.appended_at
),
texts as (
    select *
    from revisions
    -- "not in", whose table in memory is the small one; "not exists" held all texts there
    where (article_id, text_hash, captured_at, appended_at) not in (
        select (article_id, text_hash, captured_at, appended_at) from past
    )
    qualify row_number() over (
        partition by article_id, text_hash order by captured_at, appended_at, batch_id, capture_offset
    ) = 1
),
memberships as (
    select article_id, max_by(story_id, assigned_at) as story_id
    from story_members
    group by article_id
)
select
    texts.article_id,
    cast(row_number() over (
        partition by texts.article_id order by captured_at, texts.text_hash
    ) as integer) as revision,
    coalesce(memberships.story_id, texts.article_id) as story_id,
    url,
    fetched_url,
    -- a bare address or an intranet's name has no registered domain: its host stands for one, as with its feeds
    coalesce(
        publisher,
        nullif(lower(regexp_extract(coalesce(url, fetched_url), '^https?://(?:[^/@?#]*@)?([^/:?#\[]+|\[[^\]]*\])', 1)), '')
    ) as publisher,
    publisher_name, country, language,
    title, description, text,
    authors, agencies, keywords,
    dateline, section, image_url,
    published_at,
    published_date,
    published_precision,
    published_offset_minutes,
    published_from, published_raw,
    date_flags,
    updated_at, updated_raw,
    captured_at,
    word_count,
    access,
    rights_reserved,
    via,
    discovered_at, appended_at,
    language_declared, extractor,
    capture_file, capture_offset,
    run_id, batch_id,
    texts.replaces is not null as reprocessed
from texts
left join memberships on memberships.article_id = texts.article_id
