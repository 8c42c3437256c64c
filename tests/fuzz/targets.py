"""What is called with strangers' bytes, and what must hold whatever they are."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tasks.archive import WarcReader, read_capture
from tasks.archive.surt import surt
from tasks.article import make_article
from tasks.errors import Rejected
from tasks.extract.dump import extract_dump
from tasks.listing import Opened, dated_list
from tasks.model import REASONS, Capture, DateEvidence, Rejection, Revisit
from tasks.normalise.dates import explain, published_and_updated
from tasks.registry import Registry, load_registry
from tasks.url import canonical_url, clean_url, host_of, is_front, redact, registered_domain, url_key
from tests.fuzz import seeds
from tests.fuzz.changes import changed
from tests.tasks.archive.warcs import gz, members
from warehouse.place import PROJECT

CPU_SECONDS = 5.0  # of one input of a few KB: what takes longer grows faster than the input
NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
PLANTED = "s3cretvalue"
_LINE_END = re.compile(r"[\x00\r\n]")
_UNASKABLE = re.compile(r"[\x00-\x20\x7f]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Target:
    """`check` raises AssertionError, or anything else that is wrong, for an input that shows a fault."""

    name: str
    inputs: st.SearchStrategy[bytes]
    check: Callable[[bytes], None]
    examples: int  # in the test suite


@cache
def registry() -> Registry:
    return load_registry(PROJECT / "seeds")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def check_url(raw: bytes) -> None:
    """Keys are keys of themselves, survive `redact`, and no secret does."""
    url = _text(raw)
    key = url_key(url)
    shown = redact(url)
    assert redact(shown) == shown
    assert url_key(shown) == key
    if key is not None:
        assert url_key(f"https://{key}") == key
        assert host_of(f"https://{key}")
        key.encode("utf-8")
    clean = clean_url(url)
    if clean is not None:
        assert redact(clean) == clean
        assert key is None or url_key(clean) == key
    canonical_url(url, ())
    registered_domain(url)
    is_front(url)
    surt(url)
    for planted in (f"https://me:{PLANTED}@host.example/{url}", f"https://host.example/?token={PLANTED}&{url}"):
        assert PLANTED not in redact(planted)
        assert PLANTED not in (url_key(planted) or "")
        assert PLANTED not in (clean_url(planted) or "")


_PLACES = (
    (ZoneInfo("Asia/Kolkata"), "IN", ("en", "hi")),
    (ZoneInfo("Europe/Berlin"), "DE", ("de",)),
    (ZoneInfo("America/New_York"), "US", ("en",)),
    (ZoneInfo("Asia/Tehran"), "IR", ("fa", "ar")),
    (ZoneInfo("Asia/Bangkok"), "TH", ("th", "ja")),
    (None, None, ()),
)
_SOURCES = ("json-ld", "meta", "time", "text", "url", "feed")


def check_dates(raw: bytes) -> None:
    """One line a piece of evidence. A date is never after the capture and a day, and agrees with itself."""
    lines = _text(raw).split("\n")[:6]
    roles = ("published", "updated", "unknown")
    evidence = [
        DateEvidence(line, _SOURCES[at % len(_SOURCES)], "datePublished" if at % 2 else "text", roles[len(line) % 3])  # type: ignore[arg-type]
        for at, line in enumerate(lines)
    ]
    for zone, country, languages in _PLACES:
        first, last = published_and_updated(
            evidence,
            zone=zone,
            country=country,
            languages=languages,
            abbreviations=registry().timezone_abbreviations,
            captured_at=NOW,
        )
        assert (first.at is None) == (first.precision is None) == (first.date is None)
        if first.at is not None and first.date is not None:
            assert datetime(1990, 1, 1, tzinfo=UTC) - timedelta(days=1) <= first.at <= NOW + timedelta(days=1)
            assert abs((first.at.date() - first.date).days) <= 1
            assert first.date >= date(1990, 1, 1)
            assert first.raw in lines
            assert first.offset_minutes is None or abs(first.offset_minutes) <= 14 * 60
        assert last.at is None or last.at <= NOW + timedelta(days=1)
    told = explain(
        evidence,
        zone=None,
        country=None,
        languages=(),
        abbreviations=registry().timezone_abbreviations,
        captured_at=NOW,
    )
    assert len(told) <= len(evidence)


def check_list(raw: bytes) -> None:
    """What comes back can be stored, and every URL in it could be asked for."""
    for url in ("https://testing-times.example/feed", None):
        read = dated_list(Opened("x", raw, url, None, NOW), registry())
        for dated in read.entries:
            entry = dated.entry
            for text in (entry.url, entry.title, entry.guid, entry.summary, entry.language, *entry.authors):
                assert text is None or text.encode("utf-8") is not None
            assert entry.url or entry.problem
            if entry.url:
                assert not _LINE_END.search(entry.url), entry.url
                asked = clean_url(entry.url)  # listed as it is; repaired when it is asked for
                assert asked and asked.startswith(("http://", "https://")), entry.url
                assert not _UNASKABLE.search(asked), asked
        assert read.entries or read.listing.problems or read.listing.kind != "unknown"


def check_dump(raw: bytes) -> None:
    """A text of the dump's own letters, or a rejection with a known reason."""
    text = raw.decode("utf-8", "replace")
    try:
        page = extract_dump(text)
    except Rejected as refused:
        assert refused.reason in REASONS
        return
    assert page.text.strip()
    assert "\0" not in page.text
    page.text.encode("utf-8")
    assert len(page.text) <= 2 * len(text)


def check_warc(raw: bytes) -> None:
    """Every capture is found again at its offset, and a reader goes on where another one stopped."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc"
        path.write_bytes(raw)
        try:
            found, positions = _read(path)
        except Rejected as refused:
            assert refused.reason in REASONS
            return
        for one in found:
            assert one.fetched_url.encode("utf-8") is not None
            if isinstance(one, Rejection):
                assert one.reason in REASONS
            elif isinstance(one, Capture):
                assert len(one.body) <= _MAX_BODY
                again = read_capture(path, one.capture_offset, "warc", max_body=_MAX_BODY)
                assert isinstance(again, Capture) and again.body == one.body
        if positions:
            middle = len(positions) // 2
            rest, _ = _read(path, start=positions[middle])
            assert [_said(one) for one in rest] == [_said(one) for one in found[middle + 1 :]]


_MAX_BODY = 4_000  # bytes: small, so that the limit is met


def _read(path: Path, start: int = 0) -> tuple[list[Capture | Revisit | Rejection], list[int]]:
    found, positions = [], []
    with WarcReader(path, start=start, max_body=_MAX_BODY, seen_at=NOW) as reader:
        for one in reader:
            found.append(one)
            positions.append(reader.position)
    return found, positions


def _said(one: Capture | Revisit | Rejection) -> tuple[str, object]:
    return one.fetched_url, one.reason if isinstance(one, Rejection) else one.capture_offset


def check_page(raw: bytes) -> None:
    """The whole step from bytes to an article: it can be stored, or is rejected for a known reason."""
    capture = Capture("https://testing-times.example/news/1", NOW, "warc", "/a.warc", 0, "text/html", raw)
    try:
        article = make_article(capture, registry())
    except Rejected as refused:
        assert refused.reason in REASONS
        return
    fields = (article.title, article.description, article.section, article.image_url, article.url, article.dateline)
    for text in (article.text, *fields, *article.authors, *article.keywords, *article.agencies):
        assert text is None or "\0" not in text
        assert text is None or text.encode("utf-8") is not None
    assert article.text.strip()
    assert article.published.at is None or article.published.at <= NOW + timedelta(days=1)


def timed(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """The same, and that it takes no time that grows faster than the input."""

    def checked(raw: bytes) -> None:
        started = time.process_time()
        check(raw)
        assert time.process_time() - started < CPU_SECONDS, "it takes too long"

    return checked


def _encoded(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(text.encode("utf-8", "surrogatepass") for text in texts)


def _warcs() -> st.SearchStrategy[bytes]:
    """Records with changes, packed in one of three ways, and with a change or two to what is packed."""
    some = st.lists(st.sampled_from(seeds.WARC_RECORDS), min_size=1, max_size=4)
    whole = changed((b"".join(seeds.WARC_RECORDS[:4]), b"".join(seeds.WARC_RECORDS[4:])), seeds.WARC_WORDS)
    plain = whole | some.map(b"".join)
    packed = plain | plain.map(gz) | some.map(members) | st.builds(lambda a, b: gz(a) + gz(b), plain, plain)
    raw_words = (b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"WARC/1.0\r\n", b"\x1f\x8b")
    return packed | packed.flatmap(lambda raw: changed((raw,), raw_words))


_dates = (*seeds.DATES, "\n".join(seeds.DATES[:3]), "\n".join(seeds.DATES[3:8]))
TARGETS = (
    Target("url", changed(_encoded(seeds.URLS), _encoded(seeds.URL_WORDS)), timed(check_url), 1_200),
    Target("dates", changed(_encoded(_dates), _encoded(seeds.DATE_WORDS)), timed(check_dates), 500),
    Target("lists", changed(seeds.LISTS, seeds.LIST_WORDS), timed(check_list), 250),
    Target("dumps", changed(_encoded(seeds.DUMPS), seeds.DUMP_WORDS), timed(check_dump), 250),
    Target("warc", _warcs(), timed(check_warc), 400),
    Target("pages", changed((seeds.PAGE.encode(),), seeds.PAGE_WORDS), timed(check_page), 40),
)
