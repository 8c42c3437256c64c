"""Blocks that came along with the main text and are none of it: judged by their words and their place."""

from collections.abc import Sequence

from tasks.extract.head_furniture import HeadFurniture
from tasks.extract.notices import is_notice, is_pointer, is_tail_label
from tasks.extract.paragraphs import Block
from tasks.extract.schema import letters
from tasks.extract.standfirst import Standfirst

HEAD_BLOCKS = 6  # at the start of a text, where titles, dates and bylines stand
TAIL_FROM = 0.6  # share of a text behind which a label may end it
MIN_TITLE = 15  # letters of a title that a longer heading repeats
RUN = 8  # letters compared at once when a standfirst is looked for in a text
REPEATED = 0.7  # share of these runs from which on the text already has it


def trimmed(
    blocks: Sequence[Block], titles: Sequence[str], standfirst: Standfirst | None, furniture: HeadFurniture
) -> tuple[list[Block], list[Block]]:
    """(kept, head): blocks without the repeated headline, kickers, bylines, dates, offers and pointers.

    `head`: what was taken away between headline and text.
    """
    repeated = {letters(title) for title in titles if title}
    if standfirst is not None and not standfirst.is_prose:
        repeated.add(letters(standfirst.text))
    head = [block for block in blocks[:HEAD_BLOCKS] if not _is_repeated(block, repeated)]
    begun = _without_furniture(head, furniture, standfirst)
    rest = [*begun, *blocks[HEAD_BLOCKS:]]
    # Pointers first: their labels (`Read also`) stand between paragraphs too and end nothing.
    kept = _without_tail([block for block in rest if not is_pointer(block.text) and not is_notice(block.text)])
    while kept and kept[-1].kind == "head":
        kept.pop()
    return kept, [block for block in head if block not in begun]


def _without_furniture(head: Sequence[Block], furniture: HeadFurniture, standfirst: Standfirst | None) -> list[Block]:
    """The head of a text from its first paragraph on, and its standfirst, which stands above bylines and dates."""
    lead = letters(standfirst.text) if standfirst is not None else ""
    kept: list[Block] = []
    for number, block in enumerate(head):
        if lead and letters(block.text) == lead:
            kept.append(block)
        elif not furniture.holds(block):
            return [*kept, *head[number:]]
    return kept


def _without_tail(blocks: list[Block]) -> list[Block]:
    """Cut at a label such as `Related articles`, when it stands in the last part of the text."""
    total, read = sum(len(block.text) for block in blocks), 0
    for number, block in enumerate(blocks):
        if number and read >= TAIL_FROM * total and is_tail_label(block.text):
            return blocks[:number]
        read += len(block.text)
    return blocks


def _is_repeated(block: Block, titles: set[str]) -> bool:
    """A title again, or a heading of a title with its kicker."""
    key = letters(block.text)
    if key in titles:
        return True
    return block.kind == "head" and any(len(title) > MIN_TITLE and title in key for title in titles)


def with_standfirst(blocks: Sequence[Block], standfirst: Standfirst | None) -> list[Block]:
    """The text begins with its standfirst when that is prose and stands outside of what was found."""
    if standfirst is None or not standfirst.is_prose:
        return list(blocks)
    if any(standfirst.text in block.text for block in blocks):
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
