"""A lake for the tests: a real Postgres on 127.0.0.1 for its catalog, and a folder for its rows."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.warehouse.conftest import Shop
from warehouse.migrate import prepare
from warehouse.place import place

START_SECONDS = 60
SERVER = "postgres"  # the system's user that runs the server where the tests run as root, whom Postgres refuses


def _program(name: str) -> str | None:
    """Debian keeps the server's programs out of PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(installed[0]) if installed else shutil.which(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """What libpq is told to reach the server. Its data is thrown away: no fsync."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        pytest.skip("no Postgres server here; Debian: apt-get install postgresql")
    psycopg = pytest.importorskip("psycopg")
    as_user: dict[str, Any] = {"user": SERVER, "group": SERVER, "extra_groups": []} if os.geteuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="presshouse-postgres-"))
    if as_user:
        shutil.chown(home, SERVER, SERVER)
    subprocess.run(
        [initdb, "-D", home / "data", "-A", "trust", "-U", "press", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=home,
        **as_user,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={home}", "fsync=off", "max_connections=50"]
    child = subprocess.Popen(
        [server, "-D", home / "data", "-p", str(port), *(part for one in settings for part in ("-c", one))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
        **as_user,
    )
    told = f"host=127.0.0.1 port={port} user=press"
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"{told} dbname=postgres").close()
            break
        except psycopg.OperationalError:
            assert time.monotonic() < end, "Postgres does not answer"
            time.sleep(0.1)
    yield told
    child.send_signal(signal.SIGINT)  # fast: sessions that a failed test left open are ended
    child.wait(30)
    shutil.rmtree(home, ignore_errors=True)


@dataclass
class Lakes:
    """Addresses of lakes, each with a database of its own."""

    told: str  # to libpq, of the server
    folder: Path

    def empty(self) -> str:
        """A database where no lake is yet."""
        return f"ducklake:postgres:{self.told} dbname={self._made('')} data_path={self.folder}"

    def copy_of(self, address: str) -> str:
        """A lake with the same tables, which nobody has open."""
        name = next(word[7:] for word in address.split() if word.startswith("dbname="))
        return f"ducklake:postgres:{self.told} dbname={self._made(f'template {name}')}"

    def _made(self, template: str) -> str:
        import psycopg

        name = f"lake_{uuid4().hex[:12]}"
        with psycopg.connect(f"{self.told} dbname=postgres", autocommit=True) as session:
            session.execute(f"create database {name} {template}".encode())
        return name


@pytest.fixture(scope="session")
def lakes(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    return Lakes(postgres, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="session")
def template(lakes: Lakes, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A lake with today's schema: to make one takes seconds, to copy its catalog a tenth of one."""
    address = lakes.empty()
    prepare(place(tmp_path_factory.mktemp("data"), address).file, wait=1, say=lambda _: None)
    return address


@pytest.fixture
def shop(lakes: Lakes, template: str, tmp_path: Path) -> Shop:
    """As the fixture of the same name, on a lake: tests that ask for it need not know."""
    return Shop(place(tmp_path / "data", lakes.copy_of(template)))
