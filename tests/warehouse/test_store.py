"""Whole objects under names: fsspec's memory, and S3 as a server on 127.0.0.1 speaks it."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tasks.errors import Stop
from tests.warehouse.contract.bucket import BUCKET, keys_to, store
from warehouse import store as stores
from warehouse.place import place
from warehouse.store import BLOCK_BYTES, Changed, Store, StoreAway

__all__ = ["store"]  # a fixture


@pytest.fixture(params=["memory", "s3"])
def there(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty folder of a store."""
    if request.param == "memory":
        yield Store(f"memory://news/{uuid4().hex[:8]}")
        return
    request.getfixturevalue("s3_keys")
    yield Store(f"s3://{BUCKET}/{uuid4().hex[:8]}")


@pytest.fixture
def s3_keys(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in keys_to(store).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made.bin"
    path.write_bytes(os.urandom(3 * BLOCK_BYTES + 17))
    return path


def test_what_is_put_is_there_whole(there: Store, file: Path, tmp_path: Path):
    """Listed by its folders, read back in whole and in part, gone when removed; twice is no error."""
    kept = there.put(file, "2026/03/02/one.bin")
    assert (kept.name, kept.size) == ("2026/03/02/one.bin", file.stat().st_size)
    assert there.look("2026/03/02/one.bin") == kept
    assert [one.name for one in there.listed("2026/03")] == ["2026/03/02/one.bin"]
    assert there.listed("2026/04") == []
    there.get("2026/03/02/one.bin", tmp_path / "new" / "got.bin")
    assert (tmp_path / "new" / "got.bin").read_bytes() == file.read_bytes()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["got.bin"]
    there.remove("2026/03/02/one.bin")
    there.remove("2026/03/02/one.bin")
    assert there.look("2026/03/02/one.bin") is None
    with pytest.raises(FileNotFoundError):
        there.get("2026/03/02/one.bin", tmp_path / "never.bin")
    with pytest.raises(FileNotFoundError):
        there.opened("2026/03/02/one.bin")


def test_parts_are_read_wherever_they_lie(there: Store, file: Path):
    """Across the borders of what is fetched at once, from the end, and past it."""
    there.put(file, "one.bin")
    whole = file.read_bytes()
    with there.opened("one.bin") as part:
        for start, length in ((0, 10), (BLOCK_BYTES - 5, 10), (BLOCK_BYTES, 2 * BLOCK_BYTES + 50), (len(whole), 5)):
            part.seek(start)
            assert part.read(length) == whole[start : start + length]
        part.seek(-7, os.SEEK_END)
        assert part.read(100) == whole[-7:]
        assert part.tell() == len(whole)


@pytest.mark.usefixtures("s3_keys")
def test_an_object_that_goes_up_in_parts_is_known_by_their_checksums(file: Path, monkeypatch: pytest.MonkeyPatch):
    """And it need not be read back for that."""
    monkeypatch.setattr(stores, "PART_BYTES", 5 << 20)  # S3 takes no smaller ones
    file.write_bytes(os.urandom(11 << 20))
    there = Store(f"s3://{BUCKET}/{uuid4().hex[:8]}")
    monkeypatch.setattr(there._system, "cat_file", None)
    assert there.put(file, "large.bin").version.endswith("-3")


@pytest.mark.usefixtures("s3_keys")
def test_what_another_process_has_changed_is_not_overwritten(file: Path):
    """An erasure that was begun on an object that is there no more is begun again."""
    there = Store(f"s3://{BUCKET}/{uuid4().hex[:8]}")
    first = there.put(file, "one.bin")
    file.write_bytes(b"another")
    second = there.put(file, "one.bin", instead_of=first)
    file.write_bytes(b"a third")
    with pytest.raises(Changed):
        there.put(file, "one.bin", instead_of=first)
    assert there.look("one.bin") == second


def test_what_arrives_cut_does_not_count(file: Path, monkeypatch: pytest.MonkeyPatch):
    """It goes from the store, and the file stays."""
    there = Store(f"memory://news/{uuid4().hex[:8]}")
    put = there._system.put_file

    def cut(source: str, path: str) -> None:
        put(source, path)
        there._system.pipe_file(path, Path(source).read_bytes()[:-1])

    monkeypatch.setattr(there._system, "put_file", cut)
    with pytest.raises(StoreAway, match="did not arrive whole"):
        there.put(file, "one.bin")
    assert there.look("one.bin") is None
    assert file.exists()


def test_other_bytes_of_the_same_length_do_not_count(file: Path, monkeypatch: pytest.MonkeyPatch):
    """Where the store tells no checksum of ours, what arrived is read back."""
    there = Store(f"memory://news/{uuid4().hex[:8]}")
    put = there._system.put_file
    monkeypatch.setattr(
        there._system, "put_file", lambda source, path: (put(source, path), there._system.pipe_file(
            path, b"\0" * Path(source).stat().st_size)),
    )  # fmt: skip
    with pytest.raises(StoreAway, match="did not arrive whole"):
        there.put(file, "one.bin")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://me:secret@news/a", "no key and no option"),
        ("s3://news/a?key=secret", "no key and no option"),
        ("s3:///a", "names no bucket"),
        ("file:///var/archive", "written as a path"),
        ("https://example.com/archive", "such as s3://"),
        ("s3:/news/archive", "neither a folder nor a URL"),
    ],
)
def test_a_url_that_cannot_be_right_stops_and_tells_no_secret(url: str, said: str, tmp_path: Path):
    """Before anything is asked; the line names the setting."""
    with pytest.raises(Stop, match=said) as stop:
        place(tmp_path, archive=url)
    assert "PRESSHOUSE_ARCHIVE" in str(stop.value)
    assert "secret" not in str(stop.value)


@pytest.mark.parametrize(("archive", "spool"), [("s3://news/a", "s3://news/a/"), ("/srv/a/b", "/srv/a")])
def test_archive_and_spool_do_not_lie_in_each_other(archive: str, spool: str, tmp_path: Path):
    """One would list, and clear, what is the other's."""
    with pytest.raises(Stop, match="lie in each other"):
        place(tmp_path, archive=archive, spool=spool)
    assert place(tmp_path, archive="/srv/a", spool="/srv/ab").archive == Path("/srv/a")


def test_an_endpoint_that_is_none_stops(monkeypatch: pytest.MonkeyPatch):
    """The setting is named, not the line of a library that noticed."""
    for name, value in keys_to("127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Stop, match="Correct AWS_ENDPOINT_URL"):
        Store(f"s3://{BUCKET}/{uuid4().hex[:8]}").listed()


def test_what_only_its_owner_can_mend_stops(store: str, s3_keys: None, file: Path):
    """No bucket of that name, a protocol that nothing here speaks."""
    with pytest.raises(Stop, match="There is no bucket for s3://nothing/here"):
        Store("s3://nothing/here").listed()
    with pytest.raises(Stop, match="There is no bucket"):
        Store("s3://nothing/here").put(file, "one.bin")
    with pytest.raises(Stop, match="Nothing here speaks gopher://"):
        Store("gopher://news/here")


def test_a_store_that_does_not_answer_is_tried_again_later(monkeypatch: pytest.MonkeyPatch, file: Path):
    """Deferred, in one line, with nothing of the key in it."""
    for name, value in keys_to("http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    away = Store(f"s3://{BUCKET}/{uuid4().hex[:8]}")
    away._system.retries = 1
    with pytest.raises(StoreAway, match="cannot be used now") as error:
        away.put(file, "one.bin")
    assert "\n" not in str(error.value)
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(error.value)


def test_folders_of_ones_own_and_the_usual_ones(tmp_path: Path):
    """Rows name an archive file the same wherever the archive lies."""
    usual = place(tmp_path / "data")
    assert (usual.archive, usual.spool.parent) == (tmp_path / "data" / "archive", tmp_path / "data" / "spool")
    moved = place(tmp_path / "data", archive=str(tmp_path / "big"), spool=str(tmp_path / "fast"))
    assert (moved.archive, moved.spool.parent) == (tmp_path / "big", tmp_path / "fast")
    far = place(tmp_path / "data", archive="memory://news/archive/", spool="memory://news/spool")
    assert (far.archive_url, far.spool_url) == ("memory://news/archive", f"memory://news/spool/{far.key}")
    for one in (usual, moved, far):
        assert one.stored(one.archive / "2026/03/02/a.warc.gz") == "archive/2026/03/02/a.warc.gz"
        assert one.located("archive/2026/03/02/a.warc.gz") == one.archive / "2026/03/02/a.warc.gz"
        assert one.located(one.stored("/w/a.warc.gz")) == Path("/w/a.warc.gz")
