"""The bytes of a feed or sitemap -> text: unpacked, and decoded by what the bytes are rather than what is said of them.

Feeds are XML or JSON, so the rules differ from those for pages (`tasks.extract.charset`): no `<meta>`, a declaration
that mostly comes from the program that wrote the bytes, and bodies that end inside a character.
"""

import codecs
import re
import zlib
from dataclasses import dataclass

from charset_normalizer import from_bytes

from tasks.model import ListProblem

MAX_LIST_BYTES = 52_428_800  # unpacked; sitemaps.org, protocol, "Sitemap file size": no larger than 50 MB
MAX_WRAPPINGS = 3  # gzip in gzip comes from servers that compress a file.xml.gz once more
MAX_MEMBERS = 1_000  # of one gzip file; those appended to by log writers have a few
GZIP_MAGIC = b"\x1f\x8b"
HEAD_BYTES = 1_024  # where a declaration stands
GUESS_BYTES = 32_768  # shown to charset-normalizer, which takes seconds for megabytes
MAX_BROKEN_SHARE = 0.02  # of the bytes beyond ASCII; above it the text is no UTF-8 with a few broken bytes
UTF8_TAIL = 3  # bytes of a character that a cut can leave

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How `<` or `{` and an ASCII character after it begin without a mark (XML 1.0, appendix F).
_UNMARKED = (
    (re.compile(rb"[<{\s]\0\0\0[^\0]\0\0\0", re.DOTALL), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\s]\0\0\0[^\0]", re.DOTALL), "utf-32-be"),
    (re.compile(rb"[<{\s]\0[^\0]\0", re.DOTALL), "utf-16-le"),
    (re.compile(rb"\0[<{\s]\0[^\0]", re.DOTALL), "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{1,200}?encoding\s{0,5}=\s{0,5}[\"']\s{0,5}([\w.:-]{1,40})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{1,40})", re.IGNORECASE)
_NON_ASCII = re.compile(rb"[\x80-\xff]")
# https://encoding.spec.whatwg.org/#names-and-labels: who names the left means the right.
_AS_BROWSERS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "johab": "cp949",
}
_ESCAPE_BASED = frozenset({"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz"})  # all ASCII bytes
# No text, or no charset that reads markup as ASCII: a declaration of UTF-16 that was read as ASCII cannot be true.
_UNBELIEVABLE = frozenset(
    """
    base64 bz2 hex idna punycode quopri rot13 unicode_escape raw_unicode_escape uu zlib undefined mbcs oem
    utf-7 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be
    """.split()
)


@dataclass(frozen=True, slots=True)
class Unpacked:
    body: bytes
    problems: tuple[ListProblem, ...] = ()


def unpack(body: bytes, max_bytes: int = MAX_LIST_BYTES) -> Unpacked:
    """Undo gzip where the bytes are gzip, whatever a header or a name says. At most `max_bytes` come out.

    What is damaged, cut or longer keeps its beginning, with a problem. Raises nothing.
    """
    problems: list[ListProblem] = []
    for _ in range(MAX_WRAPPINGS):
        if not body.startswith(GZIP_MAGIC):
            break
        body, whole = _gunzip(body, max_bytes + 1)
        if not whole and len(body) <= max_bytes:
            problems.append(ListProblem("cut", "the gzip stream is damaged or ends early"))
    if len(body) > max_bytes:
        body = body[:max_bytes]
        problems.append(ListProblem("too_large", f"more than {max_bytes:,} bytes"))
    return Unpacked(body, tuple(problems))


def _gunzip(body: bytes, limit: int) -> tuple[bytes, bool]:
    """At most `limit` bytes of one or several members, and whether they end as they should; padding is left out."""
    parts: list[bytes] = []
    while body.startswith(GZIP_MAGIC) and len(parts) < MAX_MEMBERS:
        inflater = zlib.decompressobj(31)  # a gzip header and checksum
        try:
            part = inflater.decompress(body, limit)
        except zlib.error:
            part = _until_fault(body, limit)
        parts.append(part)
        limit -= len(part)
        if not inflater.eof or limit <= 0:
            return b"".join(parts), inflater.eof
        body = inflater.unused_data
    return b"".join(parts), not body.startswith(GZIP_MAGIC)


def _until_fault(body: bytes, limit: int, step: int = 512) -> bytes:
    """What can be inflated before the fault, to a few bytes: a failing call of zlib gives nothing."""
    inflater, parts = zlib.decompressobj(31), []
    for at in range(0, len(body), step):
        try:
            parts.append(inflater.decompress(body[at : at + step], limit))
        except zlib.error:
            break
        limit -= len(parts[-1])
        if limit <= 0 or inflater.eof:
            break
    return b"".join(parts)


def decode(body: bytes, content_type: str | None = None) -> str:
    """Text from any bytes; raises nothing. What is declared is believed only where it decodes the bytes.

    Order: byte order mark; UTF-16 and -32 without one; UTF-8 (bytes beyond ASCII that fit it are nothing else);
    the document's own declaration before the header's charset, which is often the server's default; UTF-8 with a few
    broken bytes; charset-normalizer.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for pattern, name in _UNMARKED:
        if pattern.match(body):
            return body.decode(name, "replace")
    declared = _declared(body, content_type)
    for name in declared:
        if name in _ESCAPE_BASED and (text := _strict(body, name)) is not None:
            return text
    for name in ("utf-8", *declared):
        if (text := _strict(body, name)) is not None:
            return text
    return _nearly_utf8(body) or _guess(body)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Charsets that the document, then the header names, as browsers understand them; unknown names left out."""
    found: list[str] = []
    names = [m[1].decode("ascii", "ignore") for m in [_DECLARED.search(body[:HEAD_BYTES])] if m]
    names += [m[1] for m in [_HEADER.search((content_type or "")[:500])] if m]
    for name in names:
        try:
            known = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if known not in _UNBELIEVABLE:
            found.append(_AS_BROWSERS.get(known, known))
    return found


def _strict(body: bytes, name: str) -> str | None:
    """`body` in this charset, None when it does not fit. A character cut at the very end does not count."""
    if name == "cp1252":
        # Five bytes mean nothing in windows-1252; they do not disprove it. Broken UTF-8 does.
        return None if _nearly_utf8(body) is not None else body.decode("latin-1").translate(_C1)
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        return body[: error.start].decode(name) if error.start >= len(body) - UTF8_TAIL else None
    except UnicodeError:
        return None


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8 with its broken bytes replaced, None when they are more than a few or there is nothing else."""
    beyond_ascii = len(body) - len(body.translate(None, _HIGH_BYTES))
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return text if beyond_ascii > broken and broken <= max(1, MAX_BROKEN_SHARE * beyond_ascii) else None


def _guess(body: bytes) -> str:
    first = _NON_ASCII.search(body)
    start = max(0, (first.start() if first else 0) - GUESS_BYTES // 4)
    best = from_bytes(body[start : start + GUESS_BYTES]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")


_HIGH_BYTES = bytes(range(0x80, 0x100))
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
