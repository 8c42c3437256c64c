"""Headers and bodies that are too large, too slow, too short, or not what they say."""

import gzip
import time
import zlib
from collections.abc import Iterator

import brotli
import pytest
import zstandard

from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, FetchRejected, Limits
from tests.tasks.fetch.client.conftest import CONTACT, LOOPBACK
from tests.tasks.fetch.client.server import Reply, Request, Web, answer, chunked

PAGE = b"<html><body>" + b"<p>The ferry leaves at dawn.</p>" * 200 + b"</body></html>"
ENCODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
    "gzip, br": brotli.compress(gzip.compress(PAGE)),
    "identity": PAGE,
}


def drip(head: bytes, every_s: float) -> Iterator[bytes | float]:
    """The first bytes at once, then one byte at a time without end."""
    yield head
    while True:
        yield every_s
        yield b"x"


def reason_of(client: Client, url: str, **more: float) -> str:
    with pytest.raises((FetchDeferred, FetchRejected)) as error:
        client.fetch(url, **more)
    return f"{'D' if isinstance(error.value, FetchDeferred) else 'R'} {error.value.reason}"


@pytest.mark.parametrize("encoding", ENCODED)
def test_encodings_are_removed(web: Web, client: Client, encoding: str) -> None:
    """Those that are asked for and those that come unasked, alone and stacked; the bytes as sent are kept."""
    site = web.add(lambda request: answer(ENCODED[encoding], "200 OK", f"Content-Encoding: {encoding}"))
    fetched = client.fetch(site.url)
    assert fetched.body == PAGE
    assert fetched.exchanges[0].body == ENCODED[encoding]
    assert site.requests[0].headers["accept-encoding"] == "gzip, deflate"


def test_chunks_are_put_together(web: Web, client: Client) -> None:
    """Also with an encoding inside; the connection serves again."""
    body = ENCODED["gzip"]
    site = web.add(
        lambda request: (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunked(body[:10], body[10:])
        )
    )
    assert [client.fetch(site.url).body for _ in range(2)] == [PAGE, PAGE]
    assert len({request.connection for request in site.requests}) == 1


def test_hostile_13_fifty_encodings_are_rejected(web: Web, client: Client) -> None:
    """Nobody sends them but to cost time."""
    site = web.add(lambda request: answer(PAGE, "200 OK", "Content-Encoding: " + ", ".join(["gzip"] * 50)))
    assert reason_of(client, site.url) == "R bad_response"


def test_hostile_13_ten_lines_of_encodings_are_rejected(web: Web, client: Client) -> None:
    """Not only in one line."""
    site = web.add(lambda request: answer(PAGE, "200 OK", *["Content-Encoding: br"] * 10))
    assert reason_of(client, site.url) == "R bad_response"


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nshort",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n" + ENCODED["gzip"][:-12],
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: zstd\r\n\r\n" + ENCODED["zstd"][:-12],
    ],
)
def test_hostile_14_a_body_cut_short_is_deferred(web: Web, client: Client, sent: bytes) -> None:
    """By its length, by its last chunk, by the end of its encoding: half a page is no page."""
    site = web.add(lambda request: sent)
    assert reason_of(client, site.url) == "D incomplete"


@pytest.mark.parametrize("coding", ["chunked", "gzip, chunked"])
def test_hostile_15_a_length_with_chunks_is_rejected(web: Web, client: Client, coding: str) -> None:
    """Two readers would see two bodies."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: {coding}\r\nConnection: close\r\n\r\n"
    site = web.add(lambda request: head.encode() + chunked(b"hello"))
    assert reason_of(client, site.url) == "R bad_response"


def test_two_lengths_are_rejected(web: Web, client: Client) -> None:
    """Nobody knows which one is true."""
    site = web.add(lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello")
    assert reason_of(client, site.url) == "R bad_response"


@pytest.mark.parametrize(
    "lines",
    [["X-Filler: x"] * 10_000, ["X-Filler: " + "x" * 100_000], ["X-Filler: " + "x" * 60_000] * 6],
    ids=["many", "long", "much"],
)
def test_hostile_16_headers_beyond_bounds_are_rejected(web: Web, client: Client, lines: list[str]) -> None:
    """Ten thousand of them, one of 100 KB, 360 KB in all."""
    site = web.add(lambda request: answer(PAGE, "200 OK", *lines))
    assert reason_of(client, site.url) == "R bad_response"


def test_what_is_no_http_is_rejected(web: Web, client: Client) -> None:
    """Another protocol on that port."""
    site = web.add(lambda request: b"SSH-2.0-OpenSSH_9.9\r\nConnection: close\r\n\r\n")
    assert reason_of(client, site.url) == "R bad_response"


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\nX: "],
    ids=["headers", "status line", "after 100"],
)
def test_hostile_17_dripped_headers_are_deferred_at_the_deadline(web: Web, client: Client, head: bytes) -> None:
    """One byte now and then never trips a socket's timeout: the connection is shut from outside."""
    site = web.add(lambda request: drip(head, 0.1))
    started_at = time.monotonic()
    assert reason_of(client, site.url, deadline_s=1.0) == "D deadline"
    assert time.monotonic() - started_at < 3.0


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\n\r\n<html>", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n<html>"],
    ids=["to the end", "of a length"],
)
def test_a_dripping_body_ends_at_the_deadline(web: Web, client: Client, head: bytes) -> None:
    """One byte every 100 ms cannot outlive a second; what has come is not taken for the whole."""
    site = web.add(lambda request: drip(head, 0.1))
    started_at = time.monotonic()
    assert reason_of(client, site.url, deadline_s=1.0) == "D deadline"
    assert time.monotonic() - started_at < 3.0
    web.close()
    assert max(site.connection_seconds) < 3.0


def test_silence_is_deferred_before_the_deadline(web: Web) -> None:
    """A server that accepts and says nothing has `idle_s`, not the whole minute."""
    site = web.add(lambda request: [30.0])
    with Client(CONTACT, allowed=LOOPBACK, limits=Limits(idle_s=0.5)) as client:
        started_at = time.monotonic()
        assert reason_of(client, site.url) == "D timeout"
        assert time.monotonic() - started_at < 5.0


def test_hostile_21_an_endless_body_is_rejected_at_the_limit(web: Web) -> None:
    """The server does not get rid of more than the limit and what lies in the buffers between."""

    def endless(request: Request) -> Reply:
        return (b"HTTP/1.1 200 OK\r\n\r\n" if number == 0 else bytes(65_536) for number in range(1_000))

    site = web.add(endless)
    with Client(CONTACT, allowed=LOOPBACK, limits=Limits(body_bytes=1 << 20)) as client:
        assert reason_of(client, site.url) == "R too_large"
    web.close()
    assert site.bytes_sent < 20 << 20


def test_an_announced_body_over_the_limit_is_not_read(web: Web, client: Client) -> None:
    """The length is believed where it says too much."""
    site = web.add(lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 99000000000\r\n\r\n<html>")
    assert reason_of(client, site.url) == "R too_large"


@pytest.mark.parametrize("limit", [len(PAGE) - 1, len(PAGE)])
def test_the_limit_is_exact(web: Web, limit: int) -> None:
    """A page of the limit's size passes, one byte more does not, encoded or not."""
    site = web.add(lambda request: answer(PAGE))
    packed = web.add(lambda request: answer(ENCODED["br"], "200 OK", "Content-Encoding: br"))
    with Client(CONTACT, allowed=LOOPBACK, limits=Limits(body_bytes=limit)) as client:
        for one in (site, packed):
            if limit < len(PAGE):
                assert reason_of(client, one.url) == "R too_large"
            else:
                assert client.fetch(one.url).body == PAGE


def test_hostile_20_an_unknown_charset_or_encoding_does_not_hurt(web: Web, client: Client) -> None:
    """The charset is not our business; an encoding nobody knows leaves the bytes as they are."""
    site = web.add(
        lambda request: answer(PAGE, "200 OK", "Content-Encoding: klingon", content_type="text/html; charset=klingon")
    )
    fetched = client.fetch(site.url)
    assert fetched.body == PAGE
    assert fetched.header("content-type") == "text/html; charset=klingon"
