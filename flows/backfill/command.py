"""`presshouse backfill`: the plan first, then the flow."""

import json
import sys
from argparse import Namespace
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.backfill.plan import make_plan
from flows.backfill.report import need_consent, plan_lines, plan_object, result_lines, result_object, verdict
from flows.backfill.request import Request, understood
from flows.backfill.service import ServiceDown
from flows.by_hand import with_prefect
from flows.live.net import Web, need_contact
from flows.live.room import need_disk
from flows.progress import Progress
from flows.service.heartbeat import shareable
from flows.settings import Settings, settings_of
from tasks.backfill.units import Plan
from tasks.errors import Deferred
from warehouse.connect import check_rows
from warehouse.migrate import check_usable

if TYPE_CHECKING:
    from flows.backfill.work import Backfilled

SHORT_WAIT = 0.5  # seconds


def backfill(arguments: Namespace) -> int:
    """Exit status 1 when a list or file could not be had, or nothing answered; 2 before anything is stored."""
    settings = settings_of(arguments)
    request = understood(
        arguments.from_, arguments.to, arguments.via, arguments.publisher, settings, datetime.now(UTC),
        undated=arguments.undated, only_missing=arguments.only_missing, again=arguments.again,
        keep=arguments.keep, yes=arguments.yes,
    )  # fmt: skip
    if not arguments.quiet:
        print(request.sentence(), file=sys.stderr if arguments.json else sys.stdout, flush=True)
    if request.fetches:
        need_contact(settings)
        need_disk(settings)
    check_rows(settings.place.file)
    check_usable(settings.place.file, wait=SHORT_WAIT)
    plan = _plan(request, settings, quiet=arguments.quiet or arguments.json)
    if arguments.dry_run:
        said = plan_lines(plan, request, settings)
        print(json.dumps(plan_object(plan, request), ensure_ascii=False) if arguments.json else "\n".join(said))
        return 1 if plan.unread else 0
    need_consent(plan, request, settings)
    with with_prefect(settings, "flows.backfill.flow", quiet=arguments.quiet or arguments.json) as flows:
        result: Backfilled = flows.backfill(
            arguments.from_, arguments.to, arguments.via, arguments.publisher, arguments.undated,
            arguments.only_missing, arguments.again, arguments.keep, arguments.yes, shareable(settings),
        )  # fmt: skip
    said = result_lines(result)
    print(json.dumps(result_object(result), ensure_ascii=False) if arguments.json else "\n".join(said))
    return 1 if verdict(result) else 0


def _plan(request: Request, settings: Settings, *, quiet: bool) -> Plan:
    with ExitStack() as stack:
        stack.enter_context(Progress(quiet=quiet))
        web = stack.enter_context(Web(settings, gives_way=True)) if request.fetches else None
        try:
            return make_plan(request, settings, web, datetime.now(UTC))
        except ServiceDown as down:
            raise Deferred(str(down)) from down
