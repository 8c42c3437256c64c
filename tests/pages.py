"""Pages and WARC files that the tests write themselves: as many as wanted, each with a text of its own."""

import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warcio.warcwriter import WARCWriter

FIRST_DAY = datetime(2026, 1, 5, 8, tzinfo=UTC)

_SUBJECTS = "The council|A farmers' union|The harbour board|A group of teachers|The water company|The chess club"
_VERBS = "has agreed to|refused to|will begin to|promised to|voted to|is preparing to"
_OBJECTS = "repair the old bridge|open a second library|plant four hundred trees|publish its accounts|move the market"
_ENDS = "before the summer|after years of talks|without further delay|at its own cost|with the help of neighbours"


def sentences(number: int, count: int) -> list[str]:
    """Plain sentences, the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - a fixture, no secret
    parts = [words.split("|") for words in (_SUBJECTS, _VERBS, _OBJECTS, _ENDS)]
    return [
        " ".join(chance.choice(words) for words in parts) + f", said the report number {number}-{line}."
        for line in range(count)
    ]


HOST = "testing-times.example"


def page(number: int, host: str = HOST) -> str:
    """An article as a small publisher would print it."""
    published = (FIRST_DAY + timedelta(hours=number)).isoformat()
    lines = sentences(number, 12)
    body = "\n".join(f"<p>{' '.join(lines[start : start + 3])}</p>" for start in range(0, 12, 3))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Report {number} is out | The Testing Times</title>
<link rel="canonical" href="https://{host}/news/report-{number}">
<meta property="og:site_name" content="The Testing Times">
<meta property="article:published_time" content="{published}"></head>
<body><header><nav><a href="/">Home</a> <a href="/news">News</a></nav></header>
<main><article><h1>Report {number} is out</h1><p class="byline">By Ada Example</p>
{body}
</article></main><footer>Copyright The Testing Times</footer></body></html>"""


def write_warc(path: Path, articles: int, *, first: int = 0, host: str = HOST) -> Path:
    """A record-compressed WARC file: `articles` articles, and after every tenth a redirect and a revisit.

    `first`: number of the first one; at another host the same numbers have the same texts.
    """
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=path.suffix == ".gz")
        for number in range(first, first + articles):
            url = f"https://{host}/news/report-{number}"
            date = (FIRST_DAY + timedelta(days=30, seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
            writer.write_record(_response(writer, url, date, "200 OK", page(number, host)))
            if number % 10 == 9:
                writer.write_record(_response(writer, url + "?old", date, "301 Moved Permanently", ""))
                writer.write_record(writer.create_revisit_record(url, "sha1:A", url, date))
    return path


def _response(writer: WARCWriter, url: str, date: str, status: str, body: str):  # type: ignore[no-untyped-def]
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()
    return writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(block),
        length=len(block),  # else warcio leaves a temporary file open
        warc_content_type="application/http; msgtype=response",
        warc_headers_dict={"WARC-Date": date},
    )
