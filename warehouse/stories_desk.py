"""Where stories are decided: short connections to the warehouse, and the articles that a step has before it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from warehouse.connect import WarehouseHeld, opened
from warehouse.values import among, as_json

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)  # before every append
ARTICLES_AT_ONCE = 2_000  # before a step: bounds memory, and how long the warehouse is held

# Makes the temporary table `chunk` (article_id, text_id, day, stub, hashes, further) in a connection.
Chunk = Callable[[duckdb.DuckDBPyConnection], None]

CHUNK_COLUMNS = "article_id, text_id, day, access <> 'full' as stub, hashes, further"


@dataclass(frozen=True, slots=True)
class Desk:
    """Opens the file that holds the tables of the stories; the texts are there too, or in the warehouse `texts`."""

    file: Path
    wait: float  # seconds for other processes
    run_id: str
    texts: Path | None = None

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with opened(self.file, read_only=True, wait=self.wait) as connection:
            if self.texts is not None:
                attach_texts(connection, self.texts, self.wait)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction, committed at the end."""
        with opened(self.file, read_only=False, wait=self.wait) as connection:
            connection.execute("begin")
            yield connection  # an error leaves the transaction to the closing connection, which rolls it back
            connection.execute("commit")


def attach_texts(connection: duckdb.DuckDBPyConnection, warehouse: Path, wait: float) -> None:
    """Read `revisions` from another file than the tables of the stories. Raises WarehouseHeld."""
    quoted = str(warehouse).replace("'", "''")
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute(f"attach '{quoted}' as texts (read_only)")
            break
        except duckdb.IOException as error:
            if "lock" not in str(error) or time.monotonic() >= deadline:
                raise WarehouseHeld(warehouse, None, "") from error
            time.sleep(0.1)
    connection.execute("create temp view revisions as select * from texts.main.revisions")


def append_ranges(reading: duckdb.DuckDBPyConnection) -> list[tuple[datetime, datetime]]:
    """Appends put together, up to ARTICLES_AT_ONCE texts: (first, last), in order."""
    found: list[tuple[datetime, datetime]] = []
    held = 0
    for at, count in reading.execute(
        "select appended_at, count(*) from revisions group by appended_at order by appended_at"
    ).fetchall():
        if found and held + count <= ARTICLES_AT_ONCE:
            found[-1] = (found[-1][0], at)
            held += count
        else:
            found.append((at, at))
            held = count
    return found


def chunks_between(reading: duckdb.DuckDBPyConnection, since: datetime | None, until: datetime) -> list[Chunk]:
    """The articles appended after `since` and up to `until`, in chunks by day."""
    days = reading.execute(
        "select day, count(*) from shingles where appended_at > $since and appended_at <= $until"
        " group by day order by day",
        {"since": since or BEGINNING, "until": until},
    ).fetchall()
    return [_chunk(since or BEGINNING, until, *piece) for piece in _pieces(days)]


def _pieces(days: list[tuple[date, int]]) -> Iterator[tuple[date, date, int, int]]:
    """(first day, last day, part, parts): whole days put together, days with many articles in parts."""
    first, last, held = None, None, 0
    for day, count in days:
        if first is not None and last is not None and held + count > ARTICLES_AT_ONCE:
            yield first, last, 0, 1
            first, held = None, 0
        if count > ARTICLES_AT_ONCE:
            parts = -(-count // ARTICLES_AT_ONCE)
            yield from ((day, day, part, parts) for part in range(parts))
            continue
        first, last, held = first or day, day, held + count
    if first is not None and last is not None:
        yield first, last, 0, 1


def _chunk(since: datetime, until: datetime, first: date, last: date, part: int, parts: int) -> Chunk:
    def make(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            f"create or replace temp table chunk as select {CHUNK_COLUMNS} from shingles"
            " where day between $first and $last and appended_at > $since"
            " and appended_at <= $until and hash(article_id) % $parts = $part",
            {"first": first, "last": last, "since": since, "until": until, "part": part, "parts": parts},
        )

    return make


def days_of(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[date, date] | None:
    """The first and last `day` of a temporary table; None when it is empty."""
    row = connection.execute(f"select min(day), max(day) from {table}").fetchone()
    return (row[0], row[1]) if row and row[0] is not None else None


def sql_date(day: date) -> str:
    """A day as it is written into SQL. A range that is computed by a subquery is no range for DuckDB: it reads all."""
    return f"date '{day.isoformat()}'"


def chunk_of(article_ids: list[str]) -> Chunk:
    """These articles, with every text that they have."""

    def make(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            f"create or replace temp table chunk as select {CHUNK_COLUMNS} from shingles"
            f" where article_id in {among('ids', 'uuid')}",
            {"ids": as_json(article_ids)},
        )

    return make
