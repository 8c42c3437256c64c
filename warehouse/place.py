"""Where a warehouse lies, and what belongs to it: its own spool and its own part of the archive."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from warehouse.lake import is_lake, lake_address, parts_of

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_NAME = "presshouse.duckdb"
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse file and the data folder beside which it works. Both paths are absolute and resolved."""

    file: Path
    data_dir: Path

    @property
    def key(self) -> str:
        """Names what belongs to this warehouse only: a batch never lands in another one."""
        if is_lake(self.file):  # with or without its data path, it is the same
            return f"lake-{hashlib.sha256(parts_of(self.file)[0].encode()).hexdigest()[:8]}"
        return f"{_UNSAFE.sub('_', self.file.stem)[:40]}-{hashlib.sha256(str(self.file).encode()).hexdigest()[:8]}"

    @property
    def spool(self) -> Path:
        return self.data_dir / "spool" / self.key

    @property
    def archive(self) -> Path:
        return self.data_dir / "archive"

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
        return str(path.relative_to(self.data_dir)) if path.is_relative_to(self.data_dir) else str(path)

    def located(self, stored: str) -> Path:
        """The inverse of `stored`."""
        return self.data_dir / stored


def is_remote(stored: str) -> bool:
    """Whether a capture lies in a file on the web: a backfill read it there and did not keep it."""
    return stored.startswith(("http://", "https://"))


def default_data_dir() -> Path:
    """`data` in the clone; of an installed wheel, the user's data folder. Never relative to the working directory."""
    if (PROJECT / "pyproject.toml").exists():
        return PROJECT / "data"
    return Path.home() / ".local" / "share" / "presshouse"


def place(data_dir: str | Path | None = None, warehouse: str | Path | None = None) -> Place:
    """The place of a warehouse: a file (default: `presshouse.duckdb` in the data folder) or the address of a lake."""
    folder = Path(data_dir or default_data_dir()).expanduser().resolve()
    if is_lake(warehouse):
        return Place(file=lake_address(str(warehouse)), data_dir=folder)
    file = Path(warehouse).expanduser().resolve() if warehouse else folder / DEFAULT_NAME
    return Place(file=file, data_dir=folder)
