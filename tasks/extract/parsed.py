"""A page parsed once: elements, JSON-LD nodes and meta tags, shared by everything that collects evidence."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree, html

from tasks.extract.outline import Outline, read_outline
from tasks.extract.unclosed import closed

MAX_JSON_LD_BYTES = 1_000_000  # of one script; larger ones are product catalogues, not articles
MAX_JSON_LD_NODES = 2_000
MAX_JSON_LD_DEPTH = 40

_CDATA = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class ParsedPage:
    source: bytes  # in UTF-8
    outline: Outline
    url: str | None  # fetched URL when it is http(s), to resolve relative links
    json_ld: tuple[dict[str, Any], ...]  # every object of every script, `@graph` opened, in document order
    meta: tuple[tuple[str, str], ...]  # (name, property or itemprop in lower case, content), in document order

    def tree(self) -> html.HtmlElement:
        """The page as a tree, parsed again: only pages in which no text was found are read so."""
        return html.document_fromstring(self.source, parser=html_parser())

    def title_text(self) -> str:
        """The text of the first `<title>`."""
        return next((self.outline.texts[at] or "" for at in self.outline.named("title")), "")

    def meta_values(self, *names: str) -> list[str]:
        """Contents of the meta tags with one of these lower-case names, in the order of `names`."""
        return [content for name in names for key, content in self.meta if key == name]

    def json_ld_of_type(self, *types: str) -> list[dict[str, Any]]:
        """JSON-LD nodes whose `@type` is, or contains, one of `types`."""
        return [node for node in self.json_ld if set(types_of(node)) & set(types)]


def parse_page(text: str, url: str | None) -> ParsedPage:
    """Parse decoded HTML. Raises lxml.etree.ParserError when there is no element at all."""
    # Through bytes: lxml refuses a str that carries an encoding declaration.
    source = closed(text).encode("utf-8", "replace")
    outline = read_outline(source)
    return ParsedPage(source, outline, url, json_ld=tuple(_json_ld(outline)), meta=tuple(_meta(outline)))


@cache
def html_parser() -> html.HTMLParser:
    """The parser for UTF-8 without comments, whose elements are all of one class.

    `lxml.html` asks a function in Python for the class of each element at each visit: a tenth of a page's time.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    return parser


def types_of(node: dict[str, Any]) -> list[str]:
    """`@type` as a list of names without their schema.org prefix."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return [n.rsplit("/", 1)[-1] for n in names if isinstance(n, str)]


def _meta(outline: Outline) -> Iterator[tuple[str, str]]:
    tags = [outline.attributes[at] for at in outline.named("meta")]
    # Some programs that save pages write `value` for every `content`; beside others it is a template's slip.
    attribute_of_content = "content" if any(tag.get("content") for tag in tags) else "value"
    for tag in tags:
        content = tag.get(attribute_of_content)
        if not content or not content.strip():
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = tag.get(attribute)
            if name:
                yield name.strip().lower(), content.strip()


def _json_ld(outline: Outline) -> Iterator[dict[str, Any]]:
    left = MAX_JSON_LD_NODES
    for at in outline.named("script"):
        if "ld+json" not in outline.attributes[at].get("type", "").lower():
            continue
        raw = outline.texts[at] or ""
        if len(raw) > MAX_JSON_LD_BYTES:
            continue
        for node in _nodes(_loads(raw), 0):
            if left == 0:
                return
            left -= 1
            yield node


def _loads(raw: str) -> Any:
    """JSON as publishers write it: CDATA marks, raw newlines in strings, trailing commas. None when beyond that."""
    raw = _CDATA.sub("", raw.strip()).strip()
    for attempt in (raw, _TRAILING_COMMA.sub(r"\1", raw)):
        try:
            value = json.loads(attempt, strict=False)
            return _whole_characters(value) if _SURROGATE.search(attempt) else value
        except (ValueError, RecursionError):
            continue
    return None


def _whole_characters(value: Any) -> Any:
    """JSON can say half of a character that needs two escapes (cut teasers do); nothing can store one."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore"), strict=False)


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > MAX_JSON_LD_DEPTH:
        return
    if isinstance(value, list):
        for child in value:
            yield from _nodes(child, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "itemListElement",
            "item",
            "hasPart",
            "liveBlogUpdate",
        ):
            if isinstance(value.get(key), (dict, list)):
                yield from _nodes(value[key], depth + 1)
