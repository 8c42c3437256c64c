"""Where a warehouse lies, and what belongs to it: its own spool and its own part of the archive.

Archive and spool are folders, or lie in a store (warehouse/store.py). Then their folders here are where files are made
until they are there, and `cache` has copies of what was read. Rows name an archive file the same way wherever it lies.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import Stop
from warehouse.lake import is_lake, lake_address, parts_of
from warehouse.store import is_slip, is_url, store_url

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_NAME = "presshouse.duckdb"
ARCHIVE = "archive/"  # what is in our archive is named so, relative to the data folder or not
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse file and the data folder beside which it works. Both paths are absolute and resolved.

    `archive_at`, `spool_at`: an absolute folder or the URL of a store; empty: in the data folder.
    """

    file: Path
    data_dir: Path
    archive_at: str = ""
    spool_at: str = ""

    @property
    def key(self) -> str:
        """Names what belongs to this warehouse only: a batch never lands in another one."""
        if is_lake(self.file):  # with or without its data path, it is the same
            return f"lake-{hashlib.sha256(parts_of(self.file)[0].encode()).hexdigest()[:8]}"
        return f"{_UNSAFE.sub('_', self.file.stem)[:40]}-{hashlib.sha256(str(self.file).encode()).hexdigest()[:8]}"

    @property
    def spool(self) -> Path:
        return _folder(self.spool_at, self.data_dir / "spool") / self.key

    @property
    def archive(self) -> Path:
        return _folder(self.archive_at, self.data_dir / "archive")

    @property
    def archive_url(self) -> str | None:
        """Of the store in which archive files are kept; None: in the folder `archive`."""
        return self.archive_at if is_url(self.archive_at) else None

    @property
    def spool_url(self) -> str | None:
        """Of the store in which this warehouse's batches wait; None: in the folder `spool`."""
        return f"{self.spool_at}/{self.key}" if is_url(self.spool_at) else None

    @property
    def spool_shown(self) -> str:
        """Where batches wait, for people."""
        return self.spool_url or str(self.spool)

    @property
    def cache(self) -> Path:
        """Copies of what lies in a store: whoever removes them costs a download."""
        return self.data_dir / "cache"

    @property
    def snapshot(self) -> Path:
        """The copy for readers, beside the warehouse: presshouse.read.duckdb."""
        if is_lake(self.file):
            return self.data_dir / f"{self.key}.read.duckdb"
        return self.file.with_name(f"{self.file.stem}.read.duckdb")

    def stored(self, path: str | Path) -> str:
        """`path` as the warehouse stores it: relative below the data folder, so that the folder can move.

        The address of a file on the web stays as it is.
        """
        if isinstance(path, str) and is_remote(path):
            return path
        path = Path(path)
        if path.is_relative_to(self.archive):
            return ARCHIVE + str(path.relative_to(self.archive))
        return str(path.relative_to(self.data_dir)) if path.is_relative_to(self.data_dir) else str(path)

    def located(self, stored: str | Path) -> Path:
        """The inverse of `stored`. A file of the archive need not be there: warehouse.archive_files has its bytes."""
        stored = str(stored)
        return self.archive / stored.removeprefix(ARCHIVE) if stored.startswith(ARCHIVE) else self.data_dir / stored

    def shown(self, stored: str) -> str:
        """Where a file is kept, for people: its path, or its URL in the archive's store."""
        if self.archive_url and stored.startswith(ARCHIVE):
            return f"{self.archive_url}/{stored.removeprefix(ARCHIVE)}"
        return str(self.located(stored))


def is_remote(stored: str) -> bool:
    """Whether a capture lies in a file on the web: a backfill read it there and did not keep it."""
    return stored.startswith(("http://", "https://"))


def default_data_dir() -> Path:
    """`data` in the clone; of an installed wheel, the user's data folder. Never relative to the working directory."""
    if (PROJECT / "pyproject.toml").exists():
        return PROJECT / "data"
    return Path.home() / ".local" / "share" / "presshouse"


def place(
    data_dir: str | Path | None = None, warehouse: str | Path | None = None, archive: str = "", spool: str = ""
) -> Place:
    """The place of a warehouse: a file (default: `presshouse.duckdb` in the data folder) or the address of a lake.

    `archive`, `spool`: a folder or the URL of a store. Raises Stop for one that cannot be right.
    """
    folder = Path(data_dir or default_data_dir()).expanduser().resolve()
    archive_at, spool_at = _at(archive, "PRESSHOUSE_ARCHIVE"), _at(spool, "PRESSHOUSE_SPOOL")
    if archive_at and spool_at and _is_inside(archive_at, spool_at):
        raise Stop("PRESSHOUSE_ARCHIVE and PRESSHOUSE_SPOOL lie in each other. Give each a place of its own.")
    if is_lake(warehouse):
        return Place(lake_address(str(warehouse)), folder, archive_at, spool_at)
    file = Path(warehouse).expanduser().resolve() if warehouse else folder / DEFAULT_NAME
    return Place(file, folder, archive_at, spool_at)


def _is_inside(one: str, other: str) -> bool:
    """Whether one of two folders, or prefixes, is the other or lies in it."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _at(written: str, setting: str) -> str:
    if not written:
        return ""
    if is_slip(written):
        raise Stop(f"{setting}: {written} is neither a folder nor a URL. A store is written s3://BUCKET/PREFIX.")
    return store_url(written, setting) if is_url(written) else str(Path(written).expanduser().resolve())


def _folder(at: str, default: Path) -> Path:
    return Path(at) if at and not is_url(at) else default
