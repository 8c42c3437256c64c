"""The command `presshouse`: parse arguments, call, print, exit code. Imports what a command needs when it needs it."""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence

from flows import ending
from flows.arguments import parser
from tasks.errors import PresshouseError, Stop

EXIT_DONE, EXIT_FAILED, EXIT_WRONG_CALL = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 done, 1 a source failed, 2 a wrong call, said in one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")  # a POSIX locale knows ASCII only; articles know more
    arguments = parser().parse_args(argv)
    ending.listen()
    try:
        return _run(arguments)
    except BaseException:
        told = ending.exit_status()
        if told is None:
            raise
        print("presshouse: interrupted; what was archived or extracted is kept, run it again to go on", file=sys.stderr)
        return told


def _run(arguments: argparse.Namespace) -> int:
    try:
        return _called(arguments.run)(arguments)
    except Stop as stop:
        print(f"presshouse: {stop}", file=sys.stderr)
        return EXIT_WRONG_CALL
    except BrokenPipeError:  # `presshouse sql ... | head`: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception as error:
        message = _in_words(error)
        if message is None:
            raise  # an error of ours: the whole of it is wanted
        is_of_prefect = _is_of_prefect(error)
    ending.end_if_told()
    if is_of_prefect:
        from flows.service.engine import let_go

        let_go()
    print(f"presshouse: {message}", file=sys.stderr)
    return EXIT_FAILED


def _in_words(error: Exception) -> str | None:
    """What failed and what to do; None for an error of the program itself."""
    import duckdb

    from warehouse.connect import (
        WarehouseHeld,  # not above: each process of a pool imports this module, and needs neither
    )

    if isinstance(error, WarehouseHeld):
        return f"{error}. {error.advice}"
    if isinstance(error, PresshouseError):
        return str(error)
    if isinstance(error, duckdb.Error) and "HTTP" in str(error):  # the rows of a lake in an object store
        return f"The store of the lake's rows does not answer: {str(error).strip().splitlines()[0]}. Try again later."
    if isinstance(error, (OSError, duckdb.Error)):  # a full disk, a file that went away
        return f"{str(error).strip().splitlines()[0]}. What was stored is kept; mend that, then run it again."
    if _is_of_prefect(error):
        return f"Prefect failed ({type(error).__name__}). What was stored is kept; run it again."
    return None


def _is_of_prefect(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in ("prefect", "httpx", "sqlalchemy")


def _called(name: str) -> Callable[[argparse.Namespace], int]:
    """The function that `module:function` names; imported only now."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.exit(main())
