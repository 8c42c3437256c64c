"""The tables of a lake as one local file, of which the snapshot for readers is made.

The file of the snapshot before is taken over, and of the append-only tables only what came since is fetched. A table
that lost rows (`forget`, retention) is fetched whole, and so is everything after a migration.
"""

import shutil
from pathlib import Path
from typing import Any

import duckdb

from tasks.errors import Stop
from warehouse import search_index
from warehouse.as_of import INSTANTS
from warehouse.connect import opened, opened_alone
from warehouse.migrate import check_version, create_schema, create_views, newest_version, schema_version

COPY_BYTES = 1 << 24  # copied at a time
PART = "part"  # the file, beside the lake in one connection
_LOCAL = ("snapshot_info",)  # told by the snapshot of itself

# `stories rebuild` writes shingles anew with the instants that they had.
_REBUILT = "select count(*) from story_runs where step = 'rebuilt'"
_TABLES = """
select table_name from duckdb_tables()
where database_name = current_database() and schema_name = 'main' order by table_name
"""


def copy_lake(
    file: Path, part: Path, former: Path | None, *, state: str, wait: float, unless: str | None
) -> str | None:
    """Fill `part`, whatever it held, from the lake at `file`, taking over `former`, the snapshot before.

    `state`: the query that tells the state of a warehouse. All tables are of one state, which is returned; None, and
    nothing is done, for `unless`. Raises WarehouseAway, Stop.
    """
    with opened(file, read_only=True, wait=wait) as connection:
        version = check_version(connection, file)
        if version < newest_version():
            raise Stop(
                f"{file} has schema {version}, {newest_version()} is the newest. To change it: presshouse maintain"
            )
        if _value(connection, state) == unless:
            return None
        is_kept = former is not None and _take_over(former, part)
        if not is_kept:
            _begin(part)
        quoted = str(part).replace("'", "''")
        connection.execute(f"attach '{quoted}' as {PART}")
        connection.execute("begin")
        told = str(_value(connection, state))
        is_kept = is_kept and _value(connection, _REBUILT) == _value(
            connection, _REBUILT.replace("from ", f"from {PART}.")
        )
        for (table,) in connection.execute(_TABLES).fetchall():
            if table not in _LOCAL:
                _copy(connection, table, INSTANTS.get(table) if is_kept else None)
        connection.execute("commit")
        connection.execute(f"detach {PART}")
    return told


def _take_over(former: Path, part: Path) -> bool:
    """Make `part` what `former` is, without its search index; False, and nothing done, where its schema was another."""
    with opened(former, read_only=True, wait=0) as connection:
        if schema_version(connection) != newest_version():
            return False
        _fill(part, former)
    with opened_alone(part) as connection:
        search_index.remove(connection)
        create_views(connection)
    return True


def _begin(part: Path) -> None:
    """Make `part` a database with today's schema. It is locked as ours, and DuckDB takes no file of 0 bytes."""
    new = part.with_name(part.name + ".new")
    new.unlink(missing_ok=True)
    with opened_alone(new) as connection:
        create_schema(connection)
    _fill(part, new)
    new.unlink()


def _fill(part: Path, source: Path) -> None:
    with source.open("rb") as stream, part.open("r+b") as sink:
        sink.truncate()
        shutil.copyfileobj(stream, sink, COPY_BYTES)


def _value(connection: duckdb.DuckDBPyConnection, sql: str, since: object = None) -> Any:
    row = connection.execute(sql, {"since": since} if since is not None else None).fetchone()
    return row[0] if row else None


def _copy(connection: duckdb.DuckDBPyConnection, table: str, instant: str | None) -> None:
    """One table; `instant` names the column that says when a row came, None: whole."""
    here, there = f'{PART}.main."{table}"', f'"{table}"'
    since = _value(connection, f"select max({instant}) from {here}") if instant else None
    if since is not None:
        kept = _value(connection, f"select count(*) from {here} where {instant} < $since", since)
        come = _value(connection, f"select count(*) from {there} where {instant} >= $since", since)
        if kept + come == _value(connection, f"select count(*) from {there}"):
            # several batches may have come at the last instant: those are fetched again
            connection.execute(f"delete from {here} where {instant} >= $since", {"since": since})
            connection.execute(f"insert into {here} by name from {there} where {instant} >= $since", {"since": since})
            return
    connection.execute(f"delete from {here}")
    connection.execute(f"insert into {here} by name from {there}")
