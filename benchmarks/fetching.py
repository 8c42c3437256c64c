"""Fetching under load: many hosts on loopback, each as slow as the web, and one that never answers.

    uv run python benchmarks/fetching.py [--pages 2000] [--hosts 50] [--latency 0.1] [--interval 0.25]

The best that per-host pacing allows is what one host needs: robots.txt and its pages, an interval apart. Printed is the
time taken over that, the growth of memory, and what the servers saw: connections at once, and the shortest interval.
The servers run in a process of their own.
"""

import argparse
import multiprocessing
import resource
import sys
import threading
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tasks.fetch.address import networks
from tasks.fetch.client import Client
from tasks.fetch.outcome import Fetched
from tasks.fetch.pacing import CONCURRENCY, fetch_all
from tasks.fetch.robots_cache import RobotsCache
from tests.tasks.fetch.client.server import Reply, Request, Web, answer

PAGE_BYTES = 60_000
SILENT_PAGES = 5  # of the host that never answers
DEADLINE_S = 10.0  # for a page


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--pages", type=int, default=2_000)
    arguments.add_argument("--hosts", type=int, default=50)
    arguments.add_argument("--latency", type=float, default=0.1, help="seconds until a host answers")
    arguments.add_argument("--interval", type=float, default=0.25, help="seconds between two requests to a host")
    chosen = arguments.parse_args()
    ours, theirs = multiprocessing.Pipe()
    servers = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, chosen.hosts, chosen.latency))
    servers.start()
    try:
        hosts, silent = ours.recv()
        run(chosen, hosts, silent)
        ours.send("end")
        at_once, shortest = ours.recv()
        print(f"requests to a host at once: {at_once}; shortest interval seen: {shortest:.3f} s of {chosen.interval}")
    finally:
        servers.terminate()
        servers.join(10)


def run(chosen: argparse.Namespace, hosts: list[str], silent: str) -> None:
    """Fetch, and print how long it took and how memory grew."""
    each = chosen.pages // len(hosts)
    urls = [f"{host}/page-{number}" for number in range(each) for host in hosts]
    urls += [f"{silent}/page-{number}" for number in range(SILENT_PAGES)]
    best = (each + 1) * max(chosen.interval, chosen.latency)
    seen: Counter[str] = Counter()
    last_at = started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Client("mailto:desk@gazette.example", allowed=networks(["127.0.0.0/8"])) as client:
        answers = fetch_all(urls, client, robots=RobotsCache(), interval_s=chosen.interval, deadline_s=DEADLINE_S)
        for url, outcome in answers:
            seen["fetched" if isinstance(outcome, Fetched) else outcome.reason] += 1
            if not url.startswith(silent):
                last_at = time.monotonic()
    took, whole = last_at - started, time.monotonic() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{len(urls):,} pages on {len(hosts)} hosts and a silent one, {CONCURRENCY} requests at once: {dict(seen)}")
    print(f"hosts that answer: {took:.1f} s, {took / best:.2f} of the best that pacing allows ({best:.1f} s)")
    print(f"with the silent host: {whole:.1f} s; memory grew by {grown:.0f} MB")


def serve(pipe: Connection, count: int, latency: float) -> None:
    """The hosts, until told to end."""
    web, ended = Web(), threading.Event()
    body = b"<p>The ferry leaves at dawn.</p>" * (PAGE_BYTES // 32)

    def reply(request: Request) -> Reply:
        if request.target == "/robots.txt":
            return [latency, answer(b"User-agent: *\nDisallow:\n", content_type="text/plain")]
        return [latency, answer(body)]

    def never(request: Request) -> Reply:
        ended.wait(3_600)
        return None

    sites = [web.add(reply) for _ in range(count)]
    silent = web.add(never)
    pipe.send(([site.url for site in sites], silent.url))
    pipe.recv()
    pipe.send((max(site.most_at_once for site in sites), min(min(site.gaps()) for site in sites)))
    ended.set()
    web.close()


if __name__ == "__main__":
    main()
