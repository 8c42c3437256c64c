"""`presshouse up`: keeps a Prefect server and the runner of the schedules alive until it is told to stop.

Three processes: this one, which imports no Prefect and only watches; the server (`flows.service.server`); the runner
(`flows.service.serve`), whose children are the runs. Both children hold the other end of a pipe to this process and end
when it closes, so that not even kill -9 leaves one behind.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from flows.live.net import need_contact
from flows.service import standing
from flows.service.engine import SILENT, set_up
from flows.service.server import START_SECONDS, ServerFailed
from flows.service.standing import Standing
from flows.settings import Settings, settings_of
from tasks.errors import Stop
from warehouse.connect import WarehouseHeld
from warehouse.migrate import check_usable, prepare

LAST_PORT = 65_535
USUAL_PORT = 4200  # Prefect's own; another free one where it is taken
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a child that ended is started again, doubling
STEADY = 300.0  # seconds that a child has to live for its earlier failures to be forgotten
RUNNER_GRACE = 6.0  # seconds to end what runs: with the server's, within ten
SERVER_GRACE = 2.5  # seconds to write down what came last
SHORT_WAIT = 0.5  # seconds
_POLL = 0.2  # seconds


def up(arguments: Namespace) -> int:
    """Serve until a signal comes. Returns 0 when told to stop, 1 when the server does not come up."""
    settings = settings_of(arguments)
    need_contact(settings)
    check_usable(settings.place.file, wait=SHORT_WAIT)
    set_up(settings, scheduled=True)
    home = Path(os.environ["PREFECT_HOME"])
    desk = Desk(settings, home, quiet=arguments.quiet or arguments.json)
    with standing.only_one(home):
        desk.listen()
        try:
            prepare(settings.place.file, wait=SHORT_WAIT, say=desk.say)
        except WarehouseHeld as held:
            desk.say(f"{held}; runs wait for it")
        return desk.serve(arguments.port, as_json=arguments.json)


def pause_before_restart(failures: int) -> float:
    """Seconds to wait before the start that follows `failures` (at least one) short lives."""
    return min(FIRST_PAUSE * 2.0 ** (failures - 1), LONGEST_PAUSE)


def listener(port: int | None) -> socket.socket:
    """A listening socket on loopback: on `port`, else the usual one, else any. Raises Stop when `port` is taken.

    It stays open here, so that a server that is started again has the same address and requests wait for it.
    """
    if port is not None and not 0 <= port <= LAST_PORT:
        raise Stop(f"There is no port {port}: --port takes 0 (any) to {LAST_PORT}.")
    for choice in (port,) if port is not None else (USUAL_PORT, 0):
        try:
            return socket.create_server(("127.0.0.1", choice))
        except OSError as error:
            if port is not None:
                raise Stop(f"Port {port} of 127.0.0.1 cannot be used ({error}). Name another: --port N") from error
    raise Stop("No port of 127.0.0.1 is free.")


@dataclass(slots=True)
class Child:
    """A process that is started again when it ends. It leads a process group: what it started ends with it."""

    name: str
    command: list[str]
    environ: Mapping[str, str]
    log: Path | None = None  # None: our own standard output and error
    pass_fds: tuple[int, ...] = ()
    running: "subprocess.Popen[bytes] | None" = None
    failures: int = 0
    started: float = 0.0  # seconds of the monotonic clock
    due: float = 0.0  # when to start it again, same clock

    def start(self) -> None:
        stream = self.log.open("ab") if self.log else None
        try:
            self.running = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,  # closed with this process, even by kill -9: the child's sign to end
                stdout=stream,
                stderr=stream,
                env=dict(self.environ),
                pass_fds=self.pass_fds,
                start_new_session=True,  # Ctrl-C is for us, who then stop one after the other
            )
        finally:
            if stream:
                stream.close()
        self.started = time.monotonic()

    def watch(self, now: float) -> str | None:
        """Start it again when it ended and its pause is over; what there is to say."""
        if self.running is None:
            if now >= self.due:
                self.start()
            return None
        status = self.running.poll()
        if status is None:
            if self.failures and now - self.started > STEADY:
                self.failures = 0
            return None
        self.sweep()
        self.failures = 1 if now - self.started > STEADY else self.failures + 1
        pause = pause_before_restart(self.failures)
        self.due = now + pause
        where = f"; see {self.log}" if self.log else ""
        return f"The {self.name} ended ({_ending(status)}); it is started again in {pause:.0f} s{where}"

    def sweep(self) -> None:
        """End what it left behind: its process group is named after it."""
        if self.running is not None:
            if self.running.stdin:
                self.running.stdin.close()
            with suppress(ProcessLookupError, PermissionError):  # nobody left; macOS says it otherwise
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running = None

    def stop(self, grace: float) -> None:
        """SIGTERM, and after `grace` seconds SIGKILL to all of its group."""
        if self.running is not None:
            self.running.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.running.wait(grace)
            running = self.running
            self.sweep()
            running.wait()


def _ending(status: int) -> str:
    return f"exit status {status}" if status >= 0 else signal.Signals(-status).name


@dataclass(slots=True)
class Desk:
    """What `up` keeps running, and what it says about it."""

    settings: Settings
    home: Path
    quiet: bool
    stopping: threading.Event = field(default_factory=threading.Event)

    def say(self, line: str) -> None:
        if not self.quiet:
            print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}", file=sys.stderr, flush=True)

    def listen(self) -> None:
        """From now on a signal ends the loop; further ones change nothing, for the end is a matter of seconds."""

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self.stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, on_signal)

    def serve(self, port: int | None, *, as_json: bool) -> int:
        given = os.environ.get("PREFECT_API_URL")
        address = given.rstrip("/").removesuffix("/api") if given else ""
        children = []
        taken = None
        if not given:
            taken = listener(port)
            address = f"http://127.0.0.1:{taken.getsockname()[1]}"
            children.append(self._server(taken, address))
        runner = self._runner(address, given or f"{address}/api", own=not given)
        here = Standing(address, os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"))
        try:
            if children:
                self.say("Starting the Prefect server (the first time takes a quarter of a minute) ...")
                children[0].start()
            if not self._ready(here.api, children):
                return 0
            children.append(runner)
            runner.start()
            standing.write(self.home, here)
            if as_json:
                print(json.dumps(asdict(here)), flush=True)
            self._watch(children)
        finally:
            standing.remove(self.home)
            runner.stop(RUNNER_GRACE)
            for child in children:
                child.stop(SERVER_GRACE)
            if taken:
                taken.close()
        self.say("Stopped. Schedules go on at the next start.")
        return 0

    def _server(self, taken: socket.socket, address: str) -> Child:
        environ = os.environ | {"PREFECT_UI_API_URL": f"{address}/api", "PREFECT__SERVER_FINAL": "1"}
        log = self.home / "server.log"
        log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "flows.service.server", str(taken.fileno())]
        return Child("Prefect server", command, environ, log, (taken.fileno(),))

    def _runner(self, address: str, api: str, *, own: bool) -> Child:
        environ = (
            os.environ
            | {
                "PREFECT_API_URL": api,
                "PREFECT_UI_URL": address,  # links in what runs report
                "PRESSHOUSE_DATA_DIR": str(self.settings.data_dir),
                "PRESSHOUSE_WAREHOUSE": str(self.settings.warehouse),
            }
            | ({SILENT: "1"} if self.quiet else {})
        )
        options = ["--quiet"] * self.quiet + ["--own-server"] * own
        return Child("runner", [sys.executable, "-m", "flows.service.serve", *options], environ)

    def _ready(self, api: str, children: list[Child]) -> bool:
        """Wait until the server answers; False when told to stop before. Raises ServerFailed."""
        deadline = time.monotonic() + START_SECONDS
        while not self.stopping.wait(_POLL):
            if standing.healthy(api, standing.ANSWER_SECONDS):
                return True
            ended = next((child for child in children if child.running and child.running.poll() is not None), None)
            if ended:
                raise ServerFailed(f"the Prefect server ended while it started; see {ended.log}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"no Prefect server answers at {api}")
        return False

    def _watch(self, children: list[Child]) -> None:
        while not self.stopping.wait(_POLL):
            for child in children:
                if line := child.watch(time.monotonic()):
                    self.say(line)
