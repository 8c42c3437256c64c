"""Bytes to text: gzip that nobody announced, encodings that lie, marks, cuts."""

import gzip
from random import Random

import pytest

from tasks.fetch.list_text import decode, unpack
from tasks.fetch.lists import parse_list

TITLE = "Größe – žluťoučký «кот»"
FEED = '<?xml version="1.0"{}?><rss><channel><item><title>{}</title></item></channel></rss>'


def title(body: bytes, content_type: str | None = None) -> str | None:
    return parse_list(body, url=None, content_type=content_type).entries[0].title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_unicode_with_and_without_a_mark(encoding: str):
    """Whatever is declared: the bytes show which Unicode encoding it is."""
    for declared in ("", ' encoding="iso-8859-1"', ' encoding="utf-16"', ' encoding="klingon"'):
        assert title(FEED.format(declared, TITLE).encode(encoding)) == TITLE


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("windows-1251", "кот и пёс"), ("gb2312", "新闻报道"), ("iso-2022-jp", "新聞"), ("euc-kr", "뉴스")],
)
def test_declared_legacy_encodings(encoding: str, text: str):
    """The declaration counts where UTF-8 does not fit, in the document and in the header alike."""
    assert title(FEED.format(f" encoding='{encoding}'", text).encode(encoding)) == text
    assert title(FEED.format("", text).encode(encoding), f"text/xml; charset={encoding}") == text


def test_the_document_knows_better_than_the_header():
    """Servers send one default charset with everything."""
    body = FEED.format(' encoding="windows-1251"', "кот").encode("windows-1251")
    assert title(body, "text/xml; charset=iso-8859-1") == "кот"


def test_latin1_that_declares_utf8():
    """What UTF-8 does not decode is not UTF-8."""
    body = FEED.format(' encoding="utf-8"', "Müller für Straßenbau, größere Straßen").encode("windows-1252")
    assert title(body) == "Müller für Straßenbau, größere Straßen"


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "koi8-r", "ascii"])
def test_utf8_that_declares_something_else(declared: str):
    """Bytes beyond ASCII that fit UTF-8 are nothing else, though a one-byte charset decodes anything."""
    assert title(FEED.format(f' encoding="{declared}"', TITLE).encode()) == TITLE


def test_utf8_with_a_broken_byte():
    """One broken character does not turn the others into mojibake."""
    body = FEED.format("", TITLE + " X " + TITLE).encode().replace(b" X ", b" \xff ")
    assert title(body) == f"{TITLE} \ufffd {TITLE}"


def test_a_cut_inside_a_character():
    """A body that ends inside a character is whole up to there."""
    assert decode("Größe – ž".encode()[:-1]) == "Größe – "


def test_gzip_is_known_by_its_bytes():
    """With no header, twice over, in two members, and with a header that says the opposite."""
    plain = FEED.format("", "x").encode()
    for packed in (
        gzip.compress(plain),
        gzip.compress(gzip.compress(plain)),
        gzip.compress(plain[:20]) + gzip.compress(plain[20:]),
    ):
        assert title(packed, "application/xml") == "x"


def test_cut_and_corrupt_gzip():
    """What can be inflated is read, and it is said."""
    numbers = Random(7)  # noqa: S311 - text that compresses badly
    items = "".join(f"<item><title>{numbers.getrandbits(64)}</title></item>" for _ in range(3_000))
    packed = gzip.compress(f"<rss><channel>{items}</channel></rss>".encode())
    corrupt = packed[:20_000] + b"\0" * 200 + packed[20_200:]
    for body in (packed[:20_000], corrupt):
        listing = parse_list(body, url=None)
        assert 100 < len(listing.entries) < 3_000
        assert "cut" in [p.name for p in listing.problems]


def test_gzip_bomb_stops_at_the_limit():
    """HOSTILE 31: no more comes out than the limit, in however many members."""
    bomb = gzip.compress(b"<rss>" + b" " * 5_000_000)
    for body in (bomb, bomb * 3, gzip.compress(bomb)):
        unpacked = unpack(body, 100_000)
        assert (len(unpacked.body), [p.name for p in unpacked.problems]) == (100_000, ["too_large"])


def test_a_long_list_is_read_up_to_the_limit():
    """The entries before the limit are kept."""
    body = b"<rss><channel>" + b"<item><title>x</title></item>" * 1_000
    listing = parse_list(body, url=None, max_bytes=10_000)
    assert 300 < len(listing.entries) < 350
    assert {p.name for p in listing.problems} == {"too_large", "cut"}
