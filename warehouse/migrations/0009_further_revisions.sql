-- Nineteen articles in twenty have one text: the views number and order only those of articles with more.
alter table revisions add column further boolean;   -- the article was known before this row came; NULL counts as true
update revisions set further = article_id in (
    select article_id from revisions group by article_id having count(*) > 1
);
