"""What costs seconds to make and is the same for all: made once in a run of the tests, by who asks first."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, filled by `make`; who asks meanwhile, be it in another process, waits for it.

    Nobody writes into it afterwards: what lies there is copied.
    """
    root = folders.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # the processes that share the tests have their folders side by side
        root = root.parent
    made = root / name
    with (root / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not made.exists():
            part = Path(folders.mktemp(name))
            make(part)
            part.rename(made)
    return made
