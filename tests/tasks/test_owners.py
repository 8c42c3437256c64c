"""Temporary files of writers that are gone: here the PID tells, where others write too only the age."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.owners import STALE_S, is_abandoned, partial


@pytest.mark.parametrize(
    ("lives", "age_s", "here", "shared"),
    [
        (True, 0, False, False),
        (False, 0, True, False),
        (False, STALE_S + 60, True, True),
        (True, STALE_S + 60, True, True),
    ],
)
def test_who_is_gone(tmp_path: Path, lives: bool, age_s: float, here: bool, shared: bool):
    """A PID that nobody has here may be at work on another machine: there its file is left for a day."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    path = partial(tmp_path / "b.parquet")
    if not lives:
        path = path.with_name(path.name.replace(str(os.getpid()), str(ended.pid)))
    path.touch()
    os.utime(path, (time.time() - age_s,) * 2)
    assert is_abandoned(path) is here
    assert is_abandoned(path, is_shared=True) is shared
