"""A call to somebody's monitor after each run that did its work: when it stays away, something is silent."""

import os
from collections.abc import Callable
from dataclasses import replace

from flows.settings import Settings, load
from tasks.errors import Deferred, Rejected, Stop

DEADLINE_S = 15.0  # of the whole call: a run does not wait for its monitor


def shareable(settings: Settings) -> Settings:
    """The settings as the parameter of a flow, which Prefect stores: without the monitor's URL."""
    return replace(settings, heartbeat_url="")


def beat(settings: Settings, say: Callable[[str], None]) -> bool:
    """Call `heartbeat_url`, if there is one; whether it was called and answered.

    A failure is said and fails nothing. The URL may hold a secret: of it only the kind of failure is told, and a flow
    whose settings are `shareable` reads it from the environment.
    """
    url = settings.heartbeat_url or load(os.environ).heartbeat_url
    if not url:
        return False
    from flows.live.net import client

    try:
        with client(settings) as net:
            net.fetch(url, deadline_s=DEADLINE_S)
    except (Deferred, Rejected) as error:
        say(f"The monitor at PRESSHOUSE_HEARTBEAT_URL was not reached ({getattr(error, 'reason', 'failed')})")
        return False
    except Stop as stop:  # a wrong setting of the client
        say(f"The monitor at PRESSHOUSE_HEARTBEAT_URL was not called: {stop}")
        return False
    return True
