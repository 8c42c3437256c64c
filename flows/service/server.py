"""The Prefect server of a command: the user's own, that of `presshouse up`, or a temporary one for one run.

The temporary one is a child of the run that ends with it, however the run ends.
Prefect starts one by itself where no address is set, but a run that is killed leaves that one behind, and it is only
started once Prefect is imported. Ours starts at once, so that both load side by side. It has a database of its own:
that of `up` belongs to `up`.
"""

import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.service import standing
from tasks.errors import PresshouseError

START_SECONDS = 180.0  # the first start makes the database: 15 s on a quick machine
ANSWER_SECONDS = 30.0  # for a server that somebody else runs: it is there, or it is not
ASK_SECONDS = 10.0  # for one answer
STOP_SECONDS = 5.0
_POLL = 0.05  # seconds

# As Prefect sets for its own temporary servers: no page, no schedules, settings read once.
_ENVIRONMENT = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
_DATABASES = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")

_temporary: list[str] = []  # addresses of temporary servers that this process keeps


class ServerFailed(PresshouseError):
    """The temporary server did not come up."""


@contextmanager
def running_server() -> Iterator["Server"]:
    """The server that PREFECT_API_URL names: the user's own, that of `up`, or a temporary one while the block runs."""
    if os.environ.get("PREFECT_API_URL"):
        yield Server(None, None)
        return
    home = Path(os.environ["PREFECT_HOME"])
    if there := standing.answering(home):
        os.environ["PREFECT_API_URL"] = there.api
        try:
            yield Server(None, None)
        finally:
            os.environ.pop("PREFECT_API_URL", None)
        return
    with _temporary_server(home) as server:
        yield server


def has_page() -> bool:
    """Whether somebody can look at what a run reports: a temporary server has no page."""
    return not _temporary


@contextmanager
def _temporary_server(home: Path) -> Iterator["Server"]:
    log = home / "temporary-server.log"
    database = {} if any(map(os.environ.get, _DATABASES)) else {_DATABASES[0]: _sqlite(home / "temporary.db")}
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")  # it has no page to read them on
    # One start at a time: servers that make the same database together lock each other out, and end.
    starting = (home / "temporary-server.lock").open("w")
    fcntl.flock(starting, fcntl.LOCK_EX)
    with log.open("wb") as stream:
        child = subprocess.Popen(
            [sys.executable, "-m", "flows.service.server"],
            stdin=subprocess.PIPE,  # closed with this process, even by kill -9: the child's sign to end
            stdout=subprocess.PIPE,
            stderr=stream,
            env=os.environ | _ENVIRONMENT | database,
            start_new_session=True,  # Ctrl-C is for the run, which still has to tell the server how it ended
        )
    try:
        port = child.stdout.readline().strip().decode("ascii") if child.stdout else ""
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        _temporary.append(port)
        yield Server(child, log, starting.close)
    finally:
        starting.close()
        _temporary.clear()
        os.environ.pop("PREFECT_API_URL", None)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _sqlite(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that may still be starting; `child` and `log` are those of a temporary one."""

    child: "subprocess.Popen[bytes] | None"
    log: Path | None
    started: Callable[[], None] = lambda: None  # called once it answers: the next one may start

    def wait_until_ready(self) -> None:
        """Wait until the server answers. Raises ServerFailed."""
        api = os.environ["PREFECT_API_URL"]
        deadline = time.monotonic() + (START_SECONDS if self.child is not None else ANSWER_SECONDS)
        while not standing.healthy(api, ASK_SECONDS):
            if self.child is not None and self.child.poll() is not None:
                raise ServerFailed(f"the temporary Prefect server ended while it started; see {self.log}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"no Prefect server answers at {api}")
            time.sleep(_POLL)
        self.started()


def end_with_the_parent(end: Callable[[], object]) -> None:
    """Call `end` when standard input closes: the parent is gone, even by kill -9."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        end()

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    """The child: serves until standard input ends, on the socket it was handed or on one of its own.

    Of its own, it says the port on standard output.
    """
    if len(sys.argv) > 1:
        listener = socket.socket(fileno=int(sys.argv[1]))
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
    end_with_the_parent(lambda: os._exit(0))
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        log_level="error",
        lifespan="on",
        access_log=False,
        timeout_graceful_shutdown=1,  # second; open pages hold their connections for ever
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
