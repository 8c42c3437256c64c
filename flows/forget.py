"""`presshouse forget`: what goes is shown, taken out, and what still holds it elsewhere is named."""

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from flows.program import PROGRAM
from flows.reading.explain import named
from flows.reading.report import write_report
from flows.settings import Settings, settings_of
from flows.words import counted
from tasks.errors import Stop
from tasks.url import host_of
from warehouse.append import drain
from warehouse.archive_files import sizes_of
from warehouse.batches import broken
from warehouse.connect import WRITE_WAIT, must_exist
from warehouse.forget import Asked, Gone, look, orphaned, take_out
from warehouse.forget_copies import REPORT, copies, holders, pay
from warehouse.migrate import prepare
from warehouse.place import Place
from warehouse.snapshot import make_snapshot
from warehouse.stories import redecide

LEAST_REASON = 3  # characters; a tombstone without a reason helps nobody in a year


@dataclass(slots=True)
class Forgotten:
    """What a call did, or would do."""

    gone: Gone
    dry_run: bool
    tombstones: int = 0
    records: int = 0
    copies: list[str] = field(default_factory=list)  # removed
    holders: list[str] = field(default_factory=list)  # snapshots and exports that still hold it
    unreadable: list[str] = field(default_factory=list)  # spool files that may hold it
    missing: list[str] = field(default_factory=list)  # archive files that hold it by the tables, and are not there


def forget(
    settings: Settings, asked: Asked, *, reason: str, dry_run: bool, lost_files: bool = False, quiet: bool = False
) -> Forgotten:
    """Take a URL or publisher out of everything below the data folder. Raises Stop, WarehouseHeld.

    `lost_files`: also where an archive file that holds it is not there, for it would come back with that file.
    """
    place = settings.place
    must_exist(place.file)
    if dry_run:
        gone = look(place, asked, wait=WRITE_WAIT)
        return Forgotten(
            gone,
            dry_run=True,
            records=gone.records,
            copies=_lost([str(path) for path in copies(place)], place),
            holders=holders(place, gone.article_ids),
            missing=_missing(place, gone),
        )
    say = _nothing if quiet else _say
    prepare(place.file, wait=WRITE_WAIT, say=say)
    drained = drain(place, wait=WRITE_WAIT, say=say)
    if drained.held:
        raise drained.held
    if not lost_files:
        _demand_files(place, asked)
    run_id = str(uuid4())
    now = datetime.now(UTC)
    gone, keys = take_out(place, asked, reason=reason, run_id=run_id, program=PROGRAM, now=now, wait=WRITE_WAIT)
    parted = {*gone.fellows, *orphaned(place, wait=WRITE_WAIT)}
    redecide(place, sorted(parted), run_id=run_id, wait=WRITE_WAIT)
    had_snapshot, had_report = place.snapshot.exists(), (place.data_dir / REPORT).exists()
    paid = pay(place, wait=WRITE_WAIT, say=say)
    if had_snapshot:
        make_snapshot(place, now=now, force=True)
    if had_report:
        write_report(place, place.data_dir / REPORT, source="live", now=now)
    return Forgotten(
        gone,
        dry_run=False,
        tombstones=len(keys),
        records=paid.records,
        copies=_lost(paid.copies_removed, place),
        holders=holders(place, gone.article_ids),
        unreadable=list(broken(place)),
    )


def _demand_files(place: Place, asked: Asked) -> None:
    """Raise Stop where a record would stay in an archive file that is elsewhere, with nobody owing it."""
    if missing := _missing(place, look(place, asked, wait=WRITE_WAIT)):
        raise Stop(
            f"{missing[0]} holds it and is not there{_and_more(missing)}. Set PRESSHOUSE_ARCHIVE to where the archive"
            " is; if it is lost for good, say --lost-files."
        )


def _missing(place: Place, gone: Gone) -> list[str]:
    there = sizes_of(place, gone.files) if gone.files else {}
    return [place.shown(one) for one in gone.files if one not in there]


def _and_more(missing: Sequence[str]) -> str:
    return f" (as {len(missing) - 1} others)" if len(missing) > 1 else ""


def _lost(removed: Sequence[str], place: Place) -> list[str]:
    """Of the copies those that are not made anew."""
    return [one for one in removed if one not in (str(place.snapshot), str(place.data_dir / REPORT))]


def command(arguments: Namespace) -> int:
    """The command: exit status 0, also where there was nothing to take out (the tombstone stands all the same)."""

    settings = settings_of(arguments)
    if bool(arguments.what) == bool(arguments.publisher):
        raise Stop(
            "Name a URL, or a publisher with --publisher, such as: presshouse forget --publisher example.com ..."
        )
    reason = (arguments.reason or "").strip()
    if len(reason) < LEAST_REASON and not arguments.dry_run:
        least = f"in {LEAST_REASON} characters or more, " if reason else ""
        raise Stop(f"Say why, {least}for those who will wonder: --reason 'asked for by the author, 3 March'")
    if arguments.what and _is_domain(arguments.what):
        domain = arguments.what
        raise Stop(f"{domain} is a publisher's domain, no URL. Say: presshouse forget --publisher {domain} ...")
    asked = Asked(publisher=arguments.publisher) if arguments.publisher else Asked(url=named(arguments.what)[0])
    done = forget(
        settings,
        asked,
        reason=reason,
        dry_run=arguments.dry_run,
        lost_files=arguments.lost_files,
        quiet=arguments.quiet or arguments.json,
    )
    print(json.dumps(_figures(done), ensure_ascii=False, default=str) if arguments.json else "\n".join(_lines(done)))
    return 0


def _is_domain(what: str) -> bool:
    return "." in what and not Path(what).exists() and host_of(f"https://{what}") == what.lower()


def _figures(done: Forgotten) -> dict[str, Any]:
    figures = asdict(done)
    del figures["gone"]["fellows"], figures["gone"]["files"]
    return figures | figures.pop("gone")


def _lines(done: Forgotten) -> list[str]:
    gone, went = done.gone, "would go" if done.dry_run else "went"
    lines = []
    if gone.nothing:
        lines.append(
            "Nothing is stored of it." if done.dry_run else "Nothing was stored of it; it is refused from now on."
        )
    else:
        lines.append(
            f"{went}: {counted(gone.articles, 'article')} with {counted(gone.revisions, 'text')},"
            f" {counted(gone.captures, 'capture')}, {counted(gone.rejections, 'rejection')},"
            f" {counted(gone.entries, 'headline')} of entries, {counted(done.records, 'archived record')}"
        )
    lines += [f"{went} with it, as a copy of the warehouse: {path}" for path in done.copies]
    lines += [f"still holds it, as the file is yours: {path}" for path in gone.foreign]
    lines += [f"still holds it: {path}; make it again, or remove it" for path in done.holders]
    lines += [f"may hold it and cannot be read: {path}; remove it by hand" for path in done.unreadable]
    lines += [f"holds it and is not there: {path}" for path in done.missing]
    if done.dry_run:
        lines.append("Nothing was changed. Without --dry-run it is taken out for good, and refused from then on.")
    elif not gone.nothing:
        lines.append(
            "It is refused from now on, whichever way it comes. Backups outside the data folder are yours to mend."
        )
    return lines


def _say(line: str) -> None:
    print(line)


def _nothing(line: str) -> None:
    """Whoever asked for quiet sees the result only."""
