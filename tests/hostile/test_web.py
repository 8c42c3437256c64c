"""HOSTILE 2 to 31 from the web: every one of these URLs is asked for in one run, and each costs only itself.

The client's own limits are proved byte by byte in tests/tasks/fetch/client; here is what users see: the rows.
"""

import gzip
import os
from collections.abc import Iterator

import brotli
import pytest
import zstandard

from tests.hostile.web_run import WebRun
from tests.newsroom import Newsroom
from tests.pages import sentences
from tests.tasks.fetch.client.server import Reply, Request, Web, answer, redirect

GROWTH_LIMIT_MB = 64  # issue 3: while any of these is fetched
HUGE = 1 << 30  # bytes that the bombs inflate to
CANARY = "canary-of-a-private-address"


def page(number: int, *, title: str = "The ferry leaves", head: str = "", more: str = "") -> bytes:
    body = "".join(f"<p>{line} {line}</p>" for line in sentences(number, 8))
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}{more}</article></body></html>"
    ).encode()


def dripped(head: bytes) -> Reply:
    return (piece for byte in head for piece in (bytes([byte]), 0.3))


def endless(request: Request) -> Reply:
    def pieces() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"
        while True:
            yield b"<p>and on and on</p>" * 4_096

    return pieces()


def encoded(encoding: str, body: bytes) -> bytes:
    return answer(body, "200 OK", f"Content-Encoding: {encoding}")


def brotli_bomb() -> bytes:
    squeeze = brotli.Compressor(quality=3)
    return b"".join(squeeze.process(bytes(1 << 20)) for _ in range(128)) + squeeze.finish()


# Made before anything is measured.
BOMBS = {
    "gzip": gzip.compress(bytes(HUGE // 64)) * 64,
    "br": brotli_bomb(),
    "zstd": zstandard.ZstdCompressor(level=1).compress(bytes(HUGE // 8)),
}


HANDLERS: dict[str, object] = {
    "05": lambda r: redirect("http://127.0.0.1:1/secret"),
    "11": lambda r: redirect("/11"),
    "12": lambda r: answer(BOMBS["gzip"], "302 Found", "Location: /fine", "Content-Encoding: gzip"),
    "fine": lambda r: answer(page(12, title="Behind the bomb")),
    "13": lambda r: answer(page(13), "200 OK", "Content-Encoding: " + ", ".join(["gzip"] * 50)),
    "14": lambda r: (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\nConnection: close\r\n\r\n" + page(14)
    ),
    "15": lambda r: (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    ),
    "16": lambda r: answer(page(16), "200 OK", *(f"X-Filler-{n}: {'y' * 30}" for n in range(10_000))),
    "17": lambda r: dripped(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: " + b"z" * 200),
    "18": lambda r: answer(b"", "503 Service Unavailable", "Retry-After: 99999999999999999999"),
    "20": lambda r: answer(page(20, title="Of klingon charset"), content_type="text/html; charset=klingon"),
    "21": endless,
    "22": lambda r: answer(b"<html><body>" + b"<div>" * 200_000 + b"</body></html>"),
    "23": lambda r: answer(
        page(23, title="Wide table", more="<table><tr><td colspan=9007199254740991>x</td></tr></table>")
    ),
    "24": lambda r: answer(page(24, title="Nul \0 and &#xD800; and \u202eRTL")),
    "25": lambda r: answer(b"\xff\xd8\xff\xe0\x00\x10JFIF" + os.urandom(5_000), content_type="text/html"),
    "26": lambda r: answer(b"%PDF-1.7\n" + os.urandom(5_000), content_type="text/plain"),
    "27": lambda r: answer(
        b"<html><head><title>Your privacy</title></head><body><h1>We value your privacy</h1><p>We and our 842 partners"
        b" store and access information on a device, such as cookies, and process personal data.</p><p>With your"
        b" permission we and our partners may use precise geolocation data. Click to consent to our and our partners'"
        b" processing.</p><button>Accept all</button><button>Reject all</button><button>Manage options</button></body>"
    ),
    "28": lambda r: answer(
        b"<html><head><title>Page not found | Testing Times</title></head><body><h1>Page not found</h1>"
        b"<p>Sorry, the page that you are looking for does not exist or has been moved.</p></body></html>"
    ),
    "29": lambda r: answer(page(29, title="In UTF-16").decode().encode("utf-16-le"), content_type="text/html"),
    "30": lambda r: answer(page(30, title="=cmd|' /C calc'!A0")),
    "31-gzip": lambda r: encoded("gzip", BOMBS["gzip"]),
    "31-br": lambda r: encoded("br", BOMBS["br"]),
    "31-zstd": lambda r: encoded("zstd", BOMBS["zstd"]),
}


class Hosts:
    """One host a number, so that none is left alone for what another one did."""

    def __init__(self, web: Web) -> None:
        self.urls = {name: f"{web.add(self._only(name)).url}/{name}" for name in HANDLERS if name != "fine"}
        self.newsroom = Newsroom(web)

    def _only(self, name: str):
        def handler(request: Request) -> Reply:
            wanted = request.target.partition("?")[0].lstrip("/")
            reply = HANDLERS.get(wanted)
            if wanted in (name, "fine") and reply:
                return reply(request)  # type: ignore[operator]
            return answer(b"", "404 Not Found")

        return handler


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WebRun, Hosts]]:
    """Everything at once: that the good pages arrive is part of the proof."""
    web = Web()
    hosts = Hosts(web)
    run = WebRun(tmp_path_factory.mktemp("hostile") / "data")
    hosts.newsroom.publish(1)
    good = hosts.newsroom.page(1)
    host = hosts.newsroom.url
    secret = host.replace("http://", "http://user:pw-s3cret@")
    named = [
        *hosts.urls.values(),
        "http://2130706433/",
        "http://[::ffff:169.254.169.254]/latest",
        f"{secret}/news/report-1?a=6",
        f"{host}/news/report-1\r\nX-Injected: 1",
        f"{host}/" + "a" * 2_000_000,
        good,
        f"{good}?utm_source=rss&fbclid=x#top",
    ]
    run.run(named, connections=1)  # one at a time: what memory grows by is one page's
    yield run, hosts
    run.close()
    web.close()


def only(ran: tuple[WebRun, Hosts], name: str) -> tuple[str, str | None]:
    run, hosts = ran
    (outcome,) = run.outcomes(hosts.urls[name])
    return outcome


def title_of(ran: tuple[WebRun, Hosts], name: str) -> str:
    run, hosts = ran
    ((title,),) = run.ask("select title from articles where fetched_url = ?", hosts.urls[name])
    return title


def test_02_03_addresses_in_disguise(ran):
    """A number and a mapped address are no way round the rules."""
    run, _ = ran
    assert run.outcomes("http://2130706433/") == [("rejected", "bad_url")]
    assert run.outcomes("http://[::ffff:169.254.169.254]/latest") == [("rejected", "address")]


def test_05_redirect_to_a_private_address(ran):
    """The hop is vetted like the first address."""
    assert only(ran, "05") == ("rejected", "address")


def test_06_user_and_password_are_not_stored(ran):
    """Neither in a table nor in the archive nor in the spool."""
    run, _ = ran
    assert run.ask("select count(*) from captures where fetched_url like '%a=6'") == [(1,)]
    for path in run.data_dir.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
            assert b"pw-s3cret" not in raw, path


def test_07_line_ends_in_a_url(ran):
    """They reach no request."""
    _, hosts = ran
    assert not any("x-injected" in request.headers for request in hosts.newsroom.site.requests)


def test_09_two_megabytes_of_url(ran):
    """Rejected before anything is dialled."""
    run, hosts = ran
    rows = run.ask("select outcome, reason from outcomes where starts_with(url, ?)", f"{hosts.newsroom.url}/aaaa")
    assert rows == [("rejected", "bad_url")]
    assert not any("/aaaa" in request.target for request in hosts.newsroom.site.requests)


def test_10_trackers_and_fragments_are_one_article(ran):
    """One article; every spelling that led to it is kept."""
    run, hosts = ran
    rows = run.ask("select article_id, url from article_urls where url like ?", f"{hosts.newsroom.page(1)}%")
    assert len({row[0] for row in rows if "a=6" not in row[1]}) == 1
    assert len(rows) >= 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("11", "redirect_loop"),
        ("13", "bad_response"),
        ("15", "bad_response"),
        ("16", "bad_response"),
        ("21", "too_large"),
        ("22", "no_text"),
        ("25", "not_html"),
        ("26", "not_html"),
        ("27", "consent"),
        ("28", "soft_404"),
        ("31-gzip", "too_large"),
        ("31-br", "too_large"),
        ("31-zstd", "too_large"),
    ],
)
def test_11_13_15_16_21_22_25_26_27_28_31_rejected_with_a_reason(ran, name: str, reason: str):
    """11, 13, 15, 16, 21, 22, 25 to 28, 31: a row, and nothing stored."""
    assert only(ran, name) == ("rejected", reason)


@pytest.mark.parametrize(("name", "reason"), [("14", "incomplete"), ("17", "deadline"), ("18", "busy")])
def test_14_17_18_deferred(ran, name: str, reason: str):
    """14, 17, 18: tried again later, and nothing stored."""
    assert only(ran, name) == ("deferred", reason)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("12", "Behind the bomb"),
        ("20", "Of klingon charset"),
        ("23", "Wide table"),
        ("29", "In UTF-16"),
        ("30", "=cmd|' /C calc'!A0"),
    ],
)
def test_12_20_23_29_30_stored_all_the_same(ran, name: str, title: str):
    """12, 20, 23, 29, 30: what can be read is read."""
    assert title_of(ran, name) == title


def test_24_what_is_no_text_stays_out(ran):
    """NUL, lone surrogates and the mark that turns the reading direction: valid UTF-8 comes out."""
    run, hosts = ran
    ((title, text),) = run.ask("select title, text from articles where fetched_url = ?", hosts.urls["24"])
    assert "\0" not in title + text
    assert (title + text).encode("utf-8")
    assert "\u202e" not in title


def test_memory_stays_flat(ran):
    """Over all of them, one after the other and their servers included, this process grew by less than two may.

    What each alone takes is measured in a process of its own: tests/tasks/fetch/client/test_memory.py.
    """
    run, _ = ran
    assert run.growth_mb < 2 * GROWTH_LIMIT_MB
