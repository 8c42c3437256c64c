"""A text dump as blocks: hard-wrapped lines joined, the marks of browsers and of Markdown read and taken off.

Browsers in text mode break lines at a column and write `[12]` before a link or `[text](address)` around it,
`• ` before a list entry, `____` for a form field, `[logo]` for an image. All of that says what a block is, none of
it is text. Everything here is one pass over the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.extract.dump_wrap import BULLET, HEADING, QUOTE, RULE, columns_of, join, paragraphs

MARK_LINE_CHARS = 4_000  # marks are looked for in the first characters of a block; no paragraph is longer
LINK_COLUMNS = 25  # assumed extent of a link of which only the start is marked (mean of link texts in news pages)
ADDRESS_CHARS = 2_000  # of one address between marks

# Control characters, bidirectional overrides and isolates, zero-width space, soft hyphen, byte order marks,
# surrogates, private use (which then is ours). Joiners (U+200C, U+200D) stay: Persian and Hindi need them.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff"
    "\ue000-\uf8ff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028]")
_BLANK_RUNS = re.compile(r"\n[ \t\xa0\u3000]*(?:\n[ \t\xa0\u3000]*){2,}")
_SPACE = re.compile(r"\s+")

_FIELD = re.compile(r"_{4,}|\[[ _.x*X]{0,200}\]|\((?:BUTTON|[ *]|Submit|Search)\)")
_IMAGE = re.compile(
    r"\[[^\[\]\s]{1,200}\]|\[(?:INS|DEL|INLINE|IMAGE|EMBED|LINK|USEMAP)?:?\]|:(?:INS|DEL)\]|\[(?:INS|DEL):"
)
_IMAGE_NAME = re.compile(r"\[(?=[^\[\]\s]{0,200}[\d_.=])[^\[\]\s]{6,200}\]")  # "[20251117_133-960x549]", "[logo.png]"
_FRAME = re.compile(r"<[a-z]{1,10} [^<>]{0,80}=[\"'].*|I?FRAME: .*|#(?:\[?\w[^.!?]{0,200})")
_NUMBERED_LINK = re.compile(r"\[(\d{1,4})\]")
_NUMBERED_ADDRESS = re.compile(r"\s*\d{1,4}\. (?:[a-z][a-z0-9+.-]{1,15}:|/)\S{0,2000}\s*", re.IGNORECASE)
_REFERENCES_HEAD_LINES = 4  # lines such as "References", "Visible links" above the numbered addresses
_AUTOLINK = re.compile(r"<(?:https?:|mailto:)[^<>\s]{1,2000}>")
_MARKDOWN_TOKEN = re.compile(r"!\[|\[|\]\(|\]")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<![\w_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![\w_])"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")

_LINK, _END, _START = "\ue000", "\ue001", "\ue002"  # start and end of a link; a start whose end is not marked


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list entry or stray line of a dump."""

    text: str  # marks off, white space collapsed; may be empty (a block of marks only)
    lines: tuple[str, ...]  # the input lines it was made of
    gap: bool  # a blank line, a rule or the beginning stands before it
    indent: int  # columns
    bullet: bool
    heading: int  # Markdown level, 0 without one
    links: int
    linked: int  # columns of its text inside links; an estimate where ends are not marked
    control: bool  # form field, button, image placeholder or frame
    columns: int  # of the text; a wide character takes two, a combining one none


def clean(text: str) -> str:
    """Text without NUL, other controls, surrogates and bidirectional overrides; lines end in one newline."""
    text = _BREAKS.sub("\n", text.replace("\u2029", "\n\n"))
    return _BLANK_RUNS.sub("\n\n", _DROPPED.sub("", text))


def blocks_of(lines: Sequence[str]) -> list[Block]:
    """Blocks of a cleaned dump, in its order. `lines` are those of the page alone (`split_references`)."""
    markdown = sum(line.count("](") + bool(HEADING.match(line)) for line in lines) >= 3
    numbered = _numbers_links(lines)
    return [_block(raw, gap, markdown=markdown, numbered=numbered) for raw, gap in paragraphs(lines)]


def split_references(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """(page, list of link addresses that lynx writes behind it, with its headings). The latter is empty without one."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    first, headings = last, 0
    for i in range(last - 1, -1, -1):
        if _NUMBERED_ADDRESS.fullmatch(lines[i]):
            first, headings = i, 0
        elif lines[i].strip():
            headings += 1
            if headings > 2 or len(lines[i]) > 40:
                break
    if last - first < 1:
        return list(lines), []
    start = first
    for i in range(first - 1, max(-1, first - 1 - _REFERENCES_HEAD_LINES), -1):
        line = lines[i]
        if line.strip() and (len(line.strip()) > 30 or line.strip()[-1:] in ".!?"):
            break
        # its heading stands at the margin, alone
        if line.strip() and not lines[i - 1].strip():
            start = i
            if not line.startswith(" "):
                break
    return list(lines[:start]), list(lines[start:])


def _numbers_links(lines: Sequence[str]) -> bool:
    """Whether `[12]` stands before links: the numbers begin at 1 and rise by one through the file."""
    expected = 1
    for line in lines:
        for match in _NUMBERED_LINK.finditer(line[:MARK_LINE_CHARS]):
            expected += int(match[1]) == expected
            if expected > 3:
                return True
    return False


def _block(raw: list[str], gap: bool, *, markdown: bool, numbered: bool) -> Block:
    lines = [QUOTE.sub("", line) for line in raw]
    bullet = BULLET.match(lines[0])
    if bullet and not bullet[0].strip()[0].isdigit():  # the number of an entry is text
        lines[0] = lines[0][bullet.end() :]
    text = join([line for line in lines if line.strip()] or [""])
    indent = len(raw[0]) - len(raw[0].lstrip())
    level = 0
    if heading := HEADING.match(text):
        level, text = len(heading[1]), text[heading.end() :]
    head, rest = text[:MARK_LINE_CHARS], text[MARK_LINE_CHARS:]
    control = bool(_FIELD.search(head) or _FRAME.fullmatch(head))
    if RULE.fullmatch(head) or _FRAME.fullmatch(head):
        head = ""
    if markdown or level:
        head = _ESCAPE.sub(r"\1", _EMPHASIS.sub("", _markdown_links(head)))
    if numbered:
        head = _NUMBERED_LINK.sub(_START, head)
    head = _AUTOLINK.sub(_START, head)
    head = _FIELD.sub(" ", head)
    head = _IMAGE_NAME.sub(" ", head)
    without_images = _IMAGE.sub(" ", head)
    if not without_images.strip(_LINK + _END + _START + " "):
        control, head = True, ""
    text, links, linked = _links_taken_off(_SPACE.sub(" ", head + rest))
    if not any(c.isalnum() for c in text[:MARK_LINE_CHARS]):
        text = ""
    return Block(
        text=text, lines=tuple(raw), gap=gap, indent=indent, bullet=bullet is not None, heading=level, links=links,
        linked=linked, control=control, columns=columns_of(text),
    )  # fmt: skip


def _markdown_links(text: str) -> str:
    """Addresses and images of Markdown out, link texts between link marks. One pass, a stack of open brackets."""
    out: list[str] = []
    opened: list[tuple[int, bool]] = []  # (index into out where the bracket's text begins, is an image)
    at = 0
    while match := _MARKDOWN_TOKEN.search(text, at):
        out.append(text[at : match.start()])
        mark, at = match[0], match.end()
        if mark in ("[", "!["):
            opened.append((len(out), mark == "!["))
            out.append("[")
        elif mark == "](":
            at = _address_end(text, at)
            begin, image = opened.pop() if opened else (0, False)
            if image:
                del out[begin:]
            elif begin < len(out) and out[begin] == "[":
                out[begin] = _LINK
                out.append(_END)
            else:  # the bracket stands in an earlier block
                out.insert(0, _LINK)
                out.append(_END)
        else:
            if opened:
                opened.pop()
            out.append("]")
    out.append(text[at:])
    for begin, _ in opened:  # closed in a later block
        if begin < len(out) and out[begin] == "[":
            out[begin] = _LINK
    return "".join(out)


def _address_end(text: str, at: int) -> int:
    """Index behind the parenthesis that closes an address which begins at `at`; `at` itself when none does."""
    end = text.find(")", at, at + ADDRESS_CHARS)
    for _ in range(min(2, text.count("(", at, end))) if end >= 0 else ():  # "Oslo_(city)" stands in addresses
        end = max(end, text.find(")", end + 1, at + ADDRESS_CHARS))
    return end + 1 if end >= 0 else at


def _links_taken_off(text: str) -> tuple[str, int, int]:
    """(text without link marks, links, columns inside them)."""
    links = text.count(_LINK) + text.count(_START)
    if not links:
        return text.strip(), 0, 0
    linked, depth, kept = 0, 0, []
    for part in re.split(f"([{_LINK}{_END}{_START}])", text):
        if part == _LINK:
            depth += 1
        elif part == _END:
            depth = max(0, depth - 1)
        elif part != _START:
            kept.append(part)
            linked += columns_of(part) if depth else 0
    plain = _SPACE.sub(" ", "".join(kept)).strip()
    columns = columns_of(plain)
    starts = text.count(_START)
    if starts:
        linked = (
            columns if text.lstrip().startswith(_START) and columns <= 120 and starts == 1 else starts * LINK_COLUMNS
        )
    return plain, links, min(linked, columns)
