-- One row a story: its best copy (full access first, then the longest text, then the earliest).
-- Example: how many different texts a day? select published_date, count(*) from unique_articles group by all order by 1
create or replace view unique_articles as
select *
from articles
qualify row_number() over (
    partition by story_id
    order by access = 'full' desc, word_count desc, coalesce(published_at, captured_at), article_id
) = 1
