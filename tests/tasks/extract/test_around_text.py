"""Boxes, captions and offers around a text, told by their build or by two signs in their words."""

import pytest

from tests.tasks.extract.story import PARAGRAPHS, TITLE, extract, page, paragraphs

WHOLE = "\n\n".join(PARAGRAPHS)
LINKS = "".join(f"<li><a href='/{n}'>Story number {n} of the harbour week</a></li>" for n in range(4))
PRICES = "<p>The paper by post for thirty crowns.</p>"


@pytest.mark.parametrize("around", ["<div class='c3'>{}</div>", "<td>{}</td>", "<section>{}</section>"])
def test_notes_in_a_box_of_links_are_no_text(around):
    """Weather, prices and letters share a sidebar with its lists."""
    box = around.format(f"<h3>Most read</h3><ol>{LINKS}</ol><h3>Weather</h3><p>Fog in the morning.</p>{PRICES}")
    body = page().replace("</main>", f"</main>{box}")
    assert extract(body).text == WHOLE


def test_a_short_text_beside_a_long_list_stays():
    """What would leave nothing of the page is no note."""
    body = f"<div class='c3'><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><ol>{LINKS}</ol></div>"
    assert PARAGRAPHS[0] in extract(f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>").text


@pytest.mark.parametrize(
    "offer",
    [
        "<div class='kg-card kg-cta-card'><p>Enjoyed this? We come by post on Sundays.</p><a href='/s'>Go</a></div>",
        "<p>Subscribe now</p>",
        "<p>Want the Post by mail? In-county $28 a year, out of county $36. <a href='/s'>Order here.</a></p>",
        "<p>Das E-Paper für 2,99 € im Monat. Bestellen Sie es hier.</p>",
        "<p>扫一扫，在手机上阅读本文</p>",
        "<p>Ich bin damit einverstanden, dass mir der externe Inhalt angezeigt wird. Mehr in der Erklärung.</p>",
        "<p>To view this content you need to accept cookies of its provider.</p>",
        "<p>Pour afficher ce contenu, vous devez accepter les cookies.</p>",
        "<p>Empfohlener redaktioneller Inhalt</p>",
        "<p>Hat Ihnen dieser Artikel gefallen? Dann unterstützen Sie uns mit einer Spende.</p>",
        "<p>この記事は会員限定です。</p>",
        "<div class='erwm'><p>Read this on your phone, wherever you are.</p></div>",
    ],
)
def test_offers_below_a_text_are_no_text(offer):
    """Calls to act, prices for a week or a year, codes to scan."""
    assert extract(page(after=offer)).text == WHOLE


@pytest.mark.parametrize(
    "sentence",
    [
        "The boat costs the town $28 a year in rope alone, and the office will order more of it.",
        "He told them to subscribe now or to leave the association for good.",
        "Externe Inhalte dürfen nur mit Zustimmung der Nutzer angezeigt werden, entschied das Gericht.",
        "The court said that cookies need consent before a page may display the content of others.",
    ],
)
def test_sentences_about_prices_and_orders_stay(sentence):
    """A price without a call, a call inside of a sentence."""
    assert extract(page(after=f"<p>{sentence}</p>")).text == f"{WHOLE}\n\n{sentence}"


def test_a_text_ends_where_the_rest_is_sold():
    """Below `Subscribe to read on` stand offers."""
    wall = "<h2>Subscribe to read on</h2><p>Join 14,000 readers who support local reporting.</p>"
    assert extract(page(after=wall)).text == WHOLE


def test_headings_that_begin_like_offers_stay():
    """A heading of the text is no wall."""
    more = "<h2>Log in: a word</h2><p>The word is older than the harbour, and it comes from ships.</p>"
    assert extract(page(after=more)).text.endswith("comes from ships.")


def test_a_caption_in_a_box_with_its_picture():
    """Whatever the box is called; a picture beside a paragraph of the text is none."""
    box = "<div class='Image'><img src='a.jpg'><p>The ferry at the old pier in the spring</p></div>"
    assert extract(page(before=box)).text == WHOLE
    beside = f"<div><img src='a.jpg'><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div>" + "".join(
        f"<p>{text}</p>" for text in PARAGRAPHS[2:]
    )
    assert extract(page(beside)).text == WHOLE


def test_captions_that_are_all_the_text_stay():
    """A photo story is told under its pictures."""
    slides = "".join(f"<div><img src='{n}.jpg'><p>{text}</p></div>" for n, text in enumerate(PARAGRAPHS))
    assert extract(page(slides)).text == WHOLE


def test_a_table_that_lays_out_the_page():
    """The cell with the paragraphs is the article, the cells around it are menu and sidebar."""
    body = (
        f"<table><tr><td colspan=2><a href='/'>Home</a> | <a href='/s'>Sport</a></td></tr><tr><td>{paragraphs()}"
        f"{paragraphs()}</td><td><b>Latest</b><br><a href='/2'>Pier closed</a></td></tr></table>"
    )
    text = extract(f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>").text
    assert text.startswith(PARAGRAPHS[0])
    assert text.endswith(PARAGRAPHS[-1])
