"""What each command does: call, print. Returns the exit status."""

import json
import shlex
import shutil
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from flows.output import write, write_parquet
from flows.settings import Settings, load
from flows.sources import named_sources, split_sources
from tasks.errors import Stop
from tasks.url import redact
from warehouse.place import PROJECT

if TYPE_CHECKING:
    from flows.ingest import Ingested

SHORT_WAIT = 0.5  # seconds
SUFFIXES = {
    ".txt": "table",
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
}
MOST_PARAMETER_BYTES = 100_000  # of source names handed to Prefect as they are
PIPE_WIDTH = 160  # columns of the table format where there is no terminal
EXAMPLE = "select published_date, publisher, language, title from articles order by 1 desc, 2 limit 8"


def _settings(arguments: Namespace) -> Settings:
    import os

    return load(os.environ, warehouse=arguments.warehouse)


def ingest(arguments: Namespace) -> int:
    settings = _settings(arguments)
    from flows.live import known_feeds, need_disk
    from flows.net import client
    from tasks.load import find_sources
    from warehouse.migrate import check_usable

    # A wrong name, file or setting stops the call before anything is started.
    urls, local = split_sources(named_sources(arguments.sources), known_feeds(settings))
    if local:
        find_sources(local)
    if urls or not local:
        client(settings).close()
        need_disk(settings)
    check_usable(settings.place.file, wait=SHORT_WAIT)
    from flows.engine import set_up
    from flows.heartbeat import shareable
    from flows.progress import Progress
    from flows.server import running_server

    set_up(settings)
    with Progress(quiet=arguments.quiet or arguments.json) as shown, running_server() as server:
        from flows.ingest import ingest as flow

        shown.say("Starting Prefect (the first time takes a quarter of a minute) ...")
        server.wait_until_ready()
        with _listed(arguments.sources) as sources:
            result: Ingested = flow(sources, shareable(settings))
    print(
        json.dumps(_ingested(result), ensure_ascii=False) if arguments.json else _summary(result, settings, arguments)
    )
    return 1 if result.failed_sources or _all_deferred(result) else 0


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
    if result.waiting_batches:
        held = result.held.holder if result.held else "another process"
        lines.append(
            f"{settings.place.file} is held by {held}.\n"
            f"{result.waiting_batches} batches ({result.waiting_articles:,} articles) wait in {settings.place.spool}"
            " and will be appended by the next run."
        )
    elif not (result.articles or result.revisions or result.earlier_texts or result.notice):
        is_here = result.known or result.lists
        lines.append("Nothing new: everything was here already." if is_here else "Nothing was stored.")
    if settings.place.file.exists() and not result.notice:
        lines.append(f'Next: {_command(arguments)} "{EXAMPLE}"')
    return "\n".join(lines)


def _command(arguments: Namespace) -> str:
    """`sql` on the same warehouse, as it is called here."""
    called = "uv run presshouse sql" if (PROJECT / "pyproject.toml").exists() else "presshouse sql"
    return f"{called} --warehouse {shlex.quote(arguments.warehouse)}" if arguments.warehouse else called


def _reasons(rejected: Counter[str]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in rejected.most_common())


def sql(arguments: Namespace) -> int:
    from warehouse import query

    if arguments.list:
        for name, comment in query.described_views():
            print(f"{name}\n" + "\n".join(f"    {line}" for line in comment.splitlines()) + "\n")
        return 0
    if not arguments.query:
        raise Stop(f'Name a query: presshouse sql "{EXAMPLE}"; presshouse sql --list describes the views')
    output = Path(arguments.output) if arguments.output else None
    format_ = _format(arguments, output)
    settings = _settings(arguments)
    source = source_of(arguments)
    with query.locked(settings.place, source, searching=query.is_searching(arguments.query)) as read:
        result = query.relation(read.connection, arguments.query)
        if not arguments.quiet:
            print(read.sentence(datetime.now(UTC)), file=sys.stderr)
        if output is None:
            write(result, sys.stdout, format_, width=_width(), raw=arguments.raw)
            sys.stdout.flush()
        else:
            _write_file(result, output, format_, raw=arguments.raw)
    return 0


def source_of(arguments: Namespace) -> str:
    """What `warehouse.connect.reading` is to read, of a command with --live and --snapshot."""
    return "live" if arguments.live else "snapshot" if arguments.snapshot else "auto"


def _format(arguments: Namespace, output: Path | None) -> str:
    chosen = arguments.format or ("json" if arguments.json else None)
    if chosen is None:
        if output and output.suffix.lower() not in SUFFIXES:
            raise Stop(f"{output} does not tell a format. Add --format, or name it {', '.join(SUFFIXES)}.")
        chosen = SUFFIXES[output.suffix.lower()] if output else "table"
    if chosen == "parquet" and output is None:
        raise Stop("Parquet needs a file: add -o FILE.parquet")
    return str(chosen)


def _write_file(result: Any, output: Path, format_: str, *, raw: bool) -> None:
    """Under a temporary name first: a query that fails half-way leaves no half file."""
    partial = output.with_name(output.name + ".part")
    try:
        if format_ == "parquet":
            write_parquet(result, partial)
        else:
            with partial.open("w", encoding="utf-8", newline="") as stream:
                write(result, stream, format_, width=PIPE_WIDTH, raw=raw)
        partial.replace(output)
    except OSError as error:
        raise Stop(f"{output} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _width() -> int:
    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns if sys.stdout.isatty() else PIPE_WIDTH


def discover(arguments: Namespace) -> int:
    from flows.discover import discover as discover_entries

    if not arguments.sources:
        raise Stop("Name the feeds or sitemaps to read, such as: presshouse discover feed.xml sitemap.xml.gz")
    return discover_entries(arguments.sources, _settings(arguments), as_json=arguments.json)


def why(arguments: Namespace) -> int:
    from flows.explain import explain

    return explain(arguments.what, _settings(arguments), evidence=arguments.evidence, as_json=arguments.json)


def story(arguments: Namespace) -> int:
    from flows.story import story as show

    return show(arguments.what, _settings(arguments), as_json=arguments.json)


def export(arguments: Namespace) -> int:
    from flows.export import export as write_export

    return write_export(arguments, _settings(arguments), now=datetime.now(UTC))


def stories(arguments: Namespace) -> int:
    from flows.story import rebuild

    return rebuild(arguments, _settings(arguments))
