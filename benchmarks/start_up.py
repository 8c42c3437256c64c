"""How long commands take that do next to nothing, beside what they cannot do without.

The reading commands against `python -c "import duckdb; duckdb.connect()"` (target: at most 3 times); `ingest` of ten
files against a Prefect flow of one task (target: at most 1.6 times), both with a server that runs and without one.
The two sides take turns, so that both meet the same load; medians of the rounds, by the clock and by processor time of
the process and what it started.

    python benchmarks/start_up.py --rounds 5
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PRESSHOUSE = [sys.executable, "-m", "flows.cli"]
DUCKDB = [sys.executable, "-c", "import duckdb; duckdb.connect()"]
FLOW = """
from prefect import flow, task
@task
def one():
    return 1
@flow
def trivial():
    return one()
trivial()
"""
FILES = 10
NEW_PAGES = "new-pages"
START_SECONDS = 300
TARGETS = {"duckdb": 3.0, "flow": 1.6}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry {number} goes again</title>
<meta property="article:published_time" content="2026-10-{day:02}T08:00:00+01:00"></head><body><article>
<h1>Ferry {number} goes again</h1>{body}</article></body></html>"""


@dataclass
class Timing:
    """What the rounds of one command took, in seconds."""

    clock: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, command: list[str], environ: dict[str, str]) -> None:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(command, env=environ, cwd=PROJECT, check=True, capture_output=True)
        self.clock.append(time.monotonic() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def pages(folder: Path, turn: int) -> Path:
    """Ten pages, a few paragraphs each, others at each turn: nothing is known already."""
    folder.mkdir(parents=True)
    for number in range(turn * FILES, (turn + 1) * FILES):
        lines = [f"The ferry number {number} left pier {number + line} with {line * 7} guests." for line in range(30)]
        body = "".join(f"<p>{' '.join(lines[start : start + 5])}</p>" for start in range(0, 30, 5))
        (folder / f"{number}.html").write_text(PAGE.format(number=number, day=number % 28 + 1, body=body))
    return folder


def environment(folder: Path, api: str | None = None) -> dict[str, str]:
    """Of a child: a data folder of its own, and no address of a server but the one given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "PRESSHOUSE_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # as at home: what is compiled once stays, ours and Prefect's
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "ERROR"}
    quiet["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] = str(START_SECONDS)
    places = {"PRESSHOUSE_DATA_DIR": str(folder / "data"), "PREFECT_HOME": str(folder / "prefect")}
    return kept | quiet | places | ({"PREFECT_API_URL": api} if api else {})


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a real Prefect server."""
    child = subprocess.Popen(
        [sys.executable, "-m", "flows.service.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(folder),
        cwd=PROJECT,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    api = f"http://127.0.0.1:{int(child.stdout.readline())}/api"
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{api}/health", timeout=10).close()  # noqa: S310 - our own server
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
    try:
        yield api
    finally:
        child.stdin.close()
        child.wait(30)


def taken(commands: Mapping[str, Sequence[str]], rounds: int, environ: dict[str, str]) -> dict[str, Timing]:
    """Each command once a round; `NEW_PAGES` in it stands for a folder with pages that are new."""
    timings = {name: Timing() for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            folder = Path(environ["PRESSHOUSE_DATA_DIR"]).parent / f"pages-{os.getpid()}-{time.monotonic_ns()}"
            given = [
                str(pages(folder, time.monotonic_ns() % 100_000_000)) if word == NEW_PAGES else word for word in command
            ]
            timings[name].add(given, environ)
    return timings


def told(timings: dict[str, Timing], base: str) -> None:
    """One line a command, against `base`."""
    clock, cpu = (statistics.median(values) for values in (timings[base].clock, timings[base].cpu))
    print(f"{base:36} {clock:7.2f} s  {cpu:6.2f} s processor")
    for name, timing in timings.items():
        if name == base:
            continue
        mine, mine_cpu = statistics.median(timing.clock), statistics.median(timing.cpu)
        print(
            f"{name:36} {mine:7.2f} s  {mine_cpu:6.2f} s processor   x{mine / clock:.2f} by the clock,"
            f" x{mine_cpu / cpu:.2f} by processor time",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--part", choices=["commands", "with-server", "without-server"], help="this part only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ingest = [*PRESSHOUSE, "ingest", NEW_PAGES, "--quiet"]
        flow = [sys.executable, "-c", FLOW]
        plain = environment(folder)
        if given.part in (None, "commands"):
            taken({"the first": ingest}, 1, plain)
            commands = {
                "duckdb": DUCKDB,
                "presshouse sql": [*PRESSHOUSE, "sql", "select count(*) from articles"],
                "presshouse status": [*PRESSHOUSE, "status"],
                "presshouse --help": [*PRESSHOUSE, "--help"],
            }
            told(taken(commands, given.rounds, plain), "duckdb")
            print(f"target: at most {TARGETS['duckdb']} times")
        both = {"a flow of one task": flow, f"presshouse ingest, {FILES} files": ingest}
        if given.part in (None, "with-server"):
            with server(folder) as api:
                print("with a running server:")
                told(taken(both, given.rounds, environment(folder, api)), "a flow of one task")
        if given.part in (None, "without-server"):
            print("without (the first call of each, which makes the database, is not counted):")
            taken(both, 1, plain)
            told(taken(both, given.rounds, plain), "a flow of one task")
        print(f"target: at most {TARGETS['flow']} times")


if __name__ == "__main__":
    main()
