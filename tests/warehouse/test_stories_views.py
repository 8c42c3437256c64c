"""What analysts ask of stories: who had it first, who ran the wire, the best copy, what changed."""

from datetime import timedelta

from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.story_texts import BRIDGE, HARBOUR
from warehouse.connect import opened
from warehouse.stories import assign_stories
from warehouse.stories_timeline import timeline


def when(hours: float, precision: str = "minute", *flags: str) -> Published:
    instant = NOON + timedelta(hours=hours)
    return Published(instant, instant.date(), precision, 0, "meta", "raw", flags)


def filled(shop: Shop) -> None:
    wire = {"agencies": ("Northwire",)}
    shop.add(
        shop.article("https://a.example/1", BRIDGE[:900], published=when(2), publisher="a.example", **wire),
        shop.article("https://a.example/2", BRIDGE, published=when(5), publisher="a.example", **wire),
        shop.article("https://b.example/1", "By us\n\n" + BRIDGE, published=when(1), publisher="b.example", **wire),
        shop.article("https://north.example/1", BRIDGE, published=when(3), publisher="north.example"),
        shop.article("https://c.example/1", HARBOUR, published=when(0, "day"), publisher="c.example"),
        shop.article(
            "https://d.example/1", HARBOUR, published=when(9, "minute", "zone_assumed"), publisher="d.example"
        ),
    )
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("insert into agencies values ('Northwire', 'Northwire', 'GB', 'north.example', [], 'test')")
    assign_stories(shop.place, run_id="run", wait=1)


def test_the_agencys_own_page_is_the_original_though_others_are_earlier(shop: Shop):
    """The root is the first by the clock; who had it first is nobody's where only days or doubtful zones are known."""
    filled(shop)
    assert shop.ask("select root_publisher, original_publisher, size, publishers from stories order by size desc") == [
        ("b.example", "north.example", 4, ["a.example", "b.example", "north.example"]),
        ("d.example", None, 2, ["c.example", "d.example"]),
    ]


def test_unique_articles_takes_the_best_copy(shop: Shop):
    """Full before walled, longer before shorter; within one publisher its own best."""
    filled(shop)
    assert shop.ask("select url from unique_articles order by url") == [
        ("https://b.example/1",),
        ("https://d.example/1",),
    ]
    assert shop.ask("select url from unique_within('a.example')") == [("https://a.example/2",)]


def test_syndication_counts_wire_copy_and_its_lag(shop: Shop):
    """By agency, publisher and day; the lag runs from the agency's own page."""
    filled(shop)
    assert shop.ask("select agency, publisher, articles, shared, lag_minutes from syndication order by publisher") == [
        ("Northwire", "a.example", 2, 2, 30.0),
        ("Northwire", "b.example", 1, 1, -120.0),
    ]


def test_revisions_tell_what_changed(shop: Shop):
    """The headline before, and the words that came and went; nothing for the first."""
    shop.add(shop.article("https://a.example/1", "Two men were hurt.", title="Two hurt"))
    later = NOON + timedelta(hours=1)
    shop.add(shop.article("https://a.example/1", "Three men were hurt, police say.", title="Three", captured_at=later))
    last = NOON + timedelta(hours=2)
    shop.add(shop.article("https://a.example/1", "Three men were hurt.", title="Three", captured_at=last))
    assert shop.ask("select former_title, words_added, words_removed from article_revisions order by revision") == [
        (None, None, None),
        ("Two hurt", ["police", "say", "three"], ["two"]),
        (None, [], ["police", "say"]),
    ]


def test_a_timeline_tells_who_ran_what_and_what_was_cut(shop: Shop):
    """Found by any spelling of a member's URL, by its story and by a story id that is retired."""
    filled(shop)
    found = timeline(shop.place, "http://www.a.example/1?utm_source=x")
    assert found is not None and found.size == 4 and found.agencies == ["Northwire"]
    assert [line.url for line in found.lines] == [
        "https://b.example/1",
        "https://a.example/1",
        "https://north.example/1",
        "https://a.example/2",
    ]
    assert [line.relation for line in found.lines] == ["root", "near", "same_text", "same_text"]
    assert [line.original for line in found.lines] == [False, False, True, False]
    assert found.lines[1].changes.kept < 1 and found.lines[1].changes.cut[-1].startswith("Heritage groups")
    retired = found.story_id
    shop.add(shop.article("https://first.example/1", BRIDGE + "\n\nFirst", published=when(-20), publisher="f.example"))
    assign_stories(shop.place, run_id="run", wait=1)
    again = timeline(shop.place, str(retired))
    assert again is not None and again.story_id != retired and again.size == 5
    assert timeline(shop.place, "https://nobody.example/") is None
