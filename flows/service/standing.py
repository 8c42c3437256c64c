"""The server that `presshouse up` keeps: where it is written down, and whether it is there.

`server.json` and `up.lock` lie in Prefect's home. The lock is held as long as `up` lives, however it ends; the file is
only believed while it is held.
"""

import fcntl
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPException
from pathlib import Path

from tasks.errors import Stop

ANSWER_SECONDS = 1.0  # a server on this machine that takes longer is no use to a command
LOCK_SECONDS = 1.0  # others look at the lock for a moment only
_POLL = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Standing:
    """`address` is of the page, `api` of the interface below it; `pid` is that of `presshouse up`."""

    address: str
    pid: int
    started_at: str  # ISO 8601, UTC

    @property
    def api(self) -> str:
        return f"{self.address}/api"


def write(home: Path, standing: Standing) -> None:
    """Write `server.json` whole or not at all."""
    partial = home / ".server.json.part"
    partial.write_text(json.dumps(asdict(standing), indent=2) + "\n", encoding="utf-8")
    partial.replace(home / "server.json")


def read(home: Path) -> Standing | None:
    """What `server.json` says; None where there is none, or none of ours."""
    try:
        found = json.loads((home / "server.json").read_text(encoding="utf-8"))
        return Standing(str(found["address"]), int(found["pid"]), str(found["started_at"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def remove(home: Path) -> None:
    (home / "server.json").unlink(missing_ok=True)


def answering(home: Path, wait: float = ANSWER_SECONDS) -> Standing | None:
    """The standing server of this home if it answers within `wait` seconds."""
    standing = read(home) if _is_locked(home) else None
    return standing if standing is not None and healthy(standing.api, wait) else None


def healthy(api: str, wait: float) -> bool:
    """Whether a Prefect server answers at `api` within `wait` seconds."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never behind a proxy
    try:
        with opener.open(f"{api}/health", timeout=wait) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as refusal:  # an answer, too: Python 3.14 asks for it to be closed
        refusal.close()
        return False
    except (urllib.error.URLError, ConnectionError, TimeoutError, HTTPException):
        return False


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the lock of this home. Raises Stop, naming who has it, when another `up` runs."""
    with (home / "up.lock").open("w") as lock:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _locked(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                other = read(home)
                who = f"PID {other.pid}, {other.address}" if other else "it is just starting"
                raise Stop(f"presshouse up runs already for {home} ({who}). Use that one, or stop it first.")
            time.sleep(_POLL)
        yield


def _is_locked(home: Path) -> bool:
    try:
        file = os.open(home / "up.lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _locked(file, fcntl.LOCK_SH)
    finally:
        os.close(file)


def _locked(file: int, kind: int) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
