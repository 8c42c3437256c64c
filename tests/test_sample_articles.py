"""The sample folder against `sample_articles.csv`: what the expectations promise really stands in the files.

The CSV has one row a record, in the order of the records in their file; tests of the pipeline read it too. A `*`
means that the file does not settle the field, an empty field means NULL. `fetched_url` starts with `file:` where it
is the URI of the file. `first_words` begin the body (a standfirst may stand before them), `last_words` end it, the
parts of `not_in_text` are furniture. Rows with one `story` are one story; with one `same_text`, to the letter.
"""

import csv
import gzip
import hashlib
import html
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tasks.model import REASONS
from tests import make_sample_warc

FOLDER = Path(__file__).parents[1] / "seeds" / "articles"
CSV = Path(__file__).with_name("sample_articles.csv")
ENCODINGS = {
    "languages/de-windows-1252.html": "windows-1252",
    "languages/ja-shift-jis-undeclared.html": "cp932",
    "languages/ja-shift-jis.html": "cp932",
    "languages/pt-windows-1252-undeclared.html": "windows-1252",
    "pages/junction-weekly-viaduct.utf16be-no-mark.html": "utf-16-be",
    "pages/skerry-islander-post-boat.utf16.html": "utf-16",
}
NO_TEXT = {"walls/empty.html", "walls/image-named.html"}
LARGEST_FOLDER = 1_500_000  # bytes; a clone stays small
LARGEST_PAGE = 25_000  # bytes
REFERENCE_SHA256 = "12d7128920ead45ac0367cadecff7c55f1be4a401c372aeed86ea100b36561fd"

Row = dict[str, str]


def rows() -> list[Row]:
    with CSV.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def articles() -> list[Row]:
    return [row for row in rows() if row["outcome"] in ("article", "revision")]


def named(row: Row) -> str:
    return f"{row['file']}:{row['record']}"


@cache
def sources(file: str) -> tuple[str, ...]:
    """The decoded source of each record of a file, in order; empty for a record without text of its own."""
    if file in NO_TEXT:
        return ("",)
    path = FOLDER / file
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return tuple(archive.read(name).decode() for name in archive.namelist())
    if path.suffix == ".jsonl":
        return tuple(_record_text(line) for line in path.read_text(encoding="utf-8").splitlines())
    if file.endswith(".warc.gz"):
        return tuple(body.decode() for kind, _, body in warc_records() if kind in ("response", "revisit"))
    body = path.read_bytes()
    if path.suffix == ".gz":
        body = gzip.decompress(body)
    return (body.decode(ENCODINGS.get(file, "utf-8")),)


def _record_text(line: str) -> str:
    try:
        record = json.loads(line)
    except ValueError:
        return line
    return "\n".join(value if isinstance(value, str) else " ".join(value) for value in record.values())


def warc_records() -> Iterator[tuple[str, str | None, bytes]]:
    """Type, HTTP status line and payload of each record of the sample WARC; a wrong digest raises."""
    with make_sample_warc.TARGET.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            status = record.http_headers.statusline if record.http_headers else None
            yield record.rec_type, status, record.content_stream().read()


def printed(row: Row) -> str:
    """Source and visible text of a record, white space collapsed: where promised words must stand."""
    source = sources(row["file"])[int(row["record"]) - 1]
    without_tags = re.sub(r"<[^>]{0,2000}>", "", source)
    without_link_numbers = re.sub(r"\[\d+\]", "", without_tags)
    return " ".join(html.unescape(f"{source} {without_link_numbers}").split())


def test_every_file_is_expected_and_every_expectation_has_its_file():
    """A file added without a row, or a row whose file went, is noticed; records are numbered without a gap."""
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert {row["file"] for row in rows()} == {file for file in files if not Path(file).name.startswith(".")}
    numbers = defaultdict(list)
    for row in rows():
        numbers[row["file"]].append(int(row["record"]))
    for file, found in numbers.items():
        assert found == list(range(1, len(sources(file)) + 1)), file


def test_outcomes_are_words_of_the_house():
    """Only rejections have a reason, it is one that the program knows, and most samples are articles."""
    for row in rows():
        assert row["outcome"] in ("article", "revision", "known", "rejected"), named(row)
        assert (row["reason"] in REASONS) == (row["outcome"] == "rejected"), named(row)
    assert Counter(row["outcome"] for row in rows())["article"] >= 30


def test_folder_stays_small():
    """The whole folder under its limit, no single page over what a page of the web may weigh here."""
    sizes = {path: path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < LARGEST_FOLDER
    assert [path.name for path, size in sizes.items() if size > LARGEST_PAGE] == []


@pytest.mark.parametrize("row", articles(), ids=named)
def test_promised_words_stand_in_the_file(row: Row):
    """Headline, standfirst, names, first and last words come from the page, not from a slip in the CSV."""
    text = printed(row)
    for column in ("title", "description", "first_words", "last_words"):
        assert row[column] == "*" or row[column] in text, column
    for name in filter(None, [*row["authors"].split(";"), *row["agencies"].split(";")]):
        assert name.casefold() in text.casefold()


@pytest.mark.parametrize("row", [row for row in articles() if row["not_in_text"]], ids=named)
def test_furniture_stands_in_the_file_too(row: Row):
    """What must stay out of the main text is really there to be left out, else the check would prove nothing."""
    text = printed(row)
    assert [part for part in row["not_in_text"].split("|") if part not in text] == []


@pytest.mark.parametrize("row", articles(), ids=named)
def test_dates_agree_with_themselves(row: Row):
    """The instant lies on the printed day somewhere on earth, a day has no hour, no change precedes publication."""
    if row["published_at"] in ("", "*"):
        return
    at, day = datetime.fromisoformat(row["published_at"]), date.fromisoformat(row["published_date"])
    midnight = datetime.combine(day, time(), UTC)
    assert at.utcoffset() == timedelta(0)
    assert midnight - timedelta(hours=14) <= at < midnight + timedelta(hours=36)
    assert row["published_precision"] in ("second", "minute", "day")
    if row["published_precision"] == "day":
        assert at == midnight  # none of the samples prints a bare day under a zone other than UTC
    if row["updated_at"] not in ("", "*"):
        assert datetime.fromisoformat(row["updated_at"]) > at


def test_one_article_has_one_url():
    """No two files state the same canonical URL: what the samples show does not depend on the order of reading."""
    urls = {(row["file"], row["url"]) for row in articles() if row["url"] not in ("", "*")}
    assert max(Counter(url for _, url in urls).values()) == 1


def test_same_text_is_the_same_to_the_letter():
    """The papers that share a text share each of its paragraphs, and ran it within two days."""
    groups = defaultdict(list)
    for row in articles():
        if row["same_text"]:
            groups[row["same_text"]].append(row)
    assert groups
    for members in groups.values():
        paragraphs = [re.findall(r"<p>([^<]{80,})</p>", sources(row["file"])[0]) for row in members]
        assert len(members) > 1
        assert all(found == paragraphs[0] and len(found) > 4 for found in paragraphs)
        instants = [datetime.fromisoformat(row["published_at"]) for row in members]
        assert max(instants) - min(instants) < timedelta(days=2)


def test_declared_and_undeclared_encodings():
    """The files whose names say so carry a mark or a declaration, the others neither; none would pass as UTF-8."""
    for file, encoding in ENCODINGS.items():
        head = (FOLDER / file).read_bytes()[:1024]
        declared = head[:2] == b"\xff\xfe" or b"charset=" in head
        assert declared == ("undeclared" not in file and "no-mark" not in file), file
        if encoding != "utf-16-be":  # bytes of Latin letters and NULs are valid UTF-8
            with pytest.raises(UnicodeDecodeError):
                (FOLDER / file).read_bytes().decode("utf-8")


def test_reference_dump_is_untouched():
    """The one real page is the reference byte for byte."""
    dump = (FOLDER / "business-standard-2016-07-15.txt").read_bytes()
    assert hashlib.sha256(dump).hexdigest() == REFERENCE_SHA256


def test_warc_is_what_its_script_makes():
    """The committed WARC and a fresh one hold the same records; only the packing may differ between machines."""
    assert gzip.decompress(make_sample_warc.TARGET.read_bytes()) == gzip.decompress(make_sample_warc.build())
    kinds = [(kind, status) for kind, status, _ in warc_records() if kind in ("response", "revisit")]
    assert kinds == [
        ("response", "200 OK"),
        ("response", "200 OK"),
        ("revisit", "200 OK"),
        ("response", "404 Not Found"),
    ]
