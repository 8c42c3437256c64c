"""`presshouse forget`: everything that is stored of a URL or publisher goes, and a tombstone stays.

Three steps, each of which can be run again. The rows go in one transaction, which also plants the tombstones and
notes what is still owed. Then the records are erased in the archive files. Then the warehouse is written anew without
its free pages, and copies of it beside it go (both in `warehouse.forget_copies`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from tasks.url import host_of, redact, registered_domain, url_key
from warehouse import spool as spooling
from warehouse.append import next_instant
from warehouse.connect import opened
from warehouse.forgotten import Key, Tombstones, hash_of
from warehouse.place import Place

OURS = "archive/"  # capture_file of what is in our archive starts so


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be forgotten: a URL (or `file:` URI, or article_id), or a publisher's domain."""

    url: str | None = None
    publisher: str | None = None


@dataclass(slots=True)
class Gone:
    """What goes, or went."""

    articles: int = 0
    revisions: int = 0
    captures: int = 0
    rejections: int = 0
    entries: int = 0  # whose headline goes
    records: int = 0  # in archive files of ours
    foreign: list[str] = field(default_factory=list)  # WARC files of the user that hold it, and stay as they are
    files: list[str] = field(default_factory=list)  # of our archive, that hold the records
    article_ids: list[str] = field(default_factory=list)
    fellows: list[Any] = field(default_factory=list)  # article_ids that shared a story with them

    @property
    def nothing(self) -> bool:
        return not (self.articles or self.captures or self.rejections or self.entries)


def look(place: Place, asked: Asked, *, wait: float) -> Gone:
    """What would go. Raises Stop, WarehouseHeld."""
    with opened(place.file, read_only=True, wait=wait) as connection:
        _gather(connection, asked)
        return _counted(connection)


def take_out(
    place: Place, asked: Asked, *, reason: str, run_id: str, program: str, now: datetime, wait: float
) -> tuple[Gone, list[Key]]:
    """Plant the tombstones and remove the rows, in one transaction; what else is owed stands in `erasures`.

    Returns what went and the keys that must not come again. Raises WarehouseHeld.
    """
    with opened(place.file, read_only=False, wait=wait) as connection:
        keys = _gather(connection, asked)
        gone = _counted(connection)
        connection.execute("begin")
        for key in keys:
            tombstone = [hash_of(key), key[0], now, reason, run_id]
            connection.execute("insert into forgotten values (?, ?, ?, ?, ?)", tombstone)
        values = {
            "now": now,
            "run_id": run_id,
            "program": program,
            "batch_id": spooling.new_id(),
            "rejected": (connection.execute("select count(*) from gone_seen").fetchone() or (0,))[0],
            "appended_at": next_instant(connection),
            "ids": gone.article_ids,
        }
        for statement in _TAKE_OUT:
            connection.execute(statement, {name: values[name] for name in values if f"${name}" in statement})
        connection.execute("commit")
    return gone, keys


def orphaned(place: Place, *, wait: float) -> list[UUID]:
    """Articles in a story whose root is gone: left by a call that was killed before it decided them again."""
    with opened(place.file, read_only=True, wait=wait) as connection:
        return [row[0] for row in connection.execute(_ORPHANED).fetchall()]


def _gather(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[Key]:
    """Make the tables gone (article_id), gone_url, gone_capture, gone_rejection, gone_entry; the keys to be planted."""
    keys = _of_publisher(connection, asked.publisher) if asked.publisher else _of_url(connection, asked.url or "")
    graves = Tombstones(frozenset(map(hash_of, keys)))
    hosts = [host_of(f"https://{value}") for kind, value in keys if kind == "url"]
    likely = sorted({host for host in hosts if host} | {value for kind, value in keys if kind == "publisher"})
    places = {value for kind, value in keys if kind == "place"}
    urls = connection.execute(_LIKELY_URLS, {"likely": likely}).fetchall()
    covered = [(url,) for (url,) in urls if graves.cover(url)]
    _table(connection, "gone_url", covered + [(one,) for one in sorted(places)], "fetched_url varchar")
    connection.execute(_GONE_CAPTURES)
    entries = connection.execute(_LIKELY_ENTRIES, {"likely": likely}).fetchall()
    listed = [(url,) for url, key in entries if graves.cover(url, [key] if key else [])]
    _table(connection, "gone_entry", listed, "url varchar")
    return keys


def _of_url(connection: duckdb.DuckDBPyConnection, url: str) -> list[Key]:
    url = redact(url)
    key = url_key(url)
    connection.execute(_ARTICLES_OF_URL, {"url": url, "key": key})
    keys: list[Key] = [("url", row[0]) for row in connection.execute(_URL_KEYS).fetchall()]
    if key:
        keys.append(("url", key))
    elif "://" in url:
        keys.append(("place", url))
    for kind, value in connection.execute(_KEYS_WITHOUT_URL).fetchall():
        keys.append((kind, value))
    return list(dict.fromkeys(keys))


def _of_publisher(connection: duckdb.DuckDBPyConnection, publisher: str) -> list[Key]:
    named = publisher.strip().lower()
    domain = registered_domain(named) or named
    rows = connection.execute(
        "select domain, aliases from publishers where domain in ($named, $domain) or list_contains(aliases, $named)",
        {"named": named, "domain": domain},
    ).fetchall()
    domains = {named, *(one for row in rows for one in (row[0], *row[1]))}
    connection.execute(
        "create or replace temp table gone as select distinct article_id from revisions"
        " where publisher in (select unnest($domains::varchar[]))",
        {"domains": sorted(domains)},
    )
    return [("publisher", one) for one in sorted(domains)]


def _counted(connection: duckdb.DuckDBPyConnection) -> Gone:
    cursor = connection.execute(_COUNTS)
    counts = zip([column[0] for column in cursor.description or ()], cursor.fetchone() or (), strict=True)
    foreign = connection.execute(_FOREIGN).fetchall()
    ids = connection.execute("select article_id::varchar from gone order by 1").fetchall()
    return Gone(
        **dict(counts),
        foreign=[one for (one,) in foreign],
        files=[one for (one,) in connection.execute(_OWN).fetchall()],
        article_ids=[one for (one,) in ids],
        fellows=[one for (one,) in connection.execute(_FELLOWS).fetchall()],
    )


def _table(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[tuple[str]], columns: str) -> None:
    connection.execute(f"create or replace temp table {name} ({columns})")
    connection.execute(f"insert into {name} select unnest($values::varchar[])", {"values": [row[0] for row in rows]})


_ARTICLES_OF_URL = """
create or replace temp table gone as
select article_id from article_urls where url = $url or url_key = $key
union select article_id from revisions where fetched_url = $url or article_id = try_cast($url as uuid)
"""
_URL_KEYS = "select distinct url_key from article_urls where article_id in (from gone) order by 1"
# Articles without a URL are known by their texts and by the place that they were read from.
_KEYS_WITHOUT_URL = """
with texts as (
    select text_hash, fetched_url from revisions
    where article_id in (from gone) and article_id not in (select article_id from article_urls)
)
select distinct 'text', text_hash from texts union select distinct 'place', fetched_url from texts
"""
# What never became an article has no key: its URLs are looked through, those of the hosts concerned.
_LIKELY_URLS = """
with hosts as (select unnest($likely::varchar[]) as host)
select distinct fetched_url from (
    select fetched_url from captures where article_id is null
    union all select fetched_url from rejections
)
where exists (select 1 from hosts where contains(fetched_url, host))
"""
_LIKELY_ENTRIES = """
with hosts as (select unnest($likely::varchar[]) as host)
select distinct url, entry_key from entries
where title is not null and url is not null and exists (select 1 from hosts where contains(url, host))
"""
_GONE_CAPTURES = """
create or replace temp table gone_capture as
select rowid as id, fetched_url, via, capture_file, capture_offset, outcome, batch_id, article_id, run_id from captures
where article_id in (from gone) or article_id is null and fetched_url in (from gone_url);

create or replace temp table gone_rejection as
select rowid as id, fetched_url, via, batch_id from rejections
where reason <> 'forgotten' and (
    fetched_url in (from gone_url)
    or (capture_file, capture_offset) in (
        select (capture_file, capture_offset) from gone_capture where capture_file is not null
    )
);

-- One row a URL that was seen: it stays known that it was, so that nobody asks for it again.
create or replace temp table gone_seen as
select fetched_url, any_value(via) as via from (
    select fetched_url, via from gone_capture union all select fetched_url, via from gone_rejection
)
group by fetched_url
"""
_COUNTS = f"""
select
    (select count(distinct article_id) from revisions where article_id in (from gone)) as articles,
    (select count(*) from numbered_revisions where article_id in (from gone)) as revisions,
    (select count(distinct coalesce(capture_file, '') || ':' || coalesce(capture_offset, -1)) from gone_capture)
        as captures,
    (select count(*) from gone_rejection) as rejections,
    (select count(*) from gone_entry) as entries,
    (select count(distinct (capture_file, capture_offset)) from gone_capture where starts_with(capture_file, '{OURS}'))
        as records
"""
_FOREIGN = f"""
select distinct capture_file from gone_capture where not starts_with(capture_file, '{OURS}') order by 1
"""
_OWN = f"""
select distinct capture_file from gone_capture where starts_with(capture_file, '{OURS}') order by 1
"""
_FELLOWS = """
select distinct article_id from story_members
where story_id in (select story_id from story_members where article_id in (from gone))
    and article_id not in (from gone)
order by 1
"""

_ORPHANED = """
with newest as (
    select article_id, max_by(story_id, assigned_at) as story_id from story_members group by article_id
)
select article_id from newest where story_id not in (select article_id from revisions) order by 1
"""

_TAKE_OUT = (
    f"""
    insert into erasures
    select distinct 'record', capture_file, capture_offset, $now::timestamptz from gone_capture
    where starts_with(capture_file, '{OURS}')
    """,
    "insert into erasures values ('copies', null, null, $now)",
    """
    insert into removals
    select coalesce(c.batch_id, r.batch_id), coalesce(c.articles, 0), coalesce(c.revisions, 0), coalesce(c.known, 0),
        coalesce(r.rejected, 0), $run_id, $now
    from (
        select batch_id, count(*) filter (outcome = 'article') as articles,
            count(*) filter (outcome = 'revision') as revisions, count(*) filter (outcome = 'known') as known
        from gone_capture group by batch_id
    ) as c
    full join (select batch_id, count(*) as rejected from gone_rejection group by batch_id) as r
        on r.batch_id = c.batch_id
    """,
    # what its publisher repeats is made of its words too: the next maintain finds it again without them
    "delete from repeated_lines where publisher in (select publisher from revisions where article_id in (from gone))",
    "delete from revisions where article_id in (from gone)",
    "delete from shingles where article_id in (from gone)",
    "delete from story_members where article_id in (from gone)",
    "delete from duplicate_pairs where one_id in (from gone) or other_id in (from gone)",
    """
    update story_holds set article_ids = list_filter(article_ids, lambda one: not list_contains($ids::uuid[], one))
    where list_has_any(article_ids, $ids::uuid[])
    """,
    "delete from article_urls where article_id in (from gone)",
    """
    delete from readings where (capture_file, capture_offset) in (
        select (capture_file, capture_offset) from gone_capture where capture_file is not null
    )
    """,
    "delete from captures where rowid in (select id from gone_capture)",
    "delete from rejections where rowid in (select id from gone_rejection)",
    "update entries set title = null where url in (from gone_entry)",
    """
    insert into rejections by name
    select fetched_url, $now::timestamptz as seen_at, via, 'rejected' as outcome, 'forgotten' as reason,
        $program as program, $run_id as run_id, $batch_id as batch_id, $appended_at as appended_at
    from gone_seen
    """,
    "insert into batches values ($batch_id, $run_id, 0, 0, 0, $rejected, 0, $program, $appended_at)",
)
