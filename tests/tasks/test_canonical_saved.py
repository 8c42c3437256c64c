"""A saved page has no address of its own: which claim of its own it is believed."""

import pytest

from tasks.model import Evidence
from tasks.url import canonical_url


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        ("https://example.com/museum/glass-mistakes", True),  # short, but two words of its own
        ("https://example.com/2026/03/a-bridge-opens-at-last", True),
        ("https://example.com/sport/football", False),
        ("https://example.com/tag/town-hall", False),
        ("https://example.com/town-hall", False),  # one folder deep: rather a section
        ("https://example.com/", False),
    ],
)
def test_a_saved_page_is_believed_unless_it_names_a_front(claimed: str, believed: bool):
    """Without the claim it would have no URL and no publisher."""
    found = canonical_url("file:///home/ada/saved.html", [Evidence(claimed, "link", "canonical")])
    assert (found == claimed) is believed
