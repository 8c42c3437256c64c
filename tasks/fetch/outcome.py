"""What fetching gives: a Fetched, or an error that says what happens next and how bad it is for the source."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from tasks.errors import Deferred, Rejected
from tasks.url import redact
from tasks.url.parts import MAX_URL

# How a failure counts for the source that it came from: `permanent` will not pass by waiting, `soft` may, `dns` is
# often our own trouble, `blocked` means that we are not wanted.
Failure = Literal["permanent", "soft", "dns", "blocked"]

# A server that asks for less than a second did not mean it; one that asks for more than a day is asked daily.
RETRY_AFTER_MIN_S = 1.0
RETRY_AFTER_MAX_S = 86_400.0

BLOCKED = frozenset({401, 402, 403, 407, 451})  # access limits are never worked round
LATER = frozenset({408, 421, 425, 429})  # RFC 9110, 8470, 6585: of 4xx, those that waiting or a new connection mends
BUSY = frozenset({429, 503})
GONE_FOR_NOW = frozenset({404})  # feeds that answer 404 come back often enough (FACTS: Media Cloud counts it soft)

SHOWN_URL = 500  # characters of a URL in a message

_SECONDS = re.compile(r"[ \t]*([+-]?)([0-9]{1,400})(?:\.[0-9]{0,20})?[ \t]*\Z")
_LONGEST_DATE = 64  # characters
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]{0,1000}"\Z')  # RFC 9110, 8.8.3
_DATE = re.compile(r"[A-Za-z0-9 :,+-]{10,64}\Z")


class FetchDeferred(Deferred):
    """Tried again by a later run. `reason` is a key of tasks.model.REASONS; `url` is redacted."""

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        failure: Failure,
        url: str | None = None,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(_message(reason, detail, url))
        self.reason, self.detail, self.url = reason, detail, url and redact(url)[:MAX_URL]
        self.failure: Failure = failure
        self.status, self.retry_after_s = status, retry_after_s

    def about(self, url: str) -> "FetchDeferred":
        """The same, naming the URL."""
        return FetchDeferred(
            self.reason,
            self.detail,
            failure=self.failure,
            url=url,
            status=self.status,
            retry_after_s=self.retry_after_s,
        )


class FetchRejected(Rejected):
    """Will not become an article. `url` is redacted."""

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        failure: Failure = "permanent",
        url: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(reason, detail)
        self.args = (_message(reason, detail, url),)
        self.url = url and redact(url)[:MAX_URL]
        self.failure: Failure = failure
        self.status = status

    def about(self, url: str) -> "FetchRejected":
        """The same, naming the URL."""
        return FetchRejected(self.reason, self.detail, failure=self.failure, url=url, status=self.status)


def _message(reason: str, detail: str, url: str | None) -> str:
    told = f"{reason}: {detail}" if detail else reason
    return f"{told} ({redact(url)[:SHOWN_URL]})" if url else told


@dataclass(frozen=True, slots=True)
class Limits:
    body_bytes: int = 10 << 20  # of a body, as sent and decoded
    hops: int = 10  # redirects; RFC 9110 15.4 leaves it open, Googlebot follows ten
    head_bytes: int = 262_144  # of a response's headers together; servers stop at 8 to 64 KiB
    connect_s: float = 10.0
    idle_s: float = 20.0  # without a byte
    drained_bytes: int = 16_384  # of a redirect's body, read so that the connection can be used again


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer told, and what it was: lets a server say that nothing has changed."""

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None  # of the decoded body; None when it was not kept: then 304 does not help us

    def request_headers(self) -> dict[str, str]:
        """Conditions for the request; what could not stand in a header is left out."""
        headers: dict[str, str] = {}
        if self.etag and _ETAG.match(self.etag):
            headers["If-None-Match"] = self.etag
        if self.last_modified and _DATE.match(self.last_modified):
            headers["If-Modified-Since"] = self.last_modified
        return headers


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as a WARC keeps them: secrets masked, transfer coding removed."""

    url: str  # redacted
    at: datetime  # aware, UTC: when the answer began
    address: str | None  # that was dialled
    status: int
    request: bytes  # head of the request
    head: bytes  # status line and headers of the answer, with the empty line
    body: bytes  # content encodings still on
    truncated: str | None = None  # "length": the rest was not read


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a request that succeeded: 2xx, or 304 to a conditional one."""

    asked_url: str  # redacted
    fetched_url: str  # where it was got, after redirects; redacted
    moved_url: str | None  # where permanent redirects (301, 308) alone lead to; redacted; None: nowhere else
    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: bytes  # decoded; empty when not modified
    fetched_at: datetime  # aware, UTC
    not_modified: bool
    exchanges: tuple[Exchange, ...]  # all hops, the last one with the body
    notes: tuple[str, ...] = ()  # "downgrade": https led to http; "asked_again": 304 without a body to go with it
    latency_s: float = 0.0  # from request to headers, of the last hop
    sha256: str = field(default="")  # of the decoded body, hex

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def validators(self, earlier: Validators | None = None) -> Validators:
        """What to send next time; after 304 the earlier body still counts."""
        body = earlier.body_sha256 if self.not_modified and earlier else self.sha256
        etag, modified = self.header("etag"), self.header("last-modified")
        if self.not_modified and earlier:
            etag, modified = etag or earlier.etag, modified or earlier.last_modified
        return Validators(etag, modified, body)

    def same_body_as(self, earlier: Validators | None) -> bool:
        """Whether nothing has changed, by the server's word or, as that is not always true, by the body itself."""
        return self.not_modified or (earlier is not None and self.sha256 == earlier.body_sha256)


Outcome = Fetched | FetchDeferred | FetchRejected


def body_sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def status_error(url: str, status: int, headers: tuple[tuple[str, str], ...], now: datetime) -> Deferred | Rejected:
    """The error for a status that is neither success nor a redirect that can be followed."""
    retry_after_s = retry_after(headers, now)
    detail = f"status {status}"
    if status == 206:
        return FetchDeferred("incomplete", "a part that was not asked for", failure="soft", url=url, status=status)
    if status >= 500 or status in LATER or status < 200:
        reason = "busy" if status in BUSY else "http_error"
        return FetchDeferred(reason, detail, failure="soft", url=url, status=status, retry_after_s=retry_after_s)
    failure: Failure = "blocked" if status in BLOCKED else "soft" if status in GONE_FOR_NOW else "permanent"
    return FetchRejected("http_error", detail, failure=failure, url=url, status=status)


def retry_after(headers: tuple[tuple[str, str], ...], now: datetime) -> float | None:
    """Seconds that the server asks to wait, between RETRY_AFTER_MIN_S and _MAX_S; None when it does not say.

    RFC 9110, 10.2.3: a number of seconds or a date. A date counts from the server's own clock where it tells it.
    """
    value = _first(headers, "retry-after")
    seconds = _SECONDS.match(value)
    if seconds:
        number = float(seconds[2]) if len(seconds[2]) < 12 else RETRY_AFTER_MAX_S
        return _clamped(-number if seconds[1] == "-" else number)
    until = _http_date(value)
    if until is None:
        return None
    return _clamped((until - (_http_date(_first(headers, "date")) or now)).total_seconds())


def _clamped(seconds: float) -> float:
    return min(max(seconds, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S)


def _http_date(value: str) -> datetime | None:
    if not value or len(value) > _LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date


def _first(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key == name), "")
