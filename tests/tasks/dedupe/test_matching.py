import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedupe.matching import Verdict, candidate, comparable, compare, judge
from tasks.dedupe.shingles import sketch
from tests.tasks.dedupe.texts import (
    CHROME,
    CUT,
    HINDI,
    JAPANESE,
    LOCAL_LEAD,
    OTHER,
    STATEMENT,
    WIRE,
    bulletin,
    market,
    match,
    misread,
    weather,
)

ROUNDUP = "Good morning. Here is what you need to know today.\n\n" + "\n\n".join(
    text.split("\n\n")[0] for text in (WIRE, OTHER, weather("Oldenby", "Friday", 9, 2, 30, 18, 40, "7:01"))
)


def verdict(one, other, days_apart=0):
    return judge(compare(comparable(one), comparable(other)), days_apart=days_apart)


def paragraphs(text, *numbers):
    every = text.split("\n\n")
    return "\n\n".join(every[number] for number in numbers)


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(CHROME + WIRE, id="consent text around it"),
        pytest.param(CUT, id="cut from the end"),
        pytest.param(LOCAL_LEAD + CUT, id="own lead, cut"),
        pytest.param(paragraphs(WIRE, 0, 3, 1, 2, 5), id="paragraphs moved"),
        pytest.param(WIRE.replace("31 to 14", "30 to 15"), id="two figures corrected"),
        pytest.param(misread(WIRE.replace('"', "\u201c").replace("-", "\u2013")), id="wrongly decoded"),
        pytest.param(WIRE.replace("the ", "the", 9).replace("ing", "ign", 6), id="spaces lost, misprints"),
        pytest.param(WIRE.upper(), id="capitals"),
    ],
)
def test_edited_copies_are_one_story(copy):
    """What editors and content systems do to wire copy leaves it the same story."""
    assert verdict(WIRE, copy).accepted
    assert candidate(sketch(WIRE), sketch(copy))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            weather("Halverstad", "Tuesday", 18, 9, 40, 22, 45, "6:12"),
            weather("Halverstad", "Wednesday", 21, 9, 10, 18, 30, "6:14"),
            id="weather of two days",
        ),
        pytest.param(
            market("Tuesday", "4,212.8", "1.3", "712.40", "14.12", "Norrland Timber", "Aller Shipping"),
            market("Thursday", "4,301.1", "2.1", "698.10", "14.20", "Solheim Foods", "Quay Hotels"),
            id="market reports",
        ),
        pytest.param(
            match("Rovers", "United", "2-0", "Hansen", "Okafor", "812"),
            match("Harbour City", "Wanderers", "3-1", "Lindqvist", "Moreau", "1,344"),
            id="match reports",
        ),
        pytest.param(
            bulletin("Oldenby", "4.1", "10:26 p.m.", "12"),
            bulletin("Cape Morrow", "3.8", "4:02 a.m.", "7"),
            id="quakes",
        ),
        pytest.param(
            bulletin("Oldenby", "4.1", "10:26 p.m.", "12"),
            bulletin("Oldenby", "4.4", "10:26 p.m.", "12"),
            id="aftershock",
        ),
    ],
)
def test_two_texts_from_one_template_are_two_stories(one, other):
    """Without any stop list, by what stands in the gaps: figures, days and names."""
    assert not verdict(one, other).accepted


@pytest.mark.parametrize(
    "report",
    [
        weather("Halverstad", "Tuesday", 18, 9, 40, 22, 45, "6:12"),
        market("Tuesday", "4,212.8", "1.3", "712.40", "14.12", "Norrland Timber", "Aller Shipping"),
        match("Rovers", "United", "2-0", "Hansen", "Okafor", "812"),
    ],
)
def test_a_template_text_printed_twice_is_one_story(report):
    """The very same report elsewhere, with other furniture around it, is a copy like any other."""
    assert verdict(report, CHROME + report + "\n\nWith material of Northwire").accepted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(CHROME + WIRE, CHROME + OTHER, id="same consent text"),
        pytest.param(WIRE + "\n\n" + STATEMENT, OTHER + "\n\n" + STATEMENT, id="same statement quoted"),
        pytest.param(paragraphs(WIRE, 0, 2, 4), paragraphs(WIRE, 1, 3, 5), id="halves with nothing in common"),
        pytest.param(WIRE, ROUNDUP, id="round-up"),
    ],
)
def test_a_shared_passage_is_no_shared_story(one, other):
    """Furniture, a quoted statement or an item of a briefing ties no stories together."""
    assert not verdict(one, other).accepted


def test_a_story_inside_a_much_longer_text_is_an_excerpt():
    """A live blog that carries a whole brief is related to it, not merged with it."""
    blog = "\n\n".join(
        [paragraphs(OTHER, 0, 1, 2, 3), WIRE, match("Rovers", "United", "2-0", "Hansen", "Okafor", "812"), CUT.upper()]
        + [
            f"Entry {number}: {word} was seen at gate {number}, and {word} left again."
            for number, word in enumerate(
                "a warden,a baker,the mayor,two tourists,a dog,the band,a priest,the pilot,a nurse,the twins".split(",")
            )
        ]
    )
    assert verdict(OTHER, blog) == Verdict("excerpt", accepted=False)


def test_short_texts_need_to_agree_in_nearly_everything_within_a_day():
    """A brief of forty words: one word changed is a copy on the same day or the next, not two days later."""
    brief = bulletin("Oldenby", "4.1", "10:26 p.m.", "12")
    copy = brief.replace("the survey said", "officials said")
    assert verdict(brief, copy, days_apart=1).accepted
    assert not verdict(brief, copy, days_apart=2).accepted
    assert not verdict(brief, " ".join(brief.split()[:18])).accepted


def test_a_line_is_only_ever_exactly_the_same():
    """Below fifteen tokens nothing is nearly the same: `Subscribe to read on` stands under every headline."""
    assert verdict(
        "Subscribe now to read this story on all your devices", "Subscribe to read this story on your devices"
    ) == (Verdict("different", accepted=False))


def test_japanese_copies_match_and_japanese_neighbours_do_not():
    """Characters serve as tokens where words are not parted."""
    other = JAPANESE.replace("北浜市", "南原町").replace("図書館", "博物館").replace("五十八億円", "十二億円")[60:]
    assert verdict(JAPANESE, JAPANESE[:150] + "（共同）").accepted
    assert not verdict(JAPANESE, other[:40] + JAPANESE[::-1]).accepted


def test_hindi_copies_match():
    """Vowel signs are marks, not the ends of words: a Hindi copy shares its runs of words."""
    assert verdict(HINDI, " ".join(HINDI.split()[:70])).accepted
    assert candidate(sketch(HINDI), sketch(" ".join(HINDI.split()[:70])))


def test_outside_the_window_nothing_is_near():
    """Copies more than three days apart are no pair, however alike."""
    assert verdict(WIRE, WIRE, days_apart=3).accepted
    assert not verdict(WIRE, WIRE, days_apart=4).accepted


def test_stopped_hashes_make_no_candidates():
    """Two articles that share nothing but what is on the stop list are never compared."""
    one, other = sketch(CHROME + WIRE), sketch(CHROME + OTHER)
    stopped = sketch(CHROME).hashes
    assert candidate(sketch(CHROME), one) and not candidate(sketch(CHROME).without(stopped), one.without(stopped))
    assert not candidate(one.without(stopped), other.without(stopped))


@settings(max_examples=40)
@given(st.permutations(WIRE.split("\n\n")), st.integers(1, 7), st.permutations(OTHER.split("\n\n")), st.integers(0, 4))
def test_comparing_is_symmetric_and_shares_are_shares(parts, kept, others, mixed):
    """The order of the two texts changes nothing; every share lies between 0 and 1, v3 never above c3."""
    text = "\n\n".join(parts[:kept] + others[:mixed])
    one, other = comparable(WIRE), comparable(text)
    scores = compare(one, other)
    assert scores == compare(other, one)
    assert 0 <= scores.jaccard <= scores.v3 <= scores.c3 <= 1 and 0 <= scores.c <= 1


def test_a_table_of_twenty_thousand_cells_is_compared_within_a_second():
    """Two pages of one repeated row cost no more than their length."""
    one, other = ("Rovers 3 1 0 United 2 2 1 " * 4_000 + tail for tail in ("", "end"))
    start = time.monotonic()
    verdict(one, other)
    assert time.monotonic() - start < 3.0
