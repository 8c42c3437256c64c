"""`presshouse check`: does the ledger agree with the tables, and do the files agree with both. Reads only."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.archive import WarcReader
from tasks.archive.erase import ERASING
from tasks.archive.gzip_stream import split_offset
from tasks.errors import Rejected
from tasks.model import Capture
from tasks.owners import PARTIAL, is_abandoned
from warehouse import spool as spooling
from warehouse.archive_files import listed, local_copy, sizes_of
from warehouse.batches import broken, readable, waiting_batches
from warehouse.compact import SUFFIX as COMPACTING
from warehouse.connect import READ_WAIT, must_exist, opened
from warehouse.forget import OURS
from warehouse.lake import is_lake
from warehouse.migrate import check_version
from warehouse.place import Place

STRANGERS_AFTER = timedelta(days=1)  # batches of another warehouse that wait so long are somebody's oversight
LOOKED_BACK = timedelta(days=27)  # by every ingest in a store's list: this month and the last at least
EXAMPLES = 3  # names in one line
MAX_BODY = 1 << 30  # bytes of a body that `--deep` reads

Progress = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `kind` is a word for machines; `line` says what it is and what to do."""

    kind: str
    line: str


@dataclass(frozen=True, slots=True)
class Named:
    """An archive or WARC file as the tables name it."""

    capture_file: str
    captures: int
    last_offset: int


def check(
    place: Place,
    *,
    now: datetime,
    deep: bool = False,
    settled: timedelta = timedelta(0),
    progress: Progress | None = None,
) -> list[Finding]:
    """Everything that is wrong, in the order of the way of the data. Raises Stop, WarehouseHeld.

    `settled`: files younger than this are left out: a run that is under way has not named them yet. `deep` reads every
    record that the tables name and compares its bytes with the stored digest.
    """
    must_exist(place.file)
    with opened(place.file, read_only=True, wait=READ_WAIT) as connection:
        check_version(connection, place.file)
        found = list(_ledger(connection))
        files = [Named(*row) for row in connection.execute(_NAMED).fetchall()]
        batches = {row[0] for row in connection.execute("select batch_id from batches").fetchall()}
        owed = {row[0] for row in connection.execute(_OWED, {"before": now - settled}).fetchall()}
    found += _spool(place, batches, now)
    found += _named_files(place, files)
    found += _unnamed_files(place, {one.capture_file for one in files} | owed, now - settled)
    if owed:
        found.append(Finding("erasure", f"{len(owed)} files hold what was forgotten; run: presshouse maintain"))
    leftover = place.file.with_name(place.file.name + COMPACTING)
    if not is_lake(place.file) and leftover.exists():
        found.append(
            Finding("leftover", f"{leftover} was left by a compaction that was stopped; run: presshouse maintain")
        )
    if deep:
        for one in files:
            found += _read(place, one, progress or (lambda _: None))
    return found


def _ledger(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    for batch, what, expected, there in connection.execute(_COUNTS).fetchall():
        yield Finding(
            "half_batch",
            f"batch {batch}: the ledger counts {expected} {what}, the tables hold {there};"
            " restore the warehouse from a backup, or ingest the same sources again",
        )
    for query, kind, line in _RULES:
        rows = connection.execute(query).fetchall()
        if rows:
            names = ", ".join(str(row[0]) for row in rows[:EXAMPLES]) + (", ..." if len(rows) > EXAMPLES else "")
            yield Finding(kind, line.format(count=len(rows), names=names))


def _spool(place: Place, batches: set[str], now: datetime) -> Iterator[Finding]:
    for name in broken(place):
        advice = "its captures are read again by: presshouse ingest; then remove it"
        yield Finding("broken_batch", f"{name} could not be read and was set aside; {advice}")
    for path in waiting_batches(place):
        yield from _batch(path, batches)
    for path in sorted(place.spool.glob("*")):
        if path.name.endswith(PARTIAL) and is_abandoned(path):
            yield Finding(
                "orphan", f"{path} was left half-written by a run that was killed; remove it, or: presshouse ingest"
            )
    for folder in sorted(place.spool.parent.glob("*/")):
        waiting = spooling.waiting(folder) if folder != place.spool else []
        if waiting and now - _changed_at(waiting[0]) > STRANGERS_AFTER:
            yield Finding(
                "orphan",
                f"{folder} holds {len(waiting)} batches of another warehouse since {_changed_at(waiting[0]):%Y-%m-%d};"
                " ingest with its --warehouse, or remove the folder if that warehouse is gone",
            )


def _batch(path: Path, batches: set[str]) -> Iterator[Finding]:
    try:
        facts = spooling.read_facts(path)
        rows = pq.read_metadata(path).num_rows
    except FileNotFoundError:  # appended in this moment
        return
    except (OSError, pa.ArrowInvalid) as error:
        reason = str(error).splitlines()[0]
        yield Finding("broken_batch", f"{path} cannot be read ({reason}); the next presshouse ingest sets it aside")
        return
    if rows != facts.rows:
        yield Finding("broken_batch", f"{path} says {facts.rows} rows and holds {rows}; remove it and ingest again")
    if facts.batch_id in batches:
        yield Finding("orphan", f"{path} is appended already; it goes with the next: presshouse ingest")


def _named_files(place: Place, files: Sequence[Named]) -> Iterator[Finding]:
    sizes = sizes_of(place, [one.capture_file for one in files])
    for one in files:
        name, size = place.shown(one.capture_file), sizes.get(one.capture_file)
        if size is None:
            whose = "restore it from a backup" if one.capture_file.startswith(OURS) else "put it back where it was"
            yield Finding("missing_file", f"{name} is missing, with {one.captures} captures; {whose}")
        elif one.capture_file.startswith(OURS) and split_offset(one.last_offset)[0] >= size:
            yield Finding(
                "short_file",
                f"{name} ends at byte {size:,}, before its last capture at {one.last_offset:,};"
                " restore it from a backup",
            )


def _unnamed_files(place: Place, named: set[str], settled_at: datetime) -> Iterator[Finding]:
    waiting = _spooled_files(place)
    for one in listed(place):
        if one.capture_file not in named | waiting and one.changed_at <= settled_at:
            name = place.shown(one.capture_file)
            advice = "the next presshouse ingest reads it"
            if place.archive_url and settled_at - one.changed_at > LOOKED_BACK:
                advice = "read it: presshouse backfill --via archive"
            yield Finding("unnamed_file", f"{name} is named by nothing; {advice}")
    for path in sorted(place.archive.glob(f"*/*/*/.{place.key}-*")):
        if path.name.endswith(PARTIAL) and is_abandoned(path):
            yield Finding(
                "orphan", f"{path} was left by a run that was killed; the next presshouse ingest takes what is whole"
            )
        elif path.name.endswith(ERASING) and _changed_at(path) <= settled_at:
            yield Finding("orphan", f"{path} was left by an erasure that was stopped; run: presshouse maintain")


def _spooled_files(place: Place) -> set[str]:
    """Capture files that waiting batches name."""
    files: set[str] = set()
    with duckdb.connect() as connection:
        for path in readable(place):
            try:
                rows = connection.execute(_SPOOLED, [str(path)]).fetchall()
            except duckdb.IOException:  # appended in this moment
                continue
            files |= {row[0] for row in rows}
    return files


def _read(place: Place, one: Named, progress: Progress) -> Iterator[Finding]:
    """Every record that the tables name: is it there, and are its bytes those that were stored."""
    path = local_copy(place, one.capture_file)
    if path is None:
        return
    progress(path)
    name = place.shown(one.capture_file)
    with opened(place.file, read_only=True, wait=READ_WAIT) as connection:
        wanted = dict(connection.execute(_DIGESTS, {"file": one.capture_file}).fetchall())
    offsets: set[int] = set()
    wrong: list[int] = []
    try:
        with WarcReader(path, max_body=MAX_BODY, is_ours=one.capture_file.startswith(OURS)) as reader:
            for record in reader:
                if record.capture_offset is None:
                    continue
                offsets.add(record.capture_offset)
                stored = wanted.get(record.capture_offset)
                if stored and isinstance(record, Capture) and hashlib.sha256(record.body).hexdigest() != stored:
                    wrong.append(record.capture_offset)
    except Rejected as error:
        yield Finding("unreadable_file", f"{name} cannot be read ({error}); restore it from a backup")
        return
    lacking = sorted(set(wanted) - offsets)
    if lacking:
        yield Finding(
            "missing_record", f"{name} lacks {len(lacking)} records, at {_some(lacking)}; restore it from a backup"
        )
    if wrong:
        yield Finding(
            "other_bytes", f"{name} holds other bytes than were read at {_some(wrong)}; restore it from a backup"
        )


def _some(offsets: Iterable[int]) -> str:
    listed = [f"{one:,}" for one in offsets]
    return ", ".join(listed[:EXAMPLES]) + (", ..." if len(listed) > EXAMPLES else "")


def _changed_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # gone in this moment
        return datetime.now(UTC)


_COLUMNS = "articles, revisions, known, rejected"
# What the ledger counts, less what was taken away, against what the tables hold.
_COUNTS = f"""
with ledger as (
    select batch_id, what, sum(number) as number
    from (
        select * from (unpivot (select batch_id, {_COLUMNS} from batches) on {_COLUMNS} into name what value number)
        union all
        select batch_id, what, -number
        from (unpivot (select batch_id, {_COLUMNS} from removals) on {_COLUMNS} into name what value number)
    )
    group by all
),
held as (
    select batch_id, if(outcome = 'known', outcome, outcome || 's') as what, count(*) as number
    from captures where outcome in ('article', 'revision', 'known') group by all
    union all
    select batch_id, 'rejected', count(*) from rejections where outcome = 'rejected' group by all
)
select batch_id, what, ledger.number, coalesce(held.number, 0)
from ledger left join held using (batch_id, what)
where ledger.number <> coalesce(held.number, 0)
order by all
"""
_RULES: tuple[tuple[str, str, str], ...] = (
    (
        "select batch_id from batches group by batch_id having count(*) > 1 order by 1",
        "batch_twice",
        "{count} batches stand in the ledger twice: {names}; restore the warehouse from a backup",
    ),
    (
        """
        select batch_id from (
            select batch_id from captures union select batch_id from rejections union select batch_id from revisions
            union select batch_id from runs union select batch_id from polls union select batch_id from entries
        )
        where batch_id not in (select batch_id from batches) order by 1
        """,
        "half_batch",
        "{count} batches have rows and stand in no ledger: {names}; restore the warehouse from a backup",
    ),
    (
        """
        select distinct article_id from captures
        where outcome in ('article', 'revision') and text_hash is not null
            and (article_id, text_hash) not in (select (article_id, text_hash) from revisions)
        order by 1
        """,
        "missing_text",
        "{count} articles were captured and have no text: {names}; restore the warehouse from a backup",
    ),
    (
        """
        select distinct article_id from revisions
        where article_id not in (select article_id from shingles) order by 1
        """,
        "missing_shingles",
        "{count} articles cannot be compared with others: {names}; run: presshouse stories rebuild --yes",
    ),
    (
        """
        select distinct article_id from revisions
        where article_id not in (select article_id from captures where article_id is not null) order by 1
        """,
        "missing_capture",
        "{count} articles have a text and no capture: {names}; restore the warehouse from a backup",
    ),
)
# What a backfill read in a file on the web and did not keep (warehouse.place.is_remote) is nobody's to check.
_NAMED = """
select capture_file, count(*), max(capture_offset) from captures
where capture_file is not null and not regexp_matches(capture_file, '^https?://')
group by capture_file order by capture_file
"""
_SPOOLED = "select distinct capture.capture_file from read_parquet(?) where capture.capture_file is not null"
_DIGESTS = """
select capture_offset, max(payload_sha256) from captures
where capture_file = $file group by capture_offset
"""
_OWED = "select distinct coalesce(capture_file, '') from erasures where asked_at <= $before"


def as_rows(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """For machines."""
    return [{"kind": one.kind, "line": one.line} for one in found]
