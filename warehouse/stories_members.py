"""Who belongs to which story: the stories that a chunk touches are decided again, whole, and changes are stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from tasks.dedupe.matching import METHOD, Scores
from tasks.dedupe.members import Member
from tasks.dedupe.stories import Pair, Stories, assign
from tasks.dedupe.ties import pairs_of
from warehouse.stories_desk import Chunk, Desk
from warehouse.stories_pairs import pair_rows, save_pairs
from warehouse.stories_reach import Held, touched

_SAME = Scores(c=1.0, c3=1.0, v3=1.0, jaccard=1.0, shared=0, number_conflicts=0, word_conflicts=0, shorter_tokens=0)

_ROUNDUPS = """
insert into duplicate_pairs by name
select * replace ('roundup' as relation, $run_id as run_id, $now as compared_at)
from duplicate_pairs
where day between {first} and {last} and method = $method and relation <> 'same_text'
    and (one_text_id in (select unnest($texts::uuid[])) or other_text_id in (select unnest($texts::uuid[])))
qualify row_number() over (partition by one_text_id, other_text_id order by compared_at desc) = 1
    and relation = 'excerpt'
"""
_HELD = """
select hold_id::varchar, article_ids::varchar[] from (
    select hold_id, max_by(article_ids, held_at) as article_ids from story_holds group by hold_id
)
where len(article_ids) > 0
"""
_MEMBER_ROWS = pa.schema([(name, pa.string()) for name in ("article_id", "story_id", "text_hash", "relation")])


def decide_members(desk: Desk, writing: duckdb.DuckDBPyConnection, chunk: Chunk, done: dict[UUID, date]) -> int:
    """Decide the stories of the chunk's articles, but for those `done` in this run; returns how many changed.

    `done` (article -> day) takes in what was decided: a story is decided whole, with the first chunk that touches it.
    """
    chunk(writing)
    _leave_out(writing, done)
    found = touched(writing)
    if found is None:
        return 0
    members, held = found.members, found.held
    pairs = list(pairs_of(members, found.scores))
    stories = assign(members, pairs, found.carried)
    done.update((member.article_id, member.day) for member in members)
    changed = _changed(members, held, stories, pairs)
    if changed:
        _insert(writing, changed, desk.run_id)
        _insert_same(writing, changed, members, desk.run_id)
    _mark_roundups(writing, found.days, members, stories, desk.run_id)
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


def _changed(
    members: Iterable[Member], held: Mapping[UUID, Held], stories: Stories, pairs: Iterable[Pair]
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
