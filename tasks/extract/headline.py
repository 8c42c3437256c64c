"""Where the headline stands on the page, and the lines above it: kickers, rubrics, section links, advertisements."""

import itertools
import re
from collections.abc import Sequence

from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage
from tasks.extract.schema import clean, letters

MIN_HEADLINE = 8  # letters that tell a headline from a menu entry; scripts without spaces need no more
REACH = 40  # elements above the headline that may be printed with it
LONGEST_ABOVE = 400  # characters of a line there
MAX_PIECES = 4  # separators in a `<title>` at which it is taken apart
MIN_PART = 12  # characters of a part of it that may be the headline; scripts without spaces need no more
MAX_INSIDE = 8  # elements inside of a line; more are boxes
MAX_CANDIDATES = 20_000  # elements looked at for a headline that is no heading

SEPARATOR = re.compile(r"\s+(?:[|\-–—·•»/~›>]|::|--)\s+|\s*[|｜ㅣ]\s*|\s+:\s+|--|：|\s{3,}")  # site names
_HEADINGS = ("h1", "h2", "h3", "h4")
_OTHERS = ("p", "td", "div", "font", "span", "b", "strong", "center")


def find_headline(page: ParsedPage, titles: Sequence[str], *, exactly: bool = False) -> int | None:
    """The element that shows one of `titles`: a heading that has its letters, else any line that is the title.

    `exactly`: a heading must be the title too, neither more nor less.
    """
    wanted = [key for title in titles if len(key := letters(title)) >= MIN_HEADLINE]
    if not wanted:
        return None
    outline = page.outline
    for at in outline.of_tags(*_HEADINGS):
        key = letters(outline.line(at)[:800])
        if key in wanted:
            return at
        if not exactly and len(key) >= MIN_HEADLINE and any(key in title or title in key for title in wanted):
            return at
    longest = 3 * max(map(len, wanted))
    for at in outline.of_tags(*_OTHERS)[:MAX_CANDIDATES]:
        if _is_line(outline, at, longest) and letters(outline.line(at)) in wanted:
            return at
    return None


def printed_title(page: ParsedPage) -> int | None:
    """The line that is `<title>`, else its longest part that the page prints: without an h1 that is the headline."""
    title = clean(page.title_text()) or ""
    pieces = [match for match in SEPARATOR.finditer(title) if match.start()][:MAX_PIECES]
    parts = {part for match in pieces for part in (title[: match.start()], title[match.end() :])}
    for part in sorted((part for part in {title, *parts} if len(part) >= MIN_PART), key=len, reverse=True):
        headline = find_headline(page, [part], exactly=True)
        if headline is not None:
            return headline
    return None


def lines_above(page: ParsedPage, headline: int | None) -> tuple[str, ...]:
    """Letters of the lines that stand above the headline, within reach. Empty without a headline."""
    if headline is None:
        return ()
    outline = page.outline
    holding = frozenset(outline.ancestors(headline))
    above = list(itertools.islice((at for at in range(headline - 1, -1, -1) if at not in holding), REACH))
    lines = (letters(outline.line(at)) for at in reversed(above) if _is_line(outline, at, LONGEST_ABOVE))
    return tuple(dict.fromkeys(line for line in lines if line))


def _is_line(outline: Outline, at: int, longest: int) -> bool:
    """Few elements inside and little text, told without joining it all."""
    end = outline.ends[at]
    if end - at > MAX_INSIDE + 1:
        return False
    texts, tails = outline.texts, outline.tails
    left = longest - len((texts[at] or "").strip())
    for part in range(at + 1, end):
        left -= len((texts[part] or "").strip()) + len((tails[part] or "").strip())
    return left >= 0
