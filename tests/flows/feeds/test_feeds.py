"""`presshouse feeds` against real servers on several addresses: what is found, told, chosen, and what is not."""

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.arguments import parser
from flows.feeds.command import feeds
from flows.feeds.look import starts
from flows.feeds.probe import Probe, same_as
from tasks.errors import Stop
from tasks.fetch.opml import parse_opml
from tasks.fetch.schedule import WORTH
from tasks.registry.choice_file import choice_path, read_choice
from tests.tasks.fetch.client.conftest import web  # noqa: F401 - a fixture
from tests.tasks.fetch.client.server import Request, Site, Web, answer, redirect
from tests.warehouse.test_coverage import poll_row
from warehouse import spool as spooling
from warehouse.append import drain
from warehouse.migrate import prepare
from warehouse.place import place
from warehouse.registry import store_feeds

NOW = datetime.now(UTC)
PUBLISHERS = """domain,name,country,languages,timezone,aliases,names
gazette.example,The Gazette,GB,en,Europe/London,,
sandesh.example,Sandesh,IN,gu,Asia/Kolkata,,
"""
FEEDS = """publisher,kind,url,languages
gazette.example,feed,https://gazette.example/rss,en
gazette.example,sitemap,https://gazette.example/sitemap.xml,en
sandesh.example,news_sitemap,https://sandesh.example/news.xml,gu
"""


@dataclass
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The command in this process, with two publishers as seeds; loopback may be dialled."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "publishers.csv").write_text(PUBLISHERS)
    (seeds / "feeds.csv").write_text(FEEDS)
    (seeds / "agencies.csv").write_text("name,full_name,country,domain,aliases\n")
    for file in seeds.iterdir():
        file.chmod(stat.S_IRUSR)  # read-only at run time
    settings = {
        "DATA_DIR": str(tmp_path / "data"),
        "SEEDS": str(seeds),
        "ALLOW_ADDRESSES": "127.0.0.0/8",
        "HOST_INTERVAL": "0",
        "CONTACT": "mailto:desk@gazette.example",
        "WORKERS": "1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"PRESSHOUSE_{name}", value)

    def run_(*arguments: object) -> Ran:
        status = feeds(parser().parse_args(["feeds", *map(str, arguments)]))
        return Ran(status, *capsys.readouterr())

    return run_


@pytest.fixture
def choice(tmp_path: Path) -> Callable[[], dict[str, bool]]:
    return lambda: {row.url: row.is_enabled for row in read_choice(choice_path(tmp_path / "data"))}


def rss(*names: str, host: str = "https://gazette.example", age: timedelta = timedelta(hours=1)) -> bytes:
    at = f"{NOW - age:%a, %d %b %Y %H:%M:%S +0000}"
    items = "".join(f"<item><title>On {n}</title><link>{host}/{n}</link><pubDate>{at}</pubDate></item>" for n in names)
    return f"<rss><channel><title>Front</title><language>en</language>{items}</channel></rss>".encode()


def sitemap(*urls: str, name: str = "urlset", entry: str = "url") -> bytes:
    return f"<{name}>{''.join(f'<{entry}><loc>{url}</loc></{entry}>' for url in urls)}</{name}>".encode()


def news_sitemap(*urls: str) -> bytes:
    entries = "".join(
        f"<url><loc>{url}</loc><n:news><n:title>t</n:title><n:publication_date>{NOW:%Y-%m-%dT%H:%M:%SZ}"
        "</n:publication_date></n:news></url>"
        for url in urls
    )
    space = "http://www.google.com/schemas/sitemap-news/0.9"
    return f'<urlset xmlns:n="{space}">{entries}</urlset>'.encode()


def serve(web: Web, pages: dict[str, bytes]) -> Site:  # noqa: F811
    """A host with these bodies; an answer that begins with HTTP is sent as it is."""

    def handler(request: Request) -> bytes:
        body = pages.get(request.target)
        if body is None:
            return answer(b"", "404 Not Found")
        return body if body.startswith(b"HTTP/") else answer(body, content_type="text/plain")

    return web.add(handler)


# -- the choice


def test_nothing_is_enabled_until_chosen(run, choice):
    """A fresh list shows everything, polls nothing and says how to begin; it writes nothing."""
    ran = run("list", "--json")
    assert [(row["url"], row["enabled"], row["state"]) for row in ran.json] == [
        ("https://gazette.example/rss", False, "new"),
        ("https://gazette.example/sitemap.xml", False, "new"),
        ("https://sandesh.example/news.xml", False, "new"),
    ]
    assert "0 enabled. To begin: presshouse feeds enable" in run("list").out
    assert choice() == {}


def test_enable_says_what_it_will_cost(run, choice):
    """By country, requests an hour and GB a month, by the documented formula; --dry-run only says it."""
    ran = run("enable", "--country", "in", "--dry-run", "--json").json
    polls_a_day = 1_440 / (2 * WORTH * 1_440 / 80) ** 0.5  # a news sitemap: 80 articles a day
    assert ran["requests_an_hour"] == pytest.approx((polls_a_day + 80) / 24, abs=0.1)
    assert ran["gb_a_month"] == pytest.approx(30 * (polls_a_day * 0.75 * 60_000 + 80 * 32_000) / 1e9, abs=0.01)
    assert choice() == {}
    said = run("enable", "--country", "in").out
    assert "Enabled 1 feed of 1 publisher." in said
    assert "7 requests an hour, 0.2 GB a month" in said
    assert choice() == {"https://sandesh.example/news.xml": True}


def test_enable_disable_remove_and_back(run, choice):
    """Each is a row of the choice; a removed seed is in no list, and the seeds stay as they were."""
    run("enable", "--publisher", "The Gazette", "--kind", "feed", "--interval", "30", "--recapture")
    (row,) = run("list", "--enabled", "--json").json
    assert (row["url"], row["interval_minutes"], row["recapture"]) == ("https://gazette.example/rss", 30, True)
    run("disable", "https://www.gazette.example/rss/")
    assert choice() == {"https://gazette.example/rss": False}
    assert run("remove", "https://gazette.example/rss", "--json").json == {"removed": ["https://gazette.example/rss"]}
    assert [row["url"] for row in run("list", "--publisher", "gazette.example", "--json").json] == [
        "https://gazette.example/sitemap.xml"
    ]
    with pytest.raises(Stop, match="no feed of the registry"):
        run("enable", "https://gazette.example/rss")


def test_the_list_tells_how_enabled_feeds_do(run, tmp_path: Path):
    """States, failures and the next poll from the warehouse; what was switched off by 410 is asked again once the user
    enables it anew; the user's own interval counts."""
    run("enable", "--all", "--interval", "60")
    there = place(tmp_path / "data")
    prepare(there.file, wait=1, say=lambda _: None)
    hour, urls = timedelta(hours=1), [line.split(",")[2] for line in FEEDS.splitlines()[1:]]
    store_feeds(there.file, [replace(row, is_enabled=True) for row in read_choice(choice_path(there.data_dir))], wait=1)
    rows = [
        poll_row(NOW - hour, feed=urls[0], status=200, listed=20, new_entries=20),
        poll_row(NOW - hour / 2, feed=urls[0], status=200, listed=20, new_entries=1),
        poll_row(NOW - hour, feed=urls[1], result="failed", failure="permanent", status=410),
        poll_row(NOW - hour, feed=urls[2], result="failed", failure="blocked", reason="http_error", status=403),
    ]
    spooling.write_batch(there.spool, rows, run_id="run-1", program="presshouse/test")
    drain(there, wait=1, say=lambda _: None)
    found = {row["url"]: row for row in run("list", "--json").json}
    assert [found[url]["state"] for url in urls] == ["healthy", "gone", "blocked"]
    assert found[urls[0]]["next_poll_at"] == (NOW + hour / 2).isoformat()
    assert datetime.fromisoformat(found[urls[1]]["next_poll_at"]) >= NOW  # enabled after it was gone: due
    assert (found[urls[2]]["failures_in_a_row"], found[urls[2]]["reason"]) == (1, "http_error")
    assert "Some are blocked, gone: presshouse feeds check" in run("list").out


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("enable",), "Name whom to enable: --country IN"),
        (("enable", "--country", "XX"), "There are feeds of GB, IN"),
        (("enable", "--all", "--interval", "1"), "--interval: '1' is no interval from 5 to"),
        (("disable", "--publisher", "x' OR 1=1--"), "No feed of the publisher"),
        (("add",), "Name what to add"),
        (("add", "not a domain"), "neither an http"),
        (("add", "https://me:geheim@a.example/rss"), "holds a user name"),
        (("check",), "No feed is enabled"),
        (("import", "no-such-file.opml"), "No such file"),
    ],
)
def test_wrong_calls_say_what_to_do(run, choice, call, message):
    """One line, no secret in it, nothing written."""
    with pytest.raises(Stop, match=message) as stop:
        run(*call)
    assert "geheim" not in str(stop.value)
    assert choice() == {}


# -- add


def test_add_finds_checks_shows_and_adds_but_does_not_enable(run, choice, web):  # noqa: F811
    """Declared feeds and the news sitemap of robots.txt; not the feed that answers 404, the same entries under another
    address, or what lies on an address that may not be dialled (HOSTILE 40). A sitemap index that names itself is read
    once (HOSTILE 39)."""
    pages: dict[str, bytes] = {}
    site, other = serve(web, pages), serve(web, {"/sport.xml": rss("cup", "race", "goal")})
    pages |= {
        "/": (
            '<html><head><link rel="alternate" type="application/rss+xml" href="/rss">'
            '<link rel="alternate" type="application/atom+xml" href="/again">'
            '<link rel="alternate" type="application/rss+xml" href="/gone">'
            f'<link rel="alternate" type="application/rss+xml" href="{other.url}/sport.xml">'
            '<link rel="alternate" type="application/rss+xml" href="http://10.1.2.3/rss"></head>'
            "<body>Front page</body></html>"
        ).encode(),
        "/robots.txt": f"User-agent: *\nAllow: /\nSitemap: {site.url}/index.xml\n".encode(),
        "/rss": rss("bridge", "ferry", "market", "tower"),
        "/again": rss("bridge", "ferry", "market", "tower"),
        "/index.xml": sitemap(f"{site.url}/index.xml", f"{site.url}/news-1.xml", name="sitemapindex", entry="sitemap"),
        "/news-1.xml": news_sitemap("https://gazette.example/a", "https://gazette.example/b"),
    }
    ran = run("add", f"{site.url}/", "--publisher", "gazette.example")
    assert ran.status == 0
    assert choice() == {f"{site.url}/rss": False, f"{other.url}/sport.xml": False, f"{site.url}/news-1.xml": False}
    for words in (
        f"+ {site.url}/rss",
        "rss, 4 entries: Front",
        "On bridge",
        f"same entries as {site.url}/rss",
        "status 404",
        "- http://10.1.2.3/rss\n    not added: ",
        "a sitemap of everything",
        "Added 3 feeds; none is enabled by this.",
    ):
        assert words in ran.out
    assert [request.target for request in site.requests].count("/index.xml") == 1
    assert {row["publisher"] for row in run("list", "--json").json} == {"gazette.example", "sandesh.example"}
    again = run("add", f"{site.url}/rss", "--enable", "--json").json
    assert (again["added"], again["known"]) == ([], [f"{site.url}/rss"])
    assert choice()[f"{site.url}/rss"] is True


def test_a_domain_is_asked_by_https_first():
    """And by plain HTTP only when that cannot be reached."""
    assert starts("gazette.example") == ["https://gazette.example/", "http://gazette.example/"]
    assert starts("http://gazette.example/rss") == ["http://gazette.example/rss"]
    with pytest.raises(Stop):
        starts("file:///etc/passwd")


def test_add_where_a_site_names_no_list(run, choice, web):  # noqa: F811
    """The usual places are tried; a page without any is status 1 and adds nothing."""
    bare = serve(web, {"/": b"<html><body>nothing</body></html>", "/rss.xml": rss("a", "b")})
    none = serve(web, {"/": b"<html><body>nothing</body></html>"})
    assert run("add", f"{bare.url}/").status == 0
    assert list(choice()) == [f"{bare.url}/rss.xml"]
    ran = run("add", f"{none.url}/")
    assert ran.status == 1
    assert "no feeds or sitemaps are named" in ran.out
    assert len(choice()) == 1


def test_add_keeps_where_a_feed_has_moved_for_good(run, choice, web):  # noqa: F811
    """A permanent redirect is the new address; a temporary one is not."""
    pages = {"/new": rss("a", "b")}
    site = serve(web, pages)
    pages |= {
        "/old": redirect("/new", "301 Moved Permanently"),
        "/now": redirect("/other"),
        "/other": rss("c", "d", "e"),
    }
    run("add", f"{site.url}/old", f"{site.url}/now")
    assert list(choice()) == [f"{site.url}/new", f"{site.url}/now"]


def test_what_robots_txt_keeps_us_out_of_is_not_added(run, choice, web):  # noqa: F811
    """And the rule that says so is told."""
    site = serve(web, {"/robots.txt": b"User-agent: *\nDisallow: /rss\n", "/rss": rss("a", "b")})
    ran = run("add", f"{site.url}/rss")
    assert (ran.status, choice()) == (1, {})
    assert "Disallow: /rss" in ran.out
    assert run("check", f"{site.url}/rss", "--json").json[0]["verdict"] == "robots"
    assert [request.target for request in site.requests] == ["/robots.txt"]  # which holds for a day


def test_a_list_within_a_longer_one_is_no_duplicate():
    """A feed of one section, or of twenty entries beside a sitemap of three hundred, has its own right."""
    whole, part, shifted = (
        Probe(f"https://{name}.example/", "works", keys=frozenset(map(str, keys)))
        for name, keys in (("a", range(30)), ("b", range(12)), ("c", range(2, 32)))
    )
    assert same_as(part, [whole]) is None
    assert same_as(shifted, [part, whole]) is whole
    assert same_as(Probe("https://d.example/", "works", keys=frozenset("01")), [whole]) is None


# -- check


def test_check_tells_each_and_stores_nothing(run, choice, web, tmp_path: Path):  # noqa: F811
    """Kind, entries, newest, problems; HTML at a feed's address is warned of with what it links to (HOSTILE 35), a
    silent list with its last day. 1 when one does not work."""
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    site = serve(
        web,
        {
            "/rss": rss("a", "b"),
            "/page": page,
            "/old": rss("c", "d", age=timedelta(days=90)),
            "/empty": rss(),
            "/busy": answer(b"", "503 Service Unavailable"),
            "/locked": answer(b"", "403 Forbidden"),
            "/robots.txt": b"User-agent: *\nDisallow: /hidden\n",
        },
    )
    urls = [f"{site.url}/{name}" for name in ("rss", "page", "old", "empty", "busy", "locked", "hidden")]
    ran = run("check", *urls, "--json")
    assert ran.status == 1
    found = {row["url"].rpartition("/")[2]: row for row in ran.json}
    assert {name: row["verdict"] for name, row in found.items()} == {
        "rss": "works",
        "page": "no_list",
        "old": "works",
        "empty": "empty",
        "busy": "later",
        "locked": "blocked",
        "hidden": "robots",
    }
    assert (found["rss"]["kind"], found["rss"]["entries"], found["rss"]["problems"]) == ("rss", 2, [])
    assert f"nothing new since {NOW - timedelta(days=90):%Y-%m-%d}" in found["old"]["problems"]
    shown = run("check", urls[1]).out
    assert f"it links to {site.url}/rss" in shown
    assert run("check", urls[0]).status == 0
    assert choice() == {}
    assert not (tmp_path / "data" / "presshouse.duckdb").exists()


# -- import and export

OPML = """<?xml version="1.0"?><opml version="1.0"><body><outline text="News">
<outline type="rss" text="Front &amp; back" xmlUrl="{0}/rss" htmlUrl="https://gazette.example/"/>
<outline type="rss" text="Again" xmlUrl="{0}/rss/"/><outline text="Twin" xmlUrl="{0}/twin"/>
<outline type="rss" text="Gone" xmlUrl="{0}/gone"/><outline type="rss" text="Mail" xmlUrl="mailto:x@y.example"/>
<outline type="rss" text="Page" xmlUrl="{0}/page"/><outline text="Busy" xmlUrl="{0}/busy"/>
<outline type="rss" text="Known" xmlUrl="{0}/known"/></outline></body></opml>"""


def test_import_checks_each_and_enables_nothing(run, choice, web, tmp_path: Path):  # noqa: F811
    """Duplicates by address and by content, dead ones, pages and what is no URL are reported; what cannot be reached
    now is kept; a second import adds nothing."""
    site = serve(
        web,
        {
            "/rss": rss("a", "b", "c"),
            "/twin": rss("a", "b", "c"),
            "/page": b"<html></html>",
            "/busy": answer(b"", "503 Service Unavailable"),
            "/known": rss("k", "l", "m"),
        },
    )
    run("add", f"{site.url}/known")
    file = tmp_path / "readers.opml"
    file.write_text(OPML.format(site.url))
    ran = run("import", file)
    assert ran.status == 0
    assert choice() == {f"{site.url}/{name}": False for name in ("known", "rss", "busy")}
    for words in (
        f"duplicate: {site.url}/rss/: the same as {site.url}/rss",
        f"duplicate: {site.url}/twin: the same as {site.url}/rss",
        f"dead: {site.url}/gone: status 404",
        f"dead: {site.url}/page:",
        "unusable: mailto:x@y.example",
        f"not reached: {site.url}/busy: status 503",
        "Imported 2 feeds (1 of them not reached now); 1 known already, 2 duplicates, 2 dead, 1 unusable. None",
    ):
        assert words in ran.out
    row = next(row for row in run("list", "--json").json if row["url"] == f"{site.url}/rss")
    assert (row["publisher"], row["note"]) == ("gazette.example", "Front & back")
    assert run("import", file, "--json").json["imported"] == []


def test_what_is_exported_can_be_imported(run, choice, web, tmp_path: Path, monkeypatch):  # noqa: F811
    """CSV and OPML, there and back into an empty choice; enabling is never imported."""
    site = serve(web, {"/rss": rss("a", "b", "c")})
    run("add", f"{site.url}/rss", "--enable", "--interval", "20")
    files = [tmp_path / "out.csv", tmp_path / "out.opml"]
    for file in files:
        run("export", "-o", file)
        monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(tmp_path / file.name / "data"))
        monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(tmp_path / f"{file.suffix}-data"))
        assert run("import", file, "--json").json["imported"] == [f"{site.url}/rss"]
        (row,) = read_choice(choice_path(tmp_path / f"{file.suffix}-data"))
        assert (row.url, row.is_enabled) == (f"{site.url}/rss", False)
        assert row.interval_minutes == (20 if file.suffix == ".csv" else None)
        monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(tmp_path / "data"))
    assert len(parse_opml(run("export", "--opml", "--all").out.encode()).outlines) == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><body>no</body></html>", "is no OPML: starts with <html>"),
        (b"url,enabeld\nhttps://a.example/,yes\n", "unknown column 'enabeld'"),
        (b"url\nhttps://a.example/\nx\n", "line 3: 'x' is no http"),
    ],
)
def test_files_that_are_none_stop(run, choice, tmp_path: Path, content: bytes, message: str):
    """Nothing is fetched, nothing written."""
    file = tmp_path / "feeds.any"
    file.write_bytes(content)
    with pytest.raises(Stop, match=message):
        run("import", file)
    assert choice() == {}
