-- Lines that a publisher prints under one article after another. Instants are UTC.

-- One row a decision on a publisher and month; the newest of them holds. The rule: tasks/extract/repeated.py.
create table repeated_lines (
    publisher varchar not null,         -- registered domain
    month date not null,                -- its first day; the list is for articles published in it, of texts from before
    lines varchar[] not null,           -- as they were printed, one spelling each; none where none repeats
    keys varchar[] not null,            -- the letters and digits of every spelling, in lower case: what is compared
    texts bigint not null,              -- articles of the publisher from before that month, when it was decided
    decided_at timestamptz not null,
    run_id varchar not null
);
