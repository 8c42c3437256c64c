"""The main text of a page: read directly where the page is plain, else by trafilatura; checked by a second opinion."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import trafilatura
from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from tasks.extract.article_body import CLEARLY_LESS, stated_blocks, without_foreign
from tasks.extract.densest import blocks_in, densest_element
from tasks.extract.embedded import embedded_blocks
from tasks.extract.head_furniture import HeadFurniture, bylines_in
from tasks.extract.paragraphs import Block, blocks_of
from tasks.extract.parsed import ParsedPage
from tasks.extract.plain import plain_blocks
from tasks.extract.pointers import drop_pointers
from tasks.extract.readable import readable_tree
from tasks.extract.standfirst import Standfirst
from tasks.extract.trimming import trimmed, with_standfirst

THIN = 0.6  # a text below this share of the densest element's may have missed the article
SAME = 0.8  # share of shingles from which on one text counts as contained in another
OTHER = 0.5  # below this share two texts are about different things
PART = 0.1  # below this share one text has nothing of another but what pages repeat
DUMP = 800  # characters of a single block; no paragraph of an article stands alone and is as long
# What trafilatura lets through on broken trees; the second opinion or `no_text` then speaks for the page.
_LIBRARY_ERRORS = (RecursionError, etree.LxmlError, AttributeError, IndexError, KeyError, AssertionError)

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs each page without text; we return that
_VERSION = trafilatura.__version__


@dataclass(frozen=True, slots=True)
class MainText:
    """Blocks of the main text and the name of what found them."""

    blocks: tuple[Block, ...]
    extractor: str
    bylines: tuple[str, ...] = ()  # lines like bylines that stood between headline and text

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)


def main_text(
    page: ParsedPage,
    node: dict[str, Any] | None,
    titles: Sequence[str],
    standfirst: Standfirst | None,
    furniture: HeadFurniture,
) -> MainText:
    """Find the main text. Empty blocks when there is none."""
    found = _found(page)
    stated = stated_blocks(node)
    if stated and (_is_dump(found.blocks) or _length(found.blocks) < CLEARLY_LESS * _length(stated)):
        found = MainText(tuple(stated), "articleBody")
    blocks, head = trimmed(found.blocks, titles, standfirst, furniture)
    if not blocks:
        found = MainText(tuple(embedded_blocks(page)), "embedded")
        blocks, head = trimmed(found.blocks, titles, standfirst, furniture)
    if not blocks and standfirst is not None:
        return MainText((Block("p", standfirst.text),), "standfirst")  # a stub: all that the page shows
    if stated:
        blocks = without_foreign(blocks, stated)
    bylines = tuple(line for block in head for line in bylines_in(block))
    return MainText(tuple(with_standfirst(blocks, standfirst)), found.extractor, bylines)


def _found(page: ParsedPage) -> MainText:
    """The plain reading, else trafilatura's fast mode, unless it looks to have missed the article.

    Measured on real pages: the fast mode errs less than the full one with its fallbacks, except where it returns a
    teaser or a form beside the article. That shows: the densest element holds much more text. Then the full mode
    decides between the two.
    """
    tree = readable_tree(page.outline)
    drop_pointers(tree)
    if plain := plain_blocks(tree):
        fast = MainText(tuple(plain), "plain")
    else:
        fast = MainText(tuple(_trafilatura(tree.as_lxml(), page.url, fast=True)), f"trafilatura {_VERSION} fast")
    if len(fast.blocks) > 1 and _length(fast.blocks) >= THIN * tree.length():
        return fast  # nearly all that is left of the page: nothing can have been missed
    element = densest_element(tree)
    dense = MainText(tuple(blocks_in(tree, element)) if element is not None else (), "densest")
    if _keeps_paragraphs(dense.blocks, fast.blocks):
        return dense
    if fast.blocks and _length(fast.blocks) >= THIN * _length(dense.blocks):
        return fast
    full = _trafilatura(tree.as_lxml() if fast.blocks else page.tree(), page.url, fast=False)
    return MainText(tuple(full), f"trafilatura {_VERSION}") if is_better(full, fast.blocks, dense.blocks) else fast


def _keeps_paragraphs(dense: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """One block from trafilatura is its last resort, a dump of page or article; the same words stand in paragraphs."""
    if len(blocks) != 1 or not dense:
        return False
    if _is_dump(blocks):
        return _length(dense) >= DUMP
    return _share(dense, blocks) >= SAME and _length(dense) >= OTHER * _length(blocks)


def is_better(full: Sequence[Block], blocks: Sequence[Block], dense: Sequence[Block]) -> bool:
    """The full mode found another text than the fast one, or the same and more of the densest element.

    Where the fast mode has nothing of that element, the article goes on in a second one: half of the same is enough.
    """
    common = _share(blocks, full)
    if not blocks or common < OTHER:
        return True
    same = OTHER if _share(dense, blocks) < PART else SAME
    return common >= same and _share(full, dense) >= SAME and _length(full) * THIN > _length(blocks)


def _trafilatura(tree: html.HtmlElement, url: str | None, *, fast: bool) -> list[Block]:
    try:
        found = bare_extraction(tree, url=url, with_metadata=False, output_format="txt", options=_options(fast))
    except _LIBRARY_ERRORS:
        return []
    return blocks_of(found.body) if isinstance(found, Document) and found.body is not None else []


@cache
def _options(fast: bool) -> Extractor:
    """What is asked of the library; made once, because it reads its settings file for each."""
    return Extractor(output_format="txt", fast=fast, comments=False, with_metadata=False)


def _is_dump(blocks: Sequence[Block]) -> bool:
    """trafilatura's last resort: the text of the whole page in one block."""
    return len(blocks) == 1 and blocks[0].kind == "p" and len(blocks[0].text) >= DUMP


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _share(blocks: Sequence[Block], others: Sequence[Block]) -> float:
    """The share of the first text's word triples that the other text has too."""
    mine, theirs = _triples(blocks), _triples(others)
    return len(mine & theirs) / len(mine) if mine else 0.0


def _triples(blocks: Sequence[Block]) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", " ".join(block.text for block in blocks).casefold())
    return set(zip(words, words[1:], words[2:], strict=False))
