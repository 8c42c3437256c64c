"""OPML: how readers of feeds exchange their lists. Read with the care of a feed from a stranger; written plainly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from tasks.errors import Rejected
from tasks.fetch.entry_text import MAX_TITLE, one_line
from tasks.fetch.list_text import decode, unpack
from tasks.fetch.xml_tree import find_root, read_xml
from tasks.model import ListProblem

MAX_BYTES = 10 << 20  # unpacked; a thousand feeds take 200 KB
MAX_OUTLINES = 20_000


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of an OPML file."""

    url: str  # as it stands there
    title: str = ""
    home_url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Opml:
    outlines: tuple[Outline, ...]
    problems: tuple[ListProblem, ...] = ()


def parse_opml(body: bytes) -> Opml:
    """The feeds of an OPML file, folders unfolded. Nothing is loaded or expanded; a cut file gives what is whole.

    Raises Rejected "not_a_list" for what is no OPML.
    """
    unpacked = unpack(body, MAX_BYTES)
    text = decode(unpacked.body, None).lstrip("\ufeff\x00 \t\r\n")
    root = find_root(text)
    if root is None or root.name != "opml":
        raise Rejected("not_a_list", f"starts with <{root.name}>, not <opml>" if root else "no XML")
    tree = read_xml(text, root, "outline")
    return Opml(tuple(_outlines(tree.element)), (*unpacked.problems, *tree.problems))


def _outlines(tree: etree._Element) -> Iterator[Outline]:
    count = 0
    for element in tree.iter():
        attributes = {str(name).lower(): str(value) for name, value in element.attrib.items()}
        url = attributes.get("xmlurl", "").strip()
        if not url:
            continue
        count += 1
        if count > MAX_OUTLINES:
            return
        yield Outline(
            url=url,
            title=one_line(attributes.get("title") or attributes.get("text") or "", MAX_TITLE),
            home_url=attributes.get("htmlurl", "").strip(),
            language=attributes.get("language", "").strip(),
        )


def written_opml(groups: Sequence[tuple[str, Sequence[Outline]]], title: str) -> bytes:
    """OPML 2.0 with a folder for each group (name, its feeds)."""
    opml = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(opml, "head"), "title").text = title
    body = etree.SubElement(opml, "body")
    for name, outlines in groups:
        folder = etree.SubElement(body, "outline", text=one_line(name, MAX_TITLE))
        for one in outlines:
            values = {"type": "rss", "text": one_line(one.title, MAX_TITLE) or one.url, "xmlUrl": one.url}
            values |= {"htmlUrl": one.home_url} if one.home_url else {}
            values |= {"language": one.language} if one.language else {}
            etree.SubElement(folder, "outline", values)
    return bytes(etree.tostring(opml, xml_declaration=True, encoding="UTF-8", pretty_print=True))
