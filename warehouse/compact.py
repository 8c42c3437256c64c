"""A DuckDB file does not shrink: what is deleted stays in free pages until the file is written anew."""

import os
from dataclasses import dataclass
from pathlib import Path

from warehouse.connect import opened
from warehouse.lake import NAME as LAKE
from warehouse.lake import is_lake

SUFFIX = ".compact"  # of the new file until it takes the place of the old one; may be removed at any time
# A lake keeps deleted rows in the files of its earlier snapshots until these are expired and their files removed.
_LAKE_CALLS = (
    "call ducklake_flush_inlined_data('{lake}')",
    "call ducklake_rewrite_data_files('{lake}', delete_threshold => 0)",
    "call ducklake_expire_snapshots('{lake}', older_than => now())",
    "call ducklake_cleanup_old_files('{lake}', cleanup_all => true)",
)
BLOCK = 262_144  # bytes of a DuckDB page
WORTH_WHILE = 64 << 20  # free bytes under which the share does not matter


@dataclass(frozen=True, slots=True)
class Compacted:
    """Bytes of the file, before and after."""

    before: int
    after: int


def free_share(file: Path, *, wait: float) -> tuple[float, int]:
    """The share of the file's pages that hold nothing, 0 to 1, and their bytes. Raises WarehouseHeld, Stop."""
    if is_lake(file):
        return 0.0, 0  # it writes files, not pages
    with opened(file, read_only=True, wait=wait) as connection:
        row = connection.execute("select block_size, total_blocks, free_blocks from pragma_database_size()").fetchone()
    size, total, free = row or (BLOCK, 0, 0)
    return (free / total if total else 0.0), int(free * size)


def compact(file: Path, *, wait: float) -> Compacted:
    """Write the warehouse anew without its free pages, and put it in the place of the old file.

    The old file is locked until the new one, locked too, has its name: no batch is lost between the two, and nobody
    else's write-ahead log can be met. A crash leaves the old file whole. Raises WarehouseHeld, Stop; OSError or
    duckdb.Error when the disk is full.
    """
    if is_lake(file):
        return _compact_lake(file, wait=wait)
    before, new = file.stat().st_size, file.with_name(file.name + SUFFIX)
    _unlink(new)
    try:
        with opened(file, read_only=False, wait=wait) as connection:
            old = _quoted(str((connection.execute("select current_database()").fetchone() or ("",))[0]), '"')
            connection.execute(f"attach {_quoted(str(new), chr(39))} as anew")
            connection.execute(f"copy from database {old} to anew")
            connection.execute("checkpoint anew")
            connection.execute(f"checkpoint {old}")  # leaves no write-ahead log under the name
            new.replace(file)
            _sync(file.parent)
            connection.execute("use anew")
            connection.execute(f"detach {old}")  # first: the new one stays locked until the old is let go
    finally:
        _unlink(new)
    return Compacted(before, file.stat().st_size)


def _compact_lake(file: Path, *, wait: float) -> Compacted:
    """Of a lake: data files without the rows that were deleted, and none of the files of its past."""
    with opened(file, read_only=False, wait=wait) as connection:
        for call in _LAKE_CALLS:
            connection.execute(call.format(lake=LAKE)).fetchall()
    return Compacted(0, 0)


def _quoted(name: str, mark: str) -> str:
    return mark + name.replace(mark, 2 * mark) + mark


def _sync(folder: Path) -> None:
    """A new name is durable once its folder is. The file itself DuckDB has made durable: opening it would unlock it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlink(new: Path) -> None:
    for path in (new, new.with_name(new.name + ".wal")):
        path.unlink(missing_ok=True)
