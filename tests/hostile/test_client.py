"""HOSTILE 4, 8, 19, 72, 76: what only the client sees. Its other limits: tests/tasks/fetch/client."""

import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tasks.fetch.address import networks
from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, FetchRejected, Validators
from tasks.url import url_key
from tests.tasks.fetch.client.server import Reply, Request, Web, answer

CONTACT = "mailto:desk@gazette.example"
LOOPBACK = networks(["127.0.0.0/8"])


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


def test_04_a_name_that_rebinds(web: Web):
    """The second answer leads inside: nothing is sent there, though the name was vetted a moment ago."""
    inside = web.add(lambda request: answer(b"canary"))
    outside = web.add(lambda request: answer(b"", "302 Found", "Location: /again", "Connection: close"))
    answers = iter([outside.address, inside.address])
    allowed = networks([f"{outside.address}/32"])
    with (
        Client(CONTACT, allowed=allowed, resolver=lambda host, port: [next(answers)]) as client,
        pytest.raises(FetchRejected) as refused,
    ):
        client.fetch(f"http://rebinding.example:{outside.port}/")
    assert refused.value.reason == "address"
    assert (len(inside.requests), inside.most_connections) == (0, 0)


def test_08_punycode_and_unicode(web: Web):
    """One name is asked for, and both have one key."""
    site = web.add(lambda request: answer(b"hello"))
    asked: set[str] = set()

    def resolver(host: str, port: int) -> Sequence[str]:
        asked.add(host)
        return [site.address]

    spellings = [
        f"http://{host}:{site.port}/ä" for host in ("münchen.example", "xn--mnchen-3ya.example", "MÜNCHEN.example")
    ]
    with Client(CONTACT, allowed=LOOPBACK, resolver=resolver) as client:
        for url in spellings:
            client.fetch(url)
    assert asked == {"xn--mnchen-3ya.example"}
    assert {request.target for request in site.requests} == {"/%C3%A4"}
    assert len({url_key(url) for url in spellings}) == 1


def test_19_not_modified_without_an_earlier_body(web: Web):
    """Asked again without conditions; a server that still says 304 is deferred after that."""

    def reply(request: Request) -> Reply:
        if "if-none-match" in request.headers or request.target == "/always":
            return b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
        return answer(b"hello")

    site = web.add(reply)
    with Client(CONTACT, allowed=LOOPBACK) as client:
        fetched = client.fetch(site.url, validators=Validators(etag='"v1"', body_sha256=None))
        assert (fetched.body, fetched.not_modified) == (b"hello", False)
        with pytest.raises(FetchDeferred):
            client.fetch(f"{site.url}/always")
    assert [request.target for request in site.requests] == ["/", "/", "/always", "/always"]


@pytest.mark.parametrize("hours", [-1, 24])
def test_72_deadlines_do_not_hear_of_the_wall_clock(web: Web, hours: int):
    """An hour back or a day ahead: what answers is fetched, what is silent ends at its deadline."""
    wrong = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
    site = web.add(lambda request: answer(b"hello") if request.target == "/" else [30.0])
    with Client(CONTACT, allowed=LOOPBACK, now=lambda: wrong) as client:
        assert client.fetch(site.url).fetched_at == wrong
        with pytest.raises(FetchDeferred, match="deadline"):
            client.fetch(f"{site.url}/silent", deadline_s=0.5)


def test_76_names_are_not_answered():
    """Everything is deferred, with the reason `dns`."""

    def down(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with Client(CONTACT, resolver=down) as client, pytest.raises(FetchDeferred) as deferred:
        client.fetch("https://gazette.example/")
    assert deferred.value.reason == "dns"
