"""`export --cdxj`: the index with which replay software opens the archive."""

import bisect
import io
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

from tasks.archive import ArchiveWriter, WarcReader
from tasks.archive.surt import surt
from tasks.model import Capture
from tests.pages import write_warc
from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.test_export import write
from warehouse.export_index import INDEX

PYWB = "pywb==2.10.0"
START_SECONDS = 60


@pytest.fixture
def archived(shop: Shop, tmp_path: Path) -> Shop:
    """A page in the archive of the data folder, and two of a WARC file of the user's."""
    with ArchiveWriter(shop.place.archive, f"{shop.place.key}-x", opened_at=NOON) as writer:
        body = b"<html><title>Own page</title><p>Loaded from a file."
        offset = writer.write_resource("https://own.example/Page?b=1&a=2", "text/html", body, NOON)
    shop.add(capture_row(shop, "https://own.example/Page?b=1&a=2", shop.place.stored(writer.path), offset))
    path = write_warc(tmp_path / "crawl.warc.gz", 2)
    for one in WarcReader(path):
        if isinstance(one, Capture):
            row = capture_row(shop, one.fetched_url, one.capture_file, one.capture_offset)
            shop.add(row)
    return shop


def capture_row(shop: Shop, url: str, file: str, offset: int) -> dict[str, Any]:
    row = shop.article(url, f"The text of {url}", capture_file=file, capture_offset=offset, publisher="own.example")
    row["capture"] |= {"capture_file": file, "capture_offset": offset}
    return row


def looked_up(index: Path, url: str) -> dict[str, str]:
    """As replay software does it: binary search over sorted lines."""
    lines = index.read_bytes().splitlines()
    at = bisect.bisect_left(lines, surt(url).encode())
    assert lines[at].startswith(surt(url).encode() + b" ")
    return json.loads(lines[at].split(b" ", 2)[2])


def test_a_page_is_found_and_read_again(archived: Shop, tmp_path: Path):
    """Key, file, offset and length lead to the very record."""
    done = write(archived, tmp_path / "out", cdxj=True)
    index = tmp_path / "out" / INDEX
    lines = index.read_bytes().splitlines()
    assert lines == sorted(lines)
    assert done.manifest["index"]["lines"] == len(lines) == archived.ask("select count(*) from captures")[0][0]
    for (url,) in archived.ask("select fetched_url from captures"):
        found = looked_up(index, url)
        with (archived.place.data_dir / found["filename"]).open("rb") as stream:
            stream.seek(int(found["offset"]))
            raw = stream.read(int(found["length"]))
        (record,) = ArchiveIterator(io.BytesIO(raw))
        assert record.rec_headers.get_header("WARC-Target-URI") == url


def test_a_choice_of_articles_indexes_their_captures_only(archived: Shop, tmp_path: Path):
    """What was not chosen cannot be found."""
    write(archived, tmp_path / "out", cdxj=True, where="url like 'https://own.example/%'")
    assert len((tmp_path / "out" / INDEX).read_bytes().splitlines()) == 1


def test_an_index_is_kept_true_and_misses_are_said(archived: Shop, tmp_path: Path):
    """A later export renews it though it is not asked to; a file that went away is named."""
    write(archived, tmp_path / "out", cdxj=True)
    (tmp_path / "crawl.warc.gz").unlink()
    done = write(archived, tmp_path / "out")
    assert (done.manifest["index"]["lines"], done.manifest["index"]["captures_left_out"] > 0) == (1, True)
    assert "crawl.warc.gz" in archived.said[-1]


@pytest.fixture(scope="session")
def wayback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pywb's server, in an environment of its own: it is no dependency of ours, and pins others."""
    if found := shutil.which("wayback"):
        return Path(found)
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("no uv to install pywb with")
    home = tmp_path_factory.mktemp("pywb") / "venv"
    for command in ([uv, "venv", "-q", str(home)], [uv, "pip", "install", "-q", "--python", str(home), PYWB]):
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"pywb cannot be installed here: {made.stderr.strip()[-200:]}")
    return home / "bin" / "wayback"


def test_pywb_replays_a_page(archived: Shop, tmp_path: Path, wayback: Path):
    """The configuration of docs/analysts.md, with the pages of both files."""
    write(archived, tmp_path / "out", cdxj=True)
    here = {"index_paths": str(tmp_path / "out" / INDEX), "archive_paths": [f"{archived.place.data_dir}/", ""]}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"collections": {"news": here}}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [wayback, "-b", "127.0.0.1", "-p", str(port)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        (other,) = archived.ask("select min(url) from articles where url not like 'https://own.example/%'")
        assert b"Own page" in replayed(port, "https://own.example/Page?b=1&a=2")
        assert b"<html" in replayed(port, other[0])
    finally:
        server.terminate()
        server.wait(30)


def replayed(port: int, url: str) -> bytes:
    address = f"http://127.0.0.1:{port}/news/2026id_/{url}"
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert time.monotonic() < end, f"no answer from {address}"
            time.sleep(0.2)
