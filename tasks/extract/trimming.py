"""Blocks that came along with the main text and are none of it: judged by their words and their place."""

import re
from collections.abc import Sequence

from tasks.extract.paragraphs import Block
from tasks.extract.standfirst import Standfirst, letters

HEAD_BLOCKS = 6  # at the start of a text, where titles, dates and bylines stand
RUN = 8  # letters compared at once when a standfirst is looked for in a text
REPEATED = 0.7  # share of these runs from which on the text already has it
MAX_LABEL = 220  # characters of a line that points elsewhere; longer ones are paragraphs that begin with such words


def trimmed(blocks: Sequence[Block], titles: Sequence[str], standfirst: Standfirst | None) -> list[Block]:
    """Blocks without the repeated headline and sub-headline and without lines that point elsewhere."""
    repeated = {letters(title) for title in titles if title}
    if standfirst is not None and not standfirst.is_prose:
        repeated.add(letters(standfirst.text))
    head, rest = blocks[:HEAD_BLOCKS], blocks[HEAD_BLOCKS:]
    kept = [block for block in head if letters(block.text) not in repeated] + list(rest)
    kept = [block for block in kept if not is_pointer(block.text)]
    while kept and kept[-1].kind == "head":
        kept.pop()
    return kept


def with_standfirst(blocks: Sequence[Block], standfirst: Standfirst | None) -> list[Block]:
    """The text begins with its standfirst when that is prose and stands outside of what was found."""
    if standfirst is None or not standfirst.is_prose:
        return list(blocks)
    if _is_in(letters(standfirst.text), letters(" ".join(block.text for block in blocks))):
        return list(blocks)
    return [Block("p", standfirst.text), *blocks]


def _is_in(needle: str, hay: str) -> bool:
    """Whether the text has these letters, small differences in print aside: measured in runs of letters."""
    if needle in hay:
        return True
    runs = {needle[at : at + RUN] for at in range(len(needle) - RUN + 1)}
    return sum(run in hay for run in runs) >= REPEATED * max(1, len(runs))


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
