"""Signals by which a publisher reserves indexing, archiving or text and data mining, kept as evidence word for word."""

from collections.abc import Sequence

from tasks.extract.parsed import ParsedPage
from tasks.extract.schema import clean
from tasks.model import Evidence

# Directives that reserve something that Presshouse does with a page. `nofollow` and the like do not.
RESERVING = frozenset({"noai", "noimageai", "noml", "noindex", "noarchive", "nosnippet", "nocache", "none"})
# https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/ and draft-romm-aipref-contentsignals
_TDM_NAMES = ("tdm-reservation", "tdm-policy")
_SIGNAL_NAMES = ("content-signal", "content-usage")


def rights(page: ParsedPage, headers: Sequence[tuple[str, str]]) -> tuple[Evidence, ...]:
    """One piece of evidence for each reserving statement: `raw` is the directive, `where` the tag or header."""
    found: list[Evidence] = []
    for name, content in page.meta:
        if name == "robots" or name.endswith("bot") or name in ("googlebot-news", "ccbot", "bingbot"):
            found += [Evidence(word, "meta", name) for word in directives(content)]
        elif name in _TDM_NAMES:
            found.append(Evidence(f"{name}: {content[:200]}", "meta", name))
    for name, content in headers:
        if name == "x-robots-tag":
            found += [Evidence(word, "header", name) for word in directives(content)]
        elif name in _TDM_NAMES + _SIGNAL_NAMES:
            found.append(Evidence(f"{name}: {(clean(content) or '')[:200]}", "header", name))
    return tuple(dict.fromkeys(found))


def directives(content: str) -> list[str]:
    """Reserving directives in a robots value: `unavailable_after: ...` and names of robots do not matter here."""
    words = (word.strip().lower().rpartition(":")[2].strip() for word in content[:2_000].replace(";", ",").split(","))
    return [word for word in words if word in RESERVING]
