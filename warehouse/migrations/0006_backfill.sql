-- What was backfilled. Instants are UTC, days are calendar days of published_date.

-- One row each time a unit of a backfill came to an end: once 'done', it is not read again for the same days.
create table backfill_units (
    way varchar not null,               -- sitemap, ccnews, wayback, archive, path
    unit varchar not null,              -- for people: publisher, days, source
    source varchar not null,            -- sitemap, site, WARC file or folder
    publishers varchar[] not null,      -- whose articles were kept; none: all
    first_day date not null,            -- the days that it was read for, both included
    last_day date not null,
    undated varchar not null,           -- keep, drop: what became of articles without a date
    fingerprint varchar not null,       -- of local files (sizes and times); else empty
    state varchar not null,             -- done, incomplete (something could not be had: a later run tries again)
    detail varchar,                     -- why it is incomplete
    listed bigint not null,             -- entries, captures or records that the source has
    outside bigint not null,            -- of these: surely of other days or publishers, not looked at
    known bigint not null,              -- of these: captured before, not asked for again
    captured bigint not null,           -- pages got, or records read
    deferred bigint not null,           -- pages that could not be had
    bytes bigint not null,              -- downloaded
    extractor varchar not null,         -- name/version of what reads plain pages; with program, rules and seeds_hash
    rules varchar not null,             --   everything that shaped the result (flows/rules.py)
    seeds_hash varchar not null,        -- of publishers and agencies
    started_at timestamptz not null,
    ended_at timestamptz not null,
    program varchar not null,
    run_id varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);
