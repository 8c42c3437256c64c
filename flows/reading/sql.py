"""`presshouse sql`: a query in, rows out."""

import shutil
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.reading.output import write, write_parquet
from flows.settings import settings_of
from tasks.errors import Stop

SUFFIXES = {
    ".txt": "table",
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
}
PIPE_WIDTH = 160  # columns of the table format where there is no terminal
EXAMPLE = "select published_date, publisher, language, title from articles order by 1 desc, 2 limit 8"


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
    settings = settings_of(arguments)
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
