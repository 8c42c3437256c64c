"""The copy for readers: made beside the warehouse, with its search index, and put in place by one rename.

The warehouse is held only while its bytes are copied (of a lake: see snapshot_lake.py); everything else is done on the
copy. Who has the old snapshot open goes on reading it: the rename gives the name to another file. Nobody sees a
half-built one.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tasks.errors import Deferred, Stop
from warehouse.connect import READ_WAIT, must_exist, opened, opened_alone
from warehouse.lake import is_lake
from warehouse.migrate import check_version
from warehouse.place import Place
from warehouse.search_index import INDEX_VERSION, build, create_macros, create_tables
from warehouse.snapshot_lake import COPY_BYTES, copy_lake

# The format of the file, so that BI tools with an older DuckDB inside can read it: docs/readers.md names the oldest
# that is tested. Writing it costs nothing: it is what DuckDB 1.5 writes unless told otherwise.
STORAGE_VERSION = "v1.0.0"

# Another state is a reason for a new snapshot: something was appended, a story decided, a schema or view changed.
_STATE = """
select concat_ws(' ',
    (select count(*) from batches),
    (select epoch_us(max(appended_at)) from batches),
    (select epoch_us(max(ended_at)) from story_runs where changed > 0),
    (select epoch_us(max(applied_at)) from schema_migrations)
)
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that was made. Bytes are of its file; `texts_read` of the index, the others were taken over."""

    file: Path
    made_at: datetime
    articles: int
    texts_read: int
    bytes: int


def make_snapshot(
    place: Place,
    target: Path | None = None,
    *,
    now: datetime,
    force: bool,
    wait: float = READ_WAIT,
    say: Callable[[str], None] = lambda _: None,
) -> Snapshot | None:
    """Make the copy for readers at `target` (default: `place.snapshot`); None when the one there is up to date.

    `force`: make it all the same; `say` is told how far a long one is. Interrupted at any moment it leaves the old one
    as it was. Raises WarehouseHeld when the warehouse stays in use for `wait` seconds, Deferred when somebody else
    makes the same snapshot, Stop when there is no warehouse file or something else lies at `target`.
    """
    must_exist(place.file)
    final = target or place.snapshot
    if final.resolve() == place.file:
        raise Stop(f"{final} is the warehouse itself. Name another file for the snapshot.")
    known = snapshot_state(final)
    if final.exists() and known is None:
        raise Stop(f"{final} is there and no snapshot of Presshouse. Move it away, or name another file.")
    if not final.parent.is_dir():
        raise Stop(f"There is no folder {final.parent}. Make it, or name another file for the snapshot.")
    with _workplace(final) as part:
        former = final if known else place.snapshot if snapshot_state(place.snapshot) else None
        unless = None if force else known
        if is_lake(place.file):
            _wal(part).unlink(missing_ok=True)
            state = copy_lake(place.file, part, former, state=_STATE, wait=wait, unless=unless)
        else:
            state = _copied(place.file, part, wait=wait, unless=unless)
        if state is None:
            return None
        made = _finished(part, final, former, (now, state, place.file.name, INDEX_VERSION), say)
        _put_in_place(part, final)
    return made


def snapshot_state(file: Path) -> str | None:
    """The state of the warehouse that a snapshot was made from; None where there is no snapshot."""
    if not file.exists():
        return None
    try:
        with opened(file, read_only=True, wait=0) as connection:
            row = connection.execute("select state from snapshot_info").fetchone()
    except (Stop, duckdb.CatalogException):
        return None
    return str(row[0]) if row else None


@contextmanager
def _workplace(final: Path) -> Iterator[Path]:
    """`<final>.part`, ours alone until it is renamed or we end; what a killed maker left there is taken over."""
    part = final.with_name(final.name + ".part")
    while True:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise Deferred(f"{final} is being made by another process") from error
        if part.exists() and os.fstat(descriptor).st_ino == part.stat().st_ino:
            break
        os.close(descriptor)  # it was renamed between the two calls: it is somebody's finished snapshot
    try:
        yield part
    finally:
        if part.exists() and os.fstat(descriptor).st_ino == part.stat().st_ino:
            _remove(part)
        os.close(descriptor)


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)
    for beside in (_wal(part), part.with_name(part.name + ".new"), _wal(part.with_name(part.name + ".new"))):
        beside.unlink(missing_ok=True)
    shutil.rmtree(part.with_name(part.name + ".tmp"), ignore_errors=True)  # where DuckDB spills


def _wal(file: Path) -> Path:
    return file.with_name(file.name + ".wal")


def _copied(file: Path, part: Path, *, wait: float, unless: str | None) -> str | None:
    """Copy the bytes of the warehouse while no writer has it. Returns its state; None, and no copy, for `unless`."""
    # Closing any descriptor of a file gives up all locks that this process has on it (POSIX): DuckDB's too. So ours is
    # opened before DuckDB's and closed after it.
    with file.open("rb") as source, opened(file, read_only=True, wait=wait) as connection:
        check_version(connection, file)
        row = connection.execute(_STATE).fetchone()
        state = str(row[0]) if row else ""
        if state == unless:
            return None
        with part.open("r+b") as sink:
            sink.truncate()
            shutil.copyfileobj(source, sink, COPY_BYTES)
        if _wal(file).exists():  # its writer was killed: what it had committed is in there
            shutil.copyfile(_wal(file), _wal(part))
        else:
            _wal(part).unlink(missing_ok=True)
    return state


def _finished(
    part: Path,
    final: Path,
    former: Path | None,
    info: tuple[datetime, str, str, int],
    say: Callable[[str], None],
) -> Snapshot:
    """Make the copy a snapshot: its format, its index, and what it is."""
    if _is_newer_format(part):
        _rewrite(part)
    with opened_alone(part) as connection:
        create_tables(connection)
        create_macros(connection)
        attached = _attached(connection, former)
        texts = build(connection, former=attached, say=say)
        connection.execute("delete from snapshot_info")
        connection.execute("insert into snapshot_info values (?, ?, ?, ?)", info)
        if attached:
            connection.execute(f"detach {attached}")
        connection.execute("checkpoint")
        row = connection.execute("select count(*) from search_articles").fetchone()
    return Snapshot(final, info[0], int(row[0]) if row else 0, texts, part.stat().st_size)


def _attached(connection: duckdb.DuckDBPyConnection, former: Path | None) -> str | None:
    """Attach the snapshot whose index can be taken over; None where its rules were others."""
    if former is None:
        return None
    connection.execute(f"attach '{_quoted(former)}' as former (read_only)")
    row = connection.execute("select index_version from former.snapshot_info").fetchone()
    if row and row[0] == INDEX_VERSION:
        return "former"
    connection.execute("detach former")
    return None


def _quoted(file: Path) -> str:
    """For ATTACH, which takes no bound values."""
    return str(file).replace("'", "''")


def _is_newer_format(part: Path) -> bool:
    with opened_alone(part) as connection:  # and the log, if there is one, becomes part of the file
        row = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
        ).fetchone()
    return row is not None and _numbers(str(row[0] or "")) > _numbers(STORAGE_VERSION)


def _numbers(version: str) -> tuple[int, ...]:
    """`v1.2.0+` as (1, 2, 0)."""
    return tuple(int(part) for part in version.strip("v+").split(".") if part.isdigit())


def _rewrite(part: Path) -> None:
    """The same database in the older format."""
    new = part.with_name(part.name + ".new")
    _wal(new).unlink(missing_ok=True)
    new.unlink(missing_ok=True)
    with opened_alone(part) as connection:
        connection.execute(f"attach '{_quoted(new)}' as older (storage_version '{STORAGE_VERSION}')")
        row = connection.execute("select current_database()").fetchone()
        connection.execute(f'copy from database "{row[0] if row else ""}" to older')
        connection.execute("checkpoint older")
    with new.open("rb") as source, part.open("r+b") as sink:  # into the file that is locked as ours
        sink.truncate()
        shutil.copyfileobj(source, sink, COPY_BYTES)
    new.unlink()


def _put_in_place(part: Path, final: Path) -> None:
    """The rename that readers see; the file is on the disk before it has the name."""
    if _wal(part).exists():
        raise Deferred(f"{part} was not closed cleanly; the snapshot of before stays")
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
