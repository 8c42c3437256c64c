"""What a publisher reserves, by everything that can be known without the page itself: headers, robots.txt, the
well-known TDM file and ai.txt. Meta tags are `extract`'s. Evidence is kept word for word; `normalise` sums it up.

https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/ (TDM reservation),
https://contentsignals.org (Content-Signal), draft-ietf-aipref-attach (Content-Usage).
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from tasks.fetch.robots import MAX_ROBOTS, Group, Robots, Rule, deciding_rule, parse_robots, path_of, rule
from tasks.model import Evidence
from tasks.url.parts import split_url

MAX_RAW = 200  # characters of a statement that are kept
MAX_TDM_RULES = 1_000

# Directives of X-Robots-Tag that reserve something that Presshouse does with a page; `nofollow` and the like do not.
RESERVING = frozenset({"noai", "noimageai", "noml", "noindex", "noarchive", "nosnippet", "nocache", "none"})
_TDM = ("tdm-reservation", "tdm-policy")
_SIGNALS = ("content-signal", "content-usage")

READ_BYTES = 262_144  # of a page; meta tags stand at its head
MAX_META = 500
_META = re.compile(rb"<meta\b[^>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"([a-zA-Z-]{1,40})\s{0,5}=\s{0,5}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,200}))")

# Crawlers and tokens that exist to mine texts or to train models, by their operators' own documentation. Whoever shuts
# them out of a page, and of nothing else, reserves mining of it.
MINING_AGENTS = frozenset(
    """
    gptbot ccbot google-extended applebot-extended claudebot anthropic-ai claude-web cohere-ai
    cohere-training-data-crawler
    meta-externalagent facebookbot bytespider amazonbot omgili omgilibot webzio-extended diffbot ai2bot img2dataset
    timpibot velenpublicwebcrawler pangubot icc-crawler imagesiftbot kangaroo-bot
    """.split()
)
# What an ai.txt lists for texts: whole kinds of files by their ending.
_TEXT_KINDS = frozenset({"/", "*", "/*", "*.html", "*.htm", "*.txt", "*.xml", "*.php", "*.asp", "*.aspx"})


def well_known_urls(url: str) -> tuple[str, str] | None:
    """Where the TDM file and the ai.txt of a URL's origin stand; None when it is no http(s) URL."""
    parts = split_url(url)
    if parts is None:
        return None
    origin = f"{parts.scheme}://{parts.host}" + ("" if parts.port is None else f":{parts.port}")
    return f"{origin}/.well-known/tdmrep.json", f"{origin}/ai.txt"


def reservations(
    url: str,
    headers: Sequence[tuple[str, str]],
    *,
    robots: Robots | None = None,
    product: str = "presshouse",
    tdm_file: bytes | None = None,
    ai_txt: bytes | None = None,
) -> tuple[Evidence, ...]:
    """All evidence for one capture. `headers`: of its response, names in lower case; None: there is no such file."""
    path = path_of(url)
    found = list(of_headers(headers))
    found += of_robots(robots, path, product) if robots else []
    found += of_tdm_file(tdm_file, path) if tdm_file else []
    found += of_ai_txt(ai_txt, path) if ai_txt else []
    return tuple(dict.fromkeys(found))


def of_headers(headers: Sequence[tuple[str, str]]) -> Iterator[Evidence]:
    """X-Robots-Tag, TDM reservation, Content-Signal and Content-Usage of a response."""
    for name, value in headers:
        if name == "x-robots-tag":
            words = (part.strip().lower().rpartition(":")[2].strip() for part in value[:2_000].split(","))
            yield from (Evidence(word, "header", name) for word in words if word in RESERVING)
        elif name in _TDM + _SIGNALS:
            yield _stated(name, value, "header", name)


def of_robots(robots: Robots, path: str, product: str) -> Iterator[Evidence]:
    """Signals of the group that is ours, and mining crawlers that are shut out of this path by name."""
    for group in robots.groups_for(product):
        yield from _signals(group, path)
    for group in robots.groups:
        for agent in group.agents:
            decides = deciding_rule(_rules_for(robots, agent), path) if agent in MINING_AGENTS else None
            if decides is not None and not decides.is_allowing:
                yield _stated("disallow", decides.raw, "robots", agent)


def _rules_for(robots: Robots, agent: str) -> tuple[Rule, ...]:
    return tuple(one for group in robots.groups_for(agent) for one in group.rules)


def _signals(group: Group, path: str) -> Iterator[Evidence]:
    """For each kind of signal the statement that counts for the path: the one with the longest pattern."""
    agent = group.agents[0] if group.agents else "*"
    for kind in _SIGNALS:
        best: tuple[int, str] | None = None
        for name, value in group.statements:
            pattern, _, rest = value.partition(" ") if value.startswith("/") else ("", "", value)
            fits = name == kind and (not pattern or rule(pattern, is_allowing=True).matches(path))
            if fits and (best is None or len(pattern) >= best[0]):
                best = (len(pattern), rest.strip())
        if best:
            yield _stated(kind, best[1], "robots", agent)


def of_tdm_file(body: bytes, path: str) -> Iterator[Evidence]:
    """The rule of a tdmrep.json that counts for a path: of those that match, the longest, as in robots.txt."""
    best: tuple[int, dict[str, Any]] | None = None
    for entry in _tdm_rules(body):
        location = entry.get("location")
        if not isinstance(location, str) or not rule(location, is_allowing=True).matches(path):
            continue
        if best is None or len(location) > best[0]:
            best = (len(location), entry)
    if best is None:
        return
    for name in _TDM:
        value = best[1].get(name)
        if isinstance(value, (str, int)) and str(value).strip():
            yield _stated(name, str(int(value) if isinstance(value, bool) else value), "well-known", "tdmrep.json")


def _tdm_rules(body: bytes) -> list[dict[str, Any]]:
    try:
        read = json.loads(body[:MAX_ROBOTS].decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):  # often an error page with status 200
        return []
    entries = read if isinstance(read, list) else [read]
    return [entry for entry in entries[:MAX_TDM_RULES] if isinstance(entry, dict)]


def of_ai_txt(body: bytes, path: str) -> Iterator[Evidence]:
    """Whether an ai.txt (https://site.spawning.ai/spawning-ai-txt) shuts out this path, or texts altogether."""
    rules = tuple(one for group in parse_robots(body).groups_for("presshouse") for one in group.rules)
    decides = deciding_rule(rules, path)
    if decides is None:
        decides = next((one for one in rules if not one.is_allowing and one.raw.lower() in _TEXT_KINDS), None)
    if decides is not None and not decides.is_allowing:
        yield _stated("disallow", decides.raw, "ai.txt", "*")


def of_page(body: bytes) -> Iterator[Evidence]:
    """Meta tags of a page that reserve something, found without parsing it: for who must decide before keeping it."""
    for tag in islice(_META.finditer(body[:READ_BYTES]), MAX_META):
        attributes = {m[1].lower(): m[2] or m[3] or m[4] or b"" for m in _ATTRIBUTE.finditer(tag[0])}
        name = attributes.get(b"name", b"").decode("ascii", "replace").strip().lower()
        content = attributes.get(b"content", b"").decode("ascii", "replace")
        if name in _TDM:
            yield _stated(name, content, "meta", name)
        elif name == "robots":
            words = (word.strip().lower() for word in content[:2_000].replace(";", ",").split(","))
            yield from (Evidence(word, "meta", name) for word in words if word in RESERVING)


def _stated(name: str, value: str, source: str, where: str) -> Evidence:
    return Evidence(f"{name}: {' '.join(value.split())[:MAX_RAW]}", source, where)
