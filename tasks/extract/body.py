"""The main text of a page: what trafilatura finds once boilerplate is out, repaired by rule."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import trafilatura
from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.settings import Document

from tasks.extract.boilerplate import without_boilerplate
from tasks.extract.paragraphs import Block, blocks_of
from tasks.extract.parsed import ParsedPage
from tasks.extract.trimming import trimmed

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs each page without text; we return that

EXTRACTOR = f"trafilatura {trafilatura.__version__}"


@dataclass(frozen=True, slots=True)
class MainText:
    """Blocks of the main text and the name of what found them."""

    blocks: tuple[Block, ...]
    extractor: str

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)


def main_text(page: ParsedPage, node: dict[str, Any] | None, titles: Sequence[str]) -> MainText:
    """Find the main text. Empty blocks when there is none."""
    tree = without_boilerplate(page.tree)
    blocks = trimmed(_trafilatura(tree, page.url, fast=True), titles)
    return MainText(tuple(blocks), EXTRACTOR)


def _trafilatura(tree: html.HtmlElement, url: str | None, *, fast: bool) -> list[Block]:
    try:
        found = bare_extraction(
            tree, url=url, fast=fast, include_comments=False, include_tables=True, with_metadata=False
        )
    except (RecursionError, etree.LxmlError):
        return []
    if not isinstance(found, Document) or found.body is None:
        return []
    return blocks_of(found.body)
