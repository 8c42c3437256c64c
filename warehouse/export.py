"""Articles as Parquet files that can be cited: one a month of published_date, and the account of what is in them.

A partition is written anew only when its rows are others than the manifest in the folder tells; all new partitions are
finished before the first takes its place, and the manifest is renamed in last.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tasks.errors import Stop
from warehouse.as_of import newest_instant, rewind
from warehouse.connect import reading
from warehouse.export_account import account
from warehouse.export_files import (
    MANIFEST,
    PARTITIONS,
    UNDATED,
    Partition,
    Writer,
    folder_lock,
    read_manifest,
    sha256_of,
    write_durably,
)
from warehouse.export_index import INDEX, capture_places, write_index
from warehouse.lake import demand_reading
from warehouse.migrate import view_texts
from warehouse.place import Place
from warehouse.query import relation

FORMAT = 1  # of the manifest and of the folder; a newer one is refused
MEMORY_LIMIT = "2GB"  # the texts of all months are sorted at once; what does not fit spills into the data folder
KNOWN_EXPORTS = "exports.json"  # in the data folder: where exports lie, so that `forget` can name them

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is exported. `as_of` is aware; None: everything that is appended now."""

    as_of: datetime | None = None
    where: str | None = None  # SQL, a condition on the columns of `articles`
    text: bool = True
    respect_reservations: bool = False  # leave out what publishers reserve
    cdxj: bool = False  # also an index of the archive for replay

    def as_filter(self) -> dict[str, Any]:
        return {"where": self.where, "text": self.text, "respect_reservations": self.respect_reservations}


@dataclass(slots=True)
class Exported:
    """What an export did; months by name, `undated` among them."""

    folder: Path
    as_of: datetime
    manifest: dict[str, Any]
    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@contextmanager
def past(
    place: Place, source: str, as_of: datetime | None, say: Say
) -> Iterator[tuple[duckdb.DuckDBPyConnection, datetime]]:
    """A locked connection on which every view is as of `as_of`, and the instant that this is.

    An instant after the last append is taken as that: what is not there yet cannot be exported twice alike.
    """
    with reading(place, source) as chosen:
        connection = chosen.connection
        if chosen.source == "snapshot":
            say(chosen.sentence(datetime.now(UTC)))
        newest = newest_instant(connection)
        if newest is None:
            raise Stop(f"{chosen.file} holds no articles yet. Bring some: presshouse ingest seeds/articles")
        if as_of is not None and as_of > newest:
            say(f"{_stamp(as_of)} is after the last append: exported as of that, {_stamp(newest)}")
        until = newest if as_of is None or as_of > newest else as_of.astimezone(UTC)
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        rewind(connection, until, view_texts())
        connection.execute("set python_enable_replacements = false")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection, until


def export(place: Place, folder: Path, choice: Choice, *, program: str, say: Say, source: str = "auto") -> Exported:
    """Bring `folder` to the articles chosen. Raises Stop for a folder with something else in it, WarehouseHeld.

    `source`: as of `warehouse.connect.reading`; a warehouse that is read is held from its writer for that time.
    The same choice with the same `as_of` gives the same rows, and with the same versions the same bytes.
    """
    before = _manifest_before(folder, choice)
    with folder_lock(folder):
        with past(place, source, choice.as_of, say) as (connection, until), Writer(folder) as writer:
            columns, left_out = _choose(connection, choice)
            wanted = _partitions(connection)
            kept = _unchanged(folder, before, wanted, _rule(columns))
            stale = [month for month in wanted if month not in kept]
            _write(connection, writer, stale, columns)
            files = [kept.get(month) or _entry(writer.partitions[month], wanted[month][1]) for month in wanted]
            manifest = {
                "format": FORMAT,
                "as_of": _stamp(until),
                "filter": choice.as_filter(),
                **account(connection, left_out=left_out, program=program),
                "columns": _described(connection, columns),
                "fingerprint": _rule(columns),
                "files": files,
            }
            # An index that is there is kept true, also when it is not asked for again.
            places = _places(connection, choice) if choice.cdxj or (folder / INDEX).exists() else None
            writer.rename_in()
        if places is not None:  # reading the archive takes long: the warehouse is free again
            manifest["index"] = _index(place, places, folder, say)
        write_durably(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
        removed = _remove_others(folder, set(wanted))
    _remember(place, folder)
    return Exported(folder, until, manifest, stale, list(kept), removed)


def _places(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[tuple[str, int]]:
    everything = choice.where is None and not choice.respect_reservations
    return capture_places(connection, everything=everything)


def _index(place: Place, places: list[tuple[str, int]], folder: Path, say: Say) -> dict[str, Any]:
    indexed = write_index(place, places, folder / INDEX, say)
    return {
        "path": INDEX,
        "lines": indexed.lines,
        "captures_left_out": indexed.unreadable,
        "sha256": sha256_of(folder / INDEX),
    }


def _manifest_before(folder: Path, choice: Choice) -> dict[str, Any] | None:
    if folder.exists() and not folder.is_dir():
        raise Stop(f"{folder} is a file. Name a folder for the export.")
    manifest = read_manifest(folder)
    if manifest is None:
        if folder.is_dir() and any(path.name[0] != "." for path in folder.iterdir()):
            raise Stop(f"{folder} is not empty and holds no export. Name another folder.")
        return None
    if int(manifest.get("format", 0)) > FORMAT:
        raise Stop(f"{folder} was exported by a newer program. Update Presshouse, or name another folder.")
    if manifest.get("filter") != choice.as_filter():
        raise Stop(
            f"{folder} holds an export with other choices ({_spelled(manifest.get('filter') or {})})."
            " Name another folder, so that neither takes the other's place."
        )
    return manifest


def _spelled(chosen: dict[str, Any]) -> str:
    words = [f"--where {chosen['where']!r}"] if chosen.get("where") else []
    words += [] if chosen.get("text", True) else ["--no-text"]
    words += ["--respect-reservations"] if chosen.get("respect_reservations") else []
    return " ".join(words) or "everything"


def _choose(connection: duckdb.DuckDBPyConnection, choice: Choice) -> tuple[list[str], int]:
    """Make the table `chosen` (article_id, month, fingerprint of the row).

    Returns the columns to be written, and how many articles were left out because they are reserved.
    """
    articles = relation(connection, "select * from articles")
    columns = [name for name in articles.columns if choice.text or name != "text"]
    if choice.where is not None:
        demand_reading(connection, f"select {choice.where}")
        try:
            # As one expression: it cannot be closed early to say something else.
            articles = articles.filter(choice.where)
        except duckdb.Error as error:
            raise _wrong_choice(choice, error) from error
    listed = ", ".join(columns)
    month = f"coalesce(strftime(published_date, '%Y-%m'), '{UNDATED}')"
    try:
        articles.project(
            f"article_id, {month} as month, hash({listed}) as fingerprint, rights_reserved is true as reserved"
        ).create("chosen")
    except duckdb.Error as error:
        if choice.where is None or isinstance(error, duckdb.IOException):
            raise
        raise _wrong_choice(choice, error) from error
    if not choice.respect_reservations:
        return columns, 0
    row = connection.execute("delete from chosen where reserved").fetchone()
    return columns, int(row[0]) if row else 0


def _wrong_choice(choice: Choice, error: duckdb.Error) -> Stop:
    return Stop(f"--where {choice.where!r}: {str(error).strip().splitlines()[0]}")


def _partitions(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Month -> (rows, fingerprint of all its rows in whatever order)."""
    rows = connection.execute(
        "select month, count(*), cast(sum(cast(fingerprint as hugeint)) as varchar)"
        " from chosen group by all order by all"
    ).fetchall()
    return {month: (count, total) for month, count, total in rows}


def _rule(columns: Sequence[str]) -> str:
    """What made the fingerprints: those of another rule say nothing."""
    return f"sum of duckdb {duckdb.__version__} hash over {len(columns)} columns"


def _unchanged(
    folder: Path, before: dict[str, Any] | None, wanted: dict[str, tuple[int, str]], rule: str
) -> dict[str, dict[str, Any]]:
    """The manifest's entries of files that hold the wanted rows already, and are whole."""
    if before is None or before["fingerprint"] != rule:
        return {}
    kept = {}
    for entry in before["files"]:
        if wanted.get(entry["month"]) == (entry["rows"], entry["fingerprint"]) and _is_whole(folder, entry):
            kept[entry["month"]] = entry
    return kept


def _is_whole(folder: Path, entry: dict[str, Any]) -> bool:
    path = folder / entry["path"]
    return path.is_file() and (path.stat().st_size, sha256_of(path)) == (entry["bytes"], entry["sha256"])


def _write(
    connection: duckdb.DuckDBPyConnection, writer: Writer, months: Sequence[str], columns: Sequence[str]
) -> None:
    if not months:
        return
    listed = ", ".join(f"articles.{name}" for name in columns)
    reader = connection.execute(
        f"select chosen.month, {listed} from articles join chosen using (article_id)"
        " where chosen.month in (select unnest(?::varchar[]))"
        " order by chosen.month, articles.published_date, articles.published_at, articles.article_id",
        [list(months)],
    ).to_arrow_reader(writer.ROWS_AT_ONCE)
    for batch in reader:
        writer.take(batch)
    writer.finish()


def _entry(partition: Partition, fingerprint: str) -> dict[str, Any]:
    return {
        "path": partition.name,
        "month": partition.month,
        "rows": partition.rows,
        "bytes": partition.bytes,
        "sha256": partition.sha256,
        "fingerprint": fingerprint,
    }


def _described(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> list[dict[str, str]]:
    found = {row[0]: row[1] for row in connection.execute("describe articles").fetchall()}
    # Parquet readers disagree about UUIDs; text is read alike by all.
    return [{"name": name, "type": "VARCHAR" if found[name] == "UUID" else found[name]} for name in columns]


def _remove_others(folder: Path, months: set[str]) -> list[str]:
    """Remove the partitions of months that have no rows any more."""
    removed = []
    for path in sorted((folder / PARTITIONS).glob("*.parquet")):
        if path.stem not in months:
            path.unlink()
            removed.append(path.stem)
    return removed


def _remember(place: Place, folder: Path) -> None:
    known = [str(path) for path in known_exports(place)]
    if str(folder) not in known:
        place.data_dir.mkdir(parents=True, exist_ok=True)
        write_durably(place.data_dir / KNOWN_EXPORTS, json.dumps([*known, str(folder)], indent=2) + "\n")


def known_exports(place: Place) -> list[Path]:
    """Folders that this data folder has exported to and that are still there."""
    path = place.data_dir / KNOWN_EXPORTS
    if not path.is_file():
        return []
    return [Path(name) for name in json.loads(path.read_text(encoding="utf-8")) if (Path(name) / MANIFEST).is_file()]


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
