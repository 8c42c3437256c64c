"""The hourly housekeeping: drain, erase, stories, repeated lines, retention, compaction, snapshot, report, check.

One at a time. Every step leaves the warehouse whole and can be run again, so it may be stopped at any moment. A step
that fails is said and does not keep the others from their work.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb
from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from pydantic.json_schema import SkipJsonSchema

from flows.ending import end_if_told, listen
from flows.progress import progress
from flows.reading.report import NAME as REPORT
from flows.reading.report import write_report
from flows.service.artifacts import Report, in_page, run_name
from flows.service.feed_events import told
from flows.service.heartbeat import beat
from flows.settings import Settings, load
from flows.turn import Taken, alone
from flows.words import counted
from tasks.errors import PresshouseError
from warehouse import archive_files, batches
from warehouse.append import drain
from warehouse.check import check
from warehouse.compact import WORTH_WHILE, compact, free_share
from warehouse.connect import WRITE_WAIT, WarehouseHeld, in_use_here, opened
from warehouse.forget import orphaned
from warehouse.forget_copies import pay
from warehouse.migrate import prepare
from warehouse.repeated_lines import decide_repeated_lines
from warehouse.retention import Rules, retire
from warehouse.sizes import measured, record
from warehouse.snapshot import make_snapshot
from warehouse.stories import redecide, redecide_late_days

SETTLED = timedelta(hours=1)  # files that are younger may belong to a run under way
LOCK = "maintain.lock"  # beside the spool's batches

Step = Callable[[Settings, datetime, str], str | None]


@dataclass(slots=True)
class Maintained:
    """What was done, a line a step that did something, and what is wrong."""

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)  # steps that could not be done, and why
    findings: list[str] = field(default_factory=list)  # of `check`
    held_by: str | None = None  # another process had the warehouse open
    held: str | None = None  # the same in words; or that Postgres does not answer
    notice: str | None = None  # why nothing was done


def drained(settings: Settings, now: datetime, run_id: str) -> str | None:
    """Append what waits in the spool."""
    batches.settle(settings.place, is_shared=settings.is_shared)
    if settings.place.archive_url:
        archive_files.settle(settings.place, is_shared=settings.is_shared)
    prepare(settings.place.file, wait=WRITE_WAIT, say=progress().say)
    found = drain(settings.place, wait=WRITE_WAIT, say=progress().say)
    if found.held:
        raise found.held
    texts = sum(one.articles + one.revisions for one in found.appended)
    return (
        f"appended {counted(len(found.appended), 'waiting batch', 'waiting batches')}, {counted(texts, 'text')}"
        if found.appended
        else None
    )


def erased(settings: Settings, now: datetime, run_id: str) -> str | None:
    """Complete what `forget` still owes."""
    paid = pay(settings.place, wait=WRITE_WAIT, say=progress().say)
    if not (paid.records or paid.compacted):
        return None
    redecide(settings.place, orphaned(settings.place, wait=WRITE_WAIT), run_id=run_id, wait=WRITE_WAIT)
    return f"erased {paid.records:,} archived records of what was forgotten"


def decided(settings: Settings, now: datetime, run_id: str) -> str | None:
    """Stories of days that late arrivals touched."""
    changed = redecide_late_days(settings.place, run_id=run_id, wait=WRITE_WAIT)
    return f"moved {counted(changed, 'article')} to another story" if changed else None


def compared(settings: Settings, now: datetime, run_id: str) -> str | None:
    """Lines that publishers print under one article after another, for months that have no list of them yet."""
    found = decide_repeated_lines(settings.place, run_id=run_id, now=now, wait=WRITE_WAIT)
    if not found.lists:
        return None
    return f"looked for repeated lines, {found.lists:,} months of publishers: {found.lines:,} lines"


def retired(settings: Settings, now: datetime, run_id: str) -> str | None:
    """Bytes that go by a rule, if one is set."""
    rules = Rules(settings.keep_captures_days, int(settings.keep_archive_gb * 1e9))
    gone = retire(settings.place, rules, now=now, wait=WRITE_WAIT)
    if not gone.files:
        return None
    files, captures = counted(gone.files, "archive file"), counted(gone.captures, "capture")
    return f"removed {files}, {gone.bytes / 1e6:,.1f} MB, {captures}, by rule"


def compacted(settings: Settings, now: datetime, run_id: str) -> str | None:
    """The warehouse without its free pages, once they are many."""
    share, free = free_share(settings.place.file, wait=WRITE_WAIT)
    if not settings.compact_share or share <= settings.compact_share or free < WORTH_WHILE:
        return None
    made = compact(settings.place.file, wait=WRITE_WAIT)
    return f"wrote the warehouse anew: {made.before / 1e6:,.1f} MB before, {made.after / 1e6:,.1f} MB now"


def copied(settings: Settings, now: datetime, run_id: str) -> str | None:
    """The snapshot for readers, where something was appended since the last."""
    made = make_snapshot(settings.place, now=now, force=False, say=progress().say)
    return f"made the snapshot: {counted(made.articles, 'article')}, {made.bytes / 1e6:,.1f} MB" if made else None


def reported(settings: Settings, now: datetime, run_id: str) -> str | None:
    """The report, when the snapshot is newer."""
    target, snapshot = settings.place.data_dir / REPORT, settings.place.snapshot
    if not snapshot.exists() or (target.exists() and target.stat().st_mtime >= snapshot.stat().st_mtime):
        return None
    return f"wrote {write_report(settings.place, target, source='snapshot', now=now)}"


def weighed(settings: Settings, now: datetime, run_id: str) -> str | None:
    """How large everything is: growth is read from this."""
    sizes = measured(settings.place, settings.prefect_home)
    with opened(settings.place.file, read_only=False, wait=WRITE_WAIT) as connection:
        record(connection, sizes, now)
    return None


WRITING: tuple[Step, ...] = (drained, erased, decided, compared, retired, compacted, weighed)
READING: tuple[Step, ...] = (copied, reported, told)


@flow(name="maintain", flow_run_name=run_name, validate_parameters=False)
@in_page(lambda result, settings: page_report(result))
def maintain(settings: SkipJsonSchema[Settings | None] = None) -> Maintained:
    """Drain the spool, keep stories, archive and warehouse in order, make snapshot and report, and check everything.

    Needs nothing: what is to be done it sees. Safe to stop at any moment and to run again; a second one beside the
    first does nothing.

    Args:
        settings: Of the command. A scheduled run has none and reads its own from the environment; no form shows it.
    """
    settings = settings or load(os.environ)
    if threading.current_thread() is threading.main_thread():
        listen(unsafe=in_use_here)
    result = Maintained()
    if not settings.place.file.exists():
        result.notice = f"There is no warehouse at {settings.place.file} yet."
        return result
    try:
        with alone(settings.place.spool / LOCK):
            _work(settings, result, datetime.now(UTC), str(runtime.flow_run.id))
    except Taken:
        result.notice = "Another maintain is at work; it does the work of this one."
        return result
    if result.held_by is None:
        beat(settings, progress().say)
    return result


def _work(settings: Settings, result: Maintained, now: datetime, run_id: str) -> None:
    for step in (*WRITING, *READING):
        end_if_told()
        if result.held_by and step in WRITING:
            continue
        tags = ["writer"] if step in WRITING else []
        done = task(name=step.__name__, tags=tags, cache_policy=NO_CACHE)(_tried)(step, settings, now, run_id)
        if done.held and not result.held:
            result.held_by, result.held = done.held.holder, done.held.short
        result.done += [done.line] if done.line else []
        result.failed += [done.failed] if done.failed else []
    if result.held_by is None:
        end_if_told()
        found = check(settings.place, now=datetime.now(UTC), settled=SETTLED)
        result.findings = [one.line for one in found]
        for line in result.findings:
            progress().say(f"wrong: {line}")


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of one step."""

    line: str | None = None
    failed: str | None = None
    held: WarehouseHeld | None = None


def _tried(step: Step, settings: Settings, now: datetime, run_id: str) -> _Done:
    """One step: what it did, or why it could not."""
    try:
        line = step(settings, now, run_id)
    except WarehouseHeld as held:
        progress().say(f"{held}: what waits is done by the next maintain")
        return _Done(held=held)
    except (PresshouseError, OSError, duckdb.Error) as error:
        end_if_told()  # DuckDB makes an error of its own of a signal
        failed = f"{step.__name__}: {str(error).strip().splitlines()[0]}"
        progress().say(f"not done: {failed}")
        return _Done(failed=failed)
    if line:
        progress().say(line)
    return _Done(line)


def page_report(result: Maintained) -> Report:
    """What the Prefect page shows of a run."""
    line = result.notice or "; ".join(result.done) or "nothing to do"
    if result.held:
        line = f"{result.held}; {line}"
    wrong = result.failed + result.findings
    figures = [("done", one) for one in result.done] + [("wrong", one) for one in wrong]
    return Report(line, figures, failed="; ".join(wrong) or None)
