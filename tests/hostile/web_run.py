"""A run on the web as the flow makes it, step by step in this process: what is polled, fetched, extracted, appended."""

import re
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.batches.extract import extract_batch
from flows.batches.pieces import WarcSlice
from flows.batches.pool import close_pool
from flows.live.due import Due, due_polls, wanted_pages
from flows.live.fetching import Fetching
from flows.live.net import Web
from flows.live.poll_rows import Poll
from flows.live.polling import Polled, poll
from flows.settings import Settings, load
from flows.sources import known_feeds
from warehouse.append import Appended, drain
from warehouse.migrate import prepare
from warehouse.registry import store_feeds, store_registry

WAIT = 5.0  # seconds for the warehouse


@dataclass
class WebRun:
    """A warehouse and the steps to fill it from the web."""

    data_dir: Path
    settings: Settings = field(init=False)
    appended: list[Appended] = field(default_factory=list)  # by the last run
    growth_mb: float = 0.0  # of this process's memory while it was fetching

    def __post_init__(self) -> None:
        self.settings = load(
            {
                "PRESSHOUSE_DATA_DIR": str(self.data_dir),
                "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.1.0/24",  # where the test's servers are, and not 127.0.0.1
                "PRESSHOUSE_HOST_INTERVAL": "0.01",
                "PRESSHOUSE_FETCH_SECONDS": "8",
                "PRESSHOUSE_WORKERS": "2",
                "PRESSHOUSE_MIN_FREE": "0",
            }
        )
        prepare(self.settings.place.file, wait=WAIT, say=lambda _: None)
        store_registry(self.settings.place.file, self.settings.seeds, wait=WAIT)

    def run(self, urls: Sequence[str], *, is_named: bool = True, **settings: Any) -> Polled:
        """Poll, fetch, extract, append; `is_named` as on the command line."""
        due = Due(tuple(Poll(url, is_named=is_named) for url in urls), is_scheduled=not is_named)
        return self._work(due, replace(self.settings, **settings))

    def scheduled(self) -> Polled:
        """What is due of the feeds that the user enabled."""
        feeds = known_feeds(self.settings)
        store_feeds(self.settings.place.file, feeds, wait=WAIT)
        return self._work(due_polls(feeds, self.settings, datetime.now(UTC)), self.settings)

    def enable(self, *feeds: str, recapture: bool = False) -> None:
        """As a user would by hand."""
        rows = "".join(f"{feed},testing-times.example,yes,{'yes' if recapture else ''}\n" for feed in feeds)
        (self.data_dir / "feeds.csv").write_text("url,publisher,enabled,recapture\n" + rows)

    def later(self, minutes: int) -> None:
        """Let all that was seen be that much older."""
        grow_older(self.settings.place.file, minutes)

    def change(self, sql: str) -> None:
        with duckdb.connect(str(self.settings.place.file)) as connection:
            connection.execute(sql)

    def _work(self, due: Due, chosen: Settings) -> Polled:
        slices: list[WarcSlice | None] = []
        total = Polled()
        with _Memory(self), Web(chosen) as web:
            for polls in due.slices():
                polled = poll(polls, web, chosen, "run")
                total.add(polled)
                slices += self._fetched(Fetching((), web, chosen, "run", pages=polled.pages))
            pages = wanted_pages(due, total, chosen, datetime.now(UTC))
            slices += self._fetched(Fetching(pages.wanted, web, chosen, "run", secrets=total.secrets))
        for one in slices:
            if one is not None:
                extract_batch(one, chosen, "run")
        self.appended = drain(chosen.place, wait=WAIT, say=lambda _: None).appended
        return total

    def brought(self) -> tuple[int, int, int]:
        """(articles, revisions, known) of the last run."""
        return (
            sum(one.articles for one in self.appended),
            sum(one.revisions for one in self.appended),
            sum(one.known for one in self.appended),
        )

    def _fetched(self, fetching: Fetching) -> list[WarcSlice | None]:
        with closing(fetching):
            batches = [fetching.next_batch()]
            while not batches[-1].is_last:
                batches.append(fetching.next_batch())
        return [batch.warc for batch in batches]

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.place.file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql, list(values)).fetchall()

    def outcomes(self, url: str) -> list[tuple[str, str | None]]:
        """(outcome, reason) of each time that a URL was seen, oldest first."""
        return self.ask("select outcome, reason from outcomes where url = ? order by seen_at", url)

    def close(self) -> None:
        close_pool(at_once=True)


def grow_older(warehouse: Path, minutes: int) -> None:
    """Move what was seen into the past: the clock of the machine is not ours to turn."""
    columns = {
        "polls": ["polled_at"],
        "entries": ["seen_at"],
        "captures": ["seen_at", "captured_at"],
        "revisions": ["captured_at"],
        "rejections": ["seen_at"],
    }
    with duckdb.connect(str(warehouse)) as connection:
        for table, names in columns.items():
            for name in names:
                connection.execute(f"update {table} set {name} = {name} - to_minutes({minutes})")  # noqa: S608 - ours


class _Memory:
    """Samples how much memory this process takes while something runs; the largest growth is kept."""

    def __init__(self, run: WebRun) -> None:
        self._run, self._ended = run, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._before = _resident_mb()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self._run.growth_mb = max(self._run.growth_mb, _resident_mb() - self._before)


def _resident_mb() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024
