"""Where the batch tasks run: in the process of the flow, or on the workers of a Dask cluster (PRESSHOUSE_RUNNER).

Prefect's own task runner for Dask does it (the extra `dask`). A batch task takes and returns references to files, so
the data folder and the project have to be under the same path on every worker; or archive and spool are in a store, the
warehouse is a lake, and each worker has a data folder of its own (PRESSHOUSE_DATA_DIR). Then what lies in the archive
is worked off anywhere, and files of this machine are read here. Appends stay in the flow's process.
"""

import ipaddress
import multiprocessing
import os
import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prefect.futures import PrefectFuture
from prefect.settings import get_current_settings
from prefect.task_runners import TaskRunner

from flows.batches.pieces import LocalSlice, WarcSlice
from flows.rules import rules_hash
from flows.settings import PREFIX, Settings, data_dir_of
from tasks.errors import Stop

EXTRA = "uv sync --extra dask"
FOLDER = PREFIX + "DATA_DIR"
WORKERS_SECONDS = 30  # until a cluster without any worker is given up
LOOK_EVERY = 0.5  # seconds between two looks whether the run was told to end, while nothing comes
STARTED_SO = "dask worker ADDRESS --no-nanny --nthreads 1"  # pools of processes need both


class Crew:
    """The workers of a run. Futures come back in the order in which they end."""

    def __init__(self, runner: TaskRunner[Any], size: int, *, is_apart: bool = False) -> None:
        self._runner, self.size = runner, size
        self.is_apart = is_apart  # the workers have data folders of their own
        self._ended: queue.SimpleQueue[PrefectFuture[Any]] = queue.SimpleQueue()
        self._under_way = 0

    def takes(self, piece: LocalSlice | WarcSlice) -> bool:
        """Whether a worker can read it: elsewhere only what is in the archive."""
        return not self.is_apart or (isinstance(piece, WarcSlice) and piece.of_archive)

    def told(self, settings: Settings) -> Settings:
        """The settings for a worker."""
        return settings.to_travel() if self.is_apart else settings

    def submit(self, task: Any, **parameters: Any) -> PrefectFuture[Any]:
        """Hand a task to some worker; whoever keeps the future asks it for its result."""
        return self._runner.submit(task, parameters)

    def hand_out(self, task: Any, **parameters: Any) -> None:
        """Hand a task to some worker; its end comes by `next_ended`."""
        future = self.submit(task, **parameters)
        self._under_way += 1
        future.add_done_callback(self._ended.put)

    @property
    def has_room(self) -> bool:
        """Whether a worker would have to wait: each has one task at work and one that waits beside it."""
        return self._under_way < 2 * self.size

    @property
    def is_at_work(self) -> bool:
        return self._under_way > 0

    def next_ended(self, between: Callable[[], None]) -> Any:
        """The result of the task that ends next; raises what it raised. `between` is called while nothing comes."""
        while True:
            between()
            try:
                future = self._ended.get(timeout=LOOK_EVERY)
            except queue.Empty:
                continue
            self._under_way -= 1
            return future.result()


@contextmanager
def crew(settings: Settings) -> Iterator[Crew | None]:
    """The workers that the settings name, while the block runs; None: batches are worked off in this process.

    Inside a flow. Raises Stop when there is no such cluster, it has no worker, or its workers would do other work than
    this process would.
    """
    if not settings.runner:
        yield None
        return
    address = settings.runner.partition("://")[2]
    demand_reachable(address, get_current_settings().api.url)
    try:
        from prefect_dask import DaskTaskRunner
    except ImportError as error:
        raise Stop(f"PRESSHOUSE_RUNNER needs prefect-dask. Get it: {EXTRA}") from error
    with DaskTaskRunner(address=f"tcp://{address}") as runner:
        try:
            client: Any = runner.client
            client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except OSError as error:  # and its subclass TimeoutError
            raise Stop(
                f"No Dask scheduler with a worker answers at {address}. Start both: dask scheduler; {STARTED_SO}"
            ) from error
        try:
            looks = client.run(look, settings.seeds, settings.place.data_dir, settings.may_travel)
        except ImportError as error:
            raise Stop(f"A Dask worker does not find Presshouse. Start workers from its clone: {STARTED_SO}") from error
        is_apart = settings.may_travel and not all(has_folder for _, has_folder, _ in looks.values())
        if problem := unfit(looks, look(settings.seeds, settings.place.data_dir), is_apart=is_apart):
            raise Stop(problem)
        yield Crew(runner, len(looks), is_apart=is_apart)


Look = tuple[str, bool, bool]  # rules, whether it works in the data folder, whether it may start processes


def look(seeds: Path, data_dir: Path, may_travel: bool = False) -> Look:
    """What a process would work with. Runs on each worker; one that names a folder of its own works there if it may."""
    rules = rules_hash(seeds) if seeds.is_dir() else ""
    is_apart = may_travel and bool(os.environ.get(FOLDER)) and data_dir_of(os.environ) != data_dir
    return rules, data_dir.is_dir() and not is_apart, not multiprocessing.current_process().daemon


def unfit(looks: dict[str, Look], ours: Look, *, is_apart: bool = False) -> str | None:
    """Why the workers (address -> its look) cannot work for a process that has the look `ours`; None: they can.

    `is_apart`: the work needs no data folder in common.
    """
    for worker, (rules, has_folder, may_start) in looks.items():
        if not may_start:
            return f"The Dask worker {worker} may start no processes. Start it so: {STARTED_SO}"
        if not has_folder and not is_apart:
            return f"The Dask worker {worker} does not see the data folder. It must be shared, under the same path."
        if rules != ours[0]:
            return f"The Dask worker {worker} has another program, libraries or registry. Bring it up to date."
    return None


def demand_reachable(address: str, api: str | None) -> None:
    """Raise Stop when workers on other machines would have to report to a Prefect server that only this one reaches."""
    if api is None or (_is_loopback(urlsplit(api).hostname) and not _is_loopback(urlsplit(f"//{address}").hostname)):
        raise Stop(
            "Dask workers on other machines cannot report to a Prefect server on 127.0.0.1. "
            "Set PREFECT_API_URL to one that they reach."
        )


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
