"""What is interrupted, and how it is seen that nothing came of it: the re-run equals a run that nobody disturbed."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.crash.runs import Ended, Runs
from tests.newsroom import Newsroom
from tests.pages import page, write_warc
from tests.tasks.fetch.client.server import Web
from warehouse.check import check
from warehouse.place import place

# Everything but when and in which run and file it came: articles, revisions and their stories.
ARTICLES = """
select count(*), bit_xor(hash(columns(* exclude (appended_at, run_id, batch_id, captured_at, discovered_at,
    capture_file, capture_offset))::varchar))
from article_revisions
"""
STORIES = "select story_id, size from stories order by all"
UNITS = "select unit, state from backfill_units where state = 'done' group by all order by all"
SCHEMA = """
select table_name, column_name, data_type from duckdb_columns() where not internal
union all select view_name, sql, null from duckdb_views() where not internal
union all select name, null, null from schema_migrations where version is not null
union all select domain, name, country from publishers
order by all
"""
ALL = ""  # of every module


@dataclass
class Scenario:
    """A job on a data folder, started from `base`; `short`: modules whose durable calls the short form tries."""

    name: str
    job: str
    arguments: tuple[object, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)
    short: tuple[str, ...] = (ALL,)
    queries: tuple[str, ...] = (ARTICLES, STORIES, UNITS)


class Stage:
    """A folder where one scenario is played again and again; its data folder has one address, as spools have."""

    def __init__(self, runs: Runs, root: Path, scenario: Scenario, prepare: Callable[["Stage"], None]) -> None:
        self.runs, self.root, self.scenario = runs, root, scenario
        self.data_dir, self._base = root / "data", root / "base"
        self.data_dir.mkdir(parents=True)
        prepare(self)
        self.data_dir.rename(self._base)
        self.reset()
        self.calm = self.play()
        assert self.calm.status == 0, self.calm.said
        self.wanted, self.quickest = self.result(), self.calm.seconds

    def reset(self) -> None:
        shutil.rmtree(self.data_dir, ignore_errors=True)
        shutil.copytree(self._base, self.data_dir)

    def play(self, **how: Any) -> Ended:
        one = self.scenario
        return self.runs.run(one.job, self.data_dir, *one.arguments, **one.settings, **how)

    def interrupted(self, **how: Any) -> Ended:
        """Start afresh, be interrupted, run again; whatever differs from the calm run raises AssertionError."""
        self.reset()
        first = self.play(**how)
        again = self.play()
        assert again.status == 0, (how, again.said)
        assert self.result() == self.wanted, how
        self.quickest = min(self.quickest, again.seconds)
        return first

    def result(self) -> list[list[tuple[Any, ...]]]:
        """What is compared; and that nothing waits, nothing came twice, and ledger, tables and files agree."""
        where = place(self.data_dir)
        with duckdb.connect(str(where.file), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            found = [connection.execute(query).fetchall() for query in self.scenario.queries]
            twice = connection.execute("select count(*) - count(distinct batch_id) from batches").fetchone()
        assert twice == (0,)
        assert not list(where.spool.glob("*.parquet*"))
        if ARTICLES in self.scenario.queries:
            found_wrong = check(where, now=datetime.now(UTC), settled=timedelta(hours=1))
            assert not found_wrong, [one.line for one in found_wrong]
        for copy in self.data_dir.glob("*.schema-*"):
            with duckdb.connect(str(copy), read_only=True) as connection:  # a whole one
                connection.execute("select max(version) from schema_migrations").fetchone()
        return found

    def boundaries(self) -> Iterator[tuple[int, str]]:
        """Before and after each durable call of the calm run."""
        for number in range(len(self.calm.calls)):
            yield number, "before"
            yield number, "after"

    def few_boundaries(self) -> Iterator[tuple[int, str]]:
        """One of each kind: the first call of it or the last, before or after."""
        kinds: dict[str, list[int]] = {}
        for number, label in enumerate(self.calm.calls):
            what, _, module = label.partition(" in ")
            if what not in ("close", "fsync") and module.startswith(self.scenario.short):
                kinds.setdefault(label, []).append(number)
        for turn, numbers in enumerate(kinds.values()):
            yield numbers[-(turn % 2)], ("before", "after")[turn // 2 % 2]

    def random_moment(self, chance: random.Random) -> float:
        """Seconds after the start, within the quickest run so far: the calm one may have met a busy machine."""
        return chance.uniform(0.0, self.quickest)


def _nothing(_: Stage) -> None:
    pass


def _sources(root: Path, pages: int, captures: int) -> tuple[Path, Path]:
    folder = root / "pages"
    folder.mkdir(parents=True)
    for number in range(500, 500 + pages):
        (folder / f"{number}.html").write_text(page(number))
    return write_warc(root / "crawl.warc.gz", captures), folder


@contextmanager
def stages(runs: Runs, root: Path, names: tuple[str, ...] = ()) -> Iterator[Iterator[Stage]]:
    """All scenarios, or those named, each ready to be played."""
    web = Web()
    try:
        yield _stages(runs, root, names, web)
    finally:
        web.close()


def _stages(runs: Runs, root: Path, names: tuple[str, ...], web: Web) -> Iterator[Stage]:
    sources = _sources(root, pages=4, captures=10)
    small = {"batch_captures": 5}
    newsroom = Newsroom(web)
    for number in range(4):
        newsroom.publish(number, hours_ago=number + 1)
    fetching = {"allow_addresses": "127.0.1.0/24", "host_interval": "0.01", "contact": "mailto:desk@example.org"}

    def enabled(stage: Stage) -> None:
        (stage.data_dir / "feeds.csv").write_text(
            f"url,publisher,enabled,recapture\n{newsroom.feed},testing-times.example,yes,\n"
        )

    def late(stage: Stage) -> None:
        """Appended, and older articles waiting in the spool; enough to compact."""
        more = write_warc(root / "more.warc.gz", 14)
        for job, source in (("ingest", sources[0]), ("leave", more), ("leave", sources[1])):
            done = runs.run(job, stage.data_dir, source, **small)
            assert done.status == 0, done.said

    def old(stage: Stage) -> None:
        done = runs.run("old", stage.data_dir)
        assert done.status == 0, done.said

    kept = ("warehouse.compact", "warehouse.snapshot", "warehouse.stories", "flows.")
    year = ("2026-01-01", "2026-12-31", sources[0])
    every: tuple[tuple[Scenario, Callable[[Stage], None]], ...] = (
        (Scenario("ingest", "ingest", sources, small), _nothing),
        (Scenario("fetch", "ingest", (), fetching | small, ("tasks.archive", "warehouse.spool")), enabled),
        (Scenario("maintain", "maintain", (), {"compact_share": 0.0001}, kept), late),
        (Scenario("backfill", "backfill", year, small, ("warehouse.append",)), _nothing),
        (Scenario("migrate", "migrate", (), {}, (ALL,), (SCHEMA,)), old),
    )
    for scenario, prepare in every:
        if not names or scenario.name in names:
            yield Stage(runs, root / scenario.name, scenario, prepare)
