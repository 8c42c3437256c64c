"""The shingles of texts: stored with the append, in its transaction, and made for texts that have none yet."""

from datetime import datetime

import duckdb
import pyarrow as pa

from warehouse.spool_schema import SHINGLES

_TYPE: list[tuple[str, pa.DataType]] = [("seq", pa.int64()), *((f.name, f.type) for f in SHINGLES)]
_DAY = "cast(coalesce({0}.published_at, {0}.captured_at) at time zone 'UTC' as date)"
_FACTS = "published_at, {0}.published_precision, {0}.captured_at, {0}.access, {0}.publisher"

# A text that is known is stored again only for an older capture: the older one counts, as in the view.
_REPLACED = """
delete from shingles
using (
    select article_id, cast(text_hash as uuid) as text_id from verdicts where stores_text and outcome = 'known'
) as again
where shingles.article_id = again.article_id and shingles.text_id = again.text_id
"""

# The text that a later reading of the same capture took the place of is compared no more.
_READ_AGAIN = """
delete from shingles
using (
    select verdicts.article_id, cast(batch.reading.replaces as uuid) as text_id
    from batch join verdicts using (seq)
    where batch.reading.replaces is not null and not exists (
        select 1 from revisions
        where revisions.article_id = verdicts.article_id and revisions.text_hash = batch.reading.replaces
            and revisions.captured_at <> batch.capture.captured_at
    )
) as again
where shingles.article_id = again.article_id and shingles.text_id = again.text_id
"""

_APPENDED = f"""
insert into shingles by name
select verdicts.article_id, cast(verdicts.text_hash as uuid) as text_id, {_DAY.format("article")} as day,
    article.{_FACTS.format("article")},
    sampled.tokens, sampled.below, sampled.hashes,
    verdicts.outcome <> 'article' as further, $batch_id as batch_id, $appended_at as appended_at
from batch join verdicts using (seq) join sampled using (seq)
where verdicts.stores_text
qualify row_number() over (
    partition by verdicts.article_id, verdicts.text_hash order by article.captured_at, seq
) = 1
order by day, verdicts.article_id
"""

_OF_STORED = f"""
select revisions.article_id, revisions.text_hash, {_DAY.format("revisions")} as day,
    revisions.{_FACTS.format("revisions")},
    true as further, revisions.batch_id, revisions.appended_at, revisions.text
from revisions
anti join shingles
    on shingles.article_id = revisions.article_id and shingles.text_id = cast(revisions.text_hash as uuid)
    and shingles.captured_at <= revisions.captured_at
where revisions.appended_at between $first and $last
order by day, revisions.article_id, revisions.text_hash
"""

# Of rows for the same text of an article the one of the oldest capture stays.
_SURPLUS = """
delete from shingles where rowid in (
    select rowid from shingles
    qualify row_number() over (partition by article_id, text_id order by captured_at, appended_at, rowid) > 1
)
"""


def store_shingles(connection: duckdb.DuckDBPyConnection, *, batch_id: str, appended_at: datetime) -> None:
    """Store the shingles of the texts that this append stores; reads its tables `batch` and `verdicts`."""
    missing = connection.execute(
        "select seq, batch.article.text from batch join verdicts using (seq)"
        " where verdicts.stores_text and batch.shingles is null"
    ).fetchall()
    connection.register("sampled_here", sampled_table(missing))
    connection.execute(
        "create or replace temp table sampled as select * from sampled_here union all"
        " select seq, batch.shingles.hashes, batch.shingles.below, batch.shingles.tokens from batch"
        " where batch.shingles is not null"
    )
    if connection.execute("select 1 from verdicts where stores_text and outcome = 'known' limit 1").fetchone():
        connection.execute(_REPLACED)
    if connection.execute("select 1 from batch where reading.replaces is not null limit 1").fetchone():
        connection.execute(_READ_AGAIN)
    connection.execute(_APPENDED, {"batch_id": batch_id, "appended_at": appended_at})
    connection.unregister("sampled_here")
    connection.execute("drop table sampled")


def sampled_table(texts: list[tuple[int, str]]) -> pa.Table:
    """(seq, text) -> the struct of the spool, by columns."""
    if texts:
        from tasks.dedupe.shingles import sampled  # numpy: only where a batch comes without

        rows = [(seq, sampled(text)) for seq, text in texts]
    else:
        rows = []
    return pa.Table.from_pylist(
        [{"seq": seq, "hashes": s.hashes, "below": s.below, "tokens": s.tokens} for seq, s in rows],
        schema=pa.schema(_TYPE),
    )


def make_shingles(reading: duckdb.DuckDBPyConnection, first: datetime, last: datetime) -> pa.Table:
    """Make the shingles of the texts that were appended in a range and have none; a table of rows for `shingles`."""
    found = reading.execute(_OF_STORED, {"first": first, "last": last}).to_arrow_table()
    made = sampled_table([(seq, text or "") for seq, text in enumerate(found["text"].to_pylist())])
    for name in ("hashes", "below", "tokens"):
        found = found.append_column(name, made[name])
    return found.drop_columns(["text"])


def save_shingles(writing: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
    """Store what `make_shingles` made."""
    writing.register("made", rows)
    writing.execute(
        "insert into shingles by name select * exclude (text_hash) replace (cast(article_id as uuid) as article_id),"
        " cast(text_hash as uuid) as text_id from made"
    )
    writing.unregister("made")


def tidy_shingles(writing: duckdb.DuckDBPyConnection) -> None:
    """After `save_shingles` of all ranges: one row a text of an article."""
    writing.execute(_SURPLUS)
