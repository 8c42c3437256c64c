"""The CDXJ index of the captures of an export, written from the archive files themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from tasks.archive.cdxj import cdxj_lines
from tasks.errors import Rejected
from warehouse.archive_files import local_copy
from warehouse.place import Place

INDEX = "archive.cdxj"

_PLACES = """
select distinct capture_file, capture_offset
from captures
where capture_file is not null and capture_offset is not null and ($everything or article_id in (
    select article_id from chosen
))
order by all
"""


@dataclass(slots=True)
class Indexed:
    """What became of the captures: `lines` are in the index; `unreadable` cannot be read alone where they are."""

    lines: int = 0
    unreadable: int = 0


def capture_places(connection: duckdb.DuckDBPyConnection, *, everything: bool) -> list[tuple[str, int]]:
    """(capture_file, capture_offset) of every capture, or only of the articles in the table `chosen`; in order."""
    return connection.execute(_PLACES, {"everything": everything}).fetchall()


def write_index(place: Place, places: list[tuple[str, int]], target: Path, say: Callable[[str], None]) -> Indexed:
    """Write the lines for these captures, sorted by their bytes as binary search wants it; renamed in whole.

    `filename` in a line is as the warehouse stores it: relative to the data folder, or absolute for the user's own
    WARC files. Files that are gone or damaged are said and left out.
    """
    indexed, found = Indexed(), list[bytes]()
    for name, group in groupby(places, key=lambda one: one[0]):
        offsets = [offset for _, offset in group]
        try:
            for line in cdxj_lines(local_copy(place, name) or place.located(name), offsets, name):
                if line is None:
                    indexed.unreadable += 1
                else:
                    found.append(line.encode("ascii", "backslashreplace") + b"\n")
        except (Rejected, OSError) as error:
            say(f"{name}: {error}; its {len(offsets):,} captures are not in the index")
            indexed.unreadable += len(offsets)
    partial = target.with_name(f".{target.name}.part")
    with partial.open("wb") as stream:
        stream.writelines(sorted(set(found)))
    partial.replace(target)
    indexed.lines = len(set(found))
    return indexed
