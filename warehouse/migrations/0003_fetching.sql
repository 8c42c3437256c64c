-- What is polled, what the lists said, and what is fetched again. Instants are UTC.

-- The feeds and sitemaps as the last run knew them: the seeds and, over them, the user's choice; replaced whole.
create table feeds (
    feed_url varchar not null,
    publisher varchar,                  -- registered domain
    kind varchar,                       -- rss, atom, rdf, json_feed, sitemap, news_sitemap, sitemap_index
    languages varchar[] not null,
    enabled boolean not null,
    recapture boolean not null,         -- its pages are asked for again 1 h, 6 h, 24 h and 7 days after the first capture
    choice_hash varchar not null
);

-- One row each time a feed or sitemap was asked for.
create table polls (
    feed_url varchar not null,          -- as enabled or as named; where it moved to stands in moved_url
    polled_at timestamptz not null,
    scheduled boolean not null,         -- false: named on the command line
    result varchar not null,            -- read, unchanged, failed
    kind varchar,                       -- what the bytes were
    status smallint,                    -- HTTP status
    failure varchar,                    -- permanent, soft, dns, blocked; NULL unless failed
    reason varchar,                     -- of a failure
    detail varchar,
    listed integer,                     -- entries in the list
    new_entries integer,
    changed_entries integer,
    newest_entry_at timestamptz,        -- latest date that an entry states
    hint_minutes integer,               -- least time between two polls that the list or the server asks for
    retry_after_s double,
    moved_url varchar,                  -- where permanent redirects lead
    etag varchar,
    last_modified varchar,
    body_sha256 varchar,                -- hex, of the decoded body
    body_bytes bigint,                  -- decoded
    problems varchar[] not null,        -- what was cut or odd in the list
    program varchar not null,
    run_id varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row an entry when a feed or sitemap lists it first, and one more each time what the list says of it changes.
create table entries (
    feed_url varchar not null,
    url varchar,                        -- as listed, without secrets; NULL when there is none to follow
    entry_key varchar not null,         -- recognised by: the URL key; without a URL, GUID and title
    guid varchar,
    title varchar,
    published_raw varchar,
    updated_raw varchar,
    published_at timestamptz,           -- what those two say, read by the publisher's habits
    updated_at timestamptz,
    language varchar,
    seen_at timestamptz not null,       -- when the list was got
    event varchar not null,             -- new, changed, named (on the command line, recorded before)
    decision varchar not null,          -- fetch, known, recorded (too old or too many at a first poll), unusable, list
    problem varchar,                    -- why there is no URL to follow
    fingerprint varchar not null,       -- of title, updated and published: another one is a change
    program varchar not null,
    run_id varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- What a server may be asked with when a page is fetched again.
alter table captures add column etag varchar;
alter table captures add column last_modified varchar;
