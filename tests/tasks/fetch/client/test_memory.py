"""Hostile 12, 21, 31: memory stays flat whatever a server sends. Measured as the peak of a process of its own."""

import gzip
import subprocess
import sys
from pathlib import Path

import brotli
import pytest
import zstandard

from tests.tasks.fetch.client.server import Web, answer

GROWTH_LIMIT_MB = 64
HUGE = 1 << 30  # bytes that the bombs inflate to

# Fetches a small page, then the hostile one; prints its outcome and how far the peak grew between, in MB.
PROGRAM = """
import re, sys
from pathlib import Path
from tasks.errors import PresshouseError
from tasks.fetch.address import networks
from tasks.fetch.client import Client

def peak_mb():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

with Client("mailto:desk@gazette.example", allowed=networks(["127.0.0.0/8"])) as client:
    client.fetch(sys.argv[1])
    before = peak_mb()
    try:
        outcome = client.fetch(sys.argv[2]).body.decode()
    except PresshouseError as error:
        outcome = error.reason
    print(outcome, peak_mb() - before)
"""


def gzip_bomb() -> bytes:
    """1 GiB of zeros in a megabyte, made of members so that it takes no time to make."""
    return gzip.compress(bytes(16 << 20)) * (HUGE // (16 << 20))


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join([*(packer.process(bytes(16 << 20)) for _ in range(HUGE // (16 << 20))), packer.finish()])


def zstd_bomb() -> bytes:
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    return b"".join([*(packer.compress(bytes(16 << 20)) for _ in range(HUGE // (16 << 20))), packer.flush()])


BOMBS = {
    "gzip": gzip_bomb,
    "br": brotli_bomb,
    "zstd": zstd_bomb,
    "gzip, gzip": lambda: gzip.compress(gzip_bomb()),
}


def measured(quiet: str, hostile: str) -> tuple[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, quiet, hostile],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[4],
    )
    outcome, growth_mb = done.stdout.split()
    return outcome, float(growth_mb)


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")


@needs_proc
@pytest.mark.parametrize("encoding", BOMBS)
def test_hostile_31_a_bomb_stops_at_the_limit(web: Web, encoding: str) -> None:
    """A gibibyte in a small body, in each encoding and packed twice."""
    bomb = BOMBS[encoding]()
    site = web.add(
        lambda request: (
            answer(b"quiet") if request.target == "/quiet" else answer(bomb, "200 OK", f"Content-Encoding: {encoding}")
        )
    )
    outcome, growth_mb = measured(f"{site.url}/quiet", f"{site.url}/bomb")
    assert outcome == "too_large"
    assert growth_mb < GROWTH_LIMIT_MB


@needs_proc
def test_hostile_12_a_redirect_with_a_bomb_is_followed_with_flat_memory(web: Web) -> None:
    """Its body is not inflated: requests alone takes 2 GB here."""
    bomb = gzip_bomb()
    site = web.add(
        lambda request: (
            answer(b"arrived")
            if request.target == "/b"
            else answer(bomb, "302 Found", "Location: /b", "Content-Encoding: gzip")
        )
    )
    outcome, growth_mb = measured(f"{site.url}/b", f"{site.url}/a")
    assert outcome == "arrived"
    assert growth_mb < GROWTH_LIMIT_MB


@needs_proc
def test_hostile_21_an_endless_body_takes_no_more_than_the_limit(web: Web) -> None:
    """10 MiB are read, a tenth of a gigabyte is offered."""
    site = web.add(
        lambda request: (
            answer(b"quiet")
            if request.target == "/quiet"
            else (b"HTTP/1.1 200 OK\r\n\r\n" if number == 0 else bytes(1 << 20) for number in range(100))
        )
    )
    outcome, growth_mb = measured(f"{site.url}/quiet", f"{site.url}/endless")
    assert outcome == "too_large"
    assert growth_mb < GROWTH_LIMIT_MB
