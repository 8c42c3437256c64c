"""The standfirst as the page shows it: a description from its head that is printed again below the headline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage
from tasks.extract.schema import letters
from tasks.model import Evidence

REACH = 150  # elements after a headline in which a standfirst stands
MIN_LENGTH, MAX_LENGTH = 20, 1_500  # letters of a description that can be recognised; characters of a standfirst
MAX_CHILDREN = 12  # elements inside of one; more are whole sections

NEAR = 12  # elements below a headline in which an element that is named so is its standfirst
MAX_SHOWN = 400  # characters of it; longer ones are first paragraphs

_DECK = re.compile(
    r"(?:^|[\s_-])(excerpt|stand-?first|dek|deck|sub-?(?:title|head(?:line|ing)?)|lead|lede|summary|abstract|strap-?line"
    r"|chap[oô]|chapeau|sous-?titre|vorspann|unterzeile|entradilla|bajada|balazo|copete|sumario|linha-?fina"
    r"|sottotitolo|sommario|occhiello|ingress|manchet|zajawka|perex)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BELOW_TAGS = ("p", "div", "h2", "h3")
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
    outline = page.outline
    left = 0
    for at in outline.of_tags("h1", *_TAGS):
        tag = outline.tags[at]
        if tag == "h1":
            left = REACH
        elif left:
            left -= 1
            text = _short_text(outline, at)
            if text and _is_one_of(text, wanted) and not _is_elsewhere(outline, at):
                return Standfirst(text, len(_STOP.findall(text)) >= (2 if tag[0] == "h" else 1))
    return None


def shown_standfirst(page: ParsedPage, headline: int | None) -> Evidence | None:
    """A line below the headline whose class names a standfirst, for pages that describe themselves nowhere else."""
    outline = page.outline
    if headline is None:
        return None
    below = outline.ends[headline]
    for at in [at for at in outline.of_tags(*_BELOW_TAGS) if at >= below][:NEAR]:
        name = _DECK.search(outline.attributes[at].get("class", "")[:300])
        if name is None or _is_elsewhere(outline, at):
            continue
        text = _short_text(outline, at)
        if text and len(text) <= MAX_SHOWN and _STOP.search(text):
            return Evidence(text, "html", f"{outline.tags[at]}.{name[1].lower()}")
    return None


def _short_text(outline: Outline, at: int) -> str | None:
    """The text of an element that holds no blocks: its paragraph is looked at by itself."""
    end = outline.ends[at]
    if end - at > MAX_CHILDREN + 1 or not _BLOCKS.isdisjoint(outline.tags[at + 1 : end]):
        return None
    text = outline.line(at)
    return text if MIN_LENGTH < len(text) < MAX_LENGTH else None


def _is_elsewhere(outline: Outline, at: int) -> bool:
    """In a caption or a box: the description is then that of a picture."""
    return any(outline.tags[above] in _ELSEWHERE for above in outline.ancestors(at))


def _is_one_of(text: str, wanted: Sequence[str]) -> bool:
    """Whether a text repeats a description; most are told apart by how they begin."""
    begun = letters(text[: 2 * MIN_LENGTH])
    likely = [key for key in wanted if key.startswith(begun) or begun.startswith(key)]
    return bool(likely) and any(_repeats(letters(text), key) for key in likely)


def _repeats(text: str, description: str) -> bool:
    """The same letters, or a description that was cut where the printed one goes on."""
    return text == description or (len(description) > 2 * MIN_LENGTH and text.startswith(description))
