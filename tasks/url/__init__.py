"""URLs: the key that makes an article one, the site it belongs to, the URL it is shown under, and no secrets.

Everything here is a pure function of its arguments and of the lists in this package and in the Public Suffix List.
"""

from tasks.url.canonical import canonical_url, clean_url, is_front
from tasks.url.key import URL_KEY_VERSION, url_key
from tasks.url.secret import redact
from tasks.url.site import host_of, registered_domain, same_site

__all__ = [
    "URL_KEY_VERSION",
    "canonical_url",
    "clean_url",
    "host_of",
    "is_front",
    "redact",
    "registered_domain",
    "same_site",
    "url_key",
]
