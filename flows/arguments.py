"""What the command understands: one function a command, and where it runs. Imports nothing heavy."""

import argparse
import difflib
import re
from collections.abc import Callable
from typing import NoReturn

from flows.output import FORMATS
from flows.program import PROGRAM

_CHOICE = re.compile(r"argument ([A-Z-]+\S*): invalid choice: '?([^' ]*)'? \(choose from (.*)\)")

Command = Callable[[str, str, str, str], argparse.ArgumentParser]


class _Parser(argparse.ArgumentParser):
    """A wrong call is said in one line that names what may have been meant."""

    def error(self, message: str) -> NoReturn:
        wrong = _CHOICE.search(message)
        if wrong:
            choices = [name.strip(" '") for name in wrong[3].split(",")]
            near = difflib.get_close_matches(wrong[2], choices, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" There are {', '.join(choices)}."
            message = f"there is no {wrong[1].lower()} {wrong[2]!r}.{hint}"
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """`run` in what it gives names the function to call with the arguments: "module:function"."""
    top = _Parser(
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

    def command(name: str, run: str, help_: str, example: str) -> argparse.ArgumentParser:
        added = subs.add_parser(name, help=help_, description=help_, epilog=f"example: {example}", parents=[everywhere])
        added.set_defaults(run=run)
        return added

    for add in (
        _ingest,
        _backfill,
        _up,
        _sql,
        _search,
        _snapshot,
        _status,
        _why,
        _discover,
        _story,
        _stories,
        _move,
        _export,
        _forget,
        _report,
        _feeds,
        _check,
        _maintain,
        _reprocess,
    ):
        add(command)
    return top


def _ingest(command: Command) -> None:
    ingest = command(
        "ingest",
        "flows.commands:ingest",
        "What is due of the enabled feeds, or these sources: feed, sitemap or page URL, publisher's domain, file, "
        "folder, glob, .warc[.gz], .jsonl[.gz], .txt, .html[.gz], .zip, or @FILE with one of them a line.",
        "presshouse ingest https://www.theguardian.com/world/rss crawl.warc.gz",
    )
    ingest.add_argument("sources", nargs="*", metavar="SOURCE")


def _backfill(command: Command) -> None:
    backfill = command(
        "backfill",
        "flows.backfill_command:backfill",
        "Read a range of days: what is not here yet, unit by unit; stopped and started again, it goes on where it was.",
        "presshouse backfill --from 2024-10-01 --to 2024-10-31 --publisher example.com --dry-run",
    )
    backfill.add_argument("--from", dest="from_", metavar="D", help="first day: 2024-10-31, 2024-10, yesterday, 7d")
    backfill.add_argument("--to", metavar="D", help="last day, included")
    backfill.add_argument(
        "--via",
        metavar="WAY",
        default="sitemap",
        help="sitemap (default), ccnews, wayback, archive (our own captures), or a file or folder",
    )
    backfill.add_argument(
        "--publisher",
        action="append",
        default=[],
        metavar="P",
        help="domain or name; may be repeated; default: those of the enabled feeds (ccnews, archive, PATH: all)",
    )
    backfill.add_argument("--dry-run", action="store_true", help="only say what there is to do and what it will cost")
    backfill.add_argument("--only-missing", action="store_true", help="only days and pages that are missing here")
    backfill.add_argument("--undated", choices=["keep", "drop"], default="keep", help="articles without a date")
    backfill.add_argument("--keep", action="store_true", help="keep the downloaded files of ccnews")
    backfill.add_argument("--again", action="store_true", help="read units again that are done")
    backfill.add_argument("--yes", action="store_true", help="download more than PRESSHOUSE_MAX_DOWNLOAD_GB")


def _up(command: Command) -> None:
    up = command(
        "up",
        "flows.up:up",
        "Prefect server and schedules, on this machine, until stopped.",
        "PRESSHOUSE_CONTACT=mailto:desk@example.org presshouse up --port 4200",
    )
    up.add_argument("--port", type=int, metavar="N", help="of 127.0.0.1; default: 4200, or another where it is taken")


def _sql(command: Command) -> None:
    sql = command(
        "sql",
        "flows.commands:sql",
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


def _search(command: Command) -> None:
    search = command(
        "search",
        "flows.search:search",
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


def _snapshot(command: Command) -> None:
    snapshot = command(
        "snapshot",
        "flows.snapshot:snapshot",
        "A copy for readers, with its search index; made anew only when something was appended.",
        "presshouse snapshot",
    )
    snapshot.add_argument("file", nargs="?", metavar="FILE", help="default: .read.duckdb beside the warehouse")
    snapshot.add_argument("--force", action="store_true", help="make it anew in any case")


def _status(command: Command) -> None:
    status = command(
        "status",
        "flows.status:command",
        "What there is, what waits, what is stale, what failed, how many bytes and how fast they grow.",
        "presshouse status --check",
    )
    status.add_argument("--check", action="store_true", help="one line a breached limit, and exit status 1 then")
    status.add_argument("--format", choices=["text", "json", "prometheus"], help="default: text")


def _why(command: Command) -> None:
    why = command(
        "why",
        "flows.commands:why",
        "What became of a URL or file, step by step.",
        "presshouse why seeds/articles/business-standard-2016-07-15.txt --evidence",
    )
    why.add_argument("what", metavar="URL|FILE")
    why.add_argument("--evidence", action="store_true", help="what was found for each field and why it won")


def _discover(command: Command) -> None:
    discover = command(
        "discover",
        "flows.commands:discover",
        "The entries that feeds or sitemaps list; follows nothing.",
        "presshouse discover feed.xml sitemap.xml.gz --json",
    )
    discover.add_argument("sources", nargs="*", metavar="SOURCE")


def _story(command: Command) -> None:
    story = command(
        "story",
        "flows.commands:story",
        "The members of a story as a timeline: who ran it, when, and what was cut.",
        "presshouse story https://example.com/2026/03/01/bridge",
    )
    story.add_argument("what", metavar="URL|STORY_ID")


def _stories(command: Command) -> None:
    stories = command(
        "stories",
        "flows.commands:stories",
        "Decide all stories anew from the stored texts, and show the difference before it is taken.",
        "presshouse stories rebuild --yes",
    )
    stories.add_argument("action", choices=["rebuild"])
    stories.add_argument("--yes", action="store_true", help="take the difference without asking")


def _export(command: Command) -> None:
    export = command(
        "export",
        "flows.commands:export",
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


def _forget(command: Command) -> None:
    forget = command(
        "forget",
        "flows.forget:command",
        "Remove the text and captures of a URL or publisher, and refuse them from then on.",
        "presshouse forget https://example.com/2026/03/01/bridge --reason 'asked for by the author' --dry-run",
    )
    forget.add_argument("what", nargs="?", metavar="URL")
    forget.add_argument("--publisher", metavar="P", help="everything of this domain")
    forget.add_argument("--reason", metavar="TEXT", help="kept with the tombstone")
    forget.add_argument("--dry-run", action="store_true", help="tell what would go, and change nothing")


def _report(command: Command) -> None:
    report = command(
        "report",
        "flows.report:report",
        "One self-contained HTML page: coverage and its gaps, volume, lag, stories, wire pick-up, feeds, dates.",
        "presshouse report -o coverage.html",
    )
    report.add_argument("-o", "--output", metavar="FILE", help="default: report.html in the data folder")
    which = report.add_mutually_exclusive_group()
    which.add_argument("--live", action="store_true", help="read the warehouse itself, or fail while it is held")
    which.add_argument("--snapshot", action="store_true", help="read the snapshot")


def _feeds(command: Command) -> None:
    feeds = command(
        "feeds",
        "flows.feeds:feeds",
        "The feeds and sitemaps that there are, and which of them are polled: your choice.",
        "presshouse feeds enable --country GB",
    )
    actions = feeds.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, help_: str, example: str) -> argparse.ArgumentParser:
        epilog = f"example: presshouse feeds {example}"
        added = actions.add_parser(name, help=help_, description=help_, epilog=epilog)
        for flag in ("--json", "--quiet"):  # SUPPRESS: what stands before the action is not undone
            added.add_argument(flag, action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        added.add_argument("--warehouse", metavar="FILE", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        return added

    def with_selection(added: argparse.ArgumentParser) -> None:
        added.add_argument("urls", nargs="*", metavar="URL", help="of a feed in the registry")
        added.add_argument("--country", action="append", default=[], metavar="CC", help="such as IN; may be repeated")
        added.add_argument(
            "--publisher", action="append", default=[], metavar="P", help="domain or name; may be repeated"
        )
        added.add_argument("--all", action="store_true", help="every feed of the registry")
        kinds = ["feed", "news_sitemap", "sitemap"]
        added.add_argument("--kind", action="append", default=[], choices=kinds, help="only these; may be repeated")

    def with_interval(added: argparse.ArgumentParser) -> None:
        added.add_argument(
            "--interval", metavar="MINUTES", help="poll so often, whatever the feed brings; default: adaptive"
        )

    listed = action("list", "Every feed, whether it is polled, and how it does.", "list --enabled")
    with_selection(listed)
    listed.add_argument("--enabled", action="store_true", help="only those that are polled")
    enable = action("enable", "Have feeds polled; says requests an hour and GB a month.", "enable --country IN")
    with_selection(enable)
    with_interval(enable)
    enable.add_argument("--dry-run", action="store_true", help="only say what it would cost")
    enable.add_argument(
        "--recapture",
        action=argparse.BooleanOptionalAction,
        help="look at its pages again 1 h, 6 h, 24 h and 7 days after the first capture",
    )
    with_selection(action("disable", "Poll them no more; what is stored stays.", "disable --publisher dawn.com"))
    with_selection(
        action("remove", "Take them out of the registry; what is stored stays.", "remove https://a.example/rss")
    )
    add = action("add", "Find the feeds and news sitemaps of a site, check and add them.", "add example.com")
    add.add_argument("urls", nargs="*", metavar="URL|DOMAIN", help="of a feed, a sitemap, a page or a site")
    add.add_argument("--publisher", metavar="P", help="who runs it; default: whose site it is")
    add.add_argument("--enable", action="store_true", help="and have them polled")
    with_interval(add)
    with_selection(
        action("check", "Fetch feeds and tell how they are; default: all that are enabled.", "check --country GB")
    )
    import_ = action(
        "import", "Check the feeds of an OPML or CSV file and add those that work.", "import subscriptions.opml"
    )
    import_.add_argument("file", metavar="FILE", help=".opml, or .csv with a column url")
    import_.add_argument("--enable", action="store_true", help="and have them polled")
    import_.add_argument("--no-check", action="store_true", help="add them without looking at them")
    export = action("export", "Your feeds as CSV or OPML.", "export --opml -o feeds.opml")
    export.add_argument("--opml", action="store_true", help="OPML instead of CSV; also when -o ends in .opml")
    export.add_argument("--all", action="store_true", help="the whole registry, not only what you added or changed")
    export.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")


def _check(command: Command) -> None:
    check = command(
        "check",
        "flows.check:command",
        "Ledger against tables, captures against files: one line for each thing that is wrong; exit status 1 then.",
        "presshouse check --deep",
    )
    check.add_argument("--deep", action="store_true", help="read every stored record, and compare its bytes")


def _maintain(command: Command) -> None:
    command(
        "maintain",
        "flows.by_hand:maintain",
        "What presshouse up does hourly: drain the spool, stories, retention, compaction, snapshot, report, check.",
        "presshouse maintain --quiet",
    )


def _reprocess(command: Command) -> None:
    reprocess = command(
        "reprocess",
        "flows.by_hand:reprocess",
        "Read stored captures again with today's rules; nothing is fetched, and only what changed is stored.",
        "presshouse reprocess --from 2026-10 --to 2026-10 --publisher example.com",
    )
    reprocess.add_argument("--from", dest="from_", metavar="D", help="first day: 2026-10-03, 2026-10, yesterday, 7d")
    reprocess.add_argument("--to", metavar="D", help="last day, included")
    reprocess.add_argument("--publisher", action="append", default=[], metavar="P", help="domain; may be repeated")


def _move(command: Command) -> None:
    move = command(
        "move",
        "flows.move:move",
        "Copy the warehouse file into a lake that is empty, compared row by row; the file stays as it is.",
        "presshouse move 'ducklake:postgres:dbname=news host=db.example.org data_path=/srv/news'",
    )
    move.add_argument("target", metavar="LAKE")
