"""Transfer and content encodings removed from bodies, within a limit, also where the headers lie."""

import re
import zlib
from collections.abc import Callable, Iterator, Sequence

import brotli  # type: ignore[import-untyped]  # comes without types
import zstandard

from tasks.errors import Rejected

MAX_ENCODINGS = 5  # more are sent by nobody but to cost time
GZIP_MAGIC = b"\x1f\x8b"
PLAIN_WINDOW = 1_024  # first bytes that tell plain text from compressed bytes

_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15  # zlib's wbits
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW = 8 * 1_048_576  # bytes; what RFC 8878 asks every decoder to support, and web clients accept
_PIECE = 65_536  # bytes fed, and given out, at once
_ZSTD_PIECE = 128  # bytes fed at once; four can become 128 KiB, and the decoder knows no limit
_NAMES = {"x-gzip": "gzip", "zlib": "deflate", "brotli": "br"}

# Size in hexadecimal, perhaps spaces or an extension behind it (RFC 9112, 7.1).
_CHUNK_SIZE = re.compile(rb"[ \t]{0,8}([0-9a-fA-F]{1,16})[ \t]{0,16}(?:;[^\r\n]{0,256})?\r?\n")
_PLAIN = re.compile(rb"[\t\n\x0c\r\x20-\x7e\x80-\xff]*\Z")


class _Inflated:
    """What came out of a decoder so far, within the limit; `complete` once it said that the body has ended."""

    def __init__(self, limit: int) -> None:
        self._parts: list[bytes] = []
        self._room = limit
        self.complete = False

    def add(self, part: bytes) -> None:
        """Raises Rejected("too_large") over the limit."""
        self._room -= len(part)
        if self._room < 0:
            raise Rejected("too_large", "the decoded body is over the limit")
        self._parts.append(part)

    def bytes(self) -> bytes:
        return b"".join(self._parts)


def dechunk(body: bytes) -> tuple[bytes, bool]:
    """A body without its chunk framing, and whether it ends as it should.

    A body that does not start with a chunk is returned as it is: crawlers remove the framing and keep the header.
    """
    parts: list[bytes] = []
    at = 0
    while size_line := _CHUNK_SIZE.match(body, at):
        size, start = int(size_line[1], 16), size_line.end()
        if size == 0:
            return b"".join(parts), True
        at = start + size
        if at > len(body):
            return b"".join([*parts, body[start:]]), False
        line_end = _line_end(body, at)
        if not line_end and not parts and at < len(body):
            return body, True  # a first word that only looks like a size: "Decade"
        parts.append(body[start:at])
        if not line_end:
            break
        at += line_end
    return (b"".join(parts), False) if at else (body, True)


def _line_end(body: bytes, at: int) -> int:
    return 2 if body.startswith(b"\r\n", at) else 1 if body.startswith(b"\n", at) else 0


def decode(body: bytes, encodings: Sequence[str], limit: int) -> tuple[bytes, str | None]:
    """Undo `encodings` (in the order they were applied); also says which one ends early, None when all are whole.

    A body that is plainly not encoded as told is left as it is, and so is one with an encoding nobody knows.
    Raises Rejected: "too_large" when a step gives more than `limit` bytes, "incomplete" when nothing can be decoded,
    "bad_record" for more than MAX_ENCODINGS steps.
    """
    steps = [name for name in map(_name, encodings) if name in _DECODERS]
    if len(steps) > MAX_ENCODINGS:
        raise Rejected("bad_record", f"{len(steps)} content encodings")
    broken = None
    for name in reversed(steps):
        if not body:
            break
        decoded = _Inflated(limit)
        _DECODERS[name](body, decoded)
        result = decoded.bytes()
        if decoded.complete:
            body = result
        elif _is_encoded(body, name):
            if not result:
                raise Rejected("incomplete", f"the {name} body is damaged from its start")
            body, broken = result, name
    return body, broken


def _name(raw: str) -> str:
    name = raw.strip().lower()
    return _NAMES.get(name, name)


def _is_encoded(body: bytes, name: str) -> bool:
    """Whether a body that could not be decoded to its end is encoded at all."""
    magic = {"gzip": GZIP_MAGIC, "zstd": _ZSTD_MAGIC}.get(name)
    if magic:
        return body.startswith(magic)
    return not _PLAIN.match(body[:PLAIN_WINDOW])


def _pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def _gzip(body: bytes, into: _Inflated) -> None:
    """One member or several; what stands behind them and is none is left out, as browsers do."""
    while body.startswith(GZIP_MAGIC):
        into.complete = False
        body = _inflate(body, _GZIP, into)
        if not into.complete:
            return


def _deflate(body: bytes, into: _Inflated) -> None:
    """With zlib's header, as the standard says, or without, as some servers understood it."""
    has_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    _inflate(body, _ZLIB if has_header else _RAW_DEFLATE, into)


def _inflate(body: bytes, wbits: int, into: _Inflated) -> bytes:
    """Inflate into `into`; returns the bytes behind the compressed ones."""
    inflater = zlib.decompressobj(wbits)
    fed = 0
    for piece in _pieces(body, _PIECE):
        fed += len(piece)
        while piece and not inflater.eof:
            try:
                into.add(inflater.decompress(piece, _PIECE))
            except zlib.error:
                return b""
            piece = inflater.unconsumed_tail
        if inflater.eof:
            break
    while not inflater.eof and (part := inflater.decompress(b"", _PIECE)):
        into.add(part)
    into.complete = inflater.eof
    return body[fed - len(inflater.unused_data) :] if inflater.eof else b""


def _brotli(body: bytes, into: _Inflated) -> None:
    decoder = brotli.Decompressor()
    try:
        for piece in _pieces(body, _PIECE):
            into.add(decoder.process(piece, output_buffer_limit=_PIECE))
            while not decoder.is_finished() and (part := decoder.process(b"", output_buffer_limit=_PIECE)):
                into.add(part)
            if decoder.is_finished():
                break
    except brotli.error:
        return
    into.complete = decoder.is_finished()


def _zstd(body: bytes, into: _Inflated) -> None:
    decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
    try:
        for piece in _pieces(body, _ZSTD_PIECE):
            into.add(decoder.decompress(piece))
            if decoder.eof:
                break
    except zstandard.ZstdError:
        return
    into.complete = decoder.eof


_DECODERS: dict[str, Callable[[bytes, _Inflated], None]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
