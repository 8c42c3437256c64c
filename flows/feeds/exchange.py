"""`presshouse feeds import` and `export`: the registry in and out, as OPML for readers of feeds or as CSV."""

import json
import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from flows.feeds.command import Desk, cost_line, cost_of
from flows.feeds.probe import Prober, same_as
from flows.words import counted
from tasks.archive.regular import open_regular, shown
from tasks.errors import Rejected, Stop
from tasks.fetch.list_text import decode
from tasks.fetch.opml import MAX_BYTES, Outline, parse_opml, written_opml
from tasks.model import LIST_PROBLEMS
from tasks.owners import partial
from tasks.registry.choice import ChosenFeed, publisher_of
from tasks.registry.choice_file import checked_url, chosen_rows, noted, written_csv
from tasks.url import redact

OPML_TITLE = "Presshouse feeds"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(slots=True)
class Report:
    """What became of the rows of an import; each URL stands once."""

    rows: list[ChosenFeed] = field(default_factory=list)  # to be added
    known: list[str] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)  # (URL, what it doubles)
    unusable: list[tuple[str, str]] = field(default_factory=list)  # (URL, why)
    dead: list[tuple[str, str]] = field(default_factory=list)
    unchecked: list[tuple[str, str]] = field(default_factory=list)  # added, though not to be reached now


def import_(arguments: Namespace, desk: Desk) -> int:
    """Check each feed of a file, add those that work, enable none by itself. 1 when none could be had."""
    path = Path(arguments.file)
    given, report = _given(path, desk)
    known = {row.key: row for row in desk.rows()}
    there: dict[str, ChosenFeed] = {}
    fresh: dict[str, ChosenFeed] = {}
    for row in given:
        if row.key in fresh:
            report.duplicates.append((row.url, fresh[row.key].url))
        elif row.key in known:
            report.known.append(row.url)
            there[row.key] = known[row.key]
        else:
            fresh[row.key] = row
    if arguments.no_check:
        report.rows += fresh.values()
    else:
        _check(fresh, there, report, arguments, desk)
    if arguments.enable:
        report.rows = [replace(row, is_enabled=True) for row in report.rows]
    if report.rows:
        desk.decide(report.rows)
    _tell(report, arguments, desk)
    return 0 if report.rows or report.known else 1


def _given(path: Path, desk: Desk) -> tuple[list[ChosenFeed], Report]:
    """The rows of a file, whatever its name; rows that cannot be feeds go to the report. Raises Stop."""
    try:
        with open_regular(path) as file:
            body = file.read(MAX_BYTES + 1)
    except Rejected as error:
        raise Stop(f"{shown(path)}: {error.detail or error.reason}.") from error
    if len(body) > MAX_BYTES:
        raise Stop(f"{shown(path)} has more than {MAX_BYTES >> 20} MiB; split it.")
    text = decode(body, None)
    if text.lstrip("\ufeff \t\r\n").startswith("<") or body.startswith(b"\x1f\x8b"):
        return _of_opml(path, body, desk)
    rows = [replace(row, is_enabled=False, is_removed=False) for row in chosen_rows(text.lstrip("\ufeff"), shown(path))]
    return [_of_registry(row, desk) for row in rows], Report()


def _of_opml(path: Path, body: bytes, desk: Desk) -> tuple[list[ChosenFeed], Report]:
    try:
        opml = parse_opml(body)
    except Rejected as error:
        raise Stop(f"{shown(path)} is no OPML: {error.detail}.") from error
    for problem in opml.problems:
        detail = f" ({problem.detail})" if problem.detail else ""
        print(f"presshouse: {shown(path)}: {LIST_PROBLEMS[problem.name]}{detail}", file=sys.stderr)
    rows, report = [], Report()
    for one in opml.outlines:
        try:
            url = checked_url(shown(path), one.url)
        except Stop:
            report.unusable.append((one.url, "no http(s) URL, or one with a user name"))
            continue
        site = desk.registry.site_of(one.home_url) if one.home_url else None
        publisher = site or desk.registry.site_of(url) or publisher_of(url)
        languages = (one.language,) if _LANGUAGE.fullmatch(one.language) else ()
        rows.append(ChosenFeed(url, publisher, "feed", languages, note=noted(one.title)))
    return rows, report


def _of_registry(row: ChosenFeed, desk: Desk) -> ChosenFeed:
    known = desk.registry.publisher_of(row.publisher)
    return replace(row, publisher=known.domain) if known else row


def _check(
    fresh: dict[str, ChosenFeed], there: dict[str, ChosenFeed], report: Report, arguments: Namespace, desk: Desk
) -> None:
    """Look at each; what works is added with what it turned out to be.

    Those of the file that are known already are looked at first: another address of theirs is nothing new.
    """
    rows = {row.url: row for row in fresh.values()}
    if not rows:
        return
    with Prober(desk.settings, desk.now) as prober:
        probes = prober.in_order([*(row.url for row in there.values()), *rows], quiet=arguments.json or arguments.quiet)
    taken = [one for one in probes if one.url not in rows and one.verdict == "works"]
    for one in probes:
        if one.url not in rows:
            continue
        row = rows[one.url]
        twin = same_as(one, taken) if one.verdict == "works" else None
        if twin is not None:
            report.duplicates.append((one.url, twin.url))
        elif one.verdict in ("works", "empty"):
            taken.append(one)
            language = (one.language,) if one.language and _LANGUAGE.fullmatch(one.language) else row.languages
            report.rows.append(replace(row, kind=one.row_kind, languages=row.languages or language))
        elif one.verdict == "later":
            report.unchecked.append((one.url, one.detail))
            report.rows.append(row)
        else:
            report.dead.append((one.url, one.detail))


def _tell(report: Report, arguments: Namespace, desk: Desk) -> None:
    enabled = sum(row.is_enabled for row in report.rows)
    if arguments.json:
        print(json.dumps(_for_machines(report, enabled), ensure_ascii=False))
        return
    for url, other in report.duplicates:
        print(f"duplicate: {_shown(url)}: the same as {_shown(other)}")
    for name, some in (("unusable", report.unusable), ("dead", report.dead), ("not reached", report.unchecked)):
        for url, why in some:
            print(f"{name}: {_shown(url)}: {shown(why)}")
    print(
        f"Imported {counted(len(report.rows), 'feed')}"
        + (f" ({len(report.unchecked):,} of them not reached now)" if report.unchecked else "")
        + f"; {len(report.known):,} known already, {counted(len(report.duplicates), 'duplicate')},"
        f" {len(report.dead):,} dead, {len(report.unusable):,} unusable. {enabled or 'None'} enabled."
    )
    if report.rows:
        print(cost_line(cost_of(report.rows, desk), len(report.rows)))
        if not enabled and not arguments.quiet:
            print("Next: presshouse feeds enable URL..., or import again with --enable")


def _shown(url: str) -> str:
    return shown(redact(url))


def _for_machines(report: Report, enabled: int) -> dict[str, object]:
    def told(some: Sequence[tuple[str, str]], key: str) -> list[dict[str, str]]:
        return [{"url": redact(url), key: redact(what)} for url, what in some]

    return {
        "imported": [redact(row.url) for row in report.rows],
        "enabled": enabled,
        "known": [redact(url) for url in report.known],
        "duplicates": told(report.duplicates, "of"),
        "dead": told(report.dead, "why"),
        "unusable": told(report.unusable, "why"),
        "not_reached": told(report.unchecked, "why"),
    }


def export(arguments: Namespace, desk: Desk) -> int:
    """The user's own feeds, or with --all the whole registry, to standard output or a file."""
    rows = [row for row in desk.rows() if row.is_chosen or arguments.all]
    output = Path(arguments.output) if arguments.output else None
    is_opml = arguments.opml or (output is not None and output.suffix.lower() in (".opml", ".xml"))
    content = _opml(rows, desk) if is_opml else written_csv(rows).encode("utf-8")
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        _write(output, content)
    if not arguments.quiet:
        hint = "" if rows else " Nothing is chosen yet; --all exports the whole registry."
        print(f"{counted(len(rows), 'feed')} exported.{hint}", file=sys.stderr)
        keys = sum(redact(row.url) != row.url for row in rows)
        if keys:
            print(f"Mind: {counted(keys, 'URL')} of them hold a key; think before you share the file.", file=sys.stderr)
    return 0


def _opml(rows: Sequence[ChosenFeed], desk: Desk) -> bytes:
    """A folder a publisher."""
    groups = []
    for domain, of_one in groupby(
        sorted(rows, key=lambda row: (row.publisher, row.url)), key=lambda row: row.publisher
    ):
        publisher = desk.registry.publisher_of(domain)
        name = publisher.name if publisher else domain
        outlines = [
            Outline(
                row.url,
                row.note or f"{name} ({row.kind.replace('_', ' ')})",
                f"https://{domain}/",
                "".join(row.languages[:1]),
            )
            for row in of_one
        ]
        groups.append((name, outlines))
    return written_opml(groups, OPML_TITLE)


def _write(path: Path, content: bytes) -> None:
    """Under a temporary name first: what is there already is replaced whole or not at all."""
    unfinished = partial(path)
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
