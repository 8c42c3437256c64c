"""Somebody's SQL, read-only: extensions are open before, then the connection is locked; no file or network access."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from tasks.errors import Stop
from warehouse import search
from warehouse.connect import READ_WAIT, Reading, reading
from warehouse.lake import demand_reading
from warehouse.migrate import VIEW_ORDER, VIEWS
from warehouse.place import Place
from warehouse.search_index import MACROS

WRITERS = "What is stored changes by ingest, backfill, reprocess and stories rebuild; forget removes."
INNER_VIEW = "numbered_revisions"
_WRITING = {
    duckdb.StatementType.INSERT,
    duckdb.StatementType.UPDATE,
    duckdb.StatementType.DELETE,
    duckdb.StatementType.MERGE_INTO,
    duckdb.StatementType.CREATE,
    duckdb.StatementType.ALTER,
    duckdb.StatementType.DROP,
}
_SEARCH = re.compile(r"\bsearch\s*\(", re.IGNORECASE)


@contextmanager
def locked(
    place: Place, source: str = "auto", *, searching: bool = False, wait: float = READ_WAIT
) -> Iterator[Reading]:
    """A read-only connection that cannot reach anything but the warehouse or, as `reading` decides, its snapshot.

    `searching`: with search(words) ready in the warehouse itself, too. Raises Stop, WarehouseHeld.
    """
    with reading(place, source, wait=wait) as read:
        connection = read.connection
        if searching:
            search.ready(connection, place, read)
        connection.execute("set python_enable_replacements = false")  # no peeking at this program's variables
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield read


def is_searching(sql: str) -> bool:
    """Whether a query may call search(words): its index is made ready only then."""
    return _SEARCH.search(sql) is not None


def relation(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The result of the last statement of `sql`. Raises Stop with DuckDB's own words for wrong or refused SQL."""
    demand_reading(connection, sql)
    try:
        result = connection.sql(sql)
    except duckdb.Error as error:
        raise Stop(_advice(error, sql)) from error
    if result is None:
        raise Stop("That SQL returns no rows: name a query, such as select count(*) from articles")
    return result


def _advice(error: duckdb.Error, sql: str) -> str:
    message = str(error).strip()
    if _kinds(sql) & _WRITING:
        return f"Refused: `presshouse sql` is read-only ({message.splitlines()[0]}). {WRITERS}"
    if isinstance(error, duckdb.PermissionException) or "disabled by configuration" in message:
        return f"Refused: `presshouse sql` reads the warehouse and nothing else ({message.splitlines()[0]})"
    return message


def _kinds(sql: str) -> set[duckdb.StatementType]:
    try:
        return {statement.type for statement in duckdb.extract_statements(sql)}
    except duckdb.Error:
        return set()  # what cannot be parsed writes nothing


def described_views() -> list[tuple[str, str]]:
    """(view, comment at the head of its file), `articles` first, the search last; without what only views ask."""
    found = []
    for name in sorted(set(VIEW_ORDER) - {INNER_VIEW}, key=lambda name: (name != "articles", VIEW_ORDER.index(name))):
        lines = (VIEWS / f"{name}.sql").read_text(encoding="utf-8").splitlines()
        comment = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
        found.append((name, "\n".join(comment)))
    return [*found, ("search(words)", _comment_of_search())]


def _comment_of_search() -> str:
    """What stands above the macro in its file."""
    above = MACROS.read_text(encoding="utf-8").partition("create or replace macro search(")[0]
    block = above.rstrip().rpartition("\n\n")[2]
    return "\n".join(line.removeprefix("--").strip() for line in block.splitlines())
