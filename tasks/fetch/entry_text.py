"""The texts of an entry: plain, on one line, of bounded length. A 64 KB author is cut before anything looks at it."""

import html
import re

from lxml import etree

MAX_TITLE = 1_000  # characters; headlines stay under 300
MAX_SUMMARY = 2_000
MAX_NAME = 300
MAX_DATE = 100
MAX_GUID = 2_000
MAX_AUTHORS = 20
SPARE = 4  # times a limit that is read before markup is taken out

_BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|td|tr|h[1-6]|blockquote)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")
_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
# Controls, lone surrogates, direction overrides. C1 controls mean windows-1252, as browsers read them.
_UNSUITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202d\u202e]")
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def element_text(element: etree._Element, limit: int) -> str:
    """The first `limit` characters of an element's text, white space collapsed."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(str(part)[:limit])
        length += len(part)
        if length > limit:
            break
    return one_line("".join(parts), limit)


def one_line(text: str, limit: int) -> str:
    """The first `limit` characters that can be printed and stored, white space collapsed."""
    text = text[: SPARE * limit]
    if _UNSUITABLE.search(text):
        text = _UNSUITABLE.sub(" ", text.translate(_C1))
    return " ".join(text.split())[:limit]


def plain_text(text: str, limit: int, *, markup: bool = True) -> str:
    """Text as a reader sees it: tags out where the text is `markup`, references resolved, also those escaped twice."""
    text = text[: SPARE * limit]
    if markup and "<" in text:
        text = _TAG.sub("", _BLOCK_TAG.sub(" ", text))
    for _ in range(2):
        if "&" not in text or _REFERENCE.search(text) is None:
            break
        text = html.unescape(text)
    return one_line(text, limit)


def language_tag(raw: str | None) -> str | None:
    """A language as a BCP 47 tag ("en_us" is "en-US"); None for what is none."""
    tag = (raw or "")[:50].strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return None
    primary, *rest = tag.split("-")
    return "-".join([primary.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])
