"""What waits in a spool, for those who only look: without pyarrow, which costs `status` as much as DuckDB does."""

import os
import time
from pathlib import Path

from warehouse.place import Place
from warehouse.store import store

SETTLED_SECONDS = 120.0  # that a copy outlives its batch; longer than a list of the store takes


def waiting(spool: Path) -> list[Path]:
    """The batches that wait in a folder, in the order in which they are appended."""
    return sorted(spool.glob("*.parquet"))


def waiting_batches(place: Place) -> list[Path]:
    """The batches of a warehouse that wait, in that order; of those in a store, copies here. Raises StoreAway."""
    here = waiting(place.spool)
    if place.spool_url is None:
        return here
    return sorted({path.name: path for path in (*_mirrored(place, place.spool_url), *here)}.values(), key=_name)


def _mirrored(place: Place, url: str) -> list[Path]:
    """A copy of each batch in the store, made once: a batch never changes. Copies of those that are gone go."""
    folder, there = mirror_of(place), store(url)
    kept = [one for one in there.listed() if one.name.endswith(".parquet")]
    names = {one.name for one in kept}
    for path in waiting(folder):
        if path.name not in names and _is_settled(path):
            path.unlink(missing_ok=True)
    copies = []
    for one in kept:
        path = folder / one.name
        if not path.exists():
            try:
                there.get(one.name, path)
            except FileNotFoundError:  # appended by another machine in this moment
                continue
            os.utime(path, (one.changed_at.timestamp(),) * 2)  # how long it waits
        copies.append(path)
    return copies


def _is_settled(path: Path) -> bool:
    """Whether it lies here long enough to have been in every list since: one may be a little older than the copy."""
    try:
        return time.time() - path.stat().st_ctime > SETTLED_SECONDS
    except FileNotFoundError:
        return False


def mirror_of(place: Place) -> Path:
    """Where copies of the waiting batches lie."""
    return place.cache / "spool" / place.key


def _name(path: Path) -> str:
    return path.name
