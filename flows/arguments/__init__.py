"""What the command understands: one function a command, and where it runs. Imports nothing heavy."""

import argparse
import difflib
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from flows.arguments import feeds, reading, storing, stray
from flows.program import PROGRAM

_CHOICE = re.compile(r"argument ([A-Z-]+\S*): invalid choice: '?([^' ]*)'? \(choose from (.*)\)")


class _Parser(argparse.ArgumentParser):
    """A wrong call is said in one line that names what may have been meant."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Nothing unknown is handed up: the command whose argument it would be says so, and names its own help."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(stray.told(unknown, self._actions, known))
        return known, unknown

    def error(self, message: str) -> NoReturn:
        wrong = _CHOICE.search(message)
        if wrong:
            choices = [name.strip(" '") for name in wrong[3].split(",")]
            near = difflib.get_close_matches(wrong[2], choices, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" There are {', '.join(choices)}."
            message = f"there is no {wrong[1].lower()} {wrong[2]!r}.{hint}"
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """`run` in what it gives names the function to call with the arguments: "module:function"."""
    top = _Parser(
        prog="presshouse",
        description="News articles from files, archives and feeds into a DuckDB warehouse.",
        epilog="example: presshouse ingest seeds/articles && presshouse status",
    )
    top.add_argument("--version", action="version", version=PROGRAM)
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--warehouse", metavar="FILE", help="default: PRESSHOUSE_WAREHOUSE, else in the data folder"
    )
    everywhere.add_argument("--json", action="store_true", help="for machines")
    everywhere.add_argument("--quiet", action="store_true", help="only results and errors")
    subs = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: str, help_: str, example: str) -> argparse.ArgumentParser:
        added = subs.add_parser(name, help=help_, description=help_, epilog=f"example: {example}", parents=[everywhere])
        added.set_defaults(run=run)
        return added

    for add in (
        storing.ingest,
        storing.backfill,
        storing.up,
        reading.sql,
        reading.search,
        storing.snapshot,
        reading.status,
        reading.why,
        reading.discover,
        reading.story,
        reading.stories,
        storing.move,
        reading.export,
        storing.forget,
        reading.report,
        feeds.feeds,
        storing.check,
        storing.maintain,
        storing.reprocess,
    ):
        add(command)
    return top
