"""The element that holds most running text: a second opinion on where the article is, cheap enough for every page.

After the idea of Arc90's Readability: paragraphs give points to what contains them, less the further up.
"""

from collections import defaultdict
from collections.abc import Iterator

from lxml import html

from tasks.extract.paragraphs import Block, BlockKind, tidy

MIN_PARAGRAPH = 25  # characters; shorter ones are labels
LEVELS = 4  # how far up a paragraph gives points
DECAY = 0.6  # of the points, at each level
MAX_ELEMENTS = 50_000  # looked at; pages with more are hostile or lists

INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd",
        "mark", "picture", "q", "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    )
)  # fmt: skip
_TEXT_BLOCKS = ("p", "pre", "blockquote", "td", "div", "section", "article")
_KINDS: dict[str, BlockKind] = {
    "p": "p", "pre": "p", "div": "p", "section": "p", "article": "p", "td": "p", "li": "list", "blockquote": "quote",
    "h2": "head", "h3": "head", "h4": "head", "h5": "head",
}  # fmt: skip
_WHOLE = frozenset(("p", "li", "blockquote", "pre", "h2", "h3", "h4", "h5"))  # read with all they contain


def densest_element(tree: html.HtmlElement) -> html.HtmlElement | None:
    """The element whose paragraphs weigh most; None when no paragraph has text that is not links."""
    points: dict[html.HtmlElement, float] = defaultdict(float)
    for number, element in enumerate(tree.iter(*_TEXT_BLOCKS)):
        if number == MAX_ELEMENTS:
            break
        own, linked = (own_text(element), _linked(element)) if element.tag not in _WHOLE else _whole(element)
        weight = float(len(own) - 2 * linked)
        if len(own) < MIN_PARAGRAPH or weight <= 0:
            continue
        holder = element if element.tag not in _WHOLE else element.getparent()
        for _ in range(LEVELS):
            if holder is None:
                break
            points[holder] += weight
            weight *= DECAY
            holder = holder.getparent()
    return max(points, key=lambda element: points[element]) if points else None


def blocks_in(element: html.HtmlElement) -> list[Block]:
    """Blocks of text in an element, in reading order; text inside of a block is not read again."""
    found: list[Block] = []
    covered: html.HtmlElement | None = None
    for part in element.iter(*_KINDS):
        if covered is not None and _inside(part, covered):
            continue
        text = tidy(part.text_content().replace("\n", " ")) if part.tag in _WHOLE else own_text(part)
        if part.tag in _WHOLE:
            covered = part
        if text:
            kind = _KINDS[part.tag]
            found.append(Block(kind, f"- {text}" if kind == "list" else text))
    return _joined_lists(found)


def own_text(element: html.HtmlElement) -> str:
    """The text of an element and its inline children, without that of the blocks it contains."""
    return tidy("".join(_own(element)).replace("\n", " "))


def _own(element: html.HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield " "
        elif child.tag in INLINE:
            yield child.text_content()
        yield child.tail or ""


def _whole(element: html.HtmlElement) -> tuple[str, int]:
    return tidy(element.text_content().replace("\n", " ")), sum(
        len(a.text_content().strip()) for a in element.iter("a")
    )


def _linked(element: html.HtmlElement) -> int:
    return sum(len(child.text_content().strip()) for child in element if child.tag == "a")


def _inside(element: html.HtmlElement, other: html.HtmlElement) -> bool:
    return any(ancestor is other for ancestor in element.iterancestors())


def _joined_lists(blocks: list[Block]) -> list[Block]:
    """The items of a list as one block."""
    joined: list[Block] = []
    for block in blocks:
        if block.kind == "list" and joined and joined[-1].kind == "list":
            joined[-1] = Block("list", f"{joined[-1].text}\n{block.text}")
        else:
            joined.append(block)
    return joined
