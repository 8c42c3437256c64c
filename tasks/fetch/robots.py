"""robots.txt by RFC 9309: reading it, what it says of a URL, and what its absence means.

Protego (0.7.0) was measured and left out: it takes `User-agent: press` for Presshouse (section 2.2.1 wants the whole
token), and does not tell which group and rule decided, which is evidence of what a publisher reserves.
"""

import re
from dataclasses import dataclass
from typing import Literal

from tasks.fetch.outcome import Failure, FetchDeferred, Fetched, FetchRejected, Outcome
from tasks.url.parts import escaped, split_url

MAX_ROBOTS = 512_000  # bytes that are read, section 2.5; what lies behind them does not count
MAX_HOPS = 5  # redirects, section 2.3.1.2
KEEP_S = 86_400.0  # seconds that an answer holds, section 2.4
KEEP_STALE_S = 30 * 86_400.0  # that an older file serves while the host cannot be reached, sections 2.3.1.4 and 2.4
RETRY_S = 3_600.0  # after which a file that could not be read is asked for again
CRAWL_DELAY_MAX_S = 300.0  # not in the RFC; longer ones would stop the day's news of a publisher

_LINE_END = re.compile(r"\r\n|\n|\r")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")
_DELAY = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?\Z")
_NAMES = {"useragent": "user-agent", "user agent": "user-agent", "dissallow": "disallow", "dissalow": "disallow"}
_STATEMENTS = frozenset({"content-signal", "content-usage"})
_SAFE = "%-._~!$'()*,:@/;=?&+"

# Nothing is to be had there, now or later: the page itself will be refused for the same reason, or has no rules.
_NOWHERE = frozenset({"redirect_loop", "address", "bad_url"})
# 4xx means that there are no rules (section 2.3.1.3), but for these: we are not let in, or came too fast.
_DEFERRING = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True)
class Rule:
    """One line `Allow: /path` or `Disallow: /path`."""

    is_allowing: bool
    raw: str  # the path pattern as printed
    pieces: tuple[str, ...]  # between the stars, in one spelling of percent-encoding
    is_anchored: bool  # ends with `$`

    def matches(self, path: str) -> bool:
        """Whether the pattern matches the beginning of a path; linear in both."""
        if not path.startswith(self.pieces[0]):
            return False
        at = len(self.pieces[0])
        middle, last = self.pieces[1:], ""
        if self.is_anchored:
            if not middle:
                return at == len(path)
            middle, last = self.pieces[1:-1], self.pieces[-1]
        for piece in middle:
            found = path.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return not self.is_anchored or (len(path) - len(last) >= at and path.endswith(last))


@dataclass(frozen=True, slots=True)
class Group:
    """Rules for some crawlers."""

    agents: tuple[str, ...]  # product tokens in lower case, or "*"
    rules: tuple[Rule, ...]
    crawl_delay_s: float | None
    statements: tuple[tuple[str, str], ...]  # ("content-signal", "search=yes, ai-train=no")


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt as read."""

    groups: tuple[Group, ...] = ()
    sitemaps: tuple[str, ...] = ()

    def groups_for(self, product: str) -> tuple[Group, ...]:
        """All groups that name the product; only when there is none, those for everybody (section 2.2.1)."""
        own = tuple(group for group in self.groups if product.lower() in group.agents)
        return own or tuple(group for group in self.groups if "*" in group.agents)


Verdict = Literal["allowed", "disallowed", "later"]


@dataclass(frozen=True, slots=True)
class Permission:
    """What robots.txt says of one URL for one product, and which lines say it."""

    verdict: Verdict
    group: str | None = None  # "presshouse" or "*"
    rule: str | None = None  # "Disallow: /private/"
    crawl_delay_s: float | None = None
    retry_after_s: float | None = None  # where the verdict is "later"


@dataclass(frozen=True, slots=True)
class Answered:
    """What asking for a robots.txt led to. Instants are seconds of one monotonic clock."""

    kind: Literal["rules", "none", "refused", "unreachable"]
    robots: Robots
    asked_at: float
    holds_until: float
    read_at: float | None = None  # when `robots` was read; earlier than `asked_at` for an older file kept in need
    size: int = 0  # bytes of the file
    failure: Failure = "soft"  # how it counts for the source when there is no file


def robots_url(url: str) -> str | None:
    """Where the rules for a URL stand: scheme, host and port are its own. None when it is no http(s) URL."""
    parts = split_url(url)
    if parts is None:
        return None
    return f"{parts.scheme}://{parts.host}" + ("" if parts.port is None else f":{parts.port}") + "/robots.txt"


def parse_robots(body: bytes) -> Robots:
    """Read a robots.txt leniently, as crawlers do: raises nothing, and what cannot be read counts for nothing."""
    cut = body[:MAX_ROBOTS]
    if len(body) > MAX_ROBOTS:
        cut = cut[: max(cut.rfind(b"\n"), cut.rfind(b"\r")) + 1]  # half a rule is another rule
    groups: list[_Open] = []
    sitemaps: list[str] = []
    is_naming = False  # user-agent lines that follow each other share what comes after them
    for line in _LINE_END.split(cut.decode("utf-8", "replace").removeprefix("\ufeff")):
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        name = _NAMES.get(name, name)
        if not colon:
            continue
        if name == "sitemap":
            sitemaps.append(value)
        elif name == "user-agent":
            if not is_naming:
                groups.append(_Open())
            is_naming = True
            groups[-1].name(value)
        elif groups and groups[-1].take(name, value):
            is_naming = False
    return Robots(tuple(group.closed() for group in groups), tuple(sitemaps))


class _Open:
    """A group that is being read."""

    def __init__(self) -> None:
        self._agents: list[str] = []
        self._rules: list[Rule] = []
        self._crawl_delay_s: float | None = None
        self._statements: list[tuple[str, str]] = []

    def name(self, value: str) -> None:
        token = _TOKEN.match(value)
        if value.startswith("*"):
            self._agents.append("*")
        elif token:
            self._agents.append(token[0].lower())

    def take(self, name: str, value: str) -> bool:
        """Whether the line is one that belongs to a group."""
        if name in ("allow", "disallow"):
            if value:  # an empty pattern matches nothing
                self._rules.append(rule(value, is_allowing=name == "allow"))
        elif name == "crawl-delay":
            if _DELAY.match(value):
                self._crawl_delay_s = min(float(value), CRAWL_DELAY_MAX_S)
        elif name in _STATEMENTS:
            self._statements.append((name, value))
        else:
            return False
        return True

    def closed(self) -> Group:
        return Group(tuple(self._agents), tuple(self._rules), self._crawl_delay_s, tuple(self._statements))


def rule(pattern: str, *, is_allowing: bool) -> Rule:
    """A path pattern: `*` stands for anything, `$` at the end for the end (section 2.2.3)."""
    is_anchored = pattern.endswith("$")
    # Escaped piece by piece: an escaped star is a star of the path, not of the pattern.
    pieces = tuple(escaped(piece, _SAFE) for piece in re.split(r"\*+", pattern.removesuffix("$")))
    return Rule(is_allowing, pattern, pieces, is_anchored)


def path_of(url: str) -> str:
    """Path and query of a URL, as patterns are compared with them."""
    parts = split_url(url)
    if parts is None:
        return "/"
    return escaped(parts.path or "/", _SAFE) + (f"?{escaped(parts.query, _SAFE)}" if parts.query else "")


def deciding_rule(rules: tuple[Rule, ...], path: str) -> Rule | None:
    """The longest pattern that matches; of equal ones the allowing (section 2.2.2)."""
    matching = (one for one in rules if one.matches(path))
    return max(matching, key=lambda one: (len(one.raw.encode()), one.is_allowing), default=None)


def permission(answered: Answered, url: str, product: str, now: float) -> Permission:
    """What a host's answer means for one URL."""
    if answered.kind in ("refused", "unreachable") and answered.read_at is None:
        return Permission("later", retry_after_s=max(0.0, answered.holds_until - now))
    groups = answered.robots.groups_for(product)
    name = product.lower() if any(product.lower() in group.agents for group in groups) else "*"
    delays = [group.crawl_delay_s for group in groups if group.crawl_delay_s is not None]
    path = path_of(url)
    decides = deciding_rule(tuple(one for group in groups for one in group.rules), path)
    if decides is None or path == "/robots.txt":
        return Permission("allowed", group=name if groups else None, crawl_delay_s=max(delays, default=None))
    verdict: Verdict = "allowed" if decides.is_allowing else "disallowed"
    line = f"{'Allow' if decides.is_allowing else 'Disallow'}: {decides.raw[:200]}"
    return Permission(verdict, name, line, max(delays, default=None))


def answered(outcome: Outcome, now: float, earlier: Answered | None = None) -> Answered:
    """What the outcome of asking for robots.txt means (section 2.3.1).

    Read: its rules. 4xx, or redirects without end: no rules. 401, 403, 429: nothing is fetched for a while. 5xx,
    silence, no connection: likewise; rules read earlier serve on meanwhile.
    """
    if isinstance(outcome, Fetched):
        robots = parse_robots(outcome.body)
        return Answered("rules", robots, now, now + KEEP_S, read_at=now, size=min(len(outcome.body), MAX_ROBOTS))
    status = outcome.status or 0
    if status in _DEFERRING:
        wait_s = outcome.retry_after_s if isinstance(outcome, FetchDeferred) else None
        return Answered("refused", Robots(), now, now + max(RETRY_S, wait_s or 0.0), failure=outcome.failure)
    if isinstance(outcome, FetchRejected) and (400 <= status < 500 or outcome.reason in _NOWHERE):
        return Answered("none", Robots(), now, now + KEEP_S, read_at=now)
    if earlier is not None and earlier.read_at is not None and now - earlier.read_at < KEEP_STALE_S:
        return Answered("unreachable", earlier.robots, now, now + RETRY_S, earlier.read_at, earlier.size)
    return Answered("unreachable", Robots(), now, now + RETRY_S, failure=outcome.failure)
