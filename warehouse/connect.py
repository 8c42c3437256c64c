"""Connections. Short ones, always in UTC, one open at a time in this process; who holds the file is said by PID."""

import os
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tasks.errors import PresshouseError, Stop
from warehouse.place import place

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

    def __init__(self, file: Path, pid: int | None, program: str) -> None:
        self.file, self.pid, self.program = file, pid, program
        super().__init__(f"{file} is held by {self.holder}")

    @property
    def holder(self) -> str:
        return f"PID {self.pid} ({self.program})" if self.pid else "another process"


def _held(file: Path, error: duckdb.IOException) -> WarehouseHeld | None:
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
            connection = _connect(file, read_only=read_only, wait=wait)
            try:
                yield connection
            finally:
                connection.close()
        finally:
            _threads.pop()


def _connect(file: Path, *, read_only: bool, wait: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait
    while True:
        try:
            connection = duckdb.connect(
                str(file),
                read_only=read_only,
                config={"memory_limit": MEMORY_LIMIT, "autoinstall_known_extensions": "false"},
            )
        except duckdb.IOException as error:
            held = _held(file, error)
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


def connect(file: str | Path | None = None, *, wait: float = READ_WAIT) -> duckdb.DuckDBPyConnection:
    """A read-only connection for notebooks and scripts, in UTC, with all views. Close it soon: it keeps writers out.

    `file`: the warehouse; default as for the command, by PRESSHOUSE_WAREHOUSE and PRESSHOUSE_DATA_DIR. Raises
    WarehouseHeld after `wait` seconds, Stop when there is no such warehouse.
    """
    path = place(os.environ.get("PRESSHOUSE_DATA_DIR"), file or os.environ.get("PRESSHOUSE_WAREHOUSE")).file
    must_exist(path)
    return _connect(path, read_only=True, wait=wait)


def must_exist(file: Path) -> None:
    """Raise Stop unless there is a warehouse to read."""
    if not file.exists():
        raise Stop(f"There is no warehouse at {file}. Make one: presshouse ingest seeds/articles")
