"""Which texts are compared, and what came of it: candidates by a join in a window of days, then both texts in full.

Texts are compared once, however many articles carry them; what stands in `duplicate_pairs` is not compared again.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from tasks.dedupe.matching import (
    METHOD,
    MIN_CONTAINMENT,
    MIN_SHARED,
    WINDOW_DAYS,
    Comparable,
    Scores,
    comparable,
    compare,
    judge,
)
from warehouse.stories_desk import Chunk, Desk, days_of, sql_date
from warehouse.stories_stops import stops_beside

WINDOW = timedelta(days=WINDOW_DAYS)

# A shingle that so many texts of one day carry, and that is no template yet, links each of them only to the day's
# first few: else a thousand copies would be half a million pairs (FACTS, Stories: "hot hashes").
HOT_TEXTS = 200
HOT_LEADERS = 5
PAIRS_AT_ONCE = 5_000  # whose texts are in memory together
COMPARABLES = 1_000  # texts kept ready to be compared; each takes some 100 KB

SCORES = "c, c3, v3, jaccard, shared, number_conflicts, word_conflicts, shorter_tokens"

_ROWS: list[tuple[str, pa.DataType]] = [
    ("one_id", pa.string()),
    ("other_id", pa.string()),
    ("one_text_id", pa.string()),
    ("other_text_id", pa.string()),
    ("day", pa.date32()),
    ("days_apart", pa.int16()),
    ("stub", pa.bool_()),
    ("relation", pa.string()),
    ("accepted", pa.bool_()),
    ("strong", pa.bool_()),
    ("c", pa.float64()),
    ("c3", pa.float64()),
    ("v3", pa.float64()),
    ("jaccard", pa.float64()),
    ("shared", pa.int32()),
    ("number_conflicts", pa.int32()),
    ("word_conflicts", pa.int32()),
    ("shorter_tokens", pa.int32()),
]
_SCHEMA = pa.schema(_ROWS)

# A printing is a text on a day: copies of one text on one day have the same live shingles and are one printing.
_PRINTINGS = f"""
create or replace temp table own as
select distinct on (text_id, day) text_id, day, hashes from chunk;

create or replace temp table own_live as
select text_id, day, hash from (select text_id, day, unnest(hashes) as hash from own)
anti join stop_shingles using (day, hash);

create or replace temp table near_live as
with near as (
    select text_id, day, hash, min(seen_at) as seen_at
    from (
        select text_id, day, coalesce(published_at, captured_at) as seen_at, unnest(hashes) as hash
        from shingles
        where day between {{first}} and {{last}}
    )
    where hash in (select hash from own_live)
    group by text_id, day, hash
)
select text_id, day, hash
from near anti join stop_shingles using (day, hash)
qualify count(*) over (partition by day, hash) <= {HOT_TEXTS}
    or row_number() over (partition by day, hash order by seen_at, text_id) <= {HOT_LEADERS};

create or replace temp table meeting as
select least(a.text_id, b.text_id) as one_text_id, greatest(a.text_id, b.text_id) as other_text_id,
    if(a.text_id < b.text_id, a.day, b.day) as one_day, if(a.text_id < b.text_id, b.day, a.day) as other_day,
    count(*) as shared
from own_live as a join near_live as b
    on a.hash = b.hash and b.day between a.day - {WINDOW_DAYS} and a.day + {WINDOW_DAYS} and a.text_id <> b.text_id
group by a.text_id, a.day, b.text_id, b.day
having count(*) >= {MIN_SHARED};

create or replace temp table live as
with wanted as (
    select one_text_id as text_id, one_day as day from meeting
    union select other_text_id, other_day from meeting
),
printed as (
    select s.text_id, s.day, min(s.article_id) as article_id, min(s.appended_at) as appended_at,
        bool_or(s.access <> 'full') as stub, any_value(s.below) as below, any_value(s.hashes) as hashes
    from shingles as s
    semi join wanted on s.text_id = wanted.text_id and s.day = wanted.day
    where s.day between {{first}} and {{last}}
    group by s.text_id, s.day
),
alive as (
    select text_id, day, list(hash) as hashes
    from (select text_id, day, unnest(hashes) as hash from printed) anti join stop_shingles using (day, hash)
    group by text_id, day
)
select printed.* replace (coalesce(alive.hashes, []) as hashes) from printed left join alive using (text_id, day);
"""

# What tasks.dedupe.matching.candidate asks of two sketches; where one sample reaches less far than the other, only
# shingles below its bound count.
_CANDIDATES = f"""
create or replace temp table candidates as
with sized as (
    select m.*,
        abs(m.one_day - m.other_day) as days_apart, greatest(m.one_day, m.other_day) as day,
        one.article_id as one_id, other.article_id as other_id,
        one.appended_at as one_appended_at, other.appended_at as other_appended_at, one.stub or other.stub as stub,
        if(one.below is not distinct from other.below or other.below is null, len(one.hashes),
            len(list_filter(one.hashes, lambda h: h < other.below))) as one_live,
        if(one.below is not distinct from other.below or one.below is null, len(other.hashes),
            len(list_filter(other.hashes, lambda h: h < one.below))) as other_live
    from meeting as m
    join live as one on one.text_id = m.one_text_id and one.day = m.one_day
    join live as other on other.text_id = m.other_text_id and other.day = m.other_day
),
known as (
    select one_text_id, other_text_id, min(days_apart) as days_apart
    from duplicate_pairs
    where method = $method and day >= {{first}}
    group by one_text_id, other_text_id
),
nearest as (
    select distinct on (one_text_id, other_text_id) *
    from sized
    where shared >= {MIN_CONTAINMENT} * least(one_live, other_live)
    order by one_text_id, other_text_id, days_apart, day, one_id, other_id
)
select nearest.* exclude (one_live, other_live, shared, one_day, other_day),
    row_number() over (order by nearest.one_text_id, nearest.other_text_id) as number
from nearest left join known using (one_text_id, other_text_id)
where known.days_apart is null or nearest.days_apart < known.days_apart
"""

_TEXTS = """
with wanted as (
    select one_id as article_id, one_text_id as text_id, one_appended_at as appended_at from slice
    union select other_id, other_text_id, other_appended_at from slice
)
select replace(wanted.text_id::varchar, '-', '') as text_hash, min(revisions.text)
from revisions
join wanted on revisions.article_id = wanted.article_id
    and revisions.text_hash = replace(wanted.text_id::varchar, '-', '')
where revisions.appended_at between {first} and {last}
group by 1
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a chunk is to be compared with."""

    stops: pa.Table | None  # rows for `save_stops` that are not stored yet
    candidates: pa.Table
    texts: dict[str, str]  # of the first PAIRS_AT_ONCE candidates, by text hash


def find(reading: duckdb.DuckDBPyConnection, chunk: Chunk, *, with_stops: bool) -> Found:
    """Find what the chunk's articles may be copies of; `with_stops` where its stop lists are not decided yet."""
    chunk(reading)
    stops = stops_beside(reading) if with_stops else None
    first, last = days_of(reading, "chunk") or (date.max - WINDOW, date.max - WINDOW)
    window = {"first": sql_date(first - WINDOW), "last": sql_date(last + WINDOW)}
    reading.execute(_PRINTINGS.format(**window))
    reading.execute(_CANDIDATES.format(**window), {"method": METHOD})
    candidates = reading.execute(
        "select * replace (one_text_id::varchar as one_text_id, other_text_id::varchar as other_text_id,"
        " one_id::varchar as one_id, other_id::varchar as other_id) from candidates order by number"
    ).to_arrow_table()
    return Found(stops, candidates, _texts(reading, candidates.slice(0, PAIRS_AT_ONCE)))


def compared(desk: Desk, found: Found) -> Iterator[pa.Table]:
    """Compare the candidates; rows for `duplicate_pairs`, some thousands at a time. Meanwhile nothing is open."""
    texts = found.texts
    for start in range(0, found.candidates.num_rows, PAIRS_AT_ONCE):
        part = found.candidates.slice(start, PAIRS_AT_ONCE)
        if start:
            with desk.reading() as connection:
                texts = _texts(connection, part)
        yield _verdicts(part.to_pylist(), texts)


def save_pairs(writing: duckdb.DuckDBPyConnection, rows: pa.Table, run_id: str) -> None:
    """Store verdicts."""
    writing.register("verdict_rows", rows)
    casts = ", ".join(f"cast({name} as uuid) as {name}" for name, kind in _ROWS[:4])
    writing.execute(
        f"insert into duplicate_pairs by name select * replace ({casts}),"
        " $method as method, $run_id as run_id, $now as compared_at from verdict_rows",
        {"method": METHOD, "run_id": run_id, "now": datetime.now(UTC)},
    )
    writing.unregister("verdict_rows")


def pair_rows(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _texts(connection: duckdb.DuckDBPyConnection, pairs: pa.Table) -> dict[str, str]:
    """Text hash -> text, of all the texts in these pairs."""
    if not pairs.num_rows:
        return {}
    connection.register("slice_rows", pairs)
    connection.execute(
        "create or replace temp table slice as select * replace (one_text_id::uuid as one_text_id,"
        " other_text_id::uuid as other_text_id, one_id::uuid as one_id, other_id::uuid as other_id) from slice_rows"
    )
    appends = connection.execute(
        "select min(least(one_appended_at, other_appended_at)), max(greatest(one_appended_at, other_appended_at))"
        " from slice"
    ).fetchone()
    first, last = appends or ("", "")
    texts = _TEXTS.format(first=f"timestamptz '{first}'", last=f"timestamptz '{last}'")
    found = dict(connection.execute(texts).fetchall())
    connection.unregister("slice_rows")
    return found


def _verdicts(pairs: list[dict[str, Any]], texts: dict[str, str]) -> pa.Table:
    ready = _Ready(texts)
    rows = []
    for pair in pairs:
        one, other = ready.get(pair["one_text_id"]), ready.get(pair["other_text_id"])
        if one is None or other is None:
            continue  # forgotten in this moment
        rows.append(_row(pair, compare(one, other)))
    return pair_rows(rows)


def _row(pair: dict[str, Any], scores: Scores) -> dict[str, Any]:
    verdict = judge(scores, days_apart=pair["days_apart"])
    return {**pair, **asdict(scores), **asdict(verdict)}


class _Ready:
    """Texts made ready to be compared; those not asked for lately are let go."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self._ready: OrderedDict[str, Comparable] = OrderedDict()

    def get(self, text_id: str) -> Comparable | None:
        if text_id in self._ready:
            self._ready.move_to_end(text_id)
            return self._ready[text_id]
        text = self._texts.get(text_id.replace("-", ""))
        if text is None:
            return None
        made = self._ready[text_id] = comparable(text)
        if len(self._ready) > COMPARABLES:
            self._ready.popitem(last=False)
        return made
