"""Politeness over processes: a host sees one request at a time, at the pace that was promised, whoever asks."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

from tasks.fetch.address import networks
from tasks.fetch.client import Client
from tasks.fetch.gate import Gate
from tasks.fetch.pacing import fetch_all
from tests.tasks.fetch.client.server import Reply, Request, Web, answer

INTERVAL_S = 0.15


def _fetch(folder: str, urls: list[str], gives_way: bool) -> None:
    with Client("mailto:desk@example.org", allowed=networks(["127.0.0.0/8"])) as client:
        gate = Gate(Path(folder), gives_way=gives_way)
        for _ in fetch_all(urls, client, interval_s=INTERVAL_S, gate=gate):
            pass


def _hold(folder: str) -> None:
    with Gate(Path(folder)).turn("host.example", INTERVAL_S, lambda: False):
        time.sleep(60)


def _slow(request: Request) -> Reply:
    return (piece for piece in (0.05, answer(b"here")))


def test_two_processes_ask_one_host_in_turn(web: Web, tmp_path: Path) -> None:
    """Never two requests at once, never a shorter interval than promised, and everything is fetched once."""
    site = web.add(_slow)
    context = multiprocessing.get_context("spawn")
    children = [
        context.Process(
            target=_fetch, args=(str(tmp_path), [f"{site.url}/{name}-{number}" for number in range(8)], name == "b")
        )
        for name in ("a", "b")
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0, 0]
    assert sorted(request.target for request in site.requests) == sorted(f"/{n}-{i}" for n in "ab" for i in range(8))
    assert site.most_at_once == 1
    gaps = site.gaps()  # a busy server may notice one request late and the next in time; all together it may not
    assert sum(gaps) >= len(gaps) * INTERVAL_S - 0.03
    assert sum(gap < INTERVAL_S / 2 for gap in gaps) <= 1


def test_who_gives_way_comes_second(tmp_path: Path) -> None:
    """A host that was just asked is due for others before it is due for who gives way."""
    first, second = Gate(tmp_path), Gate(tmp_path, gives_way=True)
    sent_at = time.monotonic()
    with first.turn("host.example", 1.0, lambda: False) as turn:
        assert turn is not None
        turn.sent_at, turn.next_at = sent_at, sent_at + 0.3
    waited = {}
    for name, gate in (("way", second), ("first", first)):
        with gate.turn("host.example", 0.2, lambda: False):
            waited[name] = time.monotonic() - sent_at
    assert waited["way"] >= 0.3 + 0.15 * 0.2
    assert waited["first"] >= waited["way"]


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    """The next one gets its turn at once."""
    child = multiprocessing.get_context("spawn").Process(target=_hold, args=(str(tmp_path),))
    child.start()
    ends_at = time.monotonic() + 60
    while not _is_held(tmp_path) and time.monotonic() < ends_at:
        time.sleep(0.05)
    assert _is_held(tmp_path)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join(30)
    with Gate(tmp_path).turn("host.example", 0.0, lambda: False) as turn:
        assert turn is not None


def _is_held(folder: Path) -> bool:
    until = time.monotonic() + 0.1
    with Gate(folder).turn("host.example", 0.0, lambda: time.monotonic() > until) as turn:
        return turn is None
