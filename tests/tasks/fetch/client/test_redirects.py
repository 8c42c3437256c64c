"""Redirects: followed hop by hop, never further than they lead somewhere."""

import gzip
import itertools

import pytest

from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, FetchRejected
from tests.tasks.fetch.client.server import Reply, Request, Web, answer, redirect


def steps(*targets: str, status: str = "302 Found") -> "Path":
    return Path(dict(itertools.pairwise(targets)), status)


class Path:
    """Leads from one target to the next; the last one answers."""

    def __init__(self, leads: dict[str, str], status: str) -> None:
        self.leads, self.status = leads, status

    def __call__(self, request: Request) -> Reply:
        target = self.leads.get(request.target)
        return redirect(target, self.status) if target else answer(b"arrived")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed_and_remembered(web: Web, client: Client, status: str) -> None:
    """All hops with their bytes; the URL asked for and the one that answered."""
    site = web.add(steps("/a", "/b?x=1", "c", status=status))
    fetched = client.fetch(site.url + "/a")
    assert (fetched.asked_url, fetched.fetched_url, fetched.body) == (f"{site.url}/a", f"{site.url}/c", b"arrived")
    assert [one.status for one in fetched.exchanges][-1] == 200
    assert all(one.status == int(status[:3]) for one in fetched.exchanges[:-1])


def test_only_an_unbroken_run_of_permanent_redirects_moves_a_url(web: Web, client: Client) -> None:
    """301 and then 302: the feed has moved to where the 301 leads, not to today's target."""
    leads = {
        "/feed": redirect("/new", "301 Moved Permanently"),
        "/new": redirect("/today", "302 Found"),
        "/today": redirect("/end", "308 Permanent Redirect"),
    }
    site = web.add(lambda request: leads.get(request.target) or answer(b"<rss/>"))
    assert client.fetch(site.url + "/feed").moved_url == f"{site.url}/new"
    assert client.fetch(site.url + "/new").moved_url is None
    assert client.fetch(site.url + "/today").moved_url == f"{site.url}/end"


def test_another_host_gets_its_own_request(web: Web, client: Client) -> None:
    """Host, address and path of the second host; nothing of the first but the fact."""
    there = web.add(lambda request: answer(b"arrived"))
    here = web.add(lambda request: redirect(f"{there.url}/x?y=%C3%A9"))
    fetched = client.fetch(here.url)
    assert fetched.fetched_url == f"{there.url}/x?y=%C3%A9"
    assert [one.address for one in fetched.exchanges] == [here.address, there.address]
    assert there.requests[0].headers["host"] == f"{there.address}:{there.port}"
    assert "referer" not in there.requests[0].headers and "cookie" not in there.requests[0].headers


def test_cookies_are_not_kept(web: Web, client: Client) -> None:
    """What a paywall counts by is not carried from hop to hop, nor is it faked."""
    site = web.add(
        lambda request: (
            answer(b"arrived")
            if request.target == "/b"
            else answer(b"", "302 Found", "Location: /b", "Set-Cookie: seen=1; Path=/")
        )
    )
    client.fetch(site.url + "/a")
    client.fetch(site.url + "/b")
    assert [request.headers.get("cookie") for request in site.requests] == [None] * 3


@pytest.mark.parametrize(
    ("location", "target"), [("/caf\xc3\xa9", "/caf%C3%A9"), ("/a b", "/a%20b"), ("?p=2", "/a?p=2")]
)
def test_locations_are_read_as_browsers_read_them(web: Web, client: Client, location: str, target: str) -> None:
    """Raw UTF-8, spaces, a query alone."""
    site = web.add(lambda request: redirect(location) if request.target == "/a" else answer(b"arrived"))
    assert client.fetch(site.url + "/a").body == b"arrived"
    assert site.requests[-1].target == target


@pytest.mark.parametrize("leads", [{"/a": "/a"}, {"/a": "/b", "/b": "/c", "/c": "/b"}, {"/a": "/a#x"}])
def test_hostile_11_a_redirect_loop_is_rejected(web: Web, client: Client, leads: dict[str, str]) -> None:
    """A URL that was asked already is not asked again, whatever its fragment."""
    site = web.add(Path(leads, "302 Found"))
    with pytest.raises(FetchRejected) as error:
        client.fetch(site.url + "/a")
    assert error.value.reason == "redirect_loop"
    assert len(site.requests) == len(leads)


def test_hostile_11_redirects_without_end_are_rejected(web: Web, client: Client) -> None:
    """Ten are followed, whatever the eleventh says."""
    site = web.add(lambda request: redirect(f"/{int(request.target[1:]) + 1}"))
    with pytest.raises(FetchRejected) as error:
        client.fetch(site.url + "/0")
    assert error.value.reason == "redirect_loop"
    assert len(site.requests) == 11


def test_a_redirect_that_leads_nowhere_is_an_error_status(web: Web, client: Client) -> None:
    """302 without Location is no page."""
    site = web.add(lambda request: answer(b"moved", "302 Found"))
    with pytest.raises(FetchRejected) as error:
        client.fetch(site.url)
    assert (error.value.reason, error.value.status) == ("http_error", 302)


def test_short_redirect_bodies_do_not_cost_the_connection(web: Web, client: Client) -> None:
    """They are read, so that the target is asked on the same connection; long ones are not."""
    site = web.add(lambda request: answer(b"arrived") if request.target == "/b" else redirect("/b", body=b"x" * 500))
    client.fetch(site.url + "/a")
    assert len({request.connection for request in site.requests}) == 1
    long = web.add(lambda request: answer(b"ok") if request.target == "/b" else redirect("/b", body=b"x" * 500_000))
    fetched = client.fetch(long.url + "/a")
    assert len({request.connection for request in long.requests}) == 2
    assert (fetched.exchanges[0].body, fetched.exchanges[0].truncated) == (b"", "length")


def test_a_redirect_whose_body_breaks_off_is_followed(web: Web, client: Client) -> None:
    """What it says stands in its headers."""
    cut = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 500\r\nConnection: close\r\n\r\nMoved"
    site = web.add(lambda request: answer(b"arrived") if request.target == "/b" else cut)
    fetched = client.fetch(site.url + "/a")
    assert (fetched.body, fetched.exchanges[0].truncated) == (b"arrived", "disconnect")


def test_hostile_12_a_redirect_with_a_bomb_is_followed(web: Web, client: Client) -> None:
    """What comes with a redirect is never inflated (its memory: test_memory)."""
    bomb = gzip.compress(bytes(32 << 20))
    site = web.add(
        lambda request: (
            answer(b"arrived")
            if request.target == "/b"
            else answer(bomb, "302 Found", "Location: /b", "Content-Encoding: gzip")
        )
    )
    assert client.fetch(site.url + "/a").body == b"arrived"


def test_all_hops_share_one_deadline(web: Web, client: Client) -> None:
    """Each hop is quick enough for itself; together they are not."""
    site = web.add(lambda request: [0.4, redirect(f"/{int(request.target[1:]) + 1}")])
    with pytest.raises(FetchDeferred) as error:
        client.fetch(site.url + "/0", deadline_s=1.0)
    assert error.value.reason == "deadline"
    assert len(site.requests) <= 4
