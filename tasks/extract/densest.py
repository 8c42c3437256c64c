"""The element that holds most running text: a second opinion on where the article is, cheap enough for every page.

After the idea of Arc90's Readability: paragraphs give points to what contains them, less the further up.
"""

from collections import defaultdict
from collections.abc import Iterator

from tasks.extract.paragraphs import Block, BlockKind, tidy
from tasks.extract.small_tree import SmallTree

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


def densest_element(tree: SmallTree) -> int | None:
    """The element whose paragraphs weigh most; None when no paragraph has text that is not links."""
    points: dict[int, float] = defaultdict(float)
    for at in tree.within(0, *_TEXT_BLOCKS)[:MAX_ELEMENTS]:
        is_whole = tree.tags[at] in _WHOLE
        own, linked = _whole(tree, at) if is_whole else (own_text(tree, at), _linked(tree, at))
        weight = float(len(own) - 2 * linked)
        if len(own) < MIN_PARAGRAPH or weight <= 0:
            continue
        holder = tree.parents[at] if is_whole else at
        for _ in range(LEVELS):
            if holder < 0:
                break
            points[holder] += weight
            weight *= DECAY
            holder = tree.parents[holder]
    return max(points, key=lambda at: points[at]) if points else None


def blocks_in(tree: SmallTree, at: int = 0) -> list[Block]:
    """Blocks of text in an element, in reading order; text inside of a block is not read again."""
    found: list[Block] = []
    covered = 0  # where the block ends that was read whole
    for part in tree.within(at, *_KINDS):
        if part < covered:
            continue
        tag = tree.tags[part]
        if tag in _WHOLE:
            covered = tree.ends[part]
            text = tidy(tree.text(part).replace("\n", " "))
        else:
            text = own_text(tree, part)
        if text:
            kind = _KINDS[tag]
            found.append(Block(kind, f"- {text}" if kind == "list" else text))
    return _joined_lists(found)


def own_text(tree: SmallTree, at: int) -> str:
    """The text of an element and its inline children, without that of the blocks it contains."""
    return tidy("".join(_own(tree, at)).replace("\n", " "))


def _own(tree: SmallTree, at: int) -> Iterator[str]:
    yield tree.texts[at]
    for child in tree.children(at):
        tag = tree.tags[child]
        if tag == "br":
            yield " "
        elif tag in INLINE:
            yield tree.text(child)
        yield tree.tails[child]


def _whole(tree: SmallTree, at: int) -> tuple[str, int]:
    linked = sum(len(tree.text(link).strip()) for link in tree.within(at, "a"))
    return tidy(tree.text(at).replace("\n", " ")), linked


def _linked(tree: SmallTree, at: int) -> int:
    return sum(len(tree.text(child).strip()) for child in tree.children(at) if tree.tags[child] == "a")


def _joined_lists(blocks: list[Block]) -> list[Block]:
    """The items of a list as one block."""
    joined: list[Block] = []
    for block in blocks:
        if block.kind == "list" and joined and joined[-1].kind == "list":
            joined[-1] = Block("list", f"{joined[-1].text}\n{block.text}")
        else:
            joined.append(block)
    return joined
