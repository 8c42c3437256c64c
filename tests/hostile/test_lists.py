"""HOSTILE 1, 32 to 42: feeds and sitemaps that must not hurt, asked for in one run; each costs only itself."""

import gzip
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.hostile.web_run import WebRun
from tests.tasks.fetch.client.server import Reply, Request, Site, Web, answer

CANARY = "canary-in-a-local-file"
LAUGHS = 3.0  # seconds that billion laughs may take (HOSTILE 32), and
LAUGHS_MB = 150
AUTHOR_SECONDS = 10.0
MANY = 50_000


def rss(entries: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>T</title>{entries}</channel></rss>'.encode()


def entry(link: str, *, title: str = "t", guid: str = "g", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link><guid>{guid}</guid>{more}</item>"


LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
NOW = datetime.now(UTC)


class Hosts:
    """A host a number, which serves /feed and pages below /news/."""

    def __init__(self, web: Web, canary: str) -> None:
        self.bodies: dict[str, bytes] = {}
        self.sites: dict[str, Site] = {}
        self.gone: set[str] = set()
        for name in ("01", "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42"):
            self.sites[name] = web.add(self._handler(name))
        host = {name: site.url for name, site in self.sites.items()}
        many = "".join(f"<url><loc>{host['38']}/news/{n}</loc></url>" for n in range(MANY))
        self.bodies |= {
            "01": rss(entry("file:///etc/passwd") + entry(f"{host['01']}/news/1", guid="h")),
            "32": rss(entry("&l9;"), f'<!DOCTYPE r [<!ENTITY l0 "lol">{LOL}]>'),
            "33": rss(
                entry(f"{host['33']}/news/1", title="&canary;"), f'<!DOCTYPE r [<!ENTITY canary SYSTEM "{canary}">]>'
            ),
            "34": rss(entry(f"{host['34']}/news/1") + entry(f"{host['34']}/news/2", guid="h"))[:-60],
            "35": b"<!doctype html><html><head><title>Moved</title></head><body><p>Feeds have moved.</p></body></html>",
            "36": rss(entry(f"{host['36']}/news/1", title="First")),
            "37": rss(entry(f"{host['37']}/news/1") + entry(f"{host['37']}/news/2")),
            "38": f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{many}</urlset>'.encode(),
            "39": (
                f"<sitemapindex><sitemap><loc>{host['39']}/feed</loc></sitemap>"
                f"<sitemap><loc>{host['39']}/feed#again</loc></sitemap></sitemapindex>"
            ).encode(),
            "40": rss(entry("http://127.0.0.1:1/inside") + entry(f"{host['01']}/news/40", guid="h")),
            "41": rss(entry(f"{host['41']}/news/1")),
            "42": rss(entry(f"{host['42']}/news/1", more=f"<author>{'a@' * 32_768} (</author>")),
        }

    def feed(self, name: str) -> str:
        return f"{self.sites[name].url}/feed"

    def _handler(self, name: str):
        def handler(request: Request) -> Reply:
            if request.target == "/feed" and name in self.gone:
                return answer(b"", "410 Gone")
            if request.target == "/feed":
                return answer(self.bodies[name], content_type="application/xml")
            found = re.fullmatch(r"/news/(\d+)", request.target)
            if not found:
                return answer(b"", "404 Not Found")
            text = "".join(
                f"<p>Paragraph {n} of page {found[1]} at host {name} tells of the ferry.</p>" for n in range(9)
            )
            title = re.search(rb"<title>(First|Second)</title>", self.bodies[name])
            more = f"<p>{title[1].decode()} edition of this page, as the list says.</p>" if title else ""
            head = f"<html><head><title>Page {found[1]}</title></head><body><article><h1>Page {found[1]}</h1>"
            return answer(f"{head}{text}{more}</article></body></html>".encode())

        return handler


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WebRun, Hosts]]:
    """A first scheduled run over all of them, as if a user had enabled these feeds."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "canary").write_text(CANARY)
    web = Web()
    hosts = Hosts(web, (folder / "canary").as_uri())
    run = WebRun(folder / "data")
    run.run([hosts.feed(name) for name in hosts.sites], is_named=False)
    yield run, hosts
    run.close()
    web.close()


def poll_of(ran, name: str) -> tuple[str, str | None, int | None]:
    run, hosts = ran
    return run.ask(
        "select result, reason, listed from polls where feed_url = ? order by polled_at limit 1", hosts.feed(name)
    )[0]


def decisions(ran, name: str) -> list[tuple[str, str]]:
    run, hosts = ran
    return run.ask(
        "select split_part(coalesce(url, '-'), '/', -1), decision from entries where feed_url = ? order by all",
        hosts.feed(name),
    )


def test_01_a_local_file_as_an_entry(ran):
    """It is recorded and followed nowhere; the entry beside it is fetched."""
    run, hosts = ran
    assert decisions(ran, "01") == [("-", "unusable"), ("1", "fetch")]
    assert run.ask("select reason from outcomes where url = ?", hosts.feed("01")) == [("bad_url",)]


def test_32_billion_laughs(ran):
    """No entity is expanded; by itself it takes no time and no memory."""
    run, hosts = ran
    run.growth_mb = 0.0
    started = time.monotonic()
    run.run([hosts.feed("32")], is_named=False)
    assert time.monotonic() - started < LAUGHS + 20  # the reader's start on a busy machine
    assert run.growth_mb < LAUGHS_MB
    assert run.ask(
        "select max(length(coalesce(url, title))) < 1000 from entries where feed_url = ?", hosts.feed("32")
    ) == [(True,)]


def test_33_an_external_entity(ran):
    """The file that it names is not read: its content is nowhere in the data folder."""
    run, _ = ran
    for path in run.data_dir.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
            assert CANARY.encode() not in raw, path


def test_34_a_cut_feed(ran):
    """Its complete entries are kept, and the poll says that it was cut."""
    run, hosts = ran
    assert decisions(ran, "34") == [("1", "fetch")]
    assert "cut" in run.ask("select problems from polls where feed_url = ?", hosts.feed("34"))[0][0]


def test_35_a_page_where_a_feed_was(ran):
    """A failure of the feed, with its reason; nothing is fetched."""
    assert poll_of(ran, "35")[:2] == ("failed", "not_a_list")


def test_36_same_guid_new_text(ran):
    """The list says something new of an entry: the page is fetched again, and its new text is a revision."""
    run, hosts = ran
    hosts.bodies["36"] = hosts.bodies["36"].replace(b"First", b"Second")
    run.run([hosts.feed("36")], is_named=False)
    page = f"{hosts.sites['36'].url}/news/1"
    assert run.outcomes(page) == [("article", None), ("revision", None)]


def test_37_one_guid_at_two_urls(ran):
    """Two articles."""
    run, hosts = ran
    assert run.ask("select count(*) from articles where fetched_url like ?", f"{hosts.sites['37'].url}%") == [(2,)]


def test_38_fifty_thousand_entries(ran):
    """Capped, and the next runs go on behind the cap until all are recorded; the first poll fetches fifty."""
    run, hosts = ran
    listed = [poll_of(ran, "38")[2]]
    while listed[-1] < MANY:
        run.run([hosts.feed("38")], is_named=False, max_fetches_per_run=1)
        rows = run.ask("select max(listed) from polls where feed_url = ?", hosts.feed("38"))
        assert rows[0][0] > listed[-1]
        listed.append(rows[0][0])
    assert len(listed) > 1
    counts = dict(run.ask("select decision, count(*) from entries where feed_url = ? group by all", hosts.feed("38")))
    assert sum(counts.values()) == MANY
    assert counts["fetch"] <= 50 * len(listed)


def test_39_an_index_that_names_itself(ran):
    """Asked for once in a run."""
    _, hosts = ran
    assert sum(request.target.startswith("/feed") for request in hosts.sites["39"].requests) == 1


def test_40_an_entry_on_another_host(ran):
    """It is fetched there, unless the address may not be dialled."""
    run, hosts = ran
    assert run.outcomes("http://127.0.0.1:1/inside") == [("rejected", "address")]
    assert run.outcomes(f"{hosts.sites['01'].url}/news/40") == [("article", None)]


def test_41_gone(ran):
    """410: the feed is switched off, its articles stay."""
    from tasks.fetch.schedule import next_poll
    from warehouse.fetch_state import fetch_state

    run, hosts = ran
    hosts.gone.add("41")
    run.run([hosts.feed("41")], is_named=False)
    with fetch_state(run.settings.place) as state:
        history = state.feeds([hosts.feed("41")])[hosts.feed("41")].history
    assert [poll.result for poll in history] == ["read", "failed"]
    assert next_poll(history, datetime.now(UTC) + timedelta(days=400)) is None
    assert run.ask("select count(*) from articles where fetched_url like ?", f"{hosts.sites['41'].url}%") == [(1,)]


def test_42_an_author_of_64_kilobytes(ran):
    """Read like any other within the limit."""
    assert decisions(ran, "42") == [("1", "fetch")]
