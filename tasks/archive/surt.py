"""The key under which replay software looks a URL up: the sort-friendly form that web archives have agreed on.

The rules are those of the Wayback Machine's URL keys (class WaybackURLKeyMaker of archive-commons), which pywb follows:
no scheme, host labels in reverse, lower case, sorted query, no session ids. Not the key of an article: see `tasks.url`.
"""

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

import idna

_WEB = ("http", "https")
_WWW = re.compile(r"www\d*\.")
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"  # what stays as it is, besides letters and digits
_PORTS = {"http": 80, "https": 443}
_SESSION_PARTS = re.compile(r"/(?:\((?:[a-z]\([0-9a-z]{24}\))+\)|\([0-9a-z]{24}\))/(?=[^?]+\.aspx)", re.I)
_SESSION_PARAMETERS = re.compile(
    r"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+&cftoken=[^&]+)(?:&|$)",
    re.I,
)


def surt(url: str) -> str:
    """The key of a URL; of one that is not on the web, the URL itself in lower case. Raises nothing."""
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in _WEB or not parts.hostname:
            return _escaped(url.strip()).lower()
        port = parts.port
    except ValueError:  # a bracket that does not close, a port that is no number
        return _escaped(url.strip()).lower()
    shown = f":{port}" if port not in (None, _PORTS[parts.scheme]) else ""
    query = _query(parts.query)
    return f"{_host(parts.hostname)}{shown}){_path(parts.path)}{'?' if query else ''}{query}"


def _host(host: str) -> str:
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            host = _escaped(host)
    host = host.lower().strip(".")
    match = _WWW.match(host)
    return ",".join(reversed(host[match.end() if match else 0 :].split(".")))


def _path(path: str) -> str:
    kept: list[str] = []
    parts = _unescaped(path).split(b"/")
    for part in parts:
        if part == b"..":
            del kept[-1:]
        elif part not in (b"", b"."):
            kept.append(quote_from_bytes(part, safe=_SAFE))
    return _SESSION_PARTS.sub("/", "/" + "/".join(kept)).lower()


def _query(query: str) -> str:
    # A session id at the end leaves its "&", as it does for those who look up: an empty argument, sorted first.
    # By name, then by value: "b" comes before "b=", as a name without a value is the shorter pair.
    stripped = _SESSION_PARAMETERS.sub("", _escaped(query)).lower()
    return "&".join("=".join(pair) for pair in sorted(argument.split("=", 1) for argument in stripped.split("&")))


def _escaped(text: str) -> str:
    return quote_from_bytes(_unescaped(text), safe=_SAFE)


def _unescaped(text: str) -> bytes:
    """Percent-decoded until nothing changes; each round makes it shorter."""
    raw = text.encode("utf-8", "surrogatepass")
    while (once := unquote_to_bytes(raw)) != raw:
        raw = once
    return raw
