"""Searching: which words find what, in which order, and what an index costs that is kept."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop, copied
from warehouse import connect, migrate
from warehouse import search as module
from warehouse import search_index as index
from warehouse.migrate import prepare
from warehouse.place import place
from warehouse.search import search
from warehouse.search_index import create_macros, create_tables
from warehouse.snapshot import make_snapshot

LATER = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def terms() -> Callable[[str], list[str]]:
    """The terms of a text, sorted, as the index has them."""
    connection = duckdb.connect()
    connection.execute(
        "create table revisions (article_id uuid, appended_at timestamptz, captured_at timestamptz, url varchar,"
        " fetched_url varchar, title varchar, text varchar, publisher varchar, language varchar, published_date date)"
    )
    create_tables(connection)
    create_macros(connection)
    sql = "select distinct unnest(search_terms(word)) as term from (select unnest(search_words_of(?)) as word)"
    return lambda text: sorted(row[0] for row in connection.execute(sql, [text]).fetchall() if row[0])


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Studies STUDY", ["studi"]),
        ("talks Talk talk’s", ["s", "talk"]),
        ("movies movie", ["movi"]),
        ("ciudades ciudad", ["ciudad"]),
        ("nationales nationale national", ["national"]),
        ("news new", ["new", "news"]),
        ("crisis Paris bus gas", ["bus", "crisis", "gas", "paris"]),
        ("Zürich ZURICH Straße", ["strass", "zurich"]),
        ("Łódź Ørsted Ægir İzmir ılık", ["aegir", "ilik", "izmir", "lodz", "orsted"]),
        ("Ёлка Йод", ["елка", "иод"]),
        ("ΟΔΟΣ οδός", ["οδοσ"]),
        ("ＡＢＣ１２３", ["abc123"]),
        ("multi\u00adply", ["multipli"]),
        ("الحكومة والحكومة حكومة", ["حكومه"]),
        ("हिन्दी समाचार", ["समाचार", "हिन्दी"]),
    ],
)
def test_words_become_terms(terms, written: str, found: list[str]):
    """Without accents, in small letters, with a light stem; one rule for all languages."""
    assert terms(written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("習近平訪", ["平訪", "習近", "近平"]),
        ("水", ["水"]),
        ("ストーリー", ["スト", "トー", "リー", "ーリ"]),
        ("ガス カス", ["カス", "ガス"]),
        ("AI技術、ML", ["ai", "ml", "技術"]),
        ("กรุงเทพ", ["กร", "งเ", "ทพ", "รุ", "ุง", "เท"]),
        ("대통령이", ["대통", "령이", "통령"]),
    ],
)
def test_scripts_without_blanks_become_pairs(terms, written: str, found: list[str]):
    """Chinese, Japanese and Thai, which print no blanks; Korean, whose particles cling to the word."""
    assert terms(written) == found


def hits(shop: Shop, words: str, **how: object) -> list[str]:
    """Paths of the found URLs, in order."""
    return [hit.url.rsplit("/", 1)[1] for hit in search(shop.place, words, **how).hits]  # type: ignore[arg-type]


def dated(day: date) -> Published:
    return Published(datetime(day.year, day.month, day.day, tzinfo=UTC), day, "day")


@pytest.fixture
def library(library_once: Shop, tmp_path: Path) -> Shop:
    """A few articles of two papers and two months, in a warehouse of one's own."""
    return copied(library_once.place.file, tmp_path, "w", library_once.offset)


@pytest.fixture(scope="module")
def library_once(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = copied(empty_warehouse, tmp_path_factory.mktemp("library"), "w")
    shop.add(
        shop.article("https://a.example/talks", "Talks on Syria resumed. " + "Nobody smiled. " * 9, title="In Geneva"),
        shop.article(
            "https://a.example/title", "They met again in Geneva.", title="Syria talks", publisher="a.example"
        ),
        shop.article("https://b.example/syria", "Syria won the match.", title="Football", publisher="b.example"),
        shop.article("https://b.example/zh", "國家主席習近平訪問巴黎。", title="訪問", language="zh"),
        shop.article("https://b.example/old", "The bridge opens.", published=dated(date(2026, 1, 31))),
        shop.article("https://b.example/new", "The bridge closes.", published=dated(date(2026, 2, 1))),
    )
    return shop


@pytest.mark.parametrize("indexed", [False, True])
def test_the_same_answer_with_and_without_a_snapshot(library: Shop, indexed: bool):
    """What no index has is read for the question; ranked by BM25, a title counts more."""
    if indexed:
        make_snapshot(library.place, now=LATER, force=False)
    assert hits(library, "syria talks") == ["title", "talks"]
    assert hits(library, "SYRIA") == ["title", "syria", "talks"]
    assert hits(library, "syria", publisher="b.example") == ["syria"]
    assert hits(library, "syria zebra") == ["title", "syria", "talks"]
    assert hits(library, "zebra") == []
    assert hits(library, "foot*") == ["syria"]
    assert hits(library, "習近平") == ["zh"]
    assert hits(library, "巴") == ["zh"]
    assert hits(library, "syria", most=1) == ["title"]
    assert hits(library, "bridge", first_day=date(2026, 2, 1), last_day=date(2026, 2, 1)) == ["new"]
    assert hits(library, "bridge", last_day=date(2026, 1, 31)) == ["old"]
    assert hits(library, "syria", first_day=NOON.date(), last_day=NOON.date()) == ["title", "syria", "talks"]
    assert hits(library, "syria", language="zh") == []


def test_the_passage_has_the_words(library: Shop):
    """Of a long text the part with the most of them, without line breaks."""
    long = "\n\n".join(f"Paragraph {n} tells nothing of any use to anybody." for n in range(40))
    library.add(library.article("https://a.example/long", f"{long}\n\nThe heron\nlanded on the quay.\n\n{long}"))
    (hit,) = search(library.place, "heron quay").hits
    assert hit.passage == "landed on the quay." or "heron" in hit.passage
    assert "\n" not in hit.passage


def test_words_are_only_words(library: Shop):
    """HOSTILE 60: nothing in them is SQL or a pattern."""
    for words in ("' or 1=1 --", "x' OR '1'='1", "%", "*", "a*b", "[syria", "\\", "$words", "syria'); drop table x"):
        assert set(hits(library, words)) <= {"title", "talks", "syria"}
    assert hits(library, "syria", publisher="x' OR 1=1--") == []


def test_only_what_is_new_is_read(shop: Shop):
    """A snapshot takes over the index of the one before; the answers are those of an index made from nothing."""

    def snapshot(force: bool = False) -> int:
        found = make_snapshot(shop.place, now=LATER, force=force)
        assert found is not None
        return found.texts_read

    def everything() -> list[tuple[object, ...]]:
        with duckdb.connect(str(shop.place.snapshot), read_only=True) as connection:
            return (
                connection.execute(
                    "select month, term, article_id, sum(tf)"
                    " from search_postings join search_articles using (month, doc) group by all order by all"
                ).fetchall()
                + connection.execute("from search_vocabulary order by word").fetchall()
            )

    shop.add(
        *(
            shop.article(f"https://a.example/{n}", f"Alpha beta w{n}.", published=dated(date(2026, n, 1)))
            for n in (1, 2)
        )
    )
    assert snapshot() == 2
    assert snapshot(force=True) == 0
    shop.add(shop.article("https://a.example/3", "Gamma delta.", published=dated(date(2026, 2, 9))))
    shop.add(  # a newer text of a known article: the older one can no longer be found
        shop.article(
            "https://a.example/1", "Epsilon.", published=dated(date(2026, 1, 1)), captured_at=NOON + timedelta(1)
        )
    )
    assert snapshot() == 2
    kept = everything()
    assert ("w1",) not in kept
    assert ("epsilon",) in kept
    shop.place.snapshot.unlink()
    assert snapshot() == 3
    assert everything() == kept


def test_a_long_index_is_made_in_slices(library: Shop, monkeypatch: pytest.MonkeyPatch):
    """Whatever is read and remembered at once, it is the same index; how far it is, is said."""

    def everything() -> list[tuple[object, ...]]:
        with duckdb.connect(str(library.place.snapshot), read_only=True) as connection:
            return [
                row
                for table in ("search_articles", "search_postings", "search_vocabulary")
                for row in connection.execute(f"from {table} order by all").fetchall()
            ]

    said: list[str] = []
    make_snapshot(library.place, now=LATER, force=True, say=said.append)
    whole = everything()
    assert said == []
    library.place.snapshot.unlink()
    monkeypatch.setattr(index, "TEXTS_AT_ONCE", 2)
    monkeypatch.setattr(index, "FORMS_AT_ONCE", 3)
    make_snapshot(library.place, now=LATER, force=True, say=said.append)
    assert everything() == whole
    assert said[0] == "search index: 2 of 6 texts read"
    assert len(said) == 3


def test_two_spellings_are_one_word(shop: Shop):
    """A text that says a word in the plural as well has it twice, and no other word beside it."""
    shop.add(
        shop.article("https://a.example/both", "One bridge of many bridges. Nothing else is told.", title="x"),
        shop.article("https://a.example/ferry", "A bridge, and the ferry under it is old.", title="x"),
    )
    make_snapshot(shop.place, now=LATER, force=False)
    assert hits(shop, "bridge ferry") == ["ferry"]
    assert hits(shop, "bridge") == ["both", "ferry"]
    with duckdb.connect(str(shop.place.snapshot), read_only=True) as connection:
        twice = connection.execute("select term, doc from search_postings group by all having count(*) > 1").fetchall()
    assert twice == []


@pytest.mark.parametrize("indexed", [False, True])
def test_answers_of_any_length(shop: Shop, indexed: bool):
    """The first are fetched by the index on revisions, those behind by row id: all with their passages, in order."""
    shop.add(*(shop.article(f"https://a.example/{n:02}", "A ferry. " + "Old. " * n, title="x") for n in range(60)))
    if indexed:
        make_snapshot(shop.place, now=LATER, force=False)
    found = search(shop.place, "ferry", most=55).hits
    assert [hit.url[-2:] for hit in found] == [f"{n:02}" for n in range(55)]
    assert all(hit.passage and hit.passage.startswith("A ferry.") for hit in found)
    assert [hit.url for hit in search(shop.place, "ferry", most=7).hits] == [hit.url for hit in found[:7]]


def scans(operator: dict[str, Any]) -> list[str]:
    """How a plan reads tables called revisions."""
    extra = operator.get("extra_info", {})
    own = [extra["Type"]] if str(extra.get("Table", "")).endswith("revisions") else []
    return own + [kind for child in operator["children"] for kind in scans(child)]


def test_texts_are_fetched_one_by_one(shop: Shop):
    """By an index of the snapshot; otherwise DuckDB unpacks 2,048 of them for each that is shown.

    Of the warehouse, only what came after the snapshot is read.
    """
    ask = "explain (analyze, format json) from search('ferry')"
    shop.add(*(shop.article(f"https://a.example/{n:02}", f"A ferry {n}.") for n in range(90)))
    make_snapshot(shop.place, now=LATER, force=False)
    with duckdb.connect(str(shop.place.snapshot), read_only=True) as connection:
        ((_, plan),) = connection.execute(ask).fetchall()
        assert scans(json.loads(plan)) == ["Index Scan"]
    shop.add(shop.article("https://a.example/90", "A ferry at last."))
    with connect(shop.place.file, live=True) as connection:
        ((_, plan),) = connection.execute(ask).fetchall()
        assert scans(json.loads(plan)) == ["Index Scan"]


def test_months_that_nothing_touched_stay_in_order(shop: Shop):
    """Their terms lie in order however often they are copied: a look-up reads what has its term and little else."""
    for month in (1, 2, 3):
        day = dated(date(2026, month, 1))
        words = " ".join(f"w{n}x{month}" for n in range(400))
        shop.add(*(shop.article(f"https://a.example/{month}-{n}", words, published=day) for n in range(3)))
        make_snapshot(shop.place, now=LATER, force=False)
    with duckdb.connect(str(shop.place.snapshot), read_only=True) as connection:
        rows = connection.execute("select month, term, doc from search_postings").fetchall()
    assert len(rows) > 3_600
    assert rows == sorted(rows)


def test_too_many_unindexed_articles_are_told(library: Shop, monkeypatch: pytest.MonkeyPatch):
    """Rather than half an answer without a word, or a minute of waiting."""
    make_snapshot(library.place, now=LATER, force=False)
    library.add(library.article("https://a.example/x", "Syria."), library.article("https://a.example/y", "Syria!"))
    monkeypatch.setattr(module, "MOST_UNINDEXED", 1)
    answer = search(library.place, "syria")
    assert answer.unsearched == 2
    assert len(answer.hits) == 3


def test_connect_knows_search_and_prefers_the_snapshot(library: Shop):
    """The live warehouse where there is none, or on demand."""
    ask = "select url from search('syria talks')"
    with connect(library.place.file) as connection:
        assert len(connection.execute(ask).fetchall()) == 2
    make_snapshot(library.place, now=LATER, force=False)
    library.add(library.article("https://a.example/more", "Syria talks."))
    with connect(library.place.file) as connection:
        assert len(connection.execute(ask).fetchall()) == 2
        assert connection.execute("select snapshot_made_at from warehouse_info").fetchone() == (LATER,)
    with connect(library.place.file, live=True) as connection:
        assert len(connection.execute(ask).fetchall()) == 3


def test_a_snapshot_restored_as_the_warehouse(library: Shop, make_shop: Callable[[str], Shop]):
    """What is appended to it is found at once, and the next run makes it a warehouse without an index of its own."""
    restored = make_shop("restored")
    restored.place.file.unlink()
    make_snapshot(library.place, restored.place.file, now=LATER, force=False)
    restored.add(restored.article("https://a.example/more", "Syria talks."))
    assert set(hits(restored, "syria talks")) == {"title", "talks", "more"}
    prepare(restored.place.file, wait=1, say=lambda _: None)
    assert restored.ask("from snapshot_info") == []
    assert restored.ask("select 1 from duckdb_tables() where table_name like 'search%'") == []
    assert set(hits(restored, "syria talks")) == {"title", "talks", "more"}
    found = make_snapshot(restored.place, now=LATER, force=False)
    assert found is not None
    assert found.texts_read == 7


def test_a_restored_snapshot_can_be_migrated(library: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Its index on revisions goes first: DuckDB alters no table that has one."""
    restored = place(tmp_path / "data", tmp_path / "restored.duckdb")
    make_snapshot(library.place, restored.file, now=LATER, force=False)
    later = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, later)
    (later / "9001_later.sql").write_text("alter table revisions add column later integer", encoding="utf-8")
    monkeypatch.setattr(migrate, "MIGRATIONS", later)
    prepare(restored.file, wait=1, say=lambda _: None)
    with duckdb.connect(str(restored.file), read_only=True) as connection:
        assert connection.execute("select count(*), max(later) from revisions").fetchone() == (6, None)
