"""Whose host is it: registered domains by the Public Suffix List."""

from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from tasks.url.parts import is_ipv4, split_url

# Labels before a registered domain that name a rendering of the same site, not another one.
RENDERINGS = frozenset({"www", "m", "mobile", "amp"})


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Loaded on first use: 50 ms."""
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _icann_suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def host_of(url: str) -> str | None:
    """The host of an http(s) URL in lower-case ASCII; None when it is no usable URL."""
    parts = split_url(url)
    return parts and parts.host


def registered_domain(url_or_host: str) -> str | None:
    """The registered domain of a URL or host: `bbc.co.uk` of `https://www.bbc.co.uk/news`.

    Each site on shared hosts counts for itself (`x.github.io`; private section of the list), the host's own name too
    (`github.io`). `blog.gov.uk` and `news.com.au` are registered below `gov.uk` and `com.au`; `media.ca.gov` below
    `gov`, so it belongs to `ca.gov`. None for addresses, bare suffixes, single labels and what is no host at all.
    """
    parts = split_url(url_or_host if ":/" in url_or_host[:8] else f"http://{url_or_host}")
    return None if parts is None else registered(parts.host)


@lru_cache(maxsize=8_192)
def registered(host: str) -> str | None:
    """The same for a host as `tasks.url.parts.Parts` holds it."""
    if host.startswith("[") or is_ipv4(host):
        return None
    return _suffixes().privatesuffix(host) or _icann_suffixes().privatesuffix(host)


@lru_cache(maxsize=8_192)
def bare_host(host: str) -> str:
    """A host without `www.`, `m.`, `mobile.` or `amp.`, as long as a registered domain remains.

    `m.github.io` is the site of a user named m, `www.gov.uk` has no registered domain without its first label:
    both stay.
    """
    while True:
        label, _, rest = host.partition(".")
        if label not in RENDERINGS or is_ipv4(rest) or _suffixes().privatesuffix(rest) is None:
            return host
        host = rest


def same_site(a: str, b: str) -> bool:
    """Whether two URLs or hosts have the same registered domain; without one, the same host and port."""
    site_a, site_b = registered_domain(a), registered_domain(b)
    if site_a is not None or site_b is not None:
        return site_a == site_b
    parts_a, parts_b = split_url(a), split_url(b)
    return parts_a is not None and parts_b is not None and parts_a[1:3] == parts_b[1:3]
