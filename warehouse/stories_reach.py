"""The stories that a chunk touches: found along verdicts and shared texts, and read with their live sketches."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import duckdb
import numpy as np

from tasks.dedupe.exact import EXACT_DAYS
from tasks.dedupe.matching import METHOD, Scores
from tasks.dedupe.members import Member
from tasks.dedupe.shingles import Hashes, Sketch
from warehouse.stories_desk import days_of, sql_date
from warehouse.stories_pairs import SCORES

EXACT = timedelta(days=EXACT_DAYS)

# Rows are looked for in one narrow column and fetched by their row ids: a scan of all columns takes ten times as long.

# The texts that may share a story with those of the chunk, or did: what their articles carry and carried, and from
# there along every verdict that may join two texts.
_SEEDS = """
create or replace temp table former_rows as
select rowid as id from shingles where article_id in (select article_id from chunk where further);

create or replace temp table seed as
select text_id, day from chunk
union select text_id, day from shingles where rowid in (select id from former_rows)
"""
# With them the texts that carry excerpts of theirs, or the other way round: one more may make a round-up.
_REACHED = """
create or replace temp table reached as
with excerpts as (
    select one_text_id, other_text_id from duplicate_pairs
    where day between {first} and {last} and method = $method and relation in ('excerpt', 'roundup')
)
select text_id from seed
union select other_text_id from excerpts where one_text_id in (select text_id from seed)
union select one_text_id from excerpts where other_text_id in (select text_id from seed)
"""
_STEP = """
create or replace temp table next_edge as
with joining as (
    select one_text_id, other_text_id from duplicate_pairs
    where day between {first} and {last} and method = $method
        and (accepted or stub and relation in ('excerpt', 'roundup'))
)
select distinct text_id
from (
    select other_text_id as text_id from joining where one_text_id in (select text_id from edge)
    union all
    select one_text_id from joining where other_text_id in (select text_id from edge)
)
anti join reached using (text_id)
"""
_NEXT = "insert into reached select text_id from next_edge; create or replace temp table edge as from next_edge"

# The articles that carry these texts in these days.
_CONCERNED = """
create or replace temp table concerned as
select distinct article_id from shingles
where day between {first} and {last} and text_id in (select text_id from reached)
"""
_MET = """
select min(day), max(day) from shingles
where day between {first} and {last} and article_id in (select article_id from concerned)
"""
# Those whose newest text is among them, and the story that they are in now.
_MEMBERS = """
create or replace temp table later as
select distinct article_id from shingles where further and article_id in (select article_id from concerned);

create or replace temp table later_rows as
select rowid as id from shingles where article_id in (select article_id from later);

create or replace temp table only_rows as
select rowid as id from shingles
where day between {first} and {last} and article_id in (from concerned) and article_id not in (from later);

create or replace temp table held_rows as
select rowid as id from story_members where article_id in (select article_id from concerned);

create or replace temp table member as
with newest as (
    select * from shingles where rowid in (select id from later_rows)
    qualify row_number() over (partition by article_id order by captured_at desc, text_id desc) = 1
    union all
    select * from shingles where rowid in (select id from only_rows)
),
held as (
    select article_id, max_by(story_id, assigned_at) as story_id, max_by(text_hash, assigned_at) as held_text
    from story_members where rowid in (select id from held_rows) group by article_id
)
select newest.*, held.story_id, held.held_text
from newest left join held on held.article_id = newest.article_id
where newest.text_id in (select text_id from reached)
"""
# Stories outside, of which a member carries an excerpt: they may make it a round-up.
_QUOTED = """
create or replace temp table quoted as
with excerpts as (
    select * from duplicate_pairs
    where day between {first} and {last} and method = $method and relation in ('excerpt', 'roundup')
),
both_ways as (
    select one_text_id as carrier, other_text_id as text_id, other_id as article_id, shorter_tokens from excerpts
    union all
    select other_text_id, one_text_id, one_id, shorter_tokens from excerpts
)
select distinct member.article_id as carrier_id, both_ways.article_id
from both_ways join member on member.text_id = both_ways.carrier and member.tokens > both_ways.shorter_tokens
where both_ways.text_id not in (select text_id from member)
"""
_QUOTED_ROWS = """
create or replace temp table quoted_rows as
select rowid as id from story_members where article_id in (select article_id from quoted)
"""
_READ_QUOTED = """
with held as (
    select article_id, max_by(story_id, assigned_at) as story_id
    from story_members where rowid in (select id from quoted_rows) group by article_id
)
select carrier_id, list(distinct coalesce(held.story_id, quoted.article_id))
from quoted left join held on held.article_id = quoted.article_id
group by carrier_id
"""
_READ_MEMBERS = """
select article_id, published_at, published_precision, captured_at, access,
    replace(text_id::varchar, '-', '') as text_hash, publisher, day, tokens, below, hashes,
    story_id, held_text
from member order by article_id
"""
_READ_STOPS = """
select day, hash from stop_shingles
where day between {first} and {last} and (day, hash) in (select (day, unnest(hashes)) from member)
"""
_READ_SCORES = """
select replace(one_text_id::varchar, '-', ''), replace(other_text_id::varchar, '-', ''), {scores}
from duplicate_pairs
where day between {first} and {last} and method = $method and relation <> 'same_text'
    and one_text_id in (select text_id from member) and other_text_id in (select text_id from member)
qualify row_number() over (partition by one_text_id, other_text_id order by compared_at desc) = 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    """Where an article is now: its story and the text that this was decided on; None where nothing was decided."""

    story_id: UUID | None
    text_hash: str | None


@dataclass(frozen=True, slots=True)
class Touched:
    """Whole stories, as they are to be decided again."""

    days: dict[str, str]  # the first and last day looked at, in SQL
    members: list[Member]
    held: dict[UUID, Held]
    scores: dict[tuple[str, str], Scores]  # of compared texts
    carried: dict[UUID, set[UUID]]  # stories outside of which a member carries excerpts


def touched(connection: duckdb.DuckDBPyConnection) -> Touched | None:
    """What the temporary table `chunk` touches; None where it is empty."""
    days = _reach(connection)
    if days is None:
        return None
    connection.execute(_MEMBERS.format(**days))
    members, held = _members(connection)
    read = _READ_SCORES.format(scores=SCORES, **days)
    scores = {(row[0], row[1]): Scores(*row[2:]) for row in connection.execute(read, {"method": METHOD}).fetchall()}
    return Touched(days, members, held, scores, _carried(connection, days))


def _reach(connection: duckdb.DuckDBPyConnection) -> dict[str, str] | None:
    """Make `reached` and `concerned`; returns the days looked at, in SQL, None when there is nothing to decide.

    Members of a story lie at most EXACT_DAYS apart, each from the next: the days are widened until none lies so near
    their border that another could lie beyond.
    """
    connection.execute(_SEEDS)
    days = days_of(connection, "seed")
    margin = 2 * EXACT
    while days is not None:
        first, last = days[0] - margin, days[1] + margin
        window = {"first": sql_date(first), "last": sql_date(last)}
        connection.execute(_REACHED.format(**window), {"method": METHOD})
        connection.execute("create or replace temp table edge as from reached")
        while True:
            connection.execute(_STEP.format(**window), {"method": METHOD})
            if not connection.execute("select 1 from next_edge limit 1").fetchone():
                break
            connection.execute(_NEXT)
        connection.execute(_CONCERNED.format(**window))
        met = connection.execute(_MET.format(**window)).fetchone()
        if met is None or met[0] is None or (met[0] - EXACT >= first and met[1] + EXACT <= last):
            return window
        margin *= 2
    return None


def _members(connection: duckdb.DuckDBPyConnection) -> tuple[list[Member], dict[UUID, Held]]:
    """The members with their live sketches: without the stop list of their day."""
    rows = connection.execute(_READ_MEMBERS).fetchall()
    stops = _stops(connection)
    members, held = [], {}
    for article_id, at, precision, captured, access, text, publisher, day, tokens, below, hashes, *now in rows:
        whole = Sketch(np.asarray(hashes, dtype=np.uint64), 2**64 if below is None else below, tokens)
        sketch = whole.without(stops[day]) if day in stops else whole
        members.append(Member(article_id, at, precision, captured, access, text, sketch, publisher))
        held[article_id] = Held(*now)
    return members, held


def _carried(connection: duckdb.DuckDBPyConnection, days: dict[str, str]) -> dict[UUID, set[UUID]]:
    connection.execute(_QUOTED.format(**days), {"method": METHOD})
    connection.execute(_QUOTED_ROWS)
    return {carrier: set(stories) for carrier, stories in connection.execute(_READ_QUOTED).fetchall()}


def _stops(connection: duckdb.DuckDBPyConnection) -> Mapping[date, Hashes]:
    by_day: dict[date, list[int]] = defaultdict(list)
    days = days_of(connection, "member")
    if days is None:
        return {}
    read = _READ_STOPS.format(first=sql_date(days[0]), last=sql_date(days[1]))
    for day, hash_ in connection.execute(read).fetchall():
        by_day[day].append(hash_)
    return {day: np.unique(np.asarray(hashes, dtype=np.uint64)) for day, hashes in by_day.items()}
