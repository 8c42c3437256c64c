"""A page saved as text (a browser's "save as text", lynx, w3m, html2text, or typed by hand) -> Page.

The text is cut into blocks (`dump_blocks`); the body is the stretch of blocks with the shape of prose (`dump_body`)
under a line that tells what it tells, the headline (`dump_title`); the lines between are sorted (`dump_head`);
what is no article is rejected (`dump_verdict`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tasks.errors import Rejected
from tasks.extract.dump_blocks import Block, blocks_of, clean, split_references
from tasks.extract.dump_body import body_blocks, body_stretches, ends_article, is_prose
from tasks.extract.dump_dates import printed_dates
from tasks.extract.dump_head import Head, read_head, read_tail
from tasks.extract.dump_links import address_dates, own_address
from tasks.extract.dump_title import find_title, headline_of, printed_headline, words_of
from tasks.extract.dump_verdict import access_of, is_consent, reject_binary, reject_no_article, reject_without_body
from tasks.extract.dump_words import ends_page
from tasks.model import DateEvidence, Evidence, Page

VERSION = 1
MAX_LINES = 30_000  # not blank: a page has hundreds, a book ten thousand; more is a collection
SUM_CAP = 40.0  # of a stretch's weight: from 3,000 columns of prose on, more text is no better sign
TITLE_ENOUGH = 1.0  # score from which a line is the headline
BEST_SHARE = 0.6  # of the best rating: the first stretch with as much is the article, later ones are comments
BEHIND = 0.3  # of its rating has a stretch behind the heading of comments or a copyright line
CONSENT = 0.1  # of its rating has a stretch about cookies and partners; alone in its file it is rejected
ABOUT_CHARS = 200_000  # of a body that are compared with headlines
MAX_EVIDENCE, EVIDENCE_CHARS = 400, 300  # lines kept to find the publisher's name in, and characters of each
MAX_REFERENCES = 50  # link addresses kept for the same purpose
REPEATED_FILES = 3  # a line in so many files of one publisher, and in a fifth of them, is its furniture
REPEATED_SHARE = 0.2
CREDIT_CHARS = 160  # of the text's first and last paragraphs, where agencies sign


@dataclass(frozen=True, slots=True)
class Choice:
    """The article found among the blocks: index of its headline, first and end of its stretch."""

    title: int | None
    first: int
    end: int


def extract_dump(text: str, *, repeated_lines: frozenset[str] = frozenset()) -> Page:
    """What a text dump says: main text, headline, standfirst, keywords, and evidence for `normalise`.

    `text` is decoded text of any origin; `repeated_lines` are lines that stand in several files of its publisher
    (see `repeated_lines` below). Raises Rejected: empty, not_html, not_an_article, no_text, soft_404, consent.
    """
    reject_binary(text)
    text = clean(text)
    lines = text.split("\n")
    count = sum(1 for line in lines if line.strip())
    if not count:
        raise Rejected("empty", "no characters but white space")
    if count > MAX_LINES:
        raise Rejected("not_an_article", f"{count:,} lines: a collection, no page")
    lines, references = split_references(lines)
    blocks = blocks_of(lines)
    choice = choose(blocks, repeated_lines)
    if choice is None:
        reject_without_body(blocks)
    head = read_head(blocks, choice.title, choice.first, choice.end, repeated_lines)
    read_tail(blocks, choice.end, head)
    body = body_blocks(blocks[head.body : choice.end], repeated_lines)
    if not body:
        reject_without_body(blocks)
    reject_no_article(blocks, body, choice.first)
    start = choice.title if choice.title is not None else choice.first
    dates = printed_dates(blocks, start, choice.first, choice.end, head)
    if not any(date.role in ("published", "unknown") for date in dates):
        dates += tuple(address_dates(own_address(text)))
    return _page(blocks, choice, head, body, references, dates)


def repeated_lines(texts: Sequence[str]) -> frozenset[str]:
    """Lines that stand in several of these dumps of one publisher: navigation, offers, footers. Pure.

    They are given as `extract_dump` compares them: without marks and indentation.
    """
    files: Counter[str] = Counter()
    for text in texts:
        lines, _ = split_references(clean(text).split("\n"))
        files.update({b.text for b in blocks_of(lines[:MAX_LINES]) if b.text})
    enough = max(REPEATED_FILES, REPEATED_SHARE * len(texts))
    return frozenset(line for line, times in files.items() if times >= enough)


def choose(blocks: Sequence[Block], repeated: Collection[str] = ()) -> Choice | None:
    """The first stretch of prose that is long and has a headline; None without prose."""
    times = Counter(b.text for b in blocks if b.text)
    rated: list[tuple[float, Choice]] = []
    behind = False
    for total, first, end in body_stretches(blocks, repeated):
        text = " ".join(b.text for b in blocks[first:end] if is_prose(b))[:ABOUT_CHARS]
        title = find_title(blocks, first, end, words_of(text), times, repeated)
        rating = min(total, SUM_CAP) * (1 + max(0.0, title.score if title else 0.0))
        behind = behind or (bool(rated) and ends_article(blocks[rated[-1][1].end : first]))
        rating *= (BEHIND if behind else 1.0) * (CONSENT if is_consent(text) else 1.0)
        at = title.index if title and title.score > TITLE_ENOUGH else None
        rated.append((rating, Choice(at, max(first, at + 1) if at is not None else first, end)))
    if not rated:
        return None
    enough = BEST_SHARE * max(rating for rating, _ in rated)
    return next(choice for rating, choice in rated if rating >= enough)


def _page(
    blocks: Sequence[Block],
    choice: Choice,
    head: Head,
    body: Sequence[Block],
    references: Sequence[str],
    dates: tuple[DateEvidence, ...],
) -> Page:
    printed = printed_headline(blocks, choice.title) if choice.title is not None else None
    title = headline_of(printed, {b.text: None for b in blocks}) if printed else None
    paragraphs = [b.text for b in body]
    told = {*paragraphs, printed, title, head.standfirst}
    return Page(
        text="\n\n".join(paragraphs),
        title=title,
        description=head.standfirst,
        section=None,
        keywords=head.keywords,
        image_url=None,
        access=access_of(blocks, body, choice.end),
        extractor=f"presshouse-dump/{VERSION}",
        titles=(Evidence(title, "text", "headline"),) if title else (),
        descriptions=(Evidence(head.standfirst, "text", "standfirst"),) if head.standfirst else (),
        bylines=tuple(Evidence(raw[:EVIDENCE_CHARS], "text", "line") for raw in head.bylines),
        credits=_credits(head, paragraphs),
        dates=dates,
        sites=tuple(_sites([b.text for b in blocks if b.text and b.text not in told], references)),
    )


def _credits(head: Head, paragraphs: Sequence[str]) -> tuple[Evidence, ...]:
    """Lines where agencies and datelines stand: under the headline, at the head of the text, at its tail."""
    found = [Evidence(raw, "text", "line") for raw in head.credits]
    found += [Evidence(p[:CREDIT_CHARS], "text", "head") for p in paragraphs[:2]]
    found += [Evidence(p[-CREDIT_CHARS:], "text", "tail") for p in paragraphs[2:][-2:]]
    return tuple(found)


def _sites(lines: Sequence[str], references: Iterable[str]) -> Iterable[Evidence]:
    """Every line that is not the article's own, the first and last of them where there are many."""
    lines = list(dict.fromkeys(lines))
    if len(lines) > MAX_EVIDENCE:
        lines = [*lines[: MAX_EVIDENCE // 2], *lines[-MAX_EVIDENCE // 2 :]]
    for line in lines:
        yield Evidence(line[:EVIDENCE_CHARS], "text", "copyright" if ends_page(line) else "boilerplate")
    for line in list(references)[:MAX_REFERENCES]:
        if line.strip():
            yield Evidence(line.strip()[:EVIDENCE_CHARS], "text", "boilerplate")
