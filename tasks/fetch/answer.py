"""Reading an answer within limits, and the bytes of it that a WARC keeps."""

import re
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from tasks.archive.encodings import MAX_ENCODINGS, decode
from tasks.errors import Rejected
from tasks.fetch.outcome import FetchDeferred, FetchRejected, Limits
from tasks.fetch.watchdog import Watch
from tasks.url import host_of, redact

READ_SIZE = 65_536  # bytes asked for at once; as many as there are come back

# The body is kept without its chunk framing, and a header that announced it would be false: renamed as Common Crawl
# does it.
_RENAMED = {"transfer-encoding": "X-Crawl-Transfer-Encoding"}
_WITH_URLS = frozenset({"location", "content-location", "link", "refresh", "referer"})  # servers echo what was asked
_FOLDS = re.compile(r"[\r\n\x00]+[ \t]*")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status line and headers."""

    status: int
    reason: str
    version: str  # "1.1"
    fields: tuple[tuple[str, str], ...]  # as sent, values on one line

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """As they may be kept: names in lower case, URLs without secrets, for servers echo what was asked."""
        return tuple((name.lower(), _masked(name, value)) for name, value in self.fields)

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key.lower() == name), None)

    def listed(self, name: str) -> list[str]:
        """The members of a comma-separated header, all lines of it, in lower case."""
        values = (value for key, value in self.fields if key.lower() == name)
        return [part.strip().lower() for value in values for part in value.split(",") if part.strip()]

    @property
    def announced(self) -> int | None:
        """Content-Length, where it is a number."""
        value = self.first("content-length") or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None


def read_head(response: requests.Response, limits: Limits) -> Answer:
    """Raises FetchRejected "bad_response" for headers that are too large or contradict each other."""
    raw: BaseHTTPResponse = response.raw
    fields = tuple((name, _FOLDS.sub(" ", value).strip()) for name, value in raw.headers.items())
    size = sum(len(name) + len(value) + 4 for name, value in fields)
    if size > limits.head_bytes:
        raise FetchRejected("bad_response", f"headers of {size:,} bytes")
    reason = _FOLDS.sub(" ", raw.reason or "")
    answer = Answer(raw.status, reason, "1.0" if raw.version == 10 else "1.1", fields)
    transfer = answer.listed("transfer-encoding")
    if transfer and answer.first("content-length") is not None:
        raise FetchRejected("bad_response", "both Content-Length and Transfer-Encoding")  # RFC 9112, 6.3: smuggling
    if transfer and transfer != ["chunked"] and transfer != ["identity"]:
        raise FetchRejected("bad_response", "a transfer coding that was not asked for")
    if len(answer.listed("content-encoding")) > MAX_ENCODINGS:
        raise FetchRejected("bad_response", f"{len(answer.listed('content-encoding'))} content encodings")
    return answer


def read_body(response: requests.Response, answer: Answer, limit: int, watch: Watch) -> bytes:
    """The body as sent, without chunk framing.

    Raises FetchRejected "too_large", FetchDeferred "incomplete" or "deadline"; urllib3's errors for the network's.
    """
    if answer.announced is not None and answer.announced > limit:
        raise FetchRejected("too_large", f"a body of {answer.announced:,} bytes")
    raw: BaseHTTPResponse = response.raw
    body = bytearray()
    # read1: whatever has come. `iter_content` waits for a full piece, and a dripping server never gives one.
    while part := raw.read1(READ_SIZE, decode_content=False):
        body += part
        if len(body) > limit:
            raise FetchRejected("too_large", f"a body of more than {limit:,} bytes")
        if watch.is_over():
            break
    if watch.is_over():
        raise FetchDeferred("deadline", f"{len(body):,} bytes within the time limit", failure="soft")
    if answer.announced is not None and len(body) < answer.announced:
        raise FetchDeferred("incomplete", f"{len(body):,} of {answer.announced:,} bytes", failure="soft")
    return bytes(body)


def drain(response: requests.Response, answer: Answer, limits: Limits, watch: Watch) -> tuple[bytes, str | None]:
    """A redirect's body where it is short, so that the connection can serve again; else nothing, and why in the words
    of WARC-Truncated. A body that breaks off keeps nobody from following."""
    if answer.announced is None or answer.announced > limits.drained_bytes:
        return b"", "length"
    try:
        return read_body(response, answer, limits.drained_bytes, watch), None
    except (FetchDeferred, HTTPError):
        if watch.is_over():
            raise
    return b"", "disconnect"


def decoded_body(body: bytes, answer: Answer, limit: int) -> bytes:
    """The body without its content encodings. Raises FetchRejected "too_large", FetchDeferred "incomplete"."""
    try:
        decoded, broken = decode(body, answer.listed("content-encoding"), limit)
    except Rejected as error:
        if error.reason != "incomplete":
            raise FetchRejected(error.reason, error.detail) from None
        broken = error.detail
    if broken:
        raise FetchDeferred("incomplete", f"its encoding ends early: {broken}", failure="soft")
    if len(decoded) > limit:
        raise FetchRejected("too_large", f"a body of {len(decoded):,} bytes")
    return decoded


def request_head(prepared: requests.PreparedRequest) -> bytes:
    """The request as it was sent, secrets masked."""
    url = prepared.url or ""
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0].partition("?")[0]
    host = host_of(url) or authority
    port = authority.rpartition("]")[2].rpartition(":")[2] if ":" in authority.rpartition("]")[2] else ""
    is_default = port in {"", {"http": "80", "https": "443"}[scheme.lower()]}
    lines = [f"{prepared.method} {redact(prepared.path_url)} HTTP/1.1", f"Host: {host if is_default else authority}"]
    lines += [f"{name}: {value}" for name, value in prepared.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def masked_head(answer: Answer) -> bytes:
    """Status line and headers of the answer, URLs in them without secrets."""
    lines = [f"HTTP/{answer.version} {answer.status} {answer.reason}".rstrip()]
    for name, value in answer.fields:
        lines.append(f"{_RENAMED.get(name.lower(), name)}: {_masked(name, value)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _masked(name: str, value: str) -> str:
    return redact(value) if name.lower() in _WITH_URLS else value
