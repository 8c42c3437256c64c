"""Who the publisher is, from what a page, a record or a text dump shows."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model import Evidence
from tasks.normalise.publisher import Source, country_of_domain, main_zone, publisher
from tasks.registry import load_registry

REGISTRY = load_registry(Path(__file__).parents[3] / "seeds")
BUSINESS_STANDARD = Source("business-standard.com", "Business Standard", "IN", ("en", "hi"), ZoneInfo("Asia/Kolkata"))


def of_url(url: str, *sites: Evidence, declared: str | None = None) -> Source:
    return publisher(url, url, sites, REGISTRY, declared=declared)


def of_text(*lines: str, where: str = "boilerplate") -> Source:
    return publisher("file:///tmp/a.txt", None, [Evidence(line, "text", where) for line in lines], REGISTRY)


def named(raw: str, where: str = "og:site_name") -> Evidence:
    return Evidence(raw, "meta", where)


def test_a_known_site_is_the_registrys():
    """Name, country, languages and zone are facts; what the page calls itself does not change them."""
    url = "https://www.business-standard.com/article/x-116071500555_1.html"
    assert of_url(url, named("Business-Standard | Latest News")) == BUSINESS_STANDARD


def test_aliases_are_folded_and_subdomain_papers_kept():
    """bbc.com is the BBC; a paper on a subdomain is not its host."""
    assert of_url("https://www.bbc.com/news/a").domain == "bbc.co.uk"
    assert of_url("https://m.timesofindia.indiatimes.com/a").domain == "timesofindia.indiatimes.com"
    assert of_url("https://de.euronews.com/a").languages == ("de",)
    assert of_url("https://www.euronews.com/a").zone == ZoneInfo("Europe/Paris")


def test_the_canonical_url_is_asked_before_the_fetched_one():
    """A page from a feed proxy or a web archive belongs to the site that it names."""
    fetched = "https://feeds.proxy.example/~/1/paper"
    assert publisher(fetched, "https://www.bbc.co.uk/news/a", (), REGISTRY).domain == "bbc.co.uk"
    archived = "https://web.archive.org/web/2016/https://www.bbc.co.uk/news/a"
    assert publisher(archived, None, (), REGISTRY).domain == "bbc.co.uk"


def test_an_unknown_site_has_what_it_says():
    """Registered domain, printed name, country of the domain and that country's zone; no languages invented."""
    source = of_url("https://news.tagblatt.co.at/lokales/a", named("Mein Tagblatt"))
    assert source == Source("tagblatt.co.at", "Mein Tagblatt", "AT", (), ZoneInfo("Europe/Vienna"))
    assert of_url("https://unknown.example/a") == Source("unknown.example", None, None, (), None)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Harbour Echo", "Harbour Echo"),
        ("  Harbour \n Echo ", "Harbour Echo"),
        ("News from the coast - Harbour Echo | All you need", "Harbour Echo"),
        ("The Harbour Echo – since 1881", "The Harbour Echo"),
        ("The Coast | Weather | Tides", "The Coast"),
        ("harbourecho.example", "harbourecho.example"),
        ("@harbourecho", None),
        ("All the news of the harbour and of the coast that you could possibly want, every day of the year", None),
        ("", None),
    ],
)
def test_a_printed_name_is_freed_of_slogans(printed, name):
    """The part that resembles the domain is the name, else the first; slogans and handles are none."""
    assert of_url("https://www.harbourecho.example/a", named(printed)).name == name


def test_a_name_is_better_than_a_host():
    """Where og:site_name is only the host, the JSON-LD publisher names the site."""
    source = of_url("https://harbourecho.example/a", named("harbourecho.example"), named("Echo", "publisher.name"))
    assert source.name == "Echo"


@pytest.mark.parametrize(
    ("domain", "country"),
    [("paper.co.uk", "GB"), ("paper.de", "DE"), ("paper.com.br", "BR"), ("paper.co.in", "IN"), ("paper.us", "US")]
    + [(f"paper.{tld}", None) for tld in ("io", "tv", "me", "co", "ai", "fm", "com", "eu", "news", "su", "example")],
)
def test_only_telling_domains_tell_the_country(domain, country):
    """Country codes sold to everybody say nothing."""
    assert country_of_domain(domain) == country


def test_a_country_with_several_clocks_has_no_zone():
    """A wrong zone makes wrong instants: none is guessed for the United States, Brazil or Russia."""
    assert [main_zone(code) for code in ("US", "BR", "RU", "CA", "AU", None, "XX")] == [None] * 7
    assert main_zone("DE") == ZoneInfo("Europe/Berlin")
    assert main_zone("ES") == ZoneInfo("Europe/Madrid")


def test_a_saved_page_without_url_is_known_by_its_metadata():
    """The publisher's own URL in the metadata, else its name when the registry has it, else the name alone."""
    page = "hard::page.html"
    own = (named("Some Blog"), Evidence("https://www.bbc.co.uk/news/", "json-ld", "publisher.url"))
    assert publisher(page, None, own, REGISTRY).domain == "bbc.co.uk"
    assert publisher(page, None, [named("Business Standard")], REGISTRY) == BUSINESS_STANDARD
    assert publisher(page, None, [named("Harbour Echo")], REGISTRY) == Source(None, "Harbour Echo", None, (), None)
    assert publisher(page, None, (), REGISTRY) == Source(None, None, None, (), None)


def test_a_text_dump_is_known_by_its_subscription_offer():
    """The publisher's own offers outweigh the partner that is named as often."""
    assert (
        of_text(
            "*Subscribe to Business Standard digital and get complimentary access to The New York Times",
            "*Complimentary New York Times access for the 2nd year will be given after 12 months",
            "• News, Games and Cooking: Complimentary Access to The New York Times",
            "Business Standard Epaper",
            "• Access Business Standard across devices: mobile, tablet, or PC",
        )
        == BUSINESS_STANDARD
    )


def test_a_copyright_line_names_even_an_ordinary_word():
    """`Time` is nobody inside a text, and the holder behind the copyright mark."""
    assert of_text("© 2021 The Guardian. All rights reserved.", where="copyright").domain == "theguardian.com"
    assert of_text("Copyright © 2020 by Time. All rights reserved").domain == "time.com"
    assert of_text("(c) 2019 | Die Zeit | Impressum").domain == "zeit.de"


def test_one_passing_mention_is_not_believed():
    """A quoted source, a related link or two partners in balance leave the publisher unknown."""
    assert of_text("Related: what Business Standard wrote in May").domain is None
    assert (
        of_text("Business Standard and The New York Times", "The New York Times and Business Standard").domain is None
    )
    assert of_text("Time to focus", "Die Zeit ist reif", "The sun is out", "Menu", "Home").domain is None


def test_mentions_in_the_story_do_not_count():
    """Only boilerplate and copyright lines are evidence; credits and bylines name sources."""
    assert of_text("The New York Times reported", "The New York Times said", where="text").domain is None


def test_a_record_declares_its_publisher():
    """A domain, an alias, a URL or a name of the registry; it outweighs an aggregator's URL."""
    for declared in ("business-standard.com", "www.business-standard.com", "https://business-standard.com/x"):
        assert of_url("https://aggregator.example/a", declared=declared) == BUSINESS_STANDARD
    assert of_url("https://aggregator.example/a", declared="BUSINESS STANDARD") == BUSINESS_STANDARD
    assert of_url("https://aggregator.example/a", declared="bbc.com").domain == "bbc.co.uk"
    assert of_url("https://aggregator.example/a", declared="harbourecho.example").domain == "harbourecho.example"


def test_an_unknown_declared_word_is_kept():
    """With a URL it names the URL's site, so that live and loaded articles agree; without one it is all there is."""
    url = "https://www.corkherald.example/2025/03/23/a"
    assert of_url(url, declared="corkherald") == Source("corkherald.example", "corkherald", None, (), None)
    record = publisher("file:///tmp/a.jsonl#line=1", None, (), REGISTRY, declared=" corkherald ")
    assert record == Source("corkherald", "corkherald", None, (), None)
    assert of_url(url, declared="  ").domain == "corkherald.example"
    assert of_url(url, declared="St. Elsewhere Post").name == "St. Elsewhere Post"


def test_addresses_and_bare_hosts_have_no_publisher():
    """A page from a test server is an article of nobody."""
    for url in ("http://127.0.0.1:8000/a", "http://localhost/a", "http://[::1]/a"):
        assert of_url(url, named("Test")) == Source(None, "Test", None, (), None)


TEXTS = st.text(max_size=60)


@given(TEXTS, st.none() | TEXTS, st.lists(st.tuples(TEXTS, st.sampled_from(["og:site_name", "boilerplate"]))), TEXTS)
def test_nothing_on_a_page_raises(fetched, url, sites, declared):
    """Any strings give a source whose empty fields are None."""
    source = publisher(fetched, url, [Evidence(raw, "x", where) for raw, where in sites], REGISTRY, declared=declared)
    assert source.domain != ""
    assert source.name != ""


def test_a_url_is_no_name():
    """Templates print their own address as the site's name: its host stands in when nothing better does."""
    url = "https://www.harbourpost.example.org/a"
    assert of_url(url, named("https://www.harbourpost.example.org/")).name == "harbourpost.example.org"
    assert of_url(url, named("www.harbourpost.example.org")).name == "harbourpost.example.org"
    assert of_url(url, named("https://harbourpost.example.org"), named("Harbour Post")).name == "Harbour Post"
