"""Blocks that came along with the main text and are none of it: judged by their words and their place."""

import re
from collections.abc import Sequence

from tasks.extract.paragraphs import Block

HEAD_BLOCKS = 6  # at the start of a text, where titles, dates and bylines stand
MAX_LABEL = 220  # characters of a line that points elsewhere; longer ones are paragraphs that begin with such words


def trimmed(blocks: Sequence[Block], titles: Sequence[str]) -> list[Block]:
    """Blocks without the repeated headline and without lines that point elsewhere."""
    kept = _without_title(list(blocks), {_key(title) for title in titles if title})
    kept = [block for block in kept if not is_pointer(block.text)]
    while kept and kept[-1].kind == "head":
        kept.pop()
    return kept


def _without_title(blocks: list[Block], titles: set[str]) -> list[Block]:
    head, rest = blocks[:HEAD_BLOCKS], blocks[HEAD_BLOCKS:]
    return [block for block in head if _key(block.text) not in titles] + rest


_POINTER = re.compile(
    r"\W{0,3}(?:(?:read|see|watch|listen)(?: it)?(?: here)?(?: also| more| next| too)?|also read|more|related(?: \w{1,12})?|don.t miss|les også"
    r"|les mer|läs (?:också|mer|även)|læs også|lue myös|lesen sie (?:auch|dazu|mehr)|lesen sie hier|mehr zum thema|mehr dazu|auch interessant"
    r"|lea (?:también|más)|lee (?:también|más)|leia (?:também|mais)|à lire(?: aussi)?|lire (?:aussi|également)|leggi anche"
    r"|lees ook|czytaj (?:więcej|też|także)|zobacz (?:też|także)|čtěte (?:také|též)|čítajte aj|читайте (?:також|также)|citește și|olvassa el)"
    r"\W{0,3}(?:[:：|>»–-]|$)",
    re.IGNORECASE,
)


def is_pointer(text: str) -> bool:
    """A line such as `Read more: ...`."""
    return len(text) <= MAX_LABEL and _POINTER.match(text) is not None


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())
