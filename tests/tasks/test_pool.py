"""The pool: limits hold, one bad call costs itself, workers end with the run."""

import ctypes
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.pool import Failed, Workers

SECONDS = 3.0  # limit of a call: honest ones stay below it on a machine that does other things as well


def nothing() -> None:
    """No preparation."""


def work(order: str) -> str:
    """What the orders do to a worker; runs there."""
    name, _, argument = order.partition(" ")
    if name == "sleep":
        swallowed_sleep(float(argument))
    elif name == "c":  # a call that does not come back to Python before its end: only killing helps
        ctypes.CDLL(None).sleep(ctypes.c_uint(int(argument)))
        ctypes.PyDLL(None).sleep(ctypes.c_uint(int(argument)))
    elif name == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif name == "eat":
        return str(len(bytearray(int(argument) << 20)))
    elif name == "raise":
        raise ValueError(argument)
    return order


def swallowed_sleep(seconds: float) -> None:
    """A library that swallows every Exception, as extraction libraries do."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: BLE001, S112 - the very fault that the limit must survive
            continue


@pytest.fixture
def workers() -> Iterator[Workers[str, str]]:
    pool: Workers[str, str] = Workers(work, count=2, prepare=nothing, seconds=SECONDS)
    yield pool
    pool.close(at_once=True)


def test_results_come_in_the_order_of_the_inputs(workers: Workers[str, str]):
    """Also when an early one is slow, and with more inputs than may be handed out at once."""
    orders = ["sleep 0.2"] + [f"say {number}" for number in range(100)]
    assert list(workers.map(orders)) == [(order, order) for order in orders]


def test_the_time_limit_cannot_be_swallowed(workers: Workers[str, str]):
    """A library that catches Exception does not outlive the limit, and the worker lives on."""
    started = time.monotonic()
    (_, slow), (_, quick) = workers.map(["sleep 30", "say hello"])
    assert slow == Failed("time_limit", f"more than {SECONDS:g} s")
    assert quick == "say hello"
    assert time.monotonic() - started < 10


def test_a_worker_that_dies_costs_one_call(workers: Workers[str, str]):
    """A crash in a C library."""
    results = [result for _, result in workers.map(["say a", "die", "say b", "say c"])]
    assert [one if isinstance(one, str) else one.reason for one in results] == ["say a", "crashed", "say b", "say c"]


def test_an_error_is_told(workers: Workers[str, str]):
    """With its type and words."""
    assert [result for _, result in workers.map(["raise why"])] == [Failed("crashed", "ValueError: why")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_AS is not enforced elsewhere")
def test_memory_is_limited(workers: Workers[str, str]):
    """Two GiB are refused, a hundred MiB are not."""
    results = [result for _, result in workers.map(["eat 2048", "eat 100"])]
    assert isinstance(results[0], Failed)
    assert results[0].reason == "memory"
    assert results[1] == str(100 << 20)


def test_a_call_that_never_returns_to_python_is_killed(monkeypatch: pytest.MonkeyPatch):
    """The alarm waits for the C call; the pool does not."""
    monkeypatch.setattr("tasks.pool.KILL_AFTER", 0.5)
    pool: Workers[str, str] = Workers(work, count=1, prepare=nothing, seconds=0.5)
    started = time.monotonic()
    try:
        results = [result for _, result in pool.map(["c 60", "say hello"])]
    finally:
        pool.close(at_once=True)
    assert isinstance(results[0], Failed)
    assert results[0].reason == "time_limit"
    assert results[1] == "say hello"
    assert time.monotonic() - started < 20


RUN = """
import os, sys
from tasks.pool import Workers
from tests.tasks.test_pool import nothing, work
if __name__ == "__main__":
    pool = Workers(work, count=2, prepare=nothing)
    for _ in pool.map(["say ready"]):
        print("ready", flush=True)
    list(pool.map(["sleep 60", "sleep 60"]))
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_workers_end_when_the_run_is_killed(tmp_path: Path):
    """kill -9 of the run leaves no worker behind."""
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(RUN))
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "POOL_TEST": str(tmp_path)}
    run = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment)
    assert run.stdout is not None
    assert run.stdout.readline() == b"ready\n"
    run.kill()
    run.communicate()
    end = time.monotonic() + 10
    while (left := _processes(f"POOL_TEST={tmp_path}")) and time.monotonic() < end:
        time.sleep(0.2)
    assert left == []


def _processes(mark: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found
