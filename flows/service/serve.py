"""Deployments and schedules: what `presshouse up` serves, in a process of its own, and what goes with them.

`python -m flows.service.serve` registers the table below with the server that PREFECT_API_URL names and runs what is
due, until it is told to stop or its parent is gone.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import ClassVar
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.runner import Runner
from prefect.states import Crashed

from flows.program import PROGRAM
from flows.service.server import end_with_the_parent
from flows.settings import Settings, load

RUNS_AT_ONCE = 4  # runs of all deployments together: each has processes of its own
WRITERS = 1  # tasks with the tag `writer` at once: one writer a warehouse (DESIGN, The way of the data)
HEARTBEAT_EXPECTED = timedelta(seconds=90)  # three heartbeats (`engine`); after that a run is held for dead
FIRST_RUN = timedelta(seconds=15)  # after the start, for what is due since the last one; Prefect plans in steps of 5
GRACE = 6.0  # seconds for runs to end when `up` was killed
ZOMBIES = "presshouse: a run without heartbeats has crashed"
LEFT = "Its process ended with the presshouse up that had started it. What it stored is kept; run it again."
OWN_SERVER = "--own-server"  # nobody else runs our deployments there
ARRANGE = "--arrange"  # the writer limit and the automation, nothing else
_ENDED = ("Completed", "Failed", "Cancelled", "Crashed")


# Name of each flow -> the module that has it.
FLOWS = {
    "ingest": "flows.ingest",
    "maintain": "flows.maintain",
    "backfill": "flows.backfill.flow",
    "reprocess": "flows.reprocess",
}


@dataclass(frozen=True, slots=True)
class Served:
    """One deployment of the flow that `FLOWS` has under the name `flow`.

    With `every` it is scheduled: a run that finds an earlier one at work is dropped, for that one does the same. The
    others are for people, whose runs wait for each other: each may be told something else.
    """

    flow: str
    description: str
    every: timedelta | None = None

    @property
    def module(self) -> str:
        return FLOWS[self.flow]

    @property
    def name(self) -> str:
        return "scheduled" if self.every else "by-hand"


def table(settings: Settings) -> tuple[Served, ...]:
    """What there is to serve."""
    return (
        Served("ingest", "What is due of the enabled feeds.", timedelta(minutes=settings.ingest_every)),
        Served("maintain", "Read snapshot, search index, retention, spool, checks.", timedelta(hours=1)),
        Served("ingest", "The sources that you name: feeds, pages, publishers, files."),
        Served("backfill", "A range of days, from sitemaps, archives or captures."),
        Served("reprocess", "Stored captures through today's extractor."),
    )


def deployments(settings: Settings, now: datetime) -> list[RunnerDeployment]:
    """What there is to serve, for Prefect; schedules begin shortly after `now`."""
    return [deployment(served, now) for served in table(settings)]


def deployment(served: Served, now: datetime) -> RunnerDeployment:
    """Registering it replaces the runs that were scheduled before, so that downtime leaves no queue of late ones."""
    flow: Flow = getattr(import_module(served.module), served.flow)
    strategy = ConcurrencyLimitStrategy.CANCEL_NEW if served.every else ConcurrencyLimitStrategy.ENQUEUE
    return flow.to_deployment(
        name=served.name,
        description=served.description,
        schedule=IntervalSchedule(interval=served.every, anchor_date=now + FIRST_RUN) if served.every else None,
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=strategy),
        tags=["presshouse", served.flow],
        version=PROGRAM,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def zombies() -> AutomationCore:
    """A run that was killed says nothing any more: without this it would stay Running for ever."""
    return AutomationCore(
        name=ZOMBIES,
        description="Made by presshouse up. Runs send heartbeats; where they cease, the process is gone.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{ended}" for ended in _ENDED)},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=HEARTBEAT_EXPECTED,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message="No heartbeat for 90 seconds: its process was killed. What it stored is kept; run it again.",
            )
        ],
    )


async def _bury(deployment_ids: list[UUID]) -> None:
    """Runs of ours that an earlier runner left unfinished: its processes are gone (the lock of `up` says so).

    Without this they hold the deployment's only place for five minutes, and new runs are cancelled.
    """
    states = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    async with get_client() as client:
        left = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states))),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=deployment_ids)),
        )
        for run in left:
            await client.set_flow_run_state(run.id, Crashed(message=LEFT))


async def _arrange() -> None:
    """The writer limit and the automation: made once, then kept as they should be; a user who paused it is obeyed."""
    async with get_client() as client:
        await client.create_concurrency_limit(tag="writer", concurrency_limit=WRITERS)
        wanted = zombies()
        found = await client.read_automations_by_name(ZOMBIES)
        if not found:
            await client.create_automation(wanted)
            return
        wanted.enabled = found[0].enabled
        await client.update_automation(found[0].id, wanted)


class _Runner(Runner):
    """Prefect's, told to end: its own handler of SIGTERM makes the coroutine that stops it and never awaits it."""

    def handle_sigterm(self, *_: object, **__: object) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon_threadsafe(lambda: self._ending.append(loop.create_task(self._end())))

    _ending: ClassVar[list[asyncio.Task[None]]] = []  # a task that nobody holds may vanish

    async def _end(self) -> None:
        if self.started:
            await self.astop()

    async def cancel_all(self) -> None:
        """All runs at once: Prefect's takes them in turn, three seconds each."""
        await asyncio.gather(*map(self._cancellation_manager.cancel_by_id, self._process_manager.flow_run_ids()))


async def _serve(served: list[RunnerDeployment], *, quiet: bool) -> None:
    await _arrange()
    # Where Prefect's runner works: /tmp/runner_storage belongs to the first user of the machine who had one.
    tempfile.tempdir = os.environ.get("PREFECT_HOME")
    # Schedules go on at the next start: nobody has to unpause them.
    runner = _Runner(name="presshouse", pause_on_shutdown=False, limit=RUNS_AT_ONCE)
    ids = [await runner.aadd_deployment(one) for one in served]
    if OWN_SERVER in sys.argv:
        await _bury(ids)
    if not quiet:
        print("\n".join(_welcome(served)), file=sys.stderr, flush=True)
    await runner.start()


def _welcome(served: list[RunnerDeployment]) -> list[str]:
    page = os.environ.get("PREFECT_UI_URL", "")
    return [
        f"Page: {page}",
        *(f"  {one.flow_name:<10}{_when(one):<22}{one.description}" for one in served),
        "Ctrl-C ends it.",
    ]


def _when(one: RunnerDeployment) -> str:
    for made in one.schedules or ():
        if isinstance(made.schedule, IntervalSchedule):
            return f"every {made.schedule.interval.total_seconds() / 60:g} minutes"
    return "by hand"


def _end_all() -> None:
    """End this process and its runs, which are of its group. The server is gone too: nobody is left to tell."""
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """The child of `presshouse up`; with `--arrange` for those who have workers of their own."""
    if ARRANGE in sys.argv:
        asyncio.run(_arrange())
        return
    end_with_the_parent(_end_all)
    try:
        served = deployments(load(os.environ), datetime.now(UTC))
        asyncio.run(_serve(served, quiet="--quiet" in sys.argv))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
