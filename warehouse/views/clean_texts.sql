-- One row an article: its text without the lines that its publisher repeats, for counting and comparing words.
-- Which lines: those that stood in one text after another before the month in which the article was published
--   (undated: captured, UTC). `presshouse maintain` decides that once a month; until then clean_text is the text.
-- clean_text: paragraphs parted by a blank line; the whole text where nothing else would remain.
-- removed: the paragraphs that are in text and not in clean_text, in their order; none: []. NULL text: NULL, [].
-- text, text_hash, word_count and stories are as they were: nothing is taken away from what is stored.
-- Example: the words of articles, not of offers under them
--   select url, clean_text from articles join clean_texts using (article_id)
create or replace view clean_texts as
with decided as (
    select publisher, month, max_by(keys, decided_at) as keys from repeated_lines group by all
),
texts as (
    select
        articles.article_id, articles.text, decided.keys,
        list_filter(
            string_split(articles.text, chr(10) || chr(10)),
            lambda paragraph: list_contains(
                decided.keys, lower(regexp_replace(paragraph, '[^\p{L}\p{N}]', '', 'g'))
            )
        ) as repeated
    from articles
    left join decided
        on decided.publisher = articles.publisher
        and decided.month = cast(date_trunc('month', coalesce(
            articles.published_date, cast(articles.captured_at at time zone 'UTC' as date)
        )) as date)
),
parted as (
    select
        article_id, text, coalesce(repeated, []) as repeated,
        if(
            coalesce(len(repeated), 0) = 0, null,
            list_filter(
                string_split(text, chr(10) || chr(10)), lambda paragraph: not list_contains(repeated, paragraph)
            )
        ) as kept
    from texts
)
select
    article_id,
    if(len(kept) > 0, array_to_string(kept, chr(10) || chr(10)), text) as clean_text,
    if(len(kept) > 0, repeated, []) as removed
from parted
