-- The copy for readers says here what it is. One row in a snapshot, none in the warehouse itself.
create table snapshot_info (
    made_at timestamptz not null,
    state varchar not null,             -- of the warehouse that it was copied from: another one is a reason for a new copy
    warehouse varchar not null,         -- its file name
    index_version smallint not null     -- rule by which the search index was made
);
