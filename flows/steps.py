"""The policy page: each step as a Prefect task. What a step does stands in `flows.batches` and `warehouse`."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.batches import archive, extract
from flows.batches.pieces import Archived, Extracted, LocalSlice, WarcSlice
from flows.progress import progress
from flows.settings import Settings
from warehouse import fetch_state
from warehouse.append import Drained, drain
from warehouse.connect import WarehouseHeld
from warehouse.stories import assign_stories

if TYPE_CHECKING:  # a run over files does without the network
    from flows.live.fetching import FetchedBatch, Fetching
    from flows.live.net import Web
    from flows.live.poll_rows import Poll
    from flows.live.polling import Polled


# Steps can run again without harm, so a failure that may pass (a full disk, a killed worker) is tried once more.
@task(name="archive", retries=1, retry_delay_seconds=2, cache_policy=NO_CACHE)
def archive_batch(piece: LocalSlice, settings: Settings, run_id: str) -> Archived:
    """Local input into the archive; in the process of the run where workers have other data folders."""
    return archive.archive_batch(piece, settings, run_id)


@task(name="extract", retries=1, retry_delay_seconds=2, cache_policy=NO_CACHE)
def extract_batch(piece: WarcSlice, settings: Settings, run_id: str) -> Extracted:
    """Captures into a batch, here or on a worker."""
    return extract.extract_batch(piece, settings.arrived(os.environ), run_id)


# No retries: a list or page that was not to be had is asked for by a later run, at its own time.
@task(name="poll", tags=["net"], cache_policy=NO_CACHE)
def poll(polls: "Sequence[Poll]", web: "Web", settings: Settings, run_id: str) -> "Polled":
    """Ask for lists, and what they list in turn. In the process of the run, as all that goes to the network."""
    from flows.live.polling import poll as ask

    return ask(polls, web, settings, run_id)


@task(name="fetch", tags=["net"], cache_policy=NO_CACHE)
def fetch_batch(fetching: "Fetching") -> "FetchedBatch":
    """The next archive file of pages. Stays in the process of the run, whose threads keep each host's pace."""
    return fetching.next_batch()


# No retries: what cannot be appended now waits in the spool for the next chance.
@task(name="append", tags=["writer"], cache_policy=NO_CACHE)
def append(settings: Settings, wait: float) -> Drained:
    """Append what waits in the spool; a held warehouse is no failure."""
    return drain(settings.place, wait=wait, say=progress().say)


@task(name="stories", tags=["writer"], cache_policy=NO_CACHE)
def stories(settings: Settings, run_id: str, wait: float) -> int | None:
    """Decide the stories of what was appended; None while another process holds the warehouse."""
    try:
        return assign_stories(settings.place, run_id=run_id, wait=wait)
    except WarehouseHeld:
        return None


def keep_memory(settings: Settings) -> None:
    """For a run that finds the warehouse held; without it that run would wait."""
    try:
        fetch_state.keep_memory(settings.place, datetime.now(UTC))
    except WarehouseHeld:
        return  # the memory of an earlier run stands in, as it does now
