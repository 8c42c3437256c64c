"""The flows as they are, in a process of their own that can be killed at any moment, thousands of times.

Starting Python, Prefect and a pool costs seconds, dying costs nothing. So one process (`python -m tests.crash.runs`)
has everything imported, and forks a child for each run: `Runs` talks to it. In the child the bodies of the flows run as
written, with Prefect's tasks called directly and pages extracted in the child itself: what is durable, and when, is the
same. The hook that kills lives here only: it wraps the calls by which the product makes things durable.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent
SQL = ("commit", "checkpoint", "copy from", "detach")  # what makes a database change its file


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit status (negative: the signal), the durable calls that it made, its last words."""

    status: int
    calls: tuple[str, ...]
    said: str
    seconds: float


class Runs:
    """The process that forks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.runs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            start_new_session=True,
        )
        assert self._answer() == {"ready": True}

    def run(
        self,
        job: str,
        data_dir: Path,
        *arguments: object,
        at: tuple[int, str] | None = None,
        after_seconds: float | None = None,
        file_bytes: int | None = None,
        **settings: object,
    ) -> Ended:
        """A job in a child of its own. It is killed at a durable call (number, "before" or "after"), or after a time;
        or it cannot write files larger than `file_bytes`."""
        assert self._process.stdin is not None
        log = data_dir.parent / f"{data_dir.name}.calls"
        log.unlink(missing_ok=True)
        environ = {f"PRESSHOUSE_{name.upper()}": str(value) for name, value in settings.items()}
        asked = {
            "job": job,
            "arguments": [str(one) for one in arguments],
            "environ": {"PRESSHOUSE_DATA_DIR": str(data_dir), "PRESSHOUSE_MIN_FREE": "0", **environ},
            "at": at,
            "file_bytes": file_bytes,
            "log": str(log),
        }
        started = time.monotonic()
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        pid = self._answer()["pid"]
        if after_seconds is not None:
            time.sleep(after_seconds)
            os.kill(pid, signal.SIGKILL)  # not yet waited for, so the number is still its own
        self._process.stdin.write("wait\n")
        self._process.stdin.flush()
        status = self._answer()["status"]
        seconds = time.monotonic() - started
        lines = log.read_text().splitlines() if log.exists() else []
        words = log.with_suffix(".said")
        return Ended(status, tuple(lines), words.read_text() if words.exists() else "", seconds)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the forking process ended"
        return dict(json.loads(line))


class _Plain:
    """A Prefect task as the flow uses it, called directly."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def submit(self, *arguments: Any) -> "_Plain":
        done = self._call(*arguments)
        return _Plain(lambda: done)

    def result(self) -> Any:
        return self._call()


class _Here:
    """The pool, without processes."""

    def __init__(self, call: Callable[[Any], Any]) -> None:
        self._call = call

    def map(self, inputs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for given in inputs:
            yield given, self._call(given)


def _without_prefect() -> None:
    """The flows' bodies run as they are; nothing asks a server."""
    from flows import maintain, steps
    from flows.batches import extract
    from flows.service import artifacts
    from tasks.article import article_or_rejection

    for name in ("archive_batch", "extract_batch", "fetch_batch", "append", "stories", "poll"):
        task = getattr(steps, name)
        setattr(steps, name, _Plain(task.fn))
    maintain.task = lambda **_: lambda call: call  # type: ignore[assignment]
    maintain.WORTH_WHILE = 0
    artifacts.has_page = lambda: False
    extract.pool = lambda _settings: _Here(article_or_rejection)  # type: ignore[assignment,return-value]


def _hook(log: Path, at: tuple[int, str] | None) -> None:
    """Write each durable call to `log`; kill -9 before or after the one that is asked for."""
    import duckdb

    stream = log.open("w")
    count = 0

    def wrapped(call: Callable[..., Any], name: Callable[[tuple[Any, ...]], str | None]) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            label = name(arguments)
            if label is None:
                return call(*arguments, **named)
            mine, count = count, count + 1
            stream.write(f"{label} in {_caller()}\n")
            stream.flush()
            if at == (mine, "before"):
                os.kill(os.getpid(), signal.SIGKILL)
            done = call(*arguments, **named)
            if at == (mine, "after"):
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return watched

    for name in ("rename", "replace", "unlink"):
        setattr(Path, name, wrapped(getattr(Path, name), lambda given, name=name: f"{name} {given[0].suffix}"))  # type: ignore[misc]
    os.fsync = wrapped(os.fsync, lambda _: "fsync")
    connection: Any = duckdb.DuckDBPyConnection
    connection.execute = wrapped(connection.execute, lambda given: _statement(given[1]))
    connection.close = wrapped(connection.close, lambda _: "close")


def _statement(sql: str) -> str | None:
    head = sql.strip().lower()
    return head.split()[0] if head.startswith(SQL) else None


def _caller() -> str:
    """The module of ours that made the call."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        name = str(frame.f_globals.get("__name__"))
        if name.startswith(("flows.", "warehouse.", "tasks.")):
            return name
        frame = frame.f_back
    return "nobody"


def _job(job: str, arguments: list[str]) -> None:
    from flows.settings import load

    settings = load(os.environ)
    if job == "ingest":
        from flows.ingest import ingest

        result = ingest.fn(arguments, settings)
        assert not result.failed_sources, result.failed_sources
    elif job == "leave":  # as a run that finds the warehouse held
        from flows import steps
        from flows.ingest import ingest
        from warehouse.append import Drained

        steps.append = _Plain(lambda *_: Drained())  # type: ignore[assignment]
        steps.stories = _Plain(lambda *_: None)  # type: ignore[assignment]
        ingest.fn(arguments, settings)
    elif job == "maintain":
        from flows.maintain import maintain

        made = maintain.fn(settings)
        assert not made.failed, made.failed
    elif job == "backfill":
        from flows.backfill.flow import backfill

        first, last, via = arguments
        backfill.fn(first, last, via, settings=settings)
    elif job == "old":  # a warehouse as the program before the newest migration left it
        from warehouse import migrate
        from warehouse.registry import store_registry

        known = migrate.migrations()[:-1]
        migrate.migrations = lambda: known
        migrate.create_views = lambda _: None
        migrate.prepare(settings.place.file, wait=1, say=lambda _: None)
        store_registry(settings.place.file, settings.seeds, wait=1)
    elif job == "migrate":
        from warehouse.migrate import prepare

        prepare(settings.place.file, wait=1, say=lambda _: None)
    else:
        raise ValueError(job)


def _child(asked: Mapping[str, Any]) -> None:
    log = Path(asked["log"])
    said = log.with_suffix(".said").open("w")
    os.dup2(said.fileno(), 1)
    os.dup2(said.fileno(), 2)
    os.environ.update(asked["environ"])
    status = 0
    try:
        _hook(log, tuple(asked["at"]) if asked["at"] else None)
        if asked["file_bytes"]:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["file_bytes"], asked["file_bytes"]))
        _job(asked["job"], asked["arguments"])
    except BaseException:  # noqa: BLE001 - the child ends here, whatever it was; told on its standard error
        traceback.print_exc()
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """Fork a child a line of standard input."""
    import flows.backfill.flow
    import flows.ingest
    import flows.maintain  # noqa: F401 - with all that they import
    from flows.settings import load
    from tasks.article import prepare

    _without_prefect()
    prepare(load({}).seeds)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _child(json.loads(line))
        print(json.dumps({"pid": pid}), flush=True)
        sys.stdin.readline()
        print(json.dumps({"status": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}), flush=True)


if __name__ == "__main__":
    main()
