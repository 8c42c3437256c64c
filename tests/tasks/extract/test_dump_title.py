"""Which line of a dump is the headline, where several look like one."""

import pytest

from tasks.extract.dump import extract_dump
from tasks.extract.dump_title import headline_of
from tasks.extract.dump_words import sentences
from tests.tasks.extract.test_dump import BRIDGE

TITLE = "Footbridge over the Marle opens in red"
BODY = "\n\n".join(BRIDGE)


def title(text: str) -> str | None:
    return extract_dump(text).title


def test_a_shorter_line_right_over_the_standfirst():
    """The standfirst has more of the text's words; the headline stands over it, and is shorter."""
    standfirst = "The council calls the new colour of the footbridge brick, and the residents call it tomato"
    assert title(f"{TITLE}\n\n{standfirst}\n\nBy Tilda Fenn\n\n{BODY}") == TITLE


@pytest.mark.parametrize("label", ["You are here:", "THE FOOTBRIDGE:", "Bridges, engineers, residents,"])
def test_a_line_that_goes_on_is_no_headline(label: str):
    """It ends with a colon or a comma: what it announces stands behind it."""
    assert title(f"{label}\n\n{TITLE}\n\n{BODY}") == TITLE


def test_a_teaser_far_above_a_byline():
    """A byline signs the lines right over it, not a teaser above the menu."""
    menu = ("Four hundred musicians have been counted at the fair", "Breadcrumb", "Sport", "Weather", "Jobs", "Log in")
    above = "\n\n".join([*menu, "Menu", "Close", "Search"])
    found = title(f"{above}\n\nRed at last: new bridge\n\nBy Tilda Fenn\n\n14 May 2024\n\n{BODY}")
    assert found == "Red at last: new bridge"


def test_a_kicker_that_was_parted_from_its_colon():
    """Some browsers break the line where an element ends."""
    assert title(f"Marle valley\n: {TITLE}\n\n14 May 2024\n\n{BODY}") == f"Marle valley: {TITLE}"


def test_an_agency_that_touches_the_caption():
    """The credit is glued to the caption's last word."""
    caption = "The footbridge over the Marle on Saturday, new and red.AFP"
    assert title(f"{TITLE}\n\n{caption}\n\nBy Tilda Fenn\n\n{BODY}") == TITLE


def test_initials_end_no_sentence():
    """A headline with an initial in it is no prose."""
    assert sentences("Múte B. Egede on the poll: no change") == 0
    assert sentences("He went on. She stayed at home.") == 2


@pytest.mark.parametrize(
    ("printed", "elsewhere", "headline"),
    [
        (
            "Bridge over the Marle Red at last",
            "Bridge over the Marle: Red at last",
            "Bridge over the Marle: Red at last",
        ),
        ("Brucke fur Fussganger in Rot", "Brücke für Fussgänger in Rot", "Brücke für Fussgänger in Rot"),
        ("Bridge (Marle) opens in red", "Bridge / Marle opens in red", "Bridge (Marle) opens in red"),  # has its own
        ("The red footbridge opens", "»The red footbridge opens«", "The red footbridge opens"),  # quoted in a teaser
        ("The red footbridge opens", "The red footbridge opens?", "The red footbridge opens"),
    ],
)
def test_marks_that_got_lost(printed: str, elsewhere: str, headline: str):
    """Where elements meet a colon gets lost, and html2text leaves dots out; another line of the file has them."""
    assert headline_of(printed, [elsewhere, printed]) == headline


@pytest.mark.parametrize(
    ("printed", "headline"),
    [
        ("14.05.2024 - Footbridge opens in red", "Footbridge opens in red"),
        ("14.05.2024Footbridge opens in red", "Footbridge opens in red"),
        ("14.05.2024: opened", "14.05.2024: opened"),  # nothing but a word would be left
        ("14.05.2024 was a red day", "14.05.2024 was a red day"),
    ],
)
def test_a_day_before_the_headline(printed: str, headline: str):
    """Lists of news print it there; in a sentence it belongs to the words."""
    assert headline_of(printed, [printed]) == headline


def test_the_day_before_a_headline_dates_it():
    """Where no other line does."""
    page = extract_dump(f"14.05.2024 - {TITLE}\n\n{BODY}")
    assert page.title == TITLE
    assert [d.raw for d in page.dates] == ["14.05.2024"]
