"""One URL over HTTP: what it answers, within limits, or an error that says what happens next.

Redirects are followed here, hop by hop, each hop vetted like the first. Nothing is stored between requests but idle
connections: no cookies, no caches, no authentication.
"""

import importlib.metadata
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from http.client import HTTPException
from types import TracebackType
from typing import Self

import requests
from urllib3.exceptions import HTTPError

from tasks.errors import PresshouseError
from tasks.fetch.address import Dialler, Network, Resolver, resolve
from tasks.fetch.answer import Answer, decoded_body, drain, masked_head, read_body, read_head, request_head
from tasks.fetch.connection import Attempt, attempting, open_session
from tasks.fetch.network import network_error
from tasks.fetch.outcome import (
    Exchange,
    FetchDeferred,
    Fetched,
    FetchRejected,
    Limits,
    Validators,
    body_sha256,
    status_error,
)
from tasks.fetch.target import dialable_url, next_target
from tasks.fetch.watchdog import Watch, Watchdog
from tasks.url import host_of, redact

DEADLINE_S = 60.0  # of a URL, all hops together, waiting for other requests to its host apart
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT_REDIRECTS = frozenset({301, 308})
PARTIAL = 206  # nobody asked for a part
PRODUCT = "Presshouse"
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
# Not br and zstd, though they are understood when they come: bodies are archived as sent, and common WARC tools fail on
# these two (warcio 1.8.1 raises on every brotli record and leaves zstd as it is).
ACCEPT_ENCODING = "gzip, deflate"

_LATE = FetchDeferred("deadline", "not whole within the time limit", failure="soft")


@lru_cache(maxsize=1)
def version() -> str:
    try:
        return importlib.metadata.version("presshouse")
    except importlib.metadata.PackageNotFoundError:  # run from a clone that was never installed
        return "0"


def user_agent(contact: str | None) -> str:
    """How Presshouse names itself: `Presshouse/0.1.0 (+mailto:desk@example.org)`. Raises ValueError for a wrong one."""
    if contact is None:
        return f"{PRODUCT}/{version()}"
    contact = " ".join(contact.split())
    if not contact or not contact.isascii() or not contact.isprintable() or set(contact) & set("()"):
        raise ValueError("the contact must be an address or URL in ASCII, without parentheses")
    return f"{PRODUCT}/{version()} (+{contact})"


class Client:
    """Fetches URLs; may be used by many threads at once. Close it, or use it in a `with`."""

    def __init__(
        self,
        contact: str | None,
        *,
        allowed: Sequence[Network] = (),
        limits: Limits | None = None,
        resolver: Resolver = resolve,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        ca_bundle: str | None = None,
    ) -> None:
        """`allowed`: networks that may be dialled although private. `now`: the wall clock; deadlines do not use it."""
        self.request_headers = {
            "User-Agent": user_agent(contact),
            "Accept": ACCEPT,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "keep-alive",
        }
        self.limits = limits or Limits()
        self.now = now
        self.dialler = Dialler(allowed, resolver)
        self.watchdog = Watchdog()
        self.session = open_session(ca_bundle)

    def start(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        deadline_s: float = DEADLINE_S,
        hops: int | None = None,
    ) -> "Chase":
        """A URL that is fetched request by request. Raises FetchRejected "bad_url"."""
        return Chase(self, url, validators, deadline_s, self.limits.hops if hops is None else hops)

    def fetch(self, url: str, *, validators: Validators | None = None, deadline_s: float = DEADLINE_S) -> Fetched:
        """Fetch a URL and whatever it redirects to. Raises FetchDeferred or FetchRejected."""
        chase = self.start(url, validators=validators, deadline_s=deadline_s)
        while (fetched := chase.step()) is None:
            pass
        return fetched

    def send(self, prepared: requests.PreparedRequest, attempt: Attempt) -> requests.Response:
        """One request; a second time when the connection was an old one that the server had closed meanwhile."""
        while True:
            try:
                return self.session.send(
                    prepared,
                    stream=True,
                    allow_redirects=False,
                    timeout=(self.limits.connect_s, self.limits.idle_s),
                    verify=self.session.verify,
                    proxies={},
                )
            except requests.ConnectionError:
                if not attempt.is_reused or attempt.watch.fired:
                    raise
                attempt.is_reused = False

    def close(self) -> None:
        self.session.close()
        self.watchdog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Chase:
    """A URL on its way through redirects. Each `step` is one request, so that the pace of each host can be kept."""

    def __init__(self, client: Client, url: str, validators: Validators | None, deadline_s: float, hops: int) -> None:
        self.asked_url = redact(url)
        self.url = dialable_url(url)  # of the next step; may hold secrets
        self.sent_at: float | None = None  # monotonic: when the last request was sent
        self._client = client
        self._validators = validators
        self._left_s = deadline_s
        self._hops_left = hops
        self._seen = {self.url}
        self._exchanges: list[Exchange] = []
        self._notes: list[str] = []
        self._moved_url: str | None = None
        self._is_moving = True  # all redirects so far were permanent
        self._asked_again = False
        self._watch: Watch | None = None

    @property
    def host(self) -> str:
        return host_of(self.url) or ""

    def step(self) -> Fetched | None:
        """Make the next request: the answer, or None when another one has to follow at `url`.

        Raises FetchDeferred or FetchRejected.
        """
        started_at = time.monotonic()
        with self._client.watchdog.watch(started_at + self._left_s) as watch:
            self._watch = watch
            attempt = Attempt(self._client.dialler, watch, self._client.limits)
            failure: PresshouseError
            try:
                with attempting(attempt):
                    return self._ask(attempt)
            except PresshouseError as error:
                failure = error
            except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
                # A connection that we have shut fails in many ways.
                failure = _LATE if watch.fired else network_error(error)
            finally:
                self.sent_at = attempt.sent_at
                self._left_s -= time.monotonic() - started_at
            if isinstance(failure, FetchDeferred) and failure.reason != "dns" and watch.is_over():
                failure = _LATE
        # Outside of the `except`: the library's message holds the URL, and must not come along as the cause.
        raise failure.about(self.url) if isinstance(failure, FetchDeferred | FetchRejected) else failure

    def cancel(self) -> None:
        """End the step that another thread is in, as if its time were over."""
        if self._watch is not None:
            self._watch.fire()

    def _ask(self, attempt: Attempt) -> Fetched | None:
        limits, watch = self._client.limits, attempt.watch
        conditions = self._conditions()
        prepared = requests.Request("GET", self.url, headers=self._client.request_headers | conditions).prepare()
        response = self._client.send(prepared, attempt)
        try:
            answer, at = read_head(response, limits), self._client.now()
            latency_s = time.monotonic() - (attempt.sent_at or 0)
            location = answer.first("location")
            if answer.status in REDIRECTS and location:
                body, truncated = drain(response, answer, limits, watch)
                self._keep(prepared, answer, at, body, attempt, truncated)
                self._turn(answer.status, location)
                return None
            if answer.status == 304:
                self._keep(prepared, answer, at, b"", attempt)
                return self._unmodified(answer, latency_s)
            if not 200 <= answer.status < 300 or answer.status == PARTIAL:
                raise status_error(self.url, answer.status, answer.headers, self._client.now())
            raw = read_body(response, answer, limits.body_bytes, watch)
            self._keep(prepared, answer, at, raw, attempt)
            return self._fetched(answer, decoded_body(raw, answer, limits.body_bytes), latency_s)
        finally:
            response.close()

    def _conditions(self) -> dict[str, str]:
        if self._asked_again:
            return {"Cache-Control": "no-cache"}
        return self._validators.request_headers() if self._validators else {}

    def _turn(self, status: int, location: str) -> None:
        """Go on at another URL. Raises FetchRejected."""
        target = next_target(self.url, location)
        if target in self._seen:
            raise FetchRejected("redirect_loop", "a redirect to a URL that led here")
        if self._hops_left <= 0:
            raise FetchRejected("redirect_loop", f"more than {len(self._seen) - 1} redirects")
        if self.url.startswith("https:") and target.startswith("http:"):
            self._notes.append("downgrade")
        self._is_moving = self._is_moving and status in PERMANENT_REDIRECTS
        if self._is_moving:
            self._moved_url = redact(target)
        self._hops_left -= 1
        self._seen.add(target)
        self.url = target

    def _unmodified(self, answer: Answer, latency_s: float) -> Fetched | None:
        """304 helps where the earlier body was kept; else the same is asked for without conditions, once."""
        if self._validators and self._validators.body_sha256 and not self._asked_again:
            return self._fetched(answer, b"", latency_s)
        if self._asked_again:
            raise FetchDeferred("http_error", "304 to a request without conditions", failure="soft", status=304)
        self._asked_again = True
        self._notes.append("asked_again")
        return None

    def _keep(
        self,
        prepared: requests.PreparedRequest,
        answer: Answer,
        at: datetime,
        body: bytes,
        attempt: Attempt,
        truncated: str | None = None,
    ) -> None:
        self._exchanges.append(
            Exchange(
                url=redact(self.url),
                at=at,
                address=attempt.address,
                status=answer.status,
                request=request_head(prepared),
                head=masked_head(answer),
                body=body,
                truncated=truncated,
            )
        )

    def _fetched(self, answer: Answer, body: bytes, latency_s: float) -> Fetched:
        return Fetched(
            asked_url=self.asked_url,
            fetched_url=redact(self.url),
            moved_url=self._moved_url,
            status=answer.status,
            headers=answer.headers,
            body=body,
            fetched_at=self._exchanges[-1].at,
            not_modified=answer.status == 304,
            exchanges=tuple(self._exchanges),
            notes=tuple(self._notes),
            latency_s=latency_s,
            sha256=body_sha256(body),
        )
