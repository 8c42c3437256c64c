"""For all tests."""

import compileall
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.shared import once

PROJECT = Path(__file__).resolve().parent.parent
# The modules that take longest, in this order: begun last, one of them would keep one process busy for minutes while
# the others have nothing left to do.
FIRST = (
    "tests/crash/test_kill.py",
    "tests/flows/service/test_up.py",
    "tests/flows/backfill/test_backfill.py",
    "tests/flows/test_in_a_store.py",
    "tests/flows/test_ingest.py",
    "tests/warehouse/contract/test_same_on_a_lake.py",
    "tests/flows/live/test_live.py",
    "tests/flows/test_keeping.py",
    "tests/flows/reading/test_report.py",
    "tests/warehouse/test_stories_order.py",
    "tests/hostile/test_runs.py",
    "tests/hostile/test_files.py",
    "tests/warehouse/contract/",
    "tests/flows/",
    "tests/hostile/",
    "tests/warehouse/",
)
# Modules that look at one run, which one process makes for both.
TOGETHER = {"tests/hostile/test_secrets.py": "tests/hostile/test_files.py"}


def pytest_configure() -> None:
    """Compile what the tests start again and again: where Python is told to write no bytecode (PYTHONDONTWRITEBYTECODE)
    each of their hundreds of processes would compile all of it anew."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for package in ("flows", "tasks", "warehouse", "tests"):
            compileall.compile_dir(PROJECT / package, quiet=2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: while a test waits, for a poll or a timeout, another one works."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda test: next((n for n, start in enumerate(FIRST) if _module(test.nodeid).startswith(start)), 99)
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """As `--dist loadscope`, a module after the other."""
    return _ByModule(config, log)


class _ByModule(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return _module(nodeid)


def _module(nodeid: str) -> str:
    """The module of a test, or the one it goes with."""
    module = nodeid.partition("::")[0]
    return TOGETHER.get(module, module)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes give no name: compressed ones hold the time, and processes that share the tests must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with today's schema and nothing in it, which nobody has open: to copy it is quicker than to make one."""
    from warehouse.migrate import prepare

    def make(folder: Path) -> None:
        prepare(folder / "w.duckdb", wait=1, say=lambda _: None)

    return once(tmp_path_factory, "empty-warehouse", make) / "w.duckdb"


@pytest.fixture(scope="session")
def prefect_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a server that has started once. To make its database takes half of a first start."""

    from tests.flows.conftest import served

    def make(folder: Path) -> None:
        home = tmp_path_factory.mktemp("first-start")
        with served(home):
            pass
        with closing(sqlite3.connect(home / "prefect.db")) as database:
            database.execute("vacuum into ?", (str(folder / "prefect.db"),))
        shutil.copy(home / "memo_store.toml", folder)  # so that it does not look for new kinds of blocks

    return once(tmp_path_factory, "prefect-database", make)
