"""The stop list in SQL (the rule: tasks.dedupe.stops): which shingles met on a day are template or furniture."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa

from tasks.dedupe.stops import LOOKBACK_WEEKS, STOP_DAYS, STOP_WEEKS, monday
from warehouse.stories_desk import Chunk, Desk, days_of, sql_date

LOOKBACK = timedelta(weeks=LOOKBACK_WEEKS)

# `asked` (day, hash) -> `stopped`, those of them that are on their day's list. Only the sightings of the asked
# shingles are looked at, and of them only those that were seen on two days at all.
_STOPPED = f"""
create or replace temp table stopped as
with matches as materialized (
    select s.hash, s.row_id
    from (
        select unnest(hashes) as hash, rowid as row_id from shingles
        where day >= {{first}} and day < {{last}}
    ) as s
    where s.hash in (select hash from asked)
),
seen as materialized (
    select distinct matches.hash, s.day, s.publisher
    from matches
    join (
        select rowid as row_id, day, publisher from shingles where rowid in (select row_id from matches)
    ) as s using (row_id)
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

_ASKED = """
create or replace temp table asked as
select distinct day, hash from (select day, unnest(hashes) as hash from chunk) anti join stop_shingles using (day, hash)
"""

_SAVE = """
insert into stop_shingles
select day, hash, $run_id, $now from stopped anti join stop_shingles using (day, hash)
"""

_CARRIERS = """
select distinct article_id::varchar
from (select article_id, day, unnest(hashes) as hash from shingles where day between {first} and {last})
semi join stopped using (day, hash) order by 1
"""

# What later days met of the shingles that arrived late, where it was not stopped when those days were decided.
_TOUCHED = """
create or replace temp table asked as
with late as (
    select hash, min(day) as first_day from (select unnest(hashes) as hash, day from chunk) group by hash
),
forward as (
    select unnest(hashes) as hash, day from shingles where day > {first} and day <= {last}
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
        connection.execute(_ASKED)
        _decide(connection, desk.run_id)


def stops_beside(reading: duckdb.DuckDBPyConnection) -> pa.Table:
    """The same for the table `chunk`, in a connection that only reads: it sees `stop_shingles` as it will be.

    Returns the rows for `save_stops`.
    """
    reading.execute(_ASKED)
    _find(reading)
    row = reading.execute("select current_database()").fetchone()
    stored = f'"{row[0] if row else ""}".main.stop_shingles'
    reading.execute(
        f"create or replace temp view stop_shingles as"
        f" select day, hash from {stored} union all select day, hash from stopped"
    )
    return reading.execute("select day, hash from stopped").to_arrow_table()


def save_stops(writing: duckdb.DuckDBPyConnection, rows: pa.Table, run_id: str) -> None:
    """Store what `stops_beside` found."""
    writing.register("stopped", rows)
    writing.execute(_SAVE, {"run_id": run_id, "now": datetime.now(UTC)})
    writing.unregister("stopped")


def decide_late_stops(desk: Desk, late: Chunk) -> Touched:
    """Decide again what the articles of `late` change on days after theirs.

    The list of a day only grows by what arrives: what was stopped stays so.
    """
    with desk.writing() as connection:
        late(connection)
        days = days_of(connection, "chunk")
        if days is None:
            return Touched(())
        last = days[1] + timedelta(weeks=LOOKBACK_WEEKS + 1)
        connection.execute(_TOUCHED.format(first=sql_date(days[0]), last=sql_date(last)))
        _decide(connection, desk.run_id)
        stopped = days_of(connection, "stopped")
        if stopped is None:
            return Touched(())
        carriers = _CARRIERS.format(first=sql_date(stopped[0]), last=sql_date(stopped[1]))
        return Touched(tuple(row[0] for row in connection.execute(carriers).fetchall()))


def _decide(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    _find(connection)
    connection.execute(_SAVE, {"run_id": run_id, "now": datetime.now(UTC)})


def _find(connection: duckdb.DuckDBPyConnection) -> None:
    first, last = days_of(connection, "asked") or (date.min + LOOKBACK, date.min + LOOKBACK)
    connection.execute(_STOPPED.format(first=sql_date(monday(first) - LOOKBACK), last=sql_date(last)))
