"""`presshouse story` and `presshouse stories rebuild`: a story as a timeline; all stories decided anew."""

import json
import sys
from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from flows.settings import Settings, settings_of
from flows.words import counted
from tasks.errors import Stop

if TYPE_CHECKING:
    from warehouse.stories_rebuild import Rebuilt
    from warehouse.stories_timeline import Line, Timeline

SHOWN = 70  # characters of a passage that was cut
PASSAGES = 3  # of a member


def command(arguments: Namespace) -> int:
    """`presshouse story`."""
    return story(arguments.what, settings_of(arguments), as_json=arguments.json)


def story(what: str, settings: Settings, *, as_json: bool) -> int:
    """Print the members of a story in its order, with what each kept of the first one's text."""
    from warehouse.stories_timeline import timeline

    found = timeline(settings.place, what)
    if found is None:
        raise Stop(f"No article or story {what!r} in {settings.place.file}. What became of a URL: presshouse why URL")
    print(json.dumps(asdict(found), ensure_ascii=False, default=str) if as_json else "\n".join(_lines(found)))
    return 0


def _lines(found: "Timeline") -> list[str]:
    agencies = f", agencies {', '.join(found.agencies)}" if found.agencies else ""
    head = (
        f"{found.story_id}  {counted(found.size, 'article')} at {counted(len(found.publishers), 'publisher')}{agencies}"
    )
    lines = [head]
    for line in found.lines:
        lines += _member(line)
    if found.size > len(found.lines):
        lines.append(f"... and {found.size - len(found.lines)} more")
    lines += [f"{one['relation']:<10} {one['publisher'] or 'unknown'}  {one['url']}" for one in found.related]
    return lines


def _member(line: "Line") -> list[str]:
    notes = [f"{line.words} words"]
    if line.access != "full":
        notes.append(line.access)
    if line.original:
        notes.append("had it first")
    if line.relation != "root":
        notes.append(_overlap(line))
    found = [
        f"{_when(line)}  {line.publisher or 'unknown publisher'}: {line.title or 'without a title'}",
        f"{'':<18}  {line.relation}: {', '.join(notes)}",
        f"{'':<18}  {line.url}",
    ]
    cut = line.changes.cut
    found += [f"{'':<18}    cut: {_short(passage)}" for passage in cut[:PASSAGES]]
    if len(cut) > PASSAGES:
        found.append(f"{'':<18}    cut: {counted(len(cut) - PASSAGES, 'more paragraph')}")
    return found


def _overlap(line: "Line") -> str:
    had = line.changes
    if not (had.cut_words or had.added_words):
        return "the first text, word for word"
    return f"has {had.kept:.0%} of the first text, {had.cut_words} words cut, {had.added_words} added"


def _when(line: "Line") -> str:
    """18 characters: an instant in UTC, or the day as printed; in brackets where only the capture is known."""
    if line.precision is None:
        return f"({line.at:%Y-%m-%d %H:%M})" if line.at else f"{'(unknown)':<18}"
    if line.precision == "day":
        return f"{line.day or '':<18}"
    return f"{line.at:%Y-%m-%d %H:%MZ} " if line.at else " " * 18


def _short(passage: str) -> str:
    flat = " ".join(passage.split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1].rstrip() + "…"


def rebuild(arguments: Namespace) -> int:
    """Decide all stories anew beside the warehouse, show the difference, take it when told to."""
    from datetime import UTC, datetime

    from warehouse.connect import WRITE_WAIT
    from warehouse.stories_rebuild import rebuild as build
    from warehouse.stories_rebuild import remove, take

    settings = settings_of(arguments)
    say = (lambda _: None) if arguments.quiet or arguments.json else (lambda line: print(line, file=sys.stderr))
    run_id = f"rebuild-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    rebuilt = build(settings.place, run_id=run_id, wait=WRITE_WAIT, say=say)
    try:
        taken = bool(arguments.yes) or (not rebuilt.moved) or _agreed(rebuilt, arguments)
        if taken:
            take(settings.place, rebuilt, run_id=run_id, wait=WRITE_WAIT)
    finally:
        remove(rebuilt)
    if arguments.json:
        print(json.dumps(asdict(rebuilt) | {"taken": taken}, ensure_ascii=False, default=str))
        return 0
    if arguments.yes or not rebuilt.moved:
        print("\n".join(_difference(rebuilt)))
    print("Taken." if taken else "Left as it was. To take it: presshouse stories rebuild --yes")
    return 0


def _agreed(rebuilt: "Rebuilt", arguments: Namespace) -> bool:
    if arguments.json:
        return False
    print("\n".join(_difference(rebuilt)))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input("Take it? [y/N] ").strip().lower() in ("y", "yes")


def _difference(rebuilt: "Rebuilt") -> list[str]:
    lines = [
        f"method     {rebuilt.method_before or 'none'} -> {rebuilt.method}",
        f"stories    {rebuilt.stories_before:,} -> {rebuilt.stories:,}",
        f"articles   {rebuilt.moved:,} of {rebuilt.articles:,} change their story",
    ]
    return lines + [f"  {move.url}\n      {move.before} -> {move.after}" for move in rebuilt.examples]
