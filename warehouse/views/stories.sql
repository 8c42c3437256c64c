-- One row a story: the articles that carry the same text, across publishers.
-- first_seen_at, last_seen_at: UTC, earliest and latest published_at, else captured_at, of its members.
-- Example: which texts ran most often? select root_title, size, publishers from stories order by size desc limit 20
create or replace view stories as
select
    story_id,
    max(title) filter (article_id = story_id) as root_title,
    max(publisher) filter (article_id = story_id) as root_publisher,
    count(*) as size,
    list_sort(list_distinct(list(publisher) filter (publisher is not null))) as publishers,
    list_sort(list_distinct(flatten(list(agencies)))) as agencies,
    min(coalesce(published_at, captured_at)) as first_seen_at,
    max(coalesce(published_at, captured_at)) as last_seen_at
from articles
group by story_id
