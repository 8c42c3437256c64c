"""`presshouse search`: words in, articles with the passage out."""

import difflib
import json
import sys
import textwrap
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flows.days import days
from flows.words import counted
from tasks.errors import Stop

if TYPE_CHECKING:
    from warehouse.search import Answer, Hit

WIDTH = 100  # columns of a passage
INDENT = " " * 12
MOST_NEAR = 3  # publishers that are suggested for one that is not here


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
        print("\n".join([*_remarks(answer, now), *_unknown(arguments.publisher, answer.publishers)]), file=sys.stderr)
    if arguments.json:
        print(json.dumps([asdict(hit) for hit in answer.hits], ensure_ascii=False, default=str))
    else:
        print("\n".join(_shown(hit) for hit in answer.hits) or "No article has any of these words.")
    return 0


def _remarks(answer: "Answer", now: datetime) -> list[str]:
    remarks = [answer.read.sentence(now)]
    if answer.unsearched:
        remarks.append(
            f"{counted(answer.unsearched, 'article')} appended since the search index was made: not searched."
            " To take them in: presshouse snapshot"
        )
    return remarks


def _unknown(asked: str | None, publishers: Sequence[tuple[str, str | None]]) -> list[str]:
    """A line on a publisher that has no article here, naming those that may have been meant."""
    if not asked or not publishers:
        return []
    near = nearest(asked, publishers)
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else 'All: presshouse sql "select distinct publisher from articles"'
    )
    return [f"No article is of publisher {asked!r}. {hint}"]


def nearest(asked: str, publishers: Sequence[tuple[str, str | None]]) -> list[str]:
    """Domains that may have been meant by what somebody wrote, the likeliest first: by part of domain or name, or by
    spelling."""
    wanted = asked.casefold().strip()
    spelled = {text.casefold(): domain for domain, name in publishers for text in (domain, name) if text}
    held = [domain for text, domain in spelled.items() if wanted in text or text in wanted]
    near = [spelled[text] for text in difflib.get_close_matches(wanted, spelled, n=MOST_NEAR, cutoff=0.6)]
    return list(dict.fromkeys([*held, *near]))[:MOST_NEAR]


def _shown(hit: "Hit") -> str:
    day = hit.published_date.isoformat() if hit.published_date else "undated"
    lines = [f"{day:<10}  {hit.publisher or 'unknown publisher'}: {hit.title or 'without a title'}"]
    if hit.passage and hit.passage != hit.title:
        lines += textwrap.wrap(hit.passage, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    return "\n".join([*lines, INDENT + hit.url])
