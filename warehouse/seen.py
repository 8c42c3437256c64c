"""What is already captured: read from the warehouse and its spool together, so that nothing is done twice.

Only a shortcut: the append decides on its own what is known. So when another process holds the warehouse, nothing
counts as seen and the work is done again.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from warehouse.connect import WarehouseHeld, opened
from warehouse.place import Place
from warehouse.values import among, as_json
from warehouse.waiting import waiting_batches

SEEN_WAIT = 3.0  # seconds

# Extraction may go better next time, and a backfill of other days takes other articles: what failed by these is tried
# again.
PASSING = ("time_limit", "memory", "crashed", "outside_range", "other_publisher", "undated")

Where = tuple[str, int]  # capture_file as stored, capture_offset

_COLUMNS = "fetched_url, payload_sha256, capture_file, capture_offset"
# A capture counts as seen when it became an article, or was rejected for good by this very program.
_IN_WAREHOUSE = f"""
select {_COLUMNS}
from captures
where payload_sha256 is not null and capture_file is not null and (
    outcome <> 'rejected' or program = $program and not exists (
        select 1 from rejections as r
        where r.capture_file = captures.capture_file and r.capture_offset = captures.capture_offset
            and r.reason in (select unnest($passing::varchar[]))
    )
)
"""
_IN_SPOOL = """
select capture.fetched_url, capture.payload_sha256, capture.capture_file, capture.capture_offset
from read_parquet(?)
where capture.payload_sha256 is not null and article is not null
"""


def seen_records(place: Place, capture_file: str, *, program: str) -> dict[tuple[int, str], Where]:
    """Captures read before from this WARC file: (offset, payload digest) -> where they are."""
    rows = _rows(place, "capture_file = $value", capture_file, program)
    return {(row[3], row[1]): (row[2], row[3]) for row in rows if row[2] == capture_file}


def seen_payloads(place: Place, urls: Iterable[str], *, program: str) -> dict[tuple[str, str], Where]:
    """Captures of these URLs: (fetched URL, payload digest) -> where they are."""
    chosen = set(urls)
    rows = _rows(place, f"fetched_url in {among('value')}", as_json(chosen), program)
    return {(row[0], row[1]): (row[2], row[3]) for row in rows if row[0] in chosen}


def indexed_files(place: Place) -> set[str] | None:
    """Every capture file that warehouse or spool names; None while somebody else holds the warehouse."""
    files = {row[2] for row in _spool_rows(place)}
    if place.file.exists():
        try:
            with opened(place.file, read_only=True, wait=SEEN_WAIT) as connection:
                files |= {row[0] for row in connection.execute("select distinct capture_file from captures").fetchall()}
        except WarehouseHeld:
            return None
    return files


def _rows(place: Place, condition: str, value: str, program: str) -> list[tuple[str, str, str, int]]:
    found: list[tuple[str, str, str, int]] = []
    if place.file.exists():
        try:
            with opened(place.file, read_only=True, wait=SEEN_WAIT) as connection:
                found += connection.execute(
                    f"{_IN_WAREHOUSE} and {condition}",  # the condition is one of the two constants above
                    {"value": value, "program": program, "passing": list(PASSING)},
                ).fetchall()
        except WarehouseHeld:
            return _spool_rows(place)
    return found + _spool_rows(place)


def _spool_rows(place: Place) -> list[tuple[str, str, str, int]]:
    rows: list[tuple[str, str, str, int]] = []
    with duckdb.connect() as connection:
        for path in waiting_batches(place):
            rows += _of_batch(connection, path)
    return rows


def _of_batch(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str, str, int]]:
    try:
        return connection.execute(_IN_SPOOL, [str(path)]).fetchall()
    except (duckdb.IOException, duckdb.InvalidInputException):
        return []  # appended by another run in this moment, or broken: the drain tells
