"""What stands between a headline and its text and is no text: kickers, bylines, dates, buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.extract.bylines import VISIBLE_BYLINE, VISIBLE_BYLINE_CJK
from tasks.extract.headline import lines_above
from tasks.extract.notices import is_head_line, is_sentence
from tasks.extract.paragraphs import Block
from tasks.extract.parsed import ParsedPage
from tasks.extract.schema import letters
from tasks.model import Evidence

MAX_KICKER = 80  # characters of a line above the headline, and of one that begins with an author's name
MAX_BYLINE = 160  # characters of a line that begins like a byline: names, an agency, two dates
MAX_NAME = 60  # characters of an author's name
MIN_NAME = 5  # letters of a name that a longer line may begin with
MAX_BUTTONS = 40  # characters of a list entry that is a button: `Copy link`

_BUTTON = re.compile(
    r"\b(?:share|copy link|print|save|e-?mail|facebook|twitter|whats-?app|telegram|linkedin|flipboard|reprints?"
    r"|bookmark|teilen|drucken|merken|kopieren|partager|imprimer|enregistrer|compartir|guardar|imprimir|compartilhar|condividi"
    r"|stampa|delen|afdrukken|del|dela|skriv ut|udostępnij|drukuj|поделиться|paylaş|yazdır)\b"
    r"|分享|打印|シェア|印刷|공유|인쇄|شارك|طباعة",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"\w\s?[-–—]$")  # `Cologne -`: the place that a text begins with, on a line of its own
_PICTURES_BY = re.compile(
    r"\W{0,3}(?i:photo(?:graph|graphie)?s?|pictures|images|illustrations?|videos?|fotos?|bilder|fotografías?)"
    r"(?:\W{1,3}(?i:by|von|de|par|di|door|av|af))?\W{1,3}[^\W\d_a-zà-öø-ÿа-я]\w{0,30}[\s,.'’-]"
)


@dataclass(frozen=True, slots=True)
class HeadFurniture:
    """What is known to stand around a headline. `above`: letters of the lines over it; `names`: of the authors."""

    above: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def holds(self, block: Block) -> bool:
        """Whether a block at the head of a text is none of it."""
        if block.kind in ("table", "quote"):
            return False
        lines = [line.removeprefix("- ") for line in block.text.split("\n")]
        if block.kind == "list":
            return _are_buttons(lines) or all(is_head_line(line) or self._is_known(letters(line)) for line in lines)
        if is_head_line(block.text):
            return True
        if len(block.text) > MAX_BYLINE or is_sentence(block.text) or _DATELINE.search(block.text):
            return False
        return _is_byline(block.text) or (len(block.text) <= MAX_KICKER and self._is_known(letters(block.text)))

    def _is_known(self, key: str) -> bool:
        if not key:
            return False
        return any(line.startswith(key) for line in self.above) or any(
            key == name or (len(name) >= MIN_NAME and key.startswith(name)) for name in self.names
        )


def head_furniture(page: ParsedPage, headline: int | None, bylines: Sequence[Evidence]) -> HeadFurniture:
    """`headline`: from `find_headline`; `bylines`: raw author strings of the page."""
    names = (letters(one.raw) for one in bylines if len(one.raw) <= MAX_NAME)
    return HeadFurniture(lines_above(page, headline), tuple(dict.fromkeys(name for name in names if len(name) > 1)))


def bylines_in(block: Block) -> list[str]:
    """Lines of a block that open like a byline, short enough to be nothing else: `By Ann Example`."""
    lines = block.text.split("\n")
    return [line for line in lines if len(line) <= MAX_NAME and VISIBLE_BYLINE.match(line)]


def _is_byline(text: str) -> bool:
    return any(pattern.match(text) for pattern in (VISIBLE_BYLINE, VISIBLE_BYLINE_CJK, _PICTURES_BY))


def _are_buttons(lines: Sequence[str]) -> bool:
    """Short entries, one of them a button for sharing, printing or saving."""
    return all(len(line) <= MAX_BUTTONS for line in lines) and any(map(_BUTTON.search, lines))
