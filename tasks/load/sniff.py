"""What a local file holds: told by its first bytes, then by its name."""

import json
import re
import zlib
from pathlib import PurePath
from typing import Literal

from tasks.errors import Rejected

Kind = Literal["warc", "jsonl", "zip", "html", "text"]

WINDOW = 16_384  # first bytes that are looked at
GZIP_MAGIC = b"\x1f\x8b"
MAX_CONTROL_SHARE = 0.1  # of control characters among the first bytes; text has next to none
CONTROL_WINDOW = 2_048
MIN_NUL_SHARE = 0.3  # of NULs in every second byte: UTF-16 without a mark, of a script with Latin letters

JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson", ".jl"})
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
TEXT_SUFFIXES = frozenset({".txt", ".text"})
# Text, but never an article; everything else that is text may be one when the user names it.
NO_TEXT_SUFFIXES = frozenset(
    ".py .js .mjs .ts .css .scss .json .xml .xsl .csv .tsv .yaml .yml .toml .ini .cfg .conf .sql .sh .bat .c .h .cpp"
    " .java .go .rs .rb .php .pl .r .ipynb .tex .bib .srt .vtt .ics .vcf .svg .map .lock .log .diff .patch".split()
)
OFFICE_SUFFIXES = frozenset(".docx .xlsx .pptx .odt .ods .odp .epub .jar .war .apk .whl .xpi .kmz".split())
ARTICLE_KEYS = frozenset({"text", "html", "url"})  # one of them makes a JSON object look like a record

_GZIP = 31  # zlib's wbits
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: gzip can be read"),
    (b"BZh", "compressed with bzip2: gzip can be read"),
    (b"\xfd7zXZ", "compressed with xz: gzip can be read"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
_NO_PAGES = {
    "rss": "a feed",
    "feed": "a feed",
    "rdf:rdf": "a feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "opml": "an OPML list",
    "svg": "an SVG image",
}
_PROLOGUE = re.compile(
    r"\s{1,5000}|<\?[^>]{0,1000}>|<!--.{0,5000}?-->|<!doctype[^>]{0,1000}>", re.IGNORECASE | re.DOTALL
)
_FIRST_ELEMENT = re.compile(r"<([a-z][\w:.-]{0,40})", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype html|html|head|body|title|meta|article|main)[\s/>]", re.IGNORECASE)
_WARC = re.compile(rb"WARC/\d{1,2}\.\d")


def first_bytes(head: bytes, name: str) -> tuple[bytes, str]:
    """The first bytes and the name of a file as if it had not been compressed.

    Of a WARC that starts damaged there are none: it is known by its name. Raises Rejected("unreadable") for others.
    """
    if not head.startswith(GZIP_MAGIC):
        return head, name
    name = name[:-3] if name.lower().endswith(".gz") else name
    inflater = zlib.decompressobj(_GZIP)
    try:
        inflated = inflater.decompress(head, WINDOW)
    except zlib.error:
        inflated = b""
    if not inflated and not inflater.eof and not name.lower().endswith(".warc"):
        raise Rejected("unreadable", "damaged gzip")
    return inflated, name


def kind_of(head: bytes, name: str, *, is_named: bool) -> Kind:
    """The kind of a file, from its first decompressed bytes and its name without `.gz`.

    `is_named`: the user named this very file, so any text is taken for an article's; in a folder the name must say so.
    Raises Rejected: "empty", or "unreadable" with what it is instead.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix == ".warc" or _WARC.match(head):
        return "warc"
    if not head:
        raise Rejected("empty", "the file has no bytes")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if suffix in OFFICE_SUFFIXES:
            raise Rejected("unreadable", "an office document, book or program")
        return "zip"
    if head.startswith(GZIP_MAGIC):
        raise Rejected("unreadable", "gzip inside gzip")
    binary = _binary(head)
    if binary:
        raise Rejected("unreadable", binary)
    return _text_kind(_decoded(head), suffix, is_named)


def _binary(head: bytes) -> str | None:
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    window = head[:CONTROL_WINDOW]
    if _is_wide(window):
        return None
    control = sum(1 for byte in window if byte < 9 or 13 < byte < 27 or 27 < byte < 32)
    return "binary bytes, no text" if control > MAX_CONTROL_SHARE * len(window) else None


def _is_wide(window: bytes) -> bool:
    """UTF-16 with a mark, or with NULs in one column only."""
    if window.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    shares = sorted(column.count(0) / max(len(column), 1) for column in (window[::2], window[1::2]))
    return shares[0] == 0 and shares[1] >= MIN_NUL_SHARE


def _decoded(head: bytes) -> str:
    """Text enough to find marks in: what they consist of is ASCII in every encoding but UTF-16."""
    if _is_wide(head[:CONTROL_WINDOW]):
        head = head.replace(b"\0", b"")
    return head.decode("utf-8", "replace").lstrip("\ufeff\ufffd")


def _text_kind(text: str, suffix: str, is_named: bool) -> Kind:
    start = _skip_prologue(text)
    if suffix in JSONL_SUFFIXES:
        return "jsonl"
    if start.startswith("{") and "jsonfeed.org/version/" in start:
        raise Rejected("unreadable", "a feed")
    if _is_record(start):
        return "jsonl"
    element = _FIRST_ELEMENT.match(start)
    if element and element[1].lower() in _NO_PAGES:
        raise Rejected("unreadable", _NO_PAGES[element[1].lower()])
    if suffix in HTML_SUFFIXES or (start.startswith("<") and _HTML.search(text)):
        return "html"
    if start.startswith(("{", "[")) and suffix == ".json":
        raise Rejected("unreadable", "JSON, but not one record with url, text or html a line")
    if suffix in TEXT_SUFFIXES or (is_named and suffix not in NO_TEXT_SUFFIXES):
        return "text"
    raise Rejected("unreadable", f"no known format ({suffix or 'no suffix'})")


def _skip_prologue(text: str) -> str:
    """The text from the first element on, or from the first word."""
    position = 0
    while match := _PROLOGUE.match(text, position):
        position = match.end()
    return text[position:]


def _is_record(start: str) -> bool:
    """Whether the first line is an object like our records, or starts like a longer one."""
    if not start.startswith("{"):
        return False
    line, line_end, _ = start.partition("\n")
    if not line_end and len(line) > WINDOW // 4:  # cut by the window: its keys must do
        return any(f'"{key}"' in line for key in ARTICLE_KEYS)
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and not ARTICLE_KEYS.isdisjoint(record)
