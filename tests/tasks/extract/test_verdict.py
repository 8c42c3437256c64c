"""Walls and lists that are longer than a notice."""

import pytest

from tasks.errors import Rejected
from tests.tasks.extract.story import extract, page

PURPOSES = (
    "We and our 184 partners store and access information on your device with cookies.",
    "Your personal data are processed for advertising, and the number of readers is counted.",
    "You can withdraw your consent at any time in the privacy centre at the foot of each page.",
    "With your consent we may use the place where you are and the kind of device that you hold.",
    "Some partners do not ask for your consent and rely on their legitimate interest.",
    "Read with advertising and tracking as usual, or without tracking for two crowns a month.",
    "Those who already have an account can log in below and will not see this page again.",
)
CARDS = "".join(
    f"<div class='c7'><a href='/{n}'><h3>Story number {n} of the harbour week</h3></a>"
    f"<p>Somebody catches fish number {n}, and it is of some size.</p></div>"
    for n in range(14)
)
COLLECTION = '<script type="application/ld+json">{"@type": "CollectionPage", "name": "Local news"}</script>'


def wall(title: str, *sentences: str) -> str:
    texts = "".join(f"<p>{text}</p>" for text in sentences)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{texts}</body></html>"


def test_a_wall_that_explains_itself_is_a_wall():
    """Two hundred words about purposes and partners under a title that asks for consent."""
    with pytest.raises(Rejected) as caught:
        extract(wall("Your privacy choices", *PURPOSES, *PURPOSES))
    assert caught.value.reason == "consent"


def test_an_article_about_consent_is_none():
    """The same words under the headline of a report: it does not ask the reader for anything."""
    text = extract(wall("Court rules on how newspapers ask for cookies", *PURPOSES, *PURPOSES)).text
    assert "184 partners" in text


def test_a_page_that_calls_itself_a_list_and_shows_cards():
    """Linked headlines with a teaser each, on a page whose JSON-LD says that it is a collection."""
    cards = page(CARDS, head=COLLECTION, title="Local news").replace('content="article"', 'content="website"')
    with pytest.raises(Rejected) as caught:
        extract(cards)
    assert caught.value.reason == "not_an_article"


def test_a_photo_story_in_a_collection_is_an_article():
    """Magazines put CollectionPage on articles: what has paragraphs of its own stays."""
    assert extract(page(head=COLLECTION).replace('content="article"', 'content="website"')).text
