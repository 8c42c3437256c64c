"""Changed seeds: bytes are cut, doubled, swapped for others and for words of the format."""

from collections.abc import Sequence

from hypothesis import strategies as st

MOST_CHANGES = 8
FAR = 1 << 20  # positions are drawn from here and taken modulo the length
BYTES = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xc3",
    b"\xe2\x80\xae",
    b"\r\n",
    b"\n\n",
    b" ",
)

Change = tuple[str, int, int, bytes]


def changed(seeds: Sequence[bytes], words: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """One of the seeds, or two of them joined, with up to eight changes."""
    one = st.sampled_from(list(seeds))
    joined = st.builds(lambda a, b, at, start: a[: at % (len(a) + 1)] + b[start % (len(b) + 1) :], one, one, _at, _at)
    return st.builds(apply, one | one | joined, st.lists(_change(words), max_size=MOST_CHANGES))


_at = st.integers(0, FAR)
_length = st.integers(1, 12) | st.integers(1, 4_000)


def _change(words: Sequence[bytes]) -> st.SearchStrategy[Change]:
    put = st.sampled_from([*words, *BYTES]) | st.binary(max_size=6) | st.sampled_from(list(words)).map(lambda w: w * 40)
    return st.tuples(st.sampled_from(("put", "put", "over", "cut", "twice", "end")), _at, _length, put)


def apply(raw: bytes, changes: Sequence[Change]) -> bytes:
    """The changes one after the other."""
    for kind, at, length, put in changes:
        start = at % (len(raw) + 1)
        stop = min(start + length, len(raw))
        match kind:
            case "put":
                raw = raw[:start] + put + raw[start:]
            case "over":
                raw = raw[:start] + put + raw[start + len(put) :]
            case "cut":
                raw = raw[:start] + raw[stop:]
            case "twice":
                raw = raw[:stop] + raw[start:stop] + raw[stop:]
            case "end":
                raw = raw[:start]
    return raw
