"""Whatever comes when, in whatever portions: the same stories, and never more work than what came."""

import random
from datetime import date, timedelta

import pytest

from tasks.dedupe.stops import is_stop
from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.story_texts import BRIDGE, HARBOUR, PAYWALL, football, live, market, weather
from warehouse import stories, stories_pairs
from warehouse.connect import opened
from warehouse.spool import Row
from warehouse.stories import assign_stories, redecide_late_days
from warehouse.stories_rebuild import rebuild, remove, take


def row(shop: Shop, name: str, text: str, days: float, **changes) -> Row:
    instant = NOON + timedelta(days=days)
    when = Published(instant, instant.date(), "minute", 0, "meta", "raw")
    changes.setdefault("publisher", f"p{len(name) % 3}.example")
    return shop.article(f"https://{name}.example/x", text, published=when, **changes)


def month(shop: Shop) -> list[Row]:
    """Five weeks: daily templates at three papers, stories and their copies, stubs, a live blog, a digest."""
    dice = random.Random(3)  # noqa: S311 - no secret
    rows = []
    for day in range(0, 35, 2):
        figures = [f"{dice.randrange(1000, 9999)}.{dice.randrange(99)}" for _ in range(4)]
        rows.append(row(shop, f"m{day}", market(f"on day {day}", *figures, f"A{day}", f"B{day}"), day))
        rows.append(row(shop, f"we{day}", weather(f"Town {day}", f"day {day}", *dice.sample(range(99), 4)), day + 0.1))
        rows.append(row(shop, f"foo{day}", football(f"FC {day}", f"SV {day}", "1-0", f"X{day}", f"Y{day}", day), day))
    for number, text in enumerate((BRIDGE, HARBOUR, live(5))):
        parts = text.split("\n\n")
        for copy, days in enumerate((20, 20.5, 22, 25)):
            rows.append(row(shop, f"s{number}c{copy}", f"Edition {copy}\n\n" + "\n\n".join(parts[: 5 - copy]), days))
        rows.append(row(shop, f"s{number}stub", PAYWALL.format(lead=parts[0]), 21, access="paywall"))
    rows.append(row(shop, "digest", "\n\n".join([BRIDGE[:900], HARBOUR, live(2), market("on 20", *"123456")]), 21))
    return rows


def stories_of(shop: Shop) -> dict[str, str]:
    return dict(shop.ask("select fetched_url, story_id::varchar from articles"))


@pytest.mark.parametrize("portions", [1, 7, 20])
def test_order_and_portions_do_not_show_after_late_days_are_decided_again(make_shop, portions: int):
    """The newest first is the worst order: every stop list is decided before what it is made of arrives."""
    whole = make_shop("whole")
    rows = month(whole)
    whole.add(*rows)
    assign_stories(whole.place, run_id="run", wait=1)
    wanted = stories_of(whole)
    assert len(set(wanted.values())) < len(wanted) - 5
    mixed = random.Random(portions).sample(rows, len(rows))  # noqa: S311 - no secret
    for name, order in (("back", rows[::-1]), ("mixed", mixed)):
        shop = make_shop(f"{name}{portions}")
        size = -(-len(order) // portions)
        for start in range(0, len(order), size):
            shop.add(*order[start : start + size])
            assign_stories(shop.place, run_id="run", wait=1)
        redecide_late_days(shop.place, run_id="maintain", wait=1)
        assert stories_of(shop) == wanted
        assert redecide_late_days(shop.place, run_id="maintain", wait=1) == 0


def test_small_chunks_give_what_one_gives(make_shop, monkeypatch):
    """A first load of years is worked off in chunks; a story across their border is decided whole."""
    whole = make_shop("whole")
    rows = month(whole)
    whole.add(*rows)
    assign_stories(whole.place, run_id="run", wait=1)
    parts = make_shop("parts")
    parts.add(*rows)
    for module, name, value in (
        ("warehouse.stories_desk", "ARTICLES_AT_ONCE", 6),
        ("warehouse.stories_pairs", "PAIRS_AT_ONCE", 3),
        ("warehouse.stories_pairs", "COMPARABLES", 2),
    ):
        monkeypatch.setattr(f"{module}.{name}", value)
    assert assign_stories(parts.place, run_id="run", wait=1) == len(rows)
    assert stories_of(parts) == stories_of(whole)
    figures = (
        "select relation, count(*) from (select distinct one_text_id, other_text_id, relation from duplicate_pairs)"
    )
    assert parts.ask(f"{figures} group by all order by all") == whole.ask(f"{figures} group by all order by all")


def test_the_stop_list_in_sql_is_the_rule(shop: Shop):
    """Each shingle of each day: on the list where tasks.dedupe.stops says so, and nowhere else."""
    shop.add(*month(shop))
    assign_stories(shop.place, run_id="run", wait=1)
    met = shop.ask("select day, publisher, unnest(hashes) from shingles")
    seen: dict[int, list[tuple[date, str]]] = {}
    for day, publisher, hash_ in met:
        seen.setdefault(hash_, []).append((day, publisher))
    wanted = {(day, hash_) for day, _, hash_ in met if is_stop(seen[hash_], day)}
    assert set(shop.ask("select day, hash from stop_shingles")) == wanted
    assert len(wanted) > 100 and len(wanted) < len(met) / 2


def test_a_run_that_dies_between_its_steps_is_completed_by_the_next(make_shop, monkeypatch):
    """Verdicts are kept, nothing is compared or assigned twice, the result is that of an undisturbed run."""
    calm, torn = make_shop("calm"), make_shop("torn")
    rows = month(calm)
    calm.add(*rows)
    torn.add(*rows)
    assign_stories(calm.place, run_id="run", wait=1)
    monkeypatch.setattr("warehouse.stories_desk.ARTICLES_AT_ONCE", 6)
    real, calls = stories.decide_members, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(stories, "decide_members", dies)
    with pytest.raises(KeyboardInterrupt):
        assign_stories(torn.place, run_id="run", wait=1)
    monkeypatch.setattr(stories, "decide_members", real)
    assign_stories(torn.place, run_id="run", wait=1)
    assert stories_of(torn) == stories_of(calm)
    assert torn.ask("select article_id, story_id from story_members group by all having count(*) > 1") == []
    assert torn.ask("select day, hash from stop_shingles group by all having count(*) > 1") == []


def test_texts_are_compared_once(shop: Shop, monkeypatch):
    """A new article brings comparisons with its candidates; what was compared before is not asked for again."""
    count = []
    real = stories_pairs.compare
    monkeypatch.setattr(stories_pairs, "compare", lambda one, other: count.append(1) or real(one, other))
    shop.add(*[row(shop, f"c{n}", f"Edition {n}\n\n{BRIDGE}", n / 10) for n in range(6)])
    assign_stories(shop.place, run_id="run", wait=1)
    assert len(count) == 15
    shop.add(row(shop, "late", f"A late print\n\n{BRIDGE}", 1), row(shop, "port", HARBOUR, 1))
    assign_stories(shop.place, run_id="run", wait=1)
    assert len(count) == 15 + 6


def test_sixty_papers_with_one_text_cost_one_comparison_with_another(shop: Shop, monkeypatch):
    """Copies of a text on a day are one printing."""
    count = []
    real = stories_pairs.compare
    monkeypatch.setattr(stories_pairs, "compare", lambda one, other: count.append(1) or real(one, other))
    shop.add(*[row(shop, f"c{n}", BRIDGE, n / 100, publisher=f"q{n}.example") for n in range(60)])
    shop.add(row(shop, "cut", BRIDGE[:700], 0.9))
    assign_stories(shop.place, run_id="run", wait=1)
    assert len(count) == 1
    assert shop.ask("select size from stories") == [(61,)]
    assert shop.ask("select relation, count(*) from duplicate_pairs group by all order by all") == [
        ("near", 1),
        ("same_text", 59),
    ]


def test_hot_shingles_link_to_the_days_first(shop: Shop, monkeypatch):
    """What very many different texts of a day share costs a few comparisons for each, not one with every other."""
    monkeypatch.setattr(stories_pairs, "_PRINTINGS", stories_pairs._PRINTINGS.replace("<= 200", "<= 10"))
    shop.add(*[row(shop, f"c{n}", f"Edition number {n} of the paper\n\n{BRIDGE}", n / 100) for n in range(30)])
    assign_stories(shop.place, run_id="run", wait=1)
    ((pairs,),) = shop.ask("select count(*) from duplicate_pairs")
    assert pairs <= 30 * stories_pairs.HOT_LEADERS < 30 * 29 / 2
    assert shop.ask("select size from stories") == [(30,)]


def test_rebuild_shows_the_difference_and_takes_it_only_when_told(shop: Shop):
    """Decided from the texts alone, beside the warehouse, in a file that goes away."""
    shop.add(*month(shop))
    assign_stories(shop.place, run_id="run", wait=1)
    wanted = stories_of(shop)
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("delete from shingles; delete from stop_shingles; delete from duplicate_pairs")
        connection.execute(
            "insert into story_members select article_id, article_id, 'x', 'root', 'exact/1', 'old', now()"
            " from articles where story_id <> article_id"
        )
    alone = stories_of(shop)
    rebuilt = rebuild(shop.place, run_id="rebuild", wait=1, say=lambda _: None)
    moved = {url for url in wanted if wanted[url] != alone[url]}
    assert rebuilt.moved == len(moved) > 5
    assert (rebuilt.stories, rebuilt.stories_before) == (len(set(wanted.values())), len(wanted))
    assert stories_of(shop) == alone
    assert {move.url for move in rebuilt.examples} <= moved
    take(shop.place, rebuilt, run_id="rebuild", wait=1)
    remove(rebuilt)
    assert stories_of(shop) == wanted
    assert [path.name for path in shop.place.file.parent.glob("*.stories*")] == []
    shop.add(row(shop, "later", "Told again\n\n" + BRIDGE, 22))
    assert assign_stories(shop.place, run_id="run", wait=1) == 1


def test_texts_of_a_warehouse_without_shingles_are_caught_up(shop: Shop):
    """A warehouse that an earlier schema filled gets its shingles with the first run."""
    shop.add(*month(shop))
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("create table kept as select * from shingles; delete from shingles")
    assign_stories(shop.place, run_id="run", wait=1)
    same = "select count(*) from shingles join kept using (article_id, text_id, day, hashes, tokens)"
    assert shop.ask(same) == shop.ask("select count(*) from kept")


def test_an_older_capture_of_a_known_text_replaces_its_row(shop: Shop):
    """Undated, seen again in an older archive: the day is that of the oldest capture, and there is one row."""
    for days in (0, -3, -9, 2):
        shop.add(shop.article("https://one.example/x", BRIDGE, captured_at=NOON + timedelta(days=days)))
    assert shop.ask("select day from shingles") == [(date(2026, 2, 20),)]
