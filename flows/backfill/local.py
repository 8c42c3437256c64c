"""What is on this machine already: the archive's captures once more, and files and folders of the user's."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.backfill.figures import Figures
from flows.backfill.request import Request
from flows.batches.pieces import LocalSlice, WarcSlice
from flows.ending import end_if_told
from flows.rules import rules_hash
from flows.settings import Settings
from tasks.backfill.units import Unit
from tasks.errors import Stop
from tasks.load import Source, find_sources
from tasks.model import Rejection
from warehouse.backfill import archive_files

if TYPE_CHECKING:
    from flows.backfill.work import Work

WAYS = "Ways are sitemap, ccnews, wayback, archive, or a file or folder."
ZONES = timedelta(days=1)  # by which an archive's UTC day may lie before the day that a publisher prints


def archive_units(request: Request, settings: Settings, program: str) -> list[Unit]:
    """Archive files with captures of which this program has made nothing final, oldest first."""
    place = settings.place
    first = request.asked.first
    files = archive_files(place, first - ZONES if first.year > 1 else first, program=program)
    rules = rules_hash(settings.seeds)
    return [Unit("archive", name, request.asked, fingerprint=rules) for name in files]


def path_units(request: Request, settings: Settings) -> list[Unit]:
    """WARC files one by one, other files by their folder. Raises Stop for a path that does not exist."""
    return [
        Unit("path", source, request.asked, fingerprint=_fingerprint(files))
        for source, files in _groups(request.path or "")
    ]


def _groups(path: str) -> list[tuple[str, list[Source]]]:
    try:
        found = find_sources([path])
    except Stop as stop:  # perhaps a way that is misspelled
        raise Stop(f"--via {path}: {stop}. {WAYS}") from stop
    groups: dict[str, list[Source]] = {}
    for source in found:
        if isinstance(source, Source):
            whose = source.path if source.kind == "warc" else source.path.parent
            groups.setdefault(str(whose), []).append(source)
    if not groups:
        why = next((one.detail for one in found if isinstance(one, Rejection)), "nothing in it can be read")
        raise Stop(f"--via {path}: {why}. {WAYS}")
    return sorted(groups.items())


def _fingerprint(files: Sequence[Source]) -> str:
    """Another one when a file has changed, come or gone."""
    digest = hashlib.blake2b(digest_size=12)
    for source in files:
        digest.update(f"{source.path} {source.size_bytes} {source.path.stat().st_mtime_ns}\n".encode(errors="replace"))
    return digest.hexdigest()


def run(units: Sequence[Unit], work: "Work") -> None:
    """Unit by unit."""
    groups = dict(_groups(work.request.path)) if work.request.path else {}
    for unit in units:
        end_if_told()
        figures = Figures.begun()
        if unit.way == "archive":
            place = work.settings.place
            path = Path(unit.source) if place.archive_url else place.located(unit.source)
            work.extract(WarcSlice(path, "file", of_archive=True, scope=work.scope), figures)
        elif groups[unit.source][0].kind == "warc":
            work.extract(WarcSlice(Path(unit.source), "warc", scope=work.scope), figures)
        else:
            _load(tuple(groups[unit.source]), work, figures)
        work.end(unit, figures)


def _load(sources: tuple[Source, ...], work: "Work", figures: Figures) -> None:
    rest: LocalSlice | None = LocalSlice(sources, scope=work.scope)
    while rest is not None:
        end_if_told()
        archived = work.archive(rest)
        if archived.warc is not None:
            work.extract(archived.warc, figures)
        rest = archived.rest
