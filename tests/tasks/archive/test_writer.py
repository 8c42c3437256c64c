"""Writing archive files: whole or not at all, readable by others, with nothing put in through URLs."""

import os
import subprocess
import sys
from argparse import Namespace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from tasks.archive import ArchiveWriter, read_capture
from tasks.model import Capture
from tests.tasks.archive.warcs import PAGE, URL, read

AT = datetime(2026, 3, 1, 6, 30, 0, 250_000, tzinfo=UTC)
OPENED = datetime(2026, 3, 2, tzinfo=UTC)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Bytes, type, URL, instant, and the offset that `write_resource` returned."""
    bodies = [PAGE, b"", b"\r\n\r\nWARC/1.0\r\n", bytes(range(256)) * 500]
    with ArchiveWriter(tmp_path, "batch-1", opened_at=OPENED) as writer:
        offsets = [
            writer.write_resource(f"{URL}/{number}", "text/html", body, AT) for number, body in enumerate(bodies)
        ]
    found = read(writer.path)
    assert [one.capture_offset for one in found] == offsets
    for number, one in enumerate(found):
        assert isinstance(one, Capture)
        assert (one.body, one.content_type) == (bodies[number], "text/html")
        assert (one.fetched_url, one.captured_at) == (f"{URL}/{number}", AT)
        assert read_capture(writer.path, offsets[number], "warc") == one


def test_the_file_lies_under_its_day(tmp_path: Path) -> None:
    """The day of opening in UTC, whatever zone the clock has."""
    opened = datetime(2026, 3, 2, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    with ArchiveWriter(tmp_path, "b", opened_at=opened) as writer:
        pass
    assert writer.path == tmp_path / "2026" / "03" / "01" / "b.warc.gz"
    assert files(tmp_path) == ["2026/03/01/b.warc.gz"]


def test_other_tools_read_it_and_find_every_digest_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """warcio's own checker has nothing to say; the first record is a warcinfo."""
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        writer.write_resource(URL, "text/html", PAGE, AT)
        writer.write_resource("file:///home/a%20b/f%C3%A4hre.txt", "text/plain", "Fähre".encode(), AT)
    assert Checker(Namespace(inputs=[str(writer.path)], verbose=False)).process_all() == 0
    assert capsys.readouterr().out == ""
    with writer.path.open("rb") as file:
        records = [(one.rec_type, one.rec_headers.get_header("WARC-Block-Digest")) for one in ArchiveIterator(file)]
    assert [kind for kind, _ in records] == ["warcinfo", "resource", "resource"]
    assert all(digest and digest.startswith("sha1:") for _, digest in records)


def test_until_it_is_closed_there_is_no_file_of_that_name(tmp_path: Path) -> None:
    """Whoever sees the name sees a whole file."""
    writer = ArchiveWriter(tmp_path, "batch-1", opened_at=OPENED)
    writer.write_resource(URL, "text/html", PAGE, AT)
    (before,) = files(tmp_path)
    assert before.startswith("2026/03/02/.batch-1.") and before.endswith(".part")
    writer.close()
    writer.close()
    assert files(tmp_path) == ["2026/03/02/batch-1.warc.gz"]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    """Neither the file nor a temporary one."""
    with pytest.raises(RuntimeError), ArchiveWriter(tmp_path, "batch-1") as writer:
        writer.write_resource(URL, "text/html", PAGE, AT)
        raise RuntimeError
    assert files(tmp_path) == []


def test_a_killed_process_leaves_no_half_file(tmp_path: Path) -> None:
    """kill -9 in the middle: only a hidden temporary file remains, which nobody takes for an archive."""
    program = (
        "import os, signal, sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from tasks.archive import ArchiveWriter\n"
        "writer = ArchiveWriter(Path(sys.argv[1]), 'batch-1')\n"
        "writer.write_resource('https://gazette.example/a', 'text/html', os.urandom(100_000), datetime.now(UTC))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], check=False, timeout=60)
    assert done.returncode == -9
    assert [Path(name).name[0] for name in files(tmp_path)] == ["."]


def test_an_archive_file_is_never_replaced(tmp_path: Path) -> None:
    """Neither one that was there before, nor one that came meanwhile."""
    with ArchiveWriter(tmp_path, "batch-1", opened_at=OPENED) as first:
        first.write_resource(URL, "text/html", PAGE, AT)
    kept = first.path.read_bytes()
    with pytest.raises(FileExistsError):
        ArchiveWriter(tmp_path, "batch-1", opened_at=OPENED)
    late = ArchiveWriter(tmp_path, "batch-2", opened_at=OPENED)
    late.path.write_bytes(b"came meanwhile")
    with pytest.raises(FileExistsError):
        late.close()
    assert files(tmp_path) == ["2026/03/02/batch-1.warc.gz", "2026/03/02/batch-2.warc.gz"]
    assert first.path.read_bytes() == kept


@pytest.mark.parametrize("url", ["https://a.example/\r\nWARC-Type: response", "https://a.example/\nx\x00\x85\u2028y"])
def test_nothing_is_put_in_through_urls_and_types(tmp_path: Path, url: str) -> None:
    """CR and LF are percent-encoded: a URL is one field, always."""
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        writer.write_resource(url, "text/html\r\nWARC-Date: 1999-01-01T00:00:00Z", PAGE, AT)
    (capture,) = read(writer.path)
    assert isinstance(capture, Capture)
    assert capture.captured_at == AT
    assert capture.fetched_url.startswith("https://a.example/%0") and capture.body == PAGE


def test_secrets_are_not_written(tmp_path: Path) -> None:
    """Userinfo and secret parameters stand in no header."""
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        writer.write_resource("https://reader:hunter2@a.example/?api_key=hunter2&x=1", "text/html", PAGE, AT)
    with writer.path.open("rb") as file:
        heads = b"".join(one.rec_headers.to_bytes(encoding="utf-8") for one in ArchiveIterator(file))
    assert b"hunter2" not in heads and b"a.example/?api_key=***&x=1" in heads


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a\nb", "x" * 300])
def test_names_that_are_no_file_names_are_refused(tmp_path: Path, name: str) -> None:
    """The caller's mistake is told at once."""
    with pytest.raises(ValueError, match="not a file name"):
        ArchiveWriter(tmp_path, name)


def test_an_instant_without_a_zone_is_refused(tmp_path: Path) -> None:
    """Nobody knows which instant it is; the record is not written."""
    with ArchiveWriter(tmp_path, "batch-1") as writer, pytest.raises(ValueError, match="time zone"):
        writer.write_resource(URL, "text/html", PAGE, AT.replace(tzinfo=None))
    assert read(writer.path) == []


def test_others_may_read_the_file(tmp_path: Path) -> None:
    """It has the permissions that the user's umask says, not those of a temporary file."""
    old = os.umask(0o027)
    try:
        with ArchiveWriter(tmp_path, "batch-1") as writer:
            pass
    finally:
        os.umask(old)
    assert writer.path.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error comes through, and the temporary file is gone."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"), ArchiveWriter(tmp_path, "batch-1") as writer:
        writer.write_resource(URL, "text/html", PAGE, AT)
    assert files(tmp_path) == []
