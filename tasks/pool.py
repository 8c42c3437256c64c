"""A pool of processes that runs untrusted bytes: each call under a time and a memory limit, each worker killable.

Two limits on time, because each has a hole: the alarm inside the worker is a BaseException that extraction libraries
do not swallow, but a long C call delays it; behind it the pool kills the worker from outside.
On macOS RLIMIT_AS is not enforced: there only the limits on input sizes bound memory.
"""

import os
import resource
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver, get_context
from types import FrameType
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from tasks import warm
from tasks.errors import PageTimeout

PAGE_SECONDS = 20.0  # HOSTILE.md: limit of a page
KILL_AFTER = 10.0  # seconds past the alarm until the worker is killed
PAGE_BYTES = 1 << 30  # of address space that a page may add to what a warm worker has
CALLS_A_WORKER = 2_000  # then it is replaced: extraction libraries leak a little
UNFINISHED = 32  # calls handed out and not finished
UNFINISHED_BYTES = 48 << 20  # of their inputs: what a batch in flight may hold in memory
ORPHAN_CHECK = 1.0  # seconds between two looks whether the run is still alive

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a call gave no result. `reason` is a key of tasks.model.REASONS."""

    reason: str
    detail: str


class Workers(Generic[T, R]):
    """`call` applied to many inputs in `count` processes, until `close`."""

    def __init__(
        self,
        call: Callable[[T], R],
        *,
        count: int,
        prepare: Callable[..., None],
        prepare_arguments: tuple[Any, ...] = (),
        preload: tuple[str, ...] = (),
        seconds: float = PAGE_SECONDS,
        size: Callable[[T], int] = lambda _: 0,
    ) -> None:
        start_parent(preload)
        self._call, self._seconds, self._size = call, seconds, size
        self._pool: Any = ProcessPool(  # pebble is only partly typed
            max_workers=count,
            max_tasks=CALLS_A_WORKER,
            context=get_context("forkserver"),  # fork is unsafe beside Prefect's threads
            initializer=_set_up_worker,
            initargs=(prepare, prepare_arguments),
        )
        self._load = _Load()

    def map(self, inputs: Iterable[T]) -> Iterator[tuple[T, R | Failed]]:
        """(input, result or failure) in the order of the inputs, which are drawn as fast as they are worked off."""
        waiting: deque[tuple[T, Any]] = deque()
        for given in inputs:
            size = self._size(given)
            self._load.take(size)
            future = self._pool.schedule(
                _limited, args=(self._call, given, self._seconds), timeout=self._seconds + KILL_AFTER
            )
            future.add_done_callback(partial(self._load.give, size))
            waiting.append((given, future))
            while waiting and waiting[0][1].done():
                first, done = waiting.popleft()
                yield first, _outcome(done)
        while waiting:
            first, done = waiting.popleft()
            yield first, _outcome(done)

    def close(self, *, at_once: bool = False) -> None:
        """End the processes; `at_once` without waiting for the calls in work."""
        if at_once:
            self._pool.stop()
        else:
            self._pool.close()
        self._pool.join()


def start_parent(preload: tuple[str, ...], told: str | None = None) -> None:
    """Start the process that all pools of this one fork theirs from; where it runs already, nothing.

    It imports `preload` and does what `told` says (tasks/warm.py) while this process goes on: whoever has something
    else to do calls this first.
    """
    get_context("forkserver").set_forkserver_preload([*preload, warm.__name__] if told else list(preload))
    with _silent_stderr():
        if told is not None:
            os.environ[warm.ORDER] = told
        try:
            forkserver.ensure_running()
        finally:
            os.environ.pop(warm.ORDER, None)


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """What is started meanwhile has nowhere to complain: a worker that is ended while it starts prints a traceback.

    Nothing is lost by it: what a call raises comes back as its result.
    """
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class _Load:
    """How much is handed out; `take` waits until there is room."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls = 0
        self._bytes = 0

    def take(self, size: int) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._calls == 0 or (self._calls < UNFINISHED and self._bytes + size <= UNFINISHED_BYTES)
            )
            self._calls += 1
            self._bytes += size

    def give(self, size: int, _future: object = None) -> None:
        with self._changed:
            self._calls -= 1
            self._bytes -= size
            self._changed.notify_all()


def _outcome(future: Any) -> Any:
    try:
        return future.result()
    except FutureTimeout:
        return Failed("time_limit", "killed: it did not stop by itself")
    except ProcessExpired as error:
        return Failed("crashed", f"the worker ended with exit code {error.exitcode}")
    except MemoryError:
        return Failed("memory", f"more than {PAGE_BYTES >> 20} MiB")
    except Exception as error:  # noqa: BLE001 - whatever a page did to a library costs that page only, and is stored
        return Failed("crashed", f"{type(error).__name__}: {error}"[:500])


def _limited(call: Callable[[T], R], given: T, seconds: float) -> R | Failed:
    """Runs in the worker."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return call(given)
    except PageTimeout:
        return Failed("time_limit", f"more than {seconds:g} s")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _set_up_worker(prepare: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which then ends us
    signal.signal(signal.SIGALRM, _on_alarm)
    threading.Thread(target=_end_with_the_run, args=(os.getppid(),), daemon=True).start()
    prepare(*arguments)
    _limit_memory()


def _on_alarm(_signal: int, _frame: FrameType | None) -> None:
    raise PageTimeout


def _end_with_the_run(parent: int) -> None:
    """A run that is killed cannot end its workers: they notice."""
    while os.getppid() == parent:
        time.sleep(ORPHAN_CHECK)
    os._exit(1)


def _limit_memory() -> None:
    if not sys.platform.startswith("linux"):
        return
    with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123 - no path of ours
        pages = int(stream.read().split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + PAGE_BYTES
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
