"""`presshouse maintain` and `presshouse reprocess`: flows that the schedule or the page starts, too."""

import json
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from flows.settings import Settings, load
from warehouse.connect import must_exist

if TYPE_CHECKING:
    from flows.maintain import Maintained


@contextmanager
def _prefect(settings: Settings, *, quiet: bool) -> Iterator[None]:
    """Prefect's surroundings and a server, before anything imports Prefect."""
    from flows.engine import set_up
    from flows.progress import Progress
    from flows.server import running_server

    set_up(settings)
    with Progress(quiet=quiet) as shown, running_server() as server:
        shown.say("Starting Prefect ...")
        server.wait_until_ready()
        yield


def maintain(arguments: Namespace) -> int:
    """Exit status 1 when a step failed, something is wrong, or the warehouse was held."""
    settings = load(os.environ, warehouse=arguments.warehouse)
    must_exist(settings.place.file)
    with _prefect(settings, quiet=arguments.quiet or arguments.json):
        from flows.maintain import maintain as flow
        from flows.maintain import page_report

        result: Maintained = flow(settings)
    if arguments.json:
        print(json.dumps(asdict(result), ensure_ascii=False))
    else:
        wrong = [f"not done: {one}" for one in result.failed] + [f"wrong: {one}" for one in result.findings]
        print("\n".join([page_report(result).line, *wrong]))
    return 1 if result.failed or result.findings or result.held_by else 0
