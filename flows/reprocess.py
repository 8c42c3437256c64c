"""Stored captures through today's extractor: nothing is fetched again, and only what changed is stored."""

import hashlib
import json
import os
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from pydantic.json_schema import SkipJsonSchema

from flows import steps
from flows.batches.kept import as_kept
from flows.batches.pool import close_pool, pool
from flows.days import days
from flows.ending import end_if_told, listen
from flows.program import PROGRAM
from flows.progress import progress
from flows.rules import rules_hash
from flows.service.artifacts import Report, in_page, run_name
from flows.settings import Settings, load
from tasks.model import Article, Capture, Rejection, Via
from tasks.pool import Failed
from warehouse import batches
from warehouse import spool as spooling
from warehouse.archive_files import capture_at, local_copy
from warehouse.connect import WRITE_WAIT, in_use_here, must_exist
from warehouse.migrate import prepare
from warehouse.reprocess import (
    Stored,
    Text,
    changed,
    plan,
    reading_row,
    settle_stories,
    stored_rows,
    summary,
)

MANY = 8  # captures of a file in a store from which on the file is fetched whole, not by their parts
EXAMPLES = 3  # of a changed column
WIDTH = 60  # characters of a value in an example


@dataclass(slots=True)
class Reprocessed:
    """What a run found out. `columns`: changed captures by column; `examples`: before -> after, of this call."""

    days: str
    captures: int = 0
    earlier: int = 0  # read by these rules before
    results: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    moved: int = 0  # articles that came into another story


@flow(name="reprocess", flow_run_name=run_name, validate_parameters=False)
@in_page(lambda result, settings: page_report(result))
def reprocess(
    from_day: str | None = None,
    to_day: str | None = None,
    publishers: Sequence[str] = (),
    settings: SkipJsonSchema[Settings | None] = None,
) -> Reprocessed:
    """Read stored captures of a range of days again with today's rules; what changed becomes a new reading.

    Nothing is fetched. Days are those of published_date; of undated articles and rejected captures the UTC day of the
    capture. Stopped at any moment and started again, it goes on with what these rules have not read yet.

    Args:
        from_day: First day: 2026-10-03, 2026-10, yesterday, 7d. None: the first.
        to_day: Last day, included, spelled alike. None: the last.
        publishers: Domains; none: all publishers.
        settings: Of the command. A run from the page has none and reads its own from the environment.
    """
    settings = settings or load(os.environ)
    if threading.current_thread() is threading.main_thread():
        listen(unsafe=in_use_here)
    place, run_id = settings.place, str(runtime.flow_run.id)
    must_exist(place.file)
    chosen = days(from_day, to_day, datetime.now(UTC).date())
    prepare(place.file, wait=WRITE_WAIT, say=progress().say)
    _append(settings)
    rules = rules_hash(settings.seeds)
    captures, earlier = plan(place, chosen.first, chosen.last, publishers=publishers, rules=rules, wait=WRITE_WAIT)
    result = Reprocessed(chosen.sentence(), len(captures), earlier)
    progress().say(f"{len(captures):,} stored captures to read again, {earlier:,} are read by these rules already")
    if captures:
        _run_row("started", {"days": chosen.sentence(), "publishers": list(publishers)}, settings, run_id)
        _read_all(captures, rules, settings, run_id, result)
        _run_row("ended", {}, settings, run_id)
        _append(settings)
        result.moved = settle_stories(place, run_id=run_id, wait=WRITE_WAIT)
    result.results, result.columns = summary(place, run_id=run_id, wait=WRITE_WAIT)
    return result


def _append(settings: Settings) -> None:
    """What waits, into the warehouse. Raises WarehouseHeld: without it nothing can be compared."""
    drained = steps.append(settings, WRITE_WAIT)
    if drained.held:
        raise drained.held


def _read_all(captures: Sequence[Stored], rules: str, settings: Settings, run_id: str, result: Reprocessed) -> None:
    read = task(name="read again", cache_policy=NO_CACHE)(read_batch)
    try:
        for start in range(0, len(captures), settings.batch_captures):
            end_if_told()
            piece = captures[start : start + settings.batch_captures]
            for name, lines in read(piece, rules, settings, run_id).items():
                kept = result.examples.setdefault(name, [])
                kept += lines[: EXAMPLES - len(kept)]
            _append(settings)
            progress().say(f"{start + len(piece):,} of {len(captures):,} read again")
    except BaseException:
        close_pool(at_once=True)
        raise
    close_pool()


def read_batch(captures: Sequence[Stored], rules: str, settings: Settings, run_id: str) -> dict[str, list[str]]:
    """Read captures again, and leave a batch in the spool: a reading each, and an article where something changed.

    Returns examples of what changed, by column.
    """
    place, now = settings.place, datetime.now(UTC)
    before = stored_rows(place, captures, wait=WRITE_WAIT)
    by_place = {(one.capture_file, one.capture_offset): one for one in captures}
    rows: list[spooling.Row] = []
    examples: dict[str, list[str]] = defaultdict(list)
    inputs = _captures(captures, settings, rules, now, rows)
    for capture, made in pool(settings).map(inputs):
        end_if_told()
        one = by_place[capture.capture_file, capture.capture_offset]
        rows.append(_row(one, capture, made, before, rules, now, settings, examples))
    if rows:
        batches.write_batch(place, rows, run_id=run_id, program=PROGRAM)
    return examples


def _captures(
    stored: Sequence[Stored], settings: Settings, rules: str, now: datetime, rows: list[spooling.Row]
) -> Iterator[Capture]:
    """The captures with their bytes; those whose bytes are gone get their row on the way."""
    of_file = Counter(one.capture_file for one in stored)
    whole = {name: local_copy(settings.place, name) for name, count in of_file.items() if count >= MANY}
    for one in stored:
        capture = _bytes(one, whole.get(one.capture_file), settings)
        if capture is None:
            rows.append(reading_row(one, rules=rules, result="gone", read_at=now))
            continue
        # A reading takes the place of the earlier one of the same capture: by its time, as it was told then.
        yield replace(capture, capture_file=one.capture_file, captured_at=one.captured_at)


def _bytes(one: Stored, copy: Path | None, settings: Settings) -> Capture | None:
    """`copy`: the whole file, where it lies near."""
    via = cast(Via, one.via)
    found = capture_at(settings.place, one.capture_file, one.capture_offset, via, max_body=settings.max_body, copy=copy)
    return replace(found, via=via) if isinstance(found, Capture) else None


def _row(
    one: Stored,
    capture: Capture,
    made: Article | Rejection | Failed,
    before: dict[Text, Any],
    rules: str,
    now: datetime,
    settings: Settings,
    examples: dict[str, list[str]],
) -> spooling.Row:
    """The spool row of one capture: what is new of it."""
    if not isinstance(made, Article):
        result = "rejected" if one.text else "unchanged"
        return reading_row(one, rules=rules, result=result, read_at=now, reason=made.reason)
    made = as_kept(made, settings)
    figures = spooling.CaptureFigures(hashlib.sha256(capture.body).hexdigest(), len(capture.body))
    rights = json.dumps(made.rights, ensure_ascii=False) if made.rights else None
    row = spooling.article_row(capture, figures, made, rights, now)
    if one.text is None:
        return row | reading_row(one, rules=rules, result="article", read_at=now)
    stored = before[one.text]
    names = changed(stored, row["article"])
    if not names:
        return reading_row(one, rules=rules, result="unchanged", read_at=now)
    for name in names:
        if len(examples[name]) < EXAMPLES and name != "text_hash":
            examples[name].append(f"{_short(stored[name])} -> {_short(row['article'][name])}")
    return row | reading_row(one, rules=rules, result="changed", read_at=now, changed=names)


def _short(value: Any) -> str:
    """A value in one line; of a text its length, since it seldom differs at its beginning."""
    if isinstance(value, str) and len(value) > 4 * WIDTH:
        return f"{len(value):,} characters"
    value = ", ".join(map(str, value)) or None if isinstance(value, list | tuple) else value
    said = "nothing" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    said = " ".join(said.split())
    return said if len(said) <= WIDTH else said[: WIDTH - 1] + "…"


def _run_row(event: str, arguments: dict[str, object], settings: Settings, run_id: str) -> None:
    row = spooling.run_row("reprocess", event, arguments, datetime.now(UTC))
    batches.write_batch(settings.place, [row], run_id=run_id, program=PROGRAM)


_SAID = {
    "unchanged": "read the same",
    "changed": "read otherwise: a new reading took the place of the earlier",
    "article": "rejected before, an article now",
    "rejected": "no article by today's rules; what was stored stays",
    "gone": "bytes that are gone",
}


def page_report(result: Reprocessed) -> Report:
    """What the Prefect page shows, and what the command prints: by result, and field by field."""
    read = ", ".join(f"{count:,} {name}" for name, count in result.results.items()) or "nothing to read again"
    figures = [(_SAID.get(name, name), f"{count:,}") for name, count in result.results.items()]
    figures += [(f"changed: {name}", f"{count:,}") for name, count in result.columns.items() if name != "text_hash"]
    if result.moved:
        figures.append(("moved to another story", f"{result.moved:,}"))
    return Report(f"{result.days}: {read}", figures)


def lines(result: Reprocessed) -> list[str]:
    """What the command prints: by result, then field by field with examples."""
    said = [f"{count:>9,}   {_SAID.get(name, name)}" for name, count in result.results.items()]
    if result.earlier:
        said.append(f"{result.earlier:>9,}   read by these rules before")
    if not said:
        return ["No stored captures in this range."]
    for name, count in result.columns.items():
        if name != "text_hash":
            said.append(f"  {name:<26}{count:>7,}")
            said += [f"      {example}" for example in result.examples.get(name, [])]
    if result.moved:
        said.append(f"{result.moved:>9,}   articles moved to another story")
    return said
