"""What a backfill has to know: which units are done, which pages are captured, on which days something is missing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from tasks.backfill.scope import OTHER, OUTSIDE, UNDATED
from tasks.backfill.units import Day, Done
from tasks.backfill.windows import Window
from tasks.errors import Deferred
from tasks.url import url_key
from warehouse.archive_files import listed
from warehouse.fetch_state import FetchState, fetch_state
from warehouse.place import Place
from warehouse.seen import PASSING
from warehouse.values import among, as_json

USUAL_DAYS = 56  # before now, over which articles a day are counted for estimates


def done_units(place: Place, way: str) -> list[Done]:
    """The units of this way that the ledger has as done, those that wait in the spool among them.

    Raises WarehouseHeld or Deferred while somebody holds the warehouse.
    """
    with fetch_state(place) as state:
        _must_read(state, place)
        return [
            Done(way, source, Window(first, last), undated, tuple(publishers), fingerprint, ended_at)
            for source, first, last, undated, publishers, fingerprint, ended_at in state.rows(
                _done(state), {"way": way}
            )
        ]


def _must_read(state: FetchState, place: Place) -> None:
    if state.by_memory:
        raise Deferred(f"{place.file} is held by another process, and what is done cannot be known. Close it there.")


def _done(state: FetchState) -> str:
    columns = "source, first_day, last_day, undated, publishers, fingerprint, ended_at"
    asked = "where way = $way and state = 'done'"
    spooled = f"select {columns} from (select unnest(unit) from spooled where unit is not null) {asked}"
    if not _has(state, "backfill_units"):
        return spooled
    return f"select {columns} from backfill_units {asked} union all {spooled}"


def _has(state: FetchState, table: str) -> bool:
    found = state.rows("select 1 from information_schema.tables where table_name = $table", {"table": table})
    return bool(found)


def captured_pages(place: Place, urls: Sequence[str], *, days: str) -> set[str]:
    """Those of these URLs (redacted) whose page is here: captured, or refused for good by its server or site.

    What was captured and is no article of other days counts as not here, unless the days were these (`days`: the end
    of such a rejection's detail).
    """
    with fetch_state(place) as state:
        rows = state.rows(_CAPTURED, {"urls": as_json(urls), "of_scope": [OUTSIDE, OTHER, UNDATED], "days": days})
    return {row[0] for row in rows}


def captured_moments(place: Place, urls: Sequence[str], captured: Window) -> set[str]:
    """Those of these URLs of which a capture of these UTC days is here."""
    with fetch_state(place) as state:
        rows = state.rows(_MOMENTS, {"urls": as_json(urls), "first": captured.first, "last": captured.last})
    return {row[0] for row in rows}


def known_pages(place: Place, urls: Iterable[str]) -> set[str]:
    """Those of these URLs that led to an article, whichever spelling they have."""
    keys = {url: key for url in urls if (key := url_key(url))}
    with fetch_state(place) as state:
        stored = {
            row[0]
            for row in state.rows(
                f"select url_key from state_keys where url_key in {among('keys')}",
                {"keys": as_json(set(keys.values()))},
            )
        }
    return {url for url, key in keys.items() if key in stored}


def coverage(place: Place, window: Window) -> dict[tuple[str, date], Day]:
    """The view `coverage` for these days, by publisher and day; empty without a warehouse."""
    with fetch_state(place) as state:
        _must_read(state, place)
        if not _has(state, "coverage"):
            return {}
        rows = state.rows(
            "select publisher, day, actual, expected, gap from coverage where day between $first and $last",
            {"first": window.first, "last": window.last},
        )
    return {(publisher, day): Day(actual, expected, gap) for publisher, day, actual, expected, gap in rows}


def usual_articles(place: Place, publishers: Sequence[str]) -> dict[str, float]:
    """Articles a day of publishers that are watched: the median over the last eight weeks that have any."""
    with fetch_state(place) as state:
        if state.by_memory or not _has(state, "articles"):
            return {}
        rows = state.rows(_USUAL, {"publishers": list(publishers), "days": USUAL_DAYS})
    return dict(rows)


def archive_files(place: Place, first: date, *, program: str) -> list[str]:
    """Files of the archive from this day on with captures of which this warehouse has no verdict by this program.

    As rows name them.
    """
    files = [one.capture_file for one in listed(place, every_warehouse=True) if _day_of(one.capture_file) >= first]
    with fetch_state(place) as state:
        _must_read(state, place)
        if not _has(state, "captures"):  # a warehouse that is still to be made
            return files
        asked = {"files": as_json(files), "program": program, "passing": [*PASSING]}
        settled = {row[0] for row in state.rows(_SETTLED, asked)}
    return [name for name in files if name not in settled]


def _day_of(capture_file: str) -> date:
    """The UTC day on which an archive file was opened: its folders."""
    try:
        year, month, day = Path(capture_file).parts[1:4]
        return date(int(year), int(month), int(day))
    except ValueError:
        return date.max  # no folder of ours; its captures tell their own dates


def ended_units(place: Place, run_id: str) -> list[tuple[str, str, str | None, datetime]]:
    """(unit, state, detail, ended_at) of a run, in order."""
    with fetch_state(place) as state:
        if not _has(state, "backfill_units"):
            return []
        rows = state.rows(
            "select unit, state, detail, ended_at from backfill_units where run_id = $run_id order by ended_at",
            {"run_id": run_id},
        )
    return [(unit, told, detail, at) for unit, told, detail, at in rows]


# Rejected by the site or its server, or captured; what was only left out of another range may be wanted now.
_CAPTURED = f"""
with captured as (
    select fetched_url, capture_file, capture_offset, outcome as is_article
    from state_captures
    where fetched_url in {among("urls")} and via <> 'wayback' and payload_sha256 is not null
),
refused as (
    select fetched_url, capture_file, capture_offset, reason, detail
    from state_rejections
    where fetched_url in {among("urls")} and outcome = 'rejected'
)
select fetched_url
from captured
where is_article or not exists (
    select 1 from refused
    where refused.capture_file = captured.capture_file and refused.capture_offset = captured.capture_offset
        and refused.reason in (select unnest($of_scope::varchar[])) and not ends_with(refused.detail, $days)
)
union
select fetched_url from refused where capture_file is null
"""

_MOMENTS = f"""
select fetched_url
from state_captures as captured
where fetched_url in {among("urls")} and via = 'wayback'
    and cast(captured_at at time zone 'UTC' as date) between $first and $last
"""

_USUAL = """
with days as (
    select publisher, published_date, count(*) as articles
    from articles
    where publisher in (select unnest($publishers::varchar[])) and published_date is not null
    group by publisher, published_date
),
recent as (
    select * from days
    qualify row_number() over (partition by publisher order by published_date desc) <= $days
)
select publisher, median(articles) from recent group by publisher
"""

# A file is settled when the warehouse has captures of it, and every rejection was made for good by this very program.
_SETTLED = f"""
select capture_file
from captures
where capture_file in {among("files")}
group by capture_file
having not bool_or(outcome = 'rejected' and (
    program <> $program or exists (
        select 1 from rejections
        where rejections.capture_file = captures.capture_file
            and rejections.capture_offset = captures.capture_offset
            and rejections.reason in (select unnest($passing::varchar[]))
    )
))
"""
