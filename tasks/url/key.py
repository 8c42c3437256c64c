"""The URL key: what stays of a URL when everything that does not tell articles apart is gone.

It is `host[:port]/path?query` without a scheme. Scheme, userinfo, default ports, `www.`/`m.`/`mobile.`/`amp.` hosts,
fragment, dot segments, percent-encoding case and needless escapes, AMP variants, archive and AMP cache wrappers,
tracking parameters and secrets do not count; path case and the other parameters (sorted, duplicates kept) do.
A trailing slash (or pasted space) does not count, at the root or elsewhere: publishers redirect one form to the other
and feeds print both; two articles that differ in nothing else are not known.
"""

import re

from tasks.url.parameters import is_secret, is_tracking
from tasks.url.parts import DEFAULT_PORTS, MAX_URL, Parts, query_pairs, split_url
from tasks.url.secret import redact
from tasks.url.site import bare_host

URL_KEY_VERSION = 1

MAX_ROUNDS = 12  # a key is a fixed point; wrappers nested deeper than this are an attack, not an article

_AMP_SEGMENT = re.compile(r"(?<=[^/])/amp/*$", re.IGNORECASE)  # `/x/amp/` is `/x`; a page `/amp` stays
_AMP_SUFFIX = re.compile(r"(?<=[^/])\.amp(?=(?:\.html?)?/*$)", re.IGNORECASE)
_END = re.compile(r"(?:/|%20)+\Z")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)

_WAYBACK = re.compile(r"/web/(?:[0-9]{1,14}(?:[a-z]{2}_)?|\*)/(.+)", re.DOTALL)
_ARCHIVE_TODAY = re.compile(r"/(?:[0-9]{4,14}|newest|oldest)/(https?:/.+)", re.DOTALL | re.IGNORECASE)
_AMP_CACHE = re.compile(r"/[a-z]{1,2}(?:/s)?/([^/]+\.[^/]+(?:/.*)?)", re.DOTALL)
_GOOGLE_AMP = re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+(?:/.*)?)", re.DOTALL)
_ARCHIVE_TODAY_HOSTS = frozenset("archive." + suffix for suffix in ("today", "is", "ph", "li", "vn", "fo", "md"))
_AMP_CACHE_HOSTS = (".cdn.ampproject.org", ".bing-amp.com", ".amp.cloudflare.com")


def url_key(url: str) -> str | None:
    """The key of a URL, by which an article is known whichever way it came; None when it is no usable http(s) URL.

    Idempotent: `url_key("https://" + key) == key`. The same before and after `redact`. Never raises.
    """
    key = None
    for _ in range(MAX_ROUNDS):
        parts = split_url(redact(url)) if len(url) <= MAX_URL else None
        if parts is None:
            return None
        inner = wrapped_url(parts)
        found = None if inner else _key(parts)
        if found is not None and found == key:
            return key
        key, url = found, inner or f"https://{found}"
    return None


def wrapped_url(parts: Parts) -> str | None:
    """The URL inside a web archive's replay URL or an AMP cache's URL; None when it is neither."""
    host = bare_host(parts.host)
    if host == "web.archive.org":
        pattern = _WAYBACK
    elif host in _ARCHIVE_TODAY_HOSTS:
        pattern = _ARCHIVE_TODAY
    elif f".{host}".endswith(_AMP_CACHE_HOSTS):
        pattern = _AMP_CACHE
    elif host.startswith("google.") and parts.path.startswith("/amp/"):
        pattern = _GOOGLE_AMP
    else:
        return None
    found = pattern.fullmatch(parts.path)
    if found is None:
        return None
    inner = found[1] if found[1].lower().startswith(("http:/", "https:/")) else f"https://{found[1]}"
    return f"{inner}?{parts.query}" if parts.query else inner


def _key(parts: Parts) -> str:
    port = "" if parts.port is None or parts.port in DEFAULT_PORTS.values() else f":{parts.port}"
    path = _SESSION.sub("", parts.path)
    path = _END.sub("", _AMP_SUFFIX.sub("", _AMP_SEGMENT.sub("", path)))
    pairs = (p for p in query_pairs(parts.query) if not is_tracking(p[0], p[2]) and not is_secret(p[0]))
    query = "&".join(sorted("".join(pair) for pair in pairs))
    return bare_host(parts.host) + port + path + (f"?{query}" if query else "")
