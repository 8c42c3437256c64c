"""An object store that speaks S3, on 127.0.0.1: a server of its own process with an empty bucket."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from tests.warehouse.contract.server import free_port

BUCKET = "news"
START_SECONDS = 60


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """The address of a server with an empty bucket."""
    port = free_port()
    child = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            _ask(f"{address}/{BUCKET}", "PUT")
            break
        except urllib.error.URLError:
            assert time.monotonic() < end, "the object store does not answer"
            time.sleep(0.1)
    try:
        yield address
    finally:
        child.terminate()
        child.wait(30)


def _ask(url: str, method: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as answer:  # noqa: S310 - ours
        found: bytes = answer.read()
    return found


def objects(store: str) -> list[str]:
    """The names in the bucket."""
    listed = ET.fromstring(_ask(f"{store}/{BUCKET}?list-type=2", "GET"))  # noqa: S314 - of our own server
    return [key.text or "" for key in listed.iter() if key.tag.endswith("}Key")]


def keys_to(store: str) -> dict[str, str]:
    """The environment that leads there: the usual names."""
    return {"AWS_ACCESS_KEY_ID": "press", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL_S3": store}
