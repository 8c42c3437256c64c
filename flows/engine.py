"""Prefect's surroundings: set before Prefect is imported, which reads them once."""

import os
from collections.abc import MutableMapping
from pathlib import Path

from flows.settings import Settings
from tasks.errors import Stop

_OURS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # What fails is told by the command in one line; the server keeps the whole of it.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    # The first start makes the database: 15 s on a quick machine, too near to the default of 20 s on a slow one.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}


def set_up(settings: Settings, environ: MutableMapping[str, str] = os.environ) -> None:
    """What the user has set wins; Prefect's home lies in the data folder unless PREFECT_HOME says otherwise.

    Raises Stop when the data folder cannot be written.
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
    for name, value in (_OURS | {"PREFECT_HOME": str(home)}).items():
        environ.setdefault(name, value)
