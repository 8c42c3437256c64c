-- One row a revision: one text of one article.
-- revision: 1 for the earliest captured text; numbered in order of (captured_at, text_hash).
-- published_at, updated_at, captured_at, discovered_at, appended_at: UTC instants.
-- published_at: local midnight where published_precision = 'day'; NULL when the page tells nothing.
-- published_date: the day as the publisher prints it: count days by this, never by published_at::date.
-- former_title: the headline of the revision before, where this one has another; NULL else.
-- words_added, words_removed: words that this text has and the one before has not, and the other way round; each
--   once, in lower case, sorted; NULL for the first revision. Of the lines that only one of them has, the first 5,000
--   different words are looked at.
-- reprocessed: a later reading of a stored capture (presshouse reprocess), in the place of the earlier reading, which
--   articles_as_of still shows for the time before. Its publisher changed nothing: run_id, appended_at and extractor are
--   those of the later reading.
-- Example: which headlines changed? select url, former_title, title from article_revisions where former_title is not null
create or replace view article_revisions as
with pairs as (
    select
        now.article_id, now.revision,
        if(now.title is distinct from former.title, former.title, null) as former_title,
        lower(now.text) as text,
        lower(former.text) as former_text,
        string_split(lower(now.text), chr(10)) as lines,
        string_split(lower(former.text), chr(10)) as former_lines
    from numbered_revisions as now
    join numbered_revisions as former
        on former.article_id = now.article_id and former.revision = now.revision - 1
    where now.revision > 1 and not former.newest -- follows from it, and leaves out articles with one text
),
changes as (
    -- a word that one text has and the other has not stands in a line that the other has not
    select
        article_id, revision, former_title,
        regexp_extract_all(text, '[\p{L}\p{M}\p{N}]+') as words,
        regexp_extract_all(former_text, '[\p{L}\p{M}\p{N}]+') as former_words,
        list_distinct(regexp_extract_all(
            array_to_string(list_filter(lines, lambda line: not list_contains(former_lines, line)), chr(10)),
            '[\p{L}\p{M}\p{N}]+'
        ))[:5000] as new_words,
        list_distinct(regexp_extract_all(
            array_to_string(list_filter(former_lines, lambda line: not list_contains(lines, line)), chr(10)),
            '[\p{L}\p{M}\p{N}]+'
        ))[:5000] as old_words
    from pairs
)
select
    numbered_revisions.* exclude (reprocessed, newest),
    changes.former_title,
    list_sort(list_filter(new_words, lambda word: not list_contains(former_words, word))) as words_added,
    list_sort(list_filter(old_words, lambda word: not list_contains(words, word))) as words_removed,
    numbered_revisions.reprocessed
from numbered_revisions
left join changes
    on changes.article_id = numbered_revisions.article_id and changes.revision = numbered_revisions.revision
