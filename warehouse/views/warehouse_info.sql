-- One row: what made this warehouse and how far it is.
-- last_appended_at: UTC; the watermark for incremental readers of appended_at.
-- snapshot_made_at: UTC, when this copy for readers was made; NULL in the warehouse itself.
-- Example: select * from warehouse_info
create or replace view warehouse_info as
select
    (select max(version) from schema_migrations) as schema_version,
    (select max_by(program, appended_at) from batches) as program,
    (select max(url_key_version) from article_urls) as url_key_version,
    (select max_by(method, assigned_at) from story_members) as story_method,
    (select count(*) from batches) as batches,
    (select max(appended_at) from batches) as last_appended_at,
    (select made_at from snapshot_info) as snapshot_made_at
