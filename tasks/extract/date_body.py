"""Dates in the body of a page: microdata and RDFa, `<time>`, date attributes, and visible text.

`where` says how near: `headline+2 ...` (lines from the headline), `page ...` (elsewhere in the page), `aside ...`
(in a sidebar, teaser or footer: only the nearest of these is kept).
"""

import re
from typing import Literal

from tasks.extract.date_text import MAX_LABEL, dates_of_line, role_of
from tasks.extract.date_walk import DATE_CLASS, MAX_LINE, Marked, Place, Walk, short_text, walk_page
from tasks.extract.parsed import ParsedPage
from tasks.model import DateEvidence

Role = Literal["published", "updated", "unknown"]

MAX_EVIDENCE = 60  # of one kind; pages with more list other articles
MAX_LINES = 200  # dated lines of one page, asides among them
MAX_RAW = 120  # characters of one date
FAR = 10_000  # lines; of a labelled date that stands nowhere near the headline

UPDATED_CLASS = re.compile(r"updat|modif|lastmod|edited|revis|changed|re-?deploy", re.IGNORECASE)
PUBLISHED_CLASS = re.compile(
    r"publi|pub-?date|posted|created|entry-?date|post-?date|issued|deploy|release", re.IGNORECASE
)
# Microdata and RDFa properties, without their vocabulary prefix.
PROPERTIES: dict[str, Role] = {
    "datepublished": "published",
    "published": "published",
    "issued": "published",
    "pubdate": "published",
    "datecreated": "unknown",
    "created": "unknown",
    "date": "unknown",
    "uploaddate": "unknown",
    "datemodified": "updated",
    "modified": "updated",
    "updated": "updated",
}
VALUE_ATTRIBUTES = ("datetime", "content", "title")
# `data-pubdate`, `data-deploy-dt`, `data-published-at`, `data-timestamp`
DATE_ATTRIBUTE = re.compile(
    r"^data-(?:[a-z]{1,20}-){0,3}?(?:pub-?date|publish\w{0,10}|published-?(?:at|on)|post-?date|date(?:time)?|timestamp|time|"
    r"(?:\w{1,12}-)?(?:publish\w{0,6}|deploy|release|post|article|create\w?|updat\w{0,2}|modif\w{0,4})-?(?:dt|date|time|at|on))$"
)
_LOOKS_DATED = re.compile(r"(?:19|20)\d\d\D|\d[./-]\d{1,2}[./-]\d\d|^\d{10}(?:\d{3})?$|^(?:19|20)\d{6}")

_Found = tuple[DateEvidence, str, int | None]  # evidence without its place, level, distance


def find_body_dates(page: ParsedPage) -> list[DateEvidence]:
    """Dates that the body of a page carries, each with its place. At most MAX_EVIDENCE of markup and of text each."""
    walk = walk_page(page)
    return _placed(_marked_dates(walk)) + _placed(_text_dates(walk))


def _placed(found: list[_Found]) -> list[DateEvidence]:
    """Write the place into `where`; of several asides keep the nearest to the headline."""
    near: list[DateEvidence] = []
    asides: list[tuple[int, bool, int, DateEvidence]] = []
    for at, (piece, level, distance) in enumerate(found):
        if level == "aside":
            if distance is not None or piece.role != "unknown":
                apart = FAR if distance is None else distance
                asides.append((abs(apart), apart < 0, at, _at_place(piece, "aside ")))
        elif distance is not None:
            near.append(_at_place(piece, f"headline{distance:+d} "))
        else:
            near.append(_at_place(piece, "page "))
    kept = list(dict.fromkeys(near))[:MAX_EVIDENCE]
    return [*kept, min(asides)[3]] if asides else kept


def _at_place(piece: DateEvidence, place: str) -> DateEvidence:
    return DateEvidence(piece.raw, piece.source, place + piece.where, piece.role)


def _marked_dates(walk: Walk) -> list[_Found]:
    found: list[_Found] = []
    for marked in walk.marked:
        for raw, source, where, role in _values(marked):
            if role == "unknown":
                role = _labelled(marked, walk)
            distance = walk.distance(marked.line, marked.place)
            found.append((DateEvidence(raw, source, where, role), marked.place.level, distance))
    return found


def _values(marked: Marked) -> list[tuple[str, str, str, Role]]:
    """(raw, source, where, role) of what an element's markup says about a date."""
    element = marked.element
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()[:MAX_LINE]
    values: list[tuple[str, str, str, Role]] = []
    for attribute, value in element.attrib.items():
        name = str(attribute).lower()
        if len(value) <= MAX_RAW and DATE_ATTRIBUTE.match(name) and _LOOKS_DATED.search(value.strip()):
            values.append((" ".join(value.split()), "microdata", name, _role_of_names(name)))
    found = _property_of(marked)
    if (found is None and element.tag in ("time", "abbr")) or (found is None and element.get("datetime")):
        classes = names.split()
        role = "published" if element.get("pubdate") is not None else _role_of_names(names)
        found = (f"time.{classes[0]}" if classes else "time", "time", role)
        if element.tag == "abbr" and not DATE_CLASS.search(names):
            return values
    if found is None:
        return values
    stated = [element.get(attribute) for attribute in VALUE_ATTRIBUTES]
    raw = next((v for v in stated if v and any(c.isdigit() for c in v)), None) or short_text(element)
    raw = " ".join(raw[: 4 * MAX_RAW].split())
    if raw and len(raw) <= MAX_RAW and any(c.isdigit() for c in raw):
        values.insert(0, (raw, found[1], found[0], found[2]))
    return values


def _property_of(marked: Marked) -> tuple[str, str, Role] | None:
    """(name, source, role) of a microdata or RDFa property about a date."""
    for attribute in ("itemprop", "property"):
        for name in (marked.element.get(attribute) or "")[:MAX_LINE].split()[:4]:
            role = PROPERTIES.get(name.rsplit(":", 1)[-1].rsplit("/", 1)[-1].lower())
            if role is not None and not name.lower().startswith("og:"):
                return name, "microdata", role
    return None


def _role_of_names(names: str) -> Role:
    if UPDATED_CLASS.search(names) and not PUBLISHED_CLASS.search(UPDATED_CLASS.sub("", names)):
        return "updated"
    return "published" if PUBLISHED_CLASS.search(names) else "unknown"  # `entry-date published updated` is both


def _labelled(marked: Marked, walk: Walk) -> Role:
    """The role that the words before an element give it: on its line, else the short line above."""
    above = walk.lines[marked.line - 1].text if 0 < marked.line <= len(walk.lines) else ""
    own = short_text(marked.element)[:MAX_LABEL] if marked.element.tag == "time" else ""  # <time>Posted 3 March</time>
    for label in (own, marked.before or ("" if len(above) > MAX_LABEL or any(c.isdigit() for c in above) else above)):
        if label and (role := role_of(label)) in ("published", "updated"):
            return role
    return "unknown"


def _text_dates(walk: Walk) -> list[_Found]:
    """Visible text: labelled, near the headline, or in an element classed as a date's."""
    found: list[_Found] = []
    above = ""
    for number, line in enumerate(walk.lines):
        if len(found) >= MAX_LINES:
            break
        place: Place = line.place
        if len(line.text) <= MAX_LINE and any(c.isdigit() for c in line.text):
            distance = walk.distance(number, place)
            for span in dates_of_line(line.text, above, dated=bool(place.date_class)):
                role: Role = span.role or "unknown"
                where = span.label if role != "unknown" else ("class" if place.date_class else "line")
                if role == "unknown" and place.date_class:
                    role = _role_of_names(place.date_class)
                if distance is not None or role != "unknown" or place.date_class:
                    found.append((DateEvidence(span.raw, "text", where, role), place.level, distance))
        above = line.text
    return found
