"""Which markup of an element is about a date: microdata and RDFa properties, `datetime`, `data-` attributes."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

Role = Literal["published", "updated", "unknown"]

MAX_PROPERTY = 240  # characters of a list of properties that are looked at
MAX_PROPERTIES = 4  # of one attribute

PROPERTY_ATTRIBUTES = ("itemprop", "property")  # of microdata and of RDFa
DATE_TAGS = frozenset(("time", "abbr"))
# Microdata and RDFa properties, without their vocabulary prefix.
PROPERTIES: dict[str, Role] = {
    "datepublished": "published",
    "published": "published",
    "issued": "published",
    "pubdate": "published",
    "datecreated": "unknown",
    "created": "unknown",
    "date": "unknown",
    "uploaddate": "unknown",
    "datemodified": "updated",
    "modified": "updated",
    "updated": "updated",
}
# `data-pubdate`, `data-deploy-dt`, `data-published-at`, `data-timestamp`
DATE_ATTRIBUTE = re.compile(
    r"^data-(?:[a-z]{1,20}-){0,3}?(?:pub-?date|publish\w{0,10}|published-?(?:at|on)|post-?date|date(?:time)?|timestamp|time|"
    r"(?:\w{1,12}-)?(?:publish\w{0,6}|deploy|release|post|article|create\w?|updat\w{0,2}|modif\w{0,4})-?(?:dt|date|time|at|on))$"
)


def is_marked(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element's markup may carry a date."""
    if tag in DATE_TAGS or _names_a_date(tuple(attributes)):
        return True
    microdata, rdfa = map(attributes.get, PROPERTY_ATTRIBUTES)
    return bool((microdata and property_of(microdata)) or (rdfa and property_of(rdfa)))


@lru_cache(maxsize=16_384)
def _names_a_date(names: tuple[str, ...]) -> bool:
    return "datetime" in names or any(is_date_attribute(name) for name in names)


@lru_cache(maxsize=4096)  # sites repeat the same few hundred
def is_date_attribute(name: str) -> bool:
    return DATE_ATTRIBUTE.match(name.lower()) is not None


@lru_cache(maxsize=4096)
def property_of(value: str) -> tuple[str, Role] | None:
    """(name as written, role) of the first property about a date in the value of `itemprop` or `property`."""
    for name in value[:MAX_PROPERTY].split()[:MAX_PROPERTIES]:
        role = PROPERTIES.get(name.rsplit(":", 1)[-1].rsplit("/", 1)[-1].lower())
        if role is not None and not name.lower().startswith("og:"):
            return name, role
    return None
