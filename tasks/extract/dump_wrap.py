"""Hard-wrapped lines of a text dump, joined into the paragraphs they were.

A program that wraps breaks a line where the next word would not have fitted. So the column at which it broke can be
found, and each break can be told from one that an author made: there the next word would have fitted.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

WRAP_MIN, WRAP_MAX = 60, 200  # columns; nobody wraps text narrower or wider (mail 72, terminals 80 to 132)
WRAP_BREAKS = 3  # breaks that a wrapping program would have made, before a file counts as hard-wrapped
ALL_BREAKS = 0.8  # of the breaks after long lines: so few others need no further proof
STANDS_OUT = 1.5  # times as many breaks as any other column explains
WRAP_FLANK = 12  # columns beside the breaking column that share its breaks: about a long word
WORD_COLUMNS = 30  # no longer word is one
KEPT_TOGETHER = 6  # columns of an ideograph and two marks that may not begin a line

BULLET = re.compile(r"[ \t]*(?:(?<=[ \t]{6})o|[*+•·◦‣▪▫■□●○◆◇☆★►▶➤→]|\d{1,3}[.)]|[–—-])(?=[ \t])[ \t]+")
HEADING = re.compile(r"(#{1,6})[ \t]+")
QUOTE = re.compile(r"^[ \t]*(?:> ?){1,4}(?=[^>])")
RULE = re.compile(r"[\W_]{3,}")
_ORDINAL = re.compile(r"[ \t]*(?:\d{1,3}[.)]|[–—-])[ \t]")
_UNBROKEN = re.compile(r".{0,200}(?:://|\]\(| \|)|[ *]*\S*$")  # addresses, single words and table rows run over
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]")
_UNSPACED = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")  # Chinese and Japanese put no space at a join
# A hyphen at the end of a line parts a word unless what follows is one of these: "pre-\nand post-war".
_AFTER_OPEN_HYPHEN = frozenset("and or to und oder bis et ou y e o en of och og".split())


@dataclass(frozen=True, slots=True)
class Wrap:
    """Where a program broke the lines, and how it counted: terminals by columns, other programs by characters."""

    column: int
    measure: Callable[[str], int]


def columns_of(text: str) -> int:
    """Width on a terminal: wide characters take two columns, combining ones none."""
    if text.isascii():
        return len(text)
    return len(text) + len(_WIDE.findall(text)) - len(_combining().findall(text))


def wrap_of(lines: Sequence[str]) -> Wrap | None:
    """How the lines were broken, or None when no program broke them."""
    found = [(*_breaking_column(lines, measure), measure) for measure in (columns_of, len)]
    explained, column, measure = max(found, key=lambda f: f[0])
    return Wrap(column, measure) if explained else None


def paragraphs(lines: Sequence[str]) -> Iterator[tuple[list[str], bool]]:
    """Groups of lines that belong to one block, each with whether a blank line stands before it.

    Blank lines part blocks, and so does every line break that no wrapping program made.
    """
    wrap = wrap_of(lines)
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


def join(lines: Sequence[str]) -> str:
    """The text of wrapped lines: with spaces between them, but not inside a word that was broken at its hyphen."""
    parts = [lines[0].strip()]
    for line in lines[1:]:
        before, following = parts[-1], line.strip()
        hyphen = before.endswith("-") and before[-2:-1].isalnum()
        parted = hyphen and following.split(None, 1)[0] not in _AFTER_OPEN_HYPHEN
        unspaced = _UNSPACED.match(before[-1:]) and _UNSPACED.match(following)
        parts += [following] if parted or unspaced else [" ", following]
    return "".join(parts)


@cache
def _combining() -> re.Pattern[str]:
    """Characters without a column of their own (Mn, Me) of the scripts below U+3100."""
    points = [c for c in range(0x300, 0x3100) if unicodedata.category(chr(c)) in ("Mn", "Me")]
    return re.compile("[" + "".join(map(chr, points)) + "]")


def _breaking_column(lines: Sequence[str], measure: Callable[[str], int]) -> tuple[int, int]:
    """(breaks explained, column); (0, 0) when the lines were not broken at one column.

    A break after width w before a word of width v is explained by the columns w .. w + v. The column that explains
    most counts when it stands out from what chance explains elsewhere, and when few lines of prose run over it.
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
    least = column * 2 // 3  # shorter lines are menus, whatever they explain
    long = sum(first >= least for first, _ in spans)
    by_chance = max(explained[least : column - WRAP_FLANK] + explained[column + WRAP_FLANK :], default=0)
    over = sum(w > column and not _UNBROKEN.match(line) for line, w in zip(lines, widths, strict=True))
    stands_out = made >= STANDS_OUT * by_chance and made >= 2 * WRAP_BREAKS
    return (made, column) if made >= max(WRAP_BREAKS, over) and (stands_out or made >= ALL_BREAKS * long) else (0, 0)


def _first_word(line: str, measure: Callable[[str], int], most: int = WORD_COLUMNS) -> int:
    """Width that a wrapping program would have needed for the beginning of `line`, a space before it included."""
    text = QUOTE.sub("", line).lstrip()
    if _WIDE.match(text):
        return KEPT_TOGETHER
    return min(measure(text.split(" ", 1)[0]), most)  # only at spaces: others keep words together


def _begins_block(line: str) -> bool:
    return bool(BULLET.match(line) or HEADING.match(line) or RULE.fullmatch(line.strip()))


def _continues(last: str, line: str, wrap: Wrap) -> bool:
    """Whether `line` goes on where the wrapping program broke after `last`."""
    if RULE.fullmatch(last.strip()) or last.endswith("  "):  # two spaces: Markdown's line break
        return False
    if _begins_block(line) and not _ORDINAL.match(line):  # "am / 12. März", "he said / - and left" may be broken there
        return False
    return wrap.measure(last.rstrip()) + _first_word(line, wrap.measure, most=WRAP_MAX) >= wrap.column
