-- What is taken away again, what is read again, and how large everything is. Instants are UTC.

-- One row a key that must not come again; the key itself is not kept (warehouse/forgotten.py: how it is spelled).
create table forgotten (
    key_hash varchar not null,          -- SHA-256, hex
    kind varchar not null,              -- url, text, place, publisher
    forgotten_at timestamptz not null,
    reason varchar not null,            -- in the words of the person who asked
    run_id varchar not null             -- one a call
);

-- One row a thing that `forget` still owes; gone when it is done, so that a call that was killed is completed later.
create table erasures (
    what varchar not null,              -- record: of an archive file; copies: the warehouse's own free pages, its copies
    capture_file varchar,
    capture_offset bigint,
    asked_at timestamptz not null
);

-- One row a batch and call that took rows of it away: the ledger of batches is right when these are subtracted.
create table removals (
    batch_id varchar not null,
    articles integer not null,
    revisions integer not null,
    known integer not null,
    rejected integer not null,
    run_id varchar not null,
    removed_at timestamptz not null
);

-- One row a stored capture that was read again by `reprocess`, whatever came of it.
create table readings (
    capture_file varchar not null,
    capture_offset bigint not null,
    rules varchar not null,             -- hash of program, extractor and registry
    result varchar not null,            -- unchanged, changed, article (was none before), rejected, gone (no bytes)
    changed varchar[] not null,         -- columns that differ
    reason varchar,                     -- of a rejection
    read_at timestamptz not null,
    run_id varchar not null,
    batch_id varchar not null,
    appended_at timestamptz not null
);

-- One row a store each time `maintain` measures: growth is read from these.
create table sizes (
    store varchar not null,             -- warehouse, archive, spool, snapshot, prefect
    bytes bigint not null,
    measured_at timestamptz not null
);

-- The text that an earlier reading of the same capture gave, where this row takes its place; NULL for a first reading.
alter table revisions add column replaces varchar;

-- The bytes of a capture may go, by a rule or because they are forgotten; then its place is NULL.
alter table revisions alter column capture_file drop not null;
alter table revisions alter column capture_offset drop not null;
alter table captures alter column capture_file drop not null;
alter table captures alter column capture_offset drop not null;
alter table captures add column bytes_removed_at timestamptz;
alter table captures add column bytes_removed_by varchar;   -- the rule
