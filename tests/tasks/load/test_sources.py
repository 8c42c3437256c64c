"""What the user names becomes sources, by content before name, and nothing blocks or leaves the folder."""

import gzip
import os
import socket
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.errors import Stop
from tasks.load import Source, find_sources
from tasks.model import Rejection
from tests.tasks.archive.warcs import members, page

HTML = b"<!DOCTYPE html>\n<html><body><p>The ferry runs again.</p></body></html>"
TEXT = "Fähre fährt wieder\n\nDer Hafenmeister freut sich.\n".encode()
RECORD = b'{"url": "https://gazette.example/a", "text": "The ferry runs again."}\n'
WARC = page(1)
ZIP = b"PK\x05\x06" + bytes(18)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def kinds(found: Iterable[Source | Rejection]) -> list[str]:
    return [one.kind if isinstance(one, Source) else one.reason for one in found]


def put(folder: Path, name: str, raw: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("a.warc", WARC, "warc"),
        ("a.warc.gz", members([WARC]), "warc"),
        ("download.bin.gz", members([WARC]), "warc"),
        ("a.html", WARC, "warc"),
        ("damaged.warc.gz", b"\x1f\x8b\x08" + 50 * b"\xff", "warc"),
        ("a.jsonl", RECORD, "jsonl"),
        ("a.ndjson.gz", gzip.compress(RECORD), "jsonl"),
        ("records.txt", RECORD, "jsonl"),
        ("a.json", RECORD, "jsonl"),
        ("long.json", b'{"url": "https://gazette.example/a", "text": "' + 90_000 * b"a" + b'"}', "jsonl"),
        ("broken.jsonl", b"no JSON at all", "jsonl"),
        ("a.zip", ZIP, "zip"),
        ("a.html", HTML, "html"),
        ("a.HTM", b"no tags at all", "html"),
        ("a.html.gz", gzip.compress(HTML), "html"),
        ("index.php?id=3", HTML, "html"),
        ("page", b"<?xml version='1.0'?><!-- saved --><html xmlns='x'>", "html"),
        ("a.txt", HTML, "html"),
        ("a.html", HTML.decode().encode("utf-16"), "html"),
        ("a.html", HTML.decode().encode("utf-16-le"), "html"),
        ("a.txt", TEXT, "text"),
        ("a.text.gz", gzip.compress(TEXT), "text"),
        ("a.txt", b"<3 ferries run again", "text"),
        ("a.txt", "渡し船が再開".encode("shift_jis"), "text"),
    ],
)
def test_kinds_are_told_by_content_then_by_name(tmp_path: Path, name: str, raw: bytes, kind: str) -> None:
    """In a folder and by name alike."""
    path = put(tmp_path, name, raw)
    for argument in (tmp_path, path):
        assert find_sources([str(argument)]) == [Source(path, kind, len(raw))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("a.png", PNG, "a PNG image"),
        ("photo.html", b"\xff\xd8\xff" + bytes(100), "a JPEG image"),
        ("a.txt", b"%PDF-1.7 text", "a PDF"),
        ("a.txt", bytes(range(32)) * 9, "binary bytes"),
        ("a.docx", b"PK\x03\x04" + bytes(100), "an office document"),
        ("a.html.gz", gzip.compress(gzip.compress(HTML)), "gzip inside gzip"),
        ("a.html.gz", b"\x1f\x8b\x08" + 50 * b"\xff", "damaged gzip"),
        ("a.warc.zst", b"\x28\xb5\x2f\xfd" + bytes(99), "zstd"),
        ("feed.xml", b'<?xml version="1.0"?>\n<rss version="2.0">', "a feed"),
        ("map.xml", b'<urlset xmlns="x">', "a sitemap"),
        ("feed.json", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "a feed"),
        ("a.json", b'[{"text": "a"}]', "JSON"),
        ("package.json", b'{"name": "x"}', "JSON"),
        ("a.py", b"import os\n", "no known format (.py)"),
        ("a.csv", b"a,b\n", "no known format (.csv)"),
    ],
)
def test_what_is_no_news_input_says_what_it_is(tmp_path: Path, name: str, raw: bytes, why: str) -> None:
    """Rejected by one line, whether it was named or met in a folder."""
    path = put(tmp_path, name, raw)
    (named,) = find_sources([str(path)])
    met = find_sources([str(tmp_path)])[0]
    for one in (named, met):
        assert isinstance(one, Rejection)
        assert (one.reason, one.fetched_url, one.via) == ("unreadable", path.as_uri(), "file")
        assert why in one.detail


@pytest.mark.parametrize("name", ["story", "story.md", "1.2 ferries"])
def test_any_text_that_the_user_names_is_a_text(tmp_path: Path, name: str) -> None:
    """In a folder, names like README and CHANGES.md are no news; a named file is what the user says it is."""
    path = put(tmp_path, name, TEXT)
    assert kinds(find_sources([str(path)])) == ["text"]
    assert kinds(find_sources([str(tmp_path)])) == ["unreadable", "unreadable"]


@pytest.mark.parametrize("raw", [b"", gzip.compress(b"")])
def test_an_empty_file_is_rejected(tmp_path: Path, raw: bytes) -> None:
    """Also one that is empty once inflated."""
    assert kinds(find_sources([str(put(tmp_path, "a.html.gz", raw))])) == ["empty"]


def test_folders_are_read_to_the_bottom_in_order_without_hidden_files(tmp_path: Path) -> None:
    """A folder's files by name, then its folders; `.git` and `.DS_Store` are no input."""
    for name in ("b.html", "a.html", "z/c.html", "d/e/f.html", "d/g.html", ".hidden.html", ".git/x.html"):
        put(tmp_path, name, HTML)
    found = [one.path.relative_to(tmp_path) for one in find_sources([str(tmp_path)]) if isinstance(one, Source)]
    assert [str(path) for path in found] == ["a.html", "b.html", "d/g.html", "d/e/f.html", "z/c.html"]


def test_patterns_match_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`*`, `?`, `[]` and `**`, relative and absolute; a name that exists is no pattern."""
    for name in ("a1.html", "a2.html", "b.html", "sub/a3.html", "[x].html"):
        put(tmp_path, name, HTML)
    monkeypatch.chdir(tmp_path)
    for pattern, names in {
        "a?.html": ["a1.html", "a2.html"],
        f"{tmp_path}/a[2-9].html": ["a2.html"],
        "**/a*.html": ["a1.html", "a2.html", "a3.html"],
        "s*": ["a3.html"],
        "[x].html": ["[x].html"],
    }.items():
        assert [one.path.name for one in find_sources([pattern]) if isinstance(one, Source)] == names


def test_a_file_comes_once_however_often_it_is_named(tmp_path: Path) -> None:
    """By itself, by its folder, by a pattern and by a link inside the folder."""
    path = put(tmp_path, "a.html", HTML)
    (tmp_path / "link.html").symlink_to(path)
    assert find_sources([str(path), str(tmp_path), f"{tmp_path}/*.html"]) == [Source(path, "html", len(HTML))]


@pytest.mark.parametrize("argument", ["nowhere.html", "*.nothing", "", "a\0b", "nowhere/*", "line\nbreak"])
def test_a_name_or_pattern_that_nothing_matches_stops_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    """One line that names it, before anything is read."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "a.html", HTML)
    with pytest.raises(Stop) as stop:
        find_sources(["a.html", argument])
    assert argument.partition("\n")[0].partition("\0")[0] in str(stop.value)
    assert "\n" not in str(stop.value) and "\0" not in str(stop.value)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """To files, to folders, to nowhere, to each other; links inside the folder are."""
    outside = put(tmp_path, "outside/secret.html", HTML)
    folder = tmp_path / "folder"
    put(folder, ".store/real.html", HTML)
    for name, target in {
        "file.html": outside,
        "sub": outside.parent,
        "nowhere": tmp_path / "gone",
        "loop1": folder / "loop2",
        "loop2": folder / "loop1",
        "self": folder,
        "inside.html": folder / ".store" / "real.html",
    }.items():
        (folder / name).symlink_to(target)
    for argument in (str(folder), f"{folder}/*"):
        found = find_sources([argument])
        assert [one.path.name for one in found if isinstance(one, Source)] == ["real.html"]
        rejected = {one.fetched_url.rsplit("/", 1)[1]: one.detail for one in found if isinstance(one, Rejection)}
        assert set(rejected) == {"file.html", "sub", "nowhere", "loop1", "loop2"}
        assert "out of the folder" in rejected["sub"] and "nowhere" in rejected["nowhere"]


def test_a_link_that_the_user_names_is_followed(tmp_path: Path) -> None:
    """Naming it is consent."""
    path = put(tmp_path, "outside/a.html", HTML)
    (tmp_path / "link").symlink_to(path.parent)
    assert find_sources([str(tmp_path / "link")]) == [Source(path, "html", len(HTML))]


def test_fifos_sockets_and_devices_are_rejected_without_waiting(tmp_path: Path) -> None:
    """Named or met."""
    os.mkfifo(tmp_path / "fifo.html")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.html"))
        arguments = [str(tmp_path / "fifo.html"), "/dev/zero", str(tmp_path)]
        assert kinds(find_sources(arguments)) == ["unreadable"] * 4


def test_odd_names_are_loaded(tmp_path: Path) -> None:
    """Quotes, newlines, wildcards, and bytes that are no UTF-8; a WARC of such a name is rejected, as rows name it."""
    names = [b"it's.html", b'"q".html', b"new\nline.html", b"star*.html", b"\xff\xfe.html"]
    for name in names:
        put(tmp_path, os.fsdecode(name), HTML)
    put(tmp_path, os.fsdecode(b"\xff.warc"), WARC)
    found = find_sources([str(tmp_path)])
    assert {os.fsencode(one.path.name) for one in found if isinstance(one, Source)} == set(names)
    (warc,) = [one for one in found if isinstance(one, Rejection)]
    assert warc.fetched_url.endswith("%FF.warc") and "UTF-8" in warc.detail


def test_a_folder_without_input_says_so(tmp_path: Path) -> None:
    """An empty folder, and one of images; beside a good one it stops nothing."""
    for name in ("empty", "images", "good"):
        (tmp_path / name).mkdir()
    put(tmp_path, "images/a.png", PNG)
    put(tmp_path, "good/a.html", HTML)
    found = find_sources([str(tmp_path / name) for name in ("empty", "images", "good")])
    assert kinds(found) == ["unreadable", "unreadable", "unreadable", "html"]
    details = [one.detail for one in found if isinstance(one, Rejection)]
    assert "it holds no file" in details[0] and "none of its files" in details[2]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_rejected(tmp_path: Path) -> None:
    """A file and a folder without permission."""
    put(tmp_path, "a.html", HTML).chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    found = find_sources([str(tmp_path)])
    assert kinds(found) == ["unreadable"] * 3
    (tmp_path / "closed").chmod(0o700)


def test_rejections_carry_the_time_that_is_passed_in(tmp_path: Path) -> None:
    """The clock is an argument."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    (one,) = find_sources([str(put(tmp_path, "a.png", PNG))], seen_at=now)
    assert isinstance(one, Rejection) and one.seen_at == now
