"""The command `presshouse`: parse arguments, call, print, exit code. Imports what a command needs when it needs it."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

import duckdb

from flows import commands, ending
from flows.program import PROGRAM
from tasks.errors import PresshouseError, Stop
from warehouse.connect import WarehouseHeld

EXIT_DONE, EXIT_FAILED, EXIT_WRONG_CALL = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 done, 1 a source failed, 2 a wrong call, said in one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8")  # a POSIX locale knows ASCII only; articles know more
    arguments = parser().parse_args(argv)
    ending.listen()
    try:
        return _run(arguments)
    except BaseException:
        told = ending.exit_status()
        if told is None:
            raise
        print("presshouse: interrupted; what was archived or extracted is kept, run it again to go on", file=sys.stderr)
        return told


def _run(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments))
    except Stop as stop:
        print(f"presshouse: {stop}", file=sys.stderr)
        return EXIT_WRONG_CALL
    except BrokenPipeError:  # `presshouse sql ... | head`: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except WarehouseHeld as held:
        message = f"{held}. Close it there, or try again in a moment."
    except PresshouseError as error:
        message = str(error)
    except (OSError, duckdb.Error) as error:  # a full disk, a file that went away
        message = f"{str(error).strip().splitlines()[0]}. What was stored is kept; mend that, then run it again."
    except Exception as error:
        if not type(error).__module__.startswith(("prefect.", "httpx.", "sqlalchemy.")):
            raise  # an error of ours: the whole of it is wanted
        message = f"Prefect failed ({type(error).__name__}). What was stored is kept; run it again."
    ending.end_if_told()
    print(f"presshouse: {message}", file=sys.stderr)
    return EXIT_FAILED


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="presshouse",
        description="News articles from files, archives and feeds into a DuckDB warehouse.",
        epilog="example: presshouse ingest seeds/articles && presshouse status",
    )
    top.add_argument("--version", action="version", version=PROGRAM)
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--warehouse", metavar="FILE", help="default: PRESSHOUSE_WAREHOUSE, else in the data folder"
    )
    everywhere.add_argument("--json", action="store_true", help="for machines")
    everywhere.add_argument("--quiet", action="store_true", help="only results and errors")
    subs = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help_: str, example: str) -> argparse.ArgumentParser:
        return subs.add_parser(name, help=help_, description=help_, epilog=f"example: {example}", parents=[everywhere])

    ingest = command(
        "ingest",
        "Load files, folders, globs, .warc[.gz], .jsonl[.gz], .txt, .html[.gz] and .zip into the warehouse.",
        "presshouse ingest seeds/articles pages.warc.gz --warehouse pages.duckdb",
    )
    ingest.add_argument("sources", nargs="*", metavar="SOURCE")
    ingest.set_defaults(run=commands.ingest)

    sql = command(
        "sql",
        "Ask the warehouse, read-only.",
        'presshouse sql "select publisher, count(*) from articles group by all" --format csv',
    )
    sql.add_argument("query", nargs="?", metavar="SQL")
    sql.add_argument("--format", choices=commands.FORMATS, help="default: table, or what the name of -o says")
    sql.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    sql.add_argument("--raw", action="store_true", help="CSV cells that begin with = + - @ stay as they are")
    sql.add_argument("--list", action="store_true", help="describe the views")
    sql.set_defaults(run=commands.sql)

    status = command(
        "status", "What there is, what waits, what was rejected, how many bytes.", "presshouse status --json"
    )
    status.set_defaults(run=commands.status)

    why = command(
        "why",
        "What became of a URL or file, step by step.",
        "presshouse why seeds/articles/business-standard-2016-07-15.txt --evidence",
    )
    why.add_argument("what", metavar="URL|FILE")
    why.add_argument("--evidence", action="store_true", help="what was found for each field and why it won")
    why.set_defaults(run=commands.why)

    discover = command(
        "discover",
        "The entries that feeds or sitemaps list; follows nothing.",
        "presshouse discover feed.xml sitemap.xml.gz --json",
    )
    discover.add_argument("sources", nargs="*", metavar="SOURCE")
    discover.set_defaults(run=commands.discover)

    story = command(
        "story",
        "The members of a story as a timeline: who ran it, when, and what was cut.",
        "presshouse story https://example.com/2026/03/01/bridge",
    )
    story.add_argument("what", metavar="URL|STORY_ID")
    story.set_defaults(run=commands.story)

    stories = command(
        "stories",
        "Decide all stories anew from the stored texts, and show the difference before it is taken.",
        "presshouse stories rebuild --yes",
    )
    stories.add_argument("action", choices=["rebuild"])
    stories.add_argument("--yes", action="store_true", help="take the difference without asking")
    stories.set_defaults(run=commands.stories)
    return top


if __name__ == "__main__":
    sys.exit(main())
