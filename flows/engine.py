"""Prefect's surroundings: set before Prefect is imported, which reads them once."""

import os
from collections.abc import MutableMapping

from flows.settings import Settings

_OURS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    # The first start makes the database: 15 s on a quick machine, too near to the default of 20 s on a slow one.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}


def set_up(settings: Settings, environ: MutableMapping[str, str] = os.environ) -> None:
    """What the user has set wins; Prefect's home lies in the data folder unless PREFECT_HOME says otherwise."""
    for name, value in (_OURS | {"PREFECT_HOME": str(settings.prefect_home)}).items():
        environ.setdefault(name, value)
