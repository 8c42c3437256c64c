"""A lake's catalog, asked directly: is there a lake, and who may write to it.

There is one writer as with a file: an advisory lock of Postgres, held by a session, so that it ends with the process
that held it. `libpq`: what that library is told to reach Postgres.
"""

import os
import random
import re
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

# What libpq and psycopg say when no session comes about. Neither gives a code for it, only words.
_REASON = re.compile(r'(?:.*failed: (?:FATAL: +)?|.*Postgres at ".*": )(.+)')
_NO_DATABASE = re.compile(r'database "(.+)" does not exist')
_REFUSED = re.compile(r"password|authentication|role .* (?:does not exist|is not permitted)|pg_hba|permission denied")


def lake_exists(address: Path, libpq: str) -> bool:
    """Whether the catalog has the tables of a lake; True while Postgres does not answer. Raises Stop."""
    from warehouse.connect import WarehouseAway  # it imports this module

    try:
        session = _session(address, libpq)
    except WarehouseAway:
        return True
    with session:
        row = session.execute("select to_regclass('ducklake_metadata') is not null").fetchone()
    return bool(row and row[0])


def stored_path(address: Path, libpq: str) -> str | None:
    """Where the catalog says that the rows are; "" where it has no lake yet, None while Postgres does not answer.

    Raises Stop."""
    from warehouse.connect import WarehouseAway

    try:
        session = _session(address, libpq)
    except WarehouseAway:
        return None
    with session:
        found = session.execute("select to_regclass('ducklake_metadata') is not null").fetchone()
        if not found or not found[0]:
            return ""
        row = session.execute("select value from ducklake_metadata where key = 'data_path'").fetchone()
    return str(row[0]) if row else ""


def no_session(address: Path, message: str) -> Exception:
    """What it means that Postgres gave no session: WarehouseAway, or Stop for what only its owner can mend."""
    from warehouse.connect import WarehouseAway

    reasons = _REASON.findall(message)
    reason = str(reasons[-1]) if reasons else message.strip().splitlines()[0]
    if missing := _NO_DATABASE.search(reason):
        return Stop(
            f"{address}: Postgres has no database {missing[1]}. Make it (createdb {missing[1]}), or correct dbname."
        )
    if _REFUSED.search(reason):
        return Stop(
            f"{address}: Postgres refuses the user ({reason}). Correct user= in the address; a password goes into "
            "~/.pgpass or PGPASSWORD."
        )
    return WarehouseAway(address, reason)


def _session(address: Path, libpq: str) -> "psycopg.Connection[tuple[object, ...]]":
    """A session. Raises WarehouseAway while Postgres does not answer; Stop without psycopg, or for a wrong address."""
    try:
        import psycopg
    except ImportError as error:
        raise Stop(f"A lake needs psycopg. Get it: {EXTRA}") from error
    name = f"presshouse {socket.gethostname()} PID {os.getpid()}"[:63]
    try:
        return psycopg.connect(libpq, connect_timeout=CONNECT_SECONDS, application_name=name, autocommit=True)
    except psycopg.OperationalError as error:
        raise no_session(address, str(error)) from error
    except psycopg.ProgrammingError as error:
        raise Stop(f"The address of the lake cannot be read ({str(error).strip()}): {address}") from error


_HOLDER = """
select activity.pid, coalesce(nullif(activity.application_name, ''), 'a program without a name')
from pg_locks join pg_stat_activity as activity using (pid)
where pg_locks.locktype = 'advisory' and pg_locks.granted and pg_locks.objid = %s
    and pg_locks.database = (select oid from pg_database where datname = current_database())
"""


@contextmanager
def only_writer(address: Path, libpq: str, wait: float) -> Iterator[None]:
    """Hold the writer's lock of the lake at `address`. Raises WarehouseHeld, Stop."""
    from warehouse.connect import WarehouseHeld

    deadline = time.monotonic() + wait
    with _session(address, libpq) as session:
        while not _taken(session):
            if time.monotonic() >= deadline:
                row = session.execute(_HOLDER, [WRITER_LOCK]).fetchone()
                raise WarehouseHeld(address, int(str(row[0])) if row else None, str(row[1]) if row else "")
            time.sleep(random.uniform(*PAUSE))  # noqa: S311 - jitter, no secret
        yield


def _taken(session: "psycopg.Connection[tuple[object, ...]]") -> bool:
    row = session.execute("select pg_try_advisory_lock(%s)", [WRITER_LOCK]).fetchone()
    return bool(row and row[0])
