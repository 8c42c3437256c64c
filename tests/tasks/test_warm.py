"""What is done once for all processes of a pool, and what they still find out for themselves."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tasks.one_page import stamp_of

POOL = """
import os, sys
from pathlib import Path
from tasks import warm
from tasks.errors import Stop
from tasks.pool import Workers, start_parent

def note(file):
    with open(file, "a") as stream:
        stream.write(f"{os.getpid()} {os.getppid()}\\n")

def refuse(_):
    raise Stop("a wrong row")

def nothing():
    pass

def parent(_):
    return os.getppid()

if __name__ == "__main__":
    start_parent(("json",), warm.order("pool", sys.argv[1], sys.argv[2]))
    workers = Workers(parent, count=2, prepare=nothing)
    print(sorted({answer for _, answer in workers.map(range(20))}))
    workers.close()
"""


def run(folder: Path, function: str, file: Path) -> list[int]:
    """The parents that the calls of a pool had, whose own parent was told to call `function`."""
    (folder / "pool.py").write_text(textwrap.dedent(POOL), encoding="utf-8")
    search = os.pathsep.join([str(Path(__file__).parents[2]), str(folder)])
    command = [sys.executable, str(folder / "pool.py"), function, str(file)]
    environ = os.environ | {"PYTHONPATH": search}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)
    return [int(one) for one in done.stdout.strip(" []\n").split(",")]


def test_it_is_done_once_in_the_process_that_all_are_forked_from(tmp_path: Path):
    """Neither in the process that asks for it nor in each of the pool's."""
    told = tmp_path / "told"
    parents = run(tmp_path, "note", told)
    assert [int(line.split()[0]) for line in told.read_text(encoding="utf-8").splitlines()] == parents


def test_what_it_cannot_do_costs_nobody_else(tmp_path: Path):
    """A wrong seed file, say, is met again by each process of the pool, which tells it; others work."""
    assert len(run(tmp_path, "refuse", tmp_path / "unused")) == 1


def test_a_registry_that_changed_is_told_apart(tmp_path: Path):
    """By the time or size of any table: a process that lives long prepares anew."""
    table = tmp_path / "publishers.csv"
    table.write_text("domain\n", encoding="utf-8")
    before = stamp_of(tmp_path)
    assert stamp_of(tmp_path) == before
    stat = table.stat()
    os.utime(table, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert stamp_of(tmp_path) != before
    (tmp_path / "agencies.csv").write_text("name\n", encoding="utf-8")
    assert len(stamp_of(tmp_path)) == 2
