"""Politeness, as the hosts themselves see it: they take down when requests begin and how many there are at once."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, Fetched, FetchRejected, Limits, Outcome, Validators
from tasks.fetch.pace import FAILURES_MAX, INTERVAL_MAX_S, ON_THE_WAY_S, PAUSE_MAX_S, Pace, after
from tasks.fetch.pacing import fetch_all
from tasks.fetch.robots_cache import RobotsCache
from tests.tasks.fetch.client.conftest import CONTACT, LOOPBACK
from tests.tasks.fetch.client.server import Reply, Request, Site, Web, answer, redirect

MARGIN_S = 0.03  # by which a server on a busy machine may be late to notice a request


def told(outcomes: Iterator[tuple[str, Outcome]]) -> dict[str, str]:
    """What became of each URL; fails when one is told twice."""
    found: dict[str, str] = {}
    for url, outcome in outcomes:
        assert url not in found
        found[url] = outcome.body.decode() if isinstance(outcome, Fetched) else outcome.reason
    return found


def check_manners(sites: list[Site], interval_s: float) -> None:
    """No host ever saw two requests or connections at once, or a shorter interval than promised.

    A server on a busy machine may notice one request late and the next in time: single gaps may be shorter by that,
    all of them together may not.
    """
    for site in sites:
        assert site.most_at_once <= 1
        assert site.most_connections <= 1
        gaps = site.gaps()
        assert sum(gap < interval_s / 2 for gap in gaps) <= 1 + len(gaps) // 10
        assert sum(gaps) >= len(gaps) * interval_s - MARGIN_S


def test_hosts_are_interleaved_each_at_its_pace(web: Web, client: Client) -> None:
    """Five hosts of five pages take as long as one, though the list has them one after the other."""
    sites = [web.add(lambda request: answer(request.target.encode())) for _ in range(5)]
    urls = [f"{site.url}/{number}" for site in sites for number in range(5)]
    started_at = time.monotonic()
    found = told(fetch_all(urls, client, interval_s=0.2))
    took_s = time.monotonic() - started_at
    assert found == {url: "/" + url.rpartition("/")[2] for url in urls}
    check_manners(sites, 0.2)
    assert 0.8 <= took_s < 0.9 * 5 * 0.8  # one host after the other takes 5 times 0.8 s, on any machine


def test_a_host_that_never_answers_delays_only_itself(web: Web) -> None:
    """The others are done while its pages still wait; after some failures it is left alone for this run."""
    dead = web.add(lambda request: [30.0])
    sites = [web.add(lambda request: [0.01, answer(b"ok")]) for _ in range(10)]
    urls = [f"{dead.url}/{n}" for n in range(50)] + [f"{site.url}/{n}" for n in range(8) for site in sites]
    ended: dict[str, float] = {}
    started_at = time.monotonic()
    with Client(CONTACT, allowed=LOOPBACK, limits=Limits(idle_s=2.0)) as client:
        reasons: Counter[str] = Counter()
        for url, outcome in fetch_all(urls, client, interval_s=0.1, concurrency=4):
            ended[url] = time.monotonic() - started_at
            reasons[outcome.reason if isinstance(outcome, FetchDeferred) else "ok"] += 1
    assert reasons == {"ok": 80, "timeout": FAILURES_MAX, "host_failing": 50 - FAILURES_MAX}
    given_up = max(when for url, when in ended.items() if dead.address in url)
    assert max(when for url, when in ended.items() if dead.address not in url) < given_up
    check_manners([dead, *sites], 0.1)
    assert len(dead.requests) == FAILURES_MAX


def test_the_promise_holds_across_redirects(web: Web, client: Client) -> None:
    """Ten hosts that all redirect to one: it is asked at its own pace, and nobody is asked twice at once."""
    hub = web.add(lambda request: answer(b"arrived"))
    sites = [web.add(lambda request: redirect(f"{hub.url}{request.target}")) for _ in range(6)]
    urls = [f"{site.url}/{number}/{n}" for number, site in enumerate(sites) for n in range(2)]
    assert set(told(fetch_all(urls, client, interval_s=0.1)).values()) == {"arrived"}
    assert len(hub.requests) == 12
    check_manners([hub, *sites], 0.1)


def test_redirects_within_a_host_keep_its_pace(web: Web, client: Client) -> None:
    """A redirect is a request like any other."""
    site = web.add(lambda request: answer(b"end") if request.target.endswith("x") else redirect(request.target + "x"))
    told(fetch_all([f"{site.url}/{number}" for number in range(4)], client, interval_s=0.1))
    assert len(site.requests) == 8
    check_manners([site], 0.1)


def robots_site(web: Web, text: str, *, status: str = "200 OK") -> Site:
    return web.add(
        lambda request: (
            answer(text.encode(), status, content_type="text/plain")
            if request.target == "/robots.txt"
            else answer(b"page")
        )
    )


def test_robots_are_asked_once_and_obeyed(web: Web, client: Client) -> None:
    """One question a host; what is disallowed is not asked for, and says which rule it was."""
    site = robots_site(web, "User-agent: *\nDisallow: /private/")
    urls = [f"{site.url}/private/1", f"{site.url}/a", f"{site.url}/b"]
    cache = RobotsCache()
    outcomes = dict(fetch_all(urls, client, robots=cache, interval_s=0.05))
    refused = outcomes[urls[0]]
    assert isinstance(refused, FetchRejected) and (refused.reason, refused.failure) == ("robots", "blocked")
    assert refused.detail == "User-agent: *, Disallow: /private/"
    assert isinstance(outcomes[urls[1]], Fetched) and isinstance(outcomes[urls[2]], Fetched)
    told(fetch_all([f"{site.url}/c"], client, robots=cache, interval_s=0.05))
    assert Counter(request.target for request in site.requests) == {"/robots.txt": 1, "/a": 1, "/b": 1, "/c": 1}
    assert site.requests[0].target == "/robots.txt"


def test_robots_of_the_target_of_a_redirect_are_obeyed(web: Web, client: Client) -> None:
    """The rules of the first host say nothing about the second."""
    shut = robots_site(web, "User-agent: Presshouse\nDisallow: /")
    site = web.add(
        lambda request: answer(b"", "404 Not Found") if request.target == "/robots.txt" else redirect(f"{shut.url}/a")
    )
    assert told(fetch_all([f"{site.url}/a"], client, robots=RobotsCache(), interval_s=0.05)) == {
        f"{site.url}/a": "robots"
    }
    assert [request.target for request in shut.requests] == ["/robots.txt"]


@pytest.mark.parametrize(("status", "failure"), [("500 Oops", "soft"), ("403 Forbidden", "blocked")])
def test_unread_robots_defer(web: Web, client: Client, status: str, failure: str) -> None:
    """Without the rules nothing is fetched, now."""
    site = robots_site(web, "", status=status)
    urls = [f"{site.url}/{number}" for number in range(5)]
    for _, outcome in fetch_all(urls, client, robots=RobotsCache(), interval_s=0.05):
        assert isinstance(outcome, FetchDeferred)
        assert (outcome.reason, outcome.failure) == ("robots_unread", failure)
        assert outcome.retry_after_s and 3_500 < outcome.retry_after_s <= 3_600
    assert [request.target for request in site.requests] == ["/robots.txt"]


def test_robots_that_redirect_to_another_host_keep_its_pace(web: Web, client: Client) -> None:
    """The rules may live elsewhere; they still are the first host's."""
    rules = web.add(lambda request: answer(b"User-agent: *\nDisallow: /b"))
    site = web.add(
        lambda request: redirect(f"{rules.url}/rules") if request.target == "/robots.txt" else answer(b"page")
    )
    found = told(fetch_all([f"{site.url}/a", f"{site.url}/b"], client, robots=RobotsCache(), interval_s=0.05))
    assert found == {f"{site.url}/a": "page", f"{site.url}/b": "robots"}


def test_crawl_delay_is_kept(web: Web, client: Client) -> None:
    """Half a second between pages where robots.txt says so, whatever our own interval."""
    site = robots_site(web, "User-agent: *\nCrawl-delay: 0.4")
    told(fetch_all([f"{site.url}/{number}" for number in range(3)], client, robots=RobotsCache(), interval_s=0.1))
    check_manners([site], 0.1)
    assert min(site.gaps()[1:]) >= 0.4 - MARGIN_S


def test_429_slows_a_host_down(web: Web, client: Client) -> None:
    """Retry-After is waited for within the run; only the page that met the 429 is deferred."""
    site = web.add(
        lambda request: answer(b"", "429 Slow", "Retry-After: 1") if request.target == "/1" else answer(b"ok")
    )
    found = told(fetch_all([f"{site.url}/{number}" for number in range(4)], client, interval_s=0.05))
    assert sorted(found.values()) == ["busy", "ok", "ok", "ok"]
    assert site.gaps()[1] >= 1.0 - MARGIN_S


def test_a_long_retry_after_ends_the_hosts_run(web: Web, client: Client) -> None:
    """Nobody waits an hour with the rest; it is deferred, with the time to come back."""
    site = web.add(lambda request: answer(b"", "503 Busy", "Retry-After: 3600"))
    outcomes = [outcome for _, outcome in fetch_all([f"{site.url}/{n}" for n in range(9)], client, interval_s=0.05)]
    assert all(isinstance(one, FetchDeferred) and one.retry_after_s == 3_600.0 for one in outcomes)
    assert len(site.requests) == 1


def test_urls_that_cannot_be_asked_for_have_their_outcome_too(web: Web, client: Client) -> None:
    """Nothing disappears, and nothing stops the others."""
    site = web.add(lambda request: answer(b"ok"))
    urls = ["file:///etc/passwd", "", "http://127.1/", f"{site.url}/a", "http://10.0.0.1/"]
    assert told(fetch_all(urls, client, robots=None, interval_s=0.05)) == {
        "file:///etc/passwd": "bad_url",
        "": "bad_url",
        "http://127.1/": "bad_url",
        "http://10.0.0.1/": "address",
        f"{site.url}/a": "ok",
    }
    assert list(fetch_all([], client)) == []


def test_validators_go_with_their_url(web: Web, client: Client) -> None:
    """Only to the URL that they belong to."""
    site = web.add(lambda request: answer(request.headers.get("if-none-match", "none").encode()))
    kept = {f"{site.url}/a": Validators('"a"', body_sha256="0" * 64)}
    found = told(fetch_all([f"{site.url}/a", f"{site.url}/b"], client, validators=kept, interval_s=0.02))
    assert found == {f"{site.url}/a": '"a"', f"{site.url}/b": "none"}


def test_results_do_not_pile_up_before_a_slow_caller(web: Web, client: Client) -> None:
    """While nobody reads, no more than twice the concurrency is fetched."""
    sites = [web.add(lambda request: answer(b"x" * 1_000)) for _ in range(20)]
    urls = [f"{site.url}/{number}" for number in range(5) for site in sites]
    outcomes = fetch_all(urls, client, interval_s=0.0, concurrency=4)
    next(outcomes)
    time.sleep(0.7)
    assert sum(len(site.requests) for site in sites) <= 2 * 4 + 1
    assert sum(1 for _ in outcomes) == len(urls) - 1


def test_hostile_70_closing_ends_what_is_under_way(web: Web, client: Client) -> None:
    """A run that is stopped does not wait for a host that never answers."""
    dead = web.add(lambda request: [30.0])
    site = web.add(lambda request: answer(b"ok"))
    outcomes = fetch_all([f"{dead.url}/", f"{site.url}/"], client, interval_s=0.05)
    assert next(outcomes)[0] == f"{site.url}/"
    started_at = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started_at < 5.0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch-")]


def test_an_error_of_the_callers_list_comes_through(web: Web, client: Client) -> None:
    """And leaves no thread behind."""
    site = web.add(lambda request: answer(b"ok"))

    def urls() -> Iterator[str]:
        yield f"{site.url}/a"
        raise LookupError("no more")

    with pytest.raises(LookupError):
        list(fetch_all(urls(), client, interval_s=0.05))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch-")]


def test_many_hosts_are_quick(web: Web) -> None:
    """400 pages on 20 hosts of 50 ms each, beside a host that never answers: all hosts at once, at their pace."""

    def slow(request: Request) -> Reply:
        return [0.05, answer(b"ok")]

    dead = web.add(lambda request: [30.0])
    sites = [web.add(slow) for _ in range(20)]
    urls = [f"{dead.url}/x"] + [f"{site.url}/{number}" for site in sites for number in range(20)]
    quick_at = started_at = time.monotonic()
    with Client(CONTACT, allowed=LOOPBACK, limits=Limits(idle_s=4.0)) as client:
        for url, _ in fetch_all(urls, client, interval_s=0.15):
            quick_at = quick_at if dead.address in url else time.monotonic()
    check_manners(sites, 0.15)
    # 1.3 times this on an idle machine, and others may work on this one; one host after the other takes 20 times this
    assert quick_at - started_at < 5 * (19 * 0.15 + 0.05)


BUSY = FetchDeferred("busy", failure="soft", status=429)
SILENT = FetchDeferred("timeout", failure="soft")
PAGE = Fetched("u", "u", None, 200, (), b"", None, False, (), latency_s=0.1)  # type: ignore[arg-type]


def test_a_quick_host_is_asked_at_the_least_interval() -> None:
    """From arriving to arriving."""
    pace = after(Pace(1.0, 1.0), PAGE, sent_at=100.0, ended_at=100.2)
    assert (pace.interval_s, pace.next_at) == (1.0, 101.0 + ON_THE_WAY_S)


def test_a_host_that_works_hard_gets_rest() -> None:
    """Three seconds for a page: one page every six; quick again, it comes back by halves."""
    slow = after(Pace(1.0, 1.0), replace(PAGE, latency_s=3.0), sent_at=100.0, ended_at=103.0)
    assert slow.interval_s == 6.0
    eased = after(slow, PAGE, sent_at=110.0, ended_at=110.1)
    assert eased.interval_s == 3.5
    assert after(eased, PAGE, sent_at=120.0, ended_at=120.1).interval_s == 2.25


def test_busy_answers_double_the_interval_up_to_a_bound() -> None:
    """And failures do the same."""
    pace = Pace(1.0, 1.0)
    for expected in (2.0, 4.0, 8.0):
        pace = after(pace, BUSY, sent_at=0.0, ended_at=0.1)
        assert pace.interval_s == expected
    for _ in range(10):
        pace = after(pace, BUSY, sent_at=0.0, ended_at=0.1)
    assert pace.interval_s == INTERVAL_MAX_S and pace.given_up is None


def test_a_host_that_failed_gets_its_rest_from_the_end() -> None:
    """Twenty seconds of silence are no interval."""
    assert after(Pace(1.0, 1.0), SILENT, sent_at=100.0, ended_at=120.0).next_at == 122.0


def test_failures_in_a_row_end_the_hosts_run() -> None:
    """One success in between, and the count starts again."""
    pace = Pace(1.0, 1.0)
    for outcome in [SILENT] * (FAILURES_MAX - 1) + [PAGE] + [SILENT] * (FAILURES_MAX - 1):
        pace = after(pace, outcome, sent_at=0.0, ended_at=0.1)
    assert pace.given_up is None
    assert after(pace, SILENT, sent_at=0.0, ended_at=0.1).given_up is not None


@pytest.mark.parametrize("wait_s", [PAUSE_MAX_S, PAUSE_MAX_S + 1])
def test_a_pause_is_waited_for_up_to_a_bound(wait_s: float) -> None:
    """Beyond it the run goes on without the host."""
    outcome = FetchDeferred("busy", failure="soft", status=503, retry_after_s=wait_s)
    pace = after(Pace(1.0, 1.0), outcome, sent_at=0.0, ended_at=0.5)
    assert pace.next_at == 0.5 + wait_s
    assert (pace.given_up is None) == (wait_s <= PAUSE_MAX_S)


def test_an_error_of_a_page_is_none_of_the_host() -> None:
    """404 and 403 do not slow it down."""
    missing = FetchRejected("http_error", status=404)
    assert after(Pace(1.0, 1.0), missing, sent_at=0.0, ended_at=0.1).interval_s == 1.0
