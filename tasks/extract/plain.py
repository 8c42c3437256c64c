"""The text of a plain page, read in one walk: an element that is named as the article's text and holds paragraphs.

Most pages of newspapers are like that, and there the library finds the same text in ten times the time. Where
anything is in doubt (no such element, few paragraphs, much text outside of them) the answer is None.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.extract.densest import INLINE, densest_element
from tasks.extract.paragraphs import Block, BlockKind, tidy
from tasks.extract.plain_furniture import is_furniture, is_hidden, is_linked
from tasks.extract.room import named_room
from tasks.extract.small_tree import SmallTree

MIN_PARAGRAPHS = 250  # characters of all paragraphs; with fewer the text may stand in other elements
LOOSE = 750  # characters of all paragraphs, below which text in other elements may be read as a paragraph too
WIDER = 2  # elements around a room whose other children may be boxes of its text
MIN_BOXES = 3  # of a name that hold sentences; a short line in such a box is a paragraph, too
MAX_STRAY = 0.15  # of the text that stands in no paragraph, list or heading; less is left out
MOST = 0.5  # of the text left of a page; an element without a name that holds as much is the article's
NEARLY_ALL = 0.8  # the same where another element has the name, but could not be read
FEW = 0.05  # of its text; an element with the name and less than that was not meant
MAX_NAMED = 0.3  # of the text in elements whose names say that they are none of it
MIN_SENTENCES = 80  # characters of sentences that are prose whatever they stand in
MAX_LINKS = 1_000  # in it; more are a list
MAX_DEPTH = 60  # elements around a paragraph

_GONE = frozenset((
    "aside", "figure", "footer", "menu", "picture", "img", "area", "fieldset", "legend", "label", "frame", "frameset",
    "marquee", "math", "noindex", "optgroup", "option", "datalist", "output", "param", "progress", "rp", "rt", "rtc",
    "source", "track", "applet", "blink", "title", "time", "fencedframe", "menuitem", "use",
))  # fmt: skip
_MARKED = frozenset(("code", "q", "del", "strike"))  # words of a text that run on
_WEIGHED = frozenset(("div", "p", "ul", "ol", "dl"))  # go when there is little but links in them
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS = frozenset(("ul", "ol", "dl"))
_AFTER_RUN = _LISTS | {"br", "hr", "blockquote"}  # the text behind them is a paragraph
_RUNNING = frozenset(("a", "sub", "sup", "cite", "abbr", "code", "q", "del", "acronym", "dfn", "tt", "var"))
_EMPHASIS = frozenset(("a", "b", "strong", "i", "em", "u", "span", "font"))
_ENTRIES = ("li", "dd", "dt")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'“”»«）)\]]{0,3}$")
_LINE = re.compile(
    r"\W*(?:drucken|e-?mail|facebook|flipboard|google|instagram|linkedin|mail|pdf|pinterest|pocket|print|qq|reddit"
    r"|twitter|wechat|weibo|whatsapp|xing|mehr zum thema:?|more on this.{,8})$",
    re.IGNORECASE,
)

Box = tuple[str, str]  # tag and class


def plain_blocks(tree: SmallTree) -> list[Block] | None:
    """Blocks of the article in reading order; None when in doubt. `tree`: from `readable_tree`."""
    room = named_room(tree)
    if room is not None and (blocks := _read(tree, room)):
        return blocks
    dense = densest_element(tree)
    if dense is None or dense == room or (blocks := _read(tree, dense)) is None:
        return None
    # Without a name it is believed where little else is left of the page that could have been meant.
    is_named = room is not None and tree.length(room) >= FEW * tree.length(dense)
    least = NEARLY_ALL if is_named else MOST
    return blocks if sum(len(block.text) for block in blocks) >= least * tree.length() else None


def _read(tree: SmallTree, room: int) -> list[Block] | None:
    if len(tree.within(room, "a")) > MAX_LINKS:
        return None
    reading = _Reading(tree)
    if not reading.read_all(room):
        return None
    if boxes := frozenset(box for box, n in reading.boxes.items() if n >= MIN_BOXES):
        room = _around(tree, room, boxes)
        reading = _Reading(tree, paragraphs=boxes)
        if not reading.read_all(room):
            return None
    if reading.is_doubtful() and reading.prose - reading.bare < LOOSE:
        reading = _Reading(tree, loose=True)
        reading.read_all(room)
    if reading.is_doubtful():
        return None
    blocks = reading.blocks
    while blocks and blocks[-1].kind == "head":
        blocks.pop()
    return blocks if len(blocks) > 1 else None


def _around(tree: SmallTree, room: int, boxes: frozenset[Box]) -> int:
    """The element that holds the boxes beside the room, too: an article may begin before it and go on behind it."""
    found = room
    for _ in range(WIDER):
        around = tree.parents[found]
        if around < 0:
            break
        beside = [at for at in tree.children(around) if at != found]
        if any(_is_one(tree, at, boxes) for at in beside):
            room = around
        found = around
    return room


def _is_one(tree: SmallTree, at: int, boxes: frozenset[Box]) -> bool:
    name = tree.attributes[at].get("class", "")
    return bool(name) and (tree.tags[at], name) in boxes and _are_sentences(tree.text(at).strip())


@dataclass(slots=True)
class _Reading:
    """What was read so far, in characters."""

    tree: SmallTree
    loose: bool = False  # text in any element is a paragraph
    paragraphs: frozenset[Box] = frozenset()  # text in these is one
    blocks: list[Block] = field(default_factory=list)
    prose: int = 0
    others: int = 0
    stray: int = 0
    bare: int = 0  # of the prose: sentences in an element of any kind
    named: int = 0
    boxes: Counter[Box] = field(default_factory=Counter)  # what held sentences, how often
    # Text after a line break, up to the next element that is no part of it.
    run: list[str] = field(default_factory=list)

    def is_doubtful(self) -> bool:
        total = self.prose + self.others
        return (
            self.prose < MIN_PARAGRAPHS
            or self.stray > MAX_STRAY * total
            or self.named > MAX_NAMED * (total + self.named)
        )

    def read_all(self, room: int) -> bool:
        """Read an element with its own text; False when something in it cannot be read here."""
        text = self.tree.texts[room]
        if text and not text.isspace():
            self.run.append(text)
        return self.read(room, 0)

    def read(self, room: int, depth: int) -> bool:
        """Read what is in an element; False when something in it cannot be read here."""
        if depth > MAX_DEPTH:
            return False
        tree = self.tree
        tags, tails = tree.tags, tree.tails
        children = tree.children(room)
        # Paragraphs are lines then, behind a box of a picture too.
        is_broken = any(tags[child] == "br" for child in children)
        for at in children:
            tag, tail = tags[at], tails[at]
            if (tag in _RUNNING and self.run) or (is_broken and tag in _EMPHASIS):
                self.run += (_flat(tree, at), tail)
                continue
            self.end_run()
            if tag in _AFTER_RUN:
                if tag == "blockquote":
                    self._quote(at)
                elif tag in _LISTS and not self._is_dropped(at):
                    self._list(at)
                if tail and not tail.isspace():
                    self.run.append(tail)
                continue
            if not self._part(at, tag, depth):
                return False
            if is_broken and tail and tag not in INLINE and not tail.isspace():
                self.run.append(tail)
                continue
            self._stray(tail)
        self.end_run()
        return True

    def _part(self, at: int, tag: str, depth: int) -> bool:
        """Read one child that ends a run; False when something in it cannot be read here."""
        tree = self.tree
        if tag == "p":
            if not self._is_dropped(at):
                self._paragraphs(at)
        elif tag in _HEADINGS:
            self._block("head", tidy(_flat(tree, at)))
        elif tag in _GONE:
            return tag != "figure" or not tree.has_within(at, ("table",))
        elif tag == "form":
            self.named += len(tree.text(at).strip())
        elif tag in _MARKED:
            self._stray(tree.text(at))
        elif tag == "pre":
            self.paragraph(tidy(_flat(tree, at)))
        elif tag == "table":
            return self._table(at)
        elif self._is_dropped(at):
            return True
        elif self._is_line(at) and self._are_prose(at):
            text = _flat(tree, at)
            self.run.append(text)
            self.bare += len(text.strip())
        else:
            self._stray(tree.texts[at])
            if tree.ends[at] > at + 1 and not self.read(at, depth + 1):
                return False
            self.end_run()
        return True

    def _is_line(self, at: int) -> bool:
        """Text, perhaps with links and the like in it, and nothing else."""
        return all(tag in _RUNNING for tag in self.tree.tags[at + 1 : self.tree.ends[at]])

    def _are_prose(self, at: int) -> bool:
        """Sentences, or a line in a box like those that hold sentences."""
        box = self.tree.tags[at], self.tree.attributes[at].get("class", "")
        if _are_sentences(self.tree.text(at).strip()):
            self.boxes[box] += 1
            return True
        return box in self.paragraphs

    def end_run(self) -> None:
        """Text between line breaks is a paragraph."""
        if self.run:
            self.paragraph(tidy("".join(self.run).replace("\n", " ")))
            self.run.clear()

    def _is_dropped(self, at: int) -> bool:
        tree = self.tree
        if is_furniture(tree, at):
            self.named += len(tree.text(at).strip())
            return True
        return is_hidden(tree.attributes[at]) or (tree.tags[at] in _WEIGHED and is_linked(tree, at))

    def paragraph(self, text: str) -> None:
        if text and not any(_LINE.match(line) for line in text.split("\n") if len(line) < 40):
            self.blocks.append(Block("p", text))
            self.prose += len(text)

    def _block(self, kind: BlockKind, text: str) -> None:
        if text:
            self.blocks.append(Block(kind, text))
            self.others += len(text)

    def _stray(self, text: str) -> None:
        if text and not text.isspace():
            if self.loose:
                self.run.append(text)
                return
            if _are_sentences(text.strip()):
                self.run.append(text)
                self.bare += len(text.strip())
                return
            self.stray += len(text.strip())

    def _paragraphs(self, at: int) -> None:
        if self.tree.ends[at] == at + 1:
            self.paragraph(tidy(self.tree.texts[at].replace("\n", " ")))
            return
        for part in re.split(r"\n\s*\n", _broken(self.tree, at)):
            self.paragraph(tidy(part))

    def _list(self, at: int) -> None:
        lines = []
        read = 0  # where the entry ends that was read; a list in it was read with it
        for entry in self.tree.within(at, *_ENTRIES):
            if entry < read:
                continue
            read = self.tree.ends[entry]
            if line := tidy(_flat(self.tree, entry)):
                lines.append(f"- {line}")
        self._block("list", "\n".join(lines))

    def _table(self, at: int) -> bool:
        """A table of figures; False for one that holds paragraphs or other tables: a page laid out by it."""
        tree = self.tree
        if tree.has_within(at, ("p", "table")):
            return not tree.text(at).strip()
        rows = ([tidy(_flat(tree, cell)) for cell in tree.within(row, "td", "th")] for row in tree.within(at, "tr"))
        lines = (" | ".join(cell for cell in row if cell) for row in rows)
        self._block("table", "\n".join(line for line in lines if line))
        return True

    def _quote(self, at: int) -> None:
        tree = self.tree
        if not tree.has_child(at, "p"):
            for part in re.split(r"\n\s*\n", _broken(tree, at)):
                self._block("quote", tidy(part))
            return
        parts = [tree.texts[at]]
        for child in tree.children(at):
            is_pointer = tree.tags[child] == "p" and is_linked(tree, child)
            parts += ["" if is_pointer else _broken(tree, child), tree.tails[child]]
        for part in parts:
            self._block("quote", tidy(part))


def _are_sentences(text: str) -> bool:
    return len(text) >= MIN_SENTENCES and _SENTENCE_END.search(text[-4:]) is not None


def _broken(tree: SmallTree, at: int) -> str:
    return "".join(_lines(tree, at, 0))


def _lines(tree: SmallTree, at: int, depth: int) -> Iterator[str]:
    """Text nodes; a newline for each `<br>`."""
    if depth > MAX_DEPTH:
        return
    yield tree.texts[at].replace("\n", " ")
    for child in tree.children(at):
        tag = tree.tags[child]
        if tag == "br":
            yield "\n"
        elif tag not in _GONE and not is_furniture(tree, child):
            yield from _lines(tree, child, depth + 1)
        yield tree.tails[child].replace("\n", " ")


def _flat(tree: SmallTree, at: int) -> str:
    """The text of an element in one line."""
    return (tree.texts[at] if tree.ends[at] == at + 1 else _broken(tree, at)).replace("\n", " ")
