"""`presshouse search`: words in, articles with the passage out."""

import json
import sys
import textwrap
from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flows.days import days
from tasks.errors import Stop

if TYPE_CHECKING:
    from warehouse.search import Answer, Hit

WIDTH = 100  # columns of a passage
INDENT = " " * 12


def search(arguments: Namespace) -> int:
    """Ask, print the hits on standard output and what was read on standard error."""
    from flows.reading.sql import source_of
    from flows.settings import settings_of
    from warehouse.search import search as ask

    words = " ".join(arguments.words)
    if not any(character.isalnum() for character in words):
        raise Stop(f'{words!r} has no word to search for. Such as: presshouse search "syria talks"')
    if arguments.limit < 1:
        raise Stop(f"--limit must be 1 or more, not {arguments.limit}")
    now = datetime.now(UTC)
    range_ = days(arguments.from_, arguments.to, now.date())
    if not (arguments.quiet or range_.open):
        print(f"{range_.sentence()}.", file=sys.stderr)
    answer = ask(
        settings_of(arguments).place,
        words,
        first_day=None if range_.first == date.min else range_.first,
        last_day=None if range_.last == date.max else range_.last,
        publisher=arguments.publisher,
        language=arguments.language,
        most=arguments.limit,
        source=source_of(arguments),
    )
    if not arguments.quiet:
        print("\n".join(_remarks(answer, now)), file=sys.stderr)
    if arguments.json:
        print(json.dumps([asdict(hit) for hit in answer.hits], ensure_ascii=False, default=str))
    else:
        print("\n".join(_shown(hit) for hit in answer.hits) or "No article has any of these words.")
    return 0


def _remarks(answer: "Answer", now: datetime) -> list[str]:
    remarks = [answer.read.sentence(now)]
    if answer.unsearched:
        remarks.append(
            f"{answer.unsearched:,} articles are not in the search index yet and were not searched."
            " To take them in: presshouse snapshot"
        )
    return remarks


def _shown(hit: "Hit") -> str:
    day = hit.published_date.isoformat() if hit.published_date else "undated"
    lines = [f"{day:<10}  {hit.publisher or 'unknown publisher'}: {hit.title or 'without a title'}"]
    if hit.passage and hit.passage != hit.title:
        lines += textwrap.wrap(hit.passage, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    return "\n".join([*lines, INDENT + hit.url])
