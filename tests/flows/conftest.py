"""The command as users run it: a process of its own, a data folder of its own, a real Prefect server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.pages import write_warc

START_SECONDS = 180


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path) -> Iterator[str]:
    """One real server for all runs of the session: its start costs more than a run. Ends when its input closes."""
    home = tmp_path_factory.mktemp("prefect")
    lay_out(prefect_database, home)
    with served(home) as server:
        yield server.address


@dataclass(frozen=True)
class Server:
    """A Prefect server of ours that answers."""

    process: "subprocess.Popen[bytes]"
    address: str


@contextmanager
def served(home: Path) -> Iterator[Server]:
    """A server with its home there while the block runs."""
    child = subprocess.Popen(
        [sys.executable, "-m", "flows.service.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        address = f"http://127.0.0.1:{int(child.stdout.readline())}/api"
        _wait_for(f"{address}/health")
        yield Server(child, address)
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(30)


def lay_out(prefect_database: Path, home: Path) -> None:
    """A home that a server need not begin with."""
    shutil.copytree(prefect_database, home, dirs_exist_ok=True)


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310 - our own server
                return
        except OSError:
            assert time.monotonic() < end, f"no answer from {address}"
            time.sleep(0.05)


@dataclass
class Desk:
    """A data folder and the command to work on it."""

    data_dir: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def warehouse(self) -> Path:
        return self.data_dir / "presshouse.duckdb"

    def environment(self) -> dict[str, str]:
        # One process that extracts: a second one takes a second to start, and most runs have a page or two for it.
        usual = {"PRESSHOUSE_DATA_DIR": str(self.data_dir), "PRESSHOUSE_WORKERS": "1"}
        return os.environ | usual | self.environ

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(),
            start_new_session=True,
        )

    def run(self, *arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
        child = self.start(*arguments)
        try:
            out, err = child.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        assert child.returncode == status, out + err
        return subprocess.CompletedProcess(child.args, child.returncode, out, err)

    def ingest(self, *sources: object, status: int = 0) -> dict[str, Any]:
        return json.loads(self.run("ingest", *sources, "--json", status=status).stdout)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql).fetchall()

    def waiting(self) -> list[Path]:
        return sorted(self.data_dir.glob("spool/*/*.parquet*"))


@pytest.fixture
def desk(tmp_path: Path, prefect_server: str) -> Desk:
    return Desk(tmp_path / "data", {"PREFECT_API_URL": prefect_server})


@pytest.fixture
def make_desk(tmp_path: Path, prefect_server: str) -> Callable[[str], Desk]:
    return lambda name: Desk(tmp_path / name, {"PREFECT_API_URL": prefect_server})


def copied(desk: Desk, folder: Path) -> Desk:
    """What an earlier run left, to go on with in a data folder of one's own: as from a backup."""
    shutil.copytree(desk.data_dir, folder)
    return Desk(folder, dict(desk.environ))


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    """A WARC file of 120 articles and a few records that are none."""
    return write_warc(tmp_path / "crawl.warc.gz", 120)
