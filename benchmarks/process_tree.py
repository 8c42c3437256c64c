"""What a process and all its descendants use, read from /proc: processor time and memory (Linux only)."""

import os
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType

PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6
TICK = os.sysconf("SC_CLK_TCK")
EVERY = 3.0  # seconds between two looks at the memory: each stops the processes for some 30 ms


def _stat(pid: int) -> tuple[int, float] | None:
    """(parent, processor seconds of it and of its ended children); None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / TICK


def tree(root: int) -> dict[int, float]:
    """Process id -> processor seconds, of `root` and all below it."""
    children: dict[int, list[int]] = defaultdict(list)
    seconds: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        if (found := _stat(int(entry.name))) is not None:
            children[found[0]].append(int(entry.name))
            seconds[int(entry.name)] = found[1]
    mine, left = {}, [root]
    while left:
        pid = left.pop()
        mine[pid] = seconds.get(pid, 0.0)
        left += children[pid]
    return mine


def cpu_seconds(root: int) -> float:
    return sum(tree(root).values())


def memory_mb(root: int) -> float:
    """Proportional set size: what processes share counts once."""
    total = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6


class Peak:
    """The largest memory of a tree while the block runs, MB."""

    def __init__(self, root: int) -> None:
        self.mb, self._root, self._ended = 0.0, root, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self.mb = max(self.mb, memory_mb(self._root))
