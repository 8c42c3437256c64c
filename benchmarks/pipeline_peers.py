"""The other side of benchmarks/pipeline.py: runs in an environment of its own, with trafilatura and newspaper4k.

    pipeline_peers.py trafilatura|newspaper4k PROCESSES

Reads names of WARC files from standard input, a line each; every page of it goes through the library in a pool of
processes that stays from file to file; then a line {"pages", "articles"} is printed. Nothing is stored and nothing
but a yes or no comes back from the pool: that is as bare as it gets.
"""

import json
import multiprocessing
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

DATES = {"original_date": True, "extensive_search": True, "outputformat": "%Y-%m-%dT%H:%M:%S%z"}
CHUNK = 4  # pages handed to a process at a time

Page = tuple[str, bytes]


def trafilatura_page(page: Page) -> bool:
    """The call of benchmarks/extraction.py: text and metadata with full dates."""
    import trafilatura
    from trafilatura.utils import decode_file

    url, body = page
    found = trafilatura.bare_extraction(
        decode_file(body), url=url, with_metadata=True, include_comments=False, date_extraction_params=DATES
    )
    return found is not None


def newspaper_page(page: Page) -> bool:
    """As its manual shows it, without the network: no images are asked for, no keywords computed.

    Pages in languages for which it lacks words or a tokenizer count as read.
    """
    import newspaper

    url, body = page
    try:
        found = newspaper.article(url, input_html=body.decode("utf-8", "replace"), fetch_images=False)
    except (newspaper.ArticleException, ValueError, ImportError, LookupError):
        return False
    return bool(found.text)


def pages(path: Path) -> Iterator[Page]:
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            if record.http_headers is None or record.http_headers.status_code != 200:
                continue
            yield record.headers["WARC-Target-URI"], record.reader.read()


def main() -> None:
    warnings.simplefilter("ignore")  # of zones that dateutil does not know
    library, processes = sys.argv[1], int(sys.argv[2])
    work = {"trafilatura": trafilatura_page, "newspaper4k": newspaper_page}[library]
    with multiprocessing.Pool(processes) as pool:
        for line in sys.stdin:
            found = list(pool.imap_unordered(work, pages(Path(line.strip())), chunksize=CHUNK))
            print(json.dumps({"pages": len(found), "articles": sum(found)}), flush=True)


if __name__ == "__main__":
    main()
