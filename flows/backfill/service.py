"""Asking an archive's interface: slowly, and slower when it says so; given up for this run when it keeps saying so."""

import time
from collections.abc import Callable
from typing import TypeVar

from flows.ending import end_if_told
from flows.live.net import Web
from flows.progress import progress
from flows.settings import Settings
from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, Fetched, FetchRejected

# Times PRESSHOUSE_HOST_INTERVAL. Common Crawl asks for no particular pace; the Wayback Machine blocks an address that
# asks for more than about 15 pages of its index or captures a minute.
CCNEWS_FACTOR = 1.0
WAYBACK_FACTOR = 4.0

ATTEMPTS = 5  # per address; the first waits between them are short, the last one is 16 times as long
FIRST_WAIT = 10.0  # times the service's interval
LONGEST_WAIT_S = 900.0  # a service that asks for more is left for the next run
# Both archives answer 403 to who comes too fast, besides 429 and 503.
TOO_FAST = frozenset({403, 429, 503})

Got = TypeVar("Got")


class ServiceDown(Exception):
    """The archive does not answer any more, or does not want to: the rest of this run makes no sense."""


class Service:
    """One archive, one request at a time."""

    def __init__(self, web: Web, settings: Settings, factor: float) -> None:
        self._web = web
        self.interval_s = settings.host_interval * factor

    def fetch(self, url: str) -> Fetched:
        """Raises FetchRejected for what is not there, ServiceDown when waiting did not help."""

        def once() -> Fetched:
            outcome = self._web.ask_service(url, interval_s=self.interval_s)
            if isinstance(outcome, Fetched):
                return outcome
            raise outcome

        return self.patiently(once)

    def of_file(self, url: str, ask: Callable[[Client], Got]) -> Got:
        """What `ask` gives, patiently, while nobody else asks this host. Raises as `fetch`."""

        def once() -> Got:
            with self._web.alone_with(url, self.interval_s) as client:
                return ask(client)

        return self.patiently(once)

    def patiently(self, attempt: Callable[[], Got]) -> Got:
        """What `attempt` gives, tried again with growing pauses while it may help. Raises as `fetch`."""
        for number in range(ATTEMPTS):
            try:
                return attempt()
            except (FetchDeferred, FetchRejected) as error:
                if isinstance(error, FetchRejected) and error.status not in TOO_FAST:
                    raise
                failure = error
            asked_s = failure.retry_after_s if isinstance(failure, FetchDeferred) else None
            wait_s = max(asked_s or 0.0, FIRST_WAIT * self.interval_s * (1 << number))
            if number == ATTEMPTS - 1 or wait_s > LONGEST_WAIT_S:
                break
            progress().say(f"{failure}: asked again in {wait_s:,.0f} s")
            _sleep(wait_s)
        raise ServiceDown(f"{failure}; start the same command again later, it goes on here")


def _sleep(seconds: float) -> None:
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0:
        end_if_told()
        time.sleep(min(left, 1.0))
