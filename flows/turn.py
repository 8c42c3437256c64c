"""Whose turn it is: one process at a time, by a lock on a file. It goes with the process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Taken(Exception):
    """Another process has the turn. `holder`: its PID, as text."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"taken by PID {holder}")


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Have the turn while the block runs. Raises Taken at once where somebody has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Taken(lock.read().strip() or "unknown") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_taken(file: Path) -> bool:
    """Whether somebody has the turn now."""
    try:
        with file.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
