-- One row a story: its best copy (full access first, then the longest text, then the story's order).
-- unique_within('example.com'): the same among the articles of one publisher.
-- Example: how many different texts a day? select published_date, count(*) from unique_articles group by all order by 1
-- Example: select url from unique_within('example.com')
create or replace view unique_articles as
select *
from articles
qualify row_number() over (
    partition by story_id
    order by access = 'full' desc, word_count desc,
        published_at is null, story_instant(published_at, published_precision, captured_at), article_id
) = 1;

create or replace macro unique_within(one_publisher) as table
select *
from articles
where publisher = one_publisher
qualify row_number() over (
    partition by story_id
    order by access = 'full' desc, word_count desc,
        published_at is null, story_instant(published_at, published_precision, captured_at), article_id
) = 1
