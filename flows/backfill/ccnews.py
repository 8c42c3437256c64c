"""CC-NEWS, the way: path lists, then file after file, each on the disk only while it is read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from flows.backfill.figures import Figures
from flows.backfill.service import CCNEWS_FACTOR, Service
from flows.batches.pieces import WarcSlice
from flows.ending import end_if_told
from flows.progress import progress
from flows.settings import Settings
from tasks.backfill.ccnews import TYPICAL_BYTES, NewsFile, choose_files, path_lists, read_paths
from tasks.backfill.units import Unit
from tasks.backfill.windows import Window
from tasks.errors import Deferred
from tasks.fetch.client import Client
from tasks.fetch.download import Downloaded, download, size_of
from tasks.fetch.outcome import FetchRejected
from warehouse.place import Place

if TYPE_CHECKING:
    from flows.backfill.work import Work

SAMPLE = 5  # files whose size is asked for, to estimate all
KEPT = "ccnews"  # folder, below the data folder, of files that are kept
NOT_THERE = frozenset({404, 410})


def list_files(asked: Window, settings: Settings, service: Service) -> tuple[list[NewsFile], list[str]]:
    """The files that may hold articles of these days, and notes on months without a list.

    Raises ServiceDown, or Deferred for a list that cannot be read.
    """
    paths: list[str] = []
    notes: list[str] = []
    for month, url in path_lists(settings.ccnews_url, asked):
        try:
            paths += read_paths(service.fetch(url).body)
        except FetchRejected as error:
            if error.status not in NOT_THERE:
                raise Deferred(f"the list of {month:%Y-%m} cannot be had: {error}") from error
            notes.append(f"there is no list of {month:%Y-%m}")
        except ValueError as error:
            raise Deferred(f"{url}: {error}") from error
    return choose_files(settings.ccnews_url, paths, asked), notes


def file_bytes(units: Sequence[Unit], settings: Settings, service: Service) -> float:
    """Bytes of a file, on average, by the sizes of a few spread over all."""
    step = max(len(units) // SAMPLE, 1)
    sizes = []
    for unit in units[::step][:SAMPLE]:
        url = _address(unit, settings)
        try:
            sizes.append(service.of_file(url, _size(url)))
        except FetchRejected as error:
            progress().say(f"its size is not known: {error}")
    known = [size for size in sizes if size]
    return sum(known) / len(known) if known else TYPICAL_BYTES


def _address(unit: Unit, settings: Settings) -> str:
    base = settings.ccnews_url
    return urljoin(base if base.endswith("/") else base + "/", unit.source)


def run(units: Sequence[Unit], work: "Work") -> None:
    """File by file: download, read, enter in the ledger, remove. Raises ServiceDown."""
    service = Service(work.web, work.settings, CCNEWS_FACTOR)
    place = work.settings.place
    _sweep(place, {_passing(unit, place).name for unit in units})
    for unit in units:
        end_if_told()
        url = _address(unit, work.settings)
        is_kept = work.request.keep
        path = place.data_dir / KEPT / Path(unit.source).name if is_kept else _passing(unit, place)
        figures = Figures.begun()
        try:
            got = service.of_file(url, _downloading(url, path))
        except FetchRejected as error:
            work.incomplete(unit, figures, str(error), is_unlisted=True)
            continue
        figures.bytes = got.fetched_bytes
        piece = WarcSlice(path, "ccnews", scope=work.scope, stands_for=None if is_kept else url)
        work.extract(piece, figures)
        work.end(unit, figures)
        if not is_kept:
            path.unlink(missing_ok=True)


def _passing(unit: Unit, place: Place) -> Path:
    """Where a file lies while it is read."""
    return place.data_dir / "backfill" / "files" / Path(unit.source).name


def _size(url: str) -> Callable[[Client], int | None]:
    return lambda client: size_of(client, url)


def _downloading(url: str, path: Path) -> Callable[[Client], Downloaded]:
    def at(done: int, total: int) -> None:
        progress().at(path, done, 2 * total)  # reading it is the other half
        end_if_told()

    return lambda client: download(client, url, path, at=at)


def _sweep(place: Place, wanted: set[str]) -> None:
    """Remove files that an earlier backfill left and this one does not need."""
    for left in (place.data_dir / "backfill" / "files").glob("*"):
        if not any(left.name.startswith(name) for name in wanted):
            left.unlink(missing_ok=True)
