"""HOSTILE 50 to 58: files that must not hurt, all in one folder and one run; each costs only itself.

Byte by byte they are proved in tests/tasks/archive and tests/tasks/load; here is what users see.
"""

from pathlib import Path

import pytest

from tests.hostile.command_run import NEWS, CommandRun

# MB that a process may take at most, measured as VmHWM: the command with Prefect, DuckDB and pyarrow, a page's worker,
# the server. None of the files is small enough to fit beside what these take without them.
PEAK_LIMIT_MB = 512.0


def articles_of(run: CommandRun, *numbers: int) -> bool:
    stored = {url for (url,) in run.desk.ask("select url from articles")}
    return {NEWS.format(number) for number in numbers} <= stored


def test_50_a_file_that_is_cut(command_run: CommandRun):
    """Its whole records are stored, the last one is incomplete, and the run says so."""
    assert articles_of(command_run, 500, 501)
    assert command_run.outcomes("report-502") == [("rejected", "incomplete")]
    assert any("50.warc.gz: cut at byte" in line for line in command_run.said["damage"])


def test_51_a_corrupt_record_in_the_middle(command_run: CommandRun):
    """Those behind it are found."""
    assert articles_of(command_run, 510, 512)
    assert command_run.outcomes("report-511") == [("rejected", "bad_record")]
    assert any("51.warc.gz: damaged record" in line and "resumed" in line for line in command_run.said["damage"])


def test_52_a_record_that_claims_99_gigabytes(command_run: CommandRun):
    """Incomplete, and those behind it are found."""
    assert articles_of(command_run, 520, 522)
    assert command_run.outcomes("report-521") == [("rejected", "incomplete")]


def test_53_revisits_and_truncated_records(command_run: CommandRun):
    """A revisit of what was seen is known, of nothing is rejected; what was cut by the crawler is partial."""
    assert command_run.outcomes("report-530") == [("article", None), ("known", None)]
    assert command_run.outcomes("report-never-seen") == [("rejected", "revisit_unseen")]
    assert (NEWS.format(531), "partial") in command_run.desk.ask("select url, access from articles")


def test_54_links_out_of_the_folder_pipes_and_devices(command_run: CommandRun):
    """Refused without waiting; nothing that they lead to is stored."""
    for name in ("54-link.html", "54-nowhere.html", "54-zero.html", "54-fifo.html", "dev/zero"):
        assert command_run.outcomes(name) == [("rejected", "unreadable")], name
    assert "file:///dev/zero" in command_run.said["failed_sources"]
    assert command_run.desk.ask("select count(*) from articles where title like '%Canary%'") == [(0,)]


@pytest.mark.parametrize("name", ["55-it%27s", "55-%22q%22", "55-new%0Aline", "55-%FF%FE"])
def test_55_names_with_quotes_line_ends_and_no_utf_8(command_run: CommandRun, name: str):
    """Loaded, under a URI that names every byte."""
    assert command_run.outcomes(name) == [("article", None)]


def test_56_zip_files(command_run: CommandRun):
    """A name that leads out and a bomb are refused, nothing is written, the page beside the bomb is stored."""
    assert command_run.outcomes("56-paths.zip") == [("rejected", "unreadable")] * 2
    assert not list(command_run.folder.parent.parent.rglob("escaped.html"))
    assert not Path("/abs.html").exists()
    assert command_run.outcomes("56-bomb.zip#bomb") == [("rejected", "too_large")]
    assert command_run.outcomes("56-bomb.zip#fine") == [("article", None)]


def test_57_an_empty_file(command_run: CommandRun):
    """A row."""
    assert command_run.outcomes("57.html") == [("rejected", "empty")]


def test_58_two_gigabytes_of_json_lines(command_run: CommandRun):
    """Read as a stream: a line of 2 GB and a broken one are rows with their numbers, the records around them stored."""
    assert command_run.outcomes("58.jsonl#line=2") == [("rejected", "too_large")]
    assert command_run.outcomes("58.jsonl#line=3") == [("rejected", "bad_json")]
    assert articles_of(command_run, 580, 581)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_50_to_58_memory_stays_flat(command_run: CommandRun):
    """Of every process of the run, the server and the workers included."""
    assert command_run.peaks_mb
    assert {name: peak for name, peak in command_run.peaks_mb.items() if peak > PEAK_LIMIT_MB} == {}
