"""`presshouse feeds add` and `check`: lists are looked at, judged and told before they are chosen."""

import json
import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flows.feeds.command import Desk, cost_line, cost_of, selected
from flows.feeds.probe import Probe, Prober, candidates, described, guesses, same_as
from flows.feeds.table import ago, print_table
from flows.words import counted
from tasks.archive.regular import shown
from tasks.errors import Stop
from tasks.registry.choice import ChosenFeed, feed_key, publisher_of
from tasks.registry.choice_file import checked_minutes, checked_url
from tasks.url import host_of, redact, registered_domain

TITLE_WIDTH = 76  # characters
MAX_DOMAIN = 253
_DOMAIN = re.compile(r"[^\s/:?#@]{1,253}(?::[0-9]{1,5})?/?")


@dataclass(slots=True)
class Found:
    """What one argument of `add` led to."""

    argument: str
    start: Probe
    lists: list[Probe] = field(default_factory=list)  # that were looked at, best first
    wanted: list[Probe] = field(default_factory=list)  # of them those to add
    why_not: dict[str, str] = field(default_factory=dict)  # URL -> reason


def add(arguments: Namespace, desk: Desk) -> int:
    if not arguments.urls:
        raise Stop("Name what to add: the URL of a feed, sitemap or page, or a domain, such as: feeds add example.com")
    asked = {argument: starts(argument) for argument in arguments.urls}
    minutes = checked_minutes("--interval", arguments.interval or "")
    known = {row.key: row for row in desk.rows()}
    added: list[ChosenFeed] = []
    there: list[ChosenFeed] = []
    results = []
    with Prober(desk.settings, desk.now) as prober:
        for argument, urls in asked.items():
            found = find(argument, urls, prober)
            for one in found.wanted:
                row = known.get(feed_key(one.chosen_url)) or known.get(feed_key(one.url))
                if row is not None:
                    there.append(row)
                else:
                    row = _new_row(one, found, arguments, desk, minutes)
                    known[row.key] = row
                    added.append(row)
            results.append(found)
            if not arguments.json:
                _tell(found, {row.key for row in there})
    enabled = [_enabled(row, minutes) for row in (*added, *there)] if arguments.enable else added
    if enabled:
        desk.decide(enabled)
    if arguments.json:
        print(json.dumps(_for_machines(results, added, there, arguments.enable), ensure_ascii=False))
    else:
        _tell_end(added, there, enabled, arguments, desk)
    return 0 if added or there else 1


def _enabled(row: ChosenFeed, minutes: int | None) -> ChosenFeed:
    return replace(row, is_enabled=True, interval_minutes=minutes or row.interval_minutes)


def starts(argument: str) -> list[str]:
    """The URLs to try, the second only when the first cannot be reached. Raises Stop for what is neither."""
    if argument.lower().startswith(("http://", "https://")):
        return [checked_url("feeds add", argument)]
    if _DOMAIN.fullmatch(argument) and len(argument) <= MAX_DOMAIN and host_of(f"https://{argument}"):
        return [f"https://{argument.rstrip('/')}/", f"http://{argument.rstrip('/')}/"]
    raise Stop(f"{redact(argument)[:200]!r} is neither an http(s) URL nor a domain.")


def find(argument: str, urls: Sequence[str], prober: Prober) -> Found:
    """Look at an address; of a page, at the lists that it and robots.txt name, else where they may be."""
    for url in urls:
        (start,) = prober.probe([url])
        if start.verdict != "later":
            break
    if start.verdict != "no_list":
        found = Found(argument, start, [start])
        _choose(found, is_named=True)
        return found
    found = Found(argument, start)
    _look(found, candidates(start), prober)
    _look(found, [child for one in found.lists for child in one.children], prober)
    if not any(one.verdict == "works" for one in found.lists):
        _look(found, guesses(start), prober, only_working=True)
    _choose(found, is_named=False)
    return found


def _look(found: Found, urls: Sequence[str], prober: Prober, *, only_working: bool = False) -> None:
    """Each address once, however often and by whom it is named."""
    seen = {feed_key(one.url) for one in found.lists}
    fresh = {feed_key(url): url for url in urls if feed_key(url) not in seen}
    looked = prober.in_order(list(fresh.values()))
    found.lists += [one for one in looked if one.verdict == "works" or not only_working]


def _choose(found: Found, *, is_named: bool) -> None:
    """Feeds and news sitemaps, each content once; a plain sitemap where there is nothing else, or when it was named."""
    working = [one for one in found.lists if one.verdict == "works"]
    news = [one for one in working if one.kind not in ("sitemap", "sitemap_index")]
    for one in found.lists:
        twin = same_as(one, found.wanted)
        if one.verdict != "works":
            found.why_not[one.url] = one.detail
        elif twin is not None:
            found.why_not[one.url] = f"the same entries as {redact(twin.url)}"
        elif not is_named and news and one not in news:
            found.why_not[one.url] = "a sitemap of everything; the others tell what is new"
        elif not is_named and found.wanted and not news:
            found.why_not[one.url] = "one sitemap is enough to begin with; name it to have it"
        else:
            found.wanted.append(one)


def _new_row(one: Probe, found: Found, arguments: Namespace, desk: Desk, minutes: int | None) -> ChosenFeed:
    url = one.chosen_url
    publisher = _publisher(one, found, arguments.publisher, desk)
    known = desk.registry.publisher_of(publisher)
    languages = (one.language,) if one.language else known.languages if known else ()
    return ChosenFeed(
        checked_url("feeds add", url),
        publisher,
        one.row_kind,
        tuple(language for language in languages if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", language)),
        interval_minutes=minutes,
    )


def _publisher(one: Probe, found: Found, told: str | None, desk: Desk) -> str:
    """Who runs it: as told, else whose page led there, else whose page the feed names, else whose host it is."""
    if told:
        named = desk.registry.publisher_of(told) or desk.registry.publisher_named(told)
        if named is None and registered_domain(told) is None:
            raise Stop(f"--publisher {told!r} is neither a domain nor the name of a known publisher.")
        return named.domain if named else registered_domain(told) or told
    page = found.start.fetched_url if found.start is not one else one.home_url
    for url in (page, one.fetched_url, one.url):
        if url and (site := desk.registry.site_of(url) or publisher_of(url)):
            return site
    return publisher_of(one.url)


def _tell(found: Found, there: set[str]) -> None:
    """The lists with their newest entries."""
    if not found.lists:
        print(
            f"{shown(redact(found.argument))}: {found.start.detail or 'nothing found'}; no feeds or sitemaps are named"
        )
    for one in found.lists:
        reason = found.why_not.get(one.url)
        sign = "-" if reason else "=" if feed_key(one.chosen_url) in there or feed_key(one.url) in there else "+"
        print(f"{sign} {shown(redact(one.chosen_url if not reason else one.url))}")
        if reason:
            print(f"    not added: {shown(reason)}")
        if one.verdict != "works" or (reason and "same entries" in reason):
            continue
        title = f": {one.title[:TITLE_WIDTH]}" if one.title else ""
        print(f"    {_kind(one)}, {counted(one.entries, 'entry').replace('entrys', 'entries')}{title}")
        for entry in one.newest:
            at = entry.published_at or entry.updated_at
            day = f"{at:%Y-%m-%d %H:%M}" if at else "no date"
            print(f"    {day:16}  {(entry.entry.title or entry.entry.url or '')[:TITLE_WIDTH]}")
        for problem in one.problems:
            print(f"    mind: {shown(problem)}")


def _kind(one: Probe) -> str:
    return (one.kind or "unknown").replace("_", " ")


def _tell_end(
    added: Sequence[ChosenFeed],
    there: Sequence[ChosenFeed],
    decided: Sequence[ChosenFeed],
    arguments: Namespace,
    desk: Desk,
) -> None:
    if not added and not there:
        print("presshouse: nothing that could be added", file=sys.stderr)
        return
    known = f", {len(there):,} known already" if there else ""
    if arguments.enable:
        print(f"Added {counted(len(added), 'feed')}{known}; {len(decided):,} enabled.")
        print(cost_line(cost_of(decided, desk), len(decided)))
        return
    print(f"Added {counted(len(added), 'feed')}{known}; none is enabled by this.")
    off = [row for row in (*added, *there) if not row.is_enabled]
    if off and not arguments.quiet:
        print("Next: presshouse feeds enable " + " ".join(redact(row.url) for row in off))


def _for_machines(
    results: Sequence[Found], added: Sequence[ChosenFeed], there: Sequence[ChosenFeed], is_enabled: bool
) -> dict[str, Any]:
    return {
        "added": [redact(row.url) for row in added],
        "known": [redact(row.url) for row in there],
        "enabled": is_enabled,
        "looked_at": [
            described(one) | {"argument": redact(found.argument), "not_added": found.why_not.get(one.url)}
            for found in results
            for one in (found.lists or [found.start])
        ],
    }


def check(arguments: Namespace, desk: Desk) -> int:
    """Fetch lists and tell how they are; stores nothing. 1 when one of them does not work."""
    rows = desk.rows()
    named = arguments.urls or arguments.country or arguments.publisher or arguments.all
    if named:
        # A URL that is in nobody's registry can be checked as well.
        known = {row.key: row.url for row in rows}
        strange = [checked_url("feeds check", url) for url in arguments.urls if feed_key(url) not in known]
        arguments.urls = [url for url in arguments.urls if feed_key(url) in known]
        chosen = selected(arguments, desk, rows) if _names_rows(arguments) else ()
        urls = [row.url for row in chosen] + strange
    else:
        urls = [row.url for row in rows if row.is_enabled]
        if not urls:
            raise Stop("No feed is enabled. Name what to check: URLs, --country IN, --publisher DOMAIN or --all.")
    with Prober(desk.settings, desk.now) as prober:
        done = prober.in_order(urls, quiet=arguments.json or arguments.quiet)
    twins = _twins(done)
    if arguments.json:
        print(json.dumps([described(one) | {"same_as": twins.get(one.url)} for one in done], ensure_ascii=False))
    else:
        _print_checked(done, twins, desk.now)
    return 0 if all(one.verdict in ("works", "empty") for one in done) else 1


def _names_rows(arguments: Namespace) -> bool:
    return bool(arguments.urls or arguments.country or arguments.publisher or arguments.all)


def _twins(done: Sequence[Probe]) -> dict[str, str]:
    """URL -> the URL of an earlier list that has the same entries."""
    found: dict[str, str] = {}
    first: list[Probe] = []
    for one in done:
        twin = same_as(one, first) if one.verdict == "works" else None
        if twin is not None:
            found[one.url] = redact(twin.url)
        else:
            first.append(one)
    return found


def _print_checked(done: Sequence[Probe], twins: dict[str, str], now: datetime) -> None:
    cells = []
    for one in done:
        problems = [one.detail] if one.detail else []
        problems += [problem for problem in one.problems if problem not in one.detail]
        if one.links and one.verdict == "no_list":
            problems.append("it links to " + ", ".join(redact(link.url) for link in one.links[:3]))
        problems += [f"the same entries as {twins[one.url]}"] if one.url in twins else []
        problems += [f"moved to {one.moved_url}"] if one.moved_url and one.verdict == "works" else []
        robots = "keeps us out" if one.verdict == "robots" else "allows" if one.fetched_url else ""
        newest = ago(one.newest_at, now)
        cells.append(
            [
                one.verdict.replace("_", " "),
                _kind(one),
                f"{one.entries:,}",
                newest,
                robots,
                redact(one.url),
                "; ".join(problems),
            ]
        )
    print_table(["verdict", "kind", "entries", "newest", "robots", "url", "problems"], cells)
    good = sum(one.verdict == "works" for one in done)
    print(f"{good:,} of {counted(len(done), 'feed')} {'works' if good == 1 else 'work'}.")
