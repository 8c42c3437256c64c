"""Temporary files carry the PID of their writer, so that what a killed one left can be told from work under way."""

import hashlib
import os
import re
import socket
import time
from pathlib import Path

PARTIAL = ".part"  # suffix, after the writer's PID
_WRITER = re.compile(r"-p([0-9]{1,10})(?:h([0-9a-f]{8}))?(?![0-9a-f])")
STALE_S = 86_400.0  # untouched for so long, a file is nobody's, whoever has that PID by now


def partial(path: Path) -> Path:
    """The temporary name of `path` while this process writes it."""
    return path.with_name(f"{path.name}.{os.getpid()}{PARTIAL}")


def is_abandoned(path: Path, *, is_shared: bool = False) -> bool:
    """Whether the writer of a temporary file is gone; of one on another machine (`is_shared`) only its age tells."""
    writer = path.name.removesuffix(PARTIAL).rpartition(".")[2]
    if not writer.isdecimal():
        return False
    try:
        return (not is_shared and not lives(int(writer))) or time.time() - path.stat().st_mtime > STALE_S
    except FileNotFoundError:  # finished in this moment
        return False


def of_this_process(*, of_machine: bool = False) -> str:
    """A mark in the name of a file that this process will take further; of this machine, where others see the file."""
    return f"p{os.getpid()}" + (f"h{this_machine()}" if of_machine else "")


def this_machine() -> str:
    """Tells machines, and containers, apart by their name: 8 hex digits."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def is_at_work(path: Path, *, is_shared: bool = False) -> bool:
    """Whether the process whose mark the finished file carries may still take it further: not we, and it lives."""
    found = _WRITER.search(path.name)
    if found is None or int(found[1]) == os.getpid():
        return False
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return True
    return age < STALE_S and (is_shared or lives(int(found[1])))


def is_at_work_elsewhere(name: str, age: float) -> bool:
    """As `is_at_work`, of a file in a store: of another machine's only its age (seconds) tells."""
    found = _WRITER.search(name)
    if found is None or age >= STALE_S:
        return False
    if found[2] not in (None, this_machine()):
        return True
    return int(found[1]) != os.getpid() and lives(int(found[1]))


def lives(pid: int) -> bool:
    """Whether there is such a process on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
