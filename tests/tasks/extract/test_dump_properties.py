"""What holds for every text whatever: only `Rejected` is raised, nothing is invented, time is linear."""

import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.errors import Rejected
from tasks.extract.dump import extract_dump, repeated_lines
from tasks.extract.dump_blocks import clean
from tasks.extract.dump_body import stretches
from tasks.model import REASONS

SENTENCE = "The council of Ostwick decided on Tuesday to paint the bridge again, its engineer said after the meeting. "
LINES = st.sampled_from(
    [
        "", " ", "Home", "  • News", "[12]Sport", "* [Link](http://x.example/(a)b)", "](x) [ ![", "# Heading of it all",
        "Bridge of Ostwick painted again and again", SENTENCE, SENTENCE * 3, SENTENCE[:70], "By Ola Brandt",
        "14 May 2024, 9:30", "Photo: AP/PTI", "© 2024 Courier", "7 Comments", "Subscribe", "€9.90", "Tags:", "a, b, c",
        "> quoted", "_____", "(BUTTON)", "図書室が開設された。" * 9, "नदी किनारे पुस्तकालय खुला। " * 6, "1. http://x.example/",
        "References", "\x00\u202e", "...", "\ud800", "|a|b|", "\t", "x" * 300,
    ]
)  # fmt: skip
DUMPS = st.lists(LINES, max_size=60).map("\n".join) | st.text(max_size=400)
SECONDS = 4.0  # twice the limit for 5 MB: the machines that test are slower than those that work


def letters(text: str) -> str:
    return "".join(text.split())


def is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(c in rest for c in part)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DUMPS)
def test_nothing_is_raised_but_rejected_and_nothing_is_invented(dump):
    """Any text gives a page made of its own characters in their order, or a rejection with a known reason."""
    try:
        page = extract_dump(dump)
    except Rejected as refused:
        assert refused.reason in REASONS
        return
    source = letters(clean(dump))
    assert page.text.strip()
    assert is_subsequence(letters(page.text), source)
    assert page.title is None or is_subsequence(letters(page.title), source)
    page.text.encode("utf-8")


@settings(max_examples=60, deadline=None)
@given(st.lists(DUMPS, max_size=6))
def test_repeated_lines_do_not_depend_on_the_order_of_files(dumps):
    """The same files in another order have the same furniture."""
    assert repeated_lines(dumps) == repeated_lines(dumps[::-1])


@given(st.lists(st.sampled_from([-7, -3, -2, -1, 1, 2, 4]), max_size=14))
def test_stretches_hold_the_largest_sum(values):
    """The stretches are disjoint, in order, positive, and one of them has the largest sum of all."""
    found = stretches([float(v) for v in values])
    sums = [sum(values[i:j]) for i in range(len(values)) for j in range(i + 1, len(values) + 1)]
    assert all(total == sum(values[first:end]) > 0 for total, first, end in found)
    assert all(a[2] <= b[1] for a, b in pairwise(found))
    assert max((total for total, _, _ in found), default=0) == max([0, *sums])


MEGABYTES_5 = 5 * 1024 * 1024
HOSTILE = {
    "one line": "a" * MEGABYTES_5,
    "one paragraph": SENTENCE * (MEGABYTES_5 // len(SENTENCE)),
    "open brackets": "[" * MEGABYTES_5,
    "closed brackets": ("](" * 30 + "\n") * 29_000,
    "links": ("[a](b) " * 14 + "\n") * 29_000,
    "spaces": (" " * 100 + "\n") * 50_000,
    "Japanese": ("図書室が開設された、" * 5 + "\n") * 30_000,
    "alternating": "\n".join("ab cd ef gh" if i % 2 else "b" * 90 + " c. " for i in range(29_000)),
    "rising and falling": "\n\n".join(("x " * (i % 400) + "end.") if i % 3 else "ab" for i in range(16_000)),
    "thousands of articles": "\n\n".join(
        f"Bridge number {i} of Ostwick painted again\n\n14 May 2024\n\n{SENTENCE} {i}\n\n{SENTENCE} {i}!\n\n"
        + "\n\n".join(f"Painting council of bridge {n} in town {i}" for n in range(8))
        for i in range(2_400)
    ),
    "line breaks": "\r\n" * (MEGABYTES_5 // 2),
    "short lines": "ab\n" * (MEGABYTES_5 // 3),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name):
    """Five megabytes of anything are read within seconds."""
    start = time.process_time()
    try:
        extract_dump(HOSTILE[name])
    except Rejected as refused:
        assert refused.reason in REASONS
    assert time.process_time() - start < SECONDS
