"""`presshouse snapshot`: the copy for readers, made by hand."""

import json
import sys
from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from flows.words import counted


def snapshot(arguments: Namespace) -> int:
    """Make it, and say what was made; or that the one there is up to date."""
    from flows.settings import settings_of
    from warehouse.snapshot import make_snapshot

    place = settings_of(arguments).place
    target = Path(arguments.file).expanduser().absolute() if arguments.file else None

    def say(line: str) -> None:
        if not arguments.quiet:
            print(line, file=sys.stderr, flush=True)

    made = make_snapshot(place, target, now=datetime.now(UTC), force=arguments.force, say=say)
    final = target or place.snapshot
    if arguments.json:
        figures = asdict(made) if made else {"file": final, "made_at": None}
        print(json.dumps(figures, default=str))
    elif made is None:
        print(f"{final} is up to date: nothing was appended since. To make it all the same: --force")
    else:
        print(
            f"{made.file}: {counted(made.articles, 'article')}, {made.bytes / 1e6:,.1f} MB;"
            f" {counted(made.texts_read, 'text')} read for its search index"
        )
    return 0
