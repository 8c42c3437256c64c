"""The shingles of texts: stored with the append, in its transaction, and made for texts that have none yet."""

from datetime import datetime

import duckdb
import pyarrow as pa

from warehouse import spool as spooling

TEXTS_AT_ONCE = 2_000  # sketched before they are written: about 10 MB of text

_TYPE: list[tuple[str, pa.DataType]] = [("seq", pa.int64()), *((f.name, f.type) for f in spooling.SHINGLES)]
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

_WITHOUT = """
from revisions anti join shingles
    on shingles.article_id = revisions.article_id and shingles.text_id = cast(revisions.text_hash as uuid)
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


def lacking(connection: duckdb.DuckDBPyConnection) -> int:
    """Texts without shingles: stored by a program that made none. Reads two columns of the whole warehouse."""
    row = connection.execute(f"select count(*) {_WITHOUT}").fetchone()
    return int(row[0]) if row else 0


def make_shingles(reading: duckdb.DuckDBPyConnection) -> pa.Table:
    """Make the shingles of the next TEXTS_AT_ONCE texts that have none; a table of rows for `shingles`."""
    cursor = reading.execute(
        f"""
        with first as (
            select distinct on (revisions.article_id, revisions.text_hash) revisions.* {_WITHOUT}
            order by revisions.captured_at, revisions.appended_at, revisions.batch_id, revisions.capture_offset
        )
        select first.article_id, first.text_hash, {_DAY.format("first")} as day, first.{_FACTS.format("first")},
            true as further, first.batch_id, first.appended_at, first.text
        from first
        order by day, first.article_id, first.text_hash
        limit {TEXTS_AT_ONCE}
        """
    )
    found = cursor.to_arrow_table()
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
