"""Who wrote an article: people only, in reading order.

The strongest kind of evidence that names a person wins (`RANKS`); weaker kinds may only complete it: a list that holds
all its names and more, a full name for a lone word, the case of a name that stands in capitals.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tasks.model import Evidence
from tasks.normalise.names import fold, is_organisation, looks_like_person, split_names, title_case

MAX_AUTHORS = 25  # more are a masthead
MAX_COMPLETION = 8  # names of a weaker list that may replace a stronger one

# Measured on labelled pages: what publishers write for machines about a person is right more often than what can be
# read off the page, and a byline below the text is more often a biography or the next teaser.
RANKS = (
    ("json-ld", "author[Person].name"),
    ("json-ld", ""),
    ("meta", ""),
    ("microdata", ""),
    ("link", ""),
    ("html", ""),
    ("text", ""),
)
MESSY = len(RANKS)  # added to the rank of a string that says more than names: biographies, buttons, teasers
END = 2 * len(RANKS)  # and of what stands far from the headline


def authors(
    bylines: Sequence[Evidence],
    *,
    site_names: Sequence[str],
    registry_names: Iterable[str] = (),
    language: str | None = None,
    text: str = "",
) -> tuple[str, ...]:
    """The people who signed, as printed, or () when no person did.

    `site_names` are the page's own names of the site, `registry_names` those of publishers and agencies: none of them
    is a person. `language` tells the local word for "and". Raises nothing.
    """
    outlets = Outlets.of([*site_names, *(e.raw for e in bylines if _is_organisation(e))], registry_names)
    found: dict[int, list[list[str]]] = {}
    for evidence in bylines:
        if not _is_organisation(evidence):
            names, clean = people_in(evidence, language, outlets)
            if names:
                found.setdefault(_rank(evidence, clean), []).append(names)
    if not found:
        return ()
    ranks = sorted(found)
    chosen = _merged([n for names in (found[ranks[0]] if ranks[0] < MESSY else found[ranks[0]][:1]) for n in names])
    others = [names for rank in ranks if rank < MESSY for names in found[rank]]
    chosen = _completed(chosen, others)
    everywhere = [name for lists in found.values() for names in lists for name in names]
    return tuple(_printed(name, everywhere) for name in chosen[:MAX_AUTHORS])


def people_in(evidence: Evidence, language: str | None, outlets: "Outlets") -> tuple[list[str], bool]:
    """Names of people in one author string, and whether it holds nothing else (outlets and agencies aside).

    A single word counts only where it is all that the string says.
    """
    parts = split_names(evidence.raw, language)
    lone = len(parts) == 1 and evidence.source != "text" and not evidence.where.startswith("end:")
    people, clean = [], True
    for part in parts:
        if outlets.holds(part) or is_organisation(part):
            continue
        if looks_like_person(part, lone_words=lone):
            people.append(part)
        else:
            clean = False
    return people, clean


@dataclass(frozen=True, slots=True)
class Outlets:
    """Names that are no people: the site's, publishers', agencies'."""

    names: frozenset[str]
    short: frozenset[str]  # acronyms of the site, as printed: a name that starts with one is a desk ("MDR THÜRINGEN")

    @classmethod
    def of(cls, site_names: Iterable[str], registry_names: Iterable[str]) -> "Outlets":
        sites = [form for name in site_names if name for form in _forms(name)]
        folded = {fold(n) for n in (*sites, *registry_names) if n}
        short = {n.upper() for n in sites if " " not in n and "." not in n and 2 <= len(n) <= 6}
        return cls(frozenset(folded | {f.replace(" ", "") for f in folded}), frozenset(short))

    def holds(self, name: str) -> bool:
        folded = fold(name)
        if folded in self.names or folded.replace(" ", "") in self.names:
            return True
        first = name.split()[0]
        return first.isupper() and first in self.short


def _forms(name: str) -> Iterator[str]:
    """A site's name and, of a host, the words it is made of: `www.der-postillon.com` -> `der postillon`."""
    yield name
    host = re.sub(r"^https?://|^www\.|/.*$", "", name[:100])
    if "." in host and " " not in host:
        labels = host.split(".")
        yield host
        yield from (label.replace("-", " ") for label in labels[:-1] if len(label) > 1)


def _is_organisation(evidence: Evidence) -> bool:
    return evidence.source == "json-ld" and "Organization" in evidence.where


def _rank(evidence: Evidence, clean: bool) -> int:
    rank = (
        next(
            i
            for i, (source, where) in enumerate(RANKS)
            if evidence.source == source and evidence.where.startswith(where)
        )
        if evidence.source in {s for s, _ in RANKS}
        else len(RANKS) - 1
    )
    return rank + (0 if clean else MESSY) + (END if evidence.where.startswith("end:") else 0)


def _merged(names: Sequence[str]) -> list[str]:
    """Each person once, in the fullest form, where first seen."""
    kept: list[str] = []
    for name in names:
        same = next((i for i, k in enumerate(kept) if same_person(k, name)), None)
        if same is None:
            kept.append(name)
        elif _fuller(name, kept[same]):
            kept[same] = name
    return kept


def same_person(one: str, other: str) -> bool:
    """Equal without case, accents, dots and middle initials."""
    a, b = fold(one), fold(other)
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
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
        if _is_lone(chosen):
            if len(other) == 1 and " " in other[0] and _spells_out(other[0], chosen[0]):
                return other
        elif len(chosen) < len(other) <= MAX_COMPLETION and all(any(same_person(c, o) for o in other) for c in chosen):
            return _merged(other)
    return chosen


def _is_lone(names: Sequence[str]) -> bool:
    return len(names) == 1 and " " not in names[0] and names[0].isascii()


def _spells_out(full: str, lone: str) -> bool:
    """`Stefanus Stahl` spells out `Stefanus`, `Julian Seiferth` `jse`."""
    words, word = fold(full).split(), fold(lone)
    return word in words or full.replace(" ", "").casefold() == word or word[0] == words[0][0]


def _printed(name: str, everywhere: Sequence[str]) -> str:
    """The name in its own case: capitals only give way to the same name in small letters, else to title case."""
    if len(name.split()) < 2 or not name.isupper():
        return name
    for other in everywhere:
        if fold(other) == fold(name) and not other.isupper():
            return other
    return title_case(name)
