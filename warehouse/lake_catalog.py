"""A lake's catalog, asked directly: is there a lake, and who may write to it.

There is one writer as with a file: an advisory lock of Postgres, held by a session, so that it ends with the process
that held it. `libpq`: what that library is told to reach Postgres.
"""

import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import Stop

if TYPE_CHECKING:
    import psycopg

WRITER_LOCK = 0x70726573  # "pres", the advisory lock of the one writer; of each database its own
CONNECT_SECONDS = 10  # until a Postgres that does not answer is away
PAUSE = (0.05, 0.25)  # seconds between two attempts at the lock, jittered
EXTRA = "uv sync --extra ducklake"


def lake_exists(libpq: str) -> bool:
    """Whether the catalog has the tables of a lake; True while Postgres does not answer. Raises Stop."""
    session = _session(libpq)
    if session is None:
        return True
    with session:
        row = session.execute("select to_regclass('ducklake_metadata') is not null").fetchone()
    return bool(row and row[0])


def _session(libpq: str) -> "psycopg.Connection[tuple[object, ...]] | None":
    """A session, None while Postgres does not answer. Raises Stop without psycopg."""
    try:
        import psycopg
    except ImportError as error:
        raise Stop(f"A lake needs psycopg. Get it: {EXTRA}") from error
    name = f"presshouse {socket.gethostname()} PID {os.getpid()}"[:63]
    try:
        return psycopg.connect(libpq, connect_timeout=CONNECT_SECONDS, application_name=name, autocommit=True)
    except psycopg.OperationalError:
        return None


_HOLDER = """
select activity.pid, coalesce(nullif(activity.application_name, ''), 'a program without a name')
from pg_locks join pg_stat_activity as activity using (pid)
where pg_locks.locktype = 'advisory' and pg_locks.granted and pg_locks.objid = %s
    and pg_locks.database = (select oid from pg_database where datname = current_database())
"""


@contextmanager
def only_writer(address: Path, libpq: str, wait: float) -> Iterator[None]:
    """Hold the writer's lock of the lake at `address`. Raises WarehouseHeld, WarehouseAway."""
    from warehouse.connect import WarehouseAway, WarehouseHeld

    deadline = time.monotonic() + wait
    session = _session(libpq)
    if session is None:
        raise WarehouseAway(address)
    with session:
        while not _taken(session):
            if time.monotonic() >= deadline:
                row = session.execute(_HOLDER, [WRITER_LOCK]).fetchone()
                raise WarehouseHeld(address, int(str(row[0])) if row else None, str(row[1]) if row else "")
            time.sleep(random.uniform(*PAUSE))  # noqa: S311 - jitter, no secret
        yield


def _taken(session: "psycopg.Connection[tuple[object, ...]]") -> bool:
    row = session.execute("select pg_try_advisory_lock(%s)", [WRITER_LOCK]).fetchone()
    return bool(row and row[0])
