"""A page saved as text -> Page."""

from collections.abc import Sequence

from ..errors import Rejected
from ..model import Page
from .dump_blocks import blocks_of, clean, split_references
from .dump_body import body_blocks, body_stretch

VERSION = 1


def extract_dump(text: str, *, repeated_lines: frozenset[str] = frozenset()) -> Page:
    """What a text dump says."""
    lines, _ = split_references(clean(text).split("\n"))
    if not any(line.strip() for line in lines):
        raise Rejected("empty", "no characters")
    blocks = blocks_of(lines)
    stretch = body_stretch(blocks, repeated_lines)
    if stretch is None:
        raise Rejected("no_text", "no prose")
    kept = body_blocks(blocks[slice(*stretch)], repeated_lines)
    if not kept:
        raise Rejected("no_text", "no prose")
    return Page(
        text="\n\n".join(b.text for b in kept), title=None, description=None, section=None, keywords=(), image_url=None,
        access="full", extractor=f"presshouse-dump/{VERSION}",
    )  # fmt: skip
