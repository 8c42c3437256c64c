"""The stop list in SQL (the rule: tasks.dedupe.stops): which shingles met on a day are template or furniture."""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from tasks.dedupe.stops import LOOKBACK_WEEKS, STOP_DAYS, STOP_WEEKS
from warehouse.stories_desk import Chunk, Desk

# `asked` (day, hash) -> `stopped`, those of them that are on their day's list. Only the sightings of the asked
# shingles are looked at, and of them only those that were seen on two days at all.
_STOPPED = f"""
create or replace temp table stopped as
with asked_hashes as (
    select hash, max(day) as last_day from asked group by hash
),
seen as materialized (
    select distinct s.hash, s.day, s.publisher
    from (
        select unnest(hashes) as hash, day, publisher from shingles
        where day >= (select date_trunc('week', min(day)) from asked) - interval {LOOKBACK_WEEKS} weeks
            and day < (select max(day) from asked)
    ) as s
    join asked_hashes on asked_hashes.hash = s.hash and s.day < asked_hashes.last_day
),
recurring as (
    select * from seen where hash in (select hash from seen group by hash having min(day) < max(day))
),
sightings as (
    select a.day, a.hash, r.publisher, r.day as seen_on, cast(date_trunc('week', a.day) as date) as this_week
    from asked as a
    join recurring as r
        on r.hash = a.hash and r.day < a.day
        and r.day >= date_trunc('week', a.day) - interval {LOOKBACK_WEEKS} weeks
),
weekly as (
    select day, hash from sightings where seen_on < this_week
    group by day, hash having count(distinct date_trunc('week', seen_on)) >= {STOP_WEEKS}
),
daily as (
    select day, hash from sightings where publisher is not null
    group by day, hash, publisher having count(distinct seen_on) >= {STOP_DAYS}
)
select day, hash from weekly union select day, hash from daily
"""

_SAVE = """
insert into stop_shingles
select day, hash, $run_id, $now from stopped anti join stop_shingles using (day, hash)
"""

# What later days met of the shingles that arrived late, where it was not stopped when those days were decided.
_TOUCHED = f"""
create or replace temp table asked as
with late as (
    select hash, min(day) as first_day from (select unnest(hashes) as hash, day from chunk) group by hash
),
forward as (
    select unnest(hashes) as hash, day from shingles
    where day > (select min(day) from chunk)
        and day <= (select max(day) from chunk) + interval {LOOKBACK_WEEKS + 1} weeks
)
select distinct forward.day, forward.hash
from forward join late on late.hash = forward.hash and forward.day > late.first_day
anti join stop_shingles on stop_shingles.day = forward.day and stop_shingles.hash = forward.hash
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """Articles whose shingles came on the stop list of their day by what arrived late."""

    article_ids: tuple[str, ...]


def decide_stops(desk: Desk, chunk: Chunk) -> None:
    """Put what the chunk's articles carry, where it is on the list of its day, into `stop_shingles`."""
    with desk.writing() as connection:
        chunk(connection)
        connection.execute(
            "create or replace temp table asked as select distinct day, unnest(hashes) as hash from chunk"
        )
        _decide(connection, desk.run_id)


def decide_late_stops(desk: Desk, late: Chunk) -> Touched:
    """Decide again what the articles of `late` change on days after theirs.

    The list of a day only grows by what arrives: what was stopped stays so.
    """
    with desk.writing() as connection:
        late(connection)
        connection.execute(_TOUCHED)
        _decide(connection, desk.run_id)
        rows = connection.execute(
            "select distinct article_id::varchar from"
            " (select article_id, day, unnest(hashes) as hash from shingles"
            "  where day between (select min(day) from stopped) and (select max(day) from stopped))"
            " semi join stopped using (day, hash) order by 1"
        ).fetchall()
        return Touched(tuple(row[0] for row in rows))


def _decide(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    connection.execute(_STOPPED)
    connection.execute(_SAVE, {"run_id": run_id, "now": datetime.now(UTC)})
