"""One frozen settings object: environment (PRESSHOUSE_*) over presshouse.toml over defaults; a wrong one stops."""

import difflib
import os
import re
import tomllib
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tasks.errors import Stop
from warehouse.lake import is_lake
from warehouse.place import PROJECT, Place, default_data_dir, place
from warehouse.store import is_url

PREFIX = "PRESSHOUSE_"
FILE = "presshouse.toml"
ELSEWHERE = Path()  # a data folder that whoever gets the settings replaces by its own
CHOICES = {"reserved": ("record", "no_text", "skip")}
SHAPES = {"runner": (re.compile(r"dask://(\[[0-9a-fA-F:]+\]|[^\s/:\[\]]+):\d{1,5}"), "dask://HOST:PORT")}
MAY_BE_ZERO = ("workers", "host_interval", "min_free", "max_append_hours", "max_waiting_hours", "max_failing_share")
MAY_BE_ZERO += ("max_snapshot_hours", "min_articles_share", "keep_captures_days", "keep_archive_gb", "compact_share")


@dataclass(frozen=True)
class Settings:
    """What can be set: `page_seconds` in the file is PRESSHOUSE_PAGE_SECONDS in the environment."""

    data_dir: Path = Path()  # warehouse, archive, spool and Prefect's home; default: `data` in the clone
    warehouse: Path = Path()  # default: presshouse.duckdb in the data folder
    archive: str = ""  # a folder, or the URL of a store (s3://BUCKET/PREFIX); empty: in the data folder
    spool: str = ""  # likewise
    seeds: Path = PROJECT / "seeds"  # registry of publishers and agencies; read-only
    workers: int = 0  # processes that extract; 0: one a core
    batch_captures: int = 400  # captures a batch
    page_seconds: float = 20.0  # time limit of a page
    max_body: int = 10 << 20  # bytes of a decoded body
    contact: str = ""  # address or URL in the identification string; `up` and `backfill` ask for it
    allow_addresses: str = ""  # networks that may be dialled although private, parted by commas: "127.0.0.0/8"
    host_interval: float = 1.0  # seconds between two requests to a host, at least
    fetch_seconds: float = 60.0  # time limit of a fetch, redirects included
    connections: int = 32  # requests at the same time, to all hosts together
    max_fetches_per_run: int = 2_000  # pages; the rest waits for the next run
    reserved: str = "record"  # what publishers reserve (text and data mining): record, no_text, skip
    min_free: int = 5 << 30  # bytes of disk below which fetching does not start
    heartbeat_url: str = ""  # called after each run that did its work
    ccnews_url: str = "https://data.commoncrawl.org/"
    wayback_url: str = "https://web.archive.org/"
    max_download_gb: float = 20.0  # a backfill that needs more asks first
    max_append_hours: float = 24.0  # `status --check`: age of the newest append; of these limits, 0: not looked at
    max_waiting_hours: float = 6.0  # that a batch may wait in the spool
    max_failing_share: float = 0.2  # of the enabled feeds
    max_snapshot_hours: float = 26.0  # that the snapshot may lie behind the newest append
    min_articles_share: float = 0.5  # of the articles that usually come in a day
    keep_captures_days: float = 0.0  # older bytes in the archive are removed by `maintain`; 0: all are kept
    keep_archive_gb: float = 0.0  # of archive; beyond it the oldest bytes are removed by `maintain`; 0: no limit
    compact_share: float = 0.3  # of the warehouse file that may be free before `maintain` writes it anew; 0: never
    runner: str = (
        ""  # dask://HOST:PORT: batches are worked off by the workers of that scheduler; empty: by the run itself
    )
    ingest_every: float = 15.0  # minutes between two scheduled ingests; what is due each time, the feeds decide

    @cached_property
    def place(self) -> Place:
        return place(self.data_dir, self.warehouse, self.archive, self.spool)

    @property
    def prefect_home(self) -> Path:
        return self.place.data_dir / "prefect"

    @property
    def is_shared(self) -> bool:
        """Whether processes of other machines may write to the data folder."""
        return bool(self.runner)

    @property
    def may_travel(self) -> bool:
        """Whether a process with another data folder can do the work: all that has to last lies elsewhere."""
        return is_lake(self.warehouse) and is_url(self.archive) and is_url(self.spool)

    def to_travel(self) -> "Settings":
        """As a process with another data folder is to get them."""
        return replace(self, data_dir=ELSEWHERE)

    def arrived(self, environ: Mapping[str, str]) -> "Settings":
        """As `to_travel` sent them, with the data folder of this process; others stay as they are."""
        return replace(self, data_dir=data_dir_of(environ)) if self.data_dir == ELSEWHERE else self

    @property
    def worker_count(self) -> int:
        if self.workers:
            return self.workers
        # Linux counts the cores that this process may use; macOS only tells how many there are.
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load(environ: Mapping[str, str], *, warehouse: str | None = None) -> Settings:
    """Read the settings. `warehouse` is the command's --warehouse and wins. Raises Stop for an unknown or wrong one."""
    data_dir = data_dir_of(environ)
    values = _from_file(data_dir) | _from_environment(environ)
    if warehouse:
        values["warehouse"] = warehouse
    chosen = {name: _typed(name, value) for name, value in values.items()}
    chosen["data_dir"] = Path(chosen.get("data_dir") or data_dir).expanduser().resolve()
    where = place(chosen["data_dir"], chosen.get("warehouse"), chosen.get("archive", ""), chosen.get("spool", ""))
    chosen |= {"warehouse": where.file, "archive": where.archive_at, "spool": where.spool_at}
    settings = Settings(**chosen)
    if not (settings.seeds / "publishers.csv").is_file():
        raise Stop(f"No publishers.csv in {settings.seeds}. Set PRESSHOUSE_SEEDS to the project's seeds folder.")
    return settings


def data_dir_of(environ: Mapping[str, str]) -> Path:
    """The data folder that an environment names, or the usual one."""
    return Path(environ.get(PREFIX + "DATA_DIR") or default_data_dir()).expanduser().resolve()


def settings_of(arguments: Namespace) -> Settings:
    """The settings of a call of the command. Raises Stop."""
    return load(os.environ, warehouse=arguments.warehouse)


def _from_file(data_dir: Path) -> dict[str, Any]:
    """presshouse.toml lies in the data folder or, in a clone, beside pyproject.toml."""
    for path in (data_dir / FILE, PROJECT / FILE):
        if path.is_file():
            try:
                values = tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise Stop(f"{path} is no valid TOML: {error}") from error
            _refuse_unknown(values, lambda name, path=path: f"{name!r} in {path}")
            return values
    return {}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    _refuse_unknown(values, lambda name: PREFIX + name.upper())
    return {name: value for name, value in values.items() if value != ""}


def _refuse_unknown(values: Mapping[str, Any], shown: Any) -> None:
    known = [field.name for field in fields(Settings)]
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise Stop(f"Unknown setting {shown(name)}. The nearest is {shown(near)}.")


def _typed(name: str, value: Any) -> Any:
    kind = next(field.type for field in fields(Settings) if field.name == name)
    try:
        if kind is Path:
            return Path(value).expanduser()
        if kind is str:
            return _chosen(name, str(value))
        number = kind(value)
    except (TypeError, ValueError) as error:
        raise Stop(f"{PREFIX}{name.upper()} must be {_WANTED[kind]}, not {value!r}.") from error
    if number < 0 or (number == 0 and name not in MAY_BE_ZERO):
        raise Stop(f"{PREFIX}{name.upper()} must be greater than zero, not {value!r}.")
    return number


def _chosen(name: str, value: str) -> str:
    choices = CHOICES.get(name)
    if choices and value not in choices:
        raise Stop(f"{PREFIX}{name.upper()} must be one of {', '.join(choices)}, not {value!r}.")
    if value and name in SHAPES and not SHAPES[name][0].fullmatch(value):
        raise Stop(f"{PREFIX}{name.upper()} must be {SHAPES[name][1]}, not {value!r}.")
    return value


_WANTED = {int: "a whole number", float: "a number", Path: "a path"}
