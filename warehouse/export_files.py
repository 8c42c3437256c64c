"""The files of an export: partitions under hidden names until all are finished, then renamed in."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import PresshouseError, Stop

MANIFEST = "manifest.json"
PARTITIONS = "articles"  # folder of the Parquet files, <month>.parquet
UNDATED = "undated"
STAGING = ".export.part"
LOCK = ".export.lock"


class ExportRuns(PresshouseError):
    """Another process writes to the folder."""


@dataclass(slots=True)
class Partition:
    """A finished file."""

    month: str
    rows: int = 0
    bytes: int = 0
    sha256: str = ""

    @property
    def name(self) -> str:
        return f"{PARTITIONS}/{self.month}.parquet"


class Writer:
    """Takes rows in order of their first column, the month, and writes a file a month into a staging folder.

    `rename_in` puts the files in their places; leaving without it leaves nothing.
    """

    ROWS_AT_ONCE = 5_000  # a batch, and a row group: texts of 4 KB make it 20 MB

    def __init__(self, folder: Path) -> None:
        self.partitions: dict[str, Partition] = {}
        self._folder, self._staging = folder, folder / STAGING
        shutil.rmtree(self._staging, ignore_errors=True)  # of an export that was killed; we hold the lock
        (self._staging / PARTITIONS).mkdir(parents=True)
        self._month: str | None = None
        self._open: pq.ParquetWriter | None = None
        self._held: list[pa.RecordBatch] = []
        self._schema: pa.Schema | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.close()
        shutil.rmtree(self._staging, ignore_errors=True)

    def take(self, batch: pa.RecordBatch) -> None:
        """The next rows; months come one after the other."""
        start = 0
        for month, run in groupby(map(str, batch.column(0).to_pylist())):
            if month != self._month:
                self._finish()
                self._month = month
                self.partitions[month] = Partition(month)
            count = sum(1 for _ in run)
            self._add(batch.slice(start, count).remove_column(0))
            start += count

    def _add(self, rows: pa.RecordBatch) -> None:
        """Row groups have the same rows however the batches were cut: so the bytes are the same."""
        self._schema = rows.schema
        self._held.append(rows)
        while sum(part.num_rows for part in self._held) >= self.ROWS_AT_ONCE:
            table = pa.Table.from_batches(self._held)
            self._write(table.slice(0, self.ROWS_AT_ONCE))
            self._held = table.slice(self.ROWS_AT_ONCE).to_batches()

    def _write(self, table: pa.Table) -> None:
        assert self._month is not None  # noqa: S101 - `take` sets it
        if self._open is None:
            path = self._staging / self.partitions[self._month].name
            self._open = pq.ParquetWriter(path, table.schema, compression="zstd")
        self._open.write_table(table.combine_chunks(), row_group_size=self.ROWS_AT_ONCE)
        self.partitions[self._month].rows += table.num_rows

    def _finish(self) -> None:
        if self._month is None:
            return
        if self._held and self._schema is not None:
            self._write(pa.Table.from_batches(self._held, schema=self._schema))
            self._held = []
        if self._open is not None:
            self._open.close()
            self._open = None
        partition = self.partitions[self._month]
        path = self._staging / partition.name
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
        partition.bytes, partition.sha256 = path.stat().st_size, sha256_of(path)
        self._month = None

    def finish(self) -> None:
        """After the last rows: every partition has its size and digest."""
        self._finish()

    def rename_in(self) -> None:
        """Each partition takes its place at once; the manifest, renamed in after them, says that all did."""
        (self._folder / PARTITIONS).mkdir(exist_ok=True)
        for partition in self.partitions.values():
            (self._staging / partition.name).replace(self._folder / partition.name)
        _sync_folder(self._folder / PARTITIONS)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """One export at a time into a folder, which is made; it goes again when nothing comes into it.

    Raises ExportRuns, and Stop when it cannot be written.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise Stop(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ExportRuns(f"Another export is writing to {folder}; wait for its end.") from error
        try:
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)
            if made and not any(folder.iterdir()):
                folder.rmdir()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; None where there is none. Raises Stop for one that cannot be read."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest["files"], list):
            raise ValueError("not the manifest of an export")
    except (ValueError, KeyError) as error:
        raise Stop(f"{path} is no manifest of an export ({error}). Name another folder.") from error
    return manifest


def write_durably(path: Path, text: str) -> None:
    """Whole or not at all."""
    partial = path.with_name(f".{path.name}.part")
    with partial.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    _sync_folder(path.parent)


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
