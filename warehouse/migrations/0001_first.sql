-- The append-only tables of the main job. No primary keys: uniqueness is an anti-join inside the writing transaction.
-- Instants are TIMESTAMPTZ (UTC); the tail run_id, batch_id, appended_at says which run and transaction wrote a row.

-- One row an append: the ledger that makes a second append of the same batch harmless.
create table batches (
    batch_id varchar not null,
    run_id varchar not null,
    articles integer not null,          -- first revisions
    revisions integer not null,         -- further revisions
    known integer not null,
    rejected integer not null,
    spool_bytes bigint not null,
    program varchar not null,           -- name/version that made the batch
    appended_at timestamptz not null
);

-- Two rows a run: 'started' and 'ended'; a run that was killed has only the first.
create table runs (
    run_id varchar not null,
    flow varchar not null,
    event varchar not null,             -- started, ended
    happened_at timestamptz not null,
    arguments varchar,                  -- JSON, without secrets
    program varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row each time a capture or record is seen, whatever became of it.
create table captures (
    fetched_url varchar not null,
    captured_at timestamptz not null,
    seen_at timestamptz not null,
    via varchar not null,
    capture_file varchar not null,      -- below the data folder: relative to it; elsewhere: absolute
    capture_offset bigint not null,     -- bytes; in the decompressed stream of a single gzip member
    status smallint,                    -- HTTP status
    content_type varchar,               -- as declared
    payload_sha256 varchar,             -- hex, of the decoded body; NULL for revisits
    body_bytes bigint,                  -- decoded
    truncated varchar,                  -- WARC-Truncated, or why it was cut
    rights varchar,                     -- JSON list of what the publisher reserves, as printed
    outcome varchar not null,           -- article, revision, known, rejected
    article_id uuid,
    text_hash varchar,
    program varchar not null,
    run_id varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row each time an input did not become an article, captured or not.
create table rejections (
    fetched_url varchar not null,
    seen_at timestamptz not null,
    via varchar not null,
    outcome varchar not null,           -- rejected, deferred
    reason varchar not null,
    detail varchar,
    capture_file varchar,
    capture_offset bigint,
    program varchar not null,
    run_id varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row a text of an article; a text met again in an older capture has a second row, the view takes the oldest.
create table revisions (
    article_id uuid not null,
    text_hash varchar not null,         -- hex, of the normalised text
    url varchar,
    fetched_url varchar not null,
    publisher varchar,
    publisher_name varchar,
    country varchar,
    language varchar,
    title varchar,
    description varchar,
    text varchar not null,
    authors varchar[] not null,
    agencies varchar[] not null,
    keywords varchar[] not null,
    dateline varchar,
    section varchar,
    image_url varchar,
    published_at timestamptz,
    published_date date,
    published_precision varchar,
    published_offset_minutes smallint,
    published_from varchar,
    published_raw varchar,
    date_flags varchar[] not null,
    updated_at timestamptz,
    updated_raw varchar,
    captured_at timestamptz not null,
    word_count integer not null,
    access varchar not null,
    rights_reserved boolean,
    via varchar not null,
    discovered_at timestamptz,
    language_declared varchar,
    extractor varchar not null,
    capture_file varchar not null,
    capture_offset bigint not null,
    run_id varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row a URL that led to an article, under the rule that made its key.
create table article_urls (
    article_id uuid not null,
    url varchar not null,
    url_key varchar not null,
    url_key_version smallint not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row a change of membership; the newest row of an article holds.
create table story_members (
    article_id uuid not null,
    story_id uuid not null,             -- article_id of the story's root
    text_hash varchar not null,         -- the text that was compared: membership follows the newest revision
    relation varchar not null,          -- root, same_text
    method varchar not null,            -- name/version of the rule
    run_id varchar not null,
    assigned_at timestamptz not null
);

-- The registry as the last run knew it; replaced whole when the seeds change.
create table publishers (
    domain varchar not null,
    name varchar not null,
    country varchar,
    languages varchar[] not null,
    timezone varchar,
    aliases varchar[] not null,
    names varchar[] not null,
    seeds_hash varchar not null
);
create table agencies (
    name varchar not null,
    full_name varchar not null,
    country varchar,
    domain varchar,
    aliases varchar[] not null,
    seeds_hash varchar not null
);
