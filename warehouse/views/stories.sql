-- One row a story: the articles that carry the same text, across publishers.
-- root_*: the story's first member, by which it is named. Order in a story: a known instant as it is, a day as its
--   end, undated articles last by captured_at, ties by article_id (story_instant, published_at is null).
-- original_*: who had it first: the earliest page of an agency's own, else the earliest article whose instant is known
--   and not in doubt; NULL where only days are known.
-- publishers, agencies: sorted; agencies are those that members credit.
-- first_seen_at, last_seen_at: UTC, earliest and latest published_at, else captured_at, of its members.
-- Example: which texts ran most often? select root_title, size, publishers from stories order by size desc limit 20
create or replace macro story_instant(published_at, published_precision, captured_at) as
    case
        when published_at is null then captured_at
        when published_precision = 'day' then published_at + interval 24 hours
        else published_at
    end;

create or replace view stories as
with members as (
    select
        *,
        story_instant(published_at, published_precision, captured_at) as story_at,
        published_precision in ('minute', 'second') and not list_has_any(
            date_flags, ['zone_assumed', 'zone_conflict', 'day_month_ambiguous', 'in_future']
        ) as has_instant,
        publisher in (select domain from agencies where domain is not null) as is_agency
    from articles
)
select
    story_id,
    max(title) filter (article_id = story_id) as root_title,
    max(publisher) filter (article_id = story_id) as root_publisher,
    count(*) as size,
    list_sort(list_distinct(list(publisher) filter (publisher is not null))) as publishers,
    list_sort(list_distinct(flatten(list(agencies)))) as agencies,
    min(coalesce(published_at, captured_at)) as first_seen_at,
    max(coalesce(published_at, captured_at)) as last_seen_at,
    first(article_id order by is_agency desc, story_at, article_id) filter (is_agency or has_instant)
        as original_article_id,
    first(publisher order by is_agency desc, story_at, article_id) filter (is_agency or has_instant)
        as original_publisher
from members
group by story_id
