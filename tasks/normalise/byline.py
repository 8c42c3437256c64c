"""Who wrote an article: people only, in reading order.

The strongest kind of evidence that names a person wins (`RANKS`); weaker kinds may only complete it: a list that holds
all its names and more, a full name for a lone word, the case of a name that stands in capitals.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.model import Evidence
from tasks.normalise.name_words import OTHER_ROLE, PREFIX
from tasks.normalise.names import (
    fold,
    is_nobody,
    is_organisation,
    looks_like_person,
    split_lines,
    split_names,
    title_case,
)

MAX_AUTHORS = 25  # more are a masthead
MAX_SIGNATURE = 60  # characters of a byline that stands in the text
MAX_COMPLETION = 8  # names of a weaker list that may replace a stronger one
OWN_SITE = " of the publisher"  # how `where` ends for a person whose site it is: the site's name is theirs
LONE_WORDS = 6  # words of a string of which a single one may be a name; longer ones are sentences
OUTLET_WORDS = 4  # longest outlet name that is cut from the end of a person's

# (source, how `where` begins), strongest first; measured on labelled pages. What a record declares stands; a byline
# printed at the head or tail of the text beats the content system's account name; what publishers write for machines
# about a *person* beats markup.
RANKS = (
    ("record", ""),
    ("text", "head"),
    ("json-ld", "author[Person].name"),
    ("json-ld", ""),
    ("meta", ""),
    ("microdata", ""),
    ("link", "a[rel"),
    ("html", ""),
    ("text", ""),
    ("link", ""),
    ("", ""),
)
MESSY = len(RANKS)  # added to the rank of a string that says more than names: biographies, buttons, teasers
DATED = "dated line"  # `where` of "06.11.2023 13:30 by Anna": a date beside the headline
END = 2 * len(RANKS)  # added to the rank of what stands far from the headline
NOUNS_IN_CAPITALS = ("de", "lb")
MARKUP = ("microdata", "link", "html", "text")  # the page itself, as opposed to its metadata

_NAME_WORD = r"[^\W\d_a-zà-ÿ][\w.'’-]{0,25}"
# "By Ann Example: The council decided ..."
_LED_IN = re.compile(rf"^(?:By|BY|Von|Par|Por|Di|Door|Av|Af)\s(?:{_NAME_WORD}\s){{1,3}}{_NAME_WORD}:(?=\s)")
# Openings after which a single word is a name: "Posted by Anna"; "By design" and "Von Montag" are no bylines.
_EXPLICIT = re.compile(
    r"(?i)^\W{0,3}(?:posted|written|created|verfasst|geschrieben|erstellt|eingestellt|rédigé|escrito)\W{1,3}(?:by|"
    r"von|par|por)\s"
)


def authors(
    bylines: Sequence[Evidence],
    *,
    site_names: Sequence[str],
    registry_names: Iterable[str] = (),
    language: str | None = None,
    text: str = "",
) -> tuple[str, ...]:
    """The people who signed, as printed, or () when no person did.

    `site_names` are the site's own names and hosts, `registry_names` those of publishers and agencies: none of them is
    a person. `language` tells the local word for "and"; `text` may carry a byline in its first or last lines. Raises
    nothing.
    """
    owners = [e.raw for e in bylines if e.where.endswith(OWN_SITE) and " " in e.raw]
    outlets = Outlets.of([*site_names, *(e.raw for e in bylines if _is_organisation(e))], registry_names, owners)
    personal = [e for e in bylines if not (_is_organisation(e) or _is_subheading(e, language))]
    strings = [*in_text(text), *personal]
    read = [Reading.of(e, language, outlets) for e in strings]
    others_work = _other_roles(strings, language)
    if not any(fold(n) not in others_work for reading in read for n in reading.people):
        others_work = frozenset()  # who took the pictures as well wrote the text
    found: dict[int, list[list[str]]] = {}
    for reading in read:
        names = [n for n in reading.people if fold(n) not in others_work]
        if names:
            found.setdefault(reading.rank, []).append(names)
    if any(reading.signed_by_desk for reading in read):
        found = {rank: lists for rank, lists in found.items() if rank < MESSY}
    elif len(personal) < len(
        bylines
    ):  # the page's metadata says: an organisation; what stands far below is not about it
        found = {rank: lists for rank, lists in found.items() if rank < END}
    if not found:
        return ()
    best = min(found)
    chosen = _merged([n for names in (found[best] if best < MESSY else found[best][:1]) for n in names])
    chosen = _completed(chosen, [names for rank in sorted(found) if rank < MESSY for names in found[rank]])
    everywhere = [n for lists in found.values() for names in lists for n in names]
    return tuple(_printed(name, everywhere) for name in chosen[:MAX_AUTHORS])


def in_text(text: str) -> list[Evidence]:
    """Lines at the head and the tail of the text that open like a byline: `By Ann Example`, `Von Jan Muster: ...`.

    A name without such an opening is a caption, a heading or a tag far more often than a signature.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    found = []
    for line in dict.fromkeys([*lines[:2], *lines[2:][-1:]]):
        opening = _LED_IN.match(line)
        if opening:
            found.append(Evidence(opening[0].rstrip(" :"), "text", "head"))
        elif len(line) <= MAX_SIGNATURE and PREFIX.match(line) and not line.endswith((".", "?", "!", ":", "…")):
            found.append(Evidence(line, "text", "head"))
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """One author string, read."""

    people: tuple[str, ...]
    rank: int
    signed_by_desk: bool  # the page's own byline names an outlet or a desk and nobody: messier strings are not asked

    @classmethod
    def of(cls, evidence: Evidence, language: str | None, outlets: "Outlets") -> "Reading":
        """A single word counts only where it is all that the string says; after "person, outlet" comes a place."""
        lines = list(split_lines(evidence.raw, language))
        near = not evidence.where.startswith("end:")
        whole = sum(map(len, lines)) == 1
        explicit = evidence.where == DATED or _EXPLICIT.match(evidence.raw) is not None
        short = evidence.source != "text" and (len(evidence.raw.split()) <= LONE_WORDS or PREFIX.match(evidence.raw))
        lone = near and whole and bool(explicit or short)
        small = evidence.source in ("record", "json-ld", "meta") and (whole or evidence.raw == evidence.raw.lower())
        people: list[str] = []
        clean, desk, first = True, False, 0
        for line in lines:
            before = len(people)
            first = first or before
            for part in line:
                name = outlets.without(part)
                if outlets.hold(part) or is_organisation(part):
                    desk = True
                    if len(people) > before:
                        break
                elif looks_like_person(name, lone_words=lone, small_letters=small):
                    people.append(name)
                elif not is_nobody(part) and not (len(people) > before and " " not in part):
                    clean = False
        if not clean:  # of a biography only the first line; two Han characters may be a topic as well as a name
            people = [p for p in people[: first or None] if p[0].lower() != p[0].upper()]
        markup = near and evidence.source in MARKUP
        return cls(tuple(people), _rank(evidence, clean), desk and clean and markup and not people)


@dataclass(frozen=True, slots=True)
class Outlets:
    """Names that are no people, folded: the site's own, and those of the registry's publishers and agencies."""

    names: frozenset[str]
    known: frozenset[str]
    signs: frozenset[str]  # the site's acronyms, as printed: a name that holds one is a desk ("MDR THÜRINGEN")
    owners: frozenset[str] = frozenset()  # people who publish under their own name

    @classmethod
    def of(cls, site_names: Iterable[str], registry_names: Iterable[str], owners: Iterable[str] = ()) -> "Outlets":
        sites = [form for name in site_names if name for form in _forms(name)]
        folded = {fold(n) for n in sites}
        signs = {n.upper() for n in sites if " " not in n and "." not in n and 2 <= len(n) <= 6}
        known = _known(tuple(registry_names))
        people = frozenset(fold(name) for name in owners)
        return cls(frozenset(folded | {f.replace(" ", "") for f in folded}), known, frozenset(signs), people)

    def hold(self, name: str) -> bool:
        folded = fold(name)
        if folded in self.owners:
            return False
        return (
            any(form in self.names or form in self.known for form in (folded, folded.replace(" ", "")))
            or (folded.startswith("the ") and (folded[4:] in self.names or folded[4:] in self.known))
            or any(w.isupper() and w in self.signs for w in name.split())
        )

    def without(self, name: str) -> str:
        """`Ann Example Associated Press` -> `Ann Example`."""
        words = name.split()
        for count in range(min(OUTLET_WORDS, len(words) - 2), 1, -1):
            if self.hold(" ".join(words[-count:])):
                return " ".join(words[:-count])
        return name


@lru_cache(maxsize=4)
def _known(registry_names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(n) for n in registry_names if n)


def _forms(name: str) -> Iterator[str]:
    """A site's name and, of a host, the words it is made of: `www.the-example.com` -> `the example`."""
    yield name
    host = re.sub(r"^https?://|^www\.|/.*$", "", name[:100])
    if "." in host and " " not in host:
        yield host
        yield from (label.replace("-", " ") for label in host.split(".")[:-1] if len(label) > 1)


def _is_organisation(evidence: Evidence) -> bool:
    return evidence.source == "json-ld" and "Organization" in evidence.where


def _is_subheading(evidence: Evidence, language: str | None) -> bool:
    """Bold words at the head of a text: where every noun has a capital they are a heading rather than a name."""
    return evidence.where == "signature head" and (language or "")[:2] in NOUNS_IN_CAPITALS


def _other_roles(strings: Sequence[Evidence], language: str | None) -> frozenset[str]:
    """Folded names that the page gives another role: "Editor: Ann Example", "Foto: Jan Muster"."""
    lines = (line for e in strings if e.source in MARKUP for line in e.raw.split("\n"))
    labelled = (OTHER_ROLE.sub("", line, count=1) for line in lines if OTHER_ROLE.match(line))
    return frozenset(fold(name) for line in labelled for name in split_names(line.lstrip(" :："), language))


def _rank(evidence: Evidence, clean: bool) -> int:
    end = evidence.where.startswith("end:")
    where = evidence.where.removeprefix("end: ")
    rank = next(
        i for i, (source, begin) in enumerate(RANKS) if source in ("", evidence.source) and where.startswith(begin)
    )
    return rank + (0 if clean else MESSY) + (END if end else 0)


def _merged(names: Sequence[str]) -> list[str]:
    """Each person once, in the fullest form, where first seen; lone words only if there is no full name."""
    kept: list[str] = []
    for name in names:
        same = next((i for i, k in enumerate(kept) if same_person(k, name)), None)
        if same is None:
            kept.append(name)
        elif _fuller(name, kept[same]):
            kept[same] = name
    full = [n for n in kept if " " in n or not n.isascii()]
    return full or kept


def same_person(one: str, other: str) -> bool:
    """Equal without case, accents, dots and middle initials."""
    a, b = fold(one), fold(other)
    if a.replace(" ", "") == b.replace(" ", ""):
        return True
    x, y = [w for w in a.split() if len(w) > 1], [w for w in b.split() if len(w) > 1]
    return x == y and len(x) >= 2


def _fuller(new: str, old: str) -> bool:
    if old.isupper() != new.isupper():
        return old.isupper()
    return len(new.split()) > len(old.split())


def _completed(chosen: list[str], others: Sequence[list[str]]) -> list[str]:
    """`chosen`, or a clean string of weaker evidence that holds all its names and more, or spells out its lone word."""
    for other in others:
        if len(chosen) == 1 and " " not in chosen[0] and chosen[0].isascii():
            if len(other) == 1 and " " in other[0] and _spells_out(other[0], chosen[0]):
                return other
        elif len(chosen) < len(other) <= MAX_COMPLETION and all(any(same_person(c, o) for o in other) for c in chosen):
            return _merged(other)
    return chosen


def _spells_out(full: str, lone: str) -> bool:
    """`Ann Example` spells out `Ann`, `ann_example`, `aexample` and `aex`."""
    words, word = fold(full).split(), fold(lone)
    short = word[0] == words[0][0] and words[-1].startswith(word[1:])
    return word in words or "".join(words) == word.replace(" ", "") or (len(word) > 1 and short)


def _printed(name: str, everywhere: Sequence[str]) -> str:
    """The name in its own case: capitals only give way to the same name in small letters, else to title case."""
    if " " not in name or not name.isupper():
        return name
    return next((o for o in everywhere if fold(o) == fold(name) and not o.isupper()), title_case(name))
