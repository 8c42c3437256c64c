"""URLs as they are dialled: repaired as little as possible, userinfo and fragment off, never anything but http(s)."""

import contextlib
import re
from urllib.parse import urljoin

import requests

from tasks.fetch.outcome import FetchRejected
from tasks.url.parts import MAX_URL, split_url

_ORIGIN = re.compile(r"https?://[^/?#\\]*", re.IGNORECASE)


def dialable_url(url: str) -> str:
    """The URL to ask for; path and query as given, but for characters that cannot stand in a request line.

    Obscure spellings of addresses (`0x7f000001`, `127.1`, `2130706433`) are none. Userinfo is dropped, not sent.
    Raises FetchRejected "bad_url".
    """
    parts = split_url(url)
    if parts is None:
        why = (
            f"longer than {MAX_URL:,} characters" if len(url) > MAX_URL else "no http or https URL that can be dialled"
        )
        raise FetchRejected("bad_url", why, url=url)
    origin = f"{parts.scheme}://{parts.host}" + ("" if parts.port is None else f":{parts.port}")
    rest = _as_given(url.strip(), parts[:3])
    if rest is None:
        rest = parts.path + (f"?{parts.query}" if parts.query else "")
    dialled = None
    with contextlib.suppress(requests.RequestException, ValueError):  # told below, without a message that holds the URL
        dialled = requests.Request("GET", origin + rest).prepare().url
    # What is dialled is vetted whatever happens here; but two readings of one URL are a trick, not an article.
    if dialled is None or (split_url(dialled) or (None,))[:3] != parts[:3]:
        raise FetchRejected("bad_url", "its parts cannot be told apart", url=url)
    return dialled


def _as_given(url: str, origin: tuple[str, str, int | None]) -> str | None:
    """Path and query as they stand in the URL; None when the URL had to be repaired to be read."""
    found = _ORIGIN.match(url)
    parts = split_url(found[0]) if found else None
    if found is None or parts is None or parts[:3] != origin:
        return None
    rest = url[found.end() :].partition("#")[0]
    return None if "\\" in rest.partition("?")[0] else rest


def next_target(url: str, location: str) -> str:
    """Where a redirect leads. `location` as http.client gives it: bytes read as Latin-1. Raises FetchRejected."""
    raw = location.encode("latin-1", "replace").strip()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    target = None
    if len(text) <= MAX_URL:
        with contextlib.suppress(ValueError):  # brackets that hold no address: told below
            target = urljoin(url, text)
    if target is None:
        raise FetchRejected("bad_url", "a redirect to what is no URL", url=url)
    return dialable_url(target)
