"""The standfirst as the page shows it: a description from its head that is printed again below the headline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import html

from tasks.extract.parsed import ParsedPage, element_text
from tasks.extract.schema import letters
from tasks.model import Evidence

REACH = 150  # elements after a headline in which a standfirst stands
MIN_LENGTH, MAX_LENGTH = 20, 1_500  # letters of a description that can be recognised; characters of a standfirst
MAX_CHILDREN = 12  # elements inside of one; more are whole sections

_TAGS = ("p", "div", "h2", "h3", "h4", "span", "strong", "section", "em", "b")
_BLOCKS = frozenset(("p", "div", "section", "ul", "ol", "li", "table", "h1", "h2", "h3", "h4"))
_ELSEWHERE = frozenset(("figure", "figcaption", "footer", "aside", "nav"))
_STOP = re.compile(r"[.!?…。！？।؟][\"'”’»)\]」]{0,2}(?:\s+(?=\W?[^\W\d_a-zа-я])|\s*$)")


@dataclass(frozen=True, slots=True)
class Standfirst:
    """`is_prose`: two sentences, or one printed as a paragraph: the text begins with it.

    A heading of one sentence, or a line without a full stop, is a sub-headline: the text does without it.
    """

    text: str
    is_prose: bool


def find_standfirst(page: ParsedPage, descriptions: Sequence[Evidence]) -> Standfirst | None:
    """The element below a headline that repeats one of the page's own descriptions; None when nothing does."""
    wanted = [key for one in descriptions if len(key := letters(one.raw.rstrip(" .…"))) > MIN_LENGTH]
    if not wanted:
        return None
    left = 0
    for element in page.tree.iter("h1", *_TAGS):
        if element.tag == "h1":
            left = REACH
        elif left:
            left -= 1
            text = _short_text(element)
            if text and any(_repeats(letters(text), key) for key in wanted) and not _is_elsewhere(element):
                return Standfirst(text, len(_STOP.findall(text)) >= (2 if element.tag[0] == "h" else 1))
    return None


def _short_text(element: html.HtmlElement) -> str | None:
    """The text of an element that holds no blocks: its paragraph is looked at by itself."""
    for number, child in enumerate(element.iterdescendants()):
        if number == MAX_CHILDREN or child.tag in _BLOCKS:
            return None
    text = element_text(element)
    return text if MIN_LENGTH < len(text) < MAX_LENGTH else None


def _is_elsewhere(element: html.HtmlElement) -> bool:
    """In a caption or a box: the description is then that of a picture."""
    return any(ancestor.tag in _ELSEWHERE for ancestor in element.iterancestors())


def _repeats(text: str, description: str) -> bool:
    """The same letters, or a description that was cut where the printed one goes on."""
    return text == description or (len(description) > 2 * MIN_LENGTH and text.startswith(description))
