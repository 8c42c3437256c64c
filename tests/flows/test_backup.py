"""What docs/operate.md says of backups: copied in that order, restored, and gone on with."""

import shutil
from pathlib import Path

from tests.flows.conftest import Desk
from tests.pages import page

ARTICLES = "select article_id, revision, story_id, title, text, captured_at, capture_file, capture_offset from articles"


def test_a_backup_is_restored_and_ingested_on(desk: Desk, tmp_path: Path):
    """The restored warehouse answers as the lost one did, knows what it had, and takes what is new.

    Between the copies of warehouse and archive a run goes on: what it archived is in the backup, and the first run
    after the restore indexes it, though the copied warehouse had never heard of it.
    """
    sources = [tmp_path / f"{number}.html" for number in range(3)]
    for number, path in enumerate(sources):
        path.write_text(page(number), encoding="utf-8")
    assert desk.ingest(sources[0])["articles"] == 1

    saved = tmp_path / "saved"
    saved.mkdir()
    shutil.copytree(desk.data_dir / "spool", saved / "spool")
    desk.run("snapshot", saved / "presshouse.duckdb")
    first = desk.ask(ARTICLES)
    assert desk.ingest(sources[1])["articles"] == 1
    shutil.copytree(desk.data_dir / "archive", saved / "archive")
    everything = sorted(desk.ask(ARTICLES))

    shutil.rmtree(desk.data_dir)
    for lost in sources[:2]:
        lost.unlink()
    shutil.copytree(saved, desk.data_dir)
    assert desk.ask(ARTICLES) == first
    assert desk.ingest(sources[2])["articles"] == 2
    after = sorted(desk.ask(ARTICLES))
    assert set(everything) < set(after)
    assert len(after) == 3
    assert desk.ingest(sources[2])["articles"] == 0
    desk.run("check")
    desk.run("snapshot")
    assert "Report 0 is out" in desk.run("sql", "select title from articles order by 1", "--snapshot").stdout
