"""The warehouse as it stood at an instant: what was appended until then, numbered and grouped as the views do it today.

One truth: both forms are made of the views' own files, with each table cut at the instant. `macro_statements` gives
articles_as_of(ts) and stories_as_of(ts) for analysts; `rewind` turns a whole connection back, so that any query on any
view is answered as of then. What is replaced or removed leaves no past: the registry is today's, and an article that
was forgotten is gone from every instant.
"""

import re
from collections.abc import Mapping
from datetime import datetime

import duckdb

# The column that says when a row became true, of each append-only table. Others are taken as they are.
INSTANTS = {
    "article_urls": "appended_at",
    "backfill_units": "appended_at",
    "batches": "appended_at",
    "captures": "appended_at",
    "duplicate_pairs": "compared_at",
    "entries": "appended_at",
    "polls": "appended_at",
    "readings": "appended_at",
    "rejections": "appended_at",
    "repeated_lines": "decided_at",
    "revisions": "appended_at",
    "runs": "appended_at",
    "shingles": "appended_at",
    "stop_shingles": "decided_at",
    "story_holds": "held_at",
    "story_members": "assigned_at",
    "story_runs": "ended_at",
}
MACROS = ("articles", "stories")  # views that have a macro: NAME_as_of(ts)
PAST = "past"  # the database in memory that holds the views of a connection that was turned back

_VIEW = re.compile(r"create or replace view (?P<name>\w+) as\b(?P<body>.*?)(?=;\s*(?:--|create)|;?\s*\Z)", re.S | re.I)
_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"\w+")


def macro_statements(views: Mapping[str, str]) -> list[str]:
    """The statements that create the macros. `views`: name -> text of the view's file."""
    return [_macro(name, views) for name in MACROS]


def _macro(name: str, views: Mapping[str, str]) -> str:
    parts: dict[str, str] = {}
    _collect(name, views, parts)
    named = ",\n".join(f"{part} as ({sql})" for part, sql in parts.items())
    return f"create or replace macro {name}_as_of(ts) as table\nwith {named}\nselect * from {name}"


def _collect(name: str, views: Mapping[str, str], parts: dict[str, str]) -> None:
    """The view, after all that it asks, as named parts that hide the tables and views of the same names."""
    body = _body(name, views[name])
    for word in dict.fromkeys(_WORD.findall(body)):
        if word in parts or word == name:
            continue
        if word in views:
            _collect(word, views, parts)
        elif word in INSTANTS:
            parts[word] = f"select * from main.{word} where {INSTANTS[word]} <= ts"
    parts[name] = body


def _body(name: str, text: str) -> str:
    """The query of a view, without comments; the file may hold macros beside it."""
    for match in _VIEW.finditer(_COMMENT.sub("", text)):
        if match["name"] == name:
            return match["body"].strip()
    raise ValueError(f"the file of the view {name} does not create it")


def rewind(connection: duckdb.DuckDBPyConnection, until: datetime, views: Mapping[str, str]) -> None:
    """From now on every table and view of this connection tells what was known at `until` (aware).

    The names are those of the warehouse, found first in a database in memory. To be called before the connection is
    locked.
    """
    row = connection.execute("select current_database()").fetchone()
    source = f'"{row[0]}".main' if row else "main"
    tables = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main'"
    ).fetchall()
    connection.execute(f"attach ':memory:' as {PAST} (read_write)")
    connection.execute(f"use {PAST}")
    stamp = until.isoformat(sep=" ", timespec="microseconds")  # a view takes no bound value; this is no stranger's text
    for (table,) in tables:
        column = INSTANTS.get(table)
        condition = f" where {column} <= timestamptz '{stamp}'" if column else ""
        connection.execute(f'create view "{table}" as select * from {source}."{table}"{condition}')
    for text in views.values():
        connection.execute(text)


def newest_instant(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When the newest append or assignment of stories was made: as of it, nothing is missing. None: nothing yet."""
    row = connection.execute(
        "select greatest((select max(appended_at) from batches), (select max(assigned_at) from story_members))"
    ).fetchone()
    return row[0] if row else None
