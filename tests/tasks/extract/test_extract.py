"""What a capture becomes: a page, or a rejection with its reason."""

import gzip

import pytest

from tasks.errors import Rejected
from tasks.extract import MAX_TEXT_BYTES, extract_article
from tasks.extract.sniff import text_kind
from tasks.model import REASONS
from tests.tasks.extract.story import PARAGRAPHS, TITLE, capture, extract, page


def reason_of(*args, **fields) -> str:
    with pytest.raises(Rejected) as caught:
        extract_article(capture(*args, **fields))
    assert caught.value.reason in REASONS
    return caught.value.reason


def test_a_plain_article():
    """The paragraphs, parted by a blank line, and nothing of the page around them."""
    found = extract(page())
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert found.title == TITLE
    assert found.access == "full"


@pytest.mark.parametrize(
    ("status", "reason"), [(301, "redirect"), (304, "redirect"), (404, "http_error"), (503, "http_error")]
)
def test_a_status_rejects_whatever_the_body_says(status, reason):
    """An article's text under an error status is the error page's teaser, not the article."""
    assert reason_of(page(), status=status) == reason


def test_resource_records_have_no_status():
    """WARC resource and conversion records are read like responses."""
    assert extract(page(), status=None).title == TITLE


@pytest.mark.parametrize("body", [b"", b"  \r\n\t ", b"\0\0\0"])
def test_no_bytes_is_empty(body):
    """White space and NULs count as nothing."""
    assert reason_of(body) == "empty"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200), "text/html"),
        (b"%PDF-1.7\n1 0 obj <<>> endobj", "text/plain"),
        (b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>x</title></channel></rss>', "text/html"),
        (b"<?xml version='1.0'?><!-- by hand --><urlset xmlns='http://x'><url/></urlset>", "application/xml"),
        (b"User-agent: *\nDisallow: /search\nSitemap: https://paper.example/s.xml\n", "text/plain"),
        (b'{"articles": []}', "text/html"),
        (b"!function(){var a=1;window.b=a}();", "text/html"),
        (b"body { margin: 0; color: #111 }\n.story{width:40em}", "text/css"),
        (gzip.compress(b"<html>"), "text/html"),
        (bytes(range(1, 32)) * 40, "text/html"),
    ],
)
def test_what_is_no_page_is_told_by_its_bytes(body, content_type):
    """The declared type is not believed: images come as text/html, PDFs as text/plain."""
    assert reason_of(body, content_type) == "not_html"


def test_xhtml_is_a_page_when_it_holds_an_article():
    """application/xhtml+xml with an article is read; one with a word of text has none."""
    head = '<?xml version="1.0"?>'
    assert extract(head + page(), "application/xhtml+xml").title == TITLE
    short = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>short</p></body></html>'
    assert reason_of(head + short, "application/xhtml+xml") == "no_text"


def test_html_served_as_text_is_a_page():
    """text/plain that begins with a doctype is a page that the server named wrongly."""
    assert extract(page(), "text/plain").text == "\n\n".join(PARAGRAPHS)


def test_a_text_that_begins_with_an_image_is_a_text():
    """A single tag left at its head makes no page of a dump; tags in the rest do, and so does another type."""
    image, prose = '<img src="ferry.jpg" alt="The ferry">\n', "\n\n".join(PARAGRAPHS)
    assert text_kind(image + prose, "text/plain; charset=utf-8")[0] == "text"
    assert text_kind(image + "".join(f"<p>{one}</p>" for one in PARAGRAPHS), "text/plain")[0] == "html"
    assert text_kind(image + prose, "text/html")[0] == "html"


def test_too_large_text():
    """5 MiB of text is the limit; it is not parsed."""
    assert reason_of("<html><body>" + "<p>word</p>" * (MAX_TEXT_BYTES // 10)) == "too_large"


def test_nested_divs_have_no_text():
    """Elements nested beyond what a parser allows end as a rejection, not as a crash."""
    assert reason_of("<html><body>" + "<div>" * 100_000 + "x") == "no_text"


def test_an_absurd_colspan_is_stored():
    """A table cell that claims to span nine quadrillion columns costs nothing."""
    table = '<table><tr><td colspan="9007199254740991">Pier</td><td>Depth</td></tr></table>'
    assert "Pier" in extract(page(after=table)).text


def test_nul_surrogates_and_overrides_leave_valid_text():
    """The text encodes to UTF-8 and holds no NUL and no direction override."""
    raw = page().replace("night", "ni\0ght").replace("bay", "ba\u202ey").encode().replace(b"oak", b"\xed\xa0\x80oak")
    text = extract(raw).text
    text.encode("utf-8")
    assert "night ferry" in text
    assert "the bay again" in text
    assert "\0" not in text


def test_a_cut_capture_is_partial():
    """WARC-Truncated: what there is is stored, and said to be incomplete."""
    whole = page()
    assert extract(whole[: whole.index("Tickets")], truncated="length").access == "partial"


@pytest.mark.parametrize(
    "body",
    [
        "<html lang=de><head><title>Zustimmung</title></head><body><h2>Willkommen</h2><p>Um die Seite mit Werbung und "
        "Tracking zu nutzen, stimmen Sie bitte zu. Wir und unsere 90 Partner verarbeiten Daten. Oder lesen Sie "
        "werbefrei im Abo.</p><button>Akzeptieren und weiter</button>",
        "<html><head><title>Before you continue</title></head><body><p>We use cookies and data to deliver our "
        "services. If you accept, we also use cookies for advertising. You can withdraw your consent at any time.</p>",
    ],
)
def test_consent_walls(body):
    """A page whose text is a request for consent is no article, in whatever language."""
    assert reason_of(body) == "consent"


def test_an_article_about_cookies_is_an_article():
    """A report that names cookies and consent in some sentences stays."""
    more = "The port also runs a web site that asks visitors for consent to cookies, as the law of 2018 demands."
    assert "consent to cookies" in extract(page(paragraphs_with(more))).text


def paragraphs_with(*more: str) -> str:
    return "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, *more))


@pytest.mark.parametrize(
    "body",
    [
        "<html><head><title>Not found</title></head><body><h1>We can’t find that page</h1><p>Try our homepage.</p>",
        "<html><head><title>Seite nicht gefunden</title></head><body><h1>Leider nichts da</h1><p>Die Seite, die Sie "
        "suchen, gibt es nicht mehr, vielleicht hilft die Suche weiter.</p>",
        "<html><head><title>404 | Harbour Post</title></head><body><p>The page you are looking for might have been "
        "removed, had its name changed, or is temporarily unavailable to our readers.</p>",
    ],
)
def test_soft_404(body):
    """A page that says 'not found' with status 200."""
    assert reason_of(body) == "soft_404"


def test_a_page_of_links_is_no_article():
    """A section page: its text is the text of its links."""
    links = "".join(f'<p><a href="/{n}">The {n}th headline of a long day at the harbour</a></p>' for n in range(2, 40))
    body = f"<html><head><title>Town</title></head><body><main>{links}</main></body></html>"
    assert reason_of(body, fetched_url="https://www.harbourpost.example/town") == "not_an_article"


def test_a_photo_story_of_few_words_is_an_article():
    """Recall of articles matters more: one short paragraph under a headline is stored."""
    notice = "<p>A porpoise was seen off the old harbour on Sunday evening, the first one this year.</p>"
    assert extract(page(notice)).text.startswith("A porpoise was seen")


def test_a_wall_without_text():
    """A subscription page with no sentence of the article is a rejection of its own."""
    body = "<html><head><title>Ferry returns</title></head><body><div class='paywall'><button>Subscribe</button></div>"
    assert reason_of(body) in ("paywall", "no_text")
    wall = body.replace("<button>Subscribe</button>", "Subscribe now to read on")
    assert reason_of(wall) == "paywall"


def test_a_stub_with_a_teaser_is_stored_as_paywall():
    """One paragraph beside a declared wall: kept, and marked."""
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    found = extract(page(f"<p>{PARAGRAPHS[0]}</p>", head=head))
    assert (found.access, found.text) == ("paywall", PARAGRAPHS[0])


def test_a_flagged_page_with_its_whole_text_is_full():
    """Most pages that declare a paywall deliver the text: its length decides."""
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    long = "".join(f"<p>{text} ({n})</p>" for n in range(7) for text in PARAGRAPHS)
    assert extract(page(long, head=head)).access == "full"


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to continue reading",
        "This article is for subscribers only.",
        "Weiterlesen mit Hafenpost+",
        "Cet article est réservé aux abonnés",
        "Contenido exclusivo para suscriptores",
        "Conteúdo exclusivo para assinantes",
        "この記事は有料会員限定です。残り1,024文字",
    ],
)
def test_a_line_that_says_the_article_goes_on_for_payers(line):
    """Under a stub it is a wall; under a longer beginning the text is partial; under a whole article it is an offer."""
    offer = f"<div><a href='/abo'>{line}</a></div>"
    beginning = "".join(f"<p>{text} ({n})</p>" for n in range(3) for text in PARAGRAPHS)
    whole = "".join(f"<p>{text} ({n})</p>" for n in range(7) for text in PARAGRAPHS)
    assert extract(page(f"<p>{PARAGRAPHS[0]}</p>", after=offer)).access == "paywall"
    assert extract(page(beginning, after=offer)).access == "partial"
    assert extract(page(whole, after=offer)).access == "full"


def test_log_in_links_and_newsletters_are_no_wall():
    """Every page of some sites has them."""
    for line in ("Log in", "Subscribe to our newsletter", "Sign in to read comments", "Become a member"):
        assert extract(page(f"<p>{PARAGRAPHS[0]}</p>", after=f"<p><a href='/x'>{line}</a></p>")).access == "full"


def test_a_page_node_may_declare_the_wall():
    """Some mark the WebPage, not the article."""
    head = '<script type="application/ld+json">[{"@type": "WebPage", "isAccessibleForFree": false}]</script>'
    assert extract(page(f"<p>{PARAGRAPHS[0]}</p>", head=head)).access == "paywall"


def test_skip_links_are_no_article():
    """A page that shows nothing but its link to the content has no text."""
    assert reason_of("<html><head><title>Ferry</title></head><body><p>Skip to content</p></body></html>") == "no_text"
    assert "Skip" not in extract(page(before="<p>Skip to main content</p>")).text
