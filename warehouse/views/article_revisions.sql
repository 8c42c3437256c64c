-- One row a revision: one text of one article.
-- revision: 1 for the earliest captured text; numbered in order of (captured_at, text_hash).
-- published_at, updated_at, captured_at, discovered_at, appended_at: UTC instants.
-- published_at: local midnight where published_precision = 'day'; NULL when the page tells nothing.
-- published_date: the day as the publisher prints it: count days by this, never by published_at::date.
-- former_title: the headline of the revision before, where this one has another; NULL else.
-- words_added, words_removed: words that this text has and the one before has not, and the other way round; each
--   once, in lower case, sorted; NULL for the first revision. Of each text the first 5,000 different words are compared.
-- reprocessed: a later reading of a stored capture (presshouse reprocess), in the place of the earlier reading, which
--   articles_as_of still shows for the time before. Its publisher changed nothing: run_id, appended_at and extractor are
--   those of the later reading.
-- Example: which headlines changed? select url, former_title, title from article_revisions where former_title is not null
create or replace view article_revisions as
with changes as (
    select
        now.article_id, now.revision,
        if(now.title is distinct from former.title, former.title, null) as former_title,
        list_distinct(regexp_extract_all(lower(now.text), '[\p{L}\p{M}\p{N}]+'))[:5000] as words,
        list_distinct(regexp_extract_all(lower(former.text), '[\p{L}\p{M}\p{N}]+'))[:5000] as former_words
    from numbered_revisions as now
    join numbered_revisions as former
        on former.article_id = now.article_id and former.revision = now.revision - 1
)
select
    numbered_revisions.* exclude (reprocessed, newest),
    changes.former_title,
    list_sort(list_filter(changes.words, lambda word: not list_contains(changes.former_words, word))) as words_added,
    list_sort(list_filter(changes.former_words, lambda word: not list_contains(changes.words, word))) as words_removed,
    numbered_revisions.reprocessed
from numbered_revisions
left join changes
    on changes.article_id = numbered_revisions.article_id and changes.revision = numbered_revisions.revision
