"""HTML -> Page: one parse, then everything that reads it."""

from collections.abc import Sequence

from lxml import etree

from tasks.errors import Rejected
from tasks.extract import metadata
from tasks.extract.access import access, is_declared_paid
from tasks.extract.article_part import article_part
from tasks.extract.body import main_text
from tasks.extract.bylines import collect_bylines, collect_credits, emphasised_names
from tasks.extract.dates import collect_dates
from tasks.extract.head_furniture import head_furniture
from tasks.extract.headline import find_headline
from tasks.extract.parsed import ParsedPage, parse_page
from tasks.extract.rights import rights
from tasks.extract.schema import story_node
from tasks.extract.standfirst import find_standfirst, shown_standfirst
from tasks.extract.title import choose_title, site_names, titles, without_headlines
from tasks.extract.verdict import first_heading, reject_no_article, word_count
from tasks.model import Evidence, Page

Headers = Sequence[tuple[str, str]]


def page_from_html(text: str, url: str | None, headers: Headers = (), *, cut: bool = False) -> Page:
    """Extract one page. `url`: the http(s) URL it was got from, None for saved pages; `cut`: the capture is incomplete.

    Raises Rejected: no_text, soft_404, consent, not_an_article, paywall.
    """
    try:
        parsed = parse_page(text, url)
    except etree.ParserError as error:
        raise Rejected("no_text", f"no element: {error}") from error
    return page_from_parsed(parsed, headers, cut=cut)


def page_from_parsed(page: ParsedPage, headers: Headers = (), *, cut: bool = False) -> Page:
    """Decide text and plain fields, keep the rest as evidence. Raises Rejected like `page_from_html`."""
    near = article_part(page)
    node = story_node(page)
    candidates = titles(page, node)
    sites = without_headlines(metadata.sites(page, node), candidates)
    title = choose_title(candidates, site_names(sites, page.url))
    heads = [title or "", *(one.raw for one in candidates)]
    headline = find_headline(page, heads)
    summaries = metadata.descriptions(page, node)
    if not summaries and (shown_below := shown_standfirst(page, headline)):
        summaries = (shown_below,)
    standfirst = find_standfirst(page, summaries)
    bylines = collect_bylines(page, near)
    found = main_text(page, node, heads, standfirst, head_furniture(page, headline, bylines))
    text = found.text
    if not text and summaries and is_declared_paid(page, node):
        text = summaries[0].raw  # a stub: the teaser is all that the page gives away
    lines = (part.line for part in near.parts if part.line and part.position > 0)
    shown = access(page, node, word_count(text), cut=cut, lines=lines)
    reject_no_article(page, text, [heading for heading in (title, first_heading(page)) if heading], shown)
    return Page(
        text=text,
        title=title,
        description=standfirst.text if standfirst else summaries[0].raw if summaries else None,
        section=metadata.section(page, node),
        keywords=metadata.keywords(page, node),
        image_url=metadata.image_url(page, node),
        access=shown,
        extractor=found.extractor,
        titles=candidates,
        descriptions=summaries,
        bylines=(
            *bylines,
            *(Evidence(line, "text", "head") for line in found.bylines),
            *emphasised_names(near, found.text),
        ),
        credits=collect_credits(page, text, near),
        dates=collect_dates(page, headers),
        canonicals=metadata.canonicals(page, node),
        sites=sites,
        languages=metadata.languages(page, node, headers),
        rights=rights(page, headers),
    )
