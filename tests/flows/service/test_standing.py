"""The server that `up` keeps, as other commands find it; and how `up` restarts what ends."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from flows.service import standing
from flows.service.standing import Standing
from flows.service.up import FIRST_PAUSE, LONGEST_PAUSE, USUAL_PORT, listener, pause_before_restart
from tasks.errors import Stop

HOLD = """
import sys, time
from pathlib import Path
from flows.service import standing
with standing.only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def answers(status: int) -> Iterator[str]:
    """A server on loopback that answers everything with `status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_is_only_believed_while_up_lives_and_it_answers(tmp_path: Path):
    """server.json of an `up` that was killed is worth nothing, even when something answers at its address."""
    with answers(200) as address:
        standing.write(tmp_path, Standing(address, 1, "2026-11-22T20:00:00+00:00"))
        assert standing.answering(tmp_path) is None
        with standing.only_one(tmp_path):
            found = standing.answering(tmp_path)
            assert found is not None
            assert found.api == f"{address}/api"
            standing.remove(tmp_path)
            assert standing.answering(tmp_path) is None
    with answers(503) as address, standing.only_one(tmp_path):
        standing.write(tmp_path, Standing(address, 1, "2026-11-22T20:00:00+00:00"))
        assert standing.answering(tmp_path) is None


def test_a_second_up_names_the_first(tmp_path: Path):
    """Two schedulers at once: the second does nothing and says who is there; kill -9 of the first frees the place."""
    standing.write(tmp_path, Standing("http://127.0.0.1:4711", 812, "2026-11-22T20:00:00+00:00"))
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    with pytest.raises(Stop, match=r"PID 812, http://127\.0\.0\.1:4711"), standing.only_one(tmp_path):
        pass
    first.kill()
    first.wait()
    first.stdout.close()
    with standing.only_one(tmp_path):
        pass


@pytest.mark.parametrize("text", ["", "{", "[]", '{"address": "x"}', '{"address": "x", "pid": null, "started_at": ""}'])
def test_a_damaged_server_file_is_no_server(tmp_path: Path, text: str):
    (tmp_path / "server.json").write_text(text)
    assert standing.read(tmp_path) is None


def test_the_server_file_is_json_for_others(tmp_path: Path):
    """Address and PID, and no half file beside it."""
    standing.write(tmp_path, Standing("http://127.0.0.1:4711", 812, "2026-11-22T20:00:00+00:00"))
    assert [path.name for path in tmp_path.iterdir()] == ["server.json"]
    found = json.loads((tmp_path / "server.json").read_text())
    assert (found["address"], found["pid"]) == ("http://127.0.0.1:4711", 812)


def test_restarts_come_slower_and_slower():
    pauses = [pause_before_restart(failures) for failures in range(1, 12)]
    assert pauses[0] == FIRST_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_a_port_is_given_or_found():
    """A port that was asked for and is taken stops the call; the usual one gives way to another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=f"Port {port} .*--port"):
            listener(port)
    with pytest.raises(Stop, match="no port 70000"):
        listener(70_000)
    with listener(None) as first, listener(None) as second:
        assert first.getsockname()[0] == second.getsockname()[0] == "127.0.0.1"
        assert second.getsockname()[1] not in (USUAL_PORT, first.getsockname()[1])
