"""From what the user names (files, folders, patterns) to the files that can be read, and why the others cannot."""

import glob
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks.archive.regular import file_uri, is_text, open_regular, shown
from tasks.errors import Rejected, Stop
from tasks.load.sniff import WINDOW, Kind, first_bytes, kind_of
from tasks.model import Rejection


@dataclass(frozen=True, slots=True)
class Source:
    """A local file that can be read."""

    path: Path  # absolute, without symbolic links
    kind: Kind
    size_bytes: int


def find_sources(arguments: Sequence[str], *, seen_at: datetime | None = None) -> list[Source | Rejection]:
    """Expand files, folders (with all below them, by name, hidden ones left out) and patterns (`*`, `?`, `[]`, `**`).

    A file comes once, however often it is named. What cannot be read is a Rejection, and so is a folder in which
    nothing can; rejections carry `seen_at`, by default now. Raises Stop for a name or pattern that nothing matches.
    """
    search = _Search(seen_at or datetime.now(UTC))
    for argument in arguments:
        search.add(argument)
    return search.found


class _Search:
    def __init__(self, seen_at: datetime) -> None:
        self.found: list[Source | Rejection] = []
        self._seen_at = seen_at
        self._sources_met = 0
        self._files: dict[Path, bool] = {}  # without symbolic links, like the folders; whether it is a source
        self._folders: set[Path] = set()

    def add(self, argument: str) -> None:
        path = Path(argument)
        try:
            mode = os.stat(argument).st_mode  # noqa: PTH116 - Path("") would be the current folder
        except (FileNotFoundError, NotADirectoryError, ValueError):
            self._add_pattern(argument)
        except OSError as error:
            self._reject(path.absolute(), error.strerror or str(error))
        else:
            if stat.S_ISDIR(mode):
                self._add_folder(path.resolve(), path.resolve())
            else:
                self._add_file(path.resolve(), is_named=True)

    def _add_pattern(self, pattern: str) -> None:
        is_pattern = glob.has_magic(pattern) and "\0" not in pattern
        # Path.glob takes no absolute pattern.
        matches = sorted(glob.glob(pattern, recursive=True), key=os.fsencode) if is_pattern else []  # noqa: PTH207
        if not matches:
            why = "matches no file" if is_pattern else "no such file or folder"
            raise Stop(f"{shown(pattern)}: {why}" if pattern else "an empty name: no such file or folder")
        root = _fixed_part(pattern).resolve()
        for match in matches:
            self._add_met(Path(match).absolute(), root)

    def _add_met(self, path: Path, root: Path) -> None:
        """What a pattern matched. `root` is not left by symbolic links."""
        target = self._target(path, root)
        if target is not None and target.is_dir():
            self._add_folder(target, root)
        elif target is not None:
            self._add_file(target, is_named=False)

    def _target(self, path: Path, root: Path) -> Path | None:
        """Where a path leads; None, with a rejection, when that is nowhere or outside `root`."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: links that lead to each other, before Python 3.13
            self._reject(path, "a symbolic link that leads nowhere")
            return None
        if not target.is_relative_to(root):
            self._reject(path, "a symbolic link that leads out of the folder")
            return None
        return target

    def _add_folder(self, folder: Path, root: Path) -> None:
        """All files below, those of a folder before those of its folders."""
        if folder in self._folders:
            return
        files, sources = len(self._files), self._sources_met
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            if here not in self._folders:
                self._folders.add(here)
                waiting.extend(reversed(self._add_files_of(here, root)))
        if self._sources_met == sources:
            why = "it holds no file" if len(self._files) == files else "none of its files can"
            self._reject(folder, f"nothing in this folder can be read: {why}")

    def _add_files_of(self, folder: Path, root: Path) -> list[Path]:
        """Add the files of one folder; returns the folders in it."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            self._reject(folder, error.strerror or str(error))
            return []
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            target = self._target(path, root) if entry.is_symlink() else path
            if target is None:
                continue
            if target.is_dir():
                folders.append(target)
            else:
                self._add_file(target, is_named=False)
        return folders

    def _add_file(self, path: Path, *, is_named: bool) -> None:
        if path not in self._files:
            try:
                self.found.append(_source(path, is_named=is_named))
                self._files[path] = True
            except Rejected as error:
                self._reject(path, error.detail, error.reason)
                self._files[path] = False
        self._sources_met += self._files[path]

    def _reject(self, path: Path, detail: str, reason: str = "unreadable") -> None:
        self.found.append(Rejection(file_uri(path), reason, detail, self._seen_at, "file"))


def _source(path: Path, *, is_named: bool) -> Source:
    """The source that a file is. Raises Rejected when it is none."""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(WINDOW) or b""
    head, name = first_bytes(head, path.name)
    kind = kind_of(head, name, is_named=is_named)
    if kind == "warc" and not is_text(path):
        raise Rejected("unreadable", "rows refer to a WARC by its name, and this one is no valid UTF-8: rename it")
    return Source(path, kind, size)


def _fixed_part(pattern: str) -> Path:
    """The folder of a pattern above its first wildcard."""
    fixed = Path(pattern)
    while glob.has_magic(str(fixed)):
        fixed = fixed.parent
    return fixed
