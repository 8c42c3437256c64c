"""Commands that store, keep in order and remove."""

from flows.arguments.kind import Command


def ingest(command: Command) -> None:
    ingest = command(
        "ingest",
        "flows.ingest_command:ingest",
        "What is due of the enabled feeds, or these sources: feed, sitemap or page URL, publisher's domain, file, "
        "folder, glob, .warc[.gz], .jsonl[.gz], .txt, .html[.gz], .zip, or @FILE with one of them a line.",
        "presshouse ingest https://www.theguardian.com/world/rss crawl.warc.gz",
    )
    ingest.add_argument("sources", nargs="*", metavar="SOURCE")


def backfill(command: Command) -> None:
    backfill = command(
        "backfill",
        "flows.backfill.command:backfill",
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


def reprocess(command: Command) -> None:
    reprocess = command(
        "reprocess",
        "flows.by_hand:reprocess",
        "Read stored captures again with today's rules; nothing is fetched, and only what changed is stored.",
        "presshouse reprocess --from 2026-10 --to 2026-10 --publisher example.com",
    )
    reprocess.add_argument("--from", dest="from_", metavar="D", help="first day: 2026-10-03, 2026-10, yesterday, 7d")
    reprocess.add_argument("--to", metavar="D", help="last day, included")
    reprocess.add_argument("--publisher", action="append", default=[], metavar="P", help="domain; may be repeated")


def up(command: Command) -> None:
    up = command(
        "up",
        "flows.service.up:up",
        "Prefect server and schedules, on this machine, until stopped.",
        "PRESSHOUSE_CONTACT=mailto:desk@example.org presshouse up --port 4200",
    )
    up.add_argument("--port", type=int, metavar="N", help="of 127.0.0.1; default: 4200, or another where it is taken")


def maintain(command: Command) -> None:
    command(
        "maintain",
        "flows.by_hand:maintain",
        "What presshouse up does hourly: drain the spool, stories, retention, compaction, snapshot, report, check.",
        "presshouse maintain --quiet",
    )


def check(command: Command) -> None:
    check = command(
        "check",
        "flows.check:command",
        "Ledger against tables, captures against files: one line for each thing that is wrong; exit status 1 then.",
        "presshouse check --deep",
    )
    check.add_argument("--deep", action="store_true", help="read every stored record, and compare its bytes")


def snapshot(command: Command) -> None:
    snapshot = command(
        "snapshot",
        "flows.reading.snapshot:snapshot",
        "A copy for readers, with its search index; made anew only when something was appended.",
        "presshouse snapshot",
    )
    snapshot.add_argument("file", nargs="?", metavar="FILE", help="default: .read.duckdb beside the warehouse")
    snapshot.add_argument("--force", action="store_true", help="make it anew in any case")


def forget(command: Command) -> None:
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
    forget.add_argument("--lost-files", action="store_true", help="also where archive files that hold it are lost")


def move(command: Command) -> None:
    move = command(
        "move",
        "flows.move:move",
        "Copy the warehouse file into a lake that is empty, compared row by row; the file stays as it is.",
        "presshouse move 'ducklake:postgres:dbname=news host=db.example.org data_path=/srv/news'",
    )
    move.add_argument("target", metavar="LAKE")
