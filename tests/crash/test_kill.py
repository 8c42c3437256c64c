"""kill -9 at random moments: the re-run equals a run that nobody disturbed."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.flows.conftest import Desk, make_desk, prefect_server
from tests.pages import page, write_warc

__all__ = ["make_desk", "prefect_server"]

KILLS = 10
SEED = 20261122

CHECKSUM = """
select count(*), bit_xor(hash(columns(* exclude (appended_at, run_id, batch_id, captured_at, capture_file,
    capture_offset, fetched_url))::varchar))
from article_revisions
"""


def sources(folder: Path) -> list[Path]:
    """A WARC file and a folder of pages: both roads, with and without the archive."""
    pages = folder / "pages"
    pages.mkdir()
    for number in range(500, 530):
        (pages / f"{number}.html").write_text(page(number))
    return [write_warc(folder / "crawl.warc.gz", 150), pages]


def test_kill_nine_at_ten_moments(make_desk: Callable[[str], Desk], tmp_path: Path):
    """Same articles, texts and stories; no batch twice; nothing left in the spool; no process left behind."""
    given = sources(tmp_path)
    calm, stormy = make_desk("calm"), make_desk("stormy")
    for desk in (calm, stormy):
        desk.environ["PRESSHOUSE_BATCH_CAPTURES"] = "10"  # many boundaries to be killed at
    started = time.monotonic()
    calm.ingest(*given)
    whole = time.monotonic() - started
    chance = random.Random(SEED)  # noqa: S311 - moments, no secret
    for _ in range(KILLS):
        child = stormy.start("ingest", *given, "--quiet")
        time.sleep(chance.uniform(0.1, 1.0) * whole)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    stormy.ingest(*given)
    assert stormy.ask(CHECKSUM) == calm.ask(CHECKSUM)
    assert stormy.waiting() == []
    assert stormy.ask("select count(*) - count(distinct batch_id) from batches") == [(0,)]
    assert stormy.ask("select count(*) from revisions") == [(180,)]
    assert stormy.ask("select count(*) from stories") == calm.ask("select count(*) from stories")
    assert _left_behind(stormy) == []


def _left_behind(desk: Desk) -> list[str]:
    """Processes of this desk that still run two checks after their run died."""
    time.sleep(2.5)
    mine = f"PRESSHOUSE_DATA_DIR={desk.data_dir}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mine in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().decode())
        except OSError:
            continue
    return found
