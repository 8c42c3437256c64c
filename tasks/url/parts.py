"""A URL taken apart leniently, as browsers do it, and put in one spelling: never raises, None when unusable."""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

import idna

MAX_URL = 8_192  # characters; servers seldom take more (RFC 9110 section 4.1 recommends to support 8,000 octets)
MAX_HOST = 253  # RFC 1035
DEFAULT_PORTS = {"http": 80, "https": 443}

# Never inside a usable URL: C0 controls and DEL (CR and LF would start a header line), lone surrogates.
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# `http://`, and what editors make of it: `http:/`, `http:///`, `http:\\`, `http://http://`, `http://https//`.
_SCHEME = re.compile(r"(https?):[/\\]+(?:https?(?::[/\\]+|[/\\]{2}[/\\]*))*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMERIC = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
_PORT = re.compile(r"[0-9]{1,5}")
_PLAIN = re.compile(r"[A-Za-z0-9._~/-]*")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")

# Characters whose escape means the same as themselves: RFC 3986 unreserved, and those that no server tells apart.
_SAME_ESCAPED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,:@")
_PATH_SAFE = "%-._~!$'()*,:@/;=&+"
_QUERY_SAFE = "%-._~!$'()*,:@/;=?"


class Parts(NamedTuple):
    """`path` begins with a slash or is empty; `query` is as given, without its question mark; no fragment."""

    scheme: str
    host: str  # lower case, IDNA; IPv6 in brackets and in full; no trailing dot
    port: int | None
    path: str
    query: str


def split_url(url: str) -> Parts | None:
    """Take an absolute http(s) URL apart, without userinfo and fragment. None when it cannot be dialled or keyed."""
    if len(url) > MAX_URL:
        return None
    url = url.strip()
    scheme = _SCHEME.match(url)
    if scheme is None or _UNUSABLE.search(url):
        return None
    rest = url[scheme.end() :].partition("#")[0]
    before_query, _, query = rest.partition("?")
    authority, slash, path = before_query.replace("\\", "/").partition("/")
    found = _host_and_port(authority.rpartition("@")[2])
    if found is None:
        return None
    return Parts(scheme[1].lower(), *found, _dots_resolved(escaped(slash + path, _PATH_SAFE)), query)


def query_pairs(query: str) -> list[tuple[str, str, str]]:
    """(name, "=" or "", value) in order, in one spelling; `&amp;` from double-escaped feeds is read as `&`."""
    pairs: list[tuple[str, str, str]] = []
    if not query:
        return pairs
    for part in query.replace("&amp;", "&").split("&"):
        name, equals, value = escaped(part.replace("+", "%20"), _QUERY_SAFE).partition("=")
        if name or value:
            pairs.append((name, equals, value))
    return pairs


def escaped(text: str, safe: str) -> str:
    """One spelling of percent-encoding: upper-case digits, no needless escapes, everything else escaped as UTF-8."""
    if _PLAIN.fullmatch(text):
        return text
    text = _ESCAPE.sub(_needed, _STRAY_PERCENT.sub("%25", text))
    return quote(text, safe=safe)


def _needed(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _SAME_ESCAPED else escape[0].upper()


def _dots_resolved(path: str) -> str:
    """RFC 3986 section 5.2.4, on a path that begins with a slash or is empty."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _host_and_port(text: str) -> tuple[str, int | None] | None:
    if text.startswith("["):
        inner, bracket, after = text[1:].partition("]")
        host = _ipv6(inner) if bracket and after[:1] in {"", ":"} else None
        port = after[1:]
    else:
        name, _, port = text.partition(":")
        host = ascii_host(name)
    if host is None or (port and not _PORT.fullmatch(port)) or int(port or 0) > 65_535:
        return None
    return host, int(port) if port else None


def _ipv6(text: str) -> str | None:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    if address.scope_id is not None:  # `%eth0` means nothing on another machine
        return None
    digits = f"{int(address):032x}"  # in full: the short form of mapped IPv4 differs between Python versions
    return "[" + ":".join(digits[i : i + 4] for i in range(0, 32, 4)) + "]"


@lru_cache(maxsize=8_192)
def ascii_host(text: str) -> str | None:
    """A host name in lower-case ASCII (UTS 46, not transitional), one trailing dot off; None when it is none.

    Of names that end in a number only the plain dotted quad is an address: `2130706433`, `0x7f.1` and `127.1`, which
    resolvers read as loopback, are unusable.
    """
    if len(text) > MAX_HOST:
        return None
    try:
        if "%" in text:
            text = unquote(text, errors="strict")
        if not text.isascii():
            text = idna.encode(text, uts46=True).decode("ascii")
    except UnicodeError:  # idna.IDNAError is one
        return None
    host = text.lower().removesuffix(".")
    if len(host) > MAX_HOST or not _HOST.fullmatch(host) or host in DEFAULT_PORTS:  # a repeated scheme is no host
        return None
    return host if not _NUMERIC.fullmatch(host.rpartition(".")[2]) or is_ipv4(host) else None


def is_ipv4(host: str) -> bool:
    """Whether a host is a plain dotted quad."""
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
