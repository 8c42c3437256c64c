"""Pages in a ZIP file. Nothing is unpacked to disk: a member's name is only a name."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import quote

from tasks.archive.regular import shown
from tasks.errors import Rejected
from tasks.load.pages import read_page
from tasks.load.resource import HTML, TEXT, LocalResource
from tasks.load.sniff import GZIP_MAGIC, WINDOW, first_bytes, kind_of
from tasks.url import redact

MAX_DIRECTORY = 16 * 1_048_576  # bytes of the list of members: some 150,000; Python needs ten times that in memory
BOMB_BYTES = 64 * 1_048_576  # decompressed bytes of all members from which the ratio counts
BOMB_RATIO = 200  # decompressed to the size of the file; pages stay under 30
MAX_SHARED = 100  # members of a file that hold bytes of others: fewer may be damage
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # LZMA can ask for 4 GiB of memory

_HEADER_SIZE = 30  # bytes before a member's name
_END_SIZE = 22  # bytes of the end record, without its comment
_MAX_COMMENT = 65_535
_END = b"PK\x05\x06"
_LOCATOR64 = b"PK\x06\x07"
_LOCATOR_SIZE, _END64_SIZE = 20, 56
_ENCRYPTED = 1  # flag bit
# All that zipfile raises for bytes it does not expect (RuntimeError: encrypted, or a method it does not know).
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


class Bomb(Exception):
    """Far more came out of the file than can be in it."""


def open_zip(file: io.FileIO) -> zipfile.ZipFile:
    """Raises Rejected: "unreadable" for a damaged one, "too_large" for one with too many members to list."""
    size = _directory_size(file)
    if size > MAX_DIRECTORY:
        raise Rejected("too_large", f"a list of members of {size:,} bytes: unpack it, or split it")
    try:
        return zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise Rejected("unreadable", f"damaged ZIP: {error}") from error


def _directory_size(file: io.FileIO) -> int:
    """Bytes of the central directory by any of the end records (APPNOTE 4.3.14 to 4.3.16); 0 without one."""
    size = file.seek(0, os.SEEK_END)
    start = max(size - _END64_SIZE - _LOCATOR_SIZE - _END_SIZE - _MAX_COMMENT, 0)
    file.seek(start)
    tail = file.read(size - start) or b""
    sizes = [0]
    for end in {len(tail) - _END_SIZE, tail.rfind(_END)}:
        if end < 0 or not tail.startswith(_END, end):
            continue
        size32 = int.from_bytes(tail[end + 12 : end + 16], "little")
        end64 = end - _LOCATOR_SIZE - _END64_SIZE
        has64 = end64 >= 0 and tail.startswith(_LOCATOR64, end - _LOCATOR_SIZE)
        sizes.append(int.from_bytes(tail[end64 + 40 : end64 + 48], "little") if has64 else size32)
    return max(sizes)


def is_passed_over(info: zipfile.ZipInfo) -> bool:
    """Folders, and what is hidden in a folder on disk too."""
    parts = PurePosixPath(info.filename).parts
    return info.is_dir() or any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)


class ZipPages:
    """The members of a ZIP file in the order of its directory."""

    def __init__(self, file: io.FileIO, uri: str, max_body: int) -> None:
        self._uri, self._max_body = uri, max_body
        self._size = file.seek(0, os.SEEK_END)
        self._archive = open_zip(file)
        self._inflated = 0
        self.members = self._archive.infolist()
        self._sharing = _sharing(self.members)
        self._shared_met = 0

    def uri_of(self, info: zipfile.ZipInfo) -> str:
        return redact(f"{self._uri}#{quote(info.filename, errors='replace')}")

    def read(self, info: zipfile.ZipInfo) -> LocalResource:
        """The page that a member is. Raises Rejected for any other, and one over the limit or damaged; Bomb when it
        is one too many."""
        if info.filename.startswith("/") or ".." in PurePosixPath(info.filename).parts:
            raise Rejected("unreadable", f"a name that leads out of the ZIP file: {shown(info.filename)}")
        if info.flag_bits & _ENCRYPTED:
            raise Rejected("unreadable", "encrypted")
        if info.compress_type not in METHODS:
            raise Rejected("unreadable", "a compression method other than deflate")
        if info.file_size > self._max_body:
            raise Rejected("too_large", f"a member of {info.file_size:,} bytes")
        self._refuse_shared(info)
        try:
            with self._archive.open(info) as member:
                body = member.read(self._max_body + 1)
        except _DAMAGE as error:
            raise Rejected("unreadable", f"damaged in the ZIP file: {error}") from error
        self._count(body)
        head, name = first_bytes(body[:WINDOW], PurePosixPath(info.filename).name)
        kind = kind_of(head, name, is_named=False)
        if kind not in ("html", "text"):
            raise Rejected("unreadable", f"{kind} inside a ZIP file: unpack it first")
        if body.startswith(GZIP_MAGIC):
            body = read_page(io.BytesIO(body), self._max_body)
            self._count(body)
        return LocalResource(self.uri_of(info), HTML if kind == "html" else TEXT, body, None, "file")

    def _refuse_shared(self, info: zipfile.ZipInfo) -> None:
        """Python refuses such members since 3.11.8, one by one; a file may have 150,000 of them."""
        if id(info) in self._sharing:
            self._shared_met += 1
            if self._shared_met > MAX_SHARED:
                raise Bomb
            raise Rejected("unreadable", "damaged in the ZIP file: it holds bytes of another member")

    def _count(self, body: bytes) -> None:
        """Small members can add up to a bomb too."""
        self._inflated += len(body)
        if self._inflated > BOMB_BYTES and self._inflated > BOMB_RATIO * self._size:
            raise Bomb


def _sharing(members: Sequence[zipfile.ZipInfo]) -> set[int]:
    """Those (by `id`) in whose bytes another one starts: a few compressed bytes under many names."""
    ordered = sorted(members, key=lambda info: info.header_offset)
    return {
        id(info)
        for info, behind in pairwise(ordered)
        if info.header_offset + _HEADER_SIZE + info.compress_size > behind.header_offset
    }
