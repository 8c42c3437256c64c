"""Lines of a dump become blocks: hard-wrapped ones joined, marks read and taken off."""

import textwrap

import pytest

from tasks.extract.dump_blocks import blocks_of, clean, split_references
from tasks.extract.dump_wrap import columns_of, wrap_of

PARAGRAPHS = (
    "The harbour of Ostwick has a new crane, and nobody knows who ordered it. It arrived on a barge on Monday morning, "
    "fully paid for, with a bow around its hook and a card that said nothing but “for the herring”.",
    "Harbour master Piet Onken has asked the bank, the insurance and his cousin. The twenty-four-tonne crane is too "
    "large for the quay. It has been parked beside the fish hall, where children already call it Gudrun.",
    "A search in the archive brought to light that a crane had been ordered in 1971. The firm went bankrupt a year "
    "later. Its successor confirmed by telephone that it “likes to tidy up”.",
)


def texts(dump: str) -> list[str]:
    return [b.text for b in blocks_of(clean(dump).split("\n")) if b.text]


@pytest.mark.parametrize("column", [66, 72, 78, 80, 100, 132])
def test_hard_wrapped_lines_are_joined(column):
    """Whatever the column, wrapping a text and joining it again gives the same paragraphs, split words included."""
    wrapped = "\n\n".join(textwrap.fill(p, column) for p in PARAGRAPHS)
    assert texts(wrapped) == list(PARAGRAPHS)
    wrap = wrap_of(wrapped.split("\n"))
    assert wrap is not None
    assert wrap.column <= column


def test_paragraphs_without_blank_lines_stay_apart():
    """A line that ends before the next word had to leave it is the end of a paragraph, also in a wrapped file."""
    wrapped = "\n".join(textwrap.fill(p, 66) for p in PARAGRAPHS)
    assert texts(wrapped) == list(PARAGRAPHS)


def test_unwrapped_lines_are_not_joined():
    """Lines of any length that no program broke stay as they are."""
    lines = [p[: 60 + 17 * i] for i, p in enumerate(PARAGRAPHS * 4)]
    assert wrap_of(lines) is None
    assert texts("\n".join(lines)) == [line.strip() for line in lines]


def test_wrapped_japanese_is_joined_without_spaces():
    """Wide characters count two columns, and no space is put where none was."""
    sentence = "山あいの無人駅に小さな図書室が開設された。住民が持ち寄った約三百冊の本が並び、誰でも自由に借りられる。"
    text = sentence * 4
    wrapped = "\n".join(text[i : i + 39] for i in range(0, len(text), 39))
    assert texts(wrapped) == [text]


def test_words_kept_together_by_a_fixed_space():
    """A no-break space keeps words together, so the wrapping program needed room for all of them."""
    text = "Der Preis stieg um 3\xa0Prozent und fiel dann um 12\xa0000\xa0Euro, sagte die Sprecherin am Abend. " * 6
    wrapped = "\n".join(
        line.replace("_", "\xa0")
        for line in textwrap.wrap(text.replace("\xa0", "_").strip(), 64, break_on_hyphens=False)
    )
    assert texts(wrapped) == [" ".join(text.split())]


def test_a_broken_date_is_no_list():
    """`12. März` at the beginning of a wrapped line goes on the sentence; in a list it is an entry."""
    date = (
        "Die Wahl zum Gemeinderat von Ahrenau findet, anders als geplant, am\n"
        "12. März statt, wie die Verwaltung in Ahrenau gestern Abend mitteilte.\n"
        "Gewählt wird in drei Lokalen, darunter erstmals auch in der Werkstatt\n"
        "der alten Feuerwehr, die seit dem Umbau im vorigen Jahr leer gestanden\n"
        "hatte."
    )
    assert len(texts(date)) == 1
    assert texts("1. Brücke\n2. Fähre\n3. Tunnel\n") == ["1. Brücke", "2. Fähre", "3. Tunnel"]


def test_bullets_of_all_sorts_are_taken_off():
    """The marks of list entries are no text; entries begin blocks of their own."""
    dump = "  • One\n  * Two\n  + Three\n  ▪ Four\n\t•\tFive\n  - Six\n        o Seven\n"
    blocks = [b for b in blocks_of(clean(dump).split("\n")) if b.text]
    assert [b.text for b in blocks] == ["One", "Two", "Three", "Four", "Five", "Six", "Seven"]
    assert all(b.bullet for b in blocks)


def test_numbered_links_are_marks_only_where_they_count_up():
    """`[1] [2] [3]` in order are a browser's marks; a lone `[4]` is the text's own."""
    marked = "[1]Home\n[2]News\n[3]Sport\nThe [4]mayor resigned."
    assert texts(marked) == ["Home", "News", "Sport", "The mayor resigned."]
    assert texts("He said that it [4] was clear.") == ["He said that it [4] was clear."]


def test_link_columns_are_counted():
    """A line that is all link is told from a paragraph that holds one."""
    dump = "# A heading\n\n[All of this is a link](/a)\n\nThis [one](/b) holds a short link in it.\n\n[x](/c)\n"
    heading, line, paragraph, _ = [b for b in blocks_of(clean(dump).split("\n")) if b.text]
    assert heading.heading == 1
    assert line.linked == line.columns
    assert (paragraph.links, paragraph.linked) == (1, 3)


def test_links_that_run_over_blocks():
    """A Markdown link around an image and lines of its own leaves no brackets behind."""
    dump = "[\n\n![Logo](/l.png)\n\nThe Courier\n\n](/home)\n\n[a](/a)\n\n[b](/b)\n\n# Headline\n"
    assert texts(dump) == ["The Courier", "a", "b", "Headline"]


def test_fields_images_and_frames_are_controls():
    """Form fields, image names and frames say what a block is, they are no text."""
    dump = (
        "[logo-print.png]\n\nIFRAME: [1]https://v.example/x\n\nSearch ________ (BUTTON)\n\n<img width='1' src='/x'>\n"
    )
    blocks = blocks_of(clean(dump).split("\n"))
    assert [b.text for b in blocks] == ["", "", "Search", ""]
    assert all(b.control for b in blocks)


def test_rules_and_empty_marks_have_no_text():
    """Lines of dashes, stars or bullets alone part blocks and say nothing."""
    assert texts("-----\n\n* * *\n\n_____\n\n  • \n\n====\n\nText\n") == ["Text"]


def test_quoted_text_is_text():
    """The quotation mark of Markdown and mail goes, the quotation stays in one piece."""
    quote = textwrap.fill(PARAGRAPHS[0], 70)
    dump = "\n".join(f"> {line}" for line in quote.split("\n"))
    assert texts(dump) == [PARAGRAPHS[0]]


def test_references_are_split_off():
    """The numbered addresses behind a page, with their headings, are no part of it."""
    page = ["Headline", "", "   Text of the page.", ""]
    references = ["References", "", "   Visible links:", "   1. https://a.example/", "   2. /b", "", "   Hidden links:",
                  "   3. file:///c"]  # fmt: skip
    assert split_references([*page, *references]) == (page, references)
    assert split_references(page) == (page, [])


def test_clean_keeps_joiners_and_drops_overrides():
    """Joiners belong to Persian and Hindi words; overrides, byte order marks and NUL belong to nobody."""
    assert clean("می\u200cروم \u202eabc\u202c\x00\ufeff\ud800") == "می\u200cروم abc"
    assert clean("a\r\nb\rc\x0cd\u2029e") == "a\nb\nc\nd\n\ne"


def test_columns():
    """Wide characters take two columns, combining ones none."""
    assert columns_of("abc") == 3
    assert columns_of("東京") == 4
    assert columns_of("한국") == 4
    assert columns_of("हिन्दी") == 5  # its consonants and the two spacing vowel signs
    assert columns_of("e\u0301") == 1
