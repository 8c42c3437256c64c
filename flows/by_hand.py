"""`presshouse maintain` and `presshouse reprocess`: flows that the schedule or the page starts, too."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flows.days import days
from flows.service.heartbeat import shareable
from flows.settings import Settings, settings_of
from tasks.errors import Stop
from warehouse.connect import must_exist
from warehouse.migrate import check_usable

if TYPE_CHECKING:
    from flows.maintain import Maintained
    from flows.reprocess import Reprocessed

SHORT_WAIT = 0.5  # seconds; a warehouse in use is looked at by the flow


@contextmanager
def with_prefect(settings: Settings, module: str, *, quiet: bool) -> Iterator[Any]:
    """The module that has a flow; Prefect's surroundings and a server are there before it imports Prefect."""
    from flows.progress import Progress
    from flows.service.engine import loaded, set_up
    from flows.service.server import running_server

    set_up(settings)
    with Progress(quiet=quiet) as shown, running_server() as server:
        shown.say("Starting Prefect ...")
        flows = loaded(module)
        server.wait_until_ready()
        yield flows


def maintain(arguments: Namespace) -> int:
    """Exit status 1 when a step failed, something is wrong, or the warehouse was held."""
    settings = settings_of(arguments)
    must_exist(settings.place.file)
    check_usable(settings.place.file, wait=SHORT_WAIT)
    with with_prefect(settings, "flows.maintain", quiet=arguments.quiet or arguments.json) as flows:
        result: Maintained = flows.maintain(shareable(settings))
    if arguments.json:
        print(json.dumps(asdict(result), ensure_ascii=False))
    else:
        wrong = [f"not done: {one}" for one in result.failed] + [f"wrong: {one}" for one in result.findings]
        print("\n".join([flows.page_report(result).line, *wrong]))
    return 1 if result.failed or result.findings or result.held_by else 0


def reprocess(arguments: Namespace) -> int:
    """Exit status 0 when every stored capture of the range was read, whatever came of it."""
    settings = settings_of(arguments)
    must_exist(settings.place.file)
    check_usable(settings.place.file, wait=SHORT_WAIT)
    if arguments.from_ is None and arguments.to is None:
        raise Stop("Name the days: presshouse reprocess --from 2026-10 --to 2026-10 (or --from 7d)")
    chosen = days(arguments.from_, arguments.to, datetime.now(UTC).date())  # a wrong one stops here
    if not arguments.quiet:
        print(chosen.sentence(), file=sys.stderr if arguments.json else sys.stdout, flush=True)
    with with_prefect(settings, "flows.reprocess", quiet=arguments.quiet or arguments.json) as flows:
        result: Reprocessed = flows.reprocess(arguments.from_, arguments.to, arguments.publisher, shareable(settings))
    print(json.dumps(asdict(result), ensure_ascii=False) if arguments.json else "\n".join(flows.lines(result)))
    return 0
