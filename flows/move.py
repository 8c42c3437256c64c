"""`presshouse move`: from a warehouse file into a lake."""

import json
import shlex
import sys
from argparse import Namespace

from flows.settings import settings_of
from warehouse.connect import WRITE_WAIT
from warehouse.move import move as copy_over
from warehouse.place import place


def move(arguments: Namespace) -> int:
    """The command."""
    settings = settings_of(arguments)
    target = place(settings.data_dir, arguments.target)

    def say(line: str) -> None:
        if not (arguments.quiet or arguments.json):
            print(line, file=sys.stderr)

    moved = copy_over(settings.place, target, wait=WRITE_WAIT, say=say)
    total = sum(moved.rows.values())
    if arguments.json:
        print(json.dumps({"from": str(settings.place.file), "to": str(target.file), "rows": moved.rows}))
        return 0
    print(
        f"{total:,} rows in {len(moved.rows)} tables, the same on both sides.\n"
        f"From now on: export PRESSHOUSE_WAREHOUSE={shlex.quote(str(target.file))}\n"
        f"{settings.place.file} stays as it is; archive and data folder go on being used."
    )
    return 0
