"""What a run shows in the Prefect page: its name, how far it is, what it brought, what failed.

A run in a temporary server has no page and shows nothing there. What cannot be shown, because the server went away,
costs the run nothing: it is said once.
"""

import functools
import inspect
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

import httpx
from prefect import runtime
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger
from prefect.settings import get_current_settings
from prefect.states import Failed

from flows.progress import Progress, progress, shown_by
from flows.service.engine import SILENT
from flows.service.server import has_page
from flows.settings import Settings, load
from flows.words import counted
from tasks.url import redact
from warehouse.run_account import Failure

UPDATE_EVERY = 5.0  # seconds between two updates of a progress artifact
MOST_FAILURES = 200  # lines in the list of failures
NAME_WIDTH = 60  # characters of a run's name
DETAIL_WIDTH = 160  # characters of a failure's detail

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>()#|!~]")  # what has a meaning there

Given = ParamSpec("Given")
Result = TypeVar("Result")
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Report:
    """What a run brought, for its page.

    `line`: the run in one line. `figures`: what, and how many or how long. `failed`: why the run is no success, though
    it ended; None when it is.
    """

    line: str
    figures: Sequence[tuple[str, str]]
    failures: Sequence[Failure] = ()
    failures_in_all: int = 0
    failed: str | None = None


def run_name() -> str:
    """The name of the current flow run, for `flow_run_name`."""
    return named(runtime.flow_run.flow_name, runtime.flow_run.parameters, datetime.now(UTC))


def named(flow: str, parameters: Mapping[str, Any], at: datetime) -> str:
    """`ingest 22 Nov 20:15: pages.warc.gz and 2 more`; without parameters, what is due. `at`: shown in UTC."""
    said = [text for name, value in parameters.items() if name != "settings" and (text := _said(value))]
    return f"{flow} {at:%d %b %H:%M}: {', '.join(said) or 'what is due'}"[:NAME_WIDTH]


def _said(value: Any) -> str:
    if isinstance(value, list | tuple | set):
        names = [redact(str(one)).rstrip("/").rpartition("/")[2] or str(one) for one in value]
        return "" if not names else names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    return "" if value is None or isinstance(value, bool) else redact(str(value))


def in_page(
    report: Callable[[Any, Settings], Report],
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """A flow's function that shows its progress and result in the page. Stands below `@flow`.

    `report` makes the summary of what the function returned. The function may have a parameter `settings`; without it
    they are those of the environment. To a run that somebody started from the command line, `failed` means nothing:
    the command prints the result and has an exit status.
    """

    def decorate(run: Callable[Given, Result]) -> Callable[Given, Result]:
        @functools.wraps(run)
        def shown(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            if not has_page():
                return run(*args, **kwargs)
            given = inspect.signature(run).bind(*args, **kwargs).arguments.get("settings")
            page = _Page(progress())
            with shown_by(page), _told_where_it_fails():
                page.start()
                result = run(*args, **kwargs)
                found = report(result, given or load(os.environ))
                page.end(found)
            _tell(f"{found.line}. FAILED: {found.failed}" if found.failed else found.line)
            if found.failed and runtime.deployment.id:
                return cast(Result, Failed(message=found.failed))  # nobody takes the result, the page shows the state
            return result

        return shown

    return decorate


@contextmanager
def _told_where_it_fails() -> Iterator[None]:
    """An error that ends a run has its line, too. A signal has none: who sends one knows."""
    try:
        yield
    except Exception as error:
        _tell(f"FAILED: {' '.join(str(error).split()) or type(error).__name__}")
        raise


def _tell(line: str) -> None:
    """One line on how a run ended, for whoever looks at `presshouse up` or at the output of a worker.

    A run from the command line has no deployment; its command prints the result.
    """
    if runtime.deployment.id and not os.environ.get(SILENT):
        run = f"{runtime.flow_run.flow_name}/{runtime.deployment.name}"
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {run}: {line}", file=sys.stderr, flush=True)


class _Page(Progress):
    """Progress that is shown in the page, and by whoever showed it before."""

    def __init__(self, inner: Progress) -> None:
        super().__init__()
        self._inner = inner
        self._log = get_run_logger()
        self._artifact: UUID | None = None
        self._updated = float("-inf")  # seconds of the monotonic clock
        self._is_there = True

    def start(self) -> None:
        self._artifact = self._told(lambda: create_progress_artifact(0.0, key="progress", description="Started"))

    def say(self, line: str) -> None:
        self._inner.say(line)
        self._log.info(line)

    def at(self, path: Path, done: int, total: int) -> None:
        self._inner.at(path, done, total)
        now = time.monotonic()
        if total and now - self._updated >= UPDATE_EVERY:
            self._updated = now
            self._update(
                100.0 * done / total, f"{path.name}: {done / total:.0%}, {counted(self._pages, 'page')} extracted"
            )

    def extracted(self, pages: int) -> None:
        super().extracted(pages)
        self._inner.extracted(pages)

    def _update(self, percent: float, description: str) -> None:
        artifact = self._artifact
        if artifact is not None:
            self._told(lambda: update_progress_artifact(artifact, min(percent, 100.0), description))

    def end(self, report: Report) -> None:
        """The summary, and a link to the list of failures."""
        self._log.info(report.line)
        self._update(100.0, f"Ended: {report.line}")
        self._told(lambda: _summary(report))

    def _told(self, tell: Callable[[], Shown]) -> Shown | None:
        """What `tell` gives; None, said once, when the server is gone: the run goes on."""
        if self._is_there:
            try:
                return tell()
            except (httpx.HTTPError, PrefectException) as error:
                self._is_there = False
                self._inner.say(f"The Prefect server does not answer ({type(error).__name__}); the run goes on.")
        return None


def _summary(report: Report) -> None:
    flow = str(runtime.flow_run.flow_name)
    description = report.line
    if report.failures:
        listed = create_markdown_artifact(failures_page(report), key=f"{flow}-failures", description="What failed")
        link = f"{get_current_settings().ui_url}/artifacts/artifact/{listed}"
        create_link_artifact(link, link_text=f"{report.failures_in_all:,} failures", key=f"{flow}-failures-link")
        description += f"\n\n[{report.failures_in_all:,} failures]({link})"
    rows = [{"what": what, "count": count} for what, count in report.figures]
    create_table_artifact(rows, key=f"{flow}-summary", description=description)


def failures_page(report: Report) -> str:
    """The failures as a Markdown table; what strangers wrote into it stays text."""
    lines = ["| source | outcome | reason | detail |", "| --- | --- | --- | --- |"]
    for one in report.failures[:MOST_FAILURES]:
        cells = (one.source, one.outcome, one.reason, (one.detail or "")[:DETAIL_WIDTH])
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    if more := report.failures_in_all - len(lines) + 2:
        lines.append(f"\n{more:,} more are in the view `outcomes`.")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return _MARKDOWN.sub(lambda special: f"&#{ord(special[0])};", " ".join(text.split()))
