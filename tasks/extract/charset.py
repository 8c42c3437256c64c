"""Bytes -> text as browsers read it: byte order mark, UTF-8 where it fits, what is declared, then a guess."""

import codecs
import re

from charset_normalizer import CharsetMatch, from_bytes

META_WINDOW = 4_096  # bytes of the head in which a charset is declared; browsers look at 1,024, some pages need more
SAMPLE_BYTES = 32_768  # shown to charset-normalizer, which takes seconds for a whole page
MAX_BROKEN_SHARE = 0.02  # of the bytes above 127; above it the page is no UTF-8 with a few broken bytes
MAX_BROKEN_DECLARED = 0.5  # the same for a page that says it is UTF-8
UTF16_WINDOW = 512  # bytes looked at for the NULs of UTF-16 without a mark

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# https://encoding.spec.whatwg.org/#names-and-labels: a page that names the left means the right.
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
    "utf-16": "utf-8",  # read from ASCII bytes, so it cannot be true
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-7": "utf-8",
}
_NOT_TEXT = {"base64", "bz2", "hex", "idna", "punycode", "quopri", "rot13", "unicode_escape", "uu", "zlib"}
_ESCAPE_BASED = {"iso2022_jp", "hz"}  # all bytes are ASCII, so UTF-8 always fits

# The code page that Windows gives to a language written in Latin letters; all others have windows-1252.
_LATIN_PAGES = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl", "bs", "ro", "sq"), "cp1250"),
    **dict.fromkeys(("tr", "az"), "cp1254"),
    **dict.fromkeys(("et", "lv", "lt"), "cp1257"),
    "vi": "cp1258",
}
_HTML_LANG = re.compile(rb"<html[^>]{0,400}?\slang\s{0,5}=\s{0,5}[\"']?([a-z]{2,3})\b", re.IGNORECASE)

_HEADER_CHARSET = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta[^>]{1,400}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{1,40})", re.IGNORECASE | re.DOTALL
)
_XML_ENCODING = re.compile(rb"^\s{0,20}<\?xml[^>]{1,200}?encoding\s{0,5}=\s{0,5}[\"']([\w.:-]{1,40})", re.IGNORECASE)
_NON_ASCII = re.compile(rb"[\x80-\xff]")
# The same characters in UTF-8, looked for in its bytes: a fifth of the time.
_CONTROL_BYTES = bytes((*range(9), 11, 12, *range(14, 32), 127))
_FAR_CONTROLS = tuple(
    re.compile(pattern)
    for pattern in (
        rb"\xc2[\x80-\x9f]",
        rb"\xe2\x80[\xad\xae]",
        rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])",
    )
)
_C1_REFERENCE = re.compile(r"&#(1[2-5]\d);")
_CONTROL_RANGES = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
_CONTROLS = re.compile(f"[{_CONTROL_RANGES}]")
# All of a text without those: one long match takes half the time of a search that finds nothing.
_EVEN = re.compile(f"[^{_CONTROL_RANGES}\x80-\x9f]*+")


def decode(body: bytes, content_type: str | None = None) -> str:
    """Valid text from any bytes; raises nothing. The declared charset is believed only where it decodes them.

    Order: byte order mark, UTF-16 without one, UTF-8 (bytes above 127 that fit UTF-8 are UTF-8 whatever the
    header says), HTTP header, `<meta>` or XML declaration, UTF-8 with a few broken bytes, charset-normalizer.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return clean_characters(body[len(mark) :].decode(name, "replace"))
    utf16 = _utf16_without_mark(body)
    if utf16:
        return clean_characters(body.decode(utf16, "replace"))
    declared = _declared(body, content_type)
    for name in declared:
        if name in _ESCAPE_BASED and (text := _strict(body, name)) is not None:
            return clean_characters(text)
    if (text := _strict(body, "utf-8")) is not None:
        return text if _is_even_utf8(body) and "&#1" not in text else clean_characters(text)
    for name in declared:
        if (text := _strict(body, name)) is not None:
            return clean_characters(text)
    share = MAX_BROKEN_DECLARED if "utf-8" in declared else MAX_BROKEN_SHARE
    return clean_characters(_nearly_utf8(body, share) or _guess(body))


def clean_characters(text: str) -> str:
    """Text without NUL, other controls, lone surrogates, noncharacters and direction overrides.

    C1 controls are read as windows-1252, as browsers do: nobody means U+0092 when they write an apostrophe.
    """
    if "&#1" in text:
        text = _C1_REFERENCE.sub(lambda match: _from_c1(int(match[1])), text)
    if _EVEN.fullmatch(text):  # one look for nearly every page
        return text
    return _CONTROLS.sub("", text.translate(_C1))


def _is_even_utf8(body: bytes) -> bool:
    """No character in valid UTF-8 that `clean_characters` takes away or translates."""
    if len(body.translate(None, _CONTROL_BYTES)) < len(body):
        return False
    return body.isascii() or not any(pattern.search(body) for pattern in _FAR_CONTROLS)


def _from_c1(code: int) -> str:
    return _C1.get(code, chr(code)) if code >= 0x80 else f"&#{code};"


_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def _strict(body: bytes, name: str) -> str | None:
    """`body` in this charset, None when it does not fit."""
    if name == "cp1252":
        # Five bytes mean nothing in windows-1252; browsers pass them through, so they do not disprove it.
        return None if _nearly_utf8(body, MAX_BROKEN_SHARE) else body.decode("latin-1")
    try:
        return body.decode(name)
    except UnicodeError:
        return None


def _nearly_utf8(body: bytes, share: float) -> str | None:
    """UTF-8 with its broken bytes replaced, None when they are more than that share of the bytes above 127."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(1 for _ in _NON_ASCII.finditer(body))
    return text if broken <= max(1, share * beyond_ascii) and beyond_ascii > 2 * broken else None


def _guess(body: bytes) -> str:
    """What charset-normalizer finds; of code pages that fit as well, the one of the page's language, then windows-1252.

    Pages of Western Europe read alike in several of them (`ã` in windows-1252 is `ă` in windows-1250), and undeclared
    ones are windows-1252 in nearly all cases: it is the default of browsers there.
    """
    first = _NON_ASCII.search(body)
    start = max(0, (first.start() if first else 0) - SAMPLE_BYTES // 4)
    found = from_bytes(body[start : start + SAMPLE_BYTES])
    best = found.best()
    if best is None:
        return body.decode("cp1252", "replace")
    fitting = {name for match in found if _fits_as_well(match, best) for name in match.could_be_from_charset}
    language = _HTML_LANG.search(body[:META_WINDOW])
    wanted = _LATIN_PAGES.get(language[1].decode("ascii").lower(), "cp1252") if language else "cp1252"
    name = next((one for one in (wanted, "cp1252") if one in fitting), best.encoding)
    return body.decode(name, "replace")


def _fits_as_well(match: CharsetMatch, best: CharsetMatch) -> bool:
    return match.chaos <= best.chaos and match.coherence >= best.coherence


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Charsets that HTTP, then the page itself name, as browsers understand them; unknown names left out."""
    head = body[:META_WINDOW]
    names = [m[1] for m in [_HEADER_CHARSET.search((content_type or "")[:500])] if m]
    names += [m[1].decode("ascii", "ignore") for m in (_META_CHARSET.search(head), _XML_ENCODING.search(head)) if m]
    found: list[str] = []
    for name in names:
        try:
            known = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        known = _AS_BROWSERS.get(known, known)
        if known not in found and known not in _NOT_TEXT:
            found.append(known)
    return found


def _utf16_without_mark(body: bytes) -> str | None:
    """UTF-16 written without its mark: markup is ASCII, so every second byte is NUL."""
    head = body[:UTF16_WINDOW]
    half = len(head) // 2
    if half < 4:
        return None
    if head[1::2].count(0) > 0.8 * half and head[::2].count(0) == 0:
        return "utf-16-le"
    if head[::2].count(0) > 0.8 * half and head[1::2].count(0) == 0:
        return "utf-16-be"
    return None
