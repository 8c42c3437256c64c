"""`presshouse check`: one line for each thing that is wrong, and what to do about it."""

import json
import sys
from argparse import Namespace
from datetime import UTC, datetime

from flows.settings import settings_of
from warehouse.check import as_rows, check


def command(arguments: Namespace) -> int:
    """Exit status 1 when something is wrong."""
    settings = settings_of(arguments)
    tell = arguments.deep and not arguments.quiet and not arguments.json
    found = check(
        settings.place,
        now=datetime.now(UTC),
        deep=arguments.deep,
        progress=(lambda path: print(f"Reading {path}", file=sys.stderr)) if tell else None,
    )
    if arguments.json:
        print(json.dumps(as_rows(found), ensure_ascii=False))
    else:
        print("\n".join(one.line for one in found) if found else "Nothing is wrong.")
    return 1 if found else 0
