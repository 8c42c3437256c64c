"""What there is to work off: what an earlier run left in the archive, each WARC file, and groups of local files."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.batches.pieces import LocalSlice, WarcSlice
from flows.progress import progress
from flows.settings import Settings
from tasks.backfill.scope import scope_of_name
from tasks.load import Source
from warehouse import archive_files
from warehouse.seen import indexed_files

LOOK_BACK = timedelta(days=31)  # in a store, whose list costs a request a thousand files; what is older `check` finds


def pieces(sources: Iterable[Source], settings: Settings) -> Iterator[LocalSlice | WarcSlice]:
    """Slices to start with: what an earlier run left in the archive, each WARC file, and groups of local files."""
    yield from orphans(settings)
    group: list[Source] = []
    for source in sources:
        if source.kind == "warc":
            yield WarcSlice(source.path.resolve(), "warc")
            continue
        group.append(source)
        if len(group) == settings.batch_captures:
            yield LocalSlice(tuple(group))
            group = []
    if group:
        yield LocalSlice(tuple(group))


def orphans(settings: Settings) -> Iterator[WarcSlice]:
    """Archive files of this warehouse that neither it nor its spool names: a run died between archive and spool."""
    place = settings.place
    archive_files.settle(place, is_shared=settings.is_shared)
    files = archive_files.listed(place, since=datetime.now(UTC).date() - LOOK_BACK)
    if not files:
        return
    indexed = indexed_files(place)
    for one in files:
        if indexed is None or one.capture_file in indexed:
            continue
        if archive_files.is_unfinished(place, one, is_shared=settings.is_shared):
            continue
        if archive_files.exists(place, one.capture_file):
            path = Path(one.capture_file)
            progress().say(f"Left by a run that was stopped: {path.name}")
            path = path if place.archive_url else place.located(path)
            yield WarcSlice(path, "file", of_archive=True, scope=scope_of_name(path.name))
