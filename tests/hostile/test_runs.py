"""HOSTILE 67 to 76: runs that are killed, told to end, starved and watched, each in the smallest form that is real.

Whole commands under the same conditions: tests/crash, tests/flows/live/test_live, test_ingest, test_up.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.batches.to_do import orphans
from flows.cli import main
from flows.ingest_command import _all_deferred
from flows.ingest_report import verdict
from flows.ingested import Ingested
from flows.live.due import AnotherRun, only_one
from tests.flows.conftest import Desk, lay_out, served
from tests.hostile.web_run import WebRun
from tests.pages import page, write_warc
from tests.tasks.fetch.client.server import Web, answer
from tests.warehouse.conftest import Shop, make_shop, shop
from warehouse import migrate
from warehouse import spool as spooling
from warehouse.migrate import prepare

__all__ = ["make_shop", "shop"]

MOST_SECONDS = 10.0  # from SIGTERM to the end (HOSTILE 70)
CHECKSUM = "select count(*), bit_xor(hash(columns(* exclude (appended_at, run_id, batch_id))::varchar)) from articles"

# Common to the children: a place by its folder and file, and how to die.
PRELUDE = """
import os, signal, sys
from pathlib import Path
from warehouse import append, migrate, spool
from warehouse.place import place

there = place(Path(sys.argv[1]), Path(sys.argv[2]))

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def then_die(function):
    def called(*arguments, **named):
        function(*arguments, **named)
        die()
    return called
"""
DRAIN = "append.drain(there, wait=60, say=print)"


def child(shop: Shop, program: str) -> "subprocess.Popen[str]":
    """A process of its own that works on this warehouse."""
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(program), str(shop.place.data_dir), str(shop.place.file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(shop: Shop, program: str) -> None:
    dying = child(shop, program)
    out, err = dying.communicate(timeout=120)
    assert dying.returncode == -signal.SIGKILL, out + err


def rows_of(shop: Shop, numbers: range) -> list[spooling.Row]:
    return [shop.article(f"https://example.com/{number}", f"Text {number}.\n\nMore of it.") for number in numbers]


@pytest.fixture
def calm(make_shop: Callable[[str], Shop]) -> list[tuple[object, ...]]:
    """What an undisturbed run leaves of ten articles."""
    undisturbed = make_shop("calm")
    undisturbed.add(*rows_of(undisturbed, range(10)))
    return undisturbed.ask(CHECKSUM)


def test_67_two_schedulers_at_once(shop: Shop):
    """The second does nothing and names the first; when that is killed, the place is free."""
    shop.place.spool.mkdir(parents=True, exist_ok=True)
    first = child(
        shop,
        """
        from flows.live.due import only_one
        with only_one(there.spool):
            print("polling", flush=True)
            sys.stdin.read()
        """,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "polling\n"
    with pytest.raises(AnotherRun, match=f"PID {first.pid}"), only_one(shop.place.spool):
        pass
    first.kill()
    first.communicate()
    with only_one(shop.place.spool):
        pass


def test_68_a_schedule_during_a_backfill(shop: Shop, calm: object):
    """Two runs that bring the same articles append at the same time: both finish, and nothing is there twice."""
    for _ in range(4):
        for run_id in ("backfill", "schedule"):
            shop.offset = 0
            shop.spool(*rows_of(shop, range(10)), run_id=run_id)
    runs = [child(shop, DRAIN), child(shop, DRAIN)]
    for run in runs:
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, out + err
    assert shop.ask(CHECKSUM) == calm
    assert shop.ask("select count(*), count(distinct batch_id) from batches") == [(8, 8)]
    assert shop.ask("select count(*) from revisions") == [(10,)]
    assert spooling.waiting(shop.place.spool) == []


@pytest.mark.parametrize(
    ("moment", "program"),
    [
        ("before the commit", f"append._append = then_die(append._append); {DRAIN}"),
        ("after the commit", f"append.append_batch = then_die(append.append_batch); {DRAIN}"),
    ],
)
def test_69_killed_around_the_commit(shop: Shop, calm: object, moment: str, program: str):
    """The batch is appended by the next run, or was; never half, never twice."""
    shop.spool(*rows_of(shop, range(10)))
    killed(shop, program)
    assert shop.ask("select count(*) from revisions") == [(0 if moment == "before the commit" else 10,)]
    shop.drain()
    assert shop.ask(CHECKSUM) == calm
    assert shop.ask("select count(*) from batches") == [(1,)]


def test_69_killed_while_a_batch_is_written(shop: Shop, calm: object):
    """What is half-written has no name that anybody reads, and is swept away."""
    killed(
        shop,
        """
        Path.rename = die
        spool.write_batch(there.spool, [spool.run_row("ingest", "started", {}, None)], run_id="r", program="p")
        """,
    )
    assert spooling.waiting(shop.place.spool) == []
    assert len(list(shop.place.spool.iterdir())) == 1
    spooling.sweep(shop.place.spool)
    assert list(shop.place.spool.iterdir()) == []
    shop.add(*rows_of(shop, range(10)))
    assert shop.ask(CHECKSUM) == calm


def test_69_killed_in_a_migration(shop: Shop, calm: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The schema is the old one or the new one; the next start brings it to the new one, with everything."""
    shop.add(*rows_of(shop, range(10)))
    newer = tmp_path / f"{migrate.newest_version() + 1:04}_more.sql"
    newer.write_text("create table more (a integer)")
    usual = [*migrate.migrations(), (migrate.newest_version() + 1, newer)]
    extended = f"migrate.migrations = lambda: [*(usual()), ({usual[-1][0]}, Path({str(newer)!r}))]"
    killed(
        shop,
        f"""
        usual = migrate.migrations
        {extended}
        migrate.create_views = then_die(migrate.create_views)
        migrate.prepare(there.file, wait=5, say=print)
        """,
    )
    assert shop.ask("select count(*) from duckdb_tables() where table_name = 'more'") == [(0,)]
    assert shop.ask(CHECKSUM) == calm
    monkeypatch.setattr(migrate, "migrations", lambda: usual)
    prepare(shop.place.file, wait=5, say=lambda _: None)
    assert shop.ask("select count(*) from more") == [(0,)]
    assert shop.ask(CHECKSUM) == calm


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[WebRun]:
    run = WebRun(tmp_path / "data")
    yield run
    run.close()


def test_69_killed_between_archive_and_extraction(runs: WebRun, tmp_path: Path):
    """What was fetched or loaded is in the archive: the next run finds it there, and stores it once."""
    from flows.batches.archive import archive_batch
    from flows.batches.extract import extract_batch
    from flows.batches.pieces import LocalSlice
    from tasks.load import Source, find_sources

    (tmp_path / "in").mkdir()
    for number in range(5):
        (tmp_path / "in" / f"{number}.html").write_text(page(number))
    dying = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                import os, signal, sys
                from flows.batches.archive import archive_batch
                from flows.batches.pieces import LocalSlice
                from flows.settings import load
                from tasks.load import find_sources
                archive_batch(LocalSlice(tuple(find_sources([sys.argv[1]]))), load(os.environ), "killed")
                os.kill(os.getpid(), signal.SIGKILL)
                """
            ),
            str(tmp_path / "in"),
        ],
        env=os.environ | {"PRESSHOUSE_DATA_DIR": str(runs.data_dir)},
        timeout=120,
    )
    assert dying.returncode == -signal.SIGKILL
    settings = runs.settings
    for left in orphans(settings):
        extract_batch(left, settings, "again")
    from warehouse.append import drain

    drain(settings.place, wait=5, say=lambda _: None)
    sources = tuple(one for one in find_sources([str(tmp_path / "in")]) if isinstance(one, Source))
    assert archive_batch(LocalSlice(sources), settings, "again").warc is None
    drain(settings.place, wait=5, say=lambda _: None)
    assert runs.ask("select count(*), (select count(*) from revisions) from articles") == [(5, 5)]
    assert list(orphans(settings)) == []


def test_70_told_to_end(shop: Shop):
    """SIGTERM in the middle of appends: the end comes within ten seconds, and every batch that was written is there."""
    working = child(
        shop,
        """
        from datetime import UTC, datetime
        from flows import ending
        from warehouse.connect import in_use_here
        ending.listen(unsafe=in_use_here)
        try:
            while True:
                row = spool.run_row("ingest", "started", {}, datetime.now(UTC))
                print(spool.write_batch(there.spool, [row], run_id="r", program="p").batch_id, flush=True)
                append.drain(there, wait=5, say=print)
                ending.end_if_told()
        except KeyboardInterrupt:
            sys.exit(ending.exit_status())
        """,
    )
    assert working.stdout is not None
    written = [working.stdout.readline().strip() for _ in range(3)]
    working.send_signal(signal.SIGTERM)
    out, err = working.communicate(timeout=MOST_SECONDS)
    assert working.returncode == 128 + signal.SIGTERM, out + err
    shop.drain()
    kept = {batch for (batch,) in shop.ask("select batch_id from batches")}
    assert {*written, *out.split()} <= kept


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from argparse import Namespace
from flows import cli, ingest_command
ingest_command.status = lambda arguments: {call}
sys.exit(cli._run(Namespace(run="flows.ingest_command:status")))
"""


def test_71_a_full_disk_while_appending(shop: Shop, calm: object):
    """Exit status 1 and one line; what waits goes on waiting, and the next run appends it."""
    shop.spool(*rows_of(shop, range(10)))
    full = child(shop, LIMITED.format(limit=8_192, call=DRAIN))  # bytes: less than the batch takes in the log
    out, err = full.communicate(timeout=120)
    assert full.returncode == 1, out + err
    assert err.startswith("presshouse: ")
    assert err.rstrip().endswith("What was stored is kept; mend that, then run it again.")
    assert len(spooling.waiting(shop.place.spool)) == 1
    shop.drain()
    assert shop.ask(CHECKSUM) == calm


def test_71_a_full_disk_while_writing_a_batch(shop: Shop, calm: object):
    """No half batch is left under a name that anybody reads."""
    rows = "[spool.run_row('ingest', 'started', {'x': os.urandom(90_000).hex()}, None)]"
    call = f"spool.write_batch(there.spool, {rows}, run_id='r', program='p')"
    full = child(shop, LIMITED.format(limit=20_000, call=call))
    out, err = full.communicate(timeout=120)
    assert full.returncode == 1, out + err
    assert "File too large" in err
    assert spooling.waiting(shop.place.spool) == []
    spooling.sweep(shop.place.spool)
    shop.add(*rows_of(shop, range(10)))
    assert shop.ask(CHECKSUM) == calm


def test_72_the_clock_goes_back(shop: Shop):
    """`appended_at` never decreases: who reads on from the newest misses nothing."""
    shop.add(*rows_of(shop, range(5)))
    from warehouse.connect import opened

    with opened(shop.place.file, read_only=False, wait=5) as connection:  # as if the clock had been a day ahead
        for table in ("batches", "revisions", "captures"):
            connection.execute(f"update {table} set appended_at = appended_at + interval 1 day")  # noqa: S608 - names
    ((newest,),) = shop.ask("select max(appended_at) from revisions")
    assert newest > datetime.now(UTC) + timedelta(hours=23)
    shop.add(*rows_of(shop, range(10)))
    assert shop.ask("select count(*) from revisions where appended_at > ?", newest) == [(5,)]


def test_73_the_server_dies(tmp_path: Path, prefect_database: Path):
    """The run ends by itself and says so; the next run brings everything, once."""
    warc = write_warc(tmp_path / "crawl.warc.gz", 40)
    lay_out(prefect_database, tmp_path / "prefect")
    desk = Desk(
        tmp_path / "data",
        {
            "PRESSHOUSE_BATCH_CAPTURES": "5",
            "PRESSHOUSE_WORKERS": "1",
            "PREFECT_CLIENT_MAX_RETRIES": "1",
        },
    )
    with served(tmp_path / "prefect") as server:
        desk.environ["PREFECT_API_URL"] = server.address
        run = desk.start("ingest", warc)
        while run.poll() is None and not desk.waiting():
            time.sleep(0.05)
        server.process.kill()
    out, err = run.communicate(timeout=300)
    assert run.returncode == 1, out + err
    assert err.count("presshouse: Prefect failed (") == 1  # Prefect may leave the line begun
    said, _, after = err.partition("). What was stored is kept; run it again.\n")
    assert said != err and (not after or after.startswith("--- Error logging to API ---"))  # its thread, half through
    assert "Traceback" not in err
    desk.environ["PREFECT_API_URL"] = ""
    (desk.data_dir / "prefect").mkdir(exist_ok=True)
    shutil.copy(prefect_database / "prefect.db", desk.data_dir / "prefect" / "temporary.db")
    done = json.loads(desk.run("ingest", warc, "--json").stdout)
    assert done["waiting_batches"] == 0
    assert desk.ask("select count(*), (select count(*) from revisions) from articles") == [(40, 40)]


def test_74_a_reader_who_stays_all_day(shop: Shop, calm: object):
    """Three runs: the spool grows, each is told who it is; then one drain brings everything."""
    reader = child(
        shop,
        """
        import duckdb
        with duckdb.connect(str(there.file), read_only=True):
            print("open", flush=True)
            sys.stdin.read()
        """,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    for run, numbers in enumerate((range(4), range(4, 7), range(7, 10)), 1):
        held = shop.add(*rows_of(shop, numbers))
        assert held.held is not None
        assert held.held.pid == reader.pid
        assert f"PID {reader.pid}" in str(held.held)
        assert (held.waiting_batches, held.waiting_articles) == (run, numbers.stop)
    reader.communicate()
    assert len(shop.drain().appended) == 3
    assert shop.ask(CHECKSUM) == calm


def folders(tmp_path: Path) -> list[Path]:
    """That cannot be written: below a file; of the kernel; and, for all but root, without permission."""
    (tmp_path / "file").touch()
    (tmp_path / "closed").mkdir(mode=0o500)
    return [tmp_path / "file" / "data", Path("/proc/presshouse"), *([tmp_path / "closed"] if os.geteuid() else [])]


def test_75_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Status 2 and the setting to change, before anything is fetched."""
    web = Web()
    site = web.add(lambda request: answer(page(1).encode()))
    monkeypatch.setenv("PRESSHOUSE_MIN_FREE", "0")
    monkeypatch.setenv("PRESSHOUSE_ALLOW_ADDRESSES", "127.0.0.0/8")
    for folder in folders(tmp_path):
        monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(folder))
        assert main(["ingest", f"{site.url}/news/1", "--quiet"]) == 2, folder
        told = capsys.readouterr().err
        assert str(folder) in told
        assert len(told.splitlines()) == 1
    assert site.requests == []
    web.close()


def test_76_no_name_is_answered(runs: WebRun):
    """Everything is deferred, and such a run is never green."""
    urls = [f"http://host-{number}.invalid/news/1" for number in range(3)]
    polled = runs.run(urls)
    found = [outcome for url in urls for outcome in runs.outcomes(url)]
    assert {outcome for outcome, _ in found} == {"deferred"}
    assert {reason for _, reason in found} <= {"dns", "robots_unread"}
    assert len(polled.failed_named) == 3
    for result in (
        Ingested("run", deferred=Counter(dns=3)),
        Ingested("run", failed_lists=polled.failed_named),
        Ingested("run", failed_sources=polled.failed_named),
    ):
        assert verdict(result) is not None
        assert _all_deferred(result) or result.failed_sources
