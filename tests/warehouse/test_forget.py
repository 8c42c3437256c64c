"""Forgetting: rows, records and free pages go, a tombstone stays, and whoever shared a story is decided again."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.archive import ArchiveWriter
from tests.warehouse.conftest import NOON, Shop
from warehouse import spool as spooling
from warehouse.connect import opened
from warehouse.export import Choice, export
from warehouse.forget import Asked, Gone, look, orphaned, take_out
from warehouse.forget_copies import copies, holders, pay
from warehouse.snapshot import make_snapshot
from warehouse.spool_schema import ENTRY
from warehouse.stories import assign_stories, redecide

NOW = datetime(2026, 4, 1, tzinfo=UTC)
WORDS = "The quince orchard of Wexcombe was sold to a stranger. "
TEXT = WORDS + " ".join(f"word{n} stands beside thing{n * 7}" for n in range(60))


def archived(shop: Shop, *pages: tuple[str, str], **changes: Any) -> list[spooling.Row]:
    """Rows of pages whose bytes are in an archive file of ours."""
    with ArchiveWriter(shop.place.archive, f"{shop.place.key}-{spooling.new_id()}", opened_at=NOON) as writer:
        places = [writer.write_resource(url, "text/html", text.encode(), NOON) for url, text in pages]
    rows = []
    for (url, text), offset in zip(pages, places, strict=True):
        row = shop.article(url, text, **changes)
        for struct in ("capture", "article"):
            row[struct] |= {"capture_file": shop.place.stored(writer.path), "capture_offset": offset}
        rows.append(row)
    return rows


def forget(shop: Shop, reason: str = "asked for", **asked: str) -> Gone:
    gone, _ = take_out(
        shop.place, Asked(**asked), reason=reason, run_id="f", program="presshouse/test", now=NOW, wait=1
    )
    redecide(shop.place, gone.fellows, run_id="f", wait=1)
    pay(shop.place, wait=1, say=shop.said.append)
    return gone


def where_found(folder: Path, words: str) -> list[str]:
    """Files that hold these words, as they are or inside gzip."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            plain = gzip.decompress(content) if path.suffix == ".gz" else b""
            if words.encode() in content + plain:
                found.append(path.name)
    return found


def test_no_file_holds_it_afterwards(shop: Shop, tmp_path: Path):
    """Not the warehouse's free pages, not its log, not the archive, not a copy aside; the other article is whole."""
    shop.add(*archived(shop, ("https://example.com/a", TEXT), ("https://example.com/b", "Another text.")))
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("checkpoint")
    aside = shop.place.file.with_name(shop.place.file.name + ".schema-1")
    aside.write_bytes(shop.place.file.read_bytes())
    assert len(where_found(tmp_path, WORDS.strip())) == 3
    gone = forget(shop, url="http://www.example.com/a?utm_source=x")
    assert (gone.articles, gone.revisions, gone.captures, gone.records) == (1, 1, 1, 1)
    assert where_found(tmp_path, WORDS.strip()) == []
    assert shop.ask("select url from articles") == [("https://example.com/b",)]
    assert shop.ask("select count(*) from erasures") == [(0,)]


def test_it_does_not_come_again(shop: Shop, tmp_path: Path):
    """The same page becomes a rejection without text; its new record is owed, and goes."""
    shop.add(*archived(shop, ("https://example.com/a", TEXT)))
    forget(shop, url="https://example.com/a")
    shop.add(*archived(shop, ("https://amp.example.com/a", TEXT + "And more."), ("https://example.com/c", "Other.")))
    assert shop.ask("select url, outcome, reason from outcomes order by seen_at, outcome") == [
        ("https://example.com/c", "article", None),
        ("https://amp.example.com/a", "rejected", "forgotten"),
        ("https://example.com/a", "rejected", "forgotten"),
    ]
    assert where_found(tmp_path, WORDS.strip()) == []
    assert shop.ask("select count(*) from shingles") == [(1,)]
    assert shop.ask("select count(*) from erasures") == [(0,)]


def test_what_the_extraction_refused_loses_its_bytes_too(shop: Shop, tmp_path: Path):
    """A loaded page tells its URL only when it is read: by then it is in the archive, and its row has no key left."""
    shop.add(shop.article("https://example.com/a"))
    forget(shop, url="https://example.com/a")
    row = archived(shop, ("file:///saved.html", TEXT))[0]
    capture = row["capture"]
    refused = {name: capture[name] for name in ("fetched_url", "seen_at", "via", "capture_file", "capture_offset")}
    shop.add({"capture": capture, "rejection": refused | {"outcome": "rejected", "reason": "forgotten"}})
    assert where_found(tmp_path, WORDS.strip()) == []
    assert shop.ask("select capture_file from captures") == []


def test_a_tombstone_holds_no_name(shop: Shop):
    """Key hash, when, and the reason in the words of who asked."""
    shop.add(shop.article("https://example.com/a"))
    forget(shop, url="https://example.com/a", reason="court order 12")
    rows = shop.ask("select kind, forgotten_at, reason, length(key_hash), contains(key_hash, 'example') from forgotten")
    assert rows == [("url", NOW, "court order 12", 64, False)]


def test_a_publisher_goes_whole(shop: Shop):
    """Its articles, its rejected pages, the headlines of its entries; not what another ran."""
    shop.add(
        shop.article("https://example.com/a"),
        shop.rejection("https://www.example.com/wall"),
        shop.article("https://other.org/b", "Other text.", publisher="other.org"),
        shop.rejection("https://other.org/example.com"),
        entry("https://example.com/a", "A headline"),
        entry("https://other.org/b", "B headline"),
    )
    gone = forget(shop, publisher="example.com")
    assert (gone.articles, gone.rejections, gone.entries) == (1, 1, 1)
    assert shop.ask("select publisher from articles") == [("other.org",)]
    assert shop.ask("select url, title from entries order by url") == [
        ("https://example.com/a", None),
        ("https://other.org/b", "B headline"),
    ]
    shop.add(
        shop.article("https://example.com/new", "New."),
        shop.rejection("https://m.example.com/x"),
        shop.article("https://elsewhere.net/copy", "Of them.", publisher="example.com"),
        entry("https://example.com/new", "New headline"),
    )
    assert shop.ask("select count(*) from articles") == [(1,)]
    assert shop.ask("select title from entries where url = 'https://example.com/new'") == [(None,)]


def entry(url: str, title: str) -> spooling.Row:
    values: dict[str, Any] = dict.fromkeys(field.name for field in ENTRY)
    values |= {"feed_url": "https://example.com/feed", "url": url, "title": title, "seen_at": NOON, "event": "new"}
    return {"entry": values | {"entry_key": url.split("://")[1], "decision": "fetch", "fingerprint": title}}


def test_a_text_without_a_url_is_known_by_its_words(shop: Shop):
    """Also under another file name; another text beside it comes in."""
    shop.add(shop.article(None, TEXT))
    forget(shop, url="file:///somewhere.txt")
    shop.add(shop.article(None, TEXT, fetched_url="file:///elsewhere.txt"))
    assert shop.ask("select count(*) from articles") == [(0,)]


def test_the_story_goes_on_without_its_root(shop: Shop):
    """The fellows are decided again: none hangs on an article that is gone."""
    for day, site in enumerate(["one.org", "two.org", "three.org"]):
        at = NOON + timedelta(days=day)
        shop.add(shop.article(f"https://{site}/a", TEXT, captured_at=at, publisher=site))
    assign_stories(shop.place, run_id="r", wait=1)
    assert shop.ask("select size, root_publisher from stories") == [(3, "one.org")]
    asked = Asked(url="https://one.org/a")
    take_out(shop.place, asked, reason="r", run_id="f", program="p/1", now=NOW, wait=1)
    parted = orphaned(shop.place, wait=1)  # as a later call finds them, when this one was killed here
    assert len(parted) == 2
    redecide(shop.place, parted, run_id="f", wait=1)
    assert orphaned(shop.place, wait=1) == []
    assert shop.ask("select size, root_publisher from stories") == [(2, "two.org")]
    assert shop.ask("select count(*) from duplicate_pairs where one_id not in (select article_id from articles)") == [
        (0,)
    ]


def test_what_is_the_users_is_named_and_untouched(shop: Shop):
    """A WARC file outside the archive stays as it is."""
    shop.add(shop.article("https://example.com/a"))
    assert look(shop.place, Asked(url="https://example.com/a"), wait=1).foreign == ["/w/a.warc.gz"]
    assert shop.ask("select count(*) from articles") == [(1,)]


@pytest.mark.parametrize("step", ["rows", "records"])
def test_a_call_that_was_killed_is_completed(shop: Shop, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch):
    """Whatever was owed stands in the warehouse: after the rows, and between the records and the free pages."""
    shop.add(*archived(shop, ("https://example.com/a", TEXT), ("https://example.com/b", "Another text.")))
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("checkpoint")
    take_out(shop.place, Asked(url="https://example.com/a"), reason="r", run_id="f", program="p/1", now=NOW, wait=1)
    if step == "records":
        monkeypatch.setattr("warehouse.forget_copies.compact", killed)
        with pytest.raises(KeyboardInterrupt):
            pay(shop.place, wait=1, say=print)
        monkeypatch.undo()
    assert where_found(tmp_path, WORDS.strip()) != []
    pay(shop.place, wait=1, say=print)
    assert where_found(tmp_path, WORDS.strip()) == []
    assert pay(shop.place, wait=1, say=print).records == 0


def killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_copies_go_and_what_is_somebodys_is_named(shop: Shop, tmp_path: Path):
    """The snapshot, the report and a run's memory are ours; a snapshot of another name and an export are not."""
    shop.add(*archived(shop, ("https://example.com/a", TEXT)))
    mine, folder = shop.place.data_dir / "for-ada.duckdb", tmp_path / "export"
    make_snapshot(shop.place, now=NOW, force=True)
    make_snapshot(shop.place, mine, now=NOW, force=True)
    export(shop.place, folder, Choice(), program="presshouse/test", say=print)
    (shop.place.data_dir / "report.html").write_text(WORDS)
    gone = forget(shop, url="https://example.com/a")
    assert copies(shop.place) == []
    assert holders(shop.place, gone.article_ids) == [str(mine), str(folder)]
    assert holders(shop.place, []) == []


def test_a_url_that_was_never_seen_is_refused_all_the_same(shop: Shop):
    """Somebody may ask before anything was stored."""
    assert forget(shop, url="https://example.com/secret").nothing
    shop.add(shop.article("https://example.com/secret"))
    assert shop.ask("select count(*) from articles") == [(0,)]
