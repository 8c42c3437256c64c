"""The one writer: waiting batches go from the spool into the warehouse, each in one transaction with its ledger row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from tasks.url import URL_KEY_VERSION
from warehouse import spool as spooling
from warehouse.append_forgotten import refuse_forgotten
from warehouse.append_rows import INSERTS
from warehouse.batches import remove, set_aside, waiting_batches
from warehouse.connect import WarehouseHeld, opened
from warehouse.forgotten import REASON as FORGOTTEN
from warehouse.identity import Arrival, Verdict, article_id, decide
from warehouse.place import Place
from warehouse.spool_schema import SCHEMA
from warehouse.stories_shingles import store_shingles
from warehouse.values import among, as_json

_VERDICT_FIELDS: list[tuple[str, pa.DataType]] = [
    ("seq", pa.int32()),
    ("outcome", pa.string()),
    ("article_id", pa.string()),
    ("text_hash", pa.string()),
    ("stores_text", pa.bool_()),
]
_VERDICTS = pa.schema(_VERDICT_FIELDS)


@dataclass(frozen=True, slots=True)
class Appended:
    """What one batch brought; `already` when the ledger had it."""

    batch_id: str
    run_id: str
    articles: int = 0
    revisions: int = 0
    known: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)  # by reason
    already: bool = False


@dataclass(slots=True)
class Drained:
    """What became of the waiting batches."""

    appended: list[Appended] = field(default_factory=list)
    waiting_batches: int = 0
    waiting_articles: int = 0
    held: WarehouseHeld | None = None


def drain(place: Place, *, wait: float, say: Callable[[str], None]) -> Drained:
    """Append every waiting batch; while another process holds the file, say so in the result and leave them.

    Safe to run again at any point: a batch in the ledger is only removed from the spool. A batch that cannot be read
    is set aside and said, the others go on.
    """
    result = Drained()
    if waiting_batches(place):  # and what lies in a store is here now, before the lock
        done: list[Path] = []
        try:
            with opened(place.file, read_only=False, wait=wait) as connection:
                # Listed under the lock: another run may have appended some while we waited.
                for path in waiting_batches(place):
                    if _append_one(connection, place, path, result, say):
                        path.unlink(missing_ok=place.spool_url is not None)
                        done.append(path)
        except WarehouseHeld as held:
            result.held = held
        remove(place, done)
    if any(FORGOTTEN in one.rejected for one in result.appended):
        _erase_forgotten(place, wait, say)
    left = waiting_batches(place)
    result.waiting_batches, result.waiting_articles = len(left), spooling.count_articles(left)
    return result


def _erase_forgotten(place: Place, wait: float, say: Callable[[str], None]) -> None:
    """Bytes that came in although they are forgotten; while the warehouse is held they wait for the next maintain."""
    from warehouse.forget_copies import pay  # seldom needed

    try:
        pay(place, wait=wait, say=say)
    except WarehouseHeld as held:
        say(f"What was forgotten and came again is refused; its bytes go with the next presshouse maintain ({held})")


def _append_one(
    connection: duckdb.DuckDBPyConnection, place: Place, path: Path, result: Drained, say: Callable[[str], None]
) -> bool:
    """Whether it is in the warehouse now."""
    try:
        batch = spooling.read_facts(path)
        appended = append_batch(connection, batch)
    except (pa.ArrowInvalid, duckdb.InvalidInputException) as error:
        aside = set_aside(place, path)
        say(f"A waiting batch cannot be read and was set aside as {aside}: {str(error).splitlines()[0]}")
        return False
    result.appended.append(appended)
    return True


def append_batch(connection: duckdb.DuckDBPyConnection, batch: spooling.Batch) -> Appended:
    """Append one batch, once: a batch whose id stands in `batches` changes nothing."""
    connection.execute("begin")
    try:
        appended = _append(connection, batch)
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
    return appended


def _append(connection: duckdb.DuckDBPyConnection, batch: spooling.Batch) -> Appended:
    done = connection.execute("select 1 from batches where batch_id = ?", [batch.batch_id]).fetchone()
    if done:
        return Appended(batch.batch_id, batch.run_id, already=True)
    _take_in(connection, batch)
    appended_at = next_instant(connection)
    refuse_forgotten(connection, appended_at)
    verdicts = _verdicts(connection)
    _hold(connection, verdicts)
    tail = {
        "run_id": batch.run_id,
        "batch_id": batch.batch_id,
        "program": batch.program,
        "appended_at": appended_at,
        "url_key_version": URL_KEY_VERSION,
    }
    held = _columns_held(connection)
    for column, statement in INSERTS:
        if column in held:
            connection.execute(statement, {name: value for name, value in tail.items() if f"${name}" in statement})
    if verdicts:
        store_shingles(connection, batch_id=batch.batch_id, appended_at=appended_at)
    appended = _counted(connection, batch, verdicts)
    _enter(connection, batch, appended, appended_at)
    connection.execute("drop table batch; drop table verdicts")
    return appended


def _take_in(connection: duckdb.DuckDBPyConnection, batch: spooling.Batch) -> None:
    """The batch as a temporary table; columns that its program did not know yet are NULL."""
    connection.register("no_rows", SCHEMA.empty_table())
    connection.execute("create or replace temp table batch as from no_rows")
    connection.unregister("no_rows")
    connection.execute("insert into batch by name select * from read_parquet(?)", [str(batch.path)])


def _columns_held(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The columns of the batch that are not NULL throughout. Most batches lack most: the row of a run is one, too."""
    names = list(dict.fromkeys(column for column, _ in INSERTS))
    counts = connection.execute(f"select {', '.join(f'count({name})' for name in names)} from batch").fetchone() or ()
    return {name for name, count in zip(names, counts, strict=True) if count}


def _hold(connection: duckdb.DuckDBPyConnection, verdicts: Sequence[Verdict]) -> None:
    """The verdicts as the temporary table that the inserts join."""
    rows = [
        (v.seq, v.outcome, str(v.article_id) if v.article_id else None, v.text_hash, v.stores_text) for v in verdicts
    ]
    table = pa.Table.from_pylist([dict(zip(_VERDICTS.names, row, strict=True)) for row in rows], schema=_VERDICTS)
    connection.register("verdicts_table", table)
    connection.execute(
        "create or replace temp table verdicts as select * replace (article_id::uuid as article_id) from verdicts_table"
    )
    connection.unregister("verdicts_table")


def _counted(connection: duckdb.DuckDBPyConnection, batch: spooling.Batch, verdicts: Sequence[Verdict]) -> Appended:
    counts = {outcome: sum(v.outcome == outcome for v in verdicts) for outcome in ("article", "revision", "known")}
    named = connection.execute(  # by a list, and here already from elsewhere
        "select count(*) from entries where batch_id = ? and decision = 'known'", [batch.batch_id]
    ).fetchone()
    rejected = connection.execute(
        "select reason, count(*) from rejections where batch_id = ? and outcome = 'rejected' group by all",
        [batch.batch_id],
    ).fetchall()
    return Appended(
        batch.batch_id,
        batch.run_id,
        articles=counts["article"],
        revisions=counts["revision"],
        known=counts["known"] + int(named[0] if named else 0),
        rejected=dict(rejected),
    )


def _enter(
    connection: duckdb.DuckDBPyConnection, batch: spooling.Batch, appended: Appended, appended_at: datetime
) -> None:
    """The row of the ledger."""
    connection.execute(
        "insert into batches values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            batch.batch_id,
            batch.run_id,
            appended.articles,
            appended.revisions,
            appended.known,
            sum(appended.rejected.values()),
            batch.path.stat().st_size,
            batch.program,
            appended_at,
        ],
    )


def next_instant(connection: duckdb.DuckDBPyConnection) -> datetime:
    """Now, but later than every earlier append even when the clock went back: readers use it as a watermark."""
    row = connection.execute("select max(appended_at) from batches").fetchone()
    now, last = datetime.now(UTC), row[0] if row else None
    return now if last is None or now > last else last + timedelta(microseconds=1)


def _verdicts(connection: duckdb.DuckDBPyConnection) -> list[Verdict]:
    arrivals = [_arrival(row) for row in connection.execute(_ARRIVALS).fetchall()]
    if not arrivals:
        return []
    keys = {key for arrival in arrivals for key in arrival.url_keys}
    article_of_key = dict(
        connection.execute(
            # an alias that a newer key rule added counts like the key that the article was given by
            "select url_key, min_by(article_id, appended_at) from article_urls"
            f" where url_key in {among('keys')} group by url_key",
            {"keys": as_json(keys)},
        ).fetchall()
    )
    articles = {a.seen_article for a in arrivals if a.seen_article} | set(article_of_key.values())
    articles |= {article_id(a.url_keys, a.text_hash) for a in arrivals if a.text_hash}
    rows = connection.execute(
        # found in one column and fetched by row id: reading all three everywhere takes five times as long
        "select article_id, text_hash, min(captured_at) from revisions where rowid in"
        f" (select rowid from revisions where article_id in {among('ids', 'uuid')}) group by all",
        {"ids": as_json(articles)},
    ).fetchall()
    return decide(arrivals, article_of_key=article_of_key, first_captured={(a, t): at for a, t, at in rows})


def _arrival(row: Sequence[Any]) -> Arrival:
    seq, keys, text_hash, captured_at, seen_article, replaces = row
    seen = seen_article if isinstance(seen_article, UUID) or seen_article is None else UUID(seen_article)
    return Arrival(seq, tuple(keys or ()), text_hash, captured_at, seen, replaces)


# What names an article: a text, a revisit, or an earlier reading of the same capture that was not rejected.
_ARRIVALS = """
select batch.seq, batch.url_keys, batch.article.text_hash, batch.capture.captured_at,
    coalesce(earlier.article_id, try_cast(batch.reading.article_id as uuid)), batch.reading.replaces
from batch
left join (
    select capture_file, capture_offset, min_by(article_id, appended_at) as article_id
    from captures
    where article_id is not null and (capture_file, capture_offset) in (
        select (batch.seen.capture_file, batch.seen.capture_offset) from batch where batch.seen is not null
    )
    group by all
) as earlier
    on earlier.capture_file = batch.seen.capture_file and earlier.capture_offset = batch.seen.capture_offset
where batch.capture is not null and batch.rejection is null
order by batch.seq
"""
