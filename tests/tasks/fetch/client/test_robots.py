"""robots.txt: what RFC 9309 says, section by section, and files that nobody should write."""

import time
from collections.abc import Callable

import pytest

from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, Fetched, FetchRejected, Outcome
from tasks.fetch.robots import (
    CRAWL_DELAY_MAX_S,
    KEEP_S,
    KEEP_STALE_S,
    MAX_HOPS,
    RETRY_S,
    Answered,
    answered,
    parse_robots,
    permission,
    robots_url,
)
from tasks.fetch.robots_cache import RobotsCache
from tests.tasks.fetch.client.server import Web, answer, redirect

NOW = 1_000.0
SITE = "https://gazette.example"


def read(text: str) -> Answered:
    return Answered("rules", parse_robots(text.encode()), NOW, NOW + KEEP_S, read_at=NOW)


def verdict(text: str, path: str, product: str = "Presshouse") -> str:
    return permission(read(text), SITE + path, product, NOW).verdict


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("Disallow: /a", "/a/b", "disallowed"),
        ("Disallow: /a", "/A", "allowed"),
        ("Disallow:", "/a", "allowed"),
        ("Disallow: /", "/robots.txt", "allowed"),
        ("Allow: /a/b\nDisallow: /a", "/a/b/c", "allowed"),
        ("Disallow: /a/b\nAllow: /a", "/a/b/c", "disallowed"),
        ("Disallow: /a\nAllow: /a", "/a", "allowed"),
        ("Disallow: /*.pdf$", "/x/y.pdf", "disallowed"),
        ("Disallow: /*.pdf$", "/x/y.pdf?z", "allowed"),
        ("Disallow: /*?print=", "/a?b=1&c", "allowed"),
        ("Disallow: /*?print=", "/a?print=1", "disallowed"),
        ("Disallow: *print", "/a?print=1", "disallowed"),
        ("Disallow: /a*b*c$", "/a1b2b3c", "disallowed"),
        ("Disallow: /a*b*c$", "/a1b2c3", "allowed"),
        ("Disallow: /ab*b$", "/ab", "allowed"),
        ("Disallow: /a$", "/a", "disallowed"),
        ("Disallow: /a$", "/ab", "allowed"),
        ("Disallow: /caf%c3%a9", "/café", "disallowed"),
        ("Disallow: /café", "/caf%C3%A9/x", "disallowed"),
        ("Disallow: /%7Ejoe", "/~joe/", "disallowed"),
        ("Disallow: /a%2Ab", "/a*b", "disallowed"),
        ("Disallow: /a%2Ab", "/axb", "allowed"),
        ("Disallow: /a # not this", "/a", "disallowed"),
        ("disALLOW :/a", "/a", "disallowed"),
        ("Noindex: /a\nDisallow /a", "/a", "allowed"),
    ],
)
def test_paths_match_as_section_2_2_says(rules: str, path: str, expected: str) -> None:
    """Longest match, ties to allow, `*` and `$`, one spelling of percent-encoding, case of paths."""
    assert verdict(f"User-agent: *\n{rules}\n", path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: Presshouse\nAllow: /\n\nUser-agent: *\nDisallow: /", "allowed"),
        ("User-agent: *\nAllow: /\n\nUser-agent: PRESSHOUSE/1.0\nDisallow: /", "disallowed"),
        ("User-agent: press\nDisallow: /", "allowed"),
        ("User-agent: presshousebot\nDisallow: /", "allowed"),
        ("User-agent: presshouse\nDisallow: /x\n\nUser-agent: presshouse\nDisallow: /", "disallowed"),
        ("User-agent: other\nUser-agent: presshouse\n\nDisallow: /", "disallowed"),
        ("User-agent: presshouse\nCrawl-delay: 2\nUser-agent: other\nDisallow: /", "allowed"),
        ("User-agent: presshouse\nSitemap: https://x.example/s.xml\nUser-agent: other\nDisallow: /", "disallowed"),
        ("Disallow: /\nUser-agent: *\nAllow: /", "allowed"),
        ("User-agent: * # all\nDisallow: /", "disallowed"),
        ("\ufeffUser-agent: *\rDisallow: /\r", "disallowed"),
        ("<html><body>User-agent: nobody</body></html>", "allowed"),
        ("", "allowed"),
    ],
)
def test_groups_are_chosen_as_section_2_2_1_says(text: str, expected: str) -> None:
    """By the whole product token in any case; several groups of one name are one; everybody's only without our own."""
    assert verdict(text, "/page") == expected


def test_the_deciding_lines_are_told() -> None:
    """They are evidence: group, rule and delay."""
    found = permission(
        read("User-agent: *\nCrawl-delay: 2.5\nDisallow: /private/"), f"{SITE}/private/x", "Presshouse", NOW
    )
    assert (found.group, found.rule, found.crawl_delay_s) == ("*", "Disallow: /private/", 2.5)


@pytest.mark.parametrize(("value", "expected"), [("7", 7.0), ("1e9", None), ("-1", None), ("99999", CRAWL_DELAY_MAX_S)])
def test_crawl_delays_are_bounded(value: str, expected: float | None) -> None:
    """A delay of a day would end the news of a publisher; nonsense is none."""
    assert permission(read(f"User-agent: *\nCrawl-delay: {value}"), SITE, "Presshouse", NOW).crawl_delay_s == expected


def test_sitemaps_are_found() -> None:
    """Anywhere in the file, for everybody."""
    text = "Sitemap: https://a.example/1.xml\nUser-agent: x\nSitemap: https://a.example/2.xml"
    assert parse_robots(text.encode()).sitemaps == ("https://a.example/1.xml", "https://a.example/2.xml")


def test_500_kib_are_read_and_no_half_rule() -> None:
    """Section 2.5. What stands at the cut is left out: `Disallow: /` of `Disallow: /x` would shut everything."""
    filler = b"# " + b"x" * 98 + b"\n"
    lead = b"User-agent: *\nDisallow: /early\n"
    body = lead + filler * ((512_000 - len(lead)) // len(filler))
    body += b"#" * (512_000 - len(body) - 12) + b"\nDisallow: /late\nDisallow: /later\n"
    robots = parse_robots(body)
    assert [rule.raw for rule in robots.groups[0].rules] == ["/early"]


@pytest.mark.parametrize(
    "rules",
    ["Disallow: /" + "*a" * 200_000, "Disallow: /" + "*" * 400_000 + "b", "Disallow: /*a*b*c*d$\n" * 20_000],
    ids=["many stars", "a run of stars", "many rules"],
)
def test_hostile_patterns_take_linear_time(rules: str) -> None:
    """No pattern makes matching blow up."""
    started_at = time.process_time()
    answer = read("User-agent: *\n" + rules)
    for _ in range(3):
        permission(answer, f"{SITE}/" + "abc" * 2_000, "Presshouse", NOW)
    assert time.process_time() - started_at < 5.0


def test_the_file_of_an_origin() -> None:
    """Scheme, host and port each count; the path does not."""
    assert robots_url("https://user:pw@Gazette.example:8443/a/b?c#d") == "https://gazette.example:8443/robots.txt"
    assert robots_url("file:///etc/passwd") is None


def failed(status: int, retry_after_s: float | None = None) -> Outcome:
    if status == 429 or status >= 500:
        return FetchDeferred("busy", failure="soft", status=status, retry_after_s=retry_after_s)
    return FetchRejected("http_error", status=status)


@pytest.mark.parametrize("status", [400, 404, 410, 418, 451])
def test_4xx_means_that_there_are_no_rules(status: int) -> None:
    """Section 2.3.1.3, for a day."""
    entry = answered(failed(status), NOW)
    assert permission(entry, SITE, "Presshouse", NOW).verdict == "allowed"
    assert entry.holds_until == NOW + KEEP_S


@pytest.mark.parametrize("status", [401, 403, 429])
def test_401_403_and_429_defer(status: int) -> None:
    """We are not let in, or came too fast: that is no permission."""
    found = permission(answered(failed(status), NOW), SITE, "Presshouse", NOW)
    assert (found.verdict, found.retry_after_s) == ("later", RETRY_S)


def test_retry_after_is_heard() -> None:
    """Longer than an hour when the server says so."""
    assert answered(failed(429, 7_200.0), NOW).holds_until == NOW + 7_200.0


@pytest.mark.parametrize("outcome", [failed(500), failed(503), FetchDeferred("timeout", failure="soft")])
def test_unreachable_rules_forbid_for_a_while(outcome: Outcome) -> None:
    """Section 2.3.1.4: 5xx and silence forbid, for an hour."""
    entry = answered(outcome, NOW)
    assert permission(entry, SITE, "Presshouse", NOW).verdict == "later"
    assert entry.holds_until == NOW + RETRY_S


def test_older_rules_serve_while_the_host_cannot_be_reached() -> None:
    """For a month; after that nothing is fetched until it can."""
    old = read("User-agent: *\nDisallow: /a")
    later = answered(failed(500), NOW + KEEP_S, old)
    assert permission(later, f"{SITE}/b", "Presshouse", NOW).verdict == "allowed"
    assert permission(later, f"{SITE}/a", "Presshouse", NOW).verdict == "disallowed"
    at_last = answered(failed(500), NOW + KEEP_STALE_S + 1, later)
    assert permission(at_last, f"{SITE}/b", "Presshouse", NOW).verdict == "later"


def test_the_cache_forgets_after_a_day_and_stays_small() -> None:
    """Clock passed in; the longest unused goes first."""
    cache = RobotsCache(max_origins=2)
    for number in range(3):
        cache.put(f"https://{number}.example/robots.txt", failed(404), NOW + number)
    assert cache.get("https://0.example/robots.txt", NOW + 5) is None
    assert cache.get("https://2.example/robots.txt", NOW + 5) is not None
    assert cache.get("https://2.example/robots.txt", NOW + 2 + KEEP_S) is None


@pytest.mark.parametrize("hops", [MAX_HOPS, MAX_HOPS + 1])
def test_five_redirects_are_followed_a_sixth_means_no_rules(web: Web, client: Client, hops: int) -> None:
    """Section 2.3.1.2, against a real server."""
    site = web.add(
        lambda request: (
            answer(b"User-agent: *\nDisallow: /", content_type="text/plain")
            if request.target == f"/{hops}"
            else redirect(f"/{int(request.target.lstrip('/').replace('robots.txt', '0')) + 1}")
        )
    )
    chase = client.start(f"{site.url}/robots.txt", hops=MAX_HOPS)
    outcome: Outcome | None = None
    try:
        while outcome is None:
            outcome = chase.step()
    except FetchRejected as error:
        outcome = error
    assert isinstance(outcome, Fetched) == (hops == MAX_HOPS)
    expected = "disallowed" if hops == MAX_HOPS else "allowed"
    assert permission(answered(outcome, NOW), site.url + "/x", "Presshouse", NOW).verdict == expected


def test_every_reading_is_the_same_whatever_the_line_ends() -> None:
    """CR, LF and CRLF."""
    lines = ["User-agent: *", "Disallow: /a", "Allow: /a/b"]
    texts = [end.join(lines) for end in ("\n", "\r", "\r\n")]
    check: Callable[[str], list[str]] = lambda text: [verdict(text, path) for path in ("/a", "/a/b", "/c")]  # noqa: E731
    assert [check(text) for text in texts] == [["disallowed", "allowed", "allowed"]] * 3
