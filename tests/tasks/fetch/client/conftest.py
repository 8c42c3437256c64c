"""A web on loopback and a client that may dial it."""

from collections.abc import Iterator

import pytest

from tasks.fetch.address import networks
from tasks.fetch.client import Client
from tests.tasks.fetch.client.server import Web

LOOPBACK = networks(["127.0.0.0/8"])
CONTACT = "mailto:desk@gazette.example"


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(CONTACT, allowed=LOOPBACK) as client:
        yield client
