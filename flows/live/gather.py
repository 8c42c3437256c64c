"""The live part of an ingest: lists, then the pages that they name."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime

from flows import steps
from flows.batches.warm import warm_up
from flows.ingested import Ingested
from flows.live.due import AnotherRun, Due, due_polls, only_one, wanted_pages
from flows.live.fetching import Fetching
from flows.live.net import Web
from flows.live.poll_rows import Poll
from flows.live.polling import Polled
from flows.progress import progress
from flows.settings import Settings
from flows.words import counted
from flows.working import Working
from tasks.registry.choice import ChosenFeed


def scheduled(feeds: Sequence[ChosenFeed], settings: Settings, result: Ingested, working: Working) -> None:
    """What is due of the enabled feeds, and what waits from earlier runs; one run at a time."""
    if not any(feed.is_enabled for feed in feeds):
        result.notice = "No feed is enabled: presshouse feeds enable --country IN (or --publisher, --all)"
    try:
        with only_one(settings.place.spool):
            due = due_polls(feeds, settings, datetime.now(UTC))
            _gather(due, settings, result, working)
            if not due.polls and due.next_at:
                result.notice = f"No feed is due; the next one is at {due.next_at:%Y-%m-%d %H:%M} UTC."
    except AnotherRun as other:
        result.notice = str(other)


def named(urls: Sequence[str], settings: Settings, result: Ingested, working: Working) -> None:
    """Lists or pages that somebody named."""
    _gather(Due(tuple(Poll(url, is_named=True) for url in urls)), settings, result, working)


def _gather(due: Due, settings: Settings, result: Ingested, working: Working) -> None:
    """Lists, then the pages that they name: fetched file by file, each extracted while the next one is fetched."""
    if due.polls:
        warm_up(settings, lists=True)
    polled = Polled()
    with Web(settings) as web:
        for polls in due.slices():
            progress().say(
                f"{counted(len(polls), 'feed or sitemap', 'feeds and sitemaps')} to ask"
                if due.is_scheduled
                else f"{counted(len(polls), 'URL')} to ask"
            )
            some = steps.poll(polls, web, settings, result.run_id)
            polled.add(some)
            if some.pages:
                working.fetch(Fetching((), web, settings, result.run_id, pages=some.pages))
        result.lists, result.new_entries, result.failed_lists = polled.lists, polled.new, polled.failed
        result.failed_sources += polled.failed_named
        pages = wanted_pages(due, polled, settings, datetime.now(UTC))
        result.left_over = pages.left_over
        if pages.wanted:
            progress().say(f"{counted(len(pages.wanted), 'page')} to fetch")
            fetching = Fetching(pages.wanted, web, settings, result.run_id, secrets=polled.secrets)
            with closing(fetching):
                working.fetch(fetching)
