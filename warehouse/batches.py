"""The batches of a warehouse that wait to be appended: in its spool, or in a store that several machines share.

A batch is written to the spool's folder, whole or not at all. With a store it goes up then, is compared with what
arrived, and only then leaves the folder; what a killed run left there is a waiting batch like the others, and goes up
with the next run. Whoever wants to read the waiting batches has copies of them in the cache. A batch leaves the store
after its append: one that is left behind there is known by its id (warehouse.append).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from tasks.owners import PARTIAL, is_abandoned
from warehouse import spool as spooling
from warehouse.place import Place
from warehouse.store import store
from warehouse.waiting import mirror_of, waiting_batches

__all__ = ["broken", "readable", "remove", "set_aside", "settle", "waiting_batches", "write_batch"]


def write_batch(place: Place, rows: Sequence[spooling.Row], *, run_id: str, program: str) -> spooling.Batch:
    """Write a batch where it waits. Raises OSError; StoreAway: then it waits in the folder, and goes up later."""
    batch = spooling.write_batch(place.spool, rows, run_id=run_id, program=program)
    return batch if place.spool_url is None else replace(batch, path=_send(place, batch.path))


def settle(place: Place, *, is_shared: bool) -> None:
    """What killed runs left: half a batch goes, a whole one goes up to the store. Raises StoreAway."""
    spooling.sweep(place.spool, is_shared=is_shared)
    if place.spool_url is None:
        return
    for path in spooling.readable(place.spool):
        _send(place, path)
    for path in mirror_of(place).glob(f"*{PARTIAL}"):
        if is_abandoned(path):
            path.unlink(missing_ok=True)


def _send(place: Place, path: Path) -> Path:
    """Where its copy lies then."""
    copy = mirror_of(place) / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        store(str(place.spool_url)).put(path, path.name)
        path.replace(copy)
    except FileNotFoundError:  # another thread or process has appended it meanwhile
        if path.exists():
            raise
    return copy


def readable(place: Place) -> list[Path]:
    """The waiting batches without those that cannot be read: the drain sets these aside and says so."""
    return [path for path in waiting_batches(place) if _is_readable(path)]


def _is_readable(path: Path) -> bool:
    try:
        spooling.read_facts(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return True


def remove(place: Place, appended: Iterable[Path]) -> None:
    """Batches that are appended, from the store; after the lock of the warehouse, whose holders wait for no network.

    One that stays, because the store is away or we are killed, is known by its id to the next drain.
    """
    if place.spool_url is not None:
        for path in appended:
            store(place.spool_url).remove(path.name)


def set_aside(place: Place, path: Path) -> str:
    """A batch that cannot be read, under a name that nobody takes for one; the name."""
    name = path.name + spooling.BROKEN
    if place.spool_url is None:
        path.rename(path.with_name(name))
        return str(path.with_name(name))
    there = store(place.spool_url)
    there.put(path, name)
    there.remove(path.name)
    path.unlink(missing_ok=True)
    return f"{place.spool_url}/{name}"


def broken(place: Place) -> Iterator[str]:
    """What was set aside."""
    yield from (str(path) for path in sorted(place.spool.glob(f"*{spooling.BROKEN}")))
    if place.spool_url is not None:
        for kept in store(place.spool_url).listed():
            if kept.name.endswith(spooling.BROKEN):
                yield f"{place.spool_url}/{kept.name}"
