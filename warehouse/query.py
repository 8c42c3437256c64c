"""Somebody's SQL, read-only: extensions are open before, then the connection is locked; no file or network access."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tasks.errors import Stop
from warehouse.connect import READ_WAIT, must_exist, opened
from warehouse.migrate import VIEW_ORDER, VIEWS, check_version

INNER_VIEW = "numbered_revisions"


@contextmanager
def locked(file: Path, *, wait: float = READ_WAIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection that cannot reach anything but the warehouse. Raises Stop, WarehouseHeld."""
    must_exist(file)
    with opened(file, read_only=True, wait=wait) as connection:
        check_version(connection, file)
        connection.execute("set python_enable_replacements = false")  # no peeking at this program's variables
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


def relation(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The result of the last statement of `sql`. Raises Stop with DuckDB's own words for wrong or refused SQL."""
    try:
        result = connection.sql(sql)
    except duckdb.Error as error:
        raise Stop(_advice(error)) from error
    if result is None:
        raise Stop("That SQL returns no rows: name a query, such as select count(*) from articles")
    return result


def _advice(error: duckdb.Error) -> str:
    message = str(error).strip()
    if isinstance(error, duckdb.PermissionException) or "disabled by configuration" in message:
        return f"Refused: `presshouse sql` reads the warehouse and nothing else ({message.splitlines()[0]})"
    if "read-only" in message:
        return f"Refused: `presshouse sql` is read-only ({message.splitlines()[0]})"
    return message


def described_views() -> list[tuple[str, str]]:
    """(view, comment at the head of its file), `articles` first; without what only other views ask."""
    found = []
    for name in sorted(set(VIEW_ORDER) - {INNER_VIEW}, key=lambda name: (name != "articles", VIEW_ORDER.index(name))):
        lines = (VIEWS / f"{name}.sql").read_text(encoding="utf-8").splitlines()
        comment = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
        found.append((name, "\n".join(comment)))
    return found
