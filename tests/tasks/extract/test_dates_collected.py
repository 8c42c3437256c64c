"""The evidence for dates: what is taken from a page, what it is called, and what is left alone."""

from time import perf_counter

import pytest

from tasks.extract.date_text import has_digit
from tasks.extract.dates import collect_dates, find_text_dates, meta_role
from tasks.extract.parsed import parse_page
from tasks.model import DateEvidence

URL = "https://example.org/politics/a-bridge-opens"


def found(html: str, url: str | None = URL) -> list[tuple[str, str, str, str]]:
    return [(e.source, e.where, e.role, e.raw) for e in collect_dates(parse_page(html, url))]


def ld(*nodes: str) -> str:
    return "".join(f'<script type="application/ld+json">{node}</script>' for node in nodes)


def test_json_ld_of_the_article_gives_published_and_updated():
    """The article node's own dates are taken under its type and key, with the role of the key."""
    html = ld('{"@type":"NewsArticle","datePublished":"2021-03-04T10:00Z","dateModified":"2021-03-05"}')
    assert found(html) == [
        ("json-ld", "NewsArticle.datePublished", "published", "2021-03-04T10:00Z"),
        ("json-ld", "NewsArticle.dateModified", "updated", "2021-03-05"),
    ]


def test_of_several_article_nodes_the_one_that_names_the_page_is_taken():
    """A node of a related article, with another URL, gives no evidence."""
    html = ld(
        '{"@type":"NewsArticle","url":"https://example.org/other","datePublished":"2019-01-01"}',
        f'{{"@type":"NewsArticle","mainEntityOfPage":"{URL}","datePublished":"2021-03-04"}}',
    )
    assert [raw for source, _, _, raw in found(html) if source == "json-ld"] == ["2021-03-04"]


def test_live_blog_entries_images_and_videos_in_an_article_are_not_its_dates():
    """Parts of the article node are works of their own."""
    html = ld(
        '{"@type":"LiveBlogPosting","datePublished":"2021-03-04","image":{"@type":"ImageObject","uploadDate":"2018-01-01"},'
        '"liveBlogUpdate":[{"@type":"BlogPosting","datePublished":"2021-03-06"}]}',
        '{"@type":"VideoObject","uploadDate":"2021-02-01"}',
    )
    assert [raw for _, _, _, raw in found(html)] == ["2021-03-04"]


def test_a_video_is_asked_when_the_page_has_no_article():
    """A page that is a video has its upload date, told apart by its place."""
    html = ld('{"@type":"VideoObject","uploadDate":"2021-02-01"}')
    assert found(html) == [("json-ld", "media VideoObject.uploadDate", "published", "2021-02-01")]


def test_json_ld_that_does_not_parse_still_gives_its_date():
    """A stray quote in a headline must not lose the date beside it."""
    html = ld('{"@type":"NewsArticle","headline":"The "new" bridge","datePublished":"2021-03-04T10:00:00Z"}')
    assert ("script", "datePublished", "published", "2021-03-04T10:00:00Z") in found(html)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("article:published_time", "published"),
        ("og:published_time", "published"),
        ("parsely-pub-date", "published"),
        ("dc.date.issued", "published"),
        ("cxenseparse:recs:publishtime", "published"),
        ("sailthru.date", "published"),
        ("article:modified_time", "updated"),
        ("og:updated_time", "updated"),
        ("last-modified", "updated"),
        ("dcterms.modified", "updated"),
        ("date", "unknown"),
        ("dc.date", "unknown"),
        ("dcterms.created", "unknown"),
        ("article:expiration_time", None),
        ("article:publisher", None),
        ("copyright", None),
        ("birthdate", None),
        ("coverageendtime", None),
    ],
)
def test_meta_names_tell_their_role(name, role):
    """The words in a meta tag's name decide, so that vendors' own names are understood too."""
    assert meta_role(name) == role


def test_microdata_time_and_text_beside_the_headline_say_how_near_they_are():
    """`where` counts lines from the headline, so that the decision can prefer the nearest."""
    html = """<h1>A bridge opens today</h1>
        <p>By Ana Lopes</p>
        <p><span itemprop="datePublished" content="2021-03-04T10:00Z">today</span></p>
        <p class="stamp">Updated: <time datetime="2021-03-05T08:00+01:00">5 March</time></p>
        <p>4 March 2021, 11:00</p>"""
    assert found(html) == [
        ("microdata", "headline+2 datePublished", "published", "2021-03-04T10:00Z"),
        ("time", "headline+3 time", "updated", "2021-03-05T08:00+01:00"),
        ("text", "headline+4 line", "unknown", "4 March 2021, 11:00"),
    ]


@pytest.mark.parametrize(
    "box", ['div class="comments"', 'ul class="related-articles"', 'section id="most-read"', "figure"]
)
def test_dates_of_comments_related_articles_and_pictures_are_left_out(box):
    """Other people's words and other articles are no evidence, however near they stand."""
    tag = box.split()[0]
    html = f"""<article><h1>A bridge opens today</h1><p>Text.</p>
        <{box}><time datetime="2020-01-01">1 January 2020</time><p>Published: 1 January 2020</p></{tag}></article>"""
    assert found(html) == []


def test_of_dates_in_sidebars_only_the_nearest_is_kept_and_marked():
    """Some themes keep the article's date in a sidebar, most keep other articles' there."""
    html = """<article><h1>A bridge opens today</h1></article>
        <aside><p class="date">4 March 2021</p><p class="date">1 January 2020</p></aside>"""
    assert found(html) == [("text", "aside class", "unknown", "4 March 2021")]


def test_a_label_above_or_before_a_date_gives_its_role():
    """`Published` may stand in the line above; `Stand:` is a German update."""
    html = """<h1>Eine Brücke wird eröffnet</h1><div>Veröffentlicht</div><div>4. März 2021</div>
        <p>Stand: 12.03.2021, 14:12 Uhr</p>"""
    assert found(html) == [
        ("text", "headline+2 Veröffentlicht", "published", "4. März 2021"),
        ("text", "headline+3 Stand:", "updated", "12.03.2021, 14:12 Uhr"),
    ]


def test_dates_in_sentences_are_no_evidence():
    """What an article tells of is not when it was published."""
    html = """<h1>A bridge opens today</h1><p>The old bridge, which was closed on 3 March 2019 after a flood had
        damaged two of its piers, was never repaired, the mayor said in a long statement on Monday.</p>"""
    assert found(html) == []


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        ("2021/03/04/a-bridge", "2021/03/04"),
        ("news/2021-03-04-a-bridge", "2021-03-04"),
        ("news/20210304/a", "20210304"),
        ("2021/mar/04/a-bridge", "2021/mar/04"),
        ("2021/0304/c90000-1.html", "2021/0304"),
        ("2021/WORLD/03/04/bridge.opens/index.html", "2021/03/04"),
        ("news/04-03-2021", "04-03-2021"),
        ("news/04-03-2021-teams", None),
        ("article/20211399", None),
        ("id/2021030412345", None),
    ],
)
def test_a_day_in_the_path_of_the_url(path, raw):
    """Days are found between separators; digits of an identifier are none."""
    dates = [r for source, _, _, r in found("<p>x</p>", f"https://example.org/{path}") if source == "url"]
    assert dates == ([raw] if raw else [])


def test_script_state_is_believed_when_it_names_one_day_only():
    """State objects list other articles too: with several days their dates are witnesses (`states`)."""
    one = r'<p>x</p><script>{"publishDate":"2021-03-04T10:00:00Z","firstPublishedAt":1614852000}</script>'
    two = r'<p>x</p><script>a="{\"publishDate\":\"2021-03-04 10:00\"},{\"publishDate\":\"2021-01-01 10:00\"}"</script>'
    assert {where.split()[0] for source, where, _, _ in found(one) if source == "script"} == {"state"}
    assert [(w, r) for source, w, _, r in found(two) if source == "script"] == [
        ("states publishDate", "2021-03-04 10:00"),
        ("states publishDate", "2021-01-01 10:00"),
    ]


def test_last_modified_header_is_a_change():
    """The server's date says nothing of publication."""
    page = parse_page("<p>x</p>", URL)
    evidence = collect_dates(page, (("last-modified", "Thu, 04 Mar 2021 10:00:00 GMT"), ("date", "x")))
    assert evidence == (DateEvidence("Thu, 04 Mar 2021 10:00:00 GMT", "headers", "last-modified", "updated"),)


def test_text_dump_gives_labelled_dates_as_printed():
    """Raw text and label are word for word those of the page; the label decides the role."""
    lines = [
        "A bridge opens",
        "Last Updated : Jul 15 2016 | 3:25 PM IST",
        "Text.",
        "First Published: Jul 15 2016 | 2:07 PM IST",
    ]
    assert find_text_dates(lines) == (
        DateEvidence("Jul 15 2016 | 3:25 PM IST", "text", "Last Updated :", "updated"),
        DateEvidence("Jul 15 2016 | 2:07 PM IST", "text", "First Published:", "published"),
    )


@pytest.mark.parametrize(
    ("line", "raw", "role"),
    [
        ("Publié le 3 mars 2021 à 14h05", "3 mars 2021 à 14h05", "published"),
        ("Mis à jour le 4 mars 2021 à 10h00", "4 mars 2021 à 10h00", "updated"),
        ("Aktualisiert am 02.03.2024 - 14:05", "02.03.2024 - 14:05", "updated"),
        ("Опубликовано 3 марта 2021 в 14:05", "3 марта 2021 в 14:05", "published"),
        ("Son güncelleme: 04.03.2021 - 10:00", "04.03.2021 - 10:00", "updated"),
        ("公開日: 2021年3月4日 12:30", "2021年3月4日 12:30", "published"),
        ("입력 2021.03.04 오후 2:05", "2021.03.04 오후 2:05", "published"),
        ("تم النشر: ٣ مارس ٢٠٢١", "٣ مارس ٢٠٢١", "published"),
        ("अपडेट: १५ जुलाई २०१६, 14:05 IST", "१५ जुलाई २०१६, 14:05 IST", "updated"),
        ("เผยแพร่ 4 มีนาคม 2564 เวลา 14:05", "4 มีนาคม 2564 เวลา 14:05", "published"),
        ("Diterbitkan: 3 Maret 2021 20:59 WIB", "3 Maret 2021 20:59 WIB", "published"),
        ("Atnaujinta: 2021 m. kovo 4 d. 12:30", "2021 m. kovo 4 d. 12:30", "updated"),
        ("Nachricht vom 19. Mai 2010 um 23:03 Uhr gepostet", "19. Mai 2010 um 23:03 Uhr", "published"),
        ("2021年3月4日 12時00分更新", "2021年3月4日 12時00分", "updated"),
        ("This article was published on 3 March 2021", "3 March 2021", "published"),
        ("نشر في 15 كانون الثاني 2021", "15 كانون الثاني 2021", "published"),
    ],
)
def test_labels_and_dates_of_many_languages(line, raw, role):
    """The shape of a date needs no language; the label words are known in the registry's languages."""
    (piece,) = find_text_dates([line])
    assert (piece.raw, piece.role) == (raw, role)


def test_both_dates_of_one_line_have_their_own_roles():
    """The words between two dates belong to the second."""
    (first, second) = find_text_dates(["By Jo | Published March 4, 2021 at 2:05 pm | Updated March 5, 2021"])
    assert (first.raw, first.role) == ("March 4, 2021 at 2:05 pm", "published")
    assert (second.raw, second.role) == ("March 5, 2021", "updated")


def test_a_photo_credit_is_no_date_of_the_article():
    """`Photo: ... 3 March 2019` dates the picture."""
    assert find_text_dates(["Photo: Jo Doe, 3 March 2019"]) == ()


@pytest.mark.parametrize(
    "line",
    [
        "Python 3.0 was first released on December 3, 2008",
        "Der Bericht wurde zuletzt 2019, die Studie wurde veröffentlicht am 3. März 2018",
        "37. 那英助阵新专辑发布．新华网[引用日期2013-10-22]",
        "Published by the town. Retrieved 3 March 2019",
    ],
)
def test_what_a_line_says_of_something_else_is_no_label(line):
    """Another thing's publication, and the day on which somebody looked something up."""
    assert not [piece for piece in find_text_dates([line]) if piece.role != "unknown"]


@pytest.mark.parametrize(
    ("opening", "raw"),
    [
        ("01.02.2022 „Der Markt ist gut in das Jahr gekommen“, sagte sie.", "01.02.2022"),
        ("27.1.2022 - Bei der Erinnerung an die Verfolgten", "27.1.2022"),
        ("Karlsruhe, (12.11.2021). Traditionell gedenken", "12.11.2021"),
        ("BERLIN, 3 March 2021 - The minister", "3 March 2021"),
        ("On Monday, March 3, 2021, the minister", None),
        ("Am 3. März 2021 wurde die Brücke eröffnet, die", None),
        ("The strike of 3 March 2021: nobody came, and the", None),
    ],
)
def test_the_day_with_which_a_paragraph_begins(opening, raw):
    """A dateline: the day alone or behind a place, and a sign after it that parts it from the sentence."""
    html = f"<h1>A bridge opens today</h1><p>{opening} {'and many words follow ' * 20}</p>"
    assert [one[3] for one in found(html) if one[1].endswith("dateline")] == ([raw] if raw else [])


def test_what_stands_in_captions_and_players_comes_last():
    """Some themes class their dateline as a caption, and a podcast's page has its date in the player."""
    line = '<h1>A bridge opens today</h1><p class="rte-paragraph__caption">1 March 2021 | Nature</p>'
    assert found(line) == [("text", "aside line", "unknown", "1 March 2021")]
    player = (
        '<div itemscope itemtype="http://schema.org/AudioObject"><meta itemprop="datePublished" content="2021-03-04">'
    )
    assert found(player) == [("microdata", "aside datePublished", "published", "2021-03-04")]


@pytest.mark.parametrize(
    "html",
    [
        "<h1>A bridge opens today</h1>" + '<a class="date teaser" href="x">3 March 2021</a> ' * 30_000,
        "<div>" * 240 + '<meta itemprop="datePublished" content="2021-03-04">' * 30_000,
        "<h1>A bridge opens today</h1>" + "Published: 3 March 2021 14:05<br>" * 30_000,
        "<script>" + "publish" * 300_000 + "</script><p>x</p>",
        "<h1>A bridge opens today</h1>" + '<time datetime="x">1 ' * 5_000 + "y" * 1_000_000,
    ],
    ids=["links", "metas", "lines", "script", "nested"],
)
def test_big_pages_cost_little(html):
    """The work is bounded whatever the page repeats; the limit is ten times what the slowest takes."""
    page = parse_page(html, URL)
    started = perf_counter()
    evidence = collect_dates(page)
    assert perf_counter() - started < 5
    assert len(evidence) <= 300


def test_meta_tags_with_value_for_content():
    """Whole pages are saved so; beside proper tags it is a slip."""
    html = '<head><meta name="article:published_time" value="2021-03-04T10:00:00Z">{}</head><p>Text</p>'
    assert [raw for source, _, _, raw in found(html.format("")) if source == "meta"] == ["2021-03-04T10:00:00Z"]
    assert not found(html.format('<meta name="robots" content="index">'))


def test_a_day_in_brackets_behind_the_description():
    """Boards of parks and towns date their news there and nowhere else."""
    html = '<head><meta name="description" content="The bridge opens (news of 4 March 2021)"></head><p>Text</p>'
    assert ("text", "title", "unknown", "4 March 2021") in found(html)


def test_the_only_day_at_the_beginning_of_a_line_speaks_where_nothing_else_does():
    """Pages without a headline that their title names; two such days, or any other evidence, silence it."""
    line = "<div><span>04.03.2021</span> Category: Town</div>"
    html = f"<html><head><title>Town paper</title></head><body>{line}<p>The bridge opens today.</p></body></html>"
    assert found(html) == [("text", "page lone", "unknown", "04.03.2021")]
    assert found(html.replace("<p>", "<div>05.03.2021</div><p>")) == []
    assert not [one for one in found(ld('{"@type":"Article","datePublished":"2021-03-06"}') + html) if "lone" in one[1]]


def test_a_digit_is_what_python_calls_one():
    """Of every script, those in circles and above the line too."""
    assert [code for code in range(0x110000) if has_digit(chr(code)) != chr(code).isdigit()] == []


def test_a_menu_full_of_data_attributes_does_not_hide_the_date():
    """Only what may carry a date counts towards the limit of what is looked at."""
    menu = '<li data-level="1" data-path="a">Topic</li>' * 2_000
    html = f"<ul>{menu}</ul><h1>A bridge opens today</h1><time datetime='2021-03-04T10:00:00Z'>4 March</time>"
    assert ("time", "headline+1 time", "unknown", "2021-03-04T10:00:00Z") in found(html)


def test_spans_beside_each_other_are_parted_before_a_digit():
    """A forum's name, day and hour stand apart by style sheet only; a word with its number inside stays one."""
    post = "<div><span>rider</span><span><span>28.09.19</span><span>12:44</span></span></div><p>CO<sub>2</sub></p>"
    assert [one[3] for one in found(f"<h1>No shop without wires</h1>{post}")] == ["28.09.19 12:44"]


def test_a_script_that_writes_the_day():
    """Where it is called once; of two days nobody knows which is the article's."""
    call = '<td><script>showDate("2021/03/04 01:43:09")</script></td>'
    assert found(call) == [("script", "call", "unknown", "2021/03/04 01:43:09")]
    assert found(call + call.replace("04", "05", 1)) == []
    assert found('<script>var x = 1; setDate("2021/03/04 01:43:09"); go()</script>') == []


def test_the_only_time_of_a_page_is_called_so():
    """Also where no headline is near; of two of them nobody knows, and a role of its own keeps its own place."""
    lone = '<p>Text</p><time datetime="2021-03-04T10:00:00Z">4 March</time>'
    assert found(lone)[0][:3] == ("time", "lone time", "unknown")
    assert {one[1] for one in found(lone + lone.replace("03-04", "03-05"))} == {"page time"}
    assert found(lone.replace("<time", "<time pubdate"))[0][:3] == ("time", "page time", "published")
