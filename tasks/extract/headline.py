"""Where the headline stands on the page, and the lines above it: kickers, rubrics, section links, advertisements."""

import re
from collections import deque
from collections.abc import Sequence

from lxml import html

from tasks.extract.parsed import ParsedPage, element_text
from tasks.extract.schema import clean, letters

MIN_HEADLINE = 8  # letters that tell a headline from a menu entry; scripts without spaces need no more
REACH = 40  # elements above the headline that may be printed with it
MAX_PIECES = 4  # separators in a `<title>` at which it is taken apart
MIN_PART = 12  # characters of a part of it that may be the headline; scripts without spaces need no more
MAX_INSIDE = 8  # elements inside of a line; more are boxes
MAX_CANDIDATES = 20_000  # elements looked at for a headline that is no heading

SEPARATOR = re.compile(r"\s+(?:[|\-–—·•»/~›>]|::|--)\s+|\s*[|｜ㅣ]\s*|\s+:\s+|--|：|\s{3,}")  # site names
_HEADINGS = ("h1", "h2", "h3", "h4")
_OTHERS = ("p", "td", "div", "font", "span", "b", "strong", "center")


def find_headline(page: ParsedPage, titles: Sequence[str], *, exactly: bool = False) -> html.HtmlElement | None:
    """The element that shows one of `titles`: a heading that has its letters, else any line that is the title.

    `exactly`: a heading must be the title too, neither more nor less.
    """
    wanted = [key for title in titles if len(key := letters(title)) >= MIN_HEADLINE]
    if not wanted:
        return None
    for element in page.tree.iter(*_HEADINGS):
        key = letters(element_text(element)[:800])
        if key in wanted:
            return element
        if not exactly and len(key) >= MIN_HEADLINE and any(key in title or title in key for title in wanted):
            return element
    longest = 3 * max(map(len, wanted))
    for number, element in enumerate(page.tree.iter(*_OTHERS)):
        if number == MAX_CANDIDATES:
            break
        if _is_line(element, longest) and letters(element_text(element)) in wanted:
            return element
    return None


def printed_title(page: ParsedPage) -> html.HtmlElement | None:
    """The line that is `<title>`, else its longest part that the page prints: without an h1 that is the headline."""
    title = clean(page.tree.findtext(".//title")) or ""
    pieces = [match for match in SEPARATOR.finditer(title) if match.start()][:MAX_PIECES]
    parts = {part for match in pieces for part in (title[: match.start()], title[match.end() :])}
    for part in sorted((part for part in {title, *parts} if len(part) >= MIN_PART), key=len, reverse=True):
        headline = find_headline(page, [part], exactly=True)
        if headline is not None:
            return headline
    return None


def lines_above(headline: html.HtmlElement | None) -> tuple[str, ...]:
    """Letters of the lines that stand above the headline, within reach. Empty without a headline."""
    if headline is None:
        return ()
    above: deque[html.HtmlElement] = deque(maxlen=REACH)
    holding = set(headline.iterancestors())
    for element in headline.getroottree().getroot().iter():
        if element is headline:
            break
        if element not in holding and isinstance(element.tag, str):
            above.append(element)
    lines = (letters(element_text(element)) for element in above if _is_line(element, 400))
    return tuple(dict.fromkeys(line for line in lines if line))


def _is_line(element: html.HtmlElement, longest: int) -> bool:
    """Few elements inside and little text, told without joining it all."""
    left = longest
    for number, part in enumerate(element.iter()):
        left -= len((part.text or "").strip()) + (len((part.tail or "").strip()) if part is not element else 0)
        if number > MAX_INSIDE or left < 0:
            return False
    return True
