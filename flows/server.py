"""A temporary Prefect server for one run, as a child of the run that ends with it, however the run ends.

Prefect starts one by itself where no address is set, but a run that is killed leaves that one behind, and it is only
started once Prefect is imported. Ours starts at once, so that both load side by side.
"""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import PresshouseError

START_SECONDS = 180.0  # the first start makes the database: 15 s on a quick machine
ANSWER_SECONDS = 30.0  # for a server that somebody else runs: it is there, or it is not
STOP_SECONDS = 5.0
_POLL = 0.05  # seconds

# As Prefect sets for its own temporary servers: no page, no schedules, settings read once.
_ENVIRONMENT = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}


class ServerFailed(PresshouseError):
    """The temporary server did not come up."""


@contextmanager
def running_server() -> Iterator["Server"]:
    """The server that PREFECT_API_URL names: the user's own, or a temporary one on loopback while the block runs."""
    if os.environ.get("PREFECT_API_URL"):
        yield Server(None, None)
        return
    log = Path(os.environ["PREFECT_HOME"]) / "temporary-server.log"
    os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")  # it has no page to read them on
    with log.open("wb") as stream:
        child = subprocess.Popen(
            [sys.executable, "-m", "flows.server"],
            stdin=subprocess.PIPE,  # closed with this process, even by kill -9: the child's sign to end
            stdout=subprocess.PIPE,
            stderr=stream,
            env=os.environ | _ENVIRONMENT,
            start_new_session=True,  # Ctrl-C is for the run, which still has to tell the server how it ended
        )
    try:
        port = child.stdout.readline().strip().decode("ascii") if child.stdout else ""
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        yield Server(child, log)
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@dataclass(frozen=True, slots=True)
class Server:
    """A server that may still be starting; `child` and `log` are those of a temporary one."""

    child: "subprocess.Popen[bytes] | None"
    log: Path | None

    def wait_until_ready(self) -> None:
        """Wait until the server answers. Raises ServerFailed."""
        address = os.environ["PREFECT_API_URL"] + "/health"
        deadline = time.monotonic() + (START_SECONDS if self.child is not None else ANSWER_SECONDS)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never behind a proxy
        while True:
            if self.child is not None and self.child.poll() is not None:
                raise ServerFailed(f"the temporary Prefect server ended while it started; see {self.log}")
            try:
                with opener.open(address, timeout=10) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
                if time.monotonic() > deadline:
                    raise ServerFailed(f"no Prefect server answers at {address} ({error})") from error
            time.sleep(_POLL)


def _end_with_the_run() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)


def main() -> None:
    """The child: says its port on standard output, then serves until standard input ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app", factory=True, log_level="error", lifespan="on", access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
