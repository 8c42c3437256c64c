"""The other side of benchmarks/stories.py: runs in an environment of its own, with datasketch and rensa.

    stories_peers.py TEXTS.json RESULT.json

TEXTS is a list of texts. RESULT is a list of {name, sketch_s, seconds, clusters}; clusters: a number for each text.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from datasketch import MinHash, MinHashLSH
from rensa import RMinHash, RMinHashLSH

WORD = re.compile(r"\w+")


def grams(text: str, size: int) -> list[str]:
    words = WORD.findall(text.casefold())
    return [" ".join(words[here : here + size]) for here in range(max(1, len(words) - size + 1))]


def plain_loop(permutations: int, size: int) -> Callable[[str], Any]:
    """datasketch as its manual shows it: one update a shingle."""

    def sketch(text: str) -> Any:
        made = MinHash(num_perm=permutations)
        for gram in grams(text, size):
            made.update(gram.encode())
        return made

    return sketch


def batched(permutations: int, size: int) -> Callable[[str], Any]:
    def sketch(text: str) -> Any:
        made = MinHash(num_perm=permutations)
        made.update_batch([gram.encode() for gram in grams(text, size)])
        return made

    return sketch


def in_rust(permutations: int, size: int) -> Callable[[str], Any]:
    def sketch(text: str) -> Any:
        made = RMinHash(num_perm=permutations, seed=42)
        made.update(grams(text, size))
        return made

    return sketch


class Roots:
    """Union-find over positions."""

    def __init__(self, count: int) -> None:
        self.of = list(range(count))

    def find(self, one: int) -> int:
        while self.of[one] != one:
            self.of[one] = self.of[self.of[one]]
            one = self.of[one]
        return one

    def join(self, one: int, other: int) -> None:
        self.of[max(self.find(one), self.find(other))] = min(self.find(one), self.find(other))


def clusters_datasketch(sketches: Sequence[Any], threshold: float, permutations: int) -> list[int]:
    index = MinHashLSH(threshold=threshold, num_perm=permutations)
    roots = Roots(len(sketches))
    for number, made in enumerate(sketches):
        for other in index.query(made):
            roots.join(number, other)
        index.insert(number, made)
    return [roots.find(number) for number in range(len(sketches))]


def clusters_rensa(sketches: Sequence[Any], threshold: float, permutations: int, bands: int) -> list[int]:
    index = RMinHashLSH(threshold=threshold, num_perm=permutations, num_bands=bands)
    roots = Roots(len(sketches))
    for number, made in enumerate(sketches):
        index.insert(number, made)
    for number, made in enumerate(sketches):
        for other in index.query(made):
            if other != number and made.jaccard(sketches[other]) >= threshold:
                roots.join(number, other)
    return [roots.find(number) for number in range(len(sketches))]


def run(
    name: str, texts: Sequence[str], sketch: Callable[[str], Any], cluster: Callable[[Sequence[Any]], list[int]]
) -> dict[str, Any]:
    started = time.perf_counter()
    sketches = [sketch(text) for text in texts]
    sketched = time.perf_counter()
    found = cluster(sketches)
    ended = time.perf_counter()
    return {"name": name, "sketch_s": sketched - started, "seconds": ended - started, "clusters": found}


def main() -> None:
    texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    results = [
        run(
            "datasketch, defaults (128, 0.9), 5-grams, plain loop",
            texts,
            plain_loop(128, 5),
            lambda made: clusters_datasketch(made, 0.9, 128),
        ),
        run(
            "datasketch at 0.5, 5-grams, batched",
            texts,
            batched(128, 5),
            lambda made: clusters_datasketch(made, 0.5, 128),
        ),
        run(
            "rensa, its example (128, 0.8, 16 bands), 5-grams",
            texts,
            in_rust(128, 5),
            lambda made: clusters_rensa(made, 0.8, 128, 16),
        ),
        run(
            "rensa at 0.5, 32 bands, 5-grams",
            texts,
            in_rust(128, 5),
            lambda made: clusters_rensa(made, 0.5, 128, 32),
        ),
        # configs/benchmark_news_minhash.toml of text-dedup: no check of what the buckets bring together
        run(
            "text-dedup's news settings (256, 2-grams, 0.45), by datasketch",
            texts,
            batched(256, 2),
            lambda made: clusters_datasketch(made, 0.45, 256),
        ),
    ]
    Path(sys.argv[2]).write_text(json.dumps(results), encoding="utf-8")


if __name__ == "__main__":
    main()
