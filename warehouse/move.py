"""From a file into a lake: every table in one transaction, compared by counts and checksums before it is committed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tasks.errors import PresshouseError, Stop
from warehouse.connect import held_error, must_exist, opened
from warehouse.lake import is_lake
from warehouse.migrate import prepare
from warehouse.place import Place
from warehouse.waiting import waiting_batches

SOURCE = "moved_from"
ROWS_AT_ONCE = 50_000  # 130 MB of texts of usual length; a million in one statement wanted more than the limit of 1 GB
# What the target has of its own, and what only a copy for readers has.
_NOT_MOVED = ("schema_migrations", "snapshot_info", "search_articles", "search_postings", "search_vocabulary")
_TABLES = """
select table_name
from duckdb_tables()
where database_name = ? and schema_name = 'main' and not list_contains(?, table_name)
order by table_name
"""


class NotTheSame(PresshouseError):
    """What arrived is not what was sent; nothing was committed."""


@dataclass(slots=True)
class Moved:
    """Rows by table, as they stand in the target."""

    rows: dict[str, int] = field(default_factory=dict)


def move(source: Place, target: Place, *, wait: float, say: Callable[[str], None]) -> Moved:
    """Copy the warehouse file `source` into the lake `target`, which is made if need be and must be empty.

    The file stays as it is, and is held from writers meanwhile. Stopped at any moment, the lake has nothing of it and
    the move can be begun again. Raises Stop, WarehouseHeld, NotTheSame.
    """
    must_exist(source.file)
    if is_lake(source.file) or not is_lake(target.file):
        raise Stop("A move goes from a file into a lake: presshouse move 'ducklake:postgres:dbname=... data_path=...'")
    waiting = waiting_batches(source)
    if waiting:
        raise Stop(f"{len(waiting)} batches wait in {source.spool_shown}. Append them first: presshouse maintain")
    prepare(source.file, wait=wait, say=say)
    prepare(target.file, wait=wait, say=say)
    with opened(target.file, read_only=False, wait=wait) as connection:
        _attach(connection, source.file)
        connection.execute("begin")
        try:
            moved = _copied(connection, say)
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
        connection.execute(f"detach {SOURCE}")
    return moved


def _attach(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    quoted = str(file).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as {SOURCE} (read_only)")
    except duckdb.IOException as error:
        raise held_error(file, error) or error from error


def _copied(connection: duckdb.DuckDBPyConnection, say: Callable[[str], None]) -> Moved:
    row = connection.execute("select current_database()").fetchone()
    here = str(row[0]) if row else ""
    tables = [name for (name,) in connection.execute(_TABLES, [SOURCE, list(_NOT_MOVED)]).fetchall()]
    there = {name for (name,) in connection.execute(_TABLES, [here, list(_NOT_MOVED)]).fetchall()}
    if missing := sorted(set(tables) - there):
        raise Stop(f"The lake has no table {', '.join(missing)}. Update Presshouse on both sides, then move again.")
    moved = Moved()
    for table in tables:
        if _figures(connection, here, table)[0]:
            raise Stop(f"The lake has rows in {table} already. Name one that is empty.")
        _send(connection, here, table)
        sent, arrived = _figures(connection, SOURCE, table), _figures(connection, here, table)
        if sent != arrived:
            raise NotTheSame(f"{table}: {sent[0]:,} rows were sent, {arrived[0]:,} arrived, or not the same; not moved")
        moved.rows[table] = arrived[0]
        if arrived[0]:
            say(f"{table:<20} {arrived[0]:>12,} rows, checked")
    return moved


def _send(connection: duckdb.DuckDBPyConnection, here: str, table: str) -> None:
    """All rows, in their order, so many at a time that texts fit into memory."""
    row = connection.execute(f"select coalesce(max(rowid), -1) from {SOURCE}.main.{table}").fetchone()
    for first in range(0, int(row[0]) + 1 if row else 0, ROWS_AT_ONCE):
        connection.execute(
            f"insert into {here}.main.{table} by name select * from {SOURCE}.main.{table}"
            f" where rowid between {first} and {first + ROWS_AT_ONCE - 1}"
        )


def _figures(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> tuple[int, str | None]:
    """(rows, checksum over all columns in whatever order the rows are)."""
    columns = connection.execute(
        "select column_name from duckdb_columns() where database_name = ? and schema_name = 'main' and table_name = ?"
        " order by column_name",
        [database, table],
    ).fetchall()
    listed = ", ".join(f'"{name}"' for (name,) in columns)
    row = connection.execute(
        f"select count(*), cast(sum(cast(hash({listed}) as hugeint)) as varchar) from {database}.main.{table}"
    ).fetchone()
    return (int(row[0]), row[1]) if row else (0, None)
