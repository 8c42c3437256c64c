"""Who belongs to which story: the stories that a chunk touches are decided again, whole, and changes are stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa

from tasks.dedupe.exact import EXACT_DAYS
from tasks.dedupe.matching import METHOD, Scores
from tasks.dedupe.members import Member
from tasks.dedupe.shingles import Hashes, Sketch
from tasks.dedupe.stories import Pair, Stories, assign
from tasks.dedupe.ties import pairs_of
from warehouse.stories_desk import Chunk, Desk, days_of, sql_date
from warehouse.stories_pairs import SCORES, pair_rows, save_pairs

EXACT = timedelta(days=EXACT_DAYS)

_SAME = Scores(c=1.0, c3=1.0, v3=1.0, jaccard=1.0, shared=0, number_conflicts=0, word_conflicts=0, shorter_tokens=0)

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
_ROUNDUPS = """
insert into duplicate_pairs by name
select * replace ('roundup' as relation, $run_id as run_id, $now as compared_at)
from duplicate_pairs
where day between {first} and {last} and method = $method and relation <> 'same_text'
    and (one_text_id in (select unnest($texts::uuid[])) or other_text_id in (select unnest($texts::uuid[])))
qualify row_number() over (partition by one_text_id, other_text_id order by compared_at desc) = 1
    and relation = 'excerpt'
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
_HELD = """
select hold_id::varchar, article_ids::varchar[] from (
    select hold_id, max_by(article_ids, held_at) as article_ids from story_holds group by hold_id
)
where len(article_ids) > 0
"""
_MEMBER_ROWS = pa.schema([(name, pa.string()) for name in ("article_id", "story_id", "text_hash", "relation")])


@dataclass(frozen=True, slots=True)
class _Held:
    """Where an article is now: its story and the text that this was decided on; None where nothing was decided."""

    story_id: UUID | None
    text_hash: str | None


def decide_members(desk: Desk, writing: duckdb.DuckDBPyConnection, chunk: Chunk, done: dict[UUID, date]) -> int:
    """Decide the stories of the chunk's articles, but for those `done` in this run; returns how many changed.

    `done` (article -> day) takes in what was decided: a story is decided whole, with the first chunk that touches it.
    """
    chunk(writing)
    _leave_out(writing, done)
    days = _reach(writing)
    if days is None:
        return 0
    writing.execute(_MEMBERS.format(**days))
    members, held = _members(writing)
    if not members:
        return 0
    read = _READ_SCORES.format(scores=SCORES, **days)
    scores = {(row[0], row[1]): Scores(*row[2:]) for row in writing.execute(read, {"method": METHOD}).fetchall()}
    pairs = list(pairs_of(members, scores))
    stories = assign(members, pairs, _carried(writing, days))
    done.update((member.article_id, member.day) for member in members)
    changed = _changed(members, held, stories, pairs)
    if changed:
        _insert(writing, changed, desk.run_id)
        _insert_same(writing, changed, members, desk.run_id)
    _mark_roundups(writing, days, members, stories, desk.run_id)
    _store_holds(writing, members, stories, desk.run_id)
    return len(changed)


def _leave_out(connection: duckdb.DuckDBPyConnection, done: dict[UUID, date]) -> None:
    """Chunks come in order of days: what lies before this one is asked for no more, and forgotten."""
    rows = connection.execute("select article_id, min(day) from chunk group by article_id").fetchall()
    again = [str(article) for article, _ in rows if article in done]
    if again:
        connection.execute("delete from chunk where article_id in (select unnest($ids::uuid[]))", {"ids": again})
    first = min((day for _, day in rows), default=date.min)
    for article in [article for article, day in done.items() if day < first]:
        del done[article]


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


def _members(connection: duckdb.DuckDBPyConnection) -> tuple[list[Member], dict[UUID, _Held]]:
    """The members with their live sketches: without the stop list of their day."""
    rows = connection.execute(_READ_MEMBERS).fetchall()
    stops = _stops(connection)
    members, held = [], {}
    for article_id, at, precision, captured, access, text, publisher, day, tokens, below, hashes, *now in rows:
        whole = Sketch(np.asarray(hashes, dtype=np.uint64), 2**64 if below is None else below, tokens)
        sketch = whole.without(stops[day]) if day in stops else whole
        members.append(Member(article_id, at, precision, captured, access, text, sketch, publisher))
        held[article_id] = _Held(*now)
    return members, held


def _carried(connection: duckdb.DuckDBPyConnection, days: dict[str, str]) -> dict[UUID, set[UUID]]:
    connection.execute(_QUOTED.format(**days), {"method": METHOD})
    connection.execute(_QUOTED_ROWS)
    return {carrier: set(stories) for carrier, stories in connection.execute(_READ_QUOTED).fetchall()}


def _mark_roundups(
    connection: duckdb.DuckDBPyConnection,
    days: dict[str, str],
    members: Iterable[Member],
    stories: Stories,
    run_id: str,
) -> None:
    """Excerpts that a round-up carries are called so."""
    texts = sorted({member.text_hash for member in members if member.article_id in stories.roundups})
    if texts:
        values = {"method": METHOD, "texts": texts, "run_id": run_id, "now": datetime.now(UTC)}
        connection.execute(_ROUNDUPS.format(**days), values)


def _stops(connection: duckdb.DuckDBPyConnection) -> Mapping[date, Hashes]:
    by_day: dict[date, list[int]] = defaultdict(list)
    days = days_of(connection, "member")
    if days is None:
        return {}
    read = _READ_STOPS.format(first=sql_date(days[0]), last=sql_date(days[1]))
    for day, hash_ in connection.execute(read).fetchall():
        by_day[day].append(hash_)
    return {day: np.unique(np.asarray(hashes, dtype=np.uint64)) for day, hashes in by_day.items()}


def _changed(
    members: Iterable[Member], held: Mapping[UUID, _Held], stories: Stories, pairs: Iterable[Pair]
) -> list[dict[str, str]]:
    """Rows for `story_members`: who is in another story than before, or in the same with another text."""
    texts = {member.article_id: member.text_hash for member in members}
    same = _sharing_text(stories, texts)
    near = {one for pair in pairs if pair.verdict.accepted for one in (pair.one, pair.other)}
    rows = []
    for article, story in stories.story_of.items():
        text = texts[article]
        if (story, text) == (held[article].story_id, held[article].text_hash):
            continue
        if article == story:
            relation = "root"
        elif (story, text) in same:
            relation = "same_text"
        else:
            relation = "near" if article in near else "excerpt"
        rows.append({"article_id": str(article), "story_id": str(story), "text_hash": text, "relation": relation})
    return rows


def _sharing_text(stories: Stories, texts: Mapping[UUID, str]) -> set[tuple[UUID, str]]:
    """(story, text) that more than one member carries."""
    count: dict[tuple[UUID, str], int] = defaultdict(int)
    for article, story in stories.story_of.items():
        count[story, texts[article]] += 1
    return {key for key, number in count.items() if number > 1}


def _insert(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, str]], run_id: str) -> None:
    connection.register("changed", pa.Table.from_pylist(rows, schema=_MEMBER_ROWS))
    connection.execute(
        "insert into story_members by name"
        " select article_id::uuid as article_id, story_id::uuid as story_id, text_hash, relation,"
        " $method as method, $run_id as run_id, $now as assigned_at from changed",
        {"method": METHOD, "run_id": run_id, "now": _next_instant(connection)},
    )
    connection.unregister("changed")


def _next_instant(connection: duckdb.DuckDBPyConnection) -> datetime:
    """Later than every earlier assignment even when the clock went back: the newest row holds."""
    row = connection.execute("select max(assigned_at) from story_members").fetchone()
    now, last = datetime.now(UTC), row[0] if row else None
    return now if last is None or now > last else last + timedelta(microseconds=1)


def _insert_same(
    connection: duckdb.DuckDBPyConnection, changed: list[dict[str, str]], members: Iterable[Member], run_id: str
) -> None:
    """A verdict for each exact copy: with the first article of its story that carries the text."""
    by_id = {str(member.article_id): member for member in members}
    first: dict[tuple[str, str], Member] = {}
    for row in changed:
        member, key = by_id[row["article_id"]], (row["story_id"], row["text_hash"])
        if key not in first or member.position < first[key].position:
            first[key] = member
    rows: list[dict[str, Any]] = []
    for row in changed:
        original, copy = first[row["story_id"], row["text_hash"]], by_id[row["article_id"]]
        if row["relation"] == "same_text" and original is not copy:
            rows.append(_same_text(original, copy))
    if rows:
        save_pairs(connection, pair_rows(rows), run_id)


def _same_text(original: Member, copy: Member) -> dict[str, Any]:
    shared = {name: getattr(_SAME, name) for name in _SAME.__slots__}
    return shared | {
        "one_id": str(original.article_id),
        "other_id": str(copy.article_id),
        "one_text_id": original.text_hash,
        "other_text_id": original.text_hash,
        "day": max(original.day, copy.day),
        "days_apart": abs((original.day - copy.day).days),
        "stub": original.is_stub or copy.is_stub,
        "relation": "same_text",
        "accepted": True,
        "strong": True,
        "shared": copy.sketch.tokens,
        "shorter_tokens": copy.sketch.tokens,
    }


def _store_holds(
    connection: duckdb.DuckDBPyConnection, members: Iterable[Member], stories: Stories, run_id: str
) -> None:
    """Hold what grew too large; what was held and is now decided otherwise is let go."""
    decided = {str(member.article_id) for member in members}
    now_held = {str(min(group)): sorted(map(str, group)) for group in stories.held}
    before = {
        hold: sorted(articles)
        for hold, articles in connection.execute(_HELD).fetchall()
        if not decided.isdisjoint(articles)
    }
    news: dict[str, list[str]] = {hold: [] for hold in before.keys() - now_held.keys()}
    news |= {hold: articles for hold, articles in now_held.items() if before.get(hold) != articles}
    for hold, articles in sorted(news.items()):
        connection.execute(
            "insert into story_holds values (?, ?::uuid[], ?, ?)", [hold, articles, run_id, datetime.now(UTC)]
        )
