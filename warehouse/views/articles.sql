-- One row an article: its newest revision by captured_at.
-- Columns and units: see article_revisions. The order of the columns is a promise; later versions add at the end.
-- Example: what did each publisher bring per day?
--   select publisher, published_date, count(*) from articles group by all order by all
create or replace view articles as
select * exclude (reprocessed, newest)
from numbered_revisions
where newest
