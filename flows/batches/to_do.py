"""What there is to work off: what an earlier run left in the archive, each WARC file, and groups of local files."""

from collections.abc import Iterable, Iterator

from flows.batches.pieces import LocalSlice, WarcSlice
from flows.progress import progress
from flows.settings import Settings
from tasks.archive import salvage
from tasks.backfill.scope import scope_of_name
from tasks.load import Source
from tasks.owners import PARTIAL, is_abandoned, is_at_work
from warehouse.seen import indexed_files


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
    for half in sorted(place.archive.glob(f"*/*/*/.{place.key}-*{PARTIAL}")):
        if is_abandoned(half, is_shared=settings.is_shared):
            salvage(half)
    files = sorted(place.archive.glob(f"*/*/*/{place.key}-*.warc.gz"))
    if not files:
        return
    indexed = indexed_files(place)
    for path in files:
        if indexed is None or place.stored(path) in indexed or is_at_work(path, is_shared=settings.is_shared):
            continue
        if path.exists():
            progress().say(f"Left by a run that was stopped: {path.name}")
            yield WarcSlice(path, "file", of_archive=True, scope=scope_of_name(path.name))
