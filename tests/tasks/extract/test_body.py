"""What belongs to the main text and what does not, one rule a page."""

import json

import pytest

from tasks.extract.body import is_better
from tasks.extract.paragraphs import Block
from tests.tasks.extract.story import PARAGRAPHS, TITLE, extract, page, paragraphs

WHOLE = "\n\n".join(PARAGRAPHS)


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def after_third(insertion: str) -> str:
    """The article with something between its third and fourth paragraph."""
    parts = [f"<p>{text}</p>" for text in PARAGRAPHS]
    return page("".join([*parts[:3], insertion, *parts[3:]]))


@pytest.mark.parametrize(
    "insertion",
    [
        '<p><strong>Read also:</strong> <a href="/2">Harbour office moves to the customs house</a></p>',
        '<p><a href="/2">THE HARBOUR OFFICE MOVES TO THE CUSTOMS HOUSE</a></p>',
        '<p>Les også: <a href="/2">Havnekontoret flytter til tollboden etter jul</a></p>',
        '<p>前の記事：<a href="/2">港湾事務所が税関の建物に移転することになりました</a></p>',
        '<ul><li><a href="/2">Harbour office moves to customs</a></li><li><a href="/3">Pier closed</a></li></ul>',
        '<a href="/2"><h3>Harbour office moves</h3><p>The customs house has been empty for nine years now.</p></a>',
        '<div class="related-articles"><p>Harbour office moves to the customs house after nine years.</p></div>',
        '<aside class="newsletter-signup"><p>Get the harbour news every morning before breakfast.</p></aside>',
        "<p>Sign up for our newsletter and get the harbour news every morning.</p>",
        "<p>Abonnieren Sie unseren Newsletter für Nachrichten aus dem Hafen.</p>",
        "<figure><img src='a.jpg'><figcaption>The ferry at the old pier. Photo: A. Example</figcaption></figure>",
        '<div class="wp-caption-text">The ferry at the old pier in the spring of 1998. Photo: A. Example</div>',
        '<div class="fact-box"><h3>The ferry in figures</h3><p>Built in 1961, it is forty metres long.</p></div>',
        '<div class="cookie-banner"><p>We use cookies to measure how many readers we have.</p></div>',
        "<p>Advertisement</p>",
        "<script>document.write('<p>A paragraph that only a script would write into the page.</p>')</script>",
    ],
)
def test_insertions_between_paragraphs_are_left_out(insertion):
    """Links to other articles, offers, captions and boxes interrupt a text; it reads on without them."""
    assert extract(after_third(insertion)).text == WHOLE


@pytest.mark.parametrize(
    "insertion",
    [
        '<p>The office <a href="/2">moved to the customs house</a> when the pier was closed in the autumn of 2013.</p>',
        "<p>The office sends a newsletter to nine hundred readers, and half of them live on the islands.</p>",
        "<p>“We had to read more than two thousand pages of plans,” said the harbour master on Tuesday.</p>",
        "<blockquote>The pier is safe for the first time since I came here as a young deck hand.</blockquote>",
    ],
)
def test_paragraphs_that_look_like_insertions_stay(insertion):
    """A link inside of a sentence, a newsletter as a fact, `read more` inside of a quotation, a quotation."""
    text = extract(after_third(insertion)).text
    assert len(text.split("\n\n")) == len(PARAGRAPHS) + 1


def test_lists_are_kept():
    """A list of facts is part of the text, an item a line."""
    text = extract(after_third("<ul><li>first boat at 4.40</li><li>last boat at 23.15</li></ul>")).text
    assert "- first boat at 4.40\n- last boat at 23.15" in text


def test_the_headline_is_not_repeated():
    """A headline that stands in the article's container is the title, not the text."""
    inside = page(before=f"<h2>{TITLE}</h2><h2>Ferries: {TITLE}</h2>")
    assert extract(inside).text == WHOLE


def test_subheadings_stay_and_a_last_one_goes():
    """A heading between paragraphs structures the text; one with nothing below it does not."""
    text = extract(
        after_third("<h2>New piles</h2>").replace("</div></article>", "<h2>Comments below</h2></div></article>")
    ).text
    assert "\n\nNew piles\n\n" in text
    assert text.endswith(PARAGRAPHS[-1])


@pytest.mark.parametrize("line", ["7 May 2024, 14:05", "Stand: 07.05.2024, 06:00 Uhr", "Reading time: 3 minutes"])
def test_dates_above_the_text_are_left_out(line):
    """Date and reading time are metadata, whatever element they stand in."""
    assert extract(page(before=f"<p>{line}</p>")).text == WHOLE


def test_a_standfirst_of_sentences_begins_the_text():
    """Printed as a paragraph between headline and text, it is prose that the text goes on from."""
    lead = "The ferry was missed for eleven years. Now the harbour has its night boat back."
    head = f'<meta property="og:description" content="{lead}">'
    body = page(head=head).replace("</h1>", f'</h1><p class="lead">{lead}</p>')
    found = extract(body)
    assert found.text == f"{lead}\n\n{WHOLE}"
    assert found.description == lead


def test_a_sub_headline_is_the_description_only():
    """A line without a full stop is a deck: it heads the text and is no part of it."""
    deck = "Engineers have replaced forty piles of the northern pier after eleven years"
    head = f'<meta property="og:description" content="{deck}">'
    found = extract(page(head=head, before=f"<p>{deck}</p>"))
    assert (found.text, found.description) == (WHOLE, deck)


def test_a_description_in_the_head_only_stays_there():
    """What is not printed on the page is no text of it."""
    head = '<meta name="description" content="Everything about the ferry. Read it here first.">'
    found = extract(page(head=head))
    assert (found.text, found.description) == (WHOLE, "Everything about the ferry. Read it here first.")


def test_a_stated_body_stands_in_for_missing_markup():
    """A page that draws itself by script may state its text in JSON-LD."""
    body = page("", head=ld(headline=TITLE, articleBody="\n".join(PARAGRAPHS)))
    found = extract(body)
    assert (found.text, found.extractor) == (WHOLE, "articleBody")


def test_a_stated_body_tells_what_was_inserted():
    """A box without any telling name is recognised because the page's own articleBody does without it."""
    box = "<div><p>Our shop has harbour mugs, harbour scarves and harbour calendars at half the price.</p></div>"
    body = after_third(box).replace("</head>", ld(headline=TITLE, articleBody="\n".join(PARAGRAPHS)) + "</head>")
    assert extract(body).text == WHOLE
    assert "harbour mugs" in extract(after_third(box)).text


def test_a_cut_stated_body_hides_nothing():
    """An articleBody that ends early is no witness against the paragraphs after its end."""
    head = ld(headline=TITLE, articleBody=" ".join(PARAGRAPHS[:4])[:-20])
    assert extract(page(head=head)).text == WHOLE


def test_text_in_a_script_string():
    """Frameworks ship the article as HTML inside of a script; it is read when the markup has nothing."""
    state = json.dumps({"article": {"html": paragraphs()}})
    script = f"<script>self.push([1,{json.dumps(state)}])</script>"
    empty = f"<html><head><title>{TITLE}</title></head><body><div id=app></div>{script}</body></html>"
    found = extract(empty)
    assert (found.text, found.extractor) == (WHOLE, "embedded")


def test_line_breaks_instead_of_paragraphs():
    """Old pages part their paragraphs by two line breaks in one cell."""
    cell = "<br><br>".join(PARAGRAPHS)
    body = f"<html><head><title>{TITLE}</title></head><body><table><tr><td>{cell}</td></tr></table></body></html>"
    text = extract(body).text
    assert all(paragraph in text for paragraph in PARAGRAPHS)


def test_a_name_that_covers_the_article_is_not_believed():
    """Themes call the whole story `subscription-content` or `share`: more than half of the page is no box."""
    wrapped = page(f'<div class="subscription-content share">{paragraphs()}</div>')
    assert extract(wrapped).text == WHOLE


@pytest.mark.parametrize("label", ["More from Town", "Weitere Artikel", "Contenido relacionado", "Pressekontakt:"])
def test_a_text_ends_at_a_label_of_other_matters(label):
    """Below `More from ...` near the end stand other matters, linked or not."""
    found = extract(page(after=f"<h3>{label}</h3><p>The customs house has stood empty for nine years now.</p>"))
    assert found.text == WHOLE


def test_the_article_is_found_beside_a_long_form():
    """The densest element outvotes a form or teaser that has the container's name."""
    long = "".join(
        f"<p>{text} And so it went on for the whole of day {n}.</p>" for n in range(6) for text in PARAGRAPHS
    )
    body = (
        f"<html><head><title>{TITLE}</title></head><body><div class='entry-content'><p>Write to the harbour office "
        f"with your question about tickets, tides or lost luggage.</p></div><div class='x1'>{long}</div></body></html>"
    )
    assert "day 5" in extract(body).text


def test_an_article_that_goes_on_in_a_second_container_is_whole():
    """The fast mode has none of the densest element: there the full mode may know less of what the fast one found."""
    first, rest = PARAGRAPHS[:3], [f"So it went on for the whole of day {n}: the pier was shut." for n in range(90)]
    fast, dense = ([Block("p", text) for text in texts] for texts in (first, rest))
    full = [*fast[:2], *dense]
    assert is_better(full, fast, dense)


def test_live_blog_entries_stay_in_the_page_s_order():
    """Entries of a live blog are read as they are printed."""
    entries = "".join(
        f"<div class='entry'><h3>{hour}:00</h3><p>{text}</p></div>" for hour, text in enumerate(PARAGRAPHS, 9)
    )
    text = extract(page(entries)).text
    positions = [text.index(paragraph) for paragraph in PARAGRAPHS]
    assert positions == sorted(positions)


def test_cards_of_other_articles_are_left_out():
    """Linked headlines with a teaser each, below the text, under no telling name."""
    cards = "".join(
        f"<div class='c7'><h3><a href='/{n}'>Story number {n} of the harbour week</a></h3>"
        f"<p>In this story number {n} somebody catches a fish of some size.</p></div>"
        for n in range(4)
    )
    long = "".join(f"<p>{text} ({n})</p>" for n in range(3) for text in PARAGRAPHS)
    text = extract(page(long, after=f"<div class='c6'>{cards}</div>")).text
    assert text.endswith("every crossing. (2)")
    assert "Story number" not in text
