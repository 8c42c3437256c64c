"""The paragraphs of a main text, from the tree that trafilatura returns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

BlockKind = Literal["p", "head", "list", "quote", "table"]

_SPACE = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph. The lines of a list or table are parted by a newline."""

    kind: BlockKind
    text: str


def blocks_of(body: etree._Element) -> list[Block]:
    """Blocks in reading order. `body` holds p, head, list/item, quote, code, table/row/cell, lb and text."""
    found: list[Block] = []
    if body.text and body.text.strip():
        found.append(Block("p", tidy(body.text)))
    for element in body:
        found += _read(element)
        if element.tail and element.tail.strip():
            found.append(Block("p", tidy(element.tail)))
    return [block for block in found if block.text]


def _read(element: etree._Element) -> Iterator[Block]:
    tag = element.tag
    if tag == "list":
        items = (tidy(_inline(item)) for item in element.iter("item") if item.getparent() is element or not len(item))
        lines = [f"- {item}" for item in items if item]
        yield Block("list", "\n".join(lines))
    elif tag == "table":
        rows = (" | ".join(t for c in row.iter("cell") if (t := tidy(_inline(c)))) for row in element.iter("row"))
        yield Block("table", "\n".join(row for row in rows if row))
    elif tag == "head":
        yield Block("head", tidy(_inline(element)))
    elif tag in ("quote", "code", "div", "blockquote"):
        yield from (Block("quote" if tag != "div" else "p", part) for part in _parts(element))
    else:
        yield from (Block("p", part) for part in _parts(element))


def _parts(element: etree._Element) -> list[str]:
    """Text of an element that may hold paragraphs: one part for each, and for the text between."""
    if element.find("p") is None and element.find("list") is None:
        text = "".join(_with_breaks(element))
        return [part for part in (tidy(piece) for piece in re.split(r"\n\s*\n", text)) if part]
    parts = [element.text or ""]
    for child in element:
        parts.append("".join(_with_breaks(child)))
        parts.append(child.tail or "")
    return [part for part in map(tidy, parts) if part]


def _with_breaks(element: etree._Element) -> Iterator[str]:
    if element.text:
        yield _SPACE.sub(" ", element.text.replace("\n", " "))
    for child in element:
        if child.tag == "lb":
            yield "\n"
        elif child.tag in ("p", "item", "row"):
            yield "\n"
            yield from _with_breaks(child)
            yield "\n"
        else:
            yield from _with_breaks(child)
        if child.tail:
            yield _SPACE.sub(" ", child.tail.replace("\n", " "))


def _inline(element: etree._Element) -> str:
    return "".join(_with_breaks(element)).replace("\n", " ")


def tidy(text: str) -> str:
    """White space collapsed, lines kept."""
    text = text.replace("\u00ad", "")
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join([line for part in text.split("\n") if (line := " ".join(part.split()))])
