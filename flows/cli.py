"""The command `presshouse`: parse arguments, call, print, exit code. Imports what a command needs when it needs it."""

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence

import duckdb

from flows import ending
from flows.arguments import parser
from tasks.errors import PresshouseError, Stop
from warehouse.connect import WarehouseHeld

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
    except WarehouseHeld as held:
        message = f"{held}. Close it there, or try again in a moment."
    except PresshouseError as error:
        message = str(error)
    except (OSError, duckdb.Error) as error:  # a full disk, a file that went away
        message = f"{str(error).strip().splitlines()[0]}. What was stored is kept; mend that, then run it again."
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("prefect", "httpx", "sqlalchemy"):
            raise  # an error of ours: the whole of it is wanted
        message = f"Prefect failed ({type(error).__name__}). What was stored is kept; run it again."
    ending.end_if_told()
    print(f"presshouse: {message}", file=sys.stderr)
    return EXIT_FAILED


def _called(name: str) -> Callable[[argparse.Namespace], int]:
    """The function that `module:function` names; imported only now."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.exit(main())
