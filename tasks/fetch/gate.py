"""One request at a time to a host over all processes of a data folder, and none sooner than promised.

Each host has a small file that is locked while it is asked (flock: the lock of a killed process is free at once) and
that says when it was asked last and when it may be asked again. Who gives way comes a little later than who does not,
so that a backfill lets scheduled runs go first.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LOOK_S = 0.02  # between two looks at a lock that somebody holds
GIVING_WAY_SHARE = 0.15  # of the interval, that who gives way waits longer than he must: others are there before
_FIELD = "{:.6f} {:.6f}\n"


@dataclass(slots=True)
class Turn:
    """A host is ours. Instants are of the monotonic clock, which all processes of a machine share.

    `sent_at`, `next_at`: to be set before the turn ends; None: nothing was sent.
    """

    sent_at: float | None = None
    next_at: float = 0.0


class Gate:
    """The hosts of one data folder. May be used by many threads at once."""

    def __init__(self, folder: Path, *, gives_way: bool = False) -> None:
        self._folder, self._gives_way = folder, gives_way
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def turn(self, host: str, interval_s: float, is_ended: Callable[[], bool]) -> Iterator[Turn | None]:
        """Wait until the host may be asked; None when `is_ended` says, meanwhile, that nobody wants to any more.

        `interval_s`: that is promised by who asks: counted from the last request, whoever made it.
        """
        file = self._wait(host, interval_s, is_ended)
        if file is None:
            yield None
            return
        turn = Turn()
        try:
            yield turn
        finally:
            try:
                if turn.sent_at is not None:
                    os.pwrite(file, _FIELD.format(turn.sent_at, turn.next_at).encode("ascii"), 0)
            finally:
                os.close(file)  # and with it the lock

    def _wait(self, host: str, interval_s: float, is_ended: Callable[[], bool]) -> int | None:
        path = self._folder / hashlib.blake2b(host.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        extra_s = GIVING_WAY_SHARE * interval_s if self._gives_way else 0.0
        while not is_ended():
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            left_s = LOOK_S
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
            else:
                left_s = _due_at(file, interval_s) + extra_s - time.monotonic()
                if left_s <= 0:
                    return file
                os.close(file)
            time.sleep(min(left_s, 1.0))
        return None


def _due_at(file: int, interval_s: float) -> float:
    """When the host may be asked; 0.0 where nobody has asked it since the machine was started."""
    try:
        sent_at, next_at = map(float, os.pread(file, 100, 0).split()[:2])
    except ValueError:  # nothing there, or cut by a full disk
        return 0.0
    if sent_at > time.monotonic():  # of before the last start
        return 0.0
    return max(next_at, sent_at + interval_s)
