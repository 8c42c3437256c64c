"""Secrets out of URLs before anything is stored or logged."""

import re

from tasks.url.parameters import SECRET_PREFIXES, SECRETS

MASK = "***"

_NAMES = "|".join(
    [re.escape(name) for name in sorted(SECRETS, key=len, reverse=True)]
    + [re.escape(prefix) + r"[A-Za-z0-9-]{1,40}" for prefix in SECRET_PREFIXES]
)
# After any `scheme://` but `file:` (whose `@` belongs to a path), after `http:` and any slashes, after a leading `//`.
# All of a chain at once: without its `@`, what stands behind `http:/@/` would be userinfo in its turn.
_USERINFO = re.compile(
    r"(https?:[/\\]++|(?<![a-z0-9+.-])(?!file:)[a-z][a-z0-9+.-]{1,30}://|^//)(?:[/\\]*+[^/?#\\\s]*@)+", re.IGNORECASE
)
_VALUE = re.compile(rf"(?i)([?&;#](?:amp;)?(?:{_NAMES})=)[^&#\s]*")
# The same inside a URL that is itself a parameter's value.
_NESTED_USERINFO = re.compile(r"(?i)(%3A(?:%2F){2,}+)(?:(?:%2F)*+(?:(?!%2F|%3F|%23)[^/?#&\\\s])*%40)+")
_NESTED_VALUE = re.compile(rf"(?i)((?:%3F|%26|%23)(?:{_NAMES})%3D)(?:(?!%26|%23)[^&#\s])*")


def redact(url: str) -> str:
    """A URL without userinfo and with the values of secret parameters replaced by `***`, else unchanged.

    Works on any string (`file:` URIs, relative references, nested and malformed URLs), in linear time; idempotent.
    """
    if "@" in url or "%40" in url:
        url = _NESTED_USERINFO.sub(r"\1", _USERINFO.sub(r"\1", url))
    if "=" in url or "%3" in url:
        url = _NESTED_VALUE.sub(rf"\g<1>{MASK}", _VALUE.sub(rf"\g<1>{MASK}", url))
    return url
