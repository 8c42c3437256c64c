-- Stories: how texts are known, what was compared with what, and what came of it.
-- A text is named by its `text_id`: revisions.text_hash as a UUID, which is half as long to scan.

-- One row a text of an article: its sampled shingles. Within a batch in order of days, so that a window of days lies
-- together. A text met again in an older capture has its row replaced.
create table shingles (
    article_id uuid not null,
    text_id uuid not null,
    day date not null,                  -- UTC day of published_at, else of captured_at
    published_at timestamptz,
    published_precision varchar,
    captured_at timestamptz not null,
    access varchar not null,
    publisher varchar,
    tokens integer not null,
    below ubigint,                      -- every shingle of the text below this is in `hashes`; NULL: every one
    hashes ubigint[] not null,          -- ascending, distinct
    further boolean not null,           -- the article was known before this text came
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row a shingle that was met on a day and is on that day's stop list: template and furniture, no story.
create table stop_shingles (
    day date not null,
    hash ubigint not null,
    run_id varchar not null,
    decided_at timestamptz not null
);

-- One row a verdict on two texts; the newest row of two texts and a method holds. Articles: one that carries each.
create table duplicate_pairs (
    one_id uuid not null,
    other_id uuid not null,
    one_text_id uuid not null,          -- the smaller of the two
    other_text_id uuid not null,
    day date not null,                  -- of the later article
    days_apart smallint not null,       -- the fewest met so far
    stub boolean not null,              -- one of the two is cut by a paywall or in transit
    relation varchar not null,          -- same_text, near, excerpt, roundup, template, different
    accepted boolean not null,          -- may stand in one story
    strong boolean not null,            -- holds even where a story grew suspiciously large
    c double not null,                  -- shared runs of five tokens, over those of the shorter text
    c3 double not null,                 -- shared runs of three tokens, over those of the shorter text
    v3 double not null,                 -- and over those of the longer
    jaccard double not null,            -- and over those of both together
    shared integer not null,            -- shared runs of three tokens
    number_conflicts integer not null,  -- places that hold another number
    word_conflicts integer not null,    -- and other words
    shorter_tokens integer not null,
    method varchar not null,            -- name/version of the rule
    run_id varchar not null,
    compared_at timestamptz not null
);

-- One row a group of articles that weak ties would join into a story of more than fifty texts; the newest row of a
-- hold_id holds, and one without articles says that the hold is over.
create table story_holds (
    hold_id uuid not null,              -- the smallest article_id
    article_ids uuid[] not null,
    run_id varchar not null,
    held_at timestamptz not null
);

-- One row a step that ended: how far the stories are decided.
create table story_runs (
    run_id varchar not null,
    step varchar not null,              -- assigned, redecided, rebuilt
    method varchar not null,
    appended_until timestamptz not null, -- what was appended up to here is in its stories
    late_until timestamptz,             -- days touched by what was appended up to here are decided again
    changed integer not null,           -- memberships
    ended_at timestamptz not null
);
