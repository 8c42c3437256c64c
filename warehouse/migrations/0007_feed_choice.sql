-- What else the user chose for a feed. The choice itself is a file; the next run writes the table anew.
alter table feeds add column interval_minutes integer;  -- between two polls, instead of what the scheduler finds
alter table feeds add column changed_at timestamptz;    -- when the user last changed the row, UTC
