"""Text of pages that draw themselves by script: the article stands as HTML in a string of one of their scripts."""

import json
import re
from collections.abc import Iterator

from tasks.extract.article_body import blocks_of_markup
from tasks.extract.paragraphs import Block
from tasks.extract.parsed import ParsedPage

MIN_MARKUP = 400  # characters of a string that may be an article
MIN_PARAGRAPHS = 2
MAX_SCRIPT = 2_000_000  # characters of scripts looked at

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)  # each character is read once: linear
_PARAGRAPH = re.compile(r"<p[\s>]|<br\s{0,3}/?>", re.IGNORECASE)


def embedded_blocks(page: ParsedPage) -> list[Block]:
    """Blocks of the longest HTML text in a script string; empty when there is none.

    For pages whose markup has no text only: scripts of other pages hold related articles too.
    """
    longest = max(_html_strings(page), key=len, default="")
    return blocks_of_markup(longest) if longest else []


def _html_strings(page: ParsedPage) -> Iterator[str]:
    left = MAX_SCRIPT
    for at in page.outline.named("script"):
        source = page.outline.texts[at] or ""
        if len(source) < MIN_MARKUP or ("<p" not in source and "\\u003c" not in source.lower()):
            continue
        left -= len(source)
        if left < 0:
            return
        for match in _STRING.finditer(source):
            if match.end() - match.start() >= MIN_MARKUP:
                yield from _markup_of(match[0])


def _markup_of(literal: str) -> Iterator[str]:
    """The string when it is HTML with paragraphs; strings in it when it is JSON again."""
    try:
        value = json.loads(literal, strict=False)
    except ValueError:
        return
    if not isinstance(value, str):
        return
    if value.lstrip()[:1] == "<" and len(_PARAGRAPH.findall(value)) >= MIN_PARAGRAPHS:
        yield value
    elif '"<' in value or '"\\u003c' in value.lower():
        for match in _STRING.finditer(value):
            if match.end() - match.start() >= MIN_MARKUP and ("<p" in match[0] or "\\u003cp" in match[0].lower()):
                yield from _markup_of(match[0])
