-- One row a revision, without what changed: what article_revisions and articles are made of. Ask those.
-- newest: whether it is the article's last.
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
distinct_texts as (
    select *
    from revisions
    -- what orders and compares is done for articles that may have more rows than one, a few in a hundred. The same
    -- question stands twice: as a part with a name it would be materialized, and then no column be left out
    semi join (select article_id from revisions where further is not false) as several using (article_id)
    -- "not in", whose table in memory is the small one; "not exists" held all texts there
    where (article_id, text_hash, captured_at, appended_at) not in (
        select (article_id, text_hash, captured_at, appended_at) from past
    )
    qualify row_number() over (
        partition by article_id, text_hash order by captured_at, appended_at, batch_id, capture_offset
    ) = 1
),
texts as (
    select *,
        row_number() over (partition by article_id order by captured_at, text_hash) as revision,
        row_number() over (partition by article_id order by captured_at desc, text_hash desc) = 1 as newest
    from distinct_texts
    union all by name
    select *, 1 as revision, true as newest
    from revisions
    anti join (select article_id from revisions where further is not false) as several using (article_id)
),
memberships as (
    -- who never was in another's story leads his own
    select article_id, max_by(story_id, assigned_at) as story_id
    from story_members
    where article_id in (select article_id from story_members where story_id <> article_id)
    group by article_id
)
select
    texts.article_id,
    cast(revision as integer) as revision,
    coalesce(memberships.story_id, texts.article_id) as story_id,
    url,
    fetched_url,
    -- a bare address or an intranet's name has no registered domain: its host stands for one, as with its feeds
    -- (the pattern stands in one place of one expression: said twice, it would be looked for in every row)
    coalesce(publisher, list_extract(regexp_extract_all(
        lower(coalesce(url, fetched_url)), '^https?://(?:[^/@?#]*@)?([^/:?#\[]+|\[[^\]]*\])', 1
    ), 1)) as publisher,
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
    texts.replaces is not null as reprocessed,
    newest
from texts
left join memberships on memberships.article_id = texts.article_id
