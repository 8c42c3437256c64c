"""A text dump as blocks: hard-wrapped lines joined, the marks of browsers and of Markdown read and taken off.

Browsers in text mode break lines at a column and write `[12]` before a link or `[text](address)` around it,
`• ` before a list entry, `____` for a form field, `[logo]` for an image. All of that says what a block is, none of
it is text. Everything here is one pass over the text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

WRAP_MIN, WRAP_MAX = 60, 200  # columns; nobody wraps text narrower or wider (mail 72, terminals 80 to 132)
WRAP_BREAKS = 3  # breaks that a wrapping program would have made, before a file counts as hard-wrapped
WORD_COLUMNS = 30  # no longer word is one
WRAP_FLANK = 12  # columns beside the breaking column that share its breaks: about a long word
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

_BULLET = re.compile(r"[ \t]*(?:(?<=[ \t]{6})o|[*+•·◦‣▪▫■□●○◆◇☆★►▶➤→]|\d{1,3}[.)]|[–—-])(?=[ \t])[ \t]+")
_ORDINAL = re.compile(r"[ \t]*(?:\d{1,3}[.)]|[–—-])[ \t]")
_QUOTE = re.compile(r"^[ \t]*(?:> ?){1,4}(?=[^>])")
_RULE = re.compile(r"[\W_]{3,}")
_HEADING = re.compile(r"(#{1,6})[ \t]+")
_FIELD = re.compile(r"_{4,}|\[[ _.x*X]{0,200}\]|\((?:BUTTON|[ *]|Submit|Search)\)")
_IMAGE = re.compile(
    r"\[[^\[\]\s]{1,200}\]|\[(?:INS|DEL|INLINE|IMAGE|EMBED|LINK|USEMAP)?:?\]|:(?:INS|DEL)\]|\[(?:INS|DEL):"
)
_FRAME = re.compile(r"<[a-z]{1,10} [^<>]{0,80}=[\"'].*|I?FRAME: .*|#(?:\[?\w[^.!?]{0,200})")
_NUMBERED_LINK = re.compile(r"\[(\d{1,4})\]")
_NUMBERED_ADDRESS = re.compile(r"\s*\d{1,4}\. (?:[a-z][a-z0-9+.-]{1,15}:|/)\S{0,2000}\s*", re.IGNORECASE)
_REFERENCES_HEAD_LINES = 4  # lines such as "References", "Visible links" above the numbered addresses

_UNBROKEN = re.compile(
    r".{0,200}(?:://|\]\(| \|)|[ *]*\S*$"
)  # addresses, single words and table rows run over the edge

_AUTOLINK = re.compile(r"<(?:https?:|mailto:)[^<>\s]{1,2000}>")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>()\[\]]{3,2000}")
_MARKDOWN_TOKEN = re.compile(r"!\[|\[|\]\(|\]")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<![\w_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![\w_])"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")

_LINK, _END, _START = "\ue000", "\ue001", "\ue002"  # start and end of a link; a start whose end is not marked
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]")
_UNSPACED = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]"
)  # Chinese and Japanese, not Korean: no space at a join
# A hyphen at the end of a line parts a word unless what follows is one of these: "pre-\nand post-war".
_AFTER_OPEN_HYPHEN = frozenset(
    {"and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "e", "o", "en", "of", "och", "og"}
)


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


def columns_of(text: str) -> int:
    """Width on a terminal: wide characters take two columns, combining ones none."""
    if text.isascii():
        return len(text)
    return len(text) + len(_WIDE.findall(text)) - len(_combining().findall(text))


@cache
def _combining() -> re.Pattern[str]:
    """Characters without a column of their own (Mn, Me) of the scripts below U+3100."""
    points = [c for c in range(0x300, 0x3100) if unicodedata.category(chr(c)) in ("Mn", "Me")]
    return re.compile("[" + "".join(map(chr, points)) + "]")


def blocks_of(lines: Sequence[str]) -> list[Block]:
    """Blocks of a cleaned dump, in its order. Numbered addresses at its end are left out (`address_lines`)."""
    wrap = wrap_of(lines)
    markdown = sum(line.count("](") + bool(_HEADING.match(line)) for line in lines) >= 3
    numbered = _numbers_links(lines)
    found: list[Block] = []
    for raw, gap in _paragraphs(lines, wrap):
        found.append(_block(raw, gap, markdown=markdown, numbered=numbered))
    return found


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


@dataclass(frozen=True, slots=True)
class Wrap:
    """Where a program broke the lines, and how it counted: terminals by columns, other programs by characters."""

    column: int
    measure: Callable[[str], int]


def wrap_of(lines: Sequence[str]) -> Wrap | None:
    """How the lines were broken, or None when no program broke them."""
    found = [(*_breaking_column(lines, measure), measure) for measure in (columns_of, len)]
    explained, column, measure = max(found, key=lambda f: f[0])
    return Wrap(column, measure) if explained else None


def _breaking_column(lines: Sequence[str], measure: Callable[[str], int]) -> tuple[int, int]:
    """(breaks explained, column); (0, 0) when the lines were not broken at one column.

    A wrapping program breaks a line of width w before a word of width v at a column in w .. w + v. The column is the
    one that explains most breaks; it counts when it stands out from what chance explains at other columns, and when
    few lines of prose run over it.
    """
    widths = [measure(line.rstrip()) for line in lines]
    spans = [
        (width, min(width + _first_word(following, measure), WRAP_MAX))
        for width, following in zip(widths, lines[1:], strict=False)
        if WRAP_MIN // 2 <= width <= WRAP_MAX and following.strip() and not _begins_block(following)
    ]
    change = [0] * (WRAP_MAX + 2)
    for first, last in spans:
        change[first] += 1
        change[last + 1] -= 1
    explained = list(accumulate(change))[: WRAP_MAX + 1]
    column = max(range(WRAP_MIN, WRAP_MAX + 1), key=lambda c: explained[c])
    made = explained[column]
    long = sum(first >= column * 2 // 3 for first, _ in spans)
    by_chance = max(explained[column * 2 // 3 : column - WRAP_FLANK] + explained[column + WRAP_FLANK :], default=0)
    over = sum(w > column and not _UNBROKEN.match(line) for line, w in zip(lines, widths, strict=True))
    stands_out = made >= 1.5 * by_chance and made >= 2 * WRAP_BREAKS
    return (made, column) if made >= max(WRAP_BREAKS, over) and (stands_out or made >= 0.8 * long) else (0, 0)


def _first_word(line: str, measure: Callable[[str], int]) -> int:
    """Width that a wrapping program would have needed for the beginning of `line`, a space before it included."""
    text = _QUOTE.sub("", line).lstrip()
    if _WIDE.match(text):
        return 6  # up to two marks that may not begin a line stay with their character
    return min(measure(text.split(" ", 1)[0]), WORD_COLUMNS)  # an address is no measure


def _paragraphs(lines: Sequence[str], wrap: Wrap | None) -> Iterator[tuple[list[str], bool]]:
    """Groups of lines that belong to one block, each with whether a gap stands before it."""
    group: list[str] = []
    gap = group_gap = True
    for line in lines:
        if not line.strip():
            gap = True
            continue
        if group and wrap is not None and not gap and _continues(group[-1], line, wrap):
            group.append(line)
            continue
        if group:
            yield group, group_gap
        group, group_gap, gap = [line], gap, False
    if group:
        yield group, group_gap


def _begins_block(line: str) -> bool:
    return bool(_BULLET.match(line) or _HEADING.match(line) or _RULE.fullmatch(line.strip()))


def _continues(last: str, line: str, wrap: Wrap) -> bool:
    """Whether `line` goes on where the wrapping program broke after `last`."""
    if _RULE.fullmatch(last.strip()) or last.endswith("  "):  # two spaces: Markdown's line break
        return False
    if _begins_block(line) and not _ORDINAL.match(line):  # "am / 12. März", "he said / - and left" may be broken there
        return False
    needed = _first_word(line, wrap.measure)
    if needed == WORD_COLUMNS:
        needed = wrap.measure(_QUOTE.sub("", line).lstrip().split(" ", 1)[0])
    return wrap.measure(last.rstrip()) + needed >= wrap.column


def _joined(lines: Sequence[str]) -> str:
    text = lines[0].strip()
    for line in lines[1:]:
        following = line.strip()
        parted = text[-1] == "-" and text[-2:-1].isalnum() and following.split(None, 1)[0] not in _AFTER_OPEN_HYPHEN
        unspaced = _UNSPACED.match(text[-1]) and _UNSPACED.match(following)
        text += following if parted or unspaced else f" {following}"
    return text


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
    text = _QUOTE.sub("", _joined([_QUOTE.sub("", line) for line in raw]))
    indent = len(raw[0]) - len(raw[0].lstrip())
    bullet = _BULLET.match(text)
    if bullet:
        text = text[bullet.end() :] if not bullet[0].strip()[0].isdigit() else text
    level = 0
    if heading := _HEADING.match(text):
        level, text = len(heading[1]), text[heading.end() :]
    head, rest = text[:MARK_LINE_CHARS], text[MARK_LINE_CHARS:]
    control = bool(_FIELD.search(head) or _FRAME.fullmatch(head))
    if _RULE.fullmatch(head) or _FRAME.fullmatch(head):
        head = ""
    if markdown or level:
        head = _ESCAPE.sub(r"\1", _EMPHASIS.sub("", _markdown_links(head)))
    if numbered:
        head = _NUMBERED_LINK.sub(_START, head)
    head = _AUTOLINK.sub(_START, head)
    head = _FIELD.sub(" ", head)
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
