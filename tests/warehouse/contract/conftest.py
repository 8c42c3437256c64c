"""A lake for the tests: a real Postgres on 127.0.0.1 for its catalog, and a folder for its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.warehouse.conftest import Shop
from tests.warehouse.contract.server import program, running_postgres
from warehouse.migrate import prepare
from warehouse.place import place


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """What libpq is told to reach the server."""
    initdb, server = program("initdb"), program("postgres")
    if initdb is None or server is None:
        pytest.skip("no Postgres server here; Debian: apt-get install postgresql")
    pytest.importorskip("psycopg")
    with running_postgres(initdb, server) as told:
        yield told


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
