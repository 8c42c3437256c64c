"""All stories decided anew from the stored texts, in a file beside the warehouse; taken only when somebody says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import duckdb

from tasks.dedupe.matching import METHOD
from tasks.errors import Stop
from warehouse.connect import must_exist, opened
from warehouse.migrate import check_version, prepare
from warehouse.place import Place
from warehouse.stories import decide, sketch_ranges
from warehouse.stories_desk import ARTICLES_AT_ONCE, Desk, append_ranges, chunks_between
from warehouse.stories_stops import decide_stops

SUFFIX = ".stories"  # of the file beside the warehouse; may be removed at any time
EXAMPLES = 10

# `now` is what the warehouse holds, `anew` what was decided beside it; articles that came in between are left out.
_COMPARED = """
create or replace temp table compared as
with now as (
    select article_id, max_by(story_id, assigned_at) as story_id, max_by(method, assigned_at) as method
    from story_members group by article_id
),
anew as (
    select article_id, max_by(story_id, assigned_at) as story_id, max_by(text_hash, assigned_at) as text_hash,
        max_by(relation, assigned_at) as relation
    from anew.main.story_members group by article_id
)
select anew.article_id, anew.story_id, anew.text_hash, anew.relation,
    coalesce(now.story_id, anew.article_id) as story_before, now.method as method_before
from anew left join now using (article_id)
"""
_FIGURES = """
select count(*), count(distinct story_id), count(distinct story_before),
    count(*) filter (story_id <> story_before), max(method_before)
from compared
"""
_EXAMPLES = f"""
select coalesce(revisions.url, revisions.fetched_url), compared.story_before, compared.story_id
from compared join revisions using (article_id)
where compared.story_id <> compared.story_before
qualify row_number() over (partition by compared.article_id order by revisions.captured_at) = 1
order by 1 limit {EXAMPLES}
"""
_TAKE = (
    "delete from shingles where appended_at <= $until",
    "insert into shingles by name select * from anew.main.shingles order by day, article_id",
    "delete from stop_shingles",
    "insert into stop_shingles by name select * from anew.main.stop_shingles order by day",
    "delete from duplicate_pairs where method = $method",
    "insert into duplicate_pairs by name select * from anew.main.duplicate_pairs order by day",
    "insert into story_members by name select article_id, story_id, text_hash, relation, $method as method,"
    " $run_id as run_id, $now as assigned_at from compared"
    " where story_id <> story_before or method_before is distinct from $method",
    "insert into story_holds by name select distinct hold_id, []::uuid[] as article_ids, $run_id as run_id,"
    " $now as held_at from story_holds where hold_id not in (select hold_id from anew.main.story_holds)",
    "insert into story_holds by name select * replace ($now as held_at) from anew.main.story_holds",
    "insert into story_runs values ($run_id, 'rebuilt', $method, $until, $until,"
    " (select count(*) from compared where story_id <> story_before), $now)",
)


@dataclass(frozen=True, slots=True)
class Move:
    url: str
    before: UUID
    after: UUID


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Stories decided anew, and how they differ from those of the warehouse."""

    file: Path
    until: datetime  # of the appends that were read
    method: str
    method_before: str | None
    articles: int
    stories: int
    stories_before: int
    moved: int  # articles that come into another story
    examples: tuple[Move, ...]


def rebuild(place: Place, *, run_id: str, wait: float, say: Callable[[str], None]) -> Rebuilt:
    """Decide every story from the stored texts; the warehouse is only read, in short connections.

    Raises Stop where there is no warehouse or nothing in it, WarehouseHeld.
    """
    must_exist(place.file)
    file = place.file.with_name(place.file.name + SUFFIX)
    _unlink(file)
    prepare(file, wait=wait, say=lambda _: None)
    desk = Desk(file, wait, run_id, texts=place.file)
    until = _sketch(desk, place, wait, say)
    with desk.reading() as connection:
        chunks = chunks_between(connection, None, until)
    say(f"Comparing, {len(chunks)} times up to {ARTICLES_AT_ONCE:,} articles ...")
    for chunk in chunks:
        decide_stops(desk, chunk)
    decide(desk, chunks, "rebuilt", until, until)
    with opened(place.file, read_only=True, wait=wait) as connection:
        _compare(connection, file)
        articles, stories, before, moved, method = connection.execute(_FIGURES).fetchall()[0]
        moves = [Move(*row) for row in connection.execute(_EXAMPLES).fetchall()]
    return Rebuilt(file, until, METHOD, method, articles, stories, before, moved, tuple(moves))


def take(place: Place, rebuilt: Rebuilt, *, run_id: str, wait: float) -> None:
    """Put the new stories in the place of the old, in one transaction. What came since is pending again."""
    values = {"until": rebuilt.until, "method": METHOD, "run_id": run_id, "now": datetime.now(UTC)}
    with opened(place.file, read_only=False, wait=wait) as connection:
        _compare(connection, rebuilt.file)
        connection.execute("begin")
        for statement in _TAKE:
            connection.execute(statement, {name: values[name] for name in values if f"${name}" in statement})
        connection.execute("commit")


def remove(rebuilt: Rebuilt) -> None:
    """The file beside the warehouse is needed no more."""
    _unlink(rebuilt.file)


def _unlink(file: Path) -> None:
    for path in (file, file.with_name(file.name + ".wal")):
        path.unlink(missing_ok=True)


def _compare(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    quoted = str(file).replace("'", "''")
    connection.execute(f"attach '{quoted}' as anew (read_only)")
    connection.execute(_COMPARED)


def _sketch(desk: Desk, place: Place, wait: float, say: Callable[[str], None]) -> datetime:
    with opened(place.file, read_only=True, wait=wait) as connection:
        check_version(connection, place.file)
        ranges = append_ranges(connection)
    if not ranges:
        raise Stop(f"{place.file} holds no articles. To load some: presshouse ingest seeds/articles")
    say(f"Reading the texts, {len(ranges)} times up to {ARTICLES_AT_ONCE:,} ...")
    sketch_ranges(desk, ranges)
    return ranges[-1][1]
