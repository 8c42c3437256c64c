"""Keys as replay software makes them: what pywb 2.10 with surt 0.3.1 gave for these URLs."""

import pytest

from tasks.archive.surt import surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Example.com/Path/?b=2&a=1", "com,example)/path?a=1&b=2"),
        ("https://example.com:8443/a//b/../c/?x", "com,example:8443)/a/c?x"),
        ("https://example.com:443/x", "com,example)/x"),
        ("http://münchen.de/ä?q=ü", "de,xn--mnchen-3ya)/%c3%a4?q=%c3%bc"),
        ("http://example.com/a%20b%2Fc?x=%41&y", "com,example)/a%20b/c?x=a&y"),
        ("http://example.com", "com,example)/"),
        ("http://example.com/?", "com,example)/"),
        ("http://user:pw@www2.example.com/", "com,example)/"),
        ("http://1.2.3.4/x", "4,3,2,1)/x"),
        ("http://example.com/?sid=0123456789abcdef0123456789ABCDEF&b=1", "com,example)/?b=1"),
        ("http://example.com/?b=1&sid=0123456789abcdef0123456789ABCDEF", "com,example)/?&b=1"),
        ("http://example.com/?b&a=&b=", "com,example)/?a=&b&b="),
        ("http://example.com/x#frag", "com,example)/x"),
        ("http://example.com/日本", "com,example)/%e6%97%a5%e6%9c%ac"),
        ("http://example.com/a/(s(abcdefghijklmnopqrstuvwx))/b.aspx", "com,example)/a/b.aspx"),
        ("http://example.com/%25%34%31", "com,example)/a"),
        ("urn:x:y", "urn:x:y"),
    ],
)
def test_keys_are_those_of_the_wayback_machine(url: str, key: str):
    """An index with other keys finds nothing."""
    assert surt(url) == key


@pytest.mark.parametrize("url", ["http://[::1", "http://example.com:99999999/x", "\ud800", "", "http://\u2024\u2024/"])
def test_what_is_no_url_has_a_key_all_the_same(url: str):
    """A line can be written for it; nobody will ask."""
    assert surt(url).isascii()
