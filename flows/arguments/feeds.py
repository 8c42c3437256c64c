"""`presshouse feeds` and its actions."""

import argparse
from typing import Any

from flows.arguments.kind import Command

KINDS = ["feed", "news_sitemap", "sitemap"]


def feeds(command: Command) -> None:
    feeds = command(
        "feeds",
        "flows.feeds.command:feeds",
        "The feeds and sitemaps that there are, and which of them are polled: your choice.",
        "presshouse feeds enable --country GB",
    )
    actions = feeds.add_subparsers(dest="action", required=True, metavar="ACTION")
    for add in (_list, _enable, _disable, _remove, _add, _check, _import, _export):
        add(actions)


def _action(actions: Any, name: str, help_: str, example: str) -> argparse.ArgumentParser:
    epilog = f"example: presshouse feeds {example}"
    added: argparse.ArgumentParser = actions.add_parser(name, help=help_, description=help_, epilog=epilog)
    for flag in ("--json", "--quiet"):  # SUPPRESS: what stands before the action is not undone
        added.add_argument(flag, action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    added.add_argument("--warehouse", metavar="FILE", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return added


def _with_selection(added: argparse.ArgumentParser) -> None:
    added.add_argument("urls", nargs="*", metavar="URL", help="of a feed in the registry")
    added.add_argument("--country", action="append", default=[], metavar="CC", help="such as IN; may be repeated")
    added.add_argument("--publisher", action="append", default=[], metavar="P", help="domain or name; may be repeated")
    added.add_argument("--all", action="store_true", help="every feed of the registry")
    added.add_argument("--kind", action="append", default=[], choices=KINDS, help="only these; may be repeated")


def _with_interval(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--interval", metavar="MINUTES", help="poll so often, whatever the feed brings; default: adaptive"
    )


def _list(actions: Any) -> None:
    listed = _action(actions, "list", "Every feed, whether it is polled, and how it does.", "list --enabled")
    _with_selection(listed)
    listed.add_argument("--enabled", action="store_true", help="only those that are polled")


def _enable(actions: Any) -> None:
    enable = _action(
        actions, "enable", "Have feeds polled; says requests an hour and GB a month.", "enable --country IN"
    )
    _with_selection(enable)
    _with_interval(enable)
    enable.add_argument("--dry-run", action="store_true", help="only say what it would cost")
    enable.add_argument(
        "--recapture",
        action=argparse.BooleanOptionalAction,
        help="look at its pages again 1 h, 6 h, 24 h and 7 days after the first capture",
    )


def _disable(actions: Any) -> None:
    _with_selection(
        _action(actions, "disable", "Poll them no more; what is stored stays.", "disable --publisher dawn.com")
    )


def _remove(actions: Any) -> None:
    _with_selection(
        _action(
            actions,
            "remove",
            "Take them out of the registry; what is stored stays.",
            "remove https://a.example/rss",
        )
    )


def _add(actions: Any) -> None:
    add = _action(actions, "add", "Find the feeds and news sitemaps of a site, check and add them.", "add example.com")
    add.add_argument("urls", nargs="*", metavar="URL|DOMAIN", help="of a feed, a sitemap, a page or a site")
    add.add_argument("--publisher", metavar="P", help="who runs it; default: whose site it is")
    add.add_argument("--enable", action="store_true", help="and have them polled")
    _with_interval(add)


def _check(actions: Any) -> None:
    _with_selection(
        _action(
            actions, "check", "Fetch feeds and tell how they are; default: all that are enabled.", "check --country GB"
        )
    )


def _import(actions: Any) -> None:
    import_ = _action(
        actions,
        "import",
        "Check the feeds of an OPML or CSV file and add those that work.",
        "import subscriptions.opml",
    )
    import_.add_argument("file", metavar="FILE", help=".opml, or .csv with a column url")
    import_.add_argument("--enable", action="store_true", help="and have them polled")
    import_.add_argument("--no-check", action="store_true", help="add them without looking at them")


def _export(actions: Any) -> None:
    export = _action(actions, "export", "Your feeds as CSV or OPML.", "export --opml -o feeds.opml")
    export.add_argument("--opml", action="store_true", help="OPML instead of CSV; also when -o ends in .opml")
    export.add_argument("--all", action="store_true", help="the whole registry, not only what you added or changed")
    export.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
