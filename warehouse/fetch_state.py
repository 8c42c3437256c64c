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
from warehouse.batches import readable, waiting_batches
from warehouse.connect import WarehouseHeld, opened
from warehouse.fetch_questions import ENTRIES, LAST_CAPTURES, LAST_POLLS, PENDING, RECAPTURES, STATE_VIEWS, STORED
from warehouse.place import Place
from warehouse.spool_schema import SCHEMA
from warehouse.values import as_json

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
        rows = self._connection.execute(LAST_POLLS, {"urls": as_json(urls), "most": HISTORY}).fetchall()
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in rows:
            found.setdefault(row[0], []).append(row)
        return {url: _feed_state(polls) for url, polls in found.items()}

    def entries(self, feed_url: str) -> dict[str, KnownEntry]:
        """The entries of a list that were seen, by their keys."""
        rows = self._connection.execute(ENTRIES, {"feed_url": feed_url}).fetchall()
        return {key: KnownEntry(print_, title, decision) for key, print_, title, decision in rows}

    def stored(self, keys: Sequence[str]) -> set[str]:
        """Those keys that led to an article, or that some list has named to be fetched."""
        rows = self._connection.execute(STORED, {"keys": as_json(keys)}).fetchall()
        return {row[0] for row in rows}

    def pending(self, now: datetime) -> list[Wanted]:
        """Pages that a list named and that are neither captured nor rejected since, and are due; newest first."""
        rows = self._connection.execute(PENDING, {"since": now - PENDING_FOR, "now": now}).fetchall()
        return [one for row in rows if (one := _wanted(row, now))]

    def recaptures(self, now: datetime) -> list[Wanted]:
        """Stored pages of publishers with `recapture` that are due to be looked at again."""
        if self.by_memory:
            return []  # they can wait; the memory has no articles
        rows = self._connection.execute(RECAPTURES, {"since": now - PENDING_FOR}).fetchall()
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
        rows = self._connection.execute(LAST_CAPTURES, {"urls": as_json(urls)}).fetchall()
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
    if place.spool_url:
        waiting_batches(place)  # copies come before anybody waits for us
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
    files = [str(path).replace("'", "''") for path in readable(place)]
    spooled = "select * from no_batch"
    if files:
        listed = ", ".join(f"'{path}'" for path in files)
        spooled += f" union all by name select * from read_parquet([{listed}], union_by_name = true)"
    connection.execute(f"create temp view spooled as {spooled}")
    for name, (table, waiting) in STATE_VIEWS.items():
        union = f"{table} union all by name {waiting}" if with_tables else waiting
        connection.execute(f"create temp view {name} as {union}")
    return connection


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
