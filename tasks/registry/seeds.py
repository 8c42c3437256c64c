"""Reading `seeds/*.csv`, strictly: a registry half read would give wrong publishers without a word."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from tasks.errors import Stop
from tasks.registry.facts import Agency, Feed, Publisher
from tasks.registry.lookup import Registry, agency_keys, folded_name

PUBLISHER_COLUMNS = ("domain", "name", "country", "languages", "timezone", "aliases", "names")
FEED_COLUMNS = ("publisher", "kind", "url", "languages")
FEED_KINDS = ("feed", "news_sitemap", "sitemap")
AGENCY_COLUMNS = ("name", "full_name", "country", "domain", "aliases")
ABBREVIATION_COLUMNS = ("abbreviation", "country", "offset_minutes")
MAX_OFFSET_MINUTES = 14 * 60  # Kiribati; the largest in the tz database

_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_MINUTES = re.compile(r"-?[0-9]{1,3}")


def load_registry(seeds: Path) -> Registry:
    """Read `publishers.csv`, `agencies.csv` and, where it exists, `timezone_abbreviations.csv` from a folder.

    Raises Stop with file, line and remedy on a missing file or a wrong row.
    """
    abbreviations = seeds / "timezone_abbreviations.csv"
    return Registry(
        publishers=tuple(_publishers(seeds / "publishers.csv")),
        agencies=tuple(_agencies(seeds / "agencies.csv")),
        timezone_abbreviations=dict(_abbreviations(abbreviations)) if abbreviations.exists() else {},
    )


def load_feeds(seeds: Path, registry: Registry) -> tuple[Feed, ...]:
    """Read `feeds.csv`. Raises Stop on a missing file, a wrong row, an unknown publisher or a URL listed twice."""
    feeds: dict[str, Feed] = {}
    for where, row in _rows(seeds / "feeds.csv", FEED_COLUMNS):
        publisher = registry.publisher_of(row["publisher"])
        if publisher is None or publisher.domain != row["publisher"]:
            raise Stop(f"{where}: no publisher {row['publisher']!r} in publishers.csv; add it there first")
        if row["kind"] not in FEED_KINDS:
            raise Stop(f"{where}: kind {row['kind']!r} is none of {', '.join(FEED_KINDS)}")
        if not row["url"].startswith(("http://", "https://")) or " " in row["url"]:
            raise Stop(f"{where}: {row['url']!r} is no http(s) URL")
        if row["url"] in feeds:
            raise Stop(f"{where}: {row['url']} is listed twice; remove one of the lines")
        feeds[row["url"]] = Feed(publisher.domain, row["kind"], row["url"], _languages(where, row["languages"]))
    return tuple(feeds.values())


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """(`file line N`, row) of a CSV file with exactly these columns; `|` stays in the values."""
    try:
        file = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise Stop(f"{path} cannot be read ({error.strerror}); PRESSHOUSE_SEEDS must name the seeds folder") from error
    with file:
        reader = csv.DictReader(file, strict=True)
        try:
            if tuple(reader.fieldnames or ()) != columns:
                raise Stop(f"{path} line 1: the columns must be {','.join(columns)}")
            for row in reader:
                where = f"{path} line {reader.line_num}"
                if None in row or None in row.values():
                    raise Stop(f"{where}: {len(columns)} values are needed; quote values that contain commas")
                yield where, row
        except (csv.Error, UnicodeDecodeError) as error:
            raise Stop(f"{path} line {reader.line_num + 1}: {error}; save it as CSV in UTF-8") from error


def _publishers(path: Path) -> Iterator[Publisher]:
    zones = {"", *files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()}
    domains: set[str] = set()
    names: dict[str, str] = {}
    for where, row in _rows(path, PUBLISHER_COLUMNS):
        aliases = _listed(row["aliases"])
        for domain in (row["domain"], *aliases):
            _check_domain(where, domain, domains)
        if not row["name"].strip():
            raise Stop(f"{where}: {row['domain']} has no name")
        owner = names.setdefault(folded_name(row["name"]), row["domain"])
        if owner != row["domain"]:
            raise Stop(f"{where}: {row['name']!r} is the name of {owner}; add what tells them apart")
        if row["timezone"] not in zones:
            raise Stop(f"{where}: {row['timezone']!r} is no time zone; write an IANA name such as Europe/Paris")
        yield Publisher(
            domain=row["domain"],
            name=row["name"],
            country=_country(where, row["country"]),
            languages=_languages(where, row["languages"]),
            timezone=row["timezone"] or None,
            aliases=aliases,
            names=_listed(row["names"]),
        )


def _agencies(path: Path) -> Iterator[Agency]:
    owners: dict[str, str] = {}
    for where, row in _rows(path, AGENCY_COLUMNS):
        if not row["name"].strip() or not row["full_name"].strip():
            raise Stop(f"{where}: an agency needs a name and a full name")
        aliases = _listed(row["aliases"])
        for alias in (row["name"], row["full_name"], *aliases):
            for key in agency_keys(alias):
                owner = owners.setdefault(key, row["name"])
                if owner != row["name"]:
                    raise Stop(f"{where}: {alias!r} already stands for {owner}; remove one of them")
        if row["domain"]:
            _check_domain(where, row["domain"], set())
        yield Agency(row["name"], row["full_name"], _country(where, row["country"]), row["domain"] or None, aliases)


def _abbreviations(path: Path) -> Iterator[tuple[tuple[str, str], int]]:
    seen: set[tuple[str, str]] = set()
    for where, row in _rows(path, ABBREVIATION_COLUMNS):
        key = (row["abbreviation"], _country(where, row["country"]) or "")
        if key in seen:
            raise Stop(f"{where}: {' '.join(key).strip()} is listed twice; remove one of the lines")
        seen.add(key)
        minutes = row["offset_minutes"]
        if not _MINUTES.fullmatch(minutes) or abs(int(minutes)) > MAX_OFFSET_MINUTES:
            raise Stop(f"{where}: {minutes!r} is no offset in minutes")
        yield key, int(minutes)


def _check_domain(where: str, domain: str, seen: set[str]) -> None:
    if not _DOMAIN.fullmatch(domain):
        raise Stop(f"{where}: {domain!r} is no domain; write it in lower case without scheme, www. and path")
    if domain in seen:
        raise Stop(f"{where}: {domain} is listed twice (as a domain or alias); remove one of them")
    seen.add(domain)


def _country(where: str, value: str) -> str | None:
    if value and not _COUNTRY.fullmatch(value):
        raise Stop(f"{where}: {value!r} is no country code; write two capitals such as GB")
    return value or None


def _languages(where: str, value: str) -> tuple[str, ...]:
    languages = _listed(value)
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise Stop(f"{where}: {language!r} is no language tag; write tags such as en or pt-BR, parted by |")
    return languages


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split("|") if part.strip())
