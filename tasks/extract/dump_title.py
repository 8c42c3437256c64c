"""Which line of a text dump is the headline: it tells what the body tells, above it, and its date or byline follows."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.extract.bylines import VISIBLE_BYLINE, VISIBLE_BYLINE_CJK
from tasks.extract.date_text import fold
from tasks.extract.dump_blocks import Block
from tasks.extract.dump_body import TWIN_CHARS, is_prose
from tasks.extract.dump_words import ends_in_stop, is_aside, is_button, is_caption, is_dated
from tasks.extract.schema import letters

TITLE_REACH = 100  # blocks before the body in which its headline is looked for
TITLE_INSIDE = 12  # and behind its first: teasers above the headline may look like the beginning of the text
INSIDE_COST = 1.0  # of a score for standing there
TITLE_COLUMNS = 12, 220  # shorter lines are kickers and menus, longer ones paragraphs
INNER_COLUMNS = 24  # of a line that may displace a better one: kickers and names of papers are shorter
TITLE_WORDS = 4, 24  # of most headlines
BYLINE_COLUMNS = 120
ENOUGH_LIKENESS = 0.6  # a headline need not share more of its words with the body
NEAR = 8  # lines: a headline stands at most this far above its standfirst or caption
NEAR_SCORE = 0.6  # and scores at most this much less
OVER_SCORE = 0.9  # or this much, where it stands right over a longer line: that one is the standfirst
DOUBT = 6  # characters added to those of a line: two shared words of two may be chance
HEADING = 0.0, 3.0, 1.8, 0.6, 0.3  # added by Markdown level
SIGNED = 1.5  # for a line that its date or byline follows
SIGNED_LINES = 8  # lines between the two, from which on it counts half
TOLD_ABOVE = 0.6  # for a line that is part of one above it: a breadcrumb, the title of the window
COMES_AGAIN = 1.2  # taken from a line that stands between the paragraphs too: a button
OF_A_PICTURE = 1.2  # taken from a line over a credit, or that a caption begins with
STANDS_ALONE = 0.3  # for a line between blank lines
AT_MARGIN = 1.6  # for a line at the margin where text is indented: headings stand so
LOST_MARKS = 6  # characters that a headline may lose where elements meet: a colon, spaces, the dots of umlauts
LONG_WORD = 10  # characters from which a word tells no more
SIGNIFICANT = (
    4,
    3,
)  # characters of a word that can tell what a text is about: with and without vowels written as letters

# Links and notices that templates print above everything else.
_CONTROL = re.compile(
    r"\bskip to\b|\bzum (?:haupt)?inhalt\b|\bzur (?:haupt)?navigation\b|\baller au (?:contenu|menu)\b|\bsaltar al\b"
    r"|\b(?:ir al|vai al|pular para o) (?:contenido|contenuto|conteúdo)\b|\bhoppa till\b|\bga naar (?:de )?inhoud\b"
    r"|\bprzejdź do\b|\bg[aå] til (?:hoved|innhold|indhold|forside)"
    r"|\bbrowser\b.{0,60}(?:unterstützt|supported|veraltet|outdated|aktualisieren|update)"
    r"|\baktualisier\w* .{0,20}browser"
    r"|\bthank you for (?:subscribing|signing)\b|\bdanke, dass sie sich\b|\bsubscribe now\b.*\bsubscribe now\b"
    r"|\benable javascript\b|\bjavascript (?:is|ist|must)\b",
    re.IGNORECASE,
)
_FRONT_PAGE = re.compile(
    r"\W{0,3}(?:home|homepage|start|startseite|inicio|início|accueil|strona główna)\s?[/>»›]", re.IGNORECASE
)
_LABEL_END = re.compile(r"[:,：]$")  # "You are here:", "OPINION POLL:"
_CRUMB = re.compile(r"\s[/>»›]\s")
_WINDOW = re.compile(r"\s[|»]\s")
_HOST = re.compile(r"(?:www\.)?[\w-]{2,40}(?:\.[a-z]{2,8}){1,2}", re.IGNORECASE)
# "23.01.2022 - Bridge opens": a list of news prints the day before each headline.
_DAY_BEFORE = re.compile(
    r"\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d(?: \d{1,2}[:.]\d\d(?: Uhr)?)?(?:\s?[-–—|:•·]\s?|\s?(?=[^\W\d_a-z]))(?=.{12})"
)
_ELLIPSIS = re.compile(r"\s?(?:\.{3}|…)$")
_PUBLISHED = re.compile(r"\W{0,3}(?:published|posted|reported)\b(?!.{0,40}\bby\b)", re.IGNORECASE)
# Vowel signs of Indian and South-East Asian scripts are no word characters for `re`, yet they belong to the word.
_WORD = re.compile("[^\\W\\d_](?:[^\\W_]|[\u0300-\u036f\u064b-\u0652\u0900-\u0dff\u1000-\u109f])*|\\d+")
# Thai, Khmer, Chinese and Japanese part no words; Korean words are short and carry endings.
_NO_VOWELS = "\u0590"  # scripts from Hebrew on write fewer letters a word
_UNSPACED_RUN = re.compile("[\u0e00-\u0e7f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff]+")


def words_of(text: str) -> set[str]:
    """Words that can tell what a text is about; pairs of characters where words are not parted."""
    folded = text.casefold()
    found = {w for w in _WORD.findall(folded) if len(w) >= SIGNIFICANT[w > _NO_VOWELS] or w.isdigit()}
    for run in _UNSPACED_RUN.findall(folded):
        found.discard(run)
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    return found


def likeness(text: str, about: Collection[str]) -> float:
    """Share of the telling words of `text` that the body holds too, 0 to 1; long words tell more than short ones."""
    weights = {w: min(len(w), LONG_WORD) if not _UNSPACED_RUN.match(w) else 4 for w in words_of(text)}
    total = sum(weights.values())
    return sum(weight for w, weight in weights.items() if w in about) / (total + DOUBT)


def title_score(block: Block, about: Collection[str], *, times: int, indent: int) -> float | None:
    """How much a line looks like the headline of the text that `about` tells of; None when it cannot be one.

    `times` is how often the line stands in the file, `indent` that of the body.
    """
    text = block.text
    low, high = TITLE_COLUMNS
    if not low <= block.columns <= high or block.control or is_button(text) or is_aside(text) or not words_of(text):
        return None
    if _CONTROL.search(text) or _is_twice(text) or _LABEL_END.search(text):  # what an image is called, and its caption
        return None
    score = 3.0 * min(1.0, likeness(text, about) / ENOUGH_LIKENESS)
    score += HEADING[min(block.heading, len(HEADING) - 1)]
    if block.indent < indent:
        score += AT_MARGIN
    few, many = TITLE_WORDS
    count = len(text.split()) if not _UNSPACED_RUN.search(text) else block.columns // 4
    score += max(-1.5, min(1.0, 0.5 * (count - few))) if count <= many else -0.5
    score += 0.4 if times > 1 else 0.0
    if ends_in_stop(text):
        score -= 0.8
    if is_prose(block):
        score -= 0.5 if block.heading or not ends_in_stop(text) else 1.5
    for sign in (is_dated(text) and count < 8, block.bullet, is_caption(text), 2 * block.linked > block.columns):
        score -= 1.2 if sign else 0.0
    return score - 2.0 if is_byline(text) else score


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be the headline."""

    score: float
    index: int
    distance: int  # lines above the body


def find_title(
    blocks: Sequence[Block],
    first: int,
    end: int,
    about: set[str],
    times: Mapping[str, int],
    repeated: Collection[str] = (),
) -> Candidate | None:
    """The headline of the body in `blocks[first:end]`, or None.

    The best line, unless one nearly as good stands close above it: standfirsts and captions repeat the body's words
    too, and the headline is over them.
    """
    found = list(_candidates(blocks, first, end, about, times, repeated))
    if not found:
        return None
    best = max(found, key=lambda c: (c.score, c.index))
    chosen = best
    for other in found:
        block = blocks[other.index]
        over = other.distance - best.distance == 1 and block.columns < blocks[best.index].columns
        less = OVER_SCORE if over else NEAR_SCORE
        close = 0 < other.distance - best.distance <= NEAR and other.score >= best.score - less
        about_it = likeness(block.text, about) >= ENOUGH_LIKENESS / 2
        if close and about_it and not block.bullet and block.columns >= INNER_COLUMNS:
            chosen = other
    for other in found:
        block = blocks[other.index]
        wrapped = _wraps(blocks[chosen.index].text, block.text, entry=block.bullet)
        if wrapped and block.columns >= INNER_COLUMNS:
            return other
    return chosen


def _candidates(
    blocks: Sequence[Block], first: int, end: int, about: set[str], times: Mapping[str, int], repeated: Collection[str]
) -> Iterator[Candidate]:
    """Lines that may be the headline, from behind the beginning of the body upwards, each with its score."""
    indent = min((b.indent for b in blocks[first : first + 30] if is_prose(b)), default=0)
    window = range(max(0, first - TITLE_REACH), min(first + TITLE_INSIDE, end - 1))  # text stands behind it
    within = {b.text for b in blocks[first + 2 : end]}
    captions = {blocks[i].text[:TWIN_CHARS] for i in window if is_caption(blocks[i].text)}
    distance, signed, below, gap = 0, 0, "", True  # signed: 1 for the line over a date or byline, 2 for the next
    for i in reversed(window):
        block = blocks[i]
        text = block.text
        if not text or text in repeated:
            continue
        distance += i < first
        if i >= first and not block.heading and (ends_in_stop(text) or (i >= first + 2 and not signed)):
            signed = int(is_sign(block))
            continue
        score = title_score(block, about, times=times.get(text, 1), indent=indent)
        if score is not None:
            score -= distance / TITLE_REACH + (INSIDE_COST if i >= first else 0.0)
            score += (SIGNED if signed <= SIGNED_LINES else SIGNED / 2) if signed else 0.0
            score += TOLD_ABOVE if _is_told_above(text, blocks[window[0] : i]) else 0.0
            score += STANDS_ALONE if block.gap and gap else 0.0
            score -= COMES_AGAIN if text in within else 0.0
            score -= OF_A_PICTURE if is_caption(below) or text[:TWIN_CHARS] in captions else 0.0
            yield Candidate(score, i, distance)
        signed = 1 if is_sign(block) else signed + 1 if signed and i != first else 0
        below, gap = text, block.gap


def printed_headline(blocks: Sequence[Block], index: int) -> str:
    """The headline as it stands there, with the kicker above it where a browser broke the line before the colon."""
    text = blocks[index].text
    above = blocks[index - 1].text if index else ""
    return above + text if text.startswith(":") and 0 < len(above) <= TITLE_COLUMNS[1] - len(text) else text


def headline_of(text: str, lines: Collection[str]) -> str:
    """A headline without what browsers print around it; `lines` are all of the file.

    A day before it, its path (`Home / Town / ...`), the paper behind it (`... | Harbour Post`) where that is a host or
    a line by itself; a headline that was cut is completed, and one that lost marks is taken from a line that has them.
    """
    text = text[day.end() :] if (day := _DAY_BEFORE.match(text)) else text
    if _FRONT_PAGE.match(text):
        text = _CRUMB.split(text)[-1].strip() or text
    for separator in _WINDOW.finditer(text):
        rest = text[separator.end() :]
        if separator.start() >= TITLE_COLUMNS[0] and (rest in lines or _HOST.fullmatch(rest)):
            text = text[: separator.start()]
            break
    start = _ELLIPSIS.sub("", text)
    if start != text and len(start) >= INNER_COLUMNS:
        text = next(
            (line for line in lines if line.startswith(start) and start != line != text and len(line) < 250), text
        )
    return _with_marks(text, lines)


def _with_marks(text: str, lines: Collection[str]) -> str:
    """The same words as another line prints them, where they have lost marks between elements, or their accents.

    "Bridge closed Council worries" was "Bridge closed: Council worries"; html2text writes some umlauts without dots.
    """
    skeleton, marks = _skeleton(text), _marks(text)
    same = [
        line
        for line in lines
        if abs(len(line) - len(text)) <= LOST_MARKS
        and (line[:1], line[-1:]) == (text[:1], text[-1:])
        and _skeleton(line) == skeleton
        and marks <= _marks(line)
    ]
    return max([text, *same], key=lambda line: _marks(line).total())


def _skeleton(text: str) -> str:
    return letters(fold(text))


def _marks(text: str) -> Counter[str]:
    """Signs and letters with accents; all that may get lost."""
    return Counter(c for c in text if not (c.isascii() and c.isalnum()) and not c.isspace())


def _is_twice(text: str) -> bool:
    """The same words twice."""
    half = len(text) // 2
    return len(text) > 2 * TITLE_COLUMNS[0] and text[:half].strip() == text[half:].strip()


def _is_told_above(text: str, blocks: Sequence[Block]) -> bool:
    return any(len(text) < len(b.text) <= 3 * len(text) and text in b.text for b in blocks)


def _wraps(outer: str, inner: str, *, entry: bool) -> bool:
    """Whether `outer` is `inner` with words before it, or with a separator and words behind it.

    That is a breadcrumb ("Home Headline") or the title of the window ("Headline | Paper"). As the `entry` of a list
    `inner` counts only where nothing parts it from the words before it: a section may be called like the second half
    of a headline.
    """
    if outer == inner or inner not in outer:
        return False
    before, _, after = outer.partition(inner)
    if after:
        return not before and not entry and re.match(r"\s?[|»•·–—-]\s", after) is not None
    return not (entry and before.rstrip().endswith((":", "-", "–", "—", "?", "!", ",")))


def is_sign(block: Block) -> bool:
    """A date line or byline: it stands under a headline, and what stands above it is no body."""
    return bool(block.text) and not is_prose(block) and (is_dated(block.text) or is_byline(block.text))


def is_byline(text: str) -> bool:
    """A line that names who wrote it. "Published: August 23" names nobody."""
    if len(text) > BYLINE_COLUMNS or _PUBLISHED.match(text):
        return False
    return bool(VISIBLE_BYLINE.match(text + " ") or VISIBLE_BYLINE_CJK.match(text))
