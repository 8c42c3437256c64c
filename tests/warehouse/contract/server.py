"""A real Postgres on 127.0.0.1, thrown away with the block that uses it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_SECONDS = 60
SERVER = "postgres"  # the system's user that runs the server where we run as root, whom Postgres refuses


def program(name: str) -> str | None:
    """Debian keeps the server's programs out of PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(installed[0]) if installed else shutil.which(name)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_postgres(initdb: str, server: str) -> Iterator[str]:
    """What libpq is told to reach the server that these programs make. No fsync."""
    import psycopg

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
    port = free_port()
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
    try:
        yield told
    finally:
        child.send_signal(signal.SIGINT)  # fast: sessions that a failed test left open are ended
        child.wait(30)
        shutil.rmtree(home, ignore_errors=True)
