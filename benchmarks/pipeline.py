"""Pages a second from .warc.gz to committed rows, beside bare pools of the libraries that people start from.

Ours is the flow as `presshouse ingest FILE` runs it, Prefect and its server included: reading, text, dates, publisher,
names, language, hashes, spool, append, stories. Beside it, on the same files in the same run: trafilatura, the call of
benchmarks/extraction.py in a pool of as many processes, and newspaper4k in the same kind of pool; both store nothing.
The pages come in portions; each portion goes to one side after the other, in another order each time, so that all meet
the same load of the machine. Pools stay from portion to portion; their start, and that of Prefect, is stated apart.
The peers live in an environment of their own, which this program makes with uv.

    python benchmarks/pipeline.py pages.warc.gz --pages 10000
    python benchmarks/pipeline.py pages.warc.gz --pages 100000 --only presshouse     # does it stay flat?

More pages than the file has are made by benchmarks/more_pages.py, which says how.
"""

import argparse
import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from more_pages import write_parts
from process_tree import Peak, cpu_seconds

HERE = Path(__file__).resolve().parent
PEERS = {"trafilatura": "trafilatura==2.3.1", "newspaper4k": "newspaper4k[nlp]==0.9.6"}
BESIDE = ("fastwarc==2.0.1", "lxml[html_clean]==6.1.3")  # how the peers read, and what they need to be imported
NEWEST = "2026-11-20T00:00:00Z"
WARM_UP = 20  # pages that each side reads before the clock starts
SAMPLE = 2_000  # pages that are compressed to see how small they get
TARGETS = {"trafilatura": 1.6, "newspaper4k": 4.0}


@dataclass
class Side:
    """A contender: a child process that is told files and answers with counts."""

    name: str
    child: "subprocess.Popen[str]"
    seconds: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0
    articles: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def work(self, path: Path) -> float:
        """Seconds that the file took by the clock."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        before, started = cpu_seconds(self.child.pid), time.monotonic()
        with Peak(self.child.pid) as peak:
            self.child.stdin.write(f"{path}\n")
            self.child.stdin.flush()
            line = self.child.stdout.readline()
        assert line, f"{self.name} ended"
        took = time.monotonic() - started
        self.seconds += took
        self.cpu += cpu_seconds(self.child.pid) - before
        self.peak_mb = max(self.peak_mb, peak.mb)
        self.answers.append(json.loads(line))
        self.articles += self.answers[-1]["articles"]
        return took

    def forget(self) -> None:
        """After the warm-up."""
        self.seconds, self.cpu, self.peak_mb, self.articles, self.answers = 0.0, 0.0, 0.0, 0, []

    def close(self) -> None:
        assert self.child.stdin is not None
        self.child.stdin.close()
        self.child.wait()


def start(command: list[str], **environ: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | environ, cwd=HERE.parent
    )


def peers_environment(folder: Path) -> Path:
    """The Python of an environment with the peers."""
    python = folder / "peers" / "bin" / "python"
    if not python.exists():
        subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(folder / "peers")], check=True)
        packages = [*PEERS.values(), *BESIDE]
        subprocess.run(
            ["uv", "pip", "install", "-q", "--python", str(python), "--exclude-newer", NEWEST, *packages], check=True
        )
    return python


def sides(names: list[str], folder: Path, processes: int) -> list[Side]:
    made = []
    for name in names:
        if name == "presshouse":
            command = [sys.executable, "-P", str(HERE / "pipeline.py"), "--ours"]  # the project first, then this folder
            child = start(
                command,
                PRESSHOUSE_DATA_DIR=str(folder / "data"),
                PRESSHOUSE_WORKERS=str(processes),
                PYTHONPATH=os.pathsep.join((str(HERE.parent), str(HERE))),
            )
        else:
            python = peers_environment(folder)
            child = start([str(python), str(HERE / "pipeline_peers.py"), name, str(processes)])
        made.append(Side(name, child))
    return made


def ours() -> None:
    """The child: one flow run a line of standard input. The pool stays between runs; steps are clocked."""
    from flows.service.engine import set_up
    from flows.service.server import running_server
    from flows.settings import load

    settings = load(os.environ)
    set_up(settings)
    spent: dict[str, float] = defaultdict(float)
    with running_server() as server:
        from flows import ingest as module
        from flows import steps
        from flows.batches.pool import close_pool
        from warehouse import spool

        server.wait_until_ready()
        module.close_pool = lambda **_: None
        for where, name, step in (
            (steps, "drain", "append"),
            (steps, "assign_stories", "stories"),
            (spool, "write_batch", "spool"),
        ):
            setattr(where, name, clocked(getattr(where, name), step, spent))
        for line in sys.stdin:
            spent.clear()
            result = module.ingest([line.strip()], settings)
            assert not result.waiting_batches, "the warehouse was held"
            answer = {"articles": result.articles, "known": result.known, "rejected": sum(result.rejected.values())}
            print(json.dumps(answer | {"spent": spent}), flush=True)
        close_pool()


def clocked(call: Callable[..., Any], step: str, spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.monotonic()
        try:
            return call(*arguments, **named)
        finally:
            spent[step] += time.monotonic() - started

    return timed


def weights(data_dir: Path, files: list[Path], html: float) -> str:
    """Bytes an article: warehouse, and the pages as gzip -6 makes them small."""
    import duckdb

    file = data_dir / "presshouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        found = connection.execute("select count(*), count(distinct story_id) from articles").fetchone()
    assert found is not None
    size, articles = file.stat().st_size, found[0]
    given = sum(one.stat().st_size for one in files)
    return (
        f"{articles:,} articles in {found[1]:,} stories; bytes an article: warehouse {size / articles:,.0f};"
        f" pages as gzip -6 {html / articles:,.0f}; pages as WARC records, as the archive keeps what is fetched,"
        f" {given / articles:,.0f}"
    )


def gzipped(path: Path, pages: int) -> float:
    """Bytes of so many bodies, each compressed for itself: by the first of a file."""
    from tasks.archive import WarcReader
    from tasks.model import Capture

    captures = (one for one in WarcReader(path) if isinstance(one, Capture))
    sizes = [len(gzip.compress(one.body, 6)) for one in itertools.islice(captures, SAMPLE)]
    return sum(sizes) / len(sizes) * pages


def compare(given: argparse.Namespace, folder: Path) -> None:
    each = given.pages // given.portions
    sizes = [WARM_UP, *([each] * given.portions)]
    warm, *parts = write_parts(given.warc, folder / "pages", sizes)
    print(f"{each * given.portions:,} pages in {given.portions} portions, {given.processes} processes", flush=True)
    contenders = sides(given.only or ["presshouse", *PEERS], folder, given.processes)
    for side in contenders:
        print(f"{side.name}: start-up with the first {WARM_UP} pages {side.work(warm):.1f} s", flush=True)
        side.forget()
    for number, part in enumerate(parts):
        turn = number % len(contenders)
        for side in [*contenders[turn:], *contenders[:turn]]:
            before, took = side.cpu, side.work(part)
            spent = (side.cpu - before) / each * 1000
            steps = side.answers[-1].get("spent", {})
            of_which = ", ".join(f"{name} {seconds / each * 1000:.1f}" for name, seconds in sorted(steps.items()))
            print(
                f"  portion {number + 1:3}  {side.name:12} {each / took:7.1f} pages/s by the clock,"
                f" {spent:6.1f} ms of processor a page{of_which and f'; by the clock {of_which}'}",
                flush=True,
            )
    for side in contenders:
        side.close()
    report(contenders, each * given.portions)
    if contenders[0].name == "presshouse":
        print(weights(folder / "data", [warm, *parts], gzipped(parts[0], WARM_UP + each * given.portions)))


def report(contenders: list[Side], pages: int) -> None:
    first = contenders[0]
    print(f"{'':12} {'pages/s':>8} {'ms a page':>10} {'processor ms a page':>20} {'peak MB':>8} {'articles':>9}")
    for side in contenders:
        print(
            f"{side.name:12} {pages / side.seconds:8.1f} {side.seconds / pages * 1000:10.1f}"
            f" {side.cpu / pages * 1000:20.1f} {side.peak_mb:8.0f} {side.articles:9,}"
        )
    for side in contenders[1:]:
        by_clock, by_cpu = side.seconds / first.seconds, side.cpu / first.cpu
        print(
            f"{first.name} against {side.name}: {by_clock:.2f} times by the clock (target {TARGETS[side.name]}),"
            f" {by_cpu:.2f} by processor time"
        )
    if first.name == "presshouse":
        for step in sorted({name for answer in first.answers for name in answer["spent"]}):
            spent = sum(answer["spent"].get(step, 0.0) for answer in first.answers)
            print(f"  {step:8} {spent / pages * 1000:6.2f} ms a page by the clock")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warc", type=Path, nargs="?", help="a .warc or .warc.gz with pages")
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--portions", type=int, default=5, help="in how many turns (default: 5)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=["presshouse", *PEERS], help="these sides only")
    parser.add_argument("--folder", type=Path, help="keep pages, environment and warehouse here")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        return ours()
    if given.warc is None:
        parser.error("name a WARC file")
    with tempfile.TemporaryDirectory() as temporary:
        compare(given, given.folder or Path(temporary))
    return None


if __name__ == "__main__":
    main()
