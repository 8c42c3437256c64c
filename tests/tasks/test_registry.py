"""The registry: the seeds as they are shipped, strict loading, lookups by domain, name and mention."""

import pickle
import time
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import Stop
from tasks.registry import Agency, Publisher, Registry, load_feeds, load_registry
from tasks.url import registered_domain, url_key

SEEDS = Path(__file__).parents[2] / "seeds"
SHIPPED = load_registry(SEEDS)


def publisher(domain: str, name: str, *names: str, aliases: tuple[str, ...] = ()) -> Publisher:
    return Publisher(domain, name, "GB", ("en",), "Europe/London", aliases, names)


# -- the seeds


def test_the_seeds_hold_what_a_newcomer_needs():
    """The first command already knows the large papers, their feeds and the wires."""
    assert len(SHIPPED.publishers) >= 330
    assert len(SHIPPED.agencies) >= 90
    assert len(load_feeds(SEEDS, SHIPPED)) >= 400
    assert SHIPPED.publisher_of("business-standard.com").zone == ZoneInfo("Asia/Kolkata")


def test_every_domain_belongs_to_one_publisher_and_is_no_suffix():
    """A row for a public suffix or for the host of another row's alias would swallow strangers' articles."""
    domains = [d for p in SHIPPED.publishers for d in (p.domain, *p.aliases)]
    assert [d for d, n in Counter(domains).items() if n > 1] == []
    assert [d for d in domains if registered_domain(d) is None or d.startswith("www.")] == []


def test_every_publisher_is_complete():
    """Dates are read by zone and language, so no row may lack them."""
    incomplete = [p.domain for p in SHIPPED.publishers if not (p.name and p.country and p.languages and p.timezone)]
    assert incomplete == []


def test_countries_and_zones_fit():
    """A zone of another continent is a slip of the pen: Perth's paper does not keep Sydney's time."""
    continent = {"GB": "Europe", "DE": "Europe", "IN": "Asia", "JP": "Asia", "ZA": "Africa", "AU": "Australia"}
    wrong = [
        p.domain
        for p in SHIPPED.publishers
        if p.country in continent and not p.timezone.startswith(continent[p.country])
    ]
    assert wrong == []
    assert SHIPPED.publisher_of("thewest.com.au").timezone == "Australia/Perth"


def test_every_feed_is_a_url_of_its_own():
    """Two spellings of one feed would fetch everything twice."""
    keys = Counter(url_key(feed.url) for feed in load_feeds(SEEDS, SHIPPED))
    assert None not in keys
    assert [key for key, n in keys.items() if n > 1] == []


def test_loading_is_quick():
    """Every process of the pool loads it: under 20 ms were measured, the bound leaves room for a slower machine."""
    best = min(_seconds(lambda: load_registry(SEEDS)) for _ in range(5))
    assert best < 0.06


def _seconds(call) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def test_it_crosses_process_borders():
    """Lookups still work after pickling."""
    copy = pickle.loads(pickle.dumps(SHIPPED))  # noqa: S301 - our own bytes
    assert copy.publisher_of("bbc.com").domain == "bbc.co.uk"


# -- strict loading

PUBLISHERS = "domain,name,country,languages,timezone,aliases,names\n"
AGENCIES = "name,full_name,country,domain,aliases\nAFP,Agence France-Presse,FR,afp.com,\n"
PAPER = "paper.example,The Paper,GB,en|cy,Europe/London,paper.test,Paper Online\n"


def seeds_with(folder: Path, *, publishers: str = PAPER, agencies: str = AGENCIES, **others: str) -> Path:
    (folder / "publishers.csv").write_text(PUBLISHERS + publishers, encoding="utf-8")
    (folder / "agencies.csv").write_text(agencies, encoding="utf-8")
    for name, text in others.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_row_becomes_a_publisher(tmp_path):
    """`|` parts several values; the zone is a zone."""
    (found,) = load_registry(seeds_with(tmp_path)).publishers
    assert found == Publisher(
        "paper.example", "The Paper", "GB", ("en", "cy"), "Europe/London", ("paper.test",), ("Paper Online",)
    )
    assert found.zone == ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("paper.example,The Paper,GB,en,Europe/Londn,,\n", "line 2: 'Europe/Londn' is no time zone"),
        ("paper.example,The Paper,UKX,en,Europe/London,,\n", "line 2: 'UKX' is no country code"),
        ("paper.example,The Paper,GB,english,Europe/London,,\n", "line 2: 'english' is no language tag"),
        ("https://paper.example,The Paper,GB,en,Europe/London,,\n", "line 2: 'https://paper.example' is no domain"),
        ("Paper.example,The Paper,GB,en,Europe/London,,\n", "write it in lower case"),
        ("paper.example,,GB,en,Europe/London,,\n", "line 2: paper.example has no name"),
        ("paper.example,The Paper,GB,en\n", "line 2: 7 values are needed"),
        ("paper.example,The Paper,GB,en,Europe/London,,,,\n", "line 2: 7 values are needed"),
        (PAPER + "other.example,Other,GB,en,Europe/London,paper.test,\n", "line 3: paper.test is listed twice"),
        (PAPER + "other.example,Paper,GB,en,Europe/London,,\n", "line 3: 'Paper' is the name of paper.example"),
        ('paper.example,"The Paper,GB\n', "save it as CSV"),
    ],
)
def test_a_wrong_publisher_stops_with_file_line_and_remedy(tmp_path, row, complaint):
    """Half a registry would give wrong publishers without a word."""
    with pytest.raises(Stop) as stopped:
        load_registry(seeds_with(tmp_path, publishers=row))
    assert complaint in str(stopped.value)
    assert "publishers.csv" in str(stopped.value)


def test_wrong_agencies_and_abbreviations_stop(tmp_path):
    """An alias that means two agencies, an offset that is none, a second meaning of one abbreviation."""
    twice = AGENCIES + "AFX,Another,DE,,Agence France-Presse\n"
    with pytest.raises(Stop, match="line 3: 'Agence France-Presse' already stands for AFP"):
        load_registry(seeds_with(tmp_path, agencies=twice))
    head = "abbreviation,country,offset_minutes\n"
    with pytest.raises(Stop, match="line 2: '5:30' is no offset in minutes"):
        load_registry(seeds_with(tmp_path, timezone_abbreviations=head + "IST,IN,5:30\n"))
    with pytest.raises(Stop, match="line 3: IST IN is listed twice"):
        load_registry(seeds_with(tmp_path, timezone_abbreviations=head + "IST,IN,330\nIST,IN,330\n"))
    good = seeds_with(tmp_path, timezone_abbreviations=head + "IST,IN,330\nGMT,,0\n")
    assert load_registry(good).timezone_abbreviations == {("IST", "IN"): 330, ("GMT", ""): 0}


def test_missing_seeds_stop(tmp_path):
    """HOSTILE 62: the line names the file and the setting."""
    with pytest.raises(Stop, match=r"publishers\.csv cannot be read .*PRESSHOUSE_SEEDS"):
        load_registry(tmp_path)


def test_other_columns_and_other_encodings_stop(tmp_path):
    """A spreadsheet's export is told from a registry."""
    seeds_with(tmp_path)
    (tmp_path / "publishers.csv").write_text("domain;name\n", encoding="utf-8")
    with pytest.raises(Stop, match="line 1: the columns must be domain,name"):
        load_registry(tmp_path)
    (tmp_path / "publishers.csv").write_bytes((PUBLISHERS + PAPER.replace("The", "Thé")).encode("latin-1"))
    with pytest.raises(Stop, match=r"publishers\.csv .*UTF-8"):
        load_registry(tmp_path)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("nobody.example,feed,https://nobody.example/rss,en\n", "no publisher 'nobody.example'"),
        ("paper.test,feed,https://paper.test/rss,en\n", "no publisher 'paper.test'"),
        ("paper.example,rss,https://paper.example/rss,en\n", "kind 'rss' is none of feed, news_sitemap, sitemap"),
        ("paper.example,feed,paper.example/rss,en\n", "is no http(s) URL"),
        ("paper.example,feed,https://paper.example/rss,en\n" * 2, "is listed twice"),
    ],
)
def test_a_wrong_feed_stops(tmp_path, row, complaint):
    """Feeds name a publisher by its main domain, a known kind and a URL, once."""
    seeds = seeds_with(tmp_path, feeds="publisher,kind,url,languages\n" + row)
    with pytest.raises(Stop) as stopped:
        load_feeds(seeds, load_registry(seeds))
    assert complaint in str(stopped.value)


# -- lookups


def test_a_domain_and_every_host_below_it_find_the_publisher():
    """Aliases are folded; a newspaper on a subdomain has its own row; strangers on the same suffix are strangers."""
    found = {host: SHIPPED.publisher_of(host) for host in ("bbc.com", "news.bbc.co.uk", "timesofindia.indiatimes.com")}
    assert [p.domain for p in found.values()] == ["bbc.co.uk", "bbc.co.uk", "timesofindia.indiatimes.com"]
    assert SHIPPED.publisher_of("epaper.timesofindia.indiatimes.com").domain == "timesofindia.indiatimes.com"
    assert SHIPPED.publisher_of("www1.wdr.de").domain == "wdr.de"
    assert SHIPPED.publisher_of("BBC.COM.").domain == "bbc.co.uk"
    for stranger in ("co.uk", "notbbc.com", "com", "", "bbc.com.example"):
        assert SHIPPED.publisher_of(stranger) is None


def test_whose_site_a_url_is_on():
    """The publisher's domain where the registry knows it, else the registered domain."""
    assert SHIPPED.site_of("https://www.bbc.com/news/a") == "bbc.co.uk"
    assert SHIPPED.site_of("https://blog.unknown.example/a") == "unknown.example"
    assert SHIPPED.site_of("file:///a") is None


def test_a_name_finds_the_publisher():
    """In any case, with or without "The", with the names that pages print."""
    for name in ("Business Standard", "BUSINESS STANDARD", " business  standard. "):
        assert SHIPPED.publisher_named(name).domain == "business-standard.com"
    assert SHIPPED.publisher_named("New York Times").domain == "nytimes.com"
    assert SHIPPED.publisher_named("The BBC").domain == "bbc.co.uk"
    assert SHIPPED.publisher_named("読売新聞").domain == "yomiuri.co.jp"
    assert SHIPPED.publisher_named("Business") is None


def test_a_name_that_several_papers_print_is_the_main_names_or_nobodys():
    """The Guardian is the London paper; a name that two print as a further one proves nothing."""
    registry = Registry(
        (
            publisher("london.example", "The Guardian"),
            publisher("lagos.example", "The Guardian (Nigeria)", "The Guardian", "Express"),
            publisher("koeln.example", "Express (Köln)", "Express"),
        ),
        (),
    )
    assert registry.publisher_named("The Guardian").domain == "london.example"
    assert registry.publisher_named("The Guardian (Nigeria)").domain == "lagos.example"
    assert registry.publisher_named("Express") is None


def test_names_are_counted_in_a_text():
    """Whole names as printed or in capitals, domains in any case; the most frequent first."""
    text = (
        "Subscribe to Business Standard digital and get complimentary access to The New York Times. "
        "Access Business Standard across devices. BUSINESS STANDARD EPAPER. www.Business-Standard.com"
    )
    found = SHIPPED.publishers_in(text)
    assert [(p.domain, n) for p, n in found] == [("business-standard.com", 4), ("nytimes.com", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "Time and again, the people of the nation look in the mirror. Focus! The sun is a star; the stern of a ship.",
        "Die Zeit ist reif, die Welt im Bild, der Spiegel hängt schief, der Stern im Focus.",
        "Le monde entier, la croix du sud, el mundo y el país, la stampa e la repubblica.",
        "DAILY NEWS | GLOBAL NEWS | REST OF WORLD | BUSINESS | LIVE",
        "the business standard of living; new York times three; financial\ntimes are hard",
        "Business, Standard. Financial: Times",
    ],
)
def test_ordinary_words_are_no_mentions(text):
    """Names made of common words prove nothing inside a text, nor do words that only stand in a row."""
    assert SHIPPED.publishers_in(text) == []


def test_names_in_scripts_without_spaces_are_found():
    """Inside a run of characters, as such scripts print them."""
    assert [(p.domain, n) for p, n in SHIPPED.publishers_in("本記事は読売新聞オンラインの記事です。")] == [
        ("yomiuri.co.jp", 1)
    ]
    assert [p.domain for p, _ in SHIPPED.publishers_in("दैनिक भास्कर ऐप डाउनलोड करें")] == ["bhaskar.com"]


def test_a_long_text_is_searched_in_one_pass():
    """A megabyte of names, of their beginnings, of dots or of ideographs takes under a second of the processor."""
    for text in ("The New York " * 80_000, "Business Standard " * 60_000, "a." * 500_000, "新聞" * 400_000):
        assert _seconds(lambda text=text: SHIPPED.publishers_in(text)) < 1.0


@given(st.text(max_size=200))
def test_lookups_take_any_string(text):
    """Whatever stands on a page, the registry answers."""
    SHIPPED.publisher_of(text)
    SHIPPED.publisher_named(text)
    SHIPPED.publishers_in(text)
    SHIPPED.agency_named(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AFP", "AFP"), ("afp", "AFP"), ("Agence France-Presse", "AFP"), ("एएफपी", "AFP"), ("أ ف ب", "AFP"),
        ("AP", "AP"), ("The Associated Press", "AP"), ("THE ASSOCIATED PRESS", "AP"), ("ap", None), ("Ap", None),
        ("(Reuters)", "Reuters"), ("REUTERS", "Reuters"), ("رويترز", "Reuters"), ("ロイター", "Reuters"),
        ("dpa", "dpa"), ("DPA", "dpa"), ("Dpa", "dpa"), ("dpa/lnw", "dpa"), ("dpa-AFX", "dpa"),
        ("PTI", "PTI"), ("पीटीआई", "PTI"), ("भाषा", "PTI"), ("ANI", "ANI"), ("Ani", None),
        ("共同", "Kyodo"), ("時事", "Jiji"), ("新华社", "Xinhua"), ("연합뉴스", "Yonhap"), ("CTK", "ČTK"),
        ("MAP", "MAP"), ("Map", None), ("map", None), ("Sid", None), ("sid", "SID"), ("EFE", "EFE"), ("Efe", "EFE"),
        ("told Reuters", None), ("", None), ("RSS", None), ("Press", None),
    ],
)  # fmt: skip
def test_agencies_by_their_names(text, name):
    """Exactly a name or alias: acronyms as printed (`MAP` is a wire, `Map` is a map), full names in any case."""
    found = SHIPPED.agency_named(text)
    assert (found and found.name) == name


def test_an_agency_is_found_by_its_own_words():
    """The lookup is built from the rows, nothing is wired in."""
    wire = Agency("NOW", "News Of Wherever", "GB", None, ("n-o-w",))
    registry = Registry((), (wire,))
    assert registry.agency_named("NOW") is wire
    assert registry.agency_named("now") is None
    assert registry.agency_named("news of wherever") is wire
    assert registry.agency_named("N-O-W") is wire
