"""A process that is told to end leaves with the status that a shell expects, wherever the signal finds it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TOLD_IN_EXEC = """
import os, sys
from flows import ending

ending.listen()
try:
    exec("os.kill(os.getpid(), int(sys.argv[1])); list(range(1000))")  # as the making of a dataclass
except KeyboardInterrupt:
    sys.exit(ending.exit_status())
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_in_the_making_of_a_class_keeps_its_status(tmp_path: Path, number: int, status: int):
    """Seen twice under load: Python, not our last line, then chose how to leave, and died of SIGINT."""
    (tmp_path / "told_in_exec.py").write_text(TOLD_IN_EXEC)
    root = Path(__file__).parents[2]
    child = subprocess.run(
        [sys.executable, "-m", "told_in_exec", str(int(number))],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert child.returncode == status
