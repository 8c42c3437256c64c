"""Progress for people: a bar on a terminal, plain lines elsewhere, nothing when quiet. Always on standard error."""

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from flows.words import counted

LINE_EVERY = 10.0  # seconds between two plain lines


class Progress(AbstractContextManager["Progress"]):
    """How far a run is. The current one is `progress()`; steps report to it, whoever shows it."""

    def __init__(self, *, quiet: bool = True) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._bars: dict[Path, Any] = {}
        self._fetches = 0
        self._pages, self._started, self._spoken = 0, 0.0, 0.0  # seconds of the monotonic clock
        if not quiet and sys.stderr.isatty():
            self._bar = _terminal_bar()

    def __enter__(self) -> "Progress":
        _current[:] = [self]
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _current.clear()
        if self._bar is not None:
            self._bar.stop()

    def say(self, line: str) -> None:
        """A line that stays."""
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False)
        elif not self._quiet:
            print(line, file=sys.stderr, flush=True)

    def at(self, path: Path, done: int, total: int) -> None:
        """Bytes read of a file."""
        self._started = self._started or time.monotonic()
        if self._bar is None:
            self._line(path, done, total)
            return
        if path not in self._bars:
            self._bars[path] = self._bar.add_task(path.name, total=total, pages=0)
        self._bar.update(self._bars[path], completed=done, total=total, pages=self._pages)

    def fetched(self, left: int) -> None:
        """A page was fetched, or refused; so many are left."""
        self._fetches += 1
        self.at(_WEB, self._fetches, self._fetches + left)

    def extracted(self, pages: int) -> None:
        self._pages += pages

    def _line(self, path: Path, done: int, total: int) -> None:
        now = time.monotonic()
        if self._quiet or now - max(self._spoken, self._started) < LINE_EVERY:
            return
        self._spoken = now
        rate = self._pages / max(now - self._started, 1.0)
        share = f"{done / total:.0%}" if total else "..."
        self.say(f"{path.name}: {share} read, {counted(self._pages, 'page')} extracted, {rate:.0f} a second")


def _terminal_bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    return Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[pages]} pages"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


_WEB = Path("fetching")

_current: list[Progress] = []
_silent = Progress()


@contextmanager
def shown_by(one: Progress) -> Iterator[None]:
    """Within the block `one` is the current progress."""
    before = list(_current)
    _current[:] = [one]
    try:
        yield
    finally:
        _current[:] = before


def progress() -> Progress:
    """The progress of the run in this process; a silent one where there is none (a remote worker)."""
    return _current[0] if _current else _silent
