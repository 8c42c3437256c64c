"""Errors of the network and of the libraries below us, named by what happens next."""

import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions

from tasks.fetch.outcome import FetchDeferred, FetchRejected

# What breaks HTTP itself, and will do so again: oversized lines, over a hundred headers, no status line, lengths that
# contradict each other.
_BROKEN_HTTP = (
    http.client.LineTooLong,
    http.client.BadStatusLine,
    http.client.UnknownProtocol,
    urllib3.exceptions.InvalidHeader,
    urllib3.exceptions.InvalidChunkLength,
    urllib3.exceptions.BodyNotHttplibCompatible,
)
_TOO_MANY_HEADERS = "got more than"  # http.client raises a plain HTTPException
_CUT = (http.client.IncompleteRead, urllib3.exceptions.IncompleteRead)
_SILENCE = (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)
_UNUSABLE = (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, urllib3.exceptions.LocationParseError)


def network_error(error: Exception) -> FetchDeferred | FetchRejected:
    """What an error of requests, urllib3, http.client or the socket means; the text of it, which may hold the URL, is
    left behind."""
    causes = list(_causes(error))
    if _has(causes, (socket.gaierror,)):
        return FetchDeferred("dns", "the name is not found", failure="dns")
    if _has(causes, _CUT):
        return FetchDeferred("incomplete", "the connection ended before the body", failure="soft")
    if _has(causes, _SILENCE):
        return FetchDeferred("timeout", "nothing came for too long", failure="soft")
    if _has(causes, (ssl.SSLCertVerificationError,)):
        return FetchDeferred("tls", "its certificate is not valid", failure="soft")
    if _has(causes, (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return FetchDeferred("tls", "no secure connection could be made", failure="soft")
    if _has(causes, (ConnectionError,)):  # before broken HTTP: RemoteDisconnected is a BadStatusLine too
        return FetchDeferred("connection", "the connection was cut", failure="soft")
    if _has(causes, _BROKEN_HTTP) or any(_TOO_MANY_HEADERS in str(one) for one in causes if _is_plain(one)):
        return FetchRejected("bad_response", "no HTTP, or headers beyond all bounds")
    if _has(causes, _UNUSABLE):
        return FetchRejected("bad_url", "it cannot be asked for")
    return FetchDeferred("connection", f"the connection failed: {type(error).__name__}", failure="soft")


def _is_plain(error: BaseException) -> bool:
    return type(error) is http.client.HTTPException


def _has(causes: list[BaseException], kinds: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and whatever it was raised for: requests and urllib3 wrap the one below as an argument."""
    todo: list[BaseException] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        linked = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        todo += [other for other in linked if isinstance(other, BaseException)]
