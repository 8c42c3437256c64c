"""What `forget` still owes when the rows are gone: records in archive files, free pages, copies beside the warehouse.

All of it stands in the table `erasures` until it is done, so that a call that was killed is completed by the next one
or by `maintain`.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tasks.errors import Rejected
from warehouse.archive_files import erase
from warehouse.compact import compact
from warehouse.connect import READ_WAIT, opened
from warehouse.export import known_exports
from warehouse.fetch_state import MEMORY
from warehouse.place import Place
from warehouse.snapshot import snapshot_state
from warehouse.stories_rebuild import SUFFIX as STORIES

REPORT = "report.html"  # in the data folder; its headlines are those of the warehouse

Say = Callable[[str], None]


@dataclass(slots=True)
class Paid:
    """What was done of what was owed."""

    records: int = 0
    files_removed: int = 0
    compacted: bool = False
    copies_removed: list[str] = field(default_factory=list)


def pay(place: Place, *, wait: float, say: Say) -> Paid:
    """Do everything that `erasures` names. Safe to run again at any point. Raises WarehouseHeld, OSError.

    The snapshot goes with the other copies: whoever calls makes it anew.
    """
    with opened(place.file, read_only=True, wait=wait) as connection:
        owed = connection.execute(_OWED).fetchall()
    paid = Paid()
    if not owed:
        return paid
    records = [row[1:3] for row in owed if row[0] == "record"]
    _erase(place, records, paid, say)
    with opened(place.file, read_only=False, wait=wait) as connection:
        connection.execute(_ERASED, {"files": [row[0] for row in records], "offsets": [row[1] for row in records]})
    asked = [row[3] for row in owed if row[0] == "copies"]
    if asked:
        _renew(place, paid, wait=wait)
        with opened(place.file, read_only=False, wait=wait) as connection:
            connection.execute("delete from erasures where what = 'copies' and asked_at <= $last", {"last": max(asked)})
    return paid


def _erase(place: Place, rows: Sequence[Sequence[Any]], paid: Paid, say: Say) -> None:
    offsets: dict[str, list[int]] = defaultdict(list)
    for capture_file, offset in rows:
        offsets[capture_file].append(offset)
    for capture_file, places in sorted(offsets.items()):
        try:
            erased = erase(place, capture_file, places)
        except FileNotFoundError:  # gone already, by retention or with its last record
            continue
        except Rejected as error:
            say(f"{place.shown(capture_file)}: {error.detail}; nothing was erased there. See: presshouse check --deep")
            continue
        paid.records += erased.records
        paid.files_removed += erased.file_removed


def _renew(place: Place, paid: Paid, *, wait: float) -> None:
    """The warehouse without its free pages; what was copied from it goes."""
    compact(place.file, wait=wait)
    paid.compacted = True
    for path in copies(place):
        path.unlink(missing_ok=True)
        paid.copies_removed.append(str(path))


def copies(place: Place) -> list[Path]:
    """Files that hold what the warehouse held some time ago and that nobody needs for reading."""
    name = place.file.name
    beside = [*place.file.parent.glob(f"{name}.schema-*"), *place.file.parent.glob(f"{name}{STORIES}*")]
    beside += place.snapshot.parent.glob(f"{place.snapshot.name}*")  # and what a killed maker left of it
    return sorted(beside) + sorted(place.spool.glob(f"{MEMORY}*")) + sorted(place.data_dir.glob(REPORT))


def holders(place: Place, article_ids: Sequence[str]) -> list[str]:
    """Snapshots of other names and exports that hold any of these articles: they are somebody's, and stay."""
    found = []
    for file in sorted({*place.file.parent.glob("*.duckdb"), *place.data_dir.glob("*.duckdb")}):
        if file not in (place.file, place.snapshot) and snapshot_state(file) and _in_snapshot(file, article_ids):
            found.append(str(file))
    with duckdb.connect() as connection:
        for folder in known_exports(place):
            files = sorted(map(str, folder.rglob("*.parquet")))
            if files and article_ids and _holds(connection, files, article_ids):
                found.append(str(folder))
    return found


def _in_snapshot(file: Path, article_ids: Sequence[str]) -> bool:
    with opened(file, read_only=True, wait=READ_WAIT) as connection:
        row = connection.execute(
            "select 1 from revisions where article_id in (select unnest($ids::uuid[])) limit 1",
            {"ids": list(article_ids)},
        ).fetchone()
    return row is not None


def _holds(connection: duckdb.DuckDBPyConnection, files: Sequence[str], article_ids: Sequence[str]) -> bool:
    row = connection.execute(
        "select 1 from read_parquet($files, union_by_name = true)"
        " where article_id::uuid in (select unnest($ids::uuid[])) limit 1",
        {"files": list(files), "ids": list(article_ids)},
    ).fetchone()
    return row is not None


_OWED = "select what, capture_file, capture_offset, asked_at from erasures order by asked_at"
_ERASED = """
delete from erasures where what = 'record' and (capture_file, capture_offset) in (
    select (unnest($files::varchar[]), unnest($offsets::bigint[]))
)
"""
