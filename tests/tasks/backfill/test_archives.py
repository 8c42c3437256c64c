"""CC-NEWS path lists and the index of the Wayback Machine: what is asked for, and how answers are read."""

import gzip
from datetime import UTC, date, datetime

import pytest

from tasks.backfill import ccnews, cdx
from tasks.backfill.windows import Window

OCTOBER = Window(date(2024, 10, 31), date(2024, 10, 31))
BASE = "https://archive.example"


def test_months_of_the_files_and_days_of_the_articles_are_two_windows():
    """One day of articles at a month's end needs the lists of two months."""
    assert [url for _, url in ccnews.path_lists(BASE, OCTOBER)] == [
        f"{BASE}/crawl-data/CC-NEWS/2024/10/warc.paths.gz",
        f"{BASE}/crawl-data/CC-NEWS/2024/11/warc.paths.gz",
    ]
    assert ccnews.file_window(OCTOBER) == (date(2024, 10, 30), date(2024, 11, 2))


def test_files_by_the_start_in_their_names():
    """In order of time, each once; other days, other hosts and names without a start are left out."""
    paths = [
        "crawl-data/CC-NEWS/2024/11/CC-NEWS-20241102235959-00003.warc.gz",
        "crawl-data/CC-NEWS/2024/10/CC-NEWS-20241030000001-00001.warc.gz",
        "crawl-data/CC-NEWS/2024/10/CC-NEWS-20241030000001-00001.warc.gz",
        "crawl-data/CC-NEWS/2024/10/CC-NEWS-20241029235959-00000.warc.gz",
        "crawl-data/CC-NEWS/2024/11/CC-NEWS-20241103000000-00004.warc.gz",
        "https://elsewhere.example/CC-NEWS-20241031000000-00001.warc.gz",
        "crawl-data/CC-NEWS/2024/10/CC-NEWS-20241331000000-00001.warc.gz",
        "crawl-data/CC-NEWS/2024/10/readme",
    ]
    found = ccnews.choose_files(BASE, paths, OCTOBER)
    assert [one.name[8:16] for one in found] == ["20241030", "20241102"]
    assert found[0].url == f"{BASE}/{paths[1]}"


def test_path_lists_that_are_cut_are_no_lists():
    """Half a list would be a month with a gap that nobody sees."""
    whole = gzip.compress(b"a\nb\n")
    assert ccnews.read_paths(whole) == ["a", "b"]
    assert ccnews.read_paths(b"a\nb\n") == ["a", "b"]
    for broken in (whole[:-6], whole[:12] + b"\xff" * 8):
        with pytest.raises(ValueError, match=r"cut|broken"):
            ccnews.read_paths(broken)


def test_the_index_is_asked_month_by_month():
    """Captures of some days after publication count; each request stays within a calendar month."""
    windows = cdx.index_windows(OCTOBER)
    assert windows == [(date(2024, 10, 30), date(2024, 10, 31)), (date(2024, 11, 1), date(2024, 11, 3))]
    url = cdx.index_url(BASE, "example.com", windows[0], "next,one")
    assert url.startswith(f"{BASE}/cdx/search/cdx?url=example.com&matchType=domain&from=20241030&to=20241031&")
    assert url.endswith("&resumeKey=next%2Cone")


@pytest.mark.parametrize(
    "body",
    [
        b'[["timestamp","original"],["20241031120000","https://example.com/a"],[],["key 2"]]',
        b"com,example)/a 20241031120000 https://example.com/a text/html 200 D 1\n\nkey 2",
    ],
)
def test_answers_of_the_index(body: bytes):
    """As JSON and as text; what follows an empty row is the key of the rest."""
    captures, key = cdx.read_index(body)
    assert captures == [cdx.ArchivedCapture("https://example.com/a", datetime(2024, 10, 31, 12, tzinfo=UTC))]
    assert key == "key 2"


def test_answers_that_are_no_index():
    """An error page is not taken for an empty index; nothing is an empty one."""
    assert cdx.read_index(b"") == ([], None)
    assert cdx.read_index(b"[]") == ([], None)
    for page in (b"<html><body>Too many requests</body></html>", b"[{}]", b"[1"):
        with pytest.raises(ValueError, match=r"no JSON|rows|timestamp"):
            cdx.read_index(page)


def test_the_first_capture_of_each_page():
    """Spellings of one URL are one page; home pages and pages of another day by their URL are left out."""
    at = datetime(2024, 10, 31, 12, tzinfo=UTC)
    listed = [
        cdx.ArchivedCapture("https://example.com/a?utm_source=x", at.replace(hour=14)),
        cdx.ArchivedCapture("http://www.example.com/a", at),
        cdx.ArchivedCapture("https://example.com/", at),
        cdx.ArchivedCapture("https://example.com/2024/10/12/b", at),
        cdx.ArchivedCapture("https://example.com/2024/10/30/c", at),
        cdx.ArchivedCapture("https://example.com/d", at.replace(day=1)),
    ]
    chosen, outside = cdx.choose_captures(listed, cdx.capture_window(OCTOBER), OCTOBER)
    assert [one.original for one in chosen] == ["http://www.example.com/a", "https://example.com/2024/10/30/c"]
    assert outside == 3


def test_addresses_of_captures():
    """As sent (`id_`), the page's own query untouched; the moment is read from where the archive leads."""
    one = cdx.ArchivedCapture("https://example.com/ä b?x=1&y=%20", datetime(2024, 10, 31, 12, tzinfo=UTC))
    assert cdx.capture_url(BASE, one) == f"{BASE}/web/20241031120000id_/https://example.com/%C3%A4%20b?x=1&y=%20"
    assert cdx.stamp_in(f"{BASE}/web/20241031120102id_/https://example.com/") == datetime(
        2024, 10, 31, 12, 1, 2, tzinfo=UTC
    )
    assert cdx.stamp_in("https://example.com/web/") is None
