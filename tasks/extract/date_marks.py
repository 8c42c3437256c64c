"""Which markup of an element is about a date: microdata and RDFa properties, `datetime`, `data-` attributes."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

Role = Literal["published", "updated", "unknown"]
Marking = Literal["none", "other", "date"]

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


def marking(tag: str, attributes: Mapping[str, str]) -> Marking:
    """Whether an element's markup may carry a date; "other" for properties and data of other kinds."""
    if tag in DATE_TAGS:
        return "date"
    found = _marking_of_names(tuple(attributes))
    if found == "other" and any(property_of(attributes.get(name, "")) for name in PROPERTY_ATTRIBUTES):
        return "date"
    return found


@lru_cache(maxsize=16_384)
def _marking_of_names(names: tuple[str, ...]) -> Marking:
    """What the names of the attributes tell; of properties also the value counts."""
    if "datetime" in names or any(is_date_attribute(name) for name in names):
        return "date"
    is_other = any(name in PROPERTY_ATTRIBUTES or name.startswith("data-") for name in names)
    return "other" if is_other else "none"


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
