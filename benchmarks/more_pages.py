"""As many distinct pages as wanted, out of the pages of a WARC file, for benchmarks that must not meet duplicates.

The first round are the pages as they are. Each further round is the same pages, edited as bytes so that they cost a
parser the same and are other articles: inside `<p>` and inside JSON strings `articleBody`, the page's own lower-case
words of five letters and more change places with each other (same language, same length, other 5-grams); every ISO
date moves back by nine days a round (stories look three days around); the page's own address in `rel=canonical`,
`og:url` and the record, gets `-N` at its end.
"""

import io
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from warcio.warcwriter import WARCWriter

from tasks.archive import WarcReader
from tasks.archive.writer import LEVEL
from tasks.model import Capture

BACK = timedelta(days=9)  # a round; beyond the window of days in which stories are looked for
_PASSAGE = re.compile(r"(<p[\s>].*?</p>)|(\"articleBody\"\s*:\s*\"(?:[^\"\\]|\\.)*\")", re.IGNORECASE | re.DOTALL)
_TAG_OR_WORD = re.compile(r"<[^>]*>|&[^;\s]{1,8};|\\.|([^\s<>&;,.!?:\"'()\[\]\\/0-9A-ZÀ-Þ]{5,})")
_DAY = re.compile(r"(?<!\d)(20[012]\d)-(\d\d)-(\d\d)(?!\d)")  # a `T` may follow
_ADDRESS = re.compile(
    r"(<link[^>]*rel=[\"']?canonical[^>]*>|<meta[^>]*og:url[^>]*>)",
    re.IGNORECASE,
)
_HREF = re.compile(r"((?:href|content)=[\"']?https?://[^\"'\s>?#]+)", re.IGNORECASE)


class Template:
    """A page taken apart once: what is edited in each round costs a tenth then."""

    def __init__(self, body: bytes) -> None:
        """Latin-1 where the bytes are not UTF-8: only whole words are moved."""
        try:
            text, self._charset = body.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            text, self._charset = body.decode("latin-1"), "latin-1"
        found = [
            (part.start() + word.start(), part.start() + word.end())
            for part in _PASSAGE.finditer(text)
            for word in _TAG_OR_WORD.finditer(part[0])
            if word[1]
        ]
        self._words = [text[start:end] for start, end in found]
        ends = [0, *(end for _, end in found)]
        self._between = [text[end:start] for end, (start, _) in zip(ends, found, strict=False)]
        self._rest = text[ends[-1] :]

    def edited(self, number: int) -> bytes:
        """The page of round `number` (from 1 on)."""
        words = list(self._words)
        random.Random(number).shuffle(words)
        pairs = zip(self._between, words, strict=True)
        text = "".join(piece for pair in pairs for piece in pair) + self._rest
        text = _ADDRESS.sub(lambda tag: _HREF.sub(rf"\1-{number}", tag[0], count=1), text)
        return _DAY.sub(lambda found: _moved(found, number), text).encode(self._charset)


def _moved(found: re.Match[str], number: int) -> str:
    try:
        return (date(int(found[1]), int(found[2]), int(found[3])) - number * BACK).isoformat()
    except ValueError:  # no day: 2024-31-12
        return found[0]


def pages(source: Path, count: int) -> Iterator[tuple[str, str, str, bytes]]:
    """(address, WARC-Date, content type, body) of `count` distinct pages."""
    captures = [one for one in WarcReader(source) if isinstance(one, Capture)]
    assert captures, f"no pages in {source}"
    templates = cache(lambda at: Template(captures[at].body))
    for position in range(count):
        number, capture = position // len(captures), captures[position % len(captures)]
        url = capture.fetched_url if "://" in capture.fetched_url else f"https://pages.example/{position}"
        yield (
            f"{url}-{number}" if number else url,
            capture.captured_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            capture.content_type or "text/html",
            templates(position % len(captures)).edited(number) if number else capture.body,
        )


def write_parts(source: Path, folder: Path, sizes: Sequence[int]) -> list[Path]:
    """WARC files of so many pages each, written one after the other, no page twice; made once for one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / f"part-{part:03}.warc.gz" for part in range(len(sizes))]
    note, wanted = folder / "sizes.txt", f"{source.stat().st_size} {list(sizes)}"
    if note.exists() and note.read_text() == wanted:
        return made
    note.unlink(missing_ok=True)
    stream = pages(source, sum(sizes))
    for path, size in zip(made, sizes, strict=True):
        with path.open("wb") as out:
            record = io.BytesIO()
            writer = WARCWriter(record, gzip=False)
            for _ in range(size):
                _write(writer, *next(stream))
                out.write(zlib.compress(record.getvalue(), LEVEL, 31))
                record.seek(0)
                record.truncate()
    note.write_text(wanted)
    return made


def _write(writer: WARCWriter, url: str, warc_date: str, content_type: str, body: bytes) -> None:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + body
    writer.write_record(
        writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(block),
            length=len(block),
            warc_content_type="application/http; msgtype=response",
            warc_headers_dict={"WARC-Date": warc_date},
        )
    )
