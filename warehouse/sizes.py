"""How many bytes there are, how fast they grow, and when the disk is full. Growth is read from measurements in time."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.place import Place

LOOK_BACK = timedelta(days=7)  # growth is that of the last week
LEAST_SPAN = timedelta(hours=1)  # between two measurements that tell a growth

_HISTORY = "select store, measured_at, bytes from sizes where measured_at >= $since order by measured_at"


def measured(place: Place, prefect_home: Path) -> dict[str, int]:
    """Bytes on disk by store, now; what lies in an object store takes none but its copies."""
    copies = {"cache": _folder(place.cache)} if place.archive_url or place.spool_url else {}
    return {
        "warehouse": sum(map(_size, place.file.parent.glob(place.file.name + "*"))),
        "archive": _folder(place.archive),
        "spool": _folder(place.spool),
        "snapshot": _size(place.snapshot),
        "prefect": _folder(prefect_home),
    } | copies


def record(connection: duckdb.DuckDBPyConnection, sizes: Mapping[str, int], now: datetime) -> None:
    """Keep a measurement; older ones than growth looks back to, and a day more, go."""
    connection.executemany("insert into sizes values (?, ?, ?)", [[store, size, now] for store, size in sizes.items()])
    connection.execute("delete from sizes where measured_at < $before", {"before": now - LOOK_BACK - timedelta(days=1)})


def history(connection: duckdb.DuckDBPyConnection, now: datetime) -> dict[str, list[tuple[datetime, int]]]:
    """Measurements of the last week by store, oldest first."""
    found: dict[str, list[tuple[datetime, int]]] = {}
    for store, at, size in connection.execute(_HISTORY, {"since": now - LOOK_BACK}).fetchall():
        found.setdefault(store, []).append((at, size))
    return found


def growth(earlier: Sequence[tuple[datetime, int]], size: int, now: datetime) -> float | None:
    """Bytes a day since the oldest measurement; None where that is not an hour old. Negative where it shrank."""
    if not earlier or now - earlier[0][0] < LEAST_SPAN:
        return None
    at, then = earlier[0]
    return (size - then) / ((now - at) / timedelta(days=1))


def days_until_full(free: int, growths: Sequence[float | None]) -> float | None:
    """At the present growth of all stores together; None where that is unknown, or nothing grows."""
    known = [one for one in growths if one is not None]
    a_day = sum(known)
    return free / a_day if known and a_day > 0 else None


def free_bytes(folder: Path) -> int:
    """Of the disk on which a folder lies, or will lie."""
    while not folder.exists():
        folder = folder.parent
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


def _folder(folder: Path) -> int:
    return sum(map(_size, folder.rglob("*")))


def _size(path: Path) -> int:
    """On disk: holes, as erased records leave them, take nothing."""
    try:
        stat = path.stat()
    except FileNotFoundError:  # a run works beside us: appended and removed in this moment
        return 0
    return min(stat.st_size, stat.st_blocks * 512) if path.is_file() else 0
