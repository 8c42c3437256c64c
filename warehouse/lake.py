"""A warehouse past one machine: DuckLake, its catalog in Postgres and its rows as Parquet in a folder or object store.

The address stands where others have the path of a file, in PRESSHOUSE_WAREHOUSE or --warehouse:

    ducklake:postgres:dbname=news host=db.example.org user=press data_path=s3://bucket/news

What libpq understands, and `data_path` (needed once, when the lake is made). There is one writer as with a file
(warehouse/lake_catalog.py).
"""

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PosixPath

import duckdb

from tasks.errors import Stop
from warehouse.lake_catalog import lake_exists, no_session, only_writer, stored_path
from warehouse.lake_rows import answers, folder, is_remote, load, quoted, reach

PREFIX = "ducklake:postgres:"
NAME = "lake"  # of the attached catalog
MEMORY_LIMIT = "1GB"  # as of a file's connection

_SECRET = re.compile(r"password\s*=|:/{1,2}[^/@\s]*:[^/@\s]*@", re.I)
_COLLAPSED = re.compile(r"(?<=[a-z0-9]):/(?!/)")  # a path has no double slashes, a URL begins with one
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.RELATION}
_OF_EXTENSIONS = re.compile(r"\b(?:postgres|ducklake)_\w+|\b(?:merge_adjacent_files|set_option)\b", re.I)


class LakeAddress(PosixPath):
    """An address where a path is expected. It names no file of this machine: only what is written here is meant."""

    __slots__ = ()

    def exists(self, *, follow_symlinks: bool = True) -> bool:
        """Whether the catalog holds a lake. One that does not answer may: opening it tells."""
        return lake_exists(self, parts_of(self)[0])

    def __str__(self) -> str:
        """As it was written: a path has no double slashes, the URL of a bucket has."""
        return _COLLAPSED.sub("://", super().__str__())

    def resolve(self, strict: bool = False) -> "LakeAddress":
        return self

    def expanduser(self) -> "LakeAddress":
        return self


def is_lake(warehouse: object) -> bool:
    return str(warehouse).startswith("ducklake:")


def lake_address(written: str) -> LakeAddress:
    """The address as it was written. Raises Stop for one that cannot be right."""
    written = written.strip()
    if not written.startswith(PREFIX):
        raise Stop(
            f"{written.split('=')[0]}...: a lake has its catalog in Postgres. Write {PREFIX}dbname=news host=..."
        )
    if _SECRET.search(written):
        raise Stop("No password in the address of a lake: put it into ~/.pgpass, or set PGPASSWORD.")
    address = LakeAddress(written)
    try:
        parts_of(address)
    except ValueError as error:
        raise Stop(f"The address of the lake cannot be read ({error}): {written}") from error
    return address


def parts_of(address: Path) -> tuple[str, str | None]:
    """(what libpq is told, the data path or None). Raises ValueError for quotes that do not close."""
    words = shlex.split(str(address).removeprefix(PREFIX))
    paths = [word.removeprefix("data_path=") for word in words if word.startswith("data_path=")]
    told = [word if "=" not in word or " " not in word else _libpq(word) for word in words if word[:10] != "data_path="]
    return " ".join(told), paths[0] if paths else None


def _libpq(word: str) -> str:
    name, _, value = word.partition("=")
    return f"{name}='{value}'"


def look_at_rows(address: LakeAddress) -> None:
    """One look at the place of the rows: it has to be named and to answer before a lake is made or a run begins.

    Raises Stop for what only its owner can mend, Deferred where the store does not answer. Nothing is known, nothing
    raised, while Postgres is away.
    """
    libpq, data_path = parts_of(address)
    stored = stored_path(address, libpq)
    if data_path is None and stored == "":
        raise Stop(f"{address} is a new lake: add where its rows go, data_path=/srv/news or data_path=s3://BUCKET/news")
    if data_path and stored and folder(data_path).rstrip("/") != stored.rstrip("/"):
        raise Stop(f"The rows of this lake lie in {stored}. Write data_path={stored} in its address, or leave it out.")
    where = stored or data_path or ""
    if not is_remote(where):
        return
    instance = _kept.pop() if _kept else _instance()
    try:
        answers(instance, where)
    except BaseException:
        instance.close()
        raise
    _kept.append(instance)


@contextmanager
def opened_lake(address: LakeAddress, *, read_only: bool, wait: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake in use; one that writes waits up to `wait` seconds for other writers.

    Raises WarehouseHeld while they do not let go or Postgres does not answer, Stop when there is no such lake.
    """
    with ExitStack() as stack:
        if not read_only:
            stack.enter_context(only_writer(address, parts_of(address)[0], wait))
        yield stack.enter_context(_borrowed(address, read_only=read_only))


def connect_lake(address: LakeAddress, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection in UTC whose default database is the lake; closing it ends all that belongs to it."""
    instance = _instance()
    try:
        _attach(instance, address, read_only=read_only)
    except BaseException:
        instance.close()
        raise
    return instance


@contextmanager
def _borrowed(address: LakeAddress, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """As `connect_lake`, from an instance that is kept: to load the extensions takes longer than a usual query.

    One at a time in this process (`warehouse.connect.opened`). An instance that was locked, or given other databases,
    is not used again.
    """
    instance = _kept.pop() if _kept else _instance()
    try:
        _attach(instance, address, read_only=read_only)
        with instance.cursor() as connection:
            connection.execute(f"use {NAME}")
            connection.execute("set timezone = 'UTC'")  # of a connection, not of the instance
            yield connection
        instance.execute("use memory")
        instance.execute(f"detach {NAME}")
        row = instance.execute(_AS_NEW).fetchone()
        if row and row[0]:
            _kept.append(instance)
    finally:
        if instance not in _kept:
            instance.close()


_kept: list[duckdb.DuckDBPyConnection] = []  # one at most, with nothing attached
_AS_NEW = """
select not current_setting('lock_configuration') and (
    select count(*) from duckdb_databases() where not internal and database_name <> 'memory'
) = 0
"""


def _instance() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"presshouse-spill-{os.getpid()}"),
        }
    )
    try:
        for name in ("ducklake", "postgres"):
            load(connection, name)
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, address: LakeAddress, *, read_only: bool) -> None:
    libpq, data_path = parts_of(address)
    options = ["read_only"] if read_only else []
    if data_path and not read_only:
        options.append(f"data_path {quoted(folder(data_path))}")
    chosen = f" ({', '.join(options)})" if options else ""
    try:
        if data_path:
            reach(connection, data_path)
        connection.execute(f"attach {quoted('ducklake:postgres:' + libpq)} as {NAME}{chosen}")
        row = connection.execute(
            f"select value from __ducklake_metadata_{NAME}.ducklake_metadata where key = 'data_path'"
        ).fetchone()
    except duckdb.Error as error:
        raise _refusal(address, error) from error
    stored = str(row[0]) if row else ""
    reach(connection, stored)
    # What is left to a connection that is locked for somebody's query: the rows themselves.
    connection.execute(f"set allowed_directories = [{quoted(stored)}]")
    connection.execute(f"use {NAME}")
    connection.execute("set timezone = 'UTC'")


def _refusal(address: LakeAddress, error: duckdb.Error) -> Exception:
    message = str(error).strip()
    first = message.splitlines()[0]
    if "nable to connect to Postgres" in first or "connection to server" in message:
        return no_session(address, message)
    if "does not exist" in first and "DuckLake" in first:
        return Stop(
            f"There is no lake at {address} yet. Make one: presshouse ingest seeds/articles, or presshouse move"
        )
    return Stop(f"{address} cannot be opened ({first}). Name another with --warehouse.")


def demand_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise Stop for SQL that does more on a lake than read it; of a file, DuckDB's own lock refuses it.

    A locked connection still reaches the lake's folder and Postgres: COPY could write to the one, functions of the
    extensions ask the other.
    """
    row = connection.execute("select count(*) from duckdb_databases() where database_name = ?", [NAME]).fetchone()
    if not row or not row[0]:
        return
    try:
        kinds = {statement.type for statement in duckdb.extract_statements(sql)}
    except duckdb.Error:
        return  # whoever runs it gets DuckDB's words for it
    if kinds - _READING or _OF_EXTENSIONS.search(sql):
        raise Stop("Refused: `presshouse sql` reads the lake's tables and views and nothing else.")
