"""Dates in the body of a page: microdata and RDFa, `<time>`, date attributes, and visible text.

`where` says how near: `headline+2 ...` (lines from the headline), `page ...` (elsewhere in the page), `aside ...`
(in a sidebar, teaser or footer: only the nearest of these is kept).
"""

import re
from functools import lru_cache

from tasks.extract.date_marks import PROPERTY_ATTRIBUTES, Role, is_date_attribute, property_of
from tasks.extract.date_text import MAX_LABEL, dateline, dates_of_line, has_digit, role_of
from tasks.extract.date_walk import DATE_CLASS, MAX_LINE, SHORT, Marked, Walk, walk_page
from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage
from tasks.model import DateEvidence

MAX_EVIDENCE = 60  # of one kind; pages with more list other articles
MAX_LINES = 200  # dated lines of one page, asides among them
MAX_RAW = 120  # characters of one date
LONE = "lone"  # `where` of the one day that stands at the beginning of a line, far from any headline
FAR = 10_000  # lines; of a labelled date that stands nowhere near the headline

UPDATED_CLASS = re.compile(r"updat|modif|lastmod|edited|revis|changed|re-?deploy", re.IGNORECASE)
PUBLISHED_CLASS = re.compile(
    r"publi|pub-?date|posted|created|entry-?date|post-?date|issued|deploy|release", re.IGNORECASE
)
VALUE_ATTRIBUTES = ("datetime", "content", "title")
_LOOKS_DATED = re.compile(r"(?:19|20)\d\d\D|\d[./-]\d{1,2}[./-]\d\d|^\d{10}(?:\d{3})?$|^(?:19|20)\d{6}")

_Found = tuple[DateEvidence, str, int | None]  # evidence without its place, level, distance


def find_body_dates(page: ParsedPage, outline: Outline) -> list[DateEvidence]:
    """Dates that the body of a page carries, each with its place. At most MAX_EVIDENCE of markup and of text each."""
    walk = walk_page(page, outline)
    return _placed(_marked_dates(walk)) + _placed(_text_dates(walk))


def _placed(found: list[_Found]) -> list[DateEvidence]:
    """Write the place into `where`; of several asides keep the nearest to the headline."""
    near: list[DateEvidence] = []
    asides: list[tuple[int, bool, int, DateEvidence]] = []
    far = {piece for piece, level, distance in found if piece.source == "time" and level == "page" and distance is None}
    lone = {piece for piece in far if len(far) == 1 and piece.role == "unknown"}
    for at, (piece, level, distance) in enumerate(found):
        if level == "aside":
            if distance is not None or piece.role != "unknown":
                apart = FAR if distance is None else distance
                asides.append((abs(apart), apart < 0, at, _at_place(piece, "aside ")))
        elif distance is not None:
            near.append(_at_place(piece, f"headline{distance:+d} "))
        else:
            near.append(_at_place(piece, "lone " if piece in lone else "page "))
    kept = list(dict.fromkeys(near))[:MAX_EVIDENCE]
    return [*kept, min(asides)[3]] if asides else kept


def _at_place(piece: DateEvidence, place: str) -> DateEvidence:
    return DateEvidence(piece.raw, piece.source, place + piece.where, piece.role)


def _marked_dates(walk: Walk) -> list[_Found]:
    found: list[_Found] = []
    for marked in walk.marked:
        for raw, source, where, role in _values(marked, walk.outline):
            if role == "unknown":
                role = _labelled(marked, walk)
            distance = walk.distance(marked.line, marked.place)
            found.append((DateEvidence(raw, source, where, role), marked.place.level, distance))
    return found


def _values(marked: Marked, outline: Outline) -> list[tuple[str, str, str, Role]]:
    """(raw, source, where, role) of what an element's markup says about a date."""
    tag, attributes = outline.tags[marked.at], outline.attributes[marked.at]
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()[:MAX_LINE]
    values: list[tuple[str, str, str, Role]] = []
    for name, value in attributes.items():
        if len(value) <= MAX_RAW and is_date_attribute(name) and _LOOKS_DATED.search(value.strip()):
            values.append((" ".join(value.split()), "microdata", name.lower(), _role_of_names(name.lower())))
    found = _property_of(marked, outline)
    if (found is None and tag in ("time", "abbr")) or (found is None and attributes.get("datetime")):
        classes = names.split()
        role = "published" if "pubdate" in attributes else _role_of_names(names)
        found = (f"time.{classes[0]}" if classes else "time", "time", role)
        if tag == "abbr" and not DATE_CLASS.search(names.lower()):
            return values
    if found is None:
        return values
    stated = (attributes.get(attribute) for attribute in VALUE_ATTRIBUTES)
    raw = next((v for v in stated if v and has_digit(v)), None) or outline.head_text(marked.at, SHORT)
    raw = " ".join(raw[: 4 * MAX_RAW].split())
    if raw and len(raw) <= MAX_RAW and has_digit(raw):
        values.insert(0, (raw, found[1], found[0], found[2]))
    return values


def _property_of(marked: Marked, outline: Outline) -> tuple[str, str, Role] | None:
    """(name, source, role) of a microdata or RDFa property about a date."""
    for attribute in PROPERTY_ATTRIBUTES:
        if found := property_of(outline.attributes[marked.at].get(attribute) or ""):
            return found[0], "microdata", found[1]
    return None


@lru_cache(maxsize=4096)
def _role_of_names(names: str) -> Role:
    if UPDATED_CLASS.search(names) and not PUBLISHED_CLASS.search(UPDATED_CLASS.sub("", names)):
        return "updated"
    return "published" if PUBLISHED_CLASS.search(names) else "unknown"  # `entry-date published updated` is both


def _labelled(marked: Marked, walk: Walk) -> Role:
    """The role that the words before an element give it: on its line, else the short line above."""
    above = walk.lines[marked.line - 1].text if 0 < marked.line <= len(walk.lines) else ""
    is_time = walk.outline.tags[marked.at] == "time"
    own = walk.outline.head_text(marked.at, SHORT)[:MAX_LABEL] if is_time else ""  # <time>Posted 3 March</time>
    for label in (own, marked.before or ("" if len(above) > MAX_LABEL or has_digit(above) else above)):
        if label and (role := role_of(label)) in ("published", "updated"):
            return role
    return "unknown"


def _text_dates(walk: Walk) -> list[_Found]:
    """Visible text: labelled, near the headline, in an element classed as a date's; else the only day on a line."""
    found: list[_Found] = []
    lone: list[_Found] = []
    above = ""
    for number, line in enumerate(walk.lines):
        if len(found) >= MAX_LINES:
            break
        text, place = line.text, line.place
        if len(text) <= MAX_LINE and has_digit(text):
            distance = walk.distance(number, place)
            for span in dates_of_line(text, above, dated=bool(line.date_class)):
                role: Role = span.role or "unknown"
                where = span.label if role != "unknown" else ("class" if line.date_class else "line")
                if role == "unknown" and line.date_class:
                    role = _role_of_names(line.date_class)
                if distance is not None or role != "unknown" or line.date_class:
                    found.append((DateEvidence(span.raw, "text", where, role), place.level, distance))
                elif place.level == "page" and not text[: span.start].strip() and len(lone) < MAX_LINES:
                    lone.append((DateEvidence(span.raw, "text", LONE, "unknown"), place.level, None))
        elif (distance := walk.distance(number, place)) and distance > 0 and (opening := dateline(text)):
            found.append((DateEvidence(opening.raw, "text", "dateline", "unknown"), place.level, distance))
        above = text
    return found or (lone if len(set(lone)) == 1 else [])  # of several nobody knows which is the article's
