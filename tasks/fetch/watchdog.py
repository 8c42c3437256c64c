"""Deadlines that hold: a thread shuts the connection of whoever is past his time.

Timeouts of sockets end a silence, not a server that sends a byte now and then; headers are read in a loop inside
http.client that looks at no clock. So the connection itself is shut from outside, and whoever reads finds its end.
"""

import contextlib
import heapq
import itertools
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Watch:
    """One piece of work with a deadline (monotonic seconds). Use as a context manager."""

    def __init__(self, watchdog: "Watchdog", ends_at: float, clock: Callable[[], float]) -> None:
        self.ends_at = ends_at
        self.fired = False
        self._watchdog = watchdog
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.ends_at - self._clock())

    def is_over(self) -> bool:
        return self.fired or self.remaining() <= 0

    def guard(self, sock: socket.socket) -> None:
        """Shut this connection at the deadline.

        A duplicate of the descriptor is kept: it stays valid when TLS takes the socket over or somebody closes it, and
        its number is nobody else's meanwhile.
        """
        # A plain socket object even of a TLS one, whose own shutdown would first talk to the other side.
        line = socket.socket(sock.family, sock.type, fileno=_duplicate(sock))
        with self._lock:
            self._lines.append(line)
            if self.fired:
                _shut(line)

    def fire(self) -> None:
        with self._lock:
            self.fired = True
            for line in self._lines:
                _shut(line)

    def __enter__(self) -> Self:
        self._watchdog.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watchdog.remove(self)
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()


class Watchdog:
    """One thread for all watches of a client; starts with the first, ends with `close`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Watch]] = []
        self._active: set[Watch] = set()
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def watch(self, ends_at: float) -> Watch:
        return Watch(self, ends_at, self._clock)

    def add(self, watch: Watch) -> None:
        with self._changed:
            self._active.add(watch)
            heapq.heappush(self._due, (watch.ends_at, next(self._numbers), watch))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            if self._due[0][2] is watch:
                self._changed.notify()

    def remove(self, watch: Watch) -> None:
        with self._changed:
            self._active.discard(watch)

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                watch = self._next()
                if self._is_closed:
                    return
            if watch is not None:
                watch.fire()

    def _next(self) -> Watch | None:
        """A watch whose time is over, or None after waiting for one. Holds the lock."""
        while self._due and self._due[0][2] not in self._active:
            heapq.heappop(self._due)
        left_s = self._due[0][0] - self._clock() if self._due else None
        if left_s is not None and left_s <= 0:
            return heapq.heappop(self._due)[2]
        if not self._is_closed:
            self._changed.wait(left_s)
        return None


def _duplicate(sock: socket.socket) -> int:
    return socket.dup(sock.fileno())


def _shut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):  # not connected any more: nothing to shut
        line.shutdown(socket.SHUT_RDWR)
