"""robots.txt, tdmrep.json and ai.txt are asked for once, however many runs there are."""

from dataclasses import dataclass
from pathlib import Path

from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, FetchRejected, Outcome
from tasks.fetch.robots import KEEP_S, KEEP_STALE_S, RETRY_S, permission
from tasks.fetch.site_files import KEEP_WELL_KNOWN_S, KeptRobots, SiteFolder, WellKnown
from tests.tasks.fetch.client.server import Web, answer

RULES = b"User-agent: *\nDisallow: /private/\n"


@dataclass
class Clock:
    """A wall clock that the test turns."""

    seconds: float = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


def asked(client: Client, url: str) -> Outcome:
    try:
        return client.fetch(url)
    except (FetchDeferred, FetchRejected) as error:
        return error


def test_rules_hold_for_a_day_in_whatever_process(web: Web, client: Client, tmp_path: Path) -> None:
    """The next run, with a monotonic clock of its own, knows them; a day later they are asked for again."""
    url = web.add(lambda request: answer(RULES, content_type="text/plain")).url + "/robots.txt"
    clock = Clock()
    KeptRobots(SiteFolder(tmp_path, wall=clock)).put(url, asked(client, url), 50.0)
    clock.seconds += 3_600
    known = KeptRobots(SiteFolder(tmp_path, wall=clock)).get(url, 7.0)
    assert known is not None
    private = permission(known, url.replace("robots.txt", "private/a"), "Presshouse", 7.0)
    assert (private.verdict, private.rule) == ("disallowed", "Disallow: /private/")
    clock.seconds += KEEP_S
    assert KeptRobots(SiteFolder(tmp_path, wall=clock)).get(url, 7.0) is None


def test_absence_is_kept_like_rules(web: Web, client: Client, tmp_path: Path) -> None:
    """404 means that everything is allowed, for a day."""
    url = web.add(lambda request: answer(b"", "404 Not Found")).url + "/robots.txt"
    KeptRobots(SiteFolder(tmp_path)).put(url, asked(client, url), 0.0)
    known = KeptRobots(SiteFolder(tmp_path)).get(url, 0.0)
    assert known is not None
    assert known.kind == "none"


def test_older_rules_serve_while_the_host_is_down(web: Web, client: Client, tmp_path: Path) -> None:
    """RFC 9309, 2.4: also when the failure and the reading happened in different runs; not for ever."""
    replies = [answer(RULES), answer(b"", "503 Service Unavailable")]
    url = web.add(lambda request: replies.pop(0)).url + "/robots.txt"
    clock = Clock()
    KeptRobots(SiteFolder(tmp_path, wall=clock)).put(url, asked(client, url), 0.0)
    clock.seconds += KEEP_S + 1
    second = KeptRobots(SiteFolder(tmp_path, wall=clock))
    assert second.get(url, 0.0) is None
    second.put(url, asked(client, url), 0.0)
    clock.seconds += RETRY_S / 2
    third = KeptRobots(SiteFolder(tmp_path, wall=clock)).get(url, 0.0)
    assert third is not None
    assert permission(third, url.replace("robots.txt", "private/a"), "Presshouse", 0.0).verdict == "disallowed"
    clock.seconds += KEEP_STALE_S
    assert KeptRobots(SiteFolder(tmp_path, wall=clock)).get(url, 0.0) is None


def test_well_known_files_hold_for_a_week(web: Web, client: Client, tmp_path: Path) -> None:
    """Both are asked for once an origin; that there is none holds as well."""
    tdm = b'[{"location": "/", "tdm-reservation": 1}]'
    site = web.add(
        lambda request: answer(tdm) if request.target.endswith("tdmrep.json") else answer(b"", "404 Not Found")
    )
    page = f"{site.url}/news/1"
    clock = Clock()
    first = WellKnown(SiteFolder(tmp_path, wall=clock))
    missing = first.missing(page)
    assert missing == [f"{site.url}/.well-known/tdmrep.json", f"{site.url}/ai.txt"]
    for url in missing:
        first.put(url, asked(client, url))
    second = WellKnown(SiteFolder(tmp_path, wall=clock))
    assert second.missing(f"{site.url}/news/2") == []
    assert second.files(page) == (tdm, None)
    clock.seconds += KEEP_WELL_KNOWN_S + 1
    assert WellKnown(SiteFolder(tmp_path, wall=clock)).missing(page) == missing


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    """Half a file, or another kind of file: it is asked for again."""
    url = "https://a.example/robots.txt"
    folder = SiteFolder(tmp_path)
    folder.write(url, {"kind": "none"})
    path = next(path for path in tmp_path.rglob("*.json"))
    for damage in (b"", b"{", b"[1]", b'{"kept_at": "x"}', b"\xff"):
        path.write_bytes(damage)
        assert folder.read(url) is None
