"""Shingles: a text as a small, comparable set of numbers.

Every run of five tokens is hashed to 64 bits; a sketch keeps the hashes below a limit that is the same for all texts,
so that two texts that share a passage share the hashes sampled from it, wherever it stands in either.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tasks.model import Shingles

Hashes = npt.NDArray[np.uint64]

WORDS_A_SHINGLE = 5  # tokens
SAMPLE_LIMIT: Final = 2**64 // 16  # one shingle in sixteen: about 27 an article (FACTS, Stories)
MIN_SAMPLE = 24  # hashes; a short text keeps more of its own, else a 100-word brief would be known by six
LIMITS: Final = (2**61, 2**62, 2**63)  # for those: one in eight, in four, in two; then every one
TOKENS_KEPT = 1 << 18  # whose hashes are remembered in a process: some 40 MB
MAX_REPEATS = 2  # in one text; what it says more often is navigation and captions, not the story
MAX_TOKENS = 20_000  # of a text; beyond that it is a book or a table, and its head identifies it
MAX_CHARS = 400_000  # of a text, read before the tokens are counted: 20 a token

# Scripts written without spaces between words: each character is a token.
# Thai, Lao, Tibetan, Myanmar, Khmer; kana; Han of the basic plane (the rare rest would double the time of the search).
_UNSEGMENTED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
# Numbers keep their separators, so that 3.9 and 4.9 differ as a whole.
_TOKEN = re.compile(rf"[^\W\d_{_UNSEGMENTED}][^\W_{_UNSEGMENTED}]*|\d+(?:[.,:]\d+)*|[{_UNSEGMENTED}]")
_UNSEGMENTED_CHAR = re.compile(f"[{_UNSEGMENTED}]")


# Runs beyond ASCII are folded apart: most texts have few.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{1,1000}")


def _class_of_marks() -> str:
    """A character class of what stands on or between letters unseen: combining marks, format characters."""
    codes = [c for c in range(0x80, 0x10000) if unicodedata.category(chr(c)) in ("Mn", "Mc", "Me", "Cf")]
    return "[" + "".join(map(chr, codes)) + "]+"


_MARKS = re.compile(_class_of_marks())

# UTF-8 that was read as Windows-1252: a lead byte and its continuation bytes, each shown as one character. Only the
# leads of Latin, Greek, Cyrillic (two bytes) and of everything above (three), else `Spaß“` would be taken for one.
_CONTINUATION = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\ufffd"
_MOJIBAKE = re.compile(f"[Â-ÅÌ-Ñ×-Û][{_CONTINUATION}]|[à-í][{_CONTINUATION}]{{2}}")


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The sampled shingle hashes of a text, ascending and distinct, and the bound below which the sample is whole."""

    hashes: Hashes
    limit: int  # every shingle hash of the text below this is in `hashes`
    tokens: int  # length of the text, at most MAX_TOKENS

    def below(self, limit: int) -> Hashes:
        """The sampled hashes below a limit, such as that of another sketch."""
        return self.hashes if limit >= self.limit else self.hashes[self.hashes < np.uint64(limit)]

    def without(self, stopped: Hashes) -> "Sketch":
        """The sketch less the hashes of a stop list."""
        return Sketch(np.setdiff1d(self.hashes, stopped, assume_unique=True), self.limit, self.tokens)


def folded(text: str) -> str:
    """The text without what careless copying changes: case, accents, invisible marks, wrongly decoded characters."""
    return _BEYOND_ASCII.sub(_folded_run, text).lower()


def tokens(text: str) -> list[str]:
    """Words, folded; single characters in scripts that do not part words. At most MAX_TOKENS of MAX_CHARS."""
    return _TOKEN.findall(folded(text[:MAX_CHARS]))[:MAX_TOKENS]


def shingle_hashes(words: list[str], size: int = WORDS_A_SHINGLE) -> Hashes:
    """The hash of each run of `size` tokens, in reading order; empty where there are fewer."""
    if len(words) < size:
        return np.empty(0, dtype=np.uint64)
    single = np.fromiter(map(_hash_of, words), dtype=np.uint64, count=len(words))
    rolled = np.zeros(len(words) - size + 1, dtype=np.uint64)
    for offset in range(size):
        rolled = rolled * _MULTIPLIER + single[offset : offset + len(rolled)]
    return _mixed(rolled)


def distinct(hashes: Hashes) -> Hashes:
    """The hashes of a text, ascending, each once, without those that it repeats more than MAX_REPEATS times."""
    values, counts = np.unique(hashes, return_counts=True)
    return values[counts <= MAX_REPEATS]


def sketch(text: str) -> Sketch:
    """Sample the shingles of a text: all below the first of LIMITS that leaves MIN_SAMPLE of them.

    The limits are few, so that texts of about one length are sampled alike: what they share is then found on all of
    them, and the stop list sees it come back.
    """
    words = tokens(text)
    every = shingle_hashes(words)
    low = distinct(every[every < np.uint64(SAMPLE_LIMIT)])  # most texts need no more, and sorting all takes time
    if len(low) >= MIN_SAMPLE:
        return Sketch(low, SAMPLE_LIMIT, len(words))
    every = distinct(every)
    for limit in LIMITS:
        low = every[: int(np.searchsorted(every, np.uint64(limit)))]
        if len(low) >= MIN_SAMPLE:
            return Sketch(low, limit, len(words))
    return Sketch(every, 2**64, len(words))


def sampled(text: str) -> Shingles:
    """The sketch of a text as it is stored."""
    made = sketch(text)
    return Shingles(tuple(made.hashes.tolist()), None if made.limit == 2**64 else made.limit, made.tokens)


def is_unsegmented(words: list[str]) -> bool:
    """Whether most tokens are single characters of a script without word spaces."""
    return 2 * sum(1 for word in words if len(word) == 1 and _UNSEGMENTED_CHAR.match(word)) > len(words)


_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit of a token is lost


def _mixed(values: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads each input bit over all output bits."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


class _TokenHashes(dict[str, int]):
    """Tokens recur: most are answered from here, at a tenth of the cost, and at half that of an lru_cache."""

    def __missing__(self, word: str) -> int:
        if len(self) >= TOKENS_KEPT:
            self.clear()
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        found = self[word] = int.from_bytes(digest, "little")
        return found


_hash_of = _TokenHashes().__getitem__


def _folded_run(found: re.Match[str]) -> str:
    run = found[0]
    return _fold_again(run) if len(run) <= _SHORT_RUN else _fold(run)


def _fold(run: str) -> str:
    repaired = _MOJIBAKE.sub(_decoded, run)
    return unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFKD", repaired.casefold())))


_SHORT_RUN = 8  # characters; in Latin scripts the same few quotes and letters
_fold_again = lru_cache(maxsize=1 << 16)(_fold)


def _decoded(found: re.Match[str]) -> str:
    raw = b"".join(_BYTE_OF.get(char, b"") for char in found[0])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return found[0] if "\ufffd" not in found[0] else " "


def _bytes_of_1252() -> dict[str, bytes]:
    """Character -> byte of Windows-1252, the five unassigned bytes read as control characters (WHATWG Encoding)."""
    table = {chr(code): bytes([code]) for code in range(0x80, 0x100)}
    return table | {
        bytes([code]).decode("cp1252"): bytes([code]) for code in range(0x80, 0xA0) if code not in _UNASSIGNED
    }


_UNASSIGNED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_BYTE_OF = _bytes_of_1252()
