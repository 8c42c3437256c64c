"""What an append writes: one statement a table, over its temporary tables `batch` and `verdicts`.

Named values: run_id, batch_id, appended_at, and where a statement names them program and url_key_version.
"""

import pyarrow as pa

from warehouse.spool_schema import ARTICLE, CAPTURE, ENTRY, POLL, REJECTION, RUN, UNIT

_TAIL = "$run_id as run_id, $batch_id as batch_id, $appended_at as appended_at"


def _fields(column: str, struct: pa.StructType) -> str:
    return ", ".join(f"batch.{column}.{field.name}" for field in struct)


def _as_it_is(table: str, column: str, struct: pa.StructType) -> str:
    """Rows of a table that stand in the batch as they are."""
    return f"""
insert into {table} by name
select {_fields(column, struct)}, $program as program, {_TAIL}
from batch
where batch.{column} is not null
"""


_REVISIONS = f"""
insert into revisions by name
select verdicts.article_id, {_fields("article", ARTICLE)},
    batch.reading.replaces as replaces, verdicts.outcome <> 'article' as further, {_TAIL}
from batch join verdicts using (seq)
where verdicts.stores_text
"""

_CAPTURES = f"""
insert into captures by name
select {_fields("capture", CAPTURE)},
    coalesce(verdicts.outcome, 'rejected') as outcome, verdicts.article_id, verdicts.text_hash,
    $program as program, {_TAIL}
from batch left join verdicts using (seq)
where batch.capture is not null
"""

# A capture that was rejected when it was first read is rejected again, for the same reason; a revisit of nothing that
# is known has nothing to be a revisit of.
_REJECTED_AGAIN = f"""
insert into rejections by name
select batch.capture.fetched_url, batch.capture.seen_at, batch.capture.via, 'rejected' as outcome,
    coalesce(earlier.reason, 'revisit_unseen') as reason, earlier.detail,
    batch.capture.capture_file, batch.capture.capture_offset,
    $program as program, {_TAIL}
from batch
join verdicts using (seq)
left join (
    select capture_file, capture_offset, max_by(reason, appended_at) as reason, max_by(detail, appended_at) as detail
    from rejections
    group by all
) as earlier
    on earlier.capture_file = batch.seen.capture_file and earlier.capture_offset = batch.seen.capture_offset
where verdicts.outcome = 'rejected'
"""

# Every spelling of a URL is kept, not only the first of each key: `why` is asked with any of them.
_ARTICLE_URLS = """
insert into article_urls by name
with candidates as (
    select distinct on (url) verdicts.article_id, keys.url_key,
        case
            when keys.url_key = batch.url_keys[-1] then batch.capture.fetched_url
            else coalesce(batch.article.url, batch.capture.fetched_url)
        end as url
    from batch join verdicts using (seq), unnest(batch.url_keys) as keys (url_key)
    where batch.article is not null
    order by url, seq
),
held as (
    -- a spelling has the key that its candidate has: found by keys, which are read faster than all spellings
    select url from article_urls
    where rowid in (select rowid from article_urls where url_key in (select url_key from candidates))
)
select article_id, url, url_key, $url_key_version as url_key_version,
    $batch_id as batch_id, $appended_at as appended_at
from candidates
where not exists (select 1 from held where held.url = candidates.url)
"""

# A result "changed" needs the article that it changed; if that was forgotten meanwhile, nothing came of the reading.
_READINGS = f"""
insert into readings by name
select reading.capture_file, reading.capture_offset, reading.rules, reading.result, reading.changed, reading.reason,
    reading.read_at, {_TAIL}
from batch
where batch.reading is not null and coalesce(batch.rejection.reason, '') <> 'forgotten'
"""

# The column of the batch that a statement reads: where it is NULL throughout, there is nothing to write.
INSERTS: tuple[tuple[str, str], ...] = (
    ("article", _REVISIONS),
    ("capture", _CAPTURES),
    ("rejection", _as_it_is("rejections", "rejection", REJECTION)),
    ("capture", _REJECTED_AGAIN),
    ("article", _ARTICLE_URLS),
    ("run", _as_it_is("runs", "run", RUN)),
    ("poll", _as_it_is("polls", "poll", POLL)),
    ("entry", _as_it_is("entries", "entry", ENTRY)),
    ("reading", _READINGS),
    ("unit", _as_it_is("backfill_units", "unit", UNIT)),
)
