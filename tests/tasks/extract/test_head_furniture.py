"""What stands between a headline and its text, and does not belong to it."""

import json

import pytest

from tests.tasks.extract.story import PARAGRAPHS, TITLE, extract, page

WHOLE = "\n\n".join(PARAGRAPHS)
AUTHOR = json.dumps({"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Person", "name": "Ada Example"}})
AUTHOR_LD = f'<script type="application/ld+json">{AUTHOR}</script>'


@pytest.mark.parametrize(
    "kicker",
    [
        "<p class='k7'>Harbour</p>",
        "<a href='/harbour'>HARBOUR</a>",
        "<p><a href='/long'>Long Reads</a> <span>Premium</span></p>",
        "<p><span>Reuters</span> | <time>7 May 2024</time></p>",
        "<p>［ＰＲ］</p>",
    ],
)
def test_lines_above_the_headline_are_no_text(kicker):
    """Rubrics, flags and sources that the page prints over its headline."""
    assert extract(page().replace("<h1>", f"{kicker}<h1>")).text == WHOLE


@pytest.mark.parametrize(
    "line",
    [
        "By Ada Example",
        "Ada Example Last updated",
        "Photographs by Ben Muster",
        "Por Ada Example<br>18/07/2025 às 16h32",
        "Par Ada Example, avec AFP Publié le 3 mars 2025 à 14h05, mis à jour le 4 mars 2025 à 9h20",
        "12 de abril de 2025 | 09:30 h. Actualizado a las 11:04 h.",
    ],
)
def test_bylines_and_dates_are_no_text(line):
    """Who wrote it, who took the pictures, and when: above the text, below a standfirst too."""
    lead = "The ferry was missed for eleven years. Now the harbour has its night boat back."
    head = AUTHOR_LD + f'<meta property="og:description" content="{lead}">'
    assert extract(page(head=AUTHOR_LD, before=f"<p>{line}</p>")).text == WHOLE
    assert extract(page(head=head, before=f"<p>{lead}</p><p>{line}</p>")).text == f"{lead}\n\n{WHOLE}"


def test_a_byline_that_leaves_the_text_stays_as_evidence():
    """The text does without it, the author is known all the same."""
    found = extract(page(before="<p>By Ada Example</p>"))
    assert "By Ada Example" in [one.raw for one in found.bylines]


@pytest.mark.parametrize(
    "line",
    [
        "By Friday the harbour office had sold nine hundred tickets for the first crossing.",
        "Harbour master Ada Example has waited eleven years for this boat.",
        "Cologne -",
        "WHAT THE HARBOUR OFFICE SAID",
    ],
)
def test_first_lines_of_a_text_stay(line):
    """Sentences that begin like bylines, a place with its dash, a heading that stands nowhere else."""
    assert extract(page(before=f"<p>{line}</p>")).text == f"{line}\n\n{WHOLE}"


def test_share_buttons_are_no_text():
    """A list of words to press; a list of facts at the head of a text stays."""
    buttons = "<ul><li>Facebook</li><li>Copy link</li></ul>"
    facts = "<ul><li>first boat at dawn</li><li>last boat after the theatre</li></ul>"
    assert extract(page(before=buttons)).text == WHOLE
    assert extract(page(before=facts)).text.startswith("- first boat at dawn")


def test_a_headline_that_is_no_heading():
    """Old pages print it as a paragraph: without an h1 the printed part of `<title>` is the headline."""
    body = page().replace(f"<h1>{TITLE}</h1>", f"<p>Harbour</p><p class='head'>{TITLE}</p>")
    body = body.replace("og:site_name", "x-name").replace("| Harbour Post", "- The Evening Tide")
    found = extract(body)
    assert (found.title, found.text) == (TITLE, WHOLE)


def test_of_two_printed_parts_the_longer_is_the_headline():
    """`<title>` names the site first; the page prints both."""
    body = f"<p>The Evening Tide</p><p>{TITLE}</p>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    found = extract(f"<html><head><title>The Evening Tide - {TITLE}</title></head><body>{body}</body></html>")
    assert found.title == TITLE


@pytest.mark.parametrize(
    "line",
    ["Updated", "Published", "Veröffentlicht: | aktualisiert:", "Updated: 9.45pm", "Mis à jour le", "Opublikowano"],
)
def test_the_label_of_a_date_is_no_text(line):
    """The date itself is set by a script, or stands in an element that was taken out."""
    assert extract(page(before=f"<p>{line}</p>")).text == WHOLE


def test_a_sentence_that_begins_like_a_label_stays():
    """`Published in 1911, the timetable ...` is text."""
    first = "Published in 1911, the first timetable of the ferry hangs in the harbour office to this day."
    assert extract(page(before=f"<p>{first}</p>")).text.startswith(first)
