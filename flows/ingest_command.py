"""`presshouse ingest`: the call is looked at, the flow run, the result printed."""

import json
import shlex
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from flows.reading.sql import EXAMPLE
from flows.settings import Settings, settings_of
from flows.sources import known_feeds, named_sources, split_sources
from flows.words import counted
from tasks.url import redact
from warehouse.connect import check_rows
from warehouse.place import PROJECT

if TYPE_CHECKING:
    from flows.ingested import Ingested

SHORT_WAIT = 0.5  # seconds
MOST_PARAMETER_BYTES = 100_000  # of source names handed to Prefect as they are


def ingest(arguments: Namespace) -> int:
    settings = settings_of(arguments)
    # A wrong name, file or setting stops the call before a run is started.
    _look(arguments.sources, settings)
    from flows.progress import Progress
    from flows.service.engine import loaded, set_up
    from flows.service.heartbeat import shareable
    from flows.service.server import running_server

    set_up(settings)
    with Progress(quiet=arguments.quiet or arguments.json) as shown, running_server() as server:
        shown.say("Starting Prefect (the first time takes a quarter of a minute) ...")
        flows = loaded("flows.ingest")
        server.wait_until_ready()
        with _listed(arguments.sources) as sources:
            result: Ingested = flows.ingest(sources, shareable(settings))
    print(
        json.dumps(_ingested(result), ensure_ascii=False) if arguments.json else _summary(result, settings, arguments)
    )
    return 1 if result.failed_sources or _all_deferred(result) else 0


def _look(named: Sequence[str], settings: Settings) -> None:
    """Raise Stop for what cannot be meant. What is sure to be needed for local sources begins to start meanwhile."""
    from flows.batches.warm import warm_up
    from tasks.load import find_sources
    from warehouse.migrate import check_usable

    urls, local = split_sources(named_sources(named), known_feeds(settings))
    if local:
        find_sources(local)
    check_rows(settings.place.file)
    if local:
        warm_up(settings)
    if urls or not local:
        from flows.live.net import client
        from flows.live.room import need_disk

        client(settings).close()
        need_disk(settings)
    check_usable(settings.place.file, wait=SHORT_WAIT)


def _all_deferred(result: "Ingested") -> bool:
    """A run without any success on the web is never green."""
    asked = result.lists + result.fetched
    return not asked and bool(result.deferred or result.failed_lists)


@contextmanager
def _listed(sources: Sequence[str]) -> Iterator[list[str]]:
    """The sources as a flow parameter. Prefect takes 512 KiB and keeps them in its database.

    So thousands of names go through a list file, and so do those that hold a secret.
    """
    if sum(map(len, sources)) < MOST_PARAMETER_BYTES and all(redact(source) == source for source in sources):
        yield list(sources)
        return
    with NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write("\n".join(sources))
        stream.flush()
        yield [f"@{stream.name}"]


def _ingested(result: "Ingested") -> dict[str, Any]:
    return {
        "run_id": result.run_id,
        "articles": result.articles,
        "revisions": result.revisions,
        "known": result.known,
        "rejected": dict(result.rejected),
        "damage": result.damage,
        "failed_sources": result.failed_sources,
        "earlier_batches": result.earlier_batches,
        "earlier_texts": result.earlier_texts,
        "lists": result.lists,
        "new_entries": result.new_entries,
        "fetched": result.fetched,
        "deferred": dict(result.deferred),
        "left_over": result.left_over,
        "failed_lists": result.failed_lists,
        "notice": result.notice,
        "waiting_batches": result.waiting_batches,
        "waiting_articles": result.waiting_articles,
        "held_by": result.held.holder if result.held else None,
    }


def _summary(result: "Ingested", settings: Settings, arguments: Namespace) -> str:
    lines = [
        f"articles   {result.articles:>7,}   new",
        f"revisions  {result.revisions:>7,}   new texts of articles that were known",
        f"known      {result.known:>7,}   here already, not appended again",
        f"rejected   {sum(result.rejected.values()):>7,}   {_reasons(result.rejected)}".rstrip(),
    ]
    if result.earlier_texts:
        lines.append(
            f"appended   {result.earlier_texts:>7,}   articles and revisions from {result.earlier_batches} batches"
            " that other runs had left in the spool"
        )
    if result.lists or result.failed_lists:
        lines.insert(0, f"polled     {result.lists:>7,}   feeds and sitemaps, {result.new_entries:,} new entries")
    if result.deferred:
        lines.append(f"deferred   {sum(result.deferred.values()):>7,}   {_reasons(result.deferred)}: tried again later")
    if result.left_over:
        lines.append(f"left over  {result.left_over:>7,}   pages for the next run (PRESSHOUSE_MAX_FETCHES_PER_RUN)")
    lines += [result.notice] if result.notice else []
    lines += [f"damaged: {line}" for line in result.damage]
    lines += [f"not read: {source}" for source in result.failed_sources]
    if result.failed_sources:
        lines.append(f"Why: {_command(arguments, 'why')} {shlex.quote(result.failed_sources[0])}")
    if result.waiting_batches:
        held = result.held or f"{settings.place.file} is held by another process"
        waiting = counted(result.waiting_batches, "batch waits", "batches wait")
        lines.append(
            f"{held}.\n{waiting} in {settings.place.spool_shown}"
            f" ({counted(result.waiting_articles, 'article')}) and will be appended by the next run."
        )
    elif not (result.articles or result.revisions or result.earlier_texts or result.notice):
        is_here = result.known or result.lists
        lines.append("Nothing new: everything was here already." if is_here else "Nothing was stored.")
    if settings.place.file.exists() and not result.notice:
        lines.append(f'Next: {_command(arguments, "sql")} "{EXAMPLE}"')
    return "\n".join(lines)


def _command(arguments: Namespace, name: str) -> str:
    """Another command on the same warehouse, as it is called here."""
    called = f"uv run presshouse {name}" if (PROJECT / "pyproject.toml").exists() else f"presshouse {name}"
    return f"{called} --warehouse {shlex.quote(arguments.warehouse)}" if arguments.warehouse else called


def _reasons(rejected: Counter[str]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in rejected.most_common())
