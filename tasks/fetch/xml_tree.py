"""The text of an XML list -> a tree: by lxml when it is well formed, else leniently (`tasks.fetch.xml_repair`).

lxml never sees a document type declaration, loads nothing and expands nothing.
"""

import re
from dataclasses import dataclass

from lxml import etree

from tasks.fetch.entities import declared_entities, replace_entities
from tasks.fetch.xml_repair import repair
from tasks.model import ListProblem

ROOT_WINDOW = 65_536  # characters before the root element: byte order marks, blank lines, warnings of PHP, a DTD

# Characters that XML 1.0 does not allow, and lone surrogates.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PREFIX = r"(?:[A-Za-z_][\w.-]{0,40}:)?"
_LIST = re.compile(rf"<{_PREFIX}(rss|rdf|feed|entry|channel|urlset|sitemapindex)(?=[\s/>])", re.IGNORECASE)
_PAGE = re.compile(r"<(html|head|body)(?=[\s/>])", re.IGNORECASE)
_ANY_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
# What servers write before a list when something is wrong with them, or instead of one.
_HTML = frozenset("html head body b br p div font table pre center h1 h2 script style title meta link".split())
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_HTML_DECLARATION = re.compile(r"<!DOCTYPE\s{1,20}html\b", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s{0,100}>")


@dataclass(frozen=True, slots=True)
class Root:
    """Where the list starts in a text, and what it says it is."""

    name: str  # of the element, lower case, without prefix; of the first element of all where it is no list
    start: int
    declaration: str = ""  # the document type declaration


@dataclass(frozen=True, slots=True)
class XmlTree:
    element: etree._Element
    problems: tuple[ListProblem, ...] = ()


def find_root(text: str) -> Root | None:
    """The element that a list, or an HTML page, starts with, past everything that should not stand before it.

    None where there is no element at all.
    """
    head = _without_comments(text[:ROOT_WINDOW])
    declaration, at = "", 0
    doctype, listed = _DOCTYPE.search(head), _LIST.search(head)
    if doctype and (listed is None or doctype.start() < listed.start()):
        at = _declaration_end(head, doctype.end())
        declaration = head[doctype.start() : at]
        listed = _LIST.search(head, at)
    first, page = _ANY_ELEMENT.search(head, at), _PAGE.search(head, at)
    if listed and (page is None or listed.start() < page.start()):
        return Root(listed[1].lower(), listed.start(), declaration)
    if _HTML_DECLARATION.match(declaration) or (page and first and first[1].lower() in _HTML):
        return Root("html", at, declaration)
    return Root(first[1].rpartition(":")[2].lower(), first.start(), declaration) if first else None


def _without_comments(head: str) -> str:
    """`head` with comments blanked, so that places stay; an unclosed one is left alone."""
    parts: list[str] = []
    at = 0
    while (start := head.find("<!--", at)) >= 0 and (end := head.find("-->", start)) >= 0:
        parts += [head[at:start], " " * (end + 3 - start)]
        at = end + 3
    return "".join(parts) + head[at:]


def _declaration_end(head: str, start: int) -> int:
    subset, close = head.find("[", start), head.find(">", start)
    if 0 <= subset < close:
        end = _SUBSET_END.search(head, subset)
        return end.end() if end else close + 1
    return close + 1 if close >= 0 else len(head)


def read_xml(text: str, root: Root, entry_name: str) -> XmlTree:
    """The tree of the list that starts at `root`; `entry_name` is the local name of its entries.

    A document that breaks the rules of XML is repaired, with a problem; of one that ends early the entry in which it
    ends is left out. Raises nothing.
    """
    declared, refused = declared_entities(root.declaration)
    problems = [ListProblem("entities", refused)] if refused else []
    content = _ILLEGAL.sub("", text[root.start :] if root.start else text)
    content = replace_entities(content, declared)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return XmlTree(etree.fromstring(content.encode("utf-8"), parser), tuple(problems))
    except etree.XMLSyntaxError as error:
        repaired = repair(content, entry_name)
        name = "cut" if repaired.cut else "malformed"
        problems.append(ListProblem(name, repaired.cut or str(error.msg)[:200]))
        return XmlTree(repaired.element, tuple(problems))
