"""Each signal by which a publisher reserves something is found, word for word; what reserves nothing is not."""

import pytest

from tasks.fetch.rights import reservations, well_known_urls
from tasks.fetch.robots import parse_robots
from tasks.model import Evidence
from tasks.normalise.rights import reserved

URL = "https://gazette.example/news/ferry?x=1"


def of_robots(text: str) -> tuple[Evidence, ...]:
    return reservations(URL, [], robots=parse_robots(text.encode()))


def raws(found: tuple[Evidence, ...]) -> list[str]:
    return [one.raw for one in found]


def test_a_page_without_signals_has_no_evidence() -> None:
    """Nothing is said, so nothing is known."""
    found = reservations(URL, [("content-type", "text/html")], robots=parse_robots(b"User-agent: *\nAllow: /"))
    assert found == () and reserved(found) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("noai, noimageai", ["noai", "noimageai"]),
        ("noarchive", ["noarchive"]),
        ("googlebot: NoSnippet", ["nosnippet"]),
        ("nofollow, max-snippet:-1", []),
        ("unavailable_after: 25 Jun 2026 15:00:00 GMT", []),
    ],
)
def test_x_robots_tag(value: str, expected: list[str]) -> None:
    """The directives that reserve something we do."""
    assert raws(reservations(URL, [("x-robots-tag", value)])) == expected


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("0", False)])
def test_tdm_reservation_header(value: str, expected: bool) -> None:
    """1 reserves, 0 says that nothing is reserved."""
    found = reservations(URL, [("tdm-reservation", value)])
    assert found == (Evidence(f"tdm-reservation: {value}", "header", "tdm-reservation"),)
    assert reserved(found) is expected


@pytest.mark.parametrize(("value", "expected"), [("search=yes, ai-train=no", True), ("search=yes", False)])
def test_content_signal_header(value: str, expected: bool) -> None:
    """Kept as sent."""
    found = reservations(URL, [("content-signal", value)])
    assert raws(found) == [f"content-signal: {value}"] and reserved(found) is expected


def test_content_usage_header() -> None:
    """The other vocabulary."""
    assert reserved(reservations(URL, [("content-usage", "train-ai=n")])) is True


def test_content_signal_in_robots() -> None:
    """Of the group that counts for us, not of another crawler's."""
    text = (
        "User-agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /\n\nUser-agent: Foo\nContent-Signal: search=no"
    )
    assert of_robots(text) == (Evidence("content-signal: search=yes,ai-train=no", "robots", "*"),)


def test_content_usage_in_robots_by_path() -> None:
    """The longest pattern that matches the page counts."""
    text = (
        "User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: /news/ train-ai=n\nContent-Usage: /sport/ train-ai=y"
    )
    found = of_robots(text)
    assert raws(found) == ["content-usage: train-ai=n"] and reserved(found) is True


def test_mining_crawlers_shut_out_by_name() -> None:
    """Group and rule; crawlers for search do not count, nor does a path elsewhere."""
    text = "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: Bingbot\nDisallow: /\n"
    assert of_robots(text) == (Evidence("disallow: /", "robots", "gptbot"), Evidence("disallow: /", "robots", "ccbot"))
    assert of_robots("User-agent: GPTBot\nDisallow: /shop/") == ()
    assert of_robots("User-agent: GPTBot\nDisallow: /\nAllow: /news/") == ()


def test_the_tdm_file() -> None:
    """The rule of the longest location that matches; its policy comes along."""
    body = b"""[{"location": "/", "tdm-reservation": 0},
        {"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://gazette.example/policy.json"},
        {"location": "/news/ferry$", "tdm-reservation": 0}]"""
    found = reservations(URL, [], tdm_file=body)
    assert raws(found) == ["tdm-reservation: 1", "tdm-policy: https://gazette.example/policy.json"]
    assert reserved(found) is True
    assert raws(reservations("https://gazette.example/sport", [], tdm_file=body)) == ["tdm-reservation: 0"]


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b"[1, null, {}]", b'{"location": 7}', b"\xff\xfe"])
def test_a_tdm_file_that_is_none(body: bytes) -> None:
    """An error page with status 200 says nothing."""
    assert reservations(URL, [], tdm_file=body) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-Agent: *\nDisallow: /", ["disallow: /"]),
        ("User-Agent: *\nDisallow: *.jpg\nDisallow: *.txt", ["disallow: *.txt"]),
        ("User-Agent: *\nDisallow: *.jpg\nAllow: /", []),
        ("<html>not here</html>", []),
    ],
)
def test_ai_txt(text: str, expected: list[str]) -> None:
    """By path or by kind of file, where texts are meant."""
    assert raws(reservations(URL, [], ai_txt=text.encode())) == expected


def test_where_the_well_known_files_stand() -> None:
    """At the origin, whatever the page."""
    assert well_known_urls("http://gazette.example:8080/a/b") == (
        "http://gazette.example:8080/.well-known/tdmrep.json",
        "http://gazette.example:8080/ai.txt",
    )
    assert well_known_urls("file:///a") is None
