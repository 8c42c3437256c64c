"""A store of whole objects under names, where a folder of one machine is not enough: S3 and what else fsspec speaks.

The only module that knows fsspec, which is loaded once a store is asked for something. An object is put whole: nobody
sees half of one. The key to a store comes from the environment or the cloud's own configuration (AWS_ACCESS_KEY_ID,
~/.aws, a machine's role), never from its URL.
"""

import hashlib
import importlib
import io
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tasks.errors import Deferred, Stop
from tasks.owners import partial

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

EXTRA = "uv sync --extra s3"
PART_BYTES = 50 << 20  # of an object that goes up in parts; from twice that size on, it does
ONE_PUT_BYTES = 5 << 30  # S3 takes no more in one request
READ_BYTES = 1 << 20  # of a file on disk at once
BLOCK_BYTES = 256 << 10  # of an object that is read in ranges: a record with its page, and the next one's head
BLOCKS = 8  # that are kept: the head of the file, where the record is, and a few more
TRIES = 3  # of a download that finds another object than it was told of

_URL = re.compile(r"([a-z][a-z0-9+.-]*)://", re.I)
CONNECT_SECONDS, READ_SECONDS = 10, 30  # that a store may keep silent
ATTEMPTS = 3  # of a request, by botocore
_ONE_SLASH = re.compile(r"[a-z][a-z0-9+.-]+:/(?!/)", re.I)
_NO_STORES = ("file", "local", "http", "https", "ftp")  # fsspec knows them too; a folder is written as a path
_MD5 = re.compile(r"[0-9a-f]{32}(?:-\d+)?\Z")


class StoreAway(Deferred):
    """The store does not answer, or not so that it can be used. What was to go up stays here and goes later."""


class Changed(Deferred):
    """Another process has put another object under this name meanwhile."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An object: its name below the store's URL, bytes, when it was put (aware), and what tells it from a later one."""

    name: str
    size: int
    changed_at: datetime
    version: str


def is_url(text: str) -> bool:
    """Whether this is the URL of a store, and no folder."""
    return _URL.match(text) is not None


def is_slip(text: str) -> bool:
    """Whether this was meant to be a URL: as a path it would make a folder of that name."""
    return _ONE_SLASH.match(text) is not None


def store_url(text: str, setting: str) -> str:
    """The URL as it is kept, without a slash at its end. Raises Stop; asks nobody."""
    scheme = text.partition("://")[0].lower()
    parts = urlsplit(text)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Stop(
            f"{setting}: no key and no option in the URL of a store. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or use the cloud's own configuration."
        )
    if scheme in _NO_STORES:
        raise Stop(f"{setting} must be a folder, written as a path, or a store such as s3://BUCKET/PREFIX.")
    if not parts.netloc:
        raise Stop(f"{setting} names no bucket. Write it so: {scheme}://BUCKET/PREFIX.")
    return text.rstrip("/")


class Store:
    """The objects below a URL. Every call raises StoreAway, or Stop for what only its owner can mend."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._system, self._root, self._failures = _system(url)

    def put(self, file: Path, name: str, *, instead_of: Kept | None = None) -> Kept:
        """Put a file under a name and see that it arrived whole.

        With `instead_of`, only while that object is still there (where the store can tell), else Changed.
        """
        path = self._path(name)
        options: dict[str, Any] = {"chunksize": PART_BYTES} if self._speaks_s3 else {}
        if instead_of is not None and self._speaks_s3:
            options = {"chunksize": ONE_PUT_BYTES, "IfMatch": f'"{instead_of.version}"'}
        with self._told(name):
            try:
                self._system.put_file(str(file), path, **options)
            except OSError as error:
                if instead_of is not None and _is_precondition(error):
                    raise Changed(f"{self.url}/{name} has changed meanwhile") from error
                raise
            kept = self._kept(self._system.info(path))
            if kept.size != file.stat().st_size or not self._is_same(file, kept):
                if instead_of is None:
                    self._system.rm_file(path)
                raise StoreAway(f"{self.url}/{name} did not arrive whole; it stays in {file.parent} and goes up later")
        return kept

    def get(self, name: str, target: Path) -> Kept:
        """Write an object to a file, which appears once it is whole. Raises FileNotFoundError."""
        unfinished = partial(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._told(name):
            for _ in range(TRIES):
                kept = self._kept(self._system.info(self._path(name)))
                try:
                    self._system.get_file(self._path(name), str(unfinished))
                    size = unfinished.stat().st_size
                    if size == kept.size and self._kept(self._system.info(self._path(name))).version == kept.version:
                        unfinished.rename(target)
                        return kept
                finally:
                    unfinished.unlink(missing_ok=True)
        raise StoreAway(f"{self.url}/{name} changes while it is read. Try again.")

    def look(self, name: str) -> Kept | None:
        """What is there under a name."""
        try:
            with self._told(name):
                found = self._system.info(self._path(name))
        except FileNotFoundError:
            return None
        return self._kept(found) if found["type"] == "file" else None

    def listed(self, folder: str = "") -> list[Kept]:
        """Every object whose name starts with these folders, by name; at a thousand a request."""
        with self._told(folder):
            found: dict[str, Any] = self._system.find(self._path(folder), detail=True)
        return sorted((self._kept(one) for one in found.values()), key=lambda kept: kept.name)

    def remove(self, name: str) -> None:
        """It may be gone already."""
        try:
            with self._told(name):
                self._system.rm_file(self._path(name))
        except FileNotFoundError:
            return

    def opened(self, name: str) -> "Ranged":
        """To read parts of an object, of this very version. Raises FileNotFoundError."""
        kept = self.look(name)
        if kept is None:
            raise FileNotFoundError(f"{self.url}/{name}")

        def read(start: int, end: int) -> bytes:
            with self._told(name):
                got: bytes = self._system.cat_file(self._path(name), start=start, end=end)
            return got

        return Ranged(read, kept.size)

    @property
    def _speaks_s3(self) -> bool:
        return self.url.startswith(("s3://", "s3a://"))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}".rstrip("/")

    def _kept(self, found: dict[str, Any]) -> Kept:
        at = found.get("LastModified") or found.get("created") or found.get("updated") or datetime.now(UTC)
        if isinstance(at, float):  # as fsspec's memory lists it
            at = datetime.fromtimestamp(at, UTC)
        elif isinstance(at, str):
            at = datetime.fromisoformat(at)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        version = str(found.get("ETag") or found.get("etag") or f"{at:%Y%m%dT%H%M%S%f}").strip('"')
        return Kept(found["name"].removeprefix(self._root).lstrip("/"), int(found["size"]), at, version)

    def _is_same(self, file: Path, kept: Kept) -> bool:
        """By the store's own checksum; where it is none of ours (encrypted, other parts), by reading it back."""
        if _MD5.match(kept.version) and kept.version in _etags(file):
            return True
        theirs, at = hashlib.sha256(), 0
        while at < kept.size:
            theirs.update(self._system.cat_file(self._path(kept.name), start=at, end=min(at + PART_BYTES, kept.size)))
            at += PART_BYTES
        with file.open("rb") as ours:
            return hashlib.file_digest(ours, "sha256").digest() == theirs.digest()

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """Failures in our own words; that there is no such object is an answer."""
        try:
            yield
        except PermissionError as error:
            raise Stop(f"{self.url} refuses this key or what it was to do: {_line(error)}") from error
        except FileNotFoundError as error:
            if "specified bucket" in str(error).lower():
                raise Stop(f"There is no bucket for {self.url}. Make one, or correct the setting.") from error
            raise
        except ValueError as error:
            advice = "Correct AWS_ENDPOINT_URL: it begins with https:// or http://"
            raise Stop(f"{self.url}: {_line(error)}. {advice}") from error
        except self._failures as error:
            if "redentials" in str(error):
                raise Stop(
                    f"There is no key to {self.url}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use the "
                    "cloud's own configuration."
                ) from error
            raise StoreAway(
                f"{self.url} cannot be used now ({_line(error)}); what is to go there waits here for the next run"
            ) from error


class Ranged(io.RawIOBase):
    """An object as a file for reading, of which only the blocks that are asked for are fetched."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self._read, self._size, self._place = read, size, 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(start + offset, 0)
        return self._place

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view, filled = memoryview(buffer).cast("B"), 0
        while filled < len(view) and self._place < self._size:
            number, start = divmod(self._place, BLOCK_BYTES)
            piece = self._block(number)[start : start + len(view) - filled]
            view[filled : filled + len(piece)] = piece
            self._place += len(piece)
            filled += len(piece)
        return filled

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
        else:
            start = number * BLOCK_BYTES
            self._blocks[number] = self._read(start, min(start + BLOCK_BYTES, self._size))
            if len(self._blocks) > BLOCKS:
                self._blocks.popitem(last=False)
        return self._blocks[number]


@cache
def store(url: str) -> Store:
    """The store at a URL; one of each in a process."""
    return Store(url)


def _system(url: str) -> tuple[Any, str, tuple[type[Exception], ...]]:
    """(fsspec's file system, the path of the URL in it, what it may raise). Raises Stop where nothing speaks it."""
    fsspec = importlib.import_module("fsspec")
    scheme = url.partition("://")[0].lower()
    options: dict[str, Any] = {"skip_instance_cache": True}  # `store` keeps them; and no list is remembered
    options |= {} if scheme == "memory" else {"use_listings_cache": False}
    if scheme.startswith("s3"):
        times = {"connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS}
        options["config_kwargs"] = times | {"retries": {"max_attempts": ATTEMPTS}}
    try:
        system, root = fsspec.core.url_to_fs(url, **options)
    except (ImportError, ValueError) as error:
        advice = f"Get what speaks S3: {EXTRA}" if scheme.startswith("s3") else "s3:// is spoken."
        raise Stop(f"Nothing here speaks {scheme}://. {advice}") from error
    failures: tuple[type[Exception], ...] = (OSError,)
    if scheme.startswith("s3"):
        botocore = importlib.import_module("botocore.exceptions")
        failures = (OSError, botocore.BotoCoreError, botocore.ClientError)
    return system, str(root).rstrip("/"), failures


def _etags(file: Path) -> set[str]:
    """What S3 calls an object that went up in one piece, and in parts: MD5, here no secret but a checksum."""
    whole, parts, count = hashlib.md5(usedforsecurity=False), b"", 0
    with file.open("rb") as stream:
        while True:
            part, left = hashlib.md5(usedforsecurity=False), PART_BYTES
            while left and (piece := stream.read(min(READ_BYTES, left))):
                part.update(piece)
                whole.update(piece)
                left -= len(piece)
            if left == PART_BYTES:
                break
            parts, count = parts + part.digest(), count + 1
    return {whole.hexdigest(), f"{hashlib.md5(parts, usedforsecurity=False).hexdigest()}-{count}"}


def _is_precondition(error: OSError) -> bool:
    return "PreconditionFailed" in str(error) or "PreconditionFailed" in str(error.__cause__)


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
