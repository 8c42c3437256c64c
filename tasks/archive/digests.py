"""Digests of WARC records: `sha1:` and the value in base 32 by custom, in hexadecimal in some files."""

import base64
import binascii
import hashlib

_ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha-1": "sha1",
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha512": "sha512",
}


def has_digest(block: bytes, labelled: str) -> bool:
    """Whether `block` has the digest of a field like WARC-Block-Digest; False when it cannot be told."""
    label, _, value = labelled.partition(":")
    algorithm = _ALGORITHMS.get(label.strip().lower())
    if not algorithm or not value.isascii():
        return False
    digest = hashlib.new(algorithm, block, usedforsecurity=False).digest()
    return value.strip().lower() == digest.hex() or _from_base32(value.strip()) == digest


def _from_base32(value: str) -> bytes | None:
    try:
        return base64.b32decode(value + "=" * (-len(value) % 8), casefold=True)
    except binascii.Error:
        return None
