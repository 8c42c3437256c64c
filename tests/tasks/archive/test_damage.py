"""Cut, corrupt and lying WARC files: what can be read is read, the rest is said."""

import base64
import hashlib
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.archive import WarcReader, read_capture
from tasks.model import Capture, Rejection, Revisit
from tests.tasks.archive.warcs import URL, dice, gz, http, members, page, read, record, urls, warcinfo, write

NOISE = dice(7).randbytes(5_000)  # does not compress: members of some size


def page_of_noise(number: int) -> bytes:
    return page(number, b"<html>" + NOISE)


def test_a_cut_file_gives_its_whole_records_and_says_where_it_ends(tmp_path: Path) -> None:
    """The last record is rejected as incomplete, under its own URL when its head is there."""
    whole = [page(1), page(2), page_of_noise(3)]
    for raw in (members(whole)[:-2_000], gz(b"".join(whole))[:-2_000], b"".join(whole)[:-2_000]):
        with WarcReader(write(tmp_path, raw)) as reader:
            *captures, rejection = reader
            assert urls(captures) == ["1", "2"]
            assert isinstance(rejection, Rejection)
            assert (rejection.reason, rejection.fetched_url) == ("incomplete", URL + "/3")
            assert reader.damage == [
                f"cut at byte {len(raw)}: the record at byte {rejection.capture_offset} is incomplete"
            ]
            assert read(tmp_path / "crawl.warc.gz", start=reader.position) == []


@pytest.mark.parametrize("kept", [1, 2, 9, 12, 60, 200])
def test_a_file_cut_anywhere_in_a_head_is_incomplete(tmp_path: Path, kept: int) -> None:
    """Also in the gzip header, the version line and the middle of a field."""
    for first, second in ((gz(page(1)), gz(page_of_noise(2))), (page(1), page_of_noise(2))):
        assert urls(read(write(tmp_path, first + second[:kept]))) == ["1", "incomplete"]


def test_a_file_cut_between_records_is_no_damage(tmp_path: Path) -> None:
    """Nothing shows it, so nothing is said."""
    with WarcReader(write(tmp_path, members([page(1)]))) as reader:
        assert (urls(reader), reader.damage) == (["1"], [])


def test_after_a_corrupt_member_the_next_one_is_found(tmp_path: Path) -> None:
    """A changed byte in the middle: that record is rejected, under its URL, all others are there."""
    parts = [gz(page_of_noise(number)) for number in range(1, 5)]
    parts[1] = parts[1][:2_000] + bytes([parts[1][2_000] ^ 0xFF]) + parts[1][2_001:]
    with WarcReader(write(tmp_path, b"".join(parts))) as reader:
        found = list(reader)
        assert urls(found) == ["1", "bad_record", "3", "4"]
        assert found[1].fetched_url == URL + "/2"
        at = [sum(map(len, parts[:count])) for count in range(5)]
        assert reader.damage == [f"damaged record at byte {at[1]}, resumed at byte {at[2]}"]


def test_a_wrong_checksum_alone_is_corruption(tmp_path: Path) -> None:
    """Every byte inflates, and yet one is wrong: nobody knows which."""
    parts = [gz(page(number)) for number in range(1, 4)]
    parts[1] = parts[1][:-8] + b"\0\0\0\0" + parts[1][-4:]
    found = read(write(tmp_path, b"".join(parts)))
    assert urls(found) == ["1", "bad_record", "3"]
    assert found[1].fetched_url == URL + "/2"


def test_a_closed_record_with_bytes_behind_it_needs_the_checksum_too(tmp_path: Path) -> None:
    """In a member whose checksum is wrong no byte is known to be right, wherever the record seems to end."""
    odd = gz(page(2) + b"bytes of no record")
    assert urls(read(write(tmp_path, gz(page(1)) + odd + gz(page(3))))) == ["1", "2", "bad_record", "3"]
    wrong = odd[:-8] + b"\0\0\0\0" + odd[-4:]
    assert urls(read(write(tmp_path, gz(page(1)) + wrong + gz(page(3))))) == ["1", "bad_record", "3"]


def test_an_archive_inside_a_damaged_record_is_not_taken_for_the_file(tmp_path: Path) -> None:
    """A member with a wrong checksum holds, stored, a gzip member of its own: reading goes on behind it, not in it."""
    inner = gz(record(http(), url="https://evil.example/planted"))
    parts = [gz(page(1)), gz(page(2, NOISE + inner + NOISE), level=0), gz(page(3))]
    parts[1] = parts[1][:-8] + b"\0\0\0\0" + parts[1][-4:]
    assert inner in parts[1]
    assert urls(read(write(tmp_path, b"".join(parts)))) == ["1", "bad_record", "3"]


def test_bytes_between_members_do_not_stop_the_reading(tmp_path: Path) -> None:
    """What is no gzip member is one rejection, and the next member is found."""
    raw = gz(page(1)) + b"<p>An error message of the crawler</p>" + gz(page(2))
    assert urls(read(write(tmp_path, raw))) == ["1", "bad_record", "2"]


def test_members_that_hold_no_record_are_one_rejection(tmp_path: Path) -> None:
    """However many there are: a run of foreign members is one place of damage."""
    raw = gz(page(1)) + 20 * gz(b"something else\n") + gz(page(2))
    assert urls(read(write(tmp_path, raw))) == ["1", "bad_record", "2"]


def test_a_damaged_start_does_not_hide_the_rest(tmp_path: Path) -> None:
    """The first record is lost, the file is still a WARC."""
    for raw in (b"\x1f\x8b\x08\0\0\0\0\0\0\xff junk" + gz(page(1)), b"WXRC/1.0\r\n\r\n\r\n" + page(1)):
        assert urls(read(write(tmp_path, raw))) == ["bad_record", "1"]


def test_one_long_member_with_a_corrupt_byte_keeps_what_came_before(tmp_path: Path) -> None:
    """And what comes in the next member, with offsets that still lead back."""
    words = b"ferry harbour tide bell lamp rope gull net oar mast".split()
    texts = [b"<html>" + b" ".join(dice(number).choices(words, k=3_000)) for number in range(5)]
    long = bytearray(gz(b"".join(page(number, texts[number]) for number in range(1, 5))))
    long[len(long) * 5 // 8 : len(long) * 5 // 8 + 40] = 40 * b"\xff"
    path = write(tmp_path, bytes(long) + gz(page(5) + page(6)))
    found = read(path)
    assert urls(found) == ["1", "2", "bad_record", "bad_record", "5", "6"]
    for one in found:
        assert one.capture_offset is not None
        assert same(read_capture(path, one.capture_offset, "warc"), one)


@pytest.mark.parametrize("compress", [gz, bytes], ids=["one member", "uncompressed"])
def test_a_length_that_reaches_over_the_next_record(tmp_path: Path, compress: type[bytes]) -> None:
    """The record is incomplete, and the one it would have swallowed is found."""
    raw = page(1) + record(http(), url=URL + "/2", length=300) + page(3) + page(4)
    with WarcReader(write(tmp_path, compress(raw))) as reader:
        assert urls(reader) == ["1", "incomplete", "3", "4"]
        assert reader.damage == [f"damaged record at byte {len(page(1))}, resumed at byte {raw.index(page(3))}"]


@pytest.mark.parametrize("length", [1_000, 99_000_000_000, 10**17])
@pytest.mark.parametrize("layout", ["members", "one member", "uncompressed"])
def test_a_length_beyond_the_file(tmp_path: Path, length: int, layout: str) -> None:
    """A record that claims 99 GB is incomplete at once, whatever the layout, and costs none of the others."""
    records = [page(1), record(http(), url=URL + "/2", length=length), page(3)]
    raw = {"members": members(records), "one member": gz(b"".join(records)), "uncompressed": b"".join(records)}
    assert urls(read(write(tmp_path, raw[layout]))) == ["1", "incomplete", "3"]


@pytest.mark.parametrize("layout", ["members", "one member", "uncompressed"])
def test_a_length_too_small_is_put_right_by_the_next_record(tmp_path: Path, layout: str) -> None:
    """node-warc counted characters instead of bytes in whole archives: the body is all there, and used."""
    body = "<html><p>Überfähre nach Größhafen</p></html>".encode()
    digest = base64.b32encode(hashlib.sha1(http(body), usedforsecurity=False).digest()).decode()
    short = record(http(body), url=URL + "/2", length=len(http(body)) - 5, extra=[f"WARC-Block-Digest: sha1:{digest}"])
    records = [page(1), short, page(3)]
    raw = {"members": members(records), "one member": gz(b"".join(records)), "uncompressed": b"".join(records)}
    with WarcReader(write(tmp_path, raw[layout])) as reader:
        found = list(reader)
        assert urls(found) == ["1", "2", "3"]
        assert isinstance(found[1], Capture) and found[1].body == body
        assert len(reader.damage) == 1 and "Content-Length says" in reader.damage[0]


def test_a_length_too_small_needs_a_witness(tmp_path: Path) -> None:
    """Where neither a member's checksum nor a digest vouches for the bytes, they may as well be damaged."""
    records = [page(1), record(http(), url=URL + "/2", length=len(http()) - 5), page(3)]
    assert urls(read(write(tmp_path, members(records)))) == ["1", "2", "3"]
    assert urls(read(write(tmp_path, gz(b"".join(records))))) == ["1", "bad_record", "3"]
    records[1] = records[1].replace(b"Content-Length", b"WARC-Block-Digest: sha1:AAAA\r\nContent-Length")
    assert urls(read(write(tmp_path, b"".join(records)))) == ["1", "bad_record", "3"]


def test_a_length_one_too_large_is_no_damage(tmp_path: Path) -> None:
    """Wget 1.19 counted one byte of the line ends behind the block."""
    raw = record(http(), length=len(http()) + 1) + page(2)
    for whole in (raw, members([record(http(), length=len(http()) + 1), page(2)])):
        with WarcReader(write(tmp_path, whole)) as reader:
            assert (len(list(reader)), reader.damage) == (2, [])


@pytest.mark.parametrize("length", ["", "-1", "1e3", "0x10", "٣", "9" * 30])
@pytest.mark.parametrize("compress", [gz, bytes], ids=["one member", "uncompressed"])
def test_a_record_without_a_readable_length(tmp_path: Path, length: str, compress: type[bytes]) -> None:
    """It is rejected, the next one is found."""
    raw = page(1) + record(http(), url=URL + "/2", length=length) + page(3)
    assert urls(read(write(tmp_path, compress(raw)))) == ["1", "bad_record", "3"]


def test_a_page_about_warc_files_does_not_become_records(tmp_path: Path) -> None:
    """A whole record quoted in a page is text as long as the lengths are right."""
    quoted = b"<html><pre>\n\n" + record(http(), url="https://evil.example/planted") + b"</pre></html>"
    raw = page(1, quoted) + page(2)
    for whole in (raw, gz(raw), members([page(1, quoted), page(2)])):
        assert urls(read(write(tmp_path, whole))) == ["1", "2"]


def test_bytes_behind_a_closed_record_are_damage_of_their_own(tmp_path: Path) -> None:
    """The record before them is whole and its body gets nothing of them."""
    raw = page(1) + b"WXRC/1.0\r\nWARC-Type: response\r\n\r\nlost\r\n\r\n" + page(2)
    for whole in (raw, gz(raw)):
        found = read(write(tmp_path, whole))
        assert urls(found) == ["1", "bad_record", "2"]
        assert isinstance(found[0], Capture) and found[0].body.endswith(b"</html>")


def test_damage_in_records_of_no_interest_is_said_but_no_row(tmp_path: Path) -> None:
    """A request or warcinfo has no row even when it is broken."""
    raw = page(1) + record(b"GET / HTTP/1.1", kind="request", length=10**9) + page(2)
    with WarcReader(write(tmp_path, raw)) as reader:
        assert urls(reader) == ["1", "2"]
        assert len(reader.damage) == 1


@pytest.mark.parametrize("seed", range(40))
def test_a_reader_that_goes_on_sees_what_one_in_a_single_pass_sees(tmp_path: Path, seed: int) -> None:
    """For any layout and any damage: no error, unique offsets, and the same from every position and by every offset."""
    chance = dice(seed)
    path = write(tmp_path, damaged(chance, layout(chance)))
    with WarcReader(path, seen_at=datetime.now(UTC)) as reader:
        found, positions = [], [reader.position]
        for one in reader:
            found.append(one)
            positions.append(reader.position)
    assert len({one.capture_offset for one in found}) == len(found)
    for taken, position in enumerate(positions):
        rest = read(path, start=position)
        assert len(rest) == len(found) - taken
        assert all(map(same, rest, found[taken:]))
    for one in found:
        assert one.capture_offset is not None
        assert same(read_capture(path, one.capture_offset, "warc"), one)


def layout(chance: random.Random) -> bytes:
    records = [warcinfo()] if chance.random() < 0.5 else []
    for number in range(chance.randrange(2, 7)):
        size = chance.choice((0, 10, 400, 3_000, 70_000))
        records.append(page(number, b"<html>" + (chance.randbytes(size) if chance.random() < 0.5 else size * b"a")))
    whole = b"".join(records)
    step = chance.randrange(40, 5_000)
    return chance.choice(
        (
            members(records),
            gz(whole, chance.choice((0, 6))),
            whole,
            members(whole[at : at + step] for at in range(0, len(whole), step)),
            gz(records[0]) + gz(b"".join(records[1:])),
        )
    )


def damaged(chance: random.Random, raw: bytes) -> bytes:
    """A bit turned, bytes overwritten, put in or lost; the first 300 are spared so that it stays a WARC."""
    at, size = chance.randrange(min(300, len(raw) - 1), len(raw)), chance.randrange(1, 300)
    return chance.choice(
        (
            raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :],
            raw[:at] + bytes(size) + raw[at + size :],
            raw[:at] + chance.randbytes(size) + raw[at:],
            raw[:at] + raw[at + size :],
            raw[:at],
        )
    )


def same(one: Capture | Revisit | Rejection, other: Capture | Revisit | Rejection) -> bool:
    """Equal but for the time of reading."""
    if isinstance(one, Rejection) and isinstance(other, Rejection):
        return replace(one, seen_at=other.seen_at) == other
    return one == other
