"""Inside an append: what is forgotten becomes a rejection without text, headline or bytes."""

import duckdb

from warehouse.forgotten import REASON, read_tombstones
from warehouse.spool_schema import ENTRY

_ROWS = """
select seq, coalesce(capture.fetched_url, rejection.fetched_url), coalesce(url_keys, []),
    article.publisher, article.text_hash, coalesce(rejection.reason, '') as reason
from batch where capture is not null or rejection is not null
"""
_ENTRIES = """
select seq, entry.url, [entry.entry_key] from batch where entry.url is not null and entry.title is not null
"""
# Bytes of ours are taken out of the archive after the commit; other people's WARC files are theirs.
_OWED = """
insert into erasures
select 'record', capture.capture_file, capture.capture_offset, $now
from batch
where seq in (select unnest($seqs::integer[])) and starts_with(capture.capture_file, 'archive/')
"""
_REJECTED = f"""
update batch set
    rejection = {{
        'fetched_url': coalesce(capture.fetched_url, rejection.fetched_url),
        'seen_at': coalesce(capture.seen_at, rejection.seen_at),
        'via': coalesce(capture.via, rejection.via),
        'outcome': 'rejected', 'reason': '{REASON}', 'detail': null, 'capture_file': null, 'capture_offset': null
    }},
    capture = null, article = null, shingles = null, url_keys = null, seen = null
where seq in (select unnest($seqs::integer[]))
"""
_UNTITLED = f"""
update batch set entry = {{
    {", ".join(f"'{f.name}': " + ("null" if f.name == "title" else f"entry.{f.name}") for f in ENTRY)}
}}
where seq in (select unnest($seqs::integer[]))
"""


def refuse_forgotten(connection: duckdb.DuckDBPyConnection, now: object) -> None:
    """Change the temporary table `batch` where tombstones say so; what is owed for it goes to `erasures`."""
    graves = read_tombstones(connection)
    if not graves.hashes:
        return
    seqs = [
        seq
        for seq, url, keys, publisher, text, reason in connection.execute(_ROWS).fetchall()
        if reason == REASON or graves.cover(url, keys, publisher=publisher, text_hash=text)
    ]
    if seqs:
        connection.execute(_OWED, {"seqs": seqs, "now": now})
        connection.execute(_REJECTED, {"seqs": seqs})
    listed = [
        seq
        for seq, url, keys in connection.execute(_ENTRIES).fetchall()
        if graves.cover(url, [key for key in keys if key])
    ]
    if listed:
        connection.execute(_UNTITLED, {"seqs": listed})
