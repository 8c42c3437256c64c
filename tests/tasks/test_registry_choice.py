"""The user's choice over the seeds: merging, selecting, the file with its lines, two commands at once."""

import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import Stop
from tasks.registry import Feed, Publisher, Registry, load_feeds, load_registry
from tasks.registry.choice import ChosenFeed, decided, feed_key, merge, select, without
from tasks.registry.choice_file import COLUMNS, change_choice, choice_path, read_choice, written_csv

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def publisher(domain: str, name: str, country: str, *aliases: str) -> Publisher:
    return Publisher(domain, name, country, ("en",), "Europe/London", aliases)


REGISTRY = Registry(
    publishers=(
        publisher("gazette.example", "The Gazette", "GB", "gazette.test"),
        publisher("sandesh.example", "Sandesh", "IN"),
    ),
    agencies=(),
)
SEEDS = (
    Feed("gazette.example", "feed", "https://gazette.example/rss", ("en",)),
    Feed("gazette.example", "news_sitemap", "https://gazette.example/news.xml", ("en",)),
    Feed("sandesh.example", "feed", "https://sandesh.example/feed", ("gu",)),
)


# -- merging and selecting


def test_nothing_is_enabled_by_default():
    """The seeds as shipped poll nobody until the user chooses."""
    shipped = load_feeds(ROOT / "seeds", load_registry(ROOT / "seeds"))
    rows = merge(shipped, ())
    assert len(rows) == len(shipped)
    assert not any(row.is_enabled or row.is_chosen for row in rows)


def test_no_two_shipped_feeds_are_one():
    """The choice overrides by the URL's key: two seeds with one key would be switched together."""
    shipped = load_feeds(ROOT / "seeds", load_registry(ROOT / "seeds"))
    assert len({feed_key(seed.url) for seed in shipped}) == len(shipped)


def test_the_choice_overrides_row_by_row():
    """The same feed under another spelling of its URL replaces the seed, in its place; the rest follows."""
    own = ChosenFeed("http://www.gazette.example/rss/", "gazette.example", "feed", is_enabled=True, note="front")
    further = ChosenFeed("https://b.example/rss", "b.example", "feed")
    rows = merge(SEEDS, (further, own))
    assert [row.url for row in rows] == [own.url, SEEDS[1].url, SEEDS[2].url, further.url]
    assert [row.is_chosen for row in rows] == [True, False, False, True]


def test_a_removed_seed_stays_away_and_an_own_row_is_gone():
    """Removing a seed leaves a row that says so; adding it again later is possible."""
    own = ChosenFeed("https://b.example/rss", "b.example", "feed", is_enabled=True)
    rows = merge(SEEDS, (own,))
    choice = without((own,), [rows[0], rows[3]], SEEDS, NOW)
    assert [(row.url, row.is_removed, row.is_enabled) for row in choice] == [(SEEDS[0].url, True, False)]
    assert [row.url for row in merge(SEEDS, choice)] == [SEEDS[1].url, SEEDS[2].url]


def test_decided_rows_take_their_place_and_the_time():
    """Enabling twice is one row; the order of the file stays."""
    one, other = (ChosenFeed(f"https://{name}.example/rss", f"{name}.example", "feed") for name in "ab")
    once = decided((one, other), [one], NOW)
    assert [row.url for row in once] == [one.url, other.url]
    assert [row.changed_at for row in once] == [NOW, None]
    assert decided(once, [once[0]], NOW) == once


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"countries": ["in"]}, [2]),
        ({"publishers": ["gazette.test"]}, [0, 1]),
        ({"publishers": ["Sandesh"]}, [2]),
        ({"urls": ["http://www.sandesh.example/feed/"], "countries": ["GB"]}, [0, 1, 2]),
        ({"everything": True}, [0, 1, 2]),
        ({}, []),
    ],
)
def test_selecting(how, found):
    """By country, publisher (alias and name too), URL in any spelling, all; several together."""
    rows = merge(SEEDS, ())
    assert select(rows, REGISTRY, **how) == tuple(rows[i] for i in found)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"countries": ["XX"]}, "No feed of the country 'XX'. There are feeds of GB, IN"),
        ({"publishers": ["gazete.example"]}, "the nearest is gazette.example"),
        ({"publishers": ["x' OR 1=1--"]}, "No feed of the publisher"),
        ({"urls": ["https://gazette.example/rss2"]}, "the nearest is https://gazette.example/rss"),
        ({"urls": ["https://x.example/rss?token=geheim"]}, r"token=\*\*\*"),
    ],
)
def test_what_selects_nothing_stops_with_the_nearest(how, message):
    """HOSTILE 60, 77: a wrong name enables nothing, and no message holds a secret."""
    with pytest.raises(Stop, match=message):
        select(merge(SEEDS, ()), REGISTRY, **how)


# -- the file

_words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(
    st.lists(
        st.builds(
            ChosenFeed,
            url=st.integers(0, 10**6).map(lambda n: f"https://n{n}.example/rss?q={n},x\u00e9"),
            publisher=st.sampled_from(["a.example", "127.0.0.2", "münchen.example".encode("idna").decode()]),
            kind=st.sampled_from(["feed", "news_sitemap", "sitemap"]),
            languages=st.sampled_from([(), ("en",), ("pt-BR", "de")]),
            is_enabled=st.booleans(),
            recapture=st.booleans(),
            interval_minutes=st.one_of(st.none(), st.integers(5, 44_640)),
            changed_at=st.sampled_from([None, NOW]),
            note=_words.map(lambda word: f'n {word}, "x"'),
        ),
        max_size=8,
        unique_by=lambda row: row.url,
    )
)
def test_what_is_written_is_read(tmp_path_factory, rows):
    """Commas, quotes, any script; every field comes back as it was."""
    path = choice_path(tmp_path_factory.mktemp("choice"))
    assert change_choice(path, lambda _: rows) == tuple(rows)
    assert read_choice(path) == tuple(rows)


def test_a_file_from_a_spreadsheet(tmp_path: Path):
    """A mark at its head, CRLF, other order, only some columns, empty lines, capitals."""
    path = tmp_path / "feeds.csv"
    path.write_bytes("\ufeffNote,URL,Enabled\r\nfront,https://www.Gazette.example/rss,YES\r\n,,\r\n".encode())
    (row,) = read_choice(path)
    assert (row.publisher, row.kind, row.is_enabled, row.note) == ("gazette.example", "feed", True, "front")
    assert read_choice(tmp_path / "none.csv") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url,enabeld\n", "line 1: unknown column 'enabeld'; the nearest is enabled"),
        ("publisher\n", "line 1: a column `url` is needed"),
        ("url,url\n", "line 1: the column 'url' stands there twice"),
        ("", "line 1: a column `url` is needed"),
        ("url\nhttps://a.example/rss\nftp://b.example/\n", r"line 3: 'ftp://b.example/' is no http\(s\) URL"),
        ("url\nhttps://a.example/rss\nhttps://www.a.example/rss\n", "line 3: .* listed twice"),
        ("url\nhttps://me:secret@a.example/rss\n", "line 2: https://a.example/rss holds a user name"),
        ("url,enabled\nhttps://a.example/,maybe\n", "line 2: enabled 'maybe' is none of yes, no, removed"),
        ("url,kind\nhttps://a.example/,rss\n", "line 2: kind 'rss' is none of feed, news_sitemap, sitemap"),
        ("url,interval_minutes\nhttps://a.example/,1\n", "line 2: '1' is no interval from 5 to 44640 minutes"),
        ("url,changed_at\nhttps://a.example/,2026-03-01\n", "line 2: changed_at '2026-03-01' is no instant"),
        ("url,publisher\nhttps://a.example/,A Gazette\n", "line 2: 'A Gazette' is no domain"),
        ("url,note\nhttps://a.example/,a,b\n", "line 2: 2 values are needed, not 3"),
        ('url,note\nhttps://a.example/,"open\n', "line 2: unexpected end"),
    ],
)
def test_what_is_wrong_stops_with_its_line(tmp_path: Path, text: str, message: str):
    """A choice half read would poll whom nobody chose; and the message holds no password."""
    path = tmp_path / "feeds.csv"
    path.write_text(text)
    with pytest.raises(Stop, match=message) as stop:
        read_choice(path)
    assert "secret" not in str(stop.value)
    assert "\n" not in str(stop.value)


def test_notes_are_no_formulas():
    """HOSTILE 30: the file is opened in spreadsheets."""
    text = written_csv([ChosenFeed("https://a.example/", "a.example", "feed", note="x")])
    assert text.splitlines()[0] == ",".join(COLUMNS)
    row = text.replace(",x\n", ",=cmd()|'/c calc'!A0\n")
    assert "=cmd" not in written_csv(_read_text(row))


def _read_text(text: str):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feeds.csv"
        path.write_text(text)
        return read_choice(path)


def test_a_change_that_fails_leaves_the_file_as_it_was(tmp_path: Path):
    """Nothing half written, no temporary file left; only the owner may read it."""
    path = choice_path(tmp_path)
    row = ChosenFeed("https://a.example/rss", "a.example", "feed")
    change_choice(path, lambda _: [row])

    def fail(_):
        raise Stop("no")

    with pytest.raises(Stop):
        change_choice(path, fail)
    assert read_choice(path) == (row,)
    assert path.stat().st_mode & 0o077 == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["feeds.csv", "feeds.csv.lock"]


def test_two_commands_at_once_lose_nothing(tmp_path: Path):
    """Forty additions by four processes, each reading what the others wrote."""
    path = choice_path(tmp_path)
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from tasks.registry.choice import ChosenFeed
        from tasks.registry.choice_file import change_choice
        for n in range(10):
            row = ChosenFeed(f"https://{sys.argv[2]}.example/{n}", f"{sys.argv[2]}.example", "feed")
            change_choice(Path(sys.argv[1]), lambda rows, row=row: [*rows, row])
    """)
    children = [subprocess.Popen([sys.executable, "-c", program, str(path), name], cwd=ROOT) for name in "abcd"]
    assert [child.wait(60) for child in children] == [0] * 4
    assert len(read_choice(path)) == 40


def test_a_command_that_hangs_is_named(tmp_path: Path):
    """The other one waits a while, then says what to do."""
    path = choice_path(tmp_path)
    is_in, may_end = threading.Event(), threading.Event()

    def hang(rows):
        is_in.set()
        may_end.wait(30)
        return rows

    holder = threading.Thread(target=change_choice, args=(path, hang))
    holder.start()
    is_in.wait(30)
    with pytest.raises(Stop, match="held by another command"):
        change_choice(path, list, wait_s=0.1)
    may_end.set()
    holder.join()


def test_a_folder_that_cannot_be_written_stops(tmp_path: Path):
    """HOSTILE 75, as far as the choice goes."""
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Stop, match="cannot be written"):
        change_choice(choice_path(tmp_path / "data"), list)
