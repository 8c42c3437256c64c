"""The records that pass between the steps. All are frozen; absence is a value (None, empty tuple)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Via = Literal["feed", "sitemap", "page", "file", "jsonl", "warc", "ccnews", "wayback"]
Access = Literal["full", "paywall", "partial"]
Precision = Literal["second", "minute", "day"]
Day = date  # inside a class with a field `date` the name means the field

# Why an input did not become an article. The word is stored; the sentence is what `presshouse why` prints.
REASONS = {
    "before_first_poll": "listed, but too old or one too many when its feed was first polled: recorded, not fetched",
    "bad_json": "a line of a JSON Lines file that does not parse or lacks text and html",
    "bad_record": "a WARC record that is damaged",
    "consent": "a consent or cookie wall instead of the article",
    "empty": "no bytes",
    "forgotten": "it was taken out with `presshouse forget`, and does not come in again",
    "http_error": "the server answered with an error status",
    "incomplete": "the body or the file ends before its end",
    "memory": "extraction needed more memory than a page is allowed",
    "no_text": "no main text was found",
    "not_an_article": "a home page, section page, search page or list of links",
    "not_html": "an image, PDF, feed, script or other bytes that are no page",
    "other_publisher": "of another publisher than those that a backfill was asked for",
    "outside_range": "published on another day than those that a backfill was asked for",
    "paywall": "a subscription wall with no text of its own",
    "redirect": "a redirect; its target has its own record, if it was captured",
    "revisit_unseen": "a revisit of a capture that this warehouse never saw",
    "soft_404": "a page that says 'not found' with status 200",
    "time_limit": "extraction took longer than a page is allowed",
    "too_large": "more bytes than the limit",
    "undated": "without a date, and a backfill was asked to leave such articles out",
    "unreadable": "the file cannot be read: no permission, not a regular file, outside the folder, or no known format",
    "crashed": "the process that extracted it died",
    "address": "an address that must not be dialled: private, loopback, reserved",
    "bad_response": "an answer that breaks the rules of HTTP",
    "bad_url": "no http or https URL that can be asked for",
    "redirect_loop": "redirects that lead back to where they came from, or go on without end",
    "reserved": "the publisher reserves text and data mining, and PRESSHOUSE_RESERVED=skip leaves such pages out",
    "robots": "the site's robots.txt asks not to fetch it",
    # Why an input waits for a later run.
    "busy": "the server asked to come back later",
    "connection": "the connection failed or broke off",
    "deadline": "the answer was not whole within the time limit",
    "dns": "the name of the host was not found",
    "host_failing": "its host failed several times in this run and was left alone for the rest of it",
    "robots_unread": "the site's robots.txt could not be read, and nothing is fetched without it",
    "timeout": "the server was silent for too long",
    "waiting": "listed by a feed or sitemap, and not fetched yet",
    "tls": "no secure connection, or a certificate that is not valid",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a page says about itself, and where it says it."""

    raw: str
    source: str  # "json-ld", "meta", "microdata", "h1", "title", "link", "html", "text", "record", "url", ...
    where: str  # the name there: "headline", "og:title", "article:author", "a[rel=author]", ...


@dataclass(frozen=True, slots=True)
class Listed:
    """What a feed or sitemap said of a URL before it was fetched; only `normalise` reads the dates."""

    list_url: str  # of the feed or sitemap, redacted
    discovered_at: datetime  # aware, UTC: when the list was got that named it first
    title: str | None = None
    published_raw: str | None = None
    updated_raw: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """The bytes got from a URL at a time, transfer and content encodings already removed."""

    fetched_url: str  # as asked for (WARC-Target-URI, the record's url, a file: URI); secrets already `***`
    captured_at: datetime  # aware, UTC
    via: Via
    capture_file: str  # the archive file or the user's own WARC, absolute path
    capture_offset: int  # byte where the record starts; in the decompressed stream of a single gzip member
    content_type: str | None  # as declared, with parameters: "text/html; charset=utf-8"
    body: bytes
    status: int | None = None  # HTTP status; None for resource and conversion records
    headers: tuple[tuple[str, str], ...] = ()  # HTTP response headers, names in lower case
    truncated: str | None = None  # WARC-Truncated, or why we cut it
    answered_url: str | None = None  # where redirects led, redacted; None: nowhere else
    listed: Listed | None = None
    rights: tuple[Evidence, ...] = ()  # what robots.txt and the like reserved when it was fetched

    @property
    def page_url(self) -> str:
        """Whose bytes these are: after redirects."""
        return self.answered_url or self.fetched_url

    def header(self, name: str) -> str | None:
        """The first response header of this name, in lower case."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record that says: the same bytes as an earlier capture of `original_url`."""

    fetched_url: str
    original_url: str  # WARC-Refers-To-Target-URI, else WARC-Target-URI
    captured_at: datetime
    via: Via
    capture_file: str
    capture_offset: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """An input that did not become an article, with the reason (a key of REASONS)."""

    fetched_url: str
    reason: str
    detail: str
    seen_at: datetime
    via: Via
    capture_file: str | None = None
    capture_offset: int | None = None


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """A date as raw text: only `normalise` reads it."""

    raw: str
    source: str  # becomes published_from: "json-ld", "meta", "microdata", "time", "feed", "text", "url", "record", ...
    where: str  # "datePublished", "article:published_time", "time.entry-date", "First Published:", ...
    role: Literal["published", "updated", "unknown"]


@dataclass(frozen=True, slots=True)
class Page:
    """What `extract` found in a capture: main text and metadata decided, the rest as evidence for `normalise`."""

    text: str  # main text, paragraphs parted by a blank line
    title: str | None
    description: str | None  # standfirst
    section: str | None
    keywords: tuple[str, ...]
    image_url: str | None
    access: Access
    extractor: str  # name and version of what made the text
    titles: tuple[Evidence, ...] = ()  # every candidate, for `why --evidence`
    descriptions: tuple[Evidence, ...] = ()
    bylines: tuple[Evidence, ...] = ()  # raw author strings, in reading order
    credits: tuple[Evidence, ...] = ()  # lines where agencies and datelines stand: "AFP I PTI Moscow", "(Reuters) -"
    dates: tuple[DateEvidence, ...] = ()
    canonicals: tuple[Evidence, ...] = ()  # rel=canonical, og:url, JSON-LD url or mainEntityOfPage, in that order
    sites: tuple[Evidence, ...] = ()  # og:site_name, JSON-LD publisher, copyright lines, names in the text
    languages: tuple[Evidence, ...] = ()  # html lang, og:locale, content-language, inLanguage
    rights: tuple[Evidence, ...] = ()  # meta robots noai/noarchive, TDM reservation, ...


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was first published, as far as the evidence settles it."""

    at: datetime | None = None  # aware, UTC; local midnight where precision is "day"
    date: Day | None = None  # the calendar day as the publisher prints it
    precision: Precision | None = None
    offset_minutes: int | None = None
    source: str | None = None  # DateEvidence.source that won
    raw: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Updated:
    """The last change that the page states."""

    at: datetime | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Shingles:
    """What a text is known by where copies are looked for (tasks.dedupe.shingles)."""

    hashes: tuple[int, ...]  # sampled, 64 bits, ascending
    below: int | None  # every shingle of the text below this is in `hashes`; None: every one
    tokens: int  # length of the text


@dataclass(frozen=True, slots=True)
class Article:
    """One text of one article, ready to be appended as a revision. Field names are column names of `articles`."""

    fetched_url: str
    url: str | None
    url_keys: tuple[str, ...]  # most believed first (canonical, then fetched); empty without a URL
    text_hash: str  # hex, of the normalised text
    publisher: str | None
    publisher_name: str | None
    country: str | None
    language: str | None
    title: str | None
    description: str | None
    text: str
    authors: tuple[str, ...]
    agencies: tuple[str, ...]
    keywords: tuple[str, ...]
    dateline: str | None
    section: str | None
    image_url: str | None
    published: Published
    updated: Updated
    captured_at: datetime
    word_count: int
    access: Access
    rights_reserved: bool | None
    via: Via
    language_declared: str | None
    extractor: str
    capture_file: str
    capture_offset: int
    rights: tuple[str, ...] = ()  # what the page or its headers reserve, as printed; summed up in rights_reserved
    shingles: Shingles | None = None  # None: the append makes them
    discovered_at: datetime | None = None  # first seen in a feed or sitemap


ListKind = Literal["rss", "atom", "rdf", "json_feed", "sitemap", "news_sitemap", "sitemap_index", "html", "unknown"]

# What is odd about a feed or sitemap. The word is stored; the sentence is for people.
LIST_PROBLEMS = {
    "capped": "it lists more entries than are taken at once",
    "cut": "it ends before its end; the complete entries are kept",
    "empty": "no bytes",
    "entities": "it declares entities that lead elsewhere or into each other; none of those is expanded",
    "malformed": "it breaks the rules of its format and was read leniently",
    "not_a_list": "it is no feed and no sitemap",
    "too_large": "more bytes than the limit; what lies behind it is not read",
}


@dataclass(frozen=True, slots=True)
class ListProblem:
    """What was cut or odd in a feed or sitemap."""

    name: str  # a key of LIST_PROBLEMS
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed or sitemap: a URL and what the list says of it. Of a sitemap index: one of its children."""

    url: str | None  # absolute http(s), as listed; None: `problem` says why
    title: str | None = None
    published_raw: str | None = None  # raw text: only `normalise` reads dates
    updated_raw: str | None = None
    guid: str | None = None  # as given, not necessarily unique or stable
    language: str | None = None  # the entry's own, else the list's; as a BCP 47 tag
    authors: tuple[str, ...] = ()  # raw
    summary: str | None = None  # plain text, shortened
    problem: str | None = None  # why there is no URL to follow


@dataclass(frozen=True, slots=True)
class UpdateHints:
    """How often the list says that it changes; all from the list itself, believed by nobody without looking."""

    ttl_minutes: int | None = None  # RSS `ttl`
    period_minutes: int | None = None  # `sy:updatePeriod` over `sy:updateFrequency`
    skip_hours: tuple[int, ...] = ()  # 0-23, UTC
    skip_days: tuple[str, ...] = ()  # "Saturday"


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed or sitemap as read: what it is, what it lists, and what is wrong with it."""

    kind: ListKind
    entries: tuple[Entry, ...] = ()
    title: str | None = None
    language: str | None = None
    home_url: str | None = None  # the page that the feed belongs to
    self_url: str | None = None  # where the feed says it lives
    hub_urls: tuple[str, ...] = ()  # WebSub
    hints: UpdateHints = UpdateHints()
    problems: tuple[ListProblem, ...] = ()
