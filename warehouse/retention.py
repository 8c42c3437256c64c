"""Which bytes of the archive go by a rule; texts and dates stay. Off unless a rule is set.

Whole files go, the oldest first: a file once everything in it is old enough. First the file, then its name in the
tables: what is interrupted in between is completed by the next call, which chooses the same files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from warehouse.archive_files import remove, sizes_of
from warehouse.connect import opened
from warehouse.forget import OURS
from warehouse.place import Place


@dataclass(frozen=True, slots=True)
class Rules:
    """Each 0: off."""

    days: float = 0.0  # older bytes go
    archive_bytes: int = 0  # beyond it the oldest go


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the archive: when it was last added to, and its size. `at` is aware."""

    capture_file: str
    at: datetime
    bytes: int


@dataclass(frozen=True, slots=True)
class Retired:
    """What went."""

    files: int = 0
    bytes: int = 0
    captures: int = 0


def chosen(files: Sequence[Kept], rules: Rules, now: datetime) -> dict[str, str]:
    """The files that go, and the rule by which. Pure."""
    going: dict[str, str] = {}
    if rules.days:
        going |= {
            one.capture_file: f"older than {rules.days:g} days"
            for one in files
            if now - one.at > timedelta(days=rules.days)
        }
    if rules.archive_bytes:
        too_much = sum(one.bytes for one in files if one.capture_file not in going) - rules.archive_bytes
        for one in sorted(files, key=lambda one: (one.at, one.capture_file)):
            if too_much > 0 and one.capture_file not in going:
                going[one.capture_file] = f"archive larger than {rules.archive_bytes / 1e9:g} GB"
                too_much -= one.bytes
    return going


def retire(place: Place, rules: Rules, *, now: datetime, wait: float) -> Retired:
    """Remove the bytes that a rule names; `why` tells since when they are gone. Raises WarehouseHeld, OSError."""
    if not (rules.days or rules.archive_bytes):
        return Retired()
    with opened(place.file, read_only=True, wait=wait) as connection:
        rows = connection.execute(_FILES).fetchall()
    sizes = sizes_of(place, [name for name, _ in rows])
    files = [Kept(name, at, sizes.get(name, 0)) for name, at in rows]
    going = chosen(files, rules, now)
    if not going:
        return Retired()
    for name in going:
        remove(place, name)
    with opened(place.file, read_only=False, wait=wait) as connection:
        connection.execute("begin")
        values = {"files": list(going), "rules": list(going.values())}
        connection.execute(_GOING, values)
        row = connection.execute(
            "select count(*) from captures where capture_file in (select file from going)"
        ).fetchone()
        connection.execute(_CAPTURES, {"now": now})
        for table in ("revisions", "rejections"):
            connection.execute(
                f"update {table} set capture_file = null, capture_offset = null"
                " where capture_file in (select file from going)"
            )
        connection.execute("commit")
    return Retired(len(going), sum(one.bytes for one in files if one.capture_file in going), row[0] if row else 0)


# By when it was seen: a page may have been captured long before it was loaded.
_FILES = f"""
select capture_file, max(seen_at) from captures
where starts_with(capture_file, '{OURS}') group by capture_file order by capture_file
"""
_GOING = """
create or replace temp table going as select unnest($files::varchar[]) as file, unnest($rules::varchar[]) as rule
"""
_CAPTURES = """
update captures set capture_file = null, capture_offset = null, bytes_removed_at = $now, bytes_removed_by = going.rule
from going where captures.capture_file = going.file
"""
