"""Prefect's surroundings: set before Prefect is imported, which reads them once."""

import gc
import logging
import os
import sys
from collections.abc import MutableMapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

from flows.settings import Settings
from tasks.errors import Stop

SILENT = "_PRESSHOUSE_SILENT"  # set by `presshouse up --quiet` for its runs: they say nothing of how they ended

_OURS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # What fails is told by the command in one line; the server keeps the whole of it.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",  # its threads go on complaining after a server that died
    # The first start makes the database: 15 s on a quick machine, too near to the default of 20 s on a slow one.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}

_DAY = 86_400  # seconds
# Of `presshouse up` besides: what its server keeps, and what its runs tell it.
_SCHEDULED = {
    "PREFECT_LOGGING_LEVEL": "INFO",  # what a run's page shows
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # Seconds between heartbeats, of which the automation in `serve` waits for three. Prefect takes no less.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # By default the server forgets with its end whose turn it is, and a run that waits for its start loses its turn.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # Seconds until a task asks again for the writer's slot; an append takes less than Prefect's 30.
    "PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS": "2",
    # And until a run asks again for its deployment's place.
    "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "5",
    # By default Prefect deletes events only, and keeps every run for ever.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * _DAY),
    "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": f'{{"prefect.flow-run.heartbeat": {2 * _DAY}}}',
}


def set_up(settings: Settings, environ: MutableMapping[str, str] = os.environ, *, scheduled: bool = False) -> None:
    """What the user has set wins; Prefect's home lies in the data folder unless PREFECT_HOME says otherwise.

    `scheduled`: for `presshouse up`. Raises Stop when the data folder cannot be written.
    """
    home = Path(environ.get("PREFECT_HOME") or settings.prefect_home)
    for folder in (home, settings.place.spool):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Stop(
                f"{folder} cannot be made ({error.strerror}). Name another folder: PRESSHOUSE_DATA_DIR=..."
            ) from error
        if not os.access(folder, os.W_OK):
            raise Stop(f"{folder} cannot be written. Name another folder: PRESSHOUSE_DATA_DIR=...")
    # The copy of the page that the server makes lies there too: an installation may be read-only.
    places = {"PREFECT_HOME": str(home), "PREFECT_UI_STATIC_DIRECTORY": str(home / "page")}
    for name, value in (_OURS | (_SCHEDULED if scheduled else {}) | places).items():
        environ.setdefault(name, value)


def loaded(module: str) -> ModuleType:
    """A module of flows, and Prefect with it. What is imported stays: looking for garbage in it, again and again as it
    grows, took a sixth of the time that a run needs to start."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def let_go() -> None:
    """Once the server is lost: end without waiting for it.

    The end of a process waits until Prefect has sent its events, and it tries each of those that are left for seven
    seconds and more: with a handful of them the command stood still for a minute after it had said what failed. What
    its thread for logs could not send is not worth a word after ours either.
    """
    logging.raiseExceptions = False
    worker = sys.modules.get("prefect.events.worker")
    if worker is not None:
        for kept in list(worker.EventsWorker._instances.values()):
            kept._client._reconnection_attempts = 0
