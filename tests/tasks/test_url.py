"""URL keys, sites, redaction and canonical URLs against their vectors."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.model import Evidence
from tasks.url import (
    canonical_url,
    clean_url,
    host_of,
    is_front,
    redact,
    registered_domain,
    same_site,
    url_key,
)

# -- keys

VECTORS = [
    # broken schemes
    ("http://http://www.al-monitor.com/pulse", "al-monitor.com/pulse"),
    ("http:/www.mysite.com/", "mysite.com"),
    ("http://https//example.com/a", "example.com/a"),
    ("https:\\\\example.com\\a", "example.com/a"),
    ("HTTPS://Example.COM/A", "example.com/A"),
    ("  https://example.com/a \n", "example.com/a"),
    # hosts and ports
    ("https://www.gpo.gov:/fdsys/pkg/PL", "gpo.gov/fdsys/pkg/PL"),
    ("http://example.com:80/a", "example.com/a"),
    ("https://example.com:443/a", "example.com/a"),
    ("https://example.com:8443/a", "example.com:8443/a"),
    ("https://example.com./a", "example.com/a"),
    ("https://user:pw@example.com/a", "example.com/a"),
    ("https://m.example.co.uk/a", "example.co.uk/a"),
    ("https://mobile.example.com/a", "example.com/a"),
    ("https://www.m.example.com/a", "example.com/a"),
    ("https://amp.example.com/a", "example.com/a"),
    ("https://münchen.de/a", "xn--mnchen-3ya.de/a"),
    ("https://xn--mnchen-3ya.de/a", "xn--mnchen-3ya.de/a"),
    ("https://MÜNCHEN.de/a", "xn--mnchen-3ya.de/a"),
    ("https://exam%70le.com/a", "example.com/a"),
    ("https://[2001:DB8::1]:443/a", "[2001:0db8:0000:0000:0000:0000:0000:0001]/a"),
    ("http://127.0.0.1:8080/a", "127.0.0.1:8080/a"),
    ("http://localhost:8080/a", "localhost:8080/a"),
    # paths
    ("https://example.com/a/../b/./c", "example.com/b/c"),
    ("https://example.com/a/%2e%2E/b", "example.com/b"),
    ("https://example.com/../../a", "example.com/a"),
    ("https://example.com/café", "example.com/caf%C3%A9"),
    ("https://example.com/caf%c3%a9", "example.com/caf%C3%A9"),
    ("https://example.com/%7Euser/%41", "example.com/~user/A"),
    ("https://example.com/a%2Fb", "example.com/a%2Fb"),
    ("https://example.com/100%", "example.com/100%25"),
    ("https://example.com/a,b%2Cc", "example.com/a,b,c"),
    ("https://example.com/a b", "example.com/a%20b"),
    ("https://example.com/a#top", "example.com/a"),
    ("https://example.com/a;jsessionid=0A1B", "example.com/a"),
    # a trailing slash, or a pasted space, does not count
    ("https://example.com/a/", "example.com/a"),
    ("https://example.com", "example.com"),
    ("https://example.com/", "example.com"),
    ("https://example.com/a/%20", "example.com/a"),
    # queries
    ("https://www.nytimes.com/a?smid=tw-share&_r=0&x=1", "nytimes.com/a?x=1"),
    ("https://example.com/?utm_foo=1&UTM_Baz=2&b=3", "example.com?b=3"),
    ("https://example.com/a?fbclid=x&gclid=y&mc_cid=z&igshid=1&CMP=rss", "example.com/a"),
    ("https://example.com/a?b=2&a=1&b=1", "example.com/a?a=1&b=1&b=2"),
    ("https://example.com/a?x=1&x=1", "example.com/a?x=1&x=1"),
    ("https://example.com/a?x=1&amp;utm_source=feed", "example.com/a?x=1"),
    ("https://example.com/a?q=a+b", "example.com/a?q=a%20b"),
    ("https://example.com/a?q=%c3%a9%41", "example.com/a?q=%C3%A9A"),
    ("https://example.com/a?", "example.com/a"),
    ("https://example.com/a?sf123456789=1", "example.com/a"),
    ("https://example.com/a?source=rss&ref=twitter", "example.com/a"),
    ("https://example.com/a?id=1&token=abc", "example.com/a?id=1"),
    ("https://example.com/a?id=1&token=***", "example.com/a?id=1"),
    # AMP
    ("https://example.com/x/amp/", "example.com/x"),
    ("https://example.com/x/amp", "example.com/x"),
    ("https://example.com/x.amp.html", "example.com/x.html"),
    ("https://example.com/x?amp", "example.com/x"),
    ("https://example.com/x?amp=1", "example.com/x"),
    ("https://example.com/x?outputType=amp", "example.com/x"),
    ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/x/amp/", "example.com/x"),
    ("https://cdn.ampproject.org/c/example.com/x", "example.com/x"),
    ("https://www.google.com/amp/s/www.example.com/x/amp/", "example.com/x"),
    # web archives
    ("https://web.archive.org/web/20160715010203id_/https://example.com/x", "example.com/x"),
    ("https://web.archive.org/web/2016/example.com/x?b=2", "example.com/x?b=2"),
    ("https://web.archive.org/web/20160715010203/http:/www.example.com/x", "example.com/x"),
    ("https://archive.ph/20160715010203/https://example.com/x", "example.com/x"),
]


@pytest.mark.parametrize(("url", "key"), VECTORS)
def test_a_url_has_its_key(url, key):
    """Everything that does not tell articles apart is gone, everything else stays."""
    assert url_key(url) == key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://news.com.au/a", "news.com.au/a"),
        ("https://www.news.com.au/a", "news.com.au/a"),
        ("https://blog.gov.uk/a", "blog.gov.uk/a"),
        ("https://media.ca.gov/a", "media.ca.gov/a"),
        ("https://www.gov.uk/a", "www.gov.uk/a"),
        ("https://m.com/a", "m.com/a"),
        ("https://mobile.de/a", "mobile.de/a"),
        ("https://m.github.io/a", "m.github.io/a"),
        ("https://example.com/Path/CASE", "example.com/Path/CASE"),
        ("https://example.com/a?sid=1", "example.com/a?sid=1"),
        ("https://example.com/a?cid=1", "example.com/a?cid=1"),
        ("https://example.com/a?source=4711", "example.com/a?source=4711"),
        ("https://example.com/a?ref=4711", "example.com/a?ref=4711"),
        ("https://example.com/?p=123", "example.com?p=123"),
        ("https://example.com/fuses?amp=15", "example.com/fuses?amp=15"),
        ("https://example.com/amp/", "example.com/amp"),
        ("https://example.com/swamp", "example.com/swamp"),
        ("https://example.com/a?next=/amp", "example.com/a?next=/amp"),
        ("https://web.archive.org/donate", "web.archive.org/donate"),
        ("https://example.com/a?q=a%2Bb", "example.com/a?q=a%2Bb"),
        ("https://example.com/a?q=a%26b", "example.com/a?q=a%26b"),
    ],
)
def test_what_tells_articles_apart_stays(url, key):
    """Other projects merge these: bare suffixes, lower-cased paths, ids with the names of trackers, whole queries."""
    assert url_key(url) == key


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/a",
        "//example.com/a",
        "/a",
        "file:///etc/passwd",
        "hard::example.com.html",
        "xhttps://example.com/a",
        "mailto:desk@example.com",
        "javascript:alert(1)",
        "http://",
        "http:///",
        "http://?a=1",
        "http://.../a",
        "http://a..b/",
        "http://exa mple.com/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://127.0.0.01/",
        "http://[::1",
        "http://[::1]x/",
        "http://[fe80::1%25eth0]/",
        "http://example.com/\r\nSet-Cookie: a=b",
        "http://exam\nple.com/",
        "http://example.com/\x00",
        "http://example.com/\ud800",
        "http://" + "a" * 64 + ".com/",
        "http://" + "a." * 200 + "com/",
        "http://example.com/" + "a" * 2_000_000,
        "http://ex%ff.com/",
    ],
)
def test_what_is_no_usable_url_has_no_key(url):
    """None instead of an exception or of a key that means something else."""
    assert url_key(url) is None


def test_unicode_digits_are_read_as_a_resolver_reads_them():
    """The key of `①②⑦.0.0.1` shows the loopback address that it is."""
    assert url_key("http://①②⑦.0.0.1/") == "127.0.0.1"


URLISH = st.builds(
    "".join,
    st.lists(
        st.one_of(
            st.sampled_from(
                """http:// https:/ www. m. amp. example.com co.uk münchen.de / // .. . ? & = % %2e %2F # @ : 80 [ ] amp
                /amp/ utm_a=1 token= + web.archive.org/web/2016/ cdn.ampproject.org/c/s/ google.com/amp/s/ ;jsessionid=1
                a é %40 %3A%2F%2F""".split()
            ),
            st.text(max_size=3),
        ),
        max_size=14,
    ),
)


@given(st.one_of(URLISH, URLISH.map(lambda rest: f"https://{rest}"), st.text()))
@example("https://m.web.archive.org/web/2016/x.com")
@example("http://0\u0f80.com")
@example("https://example.com/amp/amp/amp")
def test_a_key_is_a_fixed_point(text):
    """Any string has a key or none, without an exception, and the key of a key is itself."""
    key = url_key(text)
    assert key is None or url_key(f"https://{key}") == key


@given(st.one_of(URLISH.map(lambda rest: f"https://example.com/{rest}"), st.text()))
def test_nothing_raises_on_any_string(text):
    """The other functions take any string too; cleaning keeps the key and is itself a fixed point."""
    registered_domain(text)
    is_front(text)
    host_of(text)
    assert redact(redact(text)) == redact(text)
    shown = clean_url(text)
    if shown is not None:
        assert clean_url(shown) == shown
        # What looks like userinfo inside a path may go before or after escaping: of no importance to articles.
        assert "@" in text or "%40" in text or url_key(shown) == url_key(text)


@pytest.mark.parametrize("part", ["http://", "%3A%2F%2F", "&token=", "%26token%3D", "//@", "a.", "/amp", "%2e/", "é"])
def test_long_hostile_urls_take_no_time(part):
    """Two megabytes of anything are refused by the key and redacted in linear time."""
    started = time.process_time()
    url_key(part * (2_000_000 // len(part)))
    url_key("https://example.com/" + part * (8_000 // len(part)))
    redact(part * (200_000 // len(part)))
    assert time.process_time() - started < 2.0


# -- sites


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("example.co.uk", "example.co.uk"),
        ("blog.gov.uk", "blog.gov.uk"),
        ("media.ca.gov", "ca.gov"),
        ("www.news.com.au:443", "news.com.au"),
        ("x.github.io", "x.github.io"),
        ("github.io", "github.io"),
        ("news.example", "news.example"),
        ("co.uk", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("http://[::1]/", None),
        ("", None),
        ("file:///tmp/a.html", None),
    ],
)
def test_registered_domains(host, domain):
    """By the Public Suffix List: every site on a shared host is its own, every paper below com.au too."""
    assert registered_domain(host) == domain


def test_same_site():
    """Subdomains are the same site; neighbours below a public suffix and other ports of an address are not."""
    assert same_site("https://edition.example.com/a", "http://www.example.com/b")
    assert not same_site("https://a.github.io/", "https://b.github.io/")
    assert not same_site("https://a.com.au/", "https://b.com.au/")
    assert same_site("http://localhost:8000/a", "http://localhost:8000/b")
    assert not same_site("http://localhost:8000/a", "http://localhost:9000/a")
    assert not same_site("file:///a", "file:///a")


# -- secrets


@pytest.mark.parametrize(
    ("url", "redacted"),
    [
        ("https://user:pw@example.com/a", "https://example.com/a"),
        ("http:/user:pw@example.com/a", "http:/example.com/a"),
        ("http://http://user:pw@example.com/a", "http://http://example.com/a"),
        ("//user:pw@example.com/a", "//example.com/a"),
        ("http:/@/user:s3cret@example.com/a", "http:/example.com/a"),
        ("http://////user:s3cret@example.com/a", "http://////example.com/a"),
        (
            "https://example.com/?u=http%3A%2F%2F%40%2Fme%3As3cret%40example.org%2Fx",
            "https://example.com/?u=http%3A%2F%2Fexample.org%2Fx",
        ),
        ("postgres://user:p%40w@db/a", "postgres://db/a"),
        ("https://a@b:c@example.com/a", "https://example.com/a"),
        ("https://example.com/a?token=s3cret", "https://example.com/a?token=***"),
        ("https://example.com/a?Access_Token=s3cret&b=1#x", "https://example.com/a?Access_Token=***&b=1#x"),
        ("https://example.com/a?b=1&amp;api_key=s3cret", "https://example.com/a?b=1&amp;api_key=***"),
        ("https://example.com/a?sig=s3%26cret", "https://example.com/a?sig=***"),
        (
            "https://example.com/a?X-Amz-Signature=s3cret&X-Amz-Date=1",
            "https://example.com/a?X-Amz-Signature=***&X-Amz-Date=***",
        ),
        ("https://example.com/#access_token=s3cret", "https://example.com/#access_token=***"),
        ("file:///tmp/a.html?token=s3cret", "file:///tmp/a.html?token=***"),
        ("/a?signature=s3cret", "/a?signature=***"),
        (
            "https://proxy.example/?url=https%3A%2F%2Fu%3As3cret%40example.com%2F%3Ftoken%3Ds3cret%26b%3D1",
            "https://proxy.example/?url=https%3A%2F%2Fexample.com%2F%3Ftoken%3D***%26b%3D1",
        ),
    ],
)
def test_secrets_are_redacted(url, redacted):
    """Userinfo is gone and the values of secret parameters are starred, also in URLs inside URLs."""
    assert redact(url) == redacted
    assert "s3cret" not in redact(url)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/@desk/a?id=1&key=20200101",
        "https://example.com/a?q=who@where",
        "https://example.com/tokens?tokenid=1",
        "file:///home/x/a@b.html",
        "file:/a@b.html",
        "C:\\news\\a@b.html",
        "hard::example.com.html",
        "desk@example.com",
        "",
    ],
)
def test_everything_else_is_left_as_it_is(text):
    """Redaction changes nothing but secrets: an `@` in a path is part of a name."""
    assert redact(text) == text


# -- canonical URLs


def link(raw: str) -> Evidence:
    return Evidence(raw, "link", "canonical")


STORY = "https://www.example.com/world/2024/05/bridge-opens-after-nine-years"


@pytest.mark.parametrize(
    "path",
    """
    / /index.html /en/ /news /us/politics/supreme-court /arts-and-culture/ /tag/bridges-of-the-north /author/jane-roe
    /2024/05 /archive/2024/05/12 /news/page/2 /news?page=2 /news/index.php /story.php /?utm_source=1
    """.split(),
)
def test_fronts_are_told_by_their_form(path):
    """Home, section, tag, author and archive pages; a script without an id is no article."""
    assert is_front(f"https://www.example.com{path}")


@pytest.mark.parametrize(
    "path",
    """
    /world/2024/05/bridge-opens-after-nine-years /?p=123 /story.php?id=77 /a-52060881 /a/1234
    /news/articles/c0vw8j9y7zqo /essays/bridges.html /2022/04/29/tridents-challenge /brueckensperrung-bleibt-bestehen
    /橋が九年ぶりに開通した /topics/alert20240402.html /thema/die-bruecke-ist-nach-neun-jahren-offen
    """.split(),
)
def test_articles_are_no_fronts(path):
    """Ids, long slugs, file names and date folders mark an article, in any script."""
    assert not is_front(f"https://www.example.com{path}")


def test_the_page_is_believed_on_its_own_site():
    """rel=canonical moves the article to its place on the same registered domain, cleaned."""
    assert canonical_url("https://m.example.com/x?id=7", [link(STORY + "?utm_source=x#top")]) == STORY


def test_another_site_is_not_believed():
    """A syndicated copy keeps its own URL, whatever original it names."""
    fetched = "https://other.example.org/wire/bridge-opens-after-nine-years"
    assert canonical_url(fetched, [link(STORY)]) == fetched


def test_a_front_page_is_not_believed_but_the_next_candidate_is():
    """A template that names its section as canonical must not merge all articles into one."""
    fetched = "https://www.example.com/x?id=7"
    candidates = [link("https://www.example.com/"), link("https://www.example.com/world"), link(STORY)]
    assert canonical_url(fetched, candidates[:2]) == fetched
    assert canonical_url(fetched, candidates) == STORY


def test_a_short_slug_is_believed_when_it_is_the_fetched_one():
    """An article that moved to another section keeps its last segment."""
    assert (
        canonical_url("https://example.com/hidden-cash/", [link("https://example.com/money/hidden-cash/")])
        == "https://example.com/money/hidden-cash/"
    )


def test_saved_pages_have_the_url_that_they_claim():
    """Without a site of its own a saved page is believed, unless it claims a home page."""
    for fetched in ("file:///tmp/a.html", "hard::page.html"):
        assert canonical_url(fetched, [link(STORY)]) == STORY
        assert canonical_url(fetched, [link("https://www.example.com/")]) is None
        assert canonical_url(fetched, []) is None


def test_wrappers_are_taken_off():
    """A page from an AMP cache or a web archive belongs to the site inside."""
    assert canonical_url(f"https://web.archive.org/web/20240501000000/{STORY}", []) == STORY
    fetched = "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/x/amp/"
    assert canonical_url(fetched, [link(STORY)]) == STORY
    assert canonical_url(fetched, [link(f"https://web.archive.org/web/2024/{STORY}")]) == STORY


def test_broken_and_relative_candidates_are_passed_over():
    """What is no absolute http(s) URL says nothing."""
    broken = [link(""), link("/world/x"), link("http://"), link("https://exa mple.com/a"), link("javascript:void(0)")]
    assert (
        canonical_url("http://example.com/x?id=7", [*broken, link("https://example.com/a-1234")])
        == "https://example.com/a-1234"
    )


def test_the_fetched_url_is_cleaned_and_its_scheme_kept():
    """Fragment, trackers and secrets are off; scheme, www. and the order of parameters stay."""
    fetched = "http://u:p@WWW.example.com/a/?z=1&utm_source=x&a=2&token=s#top"
    assert canonical_url(fetched, []) == "http://www.example.com/a/?z=1&a=2&token=***"


def test_a_publishers_other_domains_can_be_its_own_site():
    """With aliases folded by the caller, the UK address of an article fetched from the .com is believed."""
    claimed = "https://www.paper.co.uk/news/articles/c0vw8j9y7zqo"
    fetched = "https://www.paper.com/news/articles/c0vw8j9y7zqo"
    folded = {claimed: "paper.co.uk", fetched: "paper.co.uk"}
    assert canonical_url(fetched, [link(claimed)]) == fetched
    assert canonical_url(fetched, [link(claimed)], site_of=folded.get) == claimed
