"""Commands that ask the warehouse."""

import argparse

from flows.arguments.kind import Command
from flows.reading.output import FORMATS


def sql(command: Command) -> None:
    sql = command(
        "sql",
        "flows.reading.sql:sql",
        "Ask the warehouse, read-only.",
        'presshouse sql "select publisher, count(*) from articles group by all" --format csv',
    )
    sql.add_argument("query", nargs="?", metavar="SQL")
    sql.add_argument("--format", choices=FORMATS, help="default: table, or what the name of -o says")
    sql.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    sql.add_argument("--raw", action="store_true", help="CSV cells that begin with = + - @ stay as they are")
    sql.add_argument("--list", action="store_true", help="describe the views")
    _live_or_snapshot(sql)


def _live_or_snapshot(command: argparse.ArgumentParser) -> None:
    """Which of the two is read; neither: the warehouse, and the snapshot while somebody holds that."""
    either = command.add_mutually_exclusive_group()
    either.add_argument("--live", action="store_true", help="read the warehouse, however long it is held")
    either.add_argument("--snapshot", action="store_true", help="read the copy for readers")


def search(command: Command) -> None:
    search = command(
        "search",
        "flows.reading.search:search",
        "The articles that have all the words, best first, with the passage. `talk*`: every word that begins so.",
        'presshouse search "syria talks" --from 2016-07 --to 2016-07 --publisher business-standard.com',
    )
    search.add_argument("words", metavar="WORDS", nargs="+")
    search.add_argument("--from", dest="from_", metavar="D", help="first day: 2026-10-03, 2026-10, yesterday, 7d")
    search.add_argument("--to", metavar="D", help="last day, included")
    search.add_argument("--publisher", metavar="P", help="registered domain, as in the column publisher")
    search.add_argument("--language", metavar="L", help="such as en")
    search.add_argument("--limit", type=int, default=10, metavar="N", help="default: 10")
    _live_or_snapshot(search)


def status(command: Command) -> None:
    status = command(
        "status",
        "flows.reading.status:command",
        "What there is, what waits, what is stale, what failed, how many bytes and how fast they grow.",
        "presshouse status --check",
    )
    status.add_argument("--check", action="store_true", help="one line a breached limit, and exit status 1 then")
    status.add_argument("--format", choices=["text", "json", "prometheus"], help="default: text")


def why(command: Command) -> None:
    why = command(
        "why",
        "flows.reading.explain:command",
        "What became of a URL or file, step by step.",
        "presshouse why seeds/articles/business-standard-2016-07-15.txt --evidence",
    )
    why.add_argument("what", metavar="URL|FILE")
    why.add_argument("--evidence", action="store_true", help="what was found for each field and why it won")


def discover(command: Command) -> None:
    discover = command(
        "discover",
        "flows.live.discover:command",
        "The entries that feeds or sitemaps list; follows nothing.",
        "presshouse discover feed.xml sitemap.xml.gz --json",
    )
    discover.add_argument("sources", nargs="*", metavar="SOURCE")


def story(command: Command) -> None:
    story = command(
        "story",
        "flows.reading.story:command",
        "The members of a story as a timeline: who ran it, when, and what was cut.",
        "presshouse story https://example.com/2026/03/01/bridge",
    )
    story.add_argument("what", metavar="URL|STORY_ID")


def stories(command: Command) -> None:
    stories = command(
        "stories",
        "flows.reading.story:rebuild",
        "Decide all stories anew from the stored texts, and show the difference before it is taken.",
        "presshouse stories rebuild --yes",
    )
    stories.add_argument("action", choices=["rebuild"])
    stories.add_argument("--yes", action="store_true", help="take the difference without asking")


def export(command: Command) -> None:
    export = command(
        "export",
        "flows.reading.export:command",
        "Parquet by month of published_date, with a manifest that can be cited; a second time, only what changed.",
        "presshouse export articles-2026 --as-of 2026-10-31 --where \"language = 'de'\" --no-text",
    )
    export.add_argument("folder", metavar="DIR", help="new, empty, or an earlier export with the same choices")
    export.add_argument(
        "--as-of", metavar="T", help="as it stood then: an instant, or a day's end in UTC; default: now"
    )
    export.add_argument("--where", metavar="SQL", help="a condition on the columns of articles")
    export.add_argument("--no-text", action="store_true", help="without the column text, for sharing")
    export.add_argument(
        "--respect-reservations", action="store_true", help="without what publishers reserve (rights_reserved)"
    )
    export.add_argument("--cdxj", action="store_true", help="with archive.cdxj, an index with which pywb replays pages")
    which = export.add_mutually_exclusive_group()
    which.add_argument("--live", action="store_true", help="read the warehouse itself, however long it is held")
    which.add_argument(
        "--snapshot", action="store_true", help="read the snapshot; default: where the warehouse is held"
    )


def report(command: Command) -> None:
    report = command(
        "report",
        "flows.reading.report:report",
        "One self-contained HTML page: coverage and its gaps, volume, lag, stories, wire pick-up, feeds, dates.",
        "presshouse report -o coverage.html",
    )
    report.add_argument("-o", "--output", metavar="FILE", help="default: report.html in the data folder")
    which = report.add_mutually_exclusive_group()
    which.add_argument("--live", action="store_true", help="read the warehouse itself, or fail while it is held")
    which.add_argument("--snapshot", action="store_true", help="read the snapshot")
