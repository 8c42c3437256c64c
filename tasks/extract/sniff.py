"""What bytes are, by looking at them: servers name images text/html and pages text/plain."""

import json
import re
from typing import Literal

Kind = Literal["html", "text", "other"]

WINDOW = 2_048  # characters at the start that tell the kind
TAG_WINDOW = 65_536  # characters searched for a first HTML tag
MAX_ODD_SHARE = 0.1  # control characters among the first bytes; text has next to none

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"OggS", "Ogg audio"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"\x00asm", "WebAssembly"),
)
_XML_KINDS = {
    "rss": "a feed",
    "feed": "a feed",
    "rdf:rdf": "a feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "opml": "an OPML list",
    "svg": "an SVG image",
    "error": "an XML error message",  # object stores answer with it
}
_ODD_BYTES = bytes((*range(9), *range(14, 27), *range(28, 32)))  # controls that no text has
_PROLOGUE = re.compile(r"\s+|<\?[^>]{0,1000}>|<!--.{0,2000}?-->|<!doctype[^>]{0,1000}>", re.IGNORECASE | re.DOTALL)
_FIRST_ELEMENT = re.compile(r"<([a-z][\w:.-]{0,40})", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"<(?:!doctype html|html|head|body|title|meta|div|p|article|main|section|h1|table|span|br|a)[\s/>]", re.IGNORECASE
)
_EMBEDDED = frozenset(("img", "b", "i", "em", "strong", "iframe"))  # left standing in prose
_ROBOTS_LINE = re.compile(r"(?:user-agent|disallow|allow|sitemap|crawl-delay|host|noindex)\s{0,5}:", re.IGNORECASE)
_SCRIPT_START = re.compile(
    r"(?:[!+(;]{0,3}\s{0,5}function\b|\(\(?\s{0,5}\)?\s{0,5}=>|\(self|var\s|let\s|const\s|window[.\[]|document\."
    r"|import\s|export\s|[\"']use strict|define\(|webpack|try\s{0,5}\{|if\s{0,5}\(|@charset|@import|@media|@font-face"
    r"|:root\b)"
)
_STYLE_RULE = re.compile(r"[\w.#:*\[\]=\"' ,>~-]{1,200}\{\s{0,20}[\w-]{2,40}\s{0,5}:")


def binary_kind(body: bytes) -> str | None:
    """The name of a binary format, None for what may be text."""
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    if (body[:4] == b"RIFF" and body[8:12] in (b"WEBP", b"WAVE", b"AVI ")) or body[4:8] == b"ftyp":
        return "an image, audio or video file"
    if (body[:2] == b"BM" and body[6:10] == bytes(4)) or (body[:3] == b"ID3" and body[3:4] < b"\x10"):
        return "a BMP image or MP3 audio"  # two and three letters that also begin sentences
    head = body[:WINDOW]
    odd = len(head) - len(head.translate(None, _ODD_BYTES))
    nul_columns = (head[::2].count(0), head[1::2].count(0))
    if odd > MAX_ODD_SHARE * len(head) and (min(nul_columns) > 0 or max(nul_columns) < 0.3 * len(head)):
        return "binary bytes"  # UTF-16 has its NULs in one column only
    return None


def text_kind(text: str, content_type: str | None) -> tuple[Kind, str]:
    """(kind, name for people) of decoded text. `text` is prose without markup; `other` is no page at all."""
    declared = (content_type or "").split(";")[0].strip().lower()
    start = _skip_prologue(text)
    opening = _FIRST_ELEMENT.match(start)
    if opening:
        name = opening[1].lower()
        if name in _XML_KINDS:
            return "other", _XML_KINDS[name]
        if name not in _EMBEDDED or declared != "text/plain" or _HTML_TAG.search(text[:TAG_WINDOW]):
            return "html", "HTML"
    if start[:1] in ("{", "[") and _is_json(text):
        return "other", "JSON"
    if _is_robots(text):
        return "other", "robots.txt"
    tagged = _HTML_TAG.search(text[:TAG_WINDOW])
    if _SCRIPT_START.match(start) or (_STYLE_RULE.match(start) and not tagged):
        return "other", "a script or style sheet"
    if any(word in declared for word in ("javascript", "css", "json")) and not tagged:
        return "other", declared
    # A page without a single mark is a dump that somebody named .html.
    unmarked = not tagged and (declared in ("", "application/octet-stream") or "<" not in text[:TAG_WINDOW])
    if declared == "text/plain" or unmarked:
        return "text", "plain text"
    return "html", "HTML"


def _skip_prologue(text: str) -> str:
    """The first characters after white space, comments, XML declaration and doctype."""
    head = text[: 4 * WINDOW].lstrip("\ufeff")
    position = 0
    while match := _PROLOGUE.match(head, position):
        position = match.end()
    return head[position : position + WINDOW]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_robots(text: str) -> bool:
    """At least half of the first lines are robots rules; prose has none."""
    lines = [line.strip() for line in text[:WINDOW].splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and 2 * sum(1 for line in lines if _ROBOTS_LINE.match(line)) >= len(lines)
