"""The article's own headline, chosen from everything that claims to be it."""

import re
from collections.abc import Sequence
from typing import Any

from tasks.extract.parsed import ParsedPage, element_text
from tasks.extract.schema import clean, strings
from tasks.model import Evidence

MAX_TITLE = 400  # characters; longer h1 elements wrap a whole page
MAX_H1 = 6  # h1 elements looked at; more belong to lists

_SEPARATOR = re.compile(r"\s+[|\-–—·•:»«/~]+\s+|\s*[|｜»]\s*|:\s+|\s+::\s+|\s*\t\s*|\s{3,}")


def titles(page: ParsedPage, node: dict[str, Any] | None) -> tuple[Evidence, ...]:
    """Every candidate, in the order of trust that `choose_title` uses for ties."""
    found = [Evidence(text, "h1", "h1") for text in _h1(page)]
    found += [Evidence(text, "json-ld", "headline") for text in strings((node or {}).get("headline"))]
    found += [Evidence(text, "microdata", "headline") for text in _microdata(page)]
    for name in ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "headline", "title"):
        found += [Evidence(text, "meta", name) for value in page.meta_values(name) if (text := clean(value))]
    if text := clean(page.tree.findtext(".//title")):
        found.append(Evidence(text, "title", "title"))
    return tuple(one for one in dict.fromkeys(found) if len(one.raw) <= MAX_TITLE)


def _h1(page: ParsedPage) -> list[str]:
    found = []
    for element in page.tree.iter("h1"):
        if text := clean(element_text(element)):
            found.append(text)
        if len(found) == MAX_H1:
            break
    return found


def _microdata(page: ParsedPage) -> list[str]:
    return [
        text
        for e in page.tree.xpath("(//*[@itemprop='headline'][not(self::meta)])[1]")
        if (text := clean(element_text(e)))
    ]


def choose_title(candidates: Sequence[Evidence], sites: Sequence[Evidence]) -> str | None:
    """The headline: the h1 that other candidates confirm, else JSON-LD, og:title, <title>; site names cut off."""
    names = {_key(one.raw) for one in sites}
    bare = [(one, without_site(one.raw, names, candidates)) for one in candidates]
    for source in ("h1", "json-ld", "microdata", "meta", "title"):
        for one, text in bare:
            if one.source == source and _confirmed(text, bare, source):
                return text
    return bare[0][1] if bare else None


def _confirmed(text: str, bare: list[tuple[Evidence, str]], source: str) -> bool:
    mine = _words(text)
    if not mine:
        return False
    if source != "h1":
        return True
    others = [_words(other) for one, other in bare if one.source != "h1"]
    return not others or any(len(mine & other) >= 0.5 * min(len(mine), len(other)) for other in others if other)


def without_site(text: str, names: set[str], candidates: Sequence[Evidence]) -> str:
    """`text` without leading or trailing parts that are the site's name or that no other candidate repeats."""
    pieces = [(m.start(), m.end()) for m in _SEPARATOR.finditer(text)]
    for start, end in pieces:
        if _key(text[end:]) in names:
            return text[:start].strip()
        if _key(text[:start]) in names:
            return without_site(text[end:].strip(), names, candidates)
    others = {_key(one.raw) for one in candidates if one.raw != text}
    for start, _end in reversed(pieces):
        if _key(text[:start]) in others:
            return text[:start].strip()
    return text


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _words(text: str) -> set[str]:
    words = set(re.findall(r"\w+", text.casefold()))
    if len(words) <= 2 and len(text) > 12:  # scripts without spaces
        return {text[i : i + 2] for i in range(len(text) - 1)}
    return words
