"""requests without its own mind: connections to vetted addresses only, shut at the deadline, nothing kept or followed.

A connection can only be opened inside an Attempt (`attempting`): it says how to dial, until when, and takes down what
happened. Whatever requests or urllib3 would do by themselves outside of one fails instead of reaching a host.
"""

import contextlib
import logging
import time
from collections.abc import Iterator
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from tasks.fetch.address import Dialler
from tasks.fetch.outcome import Limits
from tasks.fetch.watchdog import Watch
from tasks.url import redact

HOSTS_KEPT = 128  # hosts whose idle connection is kept; above the number of threads that fetch at once


class Attempt:
    """One request on its way: how to dial, until when, and what was seen of it."""

    def __init__(self, dialler: Dialler, watch: Watch, limits: Limits) -> None:
        self.dialler, self.watch, self.limits = dialler, watch, limits
        self.address: str | None = None
        self.is_reused = False  # the connection had served before: it may be one that the server has just closed
        self.sent_at: float | None = None  # monotonic; None: nothing was sent


_ATTEMPT: ContextVar[Attempt] = ContextVar("attempt")


@contextlib.contextmanager
def attempting(attempt: Attempt) -> Iterator[Attempt]:
    token = _ATTEMPT.set(attempt)
    try:
        yield attempt
    finally:
        _ATTEMPT.reset(token)


class _Guarded:
    """What our plain and our TLS connection have in common. Comes before urllib3's class."""

    sock: Any
    host: str
    port: int
    vetted_address: str | None = None

    def _new_conn(self) -> Any:
        attempt = _ATTEMPT.get()
        seconds = min(attempt.limits.connect_s, attempt.watch.remaining())
        sock, self.vetted_address = attempt.dialler.dial(self.host, self.port, seconds, time.monotonic)
        attempt.watch.guard(sock)
        sock.settimeout(attempt.limits.idle_s)  # also for the TLS handshake
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        attempt = _ATTEMPT.get()
        if self.sock is not None:
            attempt.is_reused = getattr(self, "_has_served", False)
            if attempt.is_reused:
                attempt.watch.guard(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]  # of urllib3's class, which comes next
        self._has_served = True
        attempt.address = self.vetted_address
        attempt.sent_at = time.monotonic()

    def close(self) -> None:
        self._has_served = False
        super().close()  # type: ignore[misc]  # likewise


class _PlainConnection(_Guarded, HTTPConnection):
    pass


class _TlsConnection(_Guarded, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """An adapter whose pools make guarded connections; retries nothing by itself."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}


class _Session(requests.Session):
    """Follows nothing: requests inflates the body of every redirect that it sees, 1 MB becomes 2 GB."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def open_session(ca_bundle: str | None) -> requests.Session:
    """A session without proxies, netrc and cookies. `ca_bundle`: certificates to trust instead of certifi's."""
    session = _Session()
    session.trust_env = False
    session.verify = ca_bundle or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    adapter = _Adapter(pool_connections=HOSTS_KEPT, pool_maxsize=1, max_retries=urllib3.Retry(0, read=False))
    session.adapters.clear()
    for prefix in ("http://", "https://"):
        session.mount(prefix, adapter)
    _keep_secrets_out_of_logs()
    return session


class _Redacting(logging.Filter):
    """urllib3 logs every request line, query and all."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(redact(part) if isinstance(part, str) else part for part in record.args)
        return True


_REDACTING = _Redacting()


def _keep_secrets_out_of_logs() -> None:
    for name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.response", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_REDACTING)  # once: a logger keeps each filter once
