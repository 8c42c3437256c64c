"""Opening local files without surprises, and naming them."""

import io
import os
import stat
from pathlib import Path

from tasks.errors import Rejected
from tasks.url import redact

MAX_SHOWN = 300  # characters of a name in a message


def open_regular(path: Path) -> io.FileIO:
    """Open a regular file for reading, unbuffered; never blocks and never touches a device.

    Raises Rejected("unreadable") for anything else: FIFO, socket, device, folder, no permission, gone.
    """
    try:
        _demand_regular(os.stat(path).st_mode)  # noqa: PTH116 - opening a device can already do something
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0))
    except OSError as error:
        raise Rejected("unreadable", error.strerror or type(error).__name__) from error
    try:
        _demand_regular(os.fstat(descriptor).st_mode)  # it may have been replaced since
    except Rejected:
        os.close(descriptor)
        raise
    return io.FileIO(descriptor, "rb")


def _demand_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise Rejected("unreadable", f"not a regular file but {_file_type(mode)}")


def _file_type(mode: int) -> str:
    for test, name in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISLNK, "a symbolic link"),
    ):
        if test(mode):
            return name
    return "a device"


def file_uri(path: Path) -> str:
    """The `file:` URI of an absolute path, percent-encoded byte by byte, so that any name on disk has one."""
    return redact(path.as_uri())


def is_text(path: Path) -> bool:
    """Whether a name is valid UTF-8, and so can stand in a row."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def shown(name: str | Path) -> str:
    """A name for people: valid UTF-8 in one line, however odd the name on disk is."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
