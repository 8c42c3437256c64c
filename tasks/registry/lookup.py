"""Lookups in the registry: by domain, by name, by mention; tables are built once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tasks.registry.facts import Agency, Publisher
from tasks.url import host_of, registered_domain

MAX_NAMED_TEXT = 200_000  # characters searched for names; boilerplate is far shorter
MIN_UNSPACED_NAME = 3  # characters of a name in a script without spaces between words
ACRONYM_LETTERS = 5  # up to here an agency's name is matched with its capitals: `MAP`, not `Map`
MAX_AGENCY_NAME = 200  # characters; longer texts are no name

# Articles before a name, and words so common in headings that a name made of them alone proves nothing
# ("Daily News", "Rest of World"): such names are found by `publisher_named` only, never inside a text.
_ARTICLES = frozenset(["the", "a", "an", "die", "der", "das", "den", "het", "de", "det", "le", "la", "les", "el"])
_ARTICLES |= frozenset(["los", "las", "il", "lo", "gli", "i", "o", "os", "as", "al"])
_COMMON = frozenset(["daily", "news", "global", "world", "rest", "of", "live", "today", "business", "sport", "sports"])
_COMMON |= frozenset(["online", "day", "local", "and", "media"])

_DOMAIN_IN_TEXT = re.compile(r"(?<![\w.-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?![\w-])")
_WORD = re.compile(r"\w+")
_JOINT = re.compile(r"[ \u00a0.&'’-]{1,3}")
_EDGE = " \t\n()[]{}.,:;|/*–—-\"'"


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: one a process, a key of caches
class Registry:
    publishers: tuple[Publisher, ...]
    agencies: tuple[Agency, ...]
    timezone_abbreviations: dict[tuple[str, str], int] = field(default_factory=dict)
    """(abbreviation, country or "" for the meaning without a country) -> offset in minutes"""

    _domains: dict[str, Publisher] = field(init=False, repr=False, compare=False, default_factory=dict)
    _names: dict[str, Publisher | None] = field(init=False, repr=False, compare=False, default_factory=dict)
    _phrases: dict[tuple[str, ...], list[tuple[tuple[str, ...], Publisher]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _unspaced: dict[str, Publisher] = field(init=False, repr=False, compare=False, default_factory=dict)
    _agencies: dict[str, Agency] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for publisher in self.publishers:
            for domain in (publisher.domain, *publisher.aliases):
                self._domains[domain] = publisher
            for name in publisher.names:
                key = folded_name(name)
                shared = key in self._names and self._names[key] is not publisher
                self._names[key] = None if shared else publisher
            for name in (publisher.name, *publisher.names):
                self._index_phrase(name, publisher)
        for publisher in self.publishers:  # a main name beats another publisher's further name
            self._names[folded_name(publisher.name)] = publisher
        for agency in self.agencies:
            for alias in (agency.name, agency.full_name, *agency.aliases):
                self._agencies.update(dict.fromkeys(agency_keys(alias), agency))

    def _index_phrase(self, name: str, publisher: Publisher) -> None:
        if not _is_alphabetic(name):
            if " " in name.strip() or (len(name) >= MIN_UNSPACED_NAME and _is_unspaced(name)):
                self._unspaced.setdefault(name, publisher)
            return
        words = tuple(_WORD.findall(name))
        plain = [w for w in words if w.casefold() not in _ARTICLES]
        telling = [w for w in plain if w.casefold() not in _COMMON]
        if telling and (len(plain) >= 2 or _is_coined(telling[0])):
            key = tuple(w.casefold() for w in words[:2])
            self._phrases.setdefault(key, []).append((words, publisher))

    def publisher_of(self, domain: str) -> Publisher | None:
        """The publisher of a domain or of any host below it, aliases folded; a subdomain's own row wins."""
        host = domain.lower().rstrip(".")
        while host:
            publisher = self._domains.get(host)
            if publisher is not None:
                return publisher
            host = host.partition(".")[2]
        return None

    def site_of(self, url: str) -> str | None:
        """Whose site a URL is on: the publisher's domain, else the registered domain."""
        host = host_of(url)
        publisher = self.publisher_of(host) if host else None
        return publisher.domain if publisher else registered_domain(url)

    def publisher_named(self, name: str) -> Publisher | None:
        """The publisher with exactly this name, but for case, spaces, outer punctuation and a leading "The".

        A name that several publishers print is the one's whose main name it is, else nobody's.
        """
        return self._names.get(folded_name(name))

    def publishers_in(self, text: str) -> list[tuple[Publisher, int]]:
        """Publishers named in a text, with the number of mentions; most often first, then as they come.

        Names count as whole words as printed or in capitals, domains in any case. Names of a single ordinary word
        ("Time", "Focus", "Die Zeit") are not looked for: they prove nothing. One pass over the words.
        """
        text = text[:MAX_NAMED_TEXT]
        found: Counter[Publisher] = Counter()
        reached = 0
        for start, length, publisher in sorted(self._mentions(text), key=lambda one: (one[0], -one[1])):
            if start >= reached:  # of names inside one another only the longest counts
                found[publisher] += 1
                reached = start + length
        return found.most_common()

    def _mentions(self, text: str) -> Iterator[tuple[int, int, Publisher]]:
        """(start, length, publisher) of everything that could be a mention, in no order."""
        for match in _DOMAIN_IN_TEXT.finditer(text):
            publisher = self.publisher_of(match[0])
            if publisher is not None:
                yield match.start(), len(match[0]), publisher
        words = list(_WORD.finditer(text))
        for i, word in enumerate(words):
            count, publisher = self._phrase_at(text, words, i)
            if publisher is not None:
                yield word.start(), words[i + count - 1].end() - word.start(), publisher
        for name, publisher in self._unspaced.items():
            position = text.find(name)
            while position >= 0:
                yield position, len(name), publisher
                position = text.find(name, position + len(name))

    def _phrase_at(self, text: str, words: list[re.Match[str]], i: int) -> tuple[int, Publisher | None]:
        """The longest name whose first word is words[i], and its number of words."""
        best: tuple[int, Publisher | None] = (0, None)
        pair = tuple(w[0].casefold() for w in words[i : i + 2])
        for phrase, publisher in (*self._phrases.get(pair, ()), *self._phrases.get(pair[:1], ())):
            here = words[i : i + len(phrase)]
            printed = tuple(w[0] for w in here)
            if len(phrase) <= best[0] or (printed != phrase and printed != tuple(w.upper() for w in phrase)):
                continue
            if all(_JOINT.fullmatch(text, a.end(), b.start()) for a, b in pairwise(here)):
                best = (len(phrase), publisher)
        return best

    def agency_named(self, text: str) -> Agency | None:
        """The agency with exactly this name or alias, outer punctuation aside.

        Acronyms of up to five letters match as printed (`MAP`, not `Map`; `dpa` also as `DPA`), all else in any case.
        """
        alias = _trimmed(text[:MAX_AGENCY_NAME])
        return self._agencies.get(alias) or self._agencies.get(_any_case(alias))


def folded_name(name: str) -> str:
    words = unicodedata.normalize("NFKC", name).casefold().strip(_EDGE).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def agency_keys(alias: str) -> tuple[str, ...]:
    """Under which keys an agency's name is found; see `Registry.agency_named`."""
    alias = _trimmed(alias)
    if not (alias.isupper() or alias.islower()) or sum(map(str.isalpha, alias)) > ACRONYM_LETTERS:
        return (_any_case(alias),)
    return (alias,) if alias.isupper() else (alias, alias.upper())


def _trimmed(text: str) -> str:
    return " ".join(text.strip(_EDGE).split())


def _any_case(text: str) -> str:
    """A key that no text equals by accident."""
    return "~" + text.casefold()


def _is_alphabetic(name: str) -> bool:
    """Latin, Greek or Cyrillic: scripts whose words `\\w+` finds whole."""
    return name.isascii() or all(ord(c) < 0x530 or not c.isalpha() for c in name)


def _is_unspaced(name: str) -> bool:
    """Chinese, Japanese, Korean: names run into the words beside them."""
    return any(0x3040 <= ord(c) <= 0x9FFF or 0xAC00 <= ord(c) <= 0xD7A3 for c in name)


def _is_coined(word: str) -> bool:
    """A word that no dictionary has: capitals or digits inside (`TechCrunch`, `20minutos`)."""
    inner = word[1:]
    return not word.isupper() and any(c.isupper() or c.isdecimal() for c in inner)
