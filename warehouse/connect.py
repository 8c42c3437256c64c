"""Connections. Short ones, always in UTC, one open at a time in this process; who holds the file is said by PID."""

import os
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import duckdb

from tasks.errors import PresshouseError, Stop
from warehouse.lake import LakeAddress, connect_lake, look_at_rows, opened_lake
from warehouse.place import Place, place

READ_WAIT = 10.0  # seconds that a reader waits for the writer
WRITE_WAIT = 10.0  # seconds that a run waits at its end for readers; what is left stays in the spool
MEMORY_LIMIT = "1GB"  # of one connection; what does not fit spills into the data folder
_PAUSE = (0.05, 0.25)  # seconds between two attempts, jittered so that waiters do not march in step

_HELD = re.compile(r"Conflicting lock is held in (?P<program>.*?) ?\(PID (?P<pid>\d+)\)")

# DuckDB refuses a second connection of this process to the same file in another mode: they take turns.
_turn = threading.RLock()
_threads: list[int] = []  # that have a connection open, or are opening one


def in_use_here() -> bool:
    """Whether the calling thread is inside `opened`.

    A signal handler that raises must not do so then: DuckDB turns the exception into an error of its own, or leaks an
    instance for which the next connection waits for ever.
    """
    return threading.get_ident() in _threads


class WarehouseHeld(PresshouseError):
    """Another process holds the file; `pid` is None where the system does not tell."""

    advice = "Close it there, or try again in a moment."

    def __init__(self, file: Path, pid: int | None, program: str) -> None:
        self.file, self.pid, self.program = file, pid, program
        super().__init__(f"{file} is held by {self.holder}")

    @property
    def holder(self) -> str:
        return f"PID {self.pid} ({self.program})" if self.pid else "another process"

    @property
    def short(self) -> str:
        """Without the address, in the middle of a line."""
        return f"the warehouse is held by {self.holder}"


class WarehouseAway(WarehouseHeld):
    """Postgres, which has a lake's catalog, does not answer: as with a file that is held, what waits is kept."""

    advice = "Start it, or correct host and port in the address, then run it again."

    def __init__(self, file: Path, reason: str) -> None:
        self.reason = reason
        super().__init__(file, None, "")
        self.args = (f"{file}: {self.short}",)

    @property
    def holder(self) -> str:
        return f"nobody: {self.short}"

    @property
    def short(self) -> str:
        return f"Postgres does not answer ({self.reason})"


def held_error(file: Path, error: duckdb.IOException) -> WarehouseHeld | None:
    """Who holds the file, if that is what DuckDB says."""
    message = str(error)
    if match := _HELD.search(message):
        return WarehouseHeld(file, int(match["pid"]), match["program"] or "unknown program")
    return WarehouseHeld(file, None, "") if "Could not set lock" in message else None


@contextmanager
def opened(file: Path, *, read_only: bool, wait: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to `file` in UTC; waits up to `wait` seconds for other processes.

    Raises WarehouseHeld when they do not let go, Stop when the file is no DuckDB database.
    """
    with _turn:
        _threads.append(threading.get_ident())
        try:
            if isinstance(file, LakeAddress):
                with opened_lake(file, read_only=read_only, wait=wait) as connection:
                    yield connection
                return
            connection = _connect(file, read_only=read_only, wait=wait)
            try:
                yield connection
            finally:
                connection.close()
        finally:
            _threads.pop()


def check_rows(file: Path) -> None:
    """Of a lake: raise Stop or Deferred where its rows cannot be, before anything is made or read for it."""
    if isinstance(file, LakeAddress):
        with _turn:
            look_at_rows(file)


@contextmanager
def opened_alone(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for writing to a file that nobody else knows of, in UTC. Takes no turn, and may be interrupted."""
    connection = _connect(file, read_only=False, wait=0)
    try:
        yield connection
    finally:
        connection.close()


def _connect(file: Path, *, read_only: bool, wait: float) -> duckdb.DuckDBPyConnection:
    if isinstance(file, LakeAddress):
        return connect_lake(file, read_only=read_only)
    deadline = time.monotonic() + wait
    while True:
        try:
            connection = duckdb.connect(
                str(file),
                read_only=read_only,
                config={"memory_limit": MEMORY_LIMIT, "autoinstall_known_extensions": "false"},
            )
        except duckdb.IOException as error:
            held = held_error(file, error)
            if held is None:
                raise Stop(_refusal(file, error)) from error
            if time.monotonic() >= deadline:
                raise held from error
            time.sleep(random.uniform(*_PAUSE))  # noqa: S311 - jitter, no secret
            continue
        except duckdb.Error as error:
            raise Stop(_refusal(file, error)) from error
        connection.execute("set timezone = 'UTC'")
        return connection


def _refusal(file: Path, error: duckdb.Error) -> str:
    if file.is_dir():
        return f"{file} is a folder, not a warehouse. Name a file: --warehouse {file / 'presshouse.duckdb'}"
    first = str(error).strip().splitlines()[0]
    return f"{file} cannot be opened as a DuckDB database ({first}). Name another file with --warehouse."


@dataclass(frozen=True, slots=True)
class Reading:
    """A read-only connection, and what it reads: the warehouse itself or its snapshot."""

    connection: duckdb.DuckDBPyConnection
    file: Path
    made_at: datetime | None  # of the snapshot; None: the warehouse itself, as it is now
    held: WarehouseHeld | None = None  # why it is the snapshot though nobody asked for that

    @property
    def source(self) -> str:
        return "snapshot" if self.made_at else "live"

    def age(self, now: datetime) -> timedelta:
        """How old what is read is; nothing, for the warehouse itself."""
        return max(now - self.made_at, timedelta(0)) if self.made_at else timedelta(0)

    def sentence(self, now: datetime) -> str:
        """What is read and how old it is, in one line for standard error."""
        if self.made_at is None:
            return f"Read from {self.file}"
        why = f": {self.held}" if self.held else ""
        return f"Read from {self.file}, made {spoken(self.age(now))} ago ({self.made_at:%Y-%m-%d %H:%M} UTC){why}"


def spoken(age: timedelta) -> str:
    """An age in its largest unit: `12 minutes`."""
    seconds = int(age.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length:
            return f"{seconds // length} {unit}{'' if seconds // length == 1 else 's'}"
    return "less than a second"


@contextmanager
def reading(place: Place, source: str = "auto", *, wait: float = READ_WAIT) -> Iterator[Reading]:
    """A connection for reading that is never blocked for longer than `wait` seconds.

    `source`: "live", the warehouse itself; "snapshot", the copy for readers; "auto", the first, and the second when
    others do not let go of the first. Say `Reading.sentence` on standard error. Raises Stop when there is nothing to
    read or this program does not know the schema; WarehouseHeld when the warehouse is held and there is no snapshot.
    """
    from warehouse.migrate import check_version  # it imports this module

    with ExitStack() as stack:
        held = None
        if source != "snapshot":
            must_exist(place.file)
            try:
                connection = stack.enter_context(opened(place.file, read_only=True, wait=wait))
            except WarehouseHeld as error:
                if source == "live" or not place.snapshot.exists():
                    raise
                held = error
            else:
                check_version(connection, place.file)
                yield Reading(connection, place.file, None)
                return
        must_have_snapshot(place)
        connection = stack.enter_context(opened(place.snapshot, read_only=True, wait=wait))
        check_version(connection, place.snapshot)
        yield Reading(connection, place.snapshot, snapshot_made_at(connection, place.snapshot), held)


def snapshot_made_at(connection: duckdb.DuckDBPyConnection, file: Path) -> datetime:
    """When the open snapshot was made, UTC. Raises Stop for a file that is none."""
    try:
        row = connection.execute("select made_at from snapshot_info").fetchone()
    except duckdb.CatalogException as error:
        raise Stop(f"{file} is no snapshot. Move it away, then: presshouse snapshot") from error
    if row is None:
        raise Stop(f"{file} is no whole snapshot. Remove it, then: presshouse snapshot")
    return cast(datetime, row[0])


def connect(
    file: str | Path | None = None, *, live: bool = False, wait: float = READ_WAIT
) -> duckdb.DuckDBPyConnection:
    """A read-only connection for notebooks and scripts, in UTC, with all views and search(words).

    To the snapshot, which may stay open as long as you like; to the warehouse itself when there is no snapshot yet or
    with `live=True`: close that soon, it keeps writers out. `file`: the warehouse; default as for the command, by
    PRESSHOUSE_WAREHOUSE and PRESSHOUSE_DATA_DIR. Raises WarehouseHeld after `wait` seconds, Stop when there is no such
    warehouse.
    """
    from warehouse import search  # they import this module
    from warehouse.migrate import check_version

    there = place(os.environ.get("PRESSHOUSE_DATA_DIR"), file or os.environ.get("PRESSHOUSE_WAREHOUSE"))
    if not live and there.snapshot.exists():
        return _connect(there.snapshot, read_only=True, wait=wait)
    must_exist(there.file)
    connection = _connect(there.file, read_only=True, wait=wait)
    try:
        check_version(connection, there.file)
        search.ready(connection, there)
    except BaseException:
        connection.close()
        raise
    return connection


def must_have_snapshot(place: Place) -> None:
    """Raise Stop unless there is a snapshot to read."""
    if not place.snapshot.exists():
        raise Stop(f"There is no snapshot at {place.snapshot}. Make one: presshouse snapshot")


def must_exist(file: Path) -> None:
    """Raise Stop unless there is a warehouse to read."""
    if not file.exists():
        raise Stop(f"There is no warehouse at {file}. Make one: presshouse ingest seeds/articles")
