"""The registry of publishers and agencies: plain facts from `seeds/*.csv`, loaded once and looked up by domain or name.

`load_registry` and `load_feeds` are the only I/O here; everything else is a lookup in tables built once.
"""

from tasks.registry.facts import Agency, Feed, Publisher
from tasks.registry.lookup import Registry
from tasks.registry.seeds import load_feeds, load_registry

__all__ = ["Agency", "Feed", "Publisher", "Registry", "load_feeds", "load_registry"]
