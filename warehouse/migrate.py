"""The schema: numbered migrations, forward only, and the views, which are replaced when their files change."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tasks.errors import Stop
from warehouse import search_index
from warehouse.as_of import macro_statements
from warehouse.connect import WarehouseHeld, check_rows, opened
from warehouse.lake import is_lake

MIGRATIONS = Path(__file__).parent / "migrations"
VIEWS = Path(__file__).parent / "views"
# In order of dependence; the rest of the folder would be a forgotten view, which a test finds.
VIEW_ORDER = (
    "numbered_revisions",
    "article_revisions",
    "articles",
    "outcomes",
    "stories",
    "story_aliases",
    "unique_articles",
    "syndication",
    "coverage",
    "feed_health",
    "publication_lag",
    "clean_texts",
    "warehouse_info",
)

_LEDGER = """
create table if not exists schema_migrations (
    version integer,            -- NULL for the row that says which views are in place
    name varchar not null,      -- file name, or 'views ' and the hash of their files
    applied_at timestamptz not null
)
"""


def migrations() -> list[tuple[int, Path]]:
    """(version, file) in order; version is the number at the head of the file's name."""
    return [(int(path.name.split("_", 1)[0]), path) for path in sorted(MIGRATIONS.glob("*.sql"))]


def newest_version() -> int:
    return migrations()[-1][0]


def schema_version(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Version of an open warehouse; 0 for an empty database, None for a database that is not ours."""
    # of the warehouse: a lake has its own catalog attached beside it
    rows = connection.execute("select table_name from duckdb_tables() where database_name = current_database()")
    tables = {row[0] for row in rows.fetchall()}
    if "schema_migrations" not in tables:
        return None if tables else 0
    row = connection.execute("select max(version) from schema_migrations").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def check_version(connection: duckdb.DuckDBPyConnection, file: Path) -> int:
    """The version of a warehouse that this program may use. Raises Stop, and changes nothing, for any other."""
    version = schema_version(connection)
    if version is None:
        raise Stop(f"{file} is a DuckDB database, but no Presshouse warehouse. Name another file with --warehouse.")
    if version > newest_version():
        raise Stop(
            f"{file} has schema {version}; this program knows {newest_version()}. "
            "Update Presshouse (git pull && uv sync); the file was left untouched."
        )
    return version


def check_usable(file: Path, *, wait: float) -> None:
    """Raise Stop for a file that this program cannot use as a warehouse; none, or one in use, is no reason."""
    if not file.exists():
        return
    if file.is_file() and file.stat().st_size == 0:
        raise Stop(f"{file} is an empty file, not a warehouse. Remove it, or name another with --warehouse.")
    try:
        with opened(file, read_only=True, wait=wait) as connection:
            check_version(connection, file)
    except WarehouseHeld:
        return


def prepare(file: Path, *, wait: float, say: Callable[[str], None]) -> None:
    """Bring the warehouse at `file` to the newest schema and views, creating it if need be.

    Looks first, read-only: a file that is not ours, or newer, is not touched. Raises Stop, WarehouseHeld.
    """
    views = _views_hash()
    if file.exists():
        check_usable(file, wait=wait)
        with opened(file, read_only=True, wait=wait) as connection:
            if is_prepared(connection, file):
                return
    else:
        if is_lake(file):
            check_rows(file)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
        say(f"New warehouse: {file}")
    with opened(file, read_only=False, wait=wait) as connection:
        version = check_version(connection, file)
        if 0 < version < newest_version():
            _copy_aside(connection, file, version, say)
        if version and _is_snapshot(connection):
            search_index.remove(connection)
        _migrate(connection, version, views)


def is_prepared(connection: duckdb.DuckDBPyConnection, file: Path) -> bool:
    """Whether an open warehouse has the newest schema and views. Raises Stop for one that is not ours, or newer."""
    newest = check_version(connection, file) == newest_version()
    return newest and _views_in_place(connection) == _views_hash() and not _is_snapshot(connection)


def _is_snapshot(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether this was the copy for readers, before a backup was restored from it."""
    try:
        return connection.execute("select 1 from snapshot_info").fetchone() is not None
    except duckdb.CatalogException:  # older than snapshots
        return False


def _migrate(connection: duckdb.DuckDBPyConnection, version: int, views: str) -> None:
    connection.execute("begin")
    connection.execute(_LEDGER)
    now = datetime.now(UTC)
    for number, path in migrations():
        if number > version:
            connection.execute(path.read_text(encoding="utf-8"))
            connection.execute("insert into schema_migrations values (?, ?, ?)", [number, path.name, now])
    create_views(connection)
    connection.execute("insert into schema_migrations values (null, ?, ?)", [f"views {views}", now])
    connection.execute("commit")


def create_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables and views of today in an empty database."""
    _migrate(connection, 0, _views_hash())


def create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create or replace every view, and the macros that are made of them."""
    texts = view_texts()
    for statement in (*texts.values(), *macro_statements(texts)):
        connection.execute(statement)


def view_texts() -> dict[str, str]:
    """View -> text of its file, in order of dependence."""
    return {name: (VIEWS / f"{name}.sql").read_text(encoding="utf-8") for name in VIEW_ORDER}


def _copy_aside(connection: duckdb.DuckDBPyConnection, file: Path, version: int, say: Callable[[str], None]) -> None:
    """Copy the file while we hold it; after the checkpoint its write-ahead log is empty. A lake keeps its snapshots."""
    if is_lake(file):
        say(_way_back(connection, version))
        return
    copy = file.with_name(f"{file.name}.schema-{version}")
    connection.execute("checkpoint")
    shutil.copy2(file, copy)
    say(f"The warehouse goes from schema {version} to {newest_version()}. To go back: cp {copy} {file}")


def _way_back(connection: duckdb.DuckDBPyConnection, version: int) -> str:
    row = connection.execute("select max(snapshot_id) from ducklake_snapshots(current_database())").fetchone()
    return (
        f"The lake goes from schema {version} to {newest_version()}. Its snapshot before is {row[0] if row else 0};"
        " a copy of the catalog (pg_dump) made now goes back to it."
    )


def _views_hash() -> str:
    texts = view_texts()
    text = "".join([*texts.values(), *macro_statements(texts)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _views_in_place(connection: duckdb.DuckDBPyConnection) -> str | None:
    row = connection.execute("select max_by(name, applied_at) from schema_migrations where version is null").fetchone()
    return str(row[0]).removeprefix("views ") if row and row[0] else None
