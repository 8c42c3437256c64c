"""Which printed date is a dump's own, and the day in its own address where none is printed."""

import pytest

from tasks.extract.dump import extract_dump
from tasks.extract.dump_links import address_dates, own_address
from tests.tasks.extract.test_dump import BRIDGE

TITLE = "Footbridge over the Marle opens in red"
BODY = "\n\n".join(BRIDGE)
PAGE = "marlecourier.example/2024/05/14/footbridge-opens-in-red"
HANDED = f"https%3A%2F%2F{PAGE.replace('/', '%2F')}"


def dates(head: str, tail: str = "") -> list[tuple[str, str]]:
    found = extract_dump(f"{head}\n\n{BODY}\n\n{tail}\n").dates
    return [(d.source, d.raw) for d in found]


def test_a_date_line_beats_dates_in_standfirst_and_caption():
    """What an article is about happened on another day."""
    head = (
        f"{TITLE}\n\nThe old one fell into the river on Sunday, November 3, 2013, during a brass band's concert.\n\n"
        "04:30, 14 MAY 2024\n\nThe bridge on November 3, 2013. (Image: Marle Courier)"
    )
    assert dates(head) == [("text", "04:30, 14 MAY 2024")]


def test_above_the_headline_the_nearest_date_counts():
    """The front page's day of printing stands further up than the article's own."""
    head = f"The Marle Courier\n\nFriday, 17 May 2024\n\nCounty\n\n14 May 2024\n\n{TITLE}"
    assert dates(head)[0] == ("text", "14 May 2024")


def test_a_date_some_lines_behind_the_text():
    """Share buttons may stand between the text and its date."""
    tail = "Share this article\n\nPrint\n\nMail\n\nThe Marle Courier\n\n14 May 2024"
    assert dates(TITLE, tail) == [("text", "14 May 2024")]


def test_a_date_of_another_article_behind_the_text():
    """Behind the heading over teasers, and far behind the text, dates are others': unknown is better than wrong."""
    assert dates(TITLE, "Related\n\nFerry closed for the winter\n\n13 May 2024") == []
    assert dates(TITLE, "Weather\n\nToday\n\nShare\n\nPrint\n\nMail\n\n15 May 2024") == []


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("by Marle CourierMay 14, 2024017 views", "May 14, 2024"),
        ("Tilda Fenn14. Mai 2024", "14. Mai 2024"),
        ("9:30 am, May 14, 2024 Views: 17", "9:30 am, May 14, 2024"),
    ],
)
def test_dates_that_touch_names_and_counters(line: str, raw: str):
    """Where tags vanish, spaces do too."""
    assert dates(f"{TITLE}\n\n{line}") == [("text", raw)]


@pytest.mark.parametrize(
    "standfirst",
    [
        "Red. / 14.05.2024 The county waited two years for its bridge, and got it in another colour.",
        "The county waited two years for its bridge and got it in another colour. Was it worth it?Tuesday, 14 May 2024",
    ],
)
def test_a_date_at_the_edge_of_the_standfirst(standfirst: str):
    """In front of its first or behind its last sentence; inside a sentence it is what the text is about."""
    assert len(dates(f"{TITLE}\n\n{standfirst}")) == 1
    assert (
        dates(f"{TITLE}\n\nThe county waited for its bridge since the flood of May 14, 2024, which took the old.") == []
    )


def links(*addresses: str) -> str:
    return "\n".join(f"   {number}. {address}" for number, address in enumerate(addresses, 1))


def test_the_day_in_the_pages_own_address():
    """Two services hand the same address on: it is the page's own, and its path bears the day."""
    shared = links(
        f"https://www.facebook.example/sharer.php?u={HANDED}&display=popup",
        f"whatsapp://send?text=Footbridge%20opens%20{HANDED}%3Futm_source%3Dw",
    )
    assert own_address(shared) == PAGE
    assert dates(TITLE, f"References\n\n{shared}") == [("url", "2024/05/14")]
    assert dates(f"{TITLE}\n\n15 May 2024", f"References\n\n{shared}") == [("text", "15 May 2024")]


def test_its_preview_for_other_sites_names_it_too():
    """The address of an oEmbed service holds the page's."""
    assert own_address(links(f"https://marlecourier.example/oembed/1.0/embed?url={HANDED}&format=xml")) == PAGE


def test_an_address_that_was_broken_behind_its_hyphens():
    """html2text breaks long lines inside the links' addresses, too."""
    broken = HANDED.replace("-", "-\n")
    text = f"[Share](https://a.example/share?u={broken}) [Send](https://b.example/?url={broken})"
    assert own_address(text) == PAGE


@pytest.mark.parametrize(
    "text",
    [
        links(f"https://www.facebook.example/sharer.php?u={HANDED}"),  # one may be a teaser's
        links(f"https://marlecourier.example/login?back={HANDED}", f"https://marlecourier.example/m?u={HANDED}"),
        links(*(f"https://{s}.example/?u=https://p.example/{page}" for s in "ab" for page in ("one", "two"))),
        links(*(f"https://{s}.example/?u=https://p.example/" for s in "ab")),  # the home page
        links(*(f"https://{s}.example/?u=https://[p.example/x" for s in "ab")),  # malformed
        "",
    ],
)
def test_no_address_of_its_own(text: str):
    """One service, the site's own links, several pages, none."""
    assert own_address(text) is None


def test_only_a_day_is_a_date():
    """A month's archive, a number, and a path without any."""
    assert [d.raw for d in address_dates("p.example/a-20240514.html")] == ["20240514"]
    for address in ("p.example/2024/05/bridge", "p.example/article-120240514", "2024-05-14.example/x", None):
        assert list(address_dates(address)) == []


def test_what_only_looks_like_links_comes_back():
    """Half a megabyte of marks: each is looked at once, or this test would not end."""
    assert own_address("a:" + "b?" * 250_000) is None
    assert own_address("https://a.example/?u=" * 25_000) is None


def test_a_standfirst_without_a_full_stop_runs_into_the_byline():
    """Only with a clock, and only at the very end: prose names days as well."""
    standfirst = "The builders say that the bridge can carry the whole brass band and its tuba at the same time"
    assert dates(f"{TITLE}\n\n{standfirst} Jo Example 14 May 2024 - 14:41")[0] == ("text", "14 May 2024 - 14:41")
    assert dates(f"{TITLE}\n\n{standfirst}, as on the day of the flood in the town 14 May 2024") == []
