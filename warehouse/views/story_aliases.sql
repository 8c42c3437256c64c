-- One row a retired story id: where the article that once led it stands now.
-- Example: resolve an old id: select story_id from story_aliases where retired_story_id = '...'
create or replace view story_aliases as
with newest as (
    select article_id, max_by(story_id, assigned_at) as story_id
    from story_members
    group by article_id
)
select distinct
    former.story_id as retired_story_id,
    newest.story_id
from story_members as former
join newest on newest.article_id = former.story_id
where newest.story_id <> former.story_id
