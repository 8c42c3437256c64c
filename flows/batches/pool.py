"""The processes that extract: one pool in each process that works off batches, be it a run or a Dask worker."""

import atexit
import threading

from flows.batches.readers import close_readers
from flows.batches.warm import PRELOAD, start
from flows.settings import Settings
from tasks.model import Article, Capture, Rejection
from tasks.one_page import Stamp, article_or_rejection, prepare, stamp_of
from tasks.pool import Workers

# By what shapes it: a Dask worker lives for longer than a registry stays as it is. One at a time.
_Shape = tuple[Stamp, int, float]
_workers: dict[_Shape, Workers[Capture, Article | Rejection]] = {}
_turn = threading.Lock()


def pool(settings: Settings) -> Workers[Capture, Article | Rejection]:
    """The pool of this process, started at the first need, and anew for another registry or other limits."""
    shape = _shape(settings)
    with _turn:
        if shape not in _workers:
            close_workers()
            start(settings)
            _workers[shape] = Workers(
                article_or_rejection,
                count=settings.worker_count,
                prepare=prepare,
                prepare_arguments=(settings.seeds,),
                preload=PRELOAD,
                seconds=settings.page_seconds,
                size=lambda capture: len(capture.body),
            )
        return _workers[shape]


def close_workers(*, at_once: bool = False) -> None:
    """End the pool's processes; `at_once` without waiting for the pages in work."""
    for workers in _workers.values():
        workers.close(at_once=at_once)
    _workers.clear()


def close_pool(*, at_once: bool = False) -> None:
    """End the pool's processes, `at_once` without waiting for the pages in work, and close what is kept open."""
    close_workers(at_once=at_once)
    close_readers()


# A Dask worker is told to end whenever somebody stops it: its end would wait for processes that wait for pages.
atexit.register(close_workers, at_once=True)


def _shape(settings: Settings) -> _Shape:
    return stamp_of(settings.seeds), settings.worker_count, settings.page_seconds
