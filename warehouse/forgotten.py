"""Tombstones: what was forgotten and must not come again, known by hashes only."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from tasks.url import host_of, redact, registered_domain, url_key
from warehouse.connect import WarehouseHeld, opened
from warehouse.place import Place

Kind = Literal["url", "text", "place", "publisher"]
Key = tuple[Kind, str]

REASON = "forgotten"  # of the rejections that tombstones cause
TOMBSTONES_WAIT = 3.0  # seconds; the append looks again, so an answer that is missing does no harm


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What must not come again."""

    hashes: frozenset[str] = frozenset()

    def cover(
        self,
        fetched_url: str,
        url_keys: Sequence[str] = (),
        *,
        publisher: str | None = None,
        text_hash: str | None = None,
    ) -> bool:
        """Whether an input must not be stored; with what is known of it so far."""
        if not self.hashes:
            return False
        keys = keys_of(fetched_url, url_keys, publisher=publisher, text_hash=text_hash)
        return any(hash_of(key) in self.hashes for key in keys)


def keys_of(
    fetched_url: str,
    url_keys: Iterable[str] = (),
    *,
    publisher: str | None = None,
    text_hash: str | None = None,
) -> Iterator[Key]:
    """The keys that an input answers to: its URLs, its place, without a URL its text, and its publisher.

    Where the text did not tell a publisher, the host and its registered domain stand for one.
    """
    keys = list(url_keys)
    if key := url_key(fetched_url):
        keys.append(key)
    yield "place", redact(fetched_url)
    for key in dict.fromkeys(keys):
        yield "url", key
    if text_hash and not keys:
        yield "text", text_hash
    if publisher:
        yield "publisher", publisher
        return
    for key in dict.fromkeys(keys):
        host = host_of(f"https://{key}")
        for domain in (host, registered_domain(host) if host else None):
            if domain:
                yield "publisher", domain


def hash_of(key: Key) -> str:
    """How a key is stored: SHA-256, hex, of `kind:value`."""
    return hashlib.sha256(":".join(key).encode("utf-8", "surrogatepass")).hexdigest()


def read_tombstones(connection: duckdb.DuckDBPyConnection) -> Tombstones:
    return Tombstones(frozenset(row[0] for row in connection.execute("select key_hash from forgotten").fetchall()))


def tombstones(place: Place) -> Tombstones:
    """What must not come again; nothing while another process holds the warehouse, for the append asks on its own."""
    if not place.file.exists():
        return Tombstones()
    try:
        with opened(place.file, read_only=True, wait=TOMBSTONES_WAIT) as connection:
            return read_tombstones(connection)
    except (WarehouseHeld, duckdb.CatalogException):  # the latter: a schema that the next append brings up to date
        return Tombstones()
