"""`presshouse report`: one HTML page of what came in and what is missing, for a browser, a wall or a mail."""

import json
import os
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from flows.reading.report_page.page import page
from flows.settings import settings_of
from tasks.errors import Stop
from warehouse.connect import reading
from warehouse.place import Place
from warehouse.report import figures

NAME = "report.html"  # in the data folder, unless -o names another file


def report(arguments: Namespace) -> int:
    """The command. Prints where the page is."""
    place = settings_of(arguments).place
    source = "live" if arguments.live else "snapshot" if arguments.snapshot else "auto"
    target = Path(arguments.output) if arguments.output else place.data_dir / NAME
    written = write_report(place, target, source=source, now=datetime.now(UTC), quiet=arguments.quiet)
    print(json.dumps({"report": str(written), "bytes": written.stat().st_size}) if arguments.json else written)
    return 0


def write_report(place: Place, target: Path, *, source: str = "auto", now: datetime, quiet: bool = True) -> Path:
    """Write the page to `target`, whole or not at all, and return its absolute path.

    `source`: as for `warehouse.connect.reading`; `now`: aware, what lies later is not shown; unless `quiet`, standard
    error says what was read. Raises Stop, WarehouseHeld.
    """
    with reading(place, source) as read:
        if not quiet:
            print(read.sentence(now), file=sys.stderr)
        found = figures(read.connection, now)
    html = page(found, read.file.name, read.made_at)  # the warehouse is free by now
    target = target.expanduser().resolve()
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")  # two may be written at once
    try:
        partial.write_text(html, encoding="utf-8")
        partial.replace(target)
    except OSError as error:
        raise Stop(
            f"{target} cannot be written: {error.strerror}. To write it elsewhere: presshouse report -o FILE"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target
