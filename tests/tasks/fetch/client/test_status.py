"""Statuses, conditions and requests to come back later: what happens next, and how much it counts."""

from datetime import UTC, datetime, timedelta

import pytest

from tasks.fetch.client import Client
from tasks.fetch.outcome import (
    RETRY_AFTER_MAX_S,
    RETRY_AFTER_MIN_S,
    FetchDeferred,
    FetchRejected,
    Validators,
    retry_after,
    status_error,
)
from tests.tasks.fetch.client.conftest import CONTACT, LOOPBACK
from tests.tasks.fetch.client.server import Reply, Request, Web, answer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEPT = "0" * 64  # the hash of an earlier body


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("404 Not Found", "R http_error soft"),
        ("410 Gone", "R http_error permanent"),
        ("400 Bad Request", "R http_error permanent"),
        ("406 Not Acceptable", "R http_error permanent"),
        ("401 Unauthorized", "R http_error blocked"),
        ("402 Payment Required", "R http_error blocked"),
        ("403 Forbidden", "R http_error blocked"),
        ("451 Unavailable For Legal Reasons", "R http_error blocked"),
        ("206 Partial Content", "D incomplete soft"),
        ("408 Request Timeout", "D http_error soft"),
        ("425 Too Early", "D http_error soft"),
        ("429 Too Many Requests", "D busy soft"),
        ("500 Internal Server Error", "D http_error soft"),
        ("503 Service Unavailable", "D busy soft"),
        ("522 Connection Timed Out", "D http_error soft"),
        ("599 Whatever", "D http_error soft"),
    ],
)
def test_every_status_says_what_happens_next(web: Web, client: Client, status: str, expected: str) -> None:
    """Rejected or deferred, and the class in which it counts for the source."""
    site = web.add(lambda request: answer(b"<html>sorry", status))
    with pytest.raises((FetchDeferred, FetchRejected)) as error:
        client.fetch(site.url + "/a")
    kind = "D" if isinstance(error.value, FetchDeferred) else "R"
    assert f"{kind} {error.value.reason} {error.value.failure}" == expected
    assert error.value.status == int(status[:3])
    assert error.value.url == f"{site.url}/a"


@pytest.mark.parametrize("status", ["200 OK", "203 Non-Authoritative", "202 Accepted"])
def test_success_is_an_answer(web: Web, client: Client, status: str) -> None:
    """With body, type, instant and the time that the headers took."""
    site = web.add(lambda request: [0.05, answer(b"hello", status)])
    fetched = client.fetch(site.url)
    assert (fetched.status, fetched.body) == (int(status[:3]), b"hello")
    assert fetched.fetched_at.tzinfo is UTC and 0.04 < fetched.latency_s < 5


def test_no_content_is_an_empty_body(web: Web, client: Client) -> None:
    """204 ends with its headers."""
    site = web.add(lambda request: b"HTTP/1.1 204 No Content\r\n\r\n")
    assert client.fetch(site.url).body == b""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.0),
        ("0", RETRY_AFTER_MIN_S),
        ("-30", RETRY_AFTER_MIN_S),
        ("99999999", RETRY_AFTER_MAX_S),
        ("9" * 300, RETRY_AFTER_MAX_S),
        ("Sun, 01 Mar 2026 12:10:00 GMT", 600.0),
        ("Sun, 01 Mar 2026 12:10:00", 600.0),
        ("Sun, 01 Mar 2020 12:10:00 GMT", RETRY_AFTER_MIN_S),
        ("Sun, 01 Mar 2099 12:10:00 GMT", RETRY_AFTER_MAX_S),
        ("soon", None),
        ("", None),
        ("Sun, 99 Mar 2026 12:10:00 GMT", None),
        ("1" + " " * 50_000 + "x", None),
        ("٣", None),
    ],
)
def test_hostile_18_retry_after_is_clamped(value: str, expected: float | None) -> None:
    """Seconds or a date; huge, negative and past ones are bounded, nonsense is nothing."""
    assert retry_after((("retry-after", value),), NOW) == expected


def test_retry_after_counts_by_the_servers_clock() -> None:
    """A server an hour ahead of us asks for ten minutes, not for seventy."""
    headers = (("retry-after", "Sun, 01 Mar 2026 13:10:00 GMT"), ("date", "Sun, 01 Mar 2026 13:00:00 GMT"))
    assert retry_after(headers, NOW) == 600.0


@pytest.mark.parametrize(("status", "expected"), [("429 Slow Down", 90.0), ("503 Unavailable", 90.0)])
def test_busy_servers_are_heard(web: Web, client: Client, status: str, expected: float) -> None:
    """The wait comes with the error."""
    site = web.add(lambda request: answer(b"", status, "Retry-After: 90"))
    with pytest.raises(FetchDeferred) as error:
        client.fetch(site.url)
    assert error.value.retry_after_s == expected


def modified_only(request: Request) -> Reply:
    if request.headers.get("if-none-match") == '"v1"' or "if-modified-since" in request.headers:
        return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
    return answer(b"hello", "200 OK", 'ETag: "v1"', "Last-Modified: Sun, 01 Mar 2026 06:00:00 GMT")


def test_conditions_are_sent_and_304_is_an_answer(web: Web, client: Client) -> None:
    """The validators of the first answer lead to a 304; those of the 304 still know the first body."""
    site = web.add(modified_only)
    first = client.fetch(site.url)
    second = client.fetch(site.url, validators=first.validators())
    assert (first.not_modified, second.not_modified, second.body) == (False, True, b"")
    assert site.requests[1].headers["if-none-match"] == '"v1"'
    assert site.requests[1].headers["if-modified-since"] == "Sun, 01 Mar 2026 06:00:00 GMT"
    assert second.validators(first.validators()) == first.validators()
    assert second.same_body_as(first.validators())


def test_a_body_hash_tells_what_validators_do_not(web: Web, client: Client) -> None:
    """Servers that send another ETag for the same bytes, and the same one for others."""
    site = web.add(lambda request: answer(b"hello", "200 OK", f'ETag: "{len(site.requests)}"'))
    first = client.fetch(site.url).validators()
    assert client.fetch(site.url, validators=first).same_body_as(first)
    site.handler = lambda request: answer(b"other", "200 OK", 'ETag: "1"')
    assert not client.fetch(site.url, validators=first).same_body_as(first)
    assert not client.fetch(site.url).same_body_as(None)


def test_hostile_19_304_without_an_earlier_body_is_asked_again(web: Web, client: Client) -> None:
    """Validators whose body was lost: the second request has no conditions."""
    site = web.add(modified_only)
    fetched = client.fetch(site.url, validators=Validators(etag='"v1"', body_sha256=None))
    assert (fetched.body, fetched.not_modified, fetched.notes) == (b"hello", False, ("asked_again",))
    assert "if-none-match" not in site.requests[1].headers


def test_hostile_19_304_that_nobody_asked_for_is_asked_again_once(web: Web, client: Client) -> None:
    """A server that says 304 to everything is deferred."""
    site = web.add(lambda request: b"HTTP/1.1 304 Not Modified\r\n\r\n")
    with pytest.raises(FetchDeferred) as error:
        client.fetch(site.url)
    assert (error.value.status, len(site.requests)) == (304, 2)


@pytest.mark.parametrize("etag", ['"a\r\nX-Evil: 1"', '"' + "x" * 5_000 + '"', "unquoted", '"日本"', ""])
def test_validators_that_are_none_are_not_sent(web: Web, client: Client, etag: str) -> None:
    """Nothing is put into a request through an ETag or a date."""
    site = web.add(lambda request: answer(b"hello"))
    client.fetch(site.url, validators=Validators(etag, "Sun\r\nX-Evil: 1", KEPT))
    assert {"if-none-match", "if-modified-since", "x-evil"}.isdisjoint(site.requests[0].headers)


@pytest.mark.parametrize("hours", [-1, 24])
def test_hostile_72_a_wrong_clock_changes_no_deadline(web: Web, hours: int) -> None:
    """The wall clock stands in records; an hour back or a day ahead, the same page comes through, or does not."""
    wrong = NOW + timedelta(hours=hours)
    site = web.add(lambda request: answer(b"hello") if request.target == "/" else [30.0])
    with Client(CONTACT, allowed=LOOPBACK, now=lambda: wrong) as client:
        assert client.fetch(site.url).fetched_at == wrong
        with pytest.raises(FetchDeferred, match="deadline"):
            client.fetch(site.url + "/silent", deadline_s=0.5)


def test_a_status_below_200_is_no_answer() -> None:
    """103 and the like are hints that come before one."""
    assert isinstance(status_error("https://gazette.example/", 103, (), NOW), FetchDeferred)
