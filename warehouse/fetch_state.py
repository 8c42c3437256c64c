"""What was polled, listed and fetched before: read from the warehouse and its spool together.

While somebody else has the warehouse open for writing it cannot be read. Then the memory that the last run left beside
the spool stands in for it: `keep_memory` writes what a run has to know.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tasks.fetch.outcome import Validators
from tasks.fetch.schedule import HISTORY, Poll
from tasks.fetch.wanted import KnownEntry, recapture_due, retry_at
from tasks.model import Listed, Via
from tasks.owners import partial
from warehouse import spool as spooling
from warehouse.connect import WarehouseHeld, opened
from warehouse.place import Place
from warehouse.spool_schema import SCHEMA

STATE_WAIT = 5.0  # seconds that a run waits for the warehouse before it goes by its memory
PENDING_FOR = timedelta(days=8)  # that an entry may wait for its page; a day more than tasks.fetch.wanted.PATIENCE
MEMORY = "memory.duckdb"  # beside the batches
ENTRY_MEMORY = timedelta(days=60)  # since an entry was last new or changed; feeds that list older ones are rare


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed's last polls, and what to ask with."""

    history: tuple[Poll, ...] = ()  # newest last
    validators: Validators | None = None
    moved_url: str | None = None
    was_read: bool = False  # ever
    resume_at: int = 0  # entries of a long list that the last poll has read


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be fetched."""

    url: str  # redacted; holds `***` where a secret was, and then cannot be asked for without its list
    via: Via
    listed: Listed | None = None
    attempts: int = 0  # that were deferred since it was listed
    validators: Validators | None = None
    original: tuple[str, int] | None = None  # capture_file as stored, and offset, of what is kept of it


class FetchState:
    """Reads through one connection; made by `fetch_state`, good for as long as that lasts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, by_memory: bool) -> None:
        self._connection = connection
        self.by_memory = by_memory  # the warehouse could not be read

    def feeds(self, urls: Iterable[str]) -> dict[str, FeedState]:
        """The state of these feeds; those never polled are missing."""
        rows = self._connection.execute(_HISTORY, {"urls": list(urls), "most": HISTORY}).fetchall()
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in rows:
            found.setdefault(row[0], []).append(row)
        return {url: _feed_state(polls) for url, polls in found.items()}

    def entries(self, feed_url: str) -> dict[str, KnownEntry]:
        """The entries of a list that were seen, by their keys."""
        rows = self._connection.execute(_ENTRIES, {"feed_url": feed_url}).fetchall()
        return {key: KnownEntry(print_, title, decision) for key, print_, title, decision in rows}

    def stored(self, keys: Sequence[str]) -> set[str]:
        """Those keys that led to an article, or that some list has named to be fetched."""
        rows = self._connection.execute(_STORED, {"keys": list(keys)}).fetchall()
        return {row[0] for row in rows}

    def pending(self, now: datetime) -> list[Wanted]:
        """Pages that a list named and that are neither captured nor rejected since, and are due; newest first."""
        rows = self._connection.execute(_PENDING, {"since": now - PENDING_FOR, "now": now}).fetchall()
        return [one for row in rows if (one := _wanted(row, now))]

    def recaptures(self, now: datetime) -> list[Wanted]:
        """Stored pages of publishers with `recapture` that are due to be looked at again."""
        if self.by_memory:
            return []  # they can wait; the memory has no articles
        rows = self._connection.execute(_RECAPTURES, {"since": now - PENDING_FOR}).fetchall()
        return [
            Wanted(url, "page", None, 0, Validators(etag, modified, sha256), (file, offset))
            for url, first_at, last_at, etag, modified, sha256, file, offset in rows
            if recapture_due(first_at, last_at, now)
        ]

    def rows(self, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """For what is asked elsewhere in this package, over the tables and the views `spooled` and `state_*`."""
        return self._connection.execute(sql, values).fetchall()

    def stored_captures(self, urls: Sequence[str]) -> dict[str, Wanted]:
        """What to ask with for pages that are captured already, by their URL."""
        rows = self._connection.execute(_LAST_CAPTURE, {"urls": list(urls)}).fetchall()
        return {
            url: Wanted(url, "page", None, 0, Validators(etag, modified, sha256), (file, offset))
            for url, etag, modified, sha256, file, offset in rows
        }


@contextmanager
def fetch_state(place: Place) -> Iterator[FetchState]:
    """What is known, for as short as possible: while this is open no batch is appended.

    Raises WarehouseHeld when the warehouse cannot be read and no memory was kept.
    """
    memory = place.spool / MEMORY
    if not place.file.exists():
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            connection.execute("set timezone = 'UTC'")
            yield FetchState(_with_views(connection, place, with_tables=False), by_memory=False)
        return
    try:
        with opened(place.file, read_only=True, wait=STATE_WAIT) as connection:
            yield FetchState(_with_views(connection, place), by_memory=False)
            return
    except WarehouseHeld:
        if not memory.exists():
            raise
    with opened(memory, read_only=True, wait=STATE_WAIT) as connection:
        yield FetchState(_with_views(connection, place), by_memory=True)


def _with_views(
    connection: duckdb.DuckDBPyConnection, place: Place, *, with_tables: bool = True
) -> duckdb.DuckDBPyConnection:
    """Temporary views over table and spool; no batch goes away meanwhile: appending needs the lock that we hold."""
    connection.register("no_batch", SCHEMA.empty_table())
    files = [str(path).replace("'", "''") for path in spooling.readable(place.spool)]
    spooled = "select * from no_batch"
    if files:
        listed = ", ".join(f"'{path}'" for path in files)
        spooled += f" union all by name select * from read_parquet([{listed}], union_by_name = true)"
    connection.execute(f"create temp view spooled as {spooled}")
    for name, (table, waiting) in _VIEWS.items():
        union = f"{table} union all by name {waiting}" if with_tables else waiting
        connection.execute(f"create temp view {name} as {union}")
    return connection


# What is asked of, as the tables hold it and as the spool does; state_captures: only those whose page is an article.
_VIEWS = {
    "state_polls": ("select * from polls", "select unnest(poll) from spooled where poll is not null"),
    "state_entries": ("select * from entries", "select unnest(entry) from spooled where entry is not null"),
    "state_captures": (
        "select * replace (outcome <> 'rejected' as outcome) from captures",
        "select unnest(capture), article is not null as outcome from spooled where capture is not null",
    ),
    "state_rejections": (
        "select * from rejections",
        "select unnest(rejection) from spooled where rejection is not null",
    ),
    "state_keys": (
        "select url_key from article_urls",
        "select unnest(url_keys) as url_key from spooled where article is not null",
    ),
}

_HISTORY = """
select
    feed_url, polled_at, result, failure, status, listed, new_entries, hint_minutes, retry_after_s, newest_entry_at,
    etag, last_modified, body_sha256, moved_url, list_contains(problems, 'capped') as is_capped,
    bool_or(result <> 'failed') over (partition by feed_url) as was_read
from state_polls
where feed_url in (select unnest($urls::varchar[]))
qualify row_number() over (partition by feed_url order by polled_at desc) <= $most
order by feed_url, polled_at
"""

_ENTRIES = """
select entry_key, max_by(fingerprint, seen_at), max_by(title, seen_at), max_by(decision, seen_at)
from state_entries
where feed_url = $feed_url
group by entry_key
"""

_STORED = """
select url_key from state_keys where url_key in (select unnest($keys::varchar[]))
union
select entry_key from state_entries where decision = 'fetch' and entry_key in (select unnest($keys::varchar[]))
"""

# An entry that was listed by a clock ahead of ours counts as ended by whatever came of it.
_PENDING = """
with listed as (
    select
        entry_key,
        max(seen_at) as listed_at,
        max_by(url, seen_at) as url,
        max_by(feed_url, seen_at) as feed_url,
        max_by(title, seen_at) as title,
        max_by(published_raw, seen_at) as published_raw,
        max_by(updated_raw, seen_at) as updated_raw,
        max(coalesce(published_at, updated_at)) as newest
    from state_entries
    where decision = 'fetch' and seen_at > $since
    group by entry_key
),
discovered as (
    select entry_key, min(seen_at) as discovered_at
    from state_entries
    where entry_key in (select entry_key from listed)
    group by entry_key
),
kinds as (select feed_url, max_by(kind, polled_at) as kind from state_polls where kind is not null group by feed_url),
ended as (
    select fetched_url, max(seen_at) as ended_at
    from (
        select fetched_url, seen_at from state_captures where seen_at > $since
        union all
        select fetched_url, seen_at from state_rejections where outcome = 'rejected' and seen_at > $since
    )
    group by fetched_url
),
tried as (
    select
        state_rejections.fetched_url,
        count(*) as attempts,
        max(state_rejections.seen_at) as last_at,
        max_by(state_rejections.reason, state_rejections.seen_at) as reason
    from state_rejections
    join listed on listed.url = state_rejections.fetched_url and state_rejections.seen_at >= listed.listed_at
    where state_rejections.outcome = 'deferred'
    group by all
)
select
    listed.url, listed.feed_url, kinds.kind, discovered.discovered_at, listed.title, listed.published_raw,
    listed.updated_raw, listed.listed_at, tried.attempts, tried.last_at, tried.reason
from listed
join discovered using (entry_key)
left join kinds on kinds.feed_url = listed.feed_url
left join tried on tried.fetched_url = listed.url
left join ended on ended.fetched_url = listed.url and (ended.ended_at >= listed.listed_at or listed.listed_at > $now)
where ended.fetched_url is null
order by listed.newest desc nulls first, listed.url
"""

_RECAPTURES = """
with chosen as (
    select distinct revisions.article_id
    from revisions
    join feeds on feeds.publisher = revisions.publisher and feeds.recapture
    where revisions.captured_at > $since
)
select
    fetched_url, min(captured_at), max(captured_at), max_by(etag, captured_at), max_by(last_modified, captured_at),
    max_by(payload_sha256, captured_at) filter (where payload_sha256 is not null),
    max_by(capture_file, captured_at) filter (where payload_sha256 is not null),
    max_by(capture_offset, captured_at) filter (where payload_sha256 is not null)
from captures
where article_id in (select article_id from chosen) and via in ('feed', 'sitemap', 'page')
group by fetched_url
order by fetched_url
"""

_LAST_CAPTURE = """
select
    fetched_url, max_by(etag, captured_at), max_by(last_modified, captured_at), max_by(payload_sha256, captured_at),
    max_by(capture_file, captured_at), max_by(capture_offset, captured_at)
from state_captures
where fetched_url in (select unnest($urls::varchar[])) and outcome and payload_sha256 is not null
    and capture_file is not null
group by fetched_url
"""


def _feed_state(rows: Sequence[tuple[Any, ...]]) -> FeedState:
    polls = tuple(Poll(row[1], row[2], row[3], row[4], row[5] or 0, row[6] or 0, *row[7:10]) for row in rows)
    answered = [row for row in rows if row[2] != "failed"]
    with_body = [row for row in answered if row[12]]
    last = with_body[-1] if with_body else None
    moved = [row[13] for row in answered if row[13]]
    return FeedState(
        history=polls,
        validators=Validators(last[10], last[11], last[12]) if last else None,
        moved_url=moved[-1] if moved else None,
        was_read=bool(rows and rows[-1][15]),
        resume_at=answered[-1][5] or 0 if answered and answered[-1][14] else 0,
    )


def _wanted(row: tuple[Any, ...], now: datetime) -> Wanted | None:
    url, feed_url, kind, discovered_at, title, published, updated, listed_at, attempts, last_at, reason = row
    if attempts and ((again := retry_at(reason, attempts, last_at, listed_at)) is None or again > now):
        return None
    via: Via = "sitemap" if "sitemap" in (kind or "") else "feed"
    return Wanted(url, via, Listed(feed_url, discovered_at, title, published, updated), attempts or 0)


def keep_memory(place: Place, now: datetime) -> None:
    """Leave what the next run has to know, in case the warehouse is held then. Raises WarehouseHeld."""
    target = place.spool / MEMORY
    unfinished = partial(target)
    place.spool.mkdir(parents=True, exist_ok=True)
    unfinished.unlink(missing_ok=True)
    with opened(place.file, read_only=True, wait=STATE_WAIT) as connection:
        connection.execute(f"attach '{str(unfinished).replace(chr(39), chr(39) * 2)}' as kept (read_write)")
        for table, condition in _MEMORY.items():
            connection.execute(
                f"create table kept.{table} as select * from {table} where {condition}",
                {"since": now - ENTRY_MEMORY} if "$since" in condition else None,
            )
        connection.execute("detach kept")
    unfinished.replace(target)


_MEMORY = {
    "polls": f"true qualify row_number() over (partition by feed_url order by polled_at desc) <= {HISTORY}",
    "entries": "appended_at > $since",
    "captures": "appended_at > $since",
    "rejections": "appended_at > $since",
    "article_urls": "appended_at > $since",
}
