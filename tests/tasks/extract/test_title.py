"""Which candidate is the article's headline, and what is cut off it."""

import json

import pytest

from tasks.extract.title import choose_title, site_names, without_headlines, without_site
from tasks.model import Evidence
from tests.tasks.extract.story import TITLE, URL, extract, page

NAMES = frozenset({"harbourpost", "harbourpostexample"})
HEADLINE = "Night ferry returns to the old harbour"


def candidates(**found: str) -> list[Evidence]:
    places = {
        "h1": ("h1", "h1"),
        "json": ("json-ld", "headline"),
        "og": ("meta", "og:title"),
        "title": ("title", "title"),
    }
    return [Evidence(text, *places[name]) for name, text in found.items()]


@pytest.mark.parametrize(
    "found",
    [
        {"h1": HEADLINE, "og": HEADLINE, "title": f"{HEADLINE} | Harbour Post"},
        {"h1": "Harbour Post", "title": f"{HEADLINE} - Harbour Post"},
        {"h1": "Log in", "og": f"{HEADLINE} — Harbour Post", "title": "Harbour Post"},
        {"h1": f"Ferries: {HEADLINE}", "json": HEADLINE, "og": HEADLINE},
        {
            "h1": HEADLINE,
            "json": "Ferry: all news, times and prices",
            "og": HEADLINE,
            "title": "Ferry: all news, times and prices",
        },
        {"h1": HEADLINE, "json": "Goalkeeper leaves after nine seasons", "og": HEADLINE},
        {"h1": "News", "og": HEADLINE, "title": "News"},
        {"json": f"{HEADLINE}-Town", "og": HEADLINE},
        {"title": f"Harbour Post: {HEADLINE}".replace(": ", " | ")},
    ],
)
def test_the_headline_wins(found):
    """Stated, shown and confirmed headlines beat site names, log-in boxes, search titles and other articles' nodes."""
    assert choose_title(candidates(**found), NAMES) == HEADLINE


def test_a_cut_headline_is_completed():
    """JSON-LD headlines are cut at 110 characters by some systems; the h1 goes on."""
    long = "The night ferry will cross the bay again from the first of June after eleven years with an unsafe pier"
    assert choose_title(candidates(h1=long, json=long[:94] + "..."), NAMES) == long


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Ferry returns | Town | Harbour Post", "Ferry returns | Town"),
        ("Ferry returns - Harbour Post Online", "Ferry returns"),
        ("Harbour Post » Ferry returns", "Ferry returns"),
        ("Ferry returns: a day on the pier", "Ferry returns: a day on the pier"),
        ("Post-Brexit ferry – the old harbour waits", "Post-Brexit ferry – the old harbour waits"),
        ("«We waited eleven years»", "«We waited eleven years»"),
    ],
)
def test_only_the_site_s_own_name_is_cut(text, bare):
    """Colons and dashes belong to headlines; only a part that names the site goes."""
    assert without_site(text, NAMES, []) == bare


def test_site_names_come_from_evidence_and_host():
    """`og:site_name` and the labels of the host; the suffix and `www` name nothing."""
    names = site_names([Evidence("The Harbour Post", "meta", "og:site_name")], "https://www.harbourpost.co.uk/a")
    assert {"theharbourpost", "harbourpost"} <= names
    assert not {"www", "uk", "co"} & names


def test_kickers_inside_the_headline_are_left_out():
    """A rubric in a marked span of the h1 is no part of the headline."""
    body = page().replace("<h1>", '<h1><span class="headline__kicker">Town</span> ')
    assert extract(body).titles[0].raw == "The night ferry returns to the old harbour"


def test_the_anchor_behind_a_heading_is_none_of_it():
    """Documentation links each heading to itself with a sign."""
    assert (
        extract(page(title=HEADLINE).replace(f"<h1>{HEADLINE}", f'<h1>{HEADLINE}<a href="#a">¶</a>')).title == HEADLINE
    )


def test_entities_and_spaces_are_cleaned():
    """Twice escaped entities, soft white space and line breaks in a headline."""
    body = page(title="Fish &amp;amp; chips\n  return&nbsp;to the&#8239;harbour")
    assert extract(body).title == "Fish & chips return to the harbour"


def test_a_headline_of_this_url_needs_no_witness():
    """A node that names the page speaks for it in other words than the h1; one that names another page does not."""
    other = "Old pier carries passengers again after eleven winters"
    node = {"@type": "NewsArticle", "headline": other, "mainEntityOfPage": URL}
    head = f'<link rel="canonical" href="{URL}"><meta property="og:title" content="{HEADLINE}">'
    ours = head + f'<script type="application/ld+json">{json.dumps(node)}</script>'
    theirs = head + f'<script type="application/ld+json">{json.dumps(node | {"mainEntityOfPage": URL + "/2"})}</script>'
    assert extract(page(head=ours, title=HEADLINE)).title == other
    assert extract(page(head=theirs, title=HEADLINE)).title == HEADLINE


def test_a_heading_that_links_to_the_front_page_is_the_site_s_name():
    """Blogs set their own name in an h1; the article's title stands lower, or only in `<title>`."""
    banner = '<h1><a href="/">Notes From a Small Pier</a></h1>'
    named = page(title=HEADLINE).replace('<meta property="og:site_name" content="Harbour Post">', "")
    assert extract(named.replace("<nav>", banner + "<nav>")).title == HEADLINE
    old = named.replace(f"<h1>{HEADLINE}</h1>", f"<h2>{HEADLINE}</h2>").replace("<nav>", banner + "<nav>")
    old = old.replace(f"<title>{HEADLINE} | Harbour Post", f"<title>Notes From a Small Pier » Archive » {HEADLINE}")
    assert extract(old).title == HEADLINE


def test_of_two_headings_the_one_that_another_place_repeats():
    """The first may be the section's, and `<title>` has words of both."""
    stated = f'<meta property="og:title" content="{HEADLINE}">'
    section = page(head=stated, title=HEADLINE).replace("<nav>", "<h1>Harbour news: Harbour Post</h1><nav>")
    section = section.replace(f"<title>{HEADLINE}", f"<title>{HEADLINE} Harbour news")
    assert extract(section).title == HEADLINE


def test_a_headline_that_links_to_itself_is_no_site_name():
    """Many templates link the headline to the article."""
    body = page().replace(f"<h1>{TITLE}</h1>", f'<h1><a href="{URL}">{TITLE}</a></h1>')
    assert ("h1", TITLE) in [(one.source, one.raw) for one in extract(body).titles]


def test_a_kicker_joined_with_a_dash_gets_the_colon_that_is_printed():
    """`Kicker - Headline` in JSON-LD, `Kicker: Headline` for readers."""
    printed = f"Harbour: {HEADLINE}"
    assert choose_title(candidates(h1=HEADLINE, json=f"Harbour - {HEADLINE}", og=printed), NAMES) == printed
    alone = f"Harbour - {HEADLINE}"
    assert choose_title(candidates(json=alone, h1=alone), NAMES) == alone


def test_a_site_name_that_is_the_headline_names_no_site():
    """Some templates fill `og:site_name` with the title; short ones may be both on a page about the site."""
    headline = Evidence(f"{HEADLINE} - Harbour Post", "meta", "og:site_name")
    name = Evidence("Harbour Post", "meta", "application-name")
    titles = [Evidence(headline.raw, "meta", "og:title"), Evidence(name.raw, "h1", "h1")]
    assert without_headlines([headline, name], titles) == (name,)


def test_soft_hyphens_are_no_letters_of_a_headline():
    """They say where a line may break; who searches for the word does not type them."""
    assert extract(page(title="Har\u00adbour\u00admas\u00adter re&shy;turns")).title == "Harbourmaster returns"
