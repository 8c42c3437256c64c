"""Searching: what the snapshot's index has, and what was appended since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb

from tasks.errors import Stop
from warehouse.connect import READ_WAIT, Reading, reading
from warehouse.place import Place
from warehouse.search_index import INDEX_VERSION, TABLES, add_tail, create_empty, create_macros

MOST_UNINDEXED = 5_000  # articles younger than the snapshot that are indexed for one question: some two seconds

_ASK = """
select article_id, score, published_date, publisher, language, title, passage, url
from search($words, first_day := $first_day, last_day := $last_day, publisher := $publisher, language := $language,
    most := $most)
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that has the words; `score` compares within one answer only."""

    article_id: UUID
    score: float
    published_date: date | None
    publisher: str | None
    language: str | None
    title: str | None
    passage: str | None  # None where no single passage has one of the words
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits, best first; `unsearched`: articles that no index has, since they are too many to read now.

    `publishers`: domain and name of all that there are, where one was asked for that has no article; else empty.
    """

    hits: Sequence[Hit]
    read: Reading  # its connection is closed
    unsearched: int
    publishers: Sequence[tuple[str, str | None]] = ()


def search(
    place: Place,
    words: str,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    publisher: str | None = None,
    language: str | None = None,
    most: int = 20,
    source: str = "auto",
    wait: float = READ_WAIT,
) -> Answer:
    """Ask for `words` (see search_macros.sql); days are inclusive. Raises Stop, WarehouseHeld."""
    with reading(place, source, wait=wait) as read:
        unsearched = ready(read.connection, place, read)
        rows = read.connection.execute(
            _ASK,
            {
                "words": words,
                "first_day": first_day,
                "last_day": last_day,
                "publisher": publisher,
                "language": language,
                "most": most,
            },
        ).fetchall()
        publishers = _publishers(read.connection, publisher) if publisher and not rows else []
    return Answer([Hit(*row) for row in rows], read, unsearched, publishers)


def _publishers(connection: duckdb.DuckDBPyConnection, asked: str) -> list[tuple[str, str | None]]:
    """All publishers of articles; none where the one that was asked for is among them."""
    if connection.execute("select 1 from revisions where publisher = ? limit 1", [asked]).fetchone():
        return []
    return connection.execute(
        "select publisher, any_value(name) from (select distinct publisher from revisions where publisher is not null)"
        " left join publishers on domain = publisher group by publisher order by publisher"
    ).fetchall()


def ready(connection: duckdb.DuckDBPyConnection, place: Place, read: Reading | None = None) -> int:
    """Make search(words) known to a connection; a snapshot knows it. Returns the articles that it cannot find.

    In the warehouse itself it asks the index of the snapshot, as long as there is one, and what came after that.
    """
    if read is not None and read.made_at is not None:
        return 0
    former = _own_index(connection)
    if former is None and _attach_index(connection, place.snapshot):
        former = "snapshot"
    if former is None:
        connection.execute("attach ':memory:' as snapshot (read_write)")
        create_empty(connection, "snapshot.main")
        former = "snapshot"
    # The macros name the views, and the views are made with the macros: first as they are without a tail.
    for table in TABLES:
        connection.execute(f"create temp view {table} as from {former}.{table}")
    create_macros(connection, temporary=True)
    for table in TABLES:
        connection.execute(f"drop view temp.{table}")
    return add_tail(connection, former, most=MOST_UNINDEXED)


def _own_index(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The index that the warehouse itself has: a snapshot that was named as one, or restored as one from a backup."""
    row = connection.execute(
        "select database_name from duckdb_tables() where table_name = 'search_postings'"
        " and database_name = current_database()"
    ).fetchone()
    if row is None:
        return None
    version = connection.execute("select max(index_version) from snapshot_info").fetchone()
    return f'"{row[0]}".main' if version and version[0] == INDEX_VERSION else None


def _attach_index(connection: duckdb.DuckDBPyConnection, file: Path) -> bool:
    """Attach the snapshot as `snapshot`, if it is one by today's rules."""
    if not file.exists():
        return False
    quoted = str(file).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as snapshot (read_only)")
    except duckdb.Error as error:
        raise Stop(
            f"{file} cannot be read ({str(error).splitlines()[0]}). Make it anew: presshouse snapshot"
        ) from error
    row = connection.execute("select max(index_version) from snapshot.snapshot_info").fetchone()
    if row and row[0] == INDEX_VERSION:
        return True
    connection.execute("detach snapshot")
    return False
