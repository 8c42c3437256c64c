"""Text dumps of invented papers, one a rule: what is the article, what only stands around it."""

from pathlib import Path

import pytest

from tasks.errors import Rejected
from tasks.extract.dump import extract_dump, repeated_lines
from tasks.extract.dump_title import headline_of

SEEDS = Path(__file__).parents[3] / "seeds" / "articles"

BRIDGE = (
    "The new footbridge over the Marle will open on Saturday, two years later than planned and in another colour.",
    "Engineers found in spring that the green paint flaked off in the frost. It has been replaced by a red one, which "
    "the council calls “brick” and the residents call “tomato”.",
    "“We have tested it with four hundred school children,” said the county engineer, Edda Quill. “It did not sway.”",
    "Cyclists will have to dismount. A second bridge for them is to follow, but no date has been set.",
)


def test_reference_dump():
    """The dump that the design names comes out in every field that can be read from the text alone."""
    page = extract_dump((SEEDS / "business-standard-2016-07-15.txt").read_text(encoding="utf-8"))
    assert page.title == "Vladimir Putin, John Kerry did not discuss military cooperation in Syria: Kremlin"
    assert page.description == (
        "There has been no sign from Damascus that Bashar al-Assad feels under any pressure to agree to talks "
        "on a new government"
    )
    assert page.keywords == ("Russia", "Missile", "Syria", "Attack")
    paragraphs = page.text.split("\n\n")
    assert len(paragraphs) == 11
    assert paragraphs[0].startswith("President Vladimir Putin and US Secretary of State")
    assert paragraphs[-1].endswith('not undergone any kind of change," Peskov said today.')
    for furniture in ("Subscribe", "₹", "Epaper", "Last Updated", "First Published", "Next Story", "Photo:", "AFP I"):
        assert furniture not in page.text
    assert [(d.raw, d.where, d.role) for d in page.dates] == [
        ("Jul 15 2016 | 3:25 PM IST", "Last Updated :", "updated"),
        ("Jul 15 2016 | 2:07 PM IST", "First Published:", "published"),
    ]
    assert "AFP I PTI Moscow" in [e.raw for e in page.credits]
    assert any("Access Business Standard across devices" in e.raw for e in page.sites)
    assert page.access == "full"
    assert page.bylines == ()


def test_plain_article_typed_by_hand():
    """A headline, a blank line and paragraphs need no marks at all."""
    page = extract_dump("Footbridge opens in red\n\n" + "\n\n".join(BRIDGE) + "\n")
    assert page.title == "Footbridge opens in red"
    assert page.text == "\n\n".join(BRIDGE)
    assert page.description is None
    assert page.extractor.startswith("presshouse-dump/")


def test_navigation_first():
    """Menus, share buttons and a breadcrumb above the headline are neither headline nor body."""
    menu = "\n".join(f"  • {name}" for name in ("Home", "County", "Sport", "Weather", "Jobs", "Obituaries", "Log in"))
    page = extract_dump(
        f"Skip to content\nThe Marle Courier\n\n{menu}\n\nHome » County » Footbridge opens in red at last\n\n"
        "Footbridge opens in red at last\n\nBy Tilda Fenn\n14 May 2024, 9:30 am\nShare  Tweet  Print\n\n"
        + "\n\n".join(BRIDGE)
        + f"\n\nMore from County\n\n{menu}\n\n© 2024 Marle Courier Ltd. All rights reserved.\n"
    )
    assert page.title == "Footbridge opens in red at last"
    assert page.text == "\n\n".join(BRIDGE)
    assert [e.raw for e in page.bylines] == ["By Tilda Fenn"]
    assert [d.raw for d in page.dates] == ["14 May 2024, 9:30 am"]
    assert [e.raw for e in page.sites if e.where == "copyright"] == ["© 2024 Marle Courier Ltd. All rights reserved."]


def test_text_mode_browser_with_numbered_links():
    """`[12]` before links, `(BUTTON)`, form fields and the address list at the end are marks, not text."""
    page = extract_dump(
        "   #[1]alternate\n\n   [2]Skip to content\n\n     * [3]News\n     * [4]Sport\n     * [5]Weather\n\n"
        "   Search ____________________ (BUTTON)\n\nFerry to Ottersund stops for good\n\n"
        "   By [6]Ola Brandt\n\n"
        "   The last ferry to [7]Ottersund left at noon on Sunday with eleven\n"
        "   passengers, a brass band and a horse that had made the first trip\n"
        "   as well, its owner said.\n\n"
        "   A tunnel replaces it. The crossing took forty minutes by boat and\n"
        "   takes four by car, [8]according to the road office.\n\n"
        "     * [9]More news\n     * [10]Imprint\n\nReferences\n\n   1. https://paper.example/feed\n"
        "   2. https://paper.example/#main\n   3. https://paper.example/news\n"
    )
    assert page.title == "Ferry to Ottersund stops for good"
    assert page.text == (
        "The last ferry to Ottersund left at noon on Sunday with eleven passengers, a brass band and a horse that had "
        "made the first trip as well, its owner said.\n\nA tunnel replaces it. The crossing took forty minutes by "
        "boat and takes four by car, according to the road office."
    )
    assert "3. https://paper.example/news" in [e.raw for e in page.sites]


def test_markdown():
    """Link addresses, images and emphasis of a Markdown dump disappear, their texts stay."""
    page = extract_dump(
        '[ ![Logo](https://paper.example/logo.png) ](/ "Home")\n\n  * [News](/news)\n  * [Sport](/sport)\n\n'
        "# Library lends out **umbrellas**\n\n_By_ [Rosa Tamm](/people/rosa)\n\n"
        "The town library lends [umbrellas](/umbrellas_(rain)) since Monday, free and for three days. Nobody pays a "
        "fine, the director said\\.\n\n![Two umbrellas](https://paper.example/u.jpg)\n\n"
        "So far forty have been borrowed and thirty-eight came back. The other two are _believed_ to be in Norway.\n\n"
        "[Subscribe to our newsletter](/newsletter)\n"
    )
    assert page.title == "Library lends out umbrellas"
    assert page.text == (
        "The town library lends umbrellas since Monday, free and for three days. Nobody pays a fine, the director "
        "said.\n\nSo far forty have been borrowed and thirty-eight came back. The other two are believed to be in "
        "Norway."
    )


def test_standfirst_stands_above_the_date_line():
    """Prose above the date line is the standfirst and no part of the body."""
    standfirst = "The county expects four thousand visitors. The car park holds sixty cars."
    page = extract_dump(
        f"Footbridge opens in red at last\n{standfirst}\nUpdated: 14.05.2024, 18:10\n" + "\n".join(BRIDGE) + "\n"
    )
    assert page.description == standfirst
    assert page.text.startswith(BRIDGE[0])
    assert [(d.raw, d.role) for d in page.dates] == [("14.05.2024, 18:10", "updated")]


def test_german():
    """German: byline, agency line, advertisement mark, `Lesen Sie auch` and keywords behind the text."""
    page = extract_dump(
        "Startseite\nRegionales\nSport\n\nStreit um Glockengeläut: Gemeinde Ahrenau einigt sich\n\n"
        "Von Jule Petersen\n03.06.2024, 11:20 Uhr\n\n"
        "Nach elf Monaten ist der Streit um das Läuten in Ahrenau beigelegt. Die Glocken schweigen künftig zwischen "
        "22 und 6 Uhr.\n\nAnzeige\n\n"
        "Der Gemeinderat stimmte am Montagabend mit neun zu vier Stimmen zu. „Damit können alle leben“, sagte "
        "Bürgermeister Harm Tietjen.\n\nLesen Sie auch: Warum Kirchturmuhren falsch gehen\n\n"
        "Die Kläger wollen ihre Beschwerde zurückziehen. Das Verwaltungsgericht bestätigte den Eingang.\n\ndpa/lno\n\n"
        "Themen:\nAhrenau\nKirche\nLärm\n\nJetzt Newsletter abonnieren\n"
    )
    assert page.title == "Streit um Glockengeläut: Gemeinde Ahrenau einigt sich"
    assert len(page.text.split("\n\n")) == 3
    assert "Anzeige" not in page.text
    assert "Lesen Sie auch" not in page.text
    assert [e.raw for e in page.bylines] == ["Von Jule Petersen"]
    assert page.keywords == ("Ahrenau", "Kirche", "Lärm")


def test_spanish_article_with_a_list():
    """A list inside the body is text; a list of links behind it is not."""
    page = extract_dump(
        "El mercado de Villarbor abre los domingos\n\nPor Inés Aldana\n7 de marzo de 2024\n\n"
        "El mercado municipal de Villarbor abrirá también los domingos desde el mes próximo, anunció el "
        "ayuntamiento.\n\nLa medida incluye tres cambios que los vendedores pedían desde hace años:\n\n"
        "  • Los puestos de fruta podrán abrir desde las siete de la mañana.\n"
        "  • El aparcamiento será gratuito durante las dos primeras horas.\n"
        "  • Habrá un autobús cada media hora desde la estación.\n\n"
        "“Es una buena noticia para el barrio”, dijo la presidenta de los comerciantes, Luz Carmona.\n\n"
        "  • Inicio\n  • Contacto\n  • Aviso legal\n  • Suscríbete\n"
    )
    assert page.title == "El mercado de Villarbor abre los domingos"
    assert "El aparcamiento será gratuito" in page.text
    assert "Aviso legal" not in page.text
    assert page.text.endswith("Luz Carmona.")


def test_japanese():
    """Japanese has no spaces: headline, date and body are told all the same."""
    page = extract_dump(
        "トップ\n社会\n経済\n\n山あいの駅に図書室が開設　住民が本を持ち寄る\n\n2024年5月14日 10:30\n\n"
        "山あいの無人駅に小さな図書室が開設された。住民が持ち寄った約三百冊の本が並び、誰でも自由に借りられる。\n\n"
        "企画した団体の代表は「列車を待つ時間を楽しんでほしい」と話す。貸し出しの記録はつけず、返却も任意だという。\n\n"
        "図書室は駅が開いている間いつでも利用できる。来月には子ども向けの読み聞かせ会も開かれる予定だ。\n\n"
        "関連記事\n無料会員登録\n利用規約\n"
    )
    assert page.title == "山あいの駅に図書室が開設 住民が本を持ち寄る"
    assert len(page.text.split("\n\n")) == 3
    assert [d.raw for d in page.dates] == ["2024年5月14日 10:30"]


def test_hindi():
    """Hindi ends its sentences with a danda, and its vowel signs belong to the words."""
    page = extract_dump(
        "होम\nदेश\nखेल\n\nनदी किनारे नया पुस्तकालय खुला, बच्चों में उत्साह\n\nअद्यतन: 14 मई 2024, 10:30\n\n"
        "नदी किनारे बने नए पुस्तकालय का उद्घाटन मंगलवार को हुआ। यहां पांच हजार किताबें रखी गई हैं और प्रवेश निःशुल्क है।\n\n"
        "पुस्तकालय की प्रमुख ने कहा कि बच्चे यहां हर शाम कहानी सुन सकेंगे। पहले दिन दो सौ बच्चों ने सदस्यता ली।\n\n"
        "नगर पालिका अगले वर्ष ऐसे तीन और पुस्तकालय खोलने की योजना बना रही है। इसके लिए जमीन देखी जा रही है।\n\n"
        "यह भी पढ़ें: मेले में उमड़ी भीड़\n"
    )
    assert page.title == "नदी किनारे नया पुस्तकालय खुला, बच्चों में उत्साह"
    assert len(page.text.split("\n\n")) == 3
    assert "मेले" not in page.text


def test_captions_and_picture_credits_are_no_text():
    """A caption ends with its credit; a picture's description beside it says the same."""
    page = extract_dump(
        "Footbridge opens in red at last\n\n14 May 2024\n\n"
        + "\n\n".join(BRIDGE[:2])
        + "\n\nThe new bridge, seen from the old ferry landing on the eastern bank of the river.\n"
        "The new bridge, seen from the old ferry landing on the eastern bank of the river. (Photo: Una Ries)\n\n"
        + "\n\n".join(BRIDGE[2:])
    )
    assert page.text == "\n\n".join(BRIDGE)


def test_wire_signatures_are_no_picture_credits():
    """A paragraph that ends with `(Reuters)` or mentions a photo is text, and its agency is evidence."""
    last = "The minister, who refused to pose for a photo, left at noon without answering questions. (Reuters/dpa)"
    page = extract_dump("Minister leaves talks at noon\n\n" + "\n\n".join([*BRIDGE[:3], last]))
    assert page.text.endswith(last)
    assert any(e.where == "tail" and e.raw.endswith("(Reuters/dpa)") for e in page.credits)


def test_short_sentences_about_subscribers_stay():
    """News use the words of offers: only buttons and labels are dropped."""
    sentences = (
        "The phone company lost 40,000 subscribers in the quarter.",
        "Its newsletter had promised the opposite in January.",
    )
    page = extract_dump(
        "Phone company loses subscribers again\n\n" + "\n\n".join([BRIDGE[0], *sentences, *BRIDGE[1:]])
        + "\n\nSubscribe now and save 25%\n"
    )  # fmt: skip
    for sentence in sentences:
        assert sentence in page.text
    assert "save 25%" not in page.text


def test_comments_behind_the_text_are_not_the_article():
    """Readers' comments may be longer than the article; their heading ends it."""
    comments = "\n\n".join(
        f"Reader{i}\n{i} May 2024 at 10:0{i}\nI crossed it yesterday and have to say that it is far too red for me. "
        "Whoever chose that colour has never seen a river, and I have seen several of them in my long life."
        for i in range(1, 8)
    )
    page = extract_dump(
        "Footbridge opens in red at last\n\n14 May 2024\n\n" + "\n\n".join(BRIDGE) + f"\n\n7 Comments\n\n{comments}\n"
    )
    assert page.text == "\n\n".join(BRIDGE)


def test_subscription_stub_is_a_paywall():
    """The first sentences and then prices: stored as a stub."""
    page = extract_dump(
        "Why the bridge was painted twice\n\n14 May 2024\n\n" + "\n\n".join(BRIDGE[:2])
        + "\n\nSubscribe to read on\n\nDigital\n\n€9.90\n\nper month\n\nPrint and digital\n\n€24.90\n\nper month\n"
    )  # fmt: skip
    assert page.access == "paywall"
    assert page.text == "\n\n".join(BRIDGE[:2])


def test_long_article_with_an_offer_behind_it_is_full():
    """An offer under a whole article makes no wall of it."""
    page = extract_dump(
        "The bridge, a history\n\n"
        + "\n\n".join(f"{p} ({n})" for n in range(4) for p in BRIDGE)
        + "\n\nSubscribe\n\n€9.90\n\nper month\n"
    )
    assert page.access == "full"


def test_repeated_lines_across_files_of_a_publisher():
    """What stands in every file of a paper is its furniture, even when it is written in whole sentences."""
    notice = "The Courier is printed on recycled paper and delivered by people who know your dog by name since 1902."
    files = [
        f"Headline number {name}\n\n{BRIDGE[i]}\n\n{notice}\n\n{BRIDGE[0]} And so on, number {name}.\n"
        for i, name in enumerate(("one", "two", "three", "four"))
    ]
    repeated = repeated_lines(files)
    assert repeated == {notice}
    assert notice in extract_dump(files[1]).text
    assert notice not in extract_dump(files[1], repeated_lines=repeated).text


def test_repeated_lines_need_several_files():
    """Two files prove nothing, and a line twice in one file counts once."""
    assert repeated_lines(["same line\nsame line\n", "same line\n"]) == frozenset()
    assert repeated_lines([]) == frozenset()


def test_unlabelled_dates_of_teasers_are_not_collected():
    """Dates of other articles stand behind the body; only labelled ones count there."""
    page = extract_dump(
        "Footbridge opens in red at last\n\n" + "\n\n".join(BRIDGE)
        + "\n\nRelated\n\nOld ferry sold\n12 May 2019\n\nMarket moved\n\nFirst published: 14 May 2024, 9:30\n"
    )  # fmt: skip
    assert [(d.raw, d.role) for d in page.dates] == [("14 May 2024, 9:30", "published")]


def test_controls_and_overrides_are_cleaned():
    """NUL, bidirectional overrides, lone surrogates and a byte order mark leave no trace; the result is valid UTF-8."""
    text = "\ufeffFootbridge\u202e opens\x00 in red\r\n\r\n" + "\r\n\r\n".join(BRIDGE) + "\ud800"
    page = extract_dump(text)
    assert page.title == "Footbridge opens in red"
    assert page.text == "\n\n".join(BRIDGE)
    page.text.encode("utf-8")


def test_consent_text_above_the_article():
    """A cookie text at the head of a dump is longer than a short article, and not it."""
    consent = (
        "We and our 812 partners store cookies and process personal data with your consent, to measure and to sell. "
        "You may withdraw your consent at any time; some partners claim a legitimate interest instead of consent."
    )
    page = extract_dump(
        f"We value your privacy\n\n{consent}\n\n{consent} Cookies last thirteen months.\n\nAccept all cookies\n\n"
        "The Marle Courier\n\nFootbridge opens in red at last\n\n14 May 2024\n\n" + "\n\n".join(BRIDGE)
    )
    assert page.title == "Footbridge opens in red at last"
    assert page.text == "\n\n".join(BRIDGE)


REJECTED = {
    "empty": " \n\t\n\u3000\n",
    "not_html, a PDF": "%PDF-1.7\n%âãÏÓ\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "not_html, a PDF without its head": "1 0 obj\n<< /Length 20 >>\nendobj\n2 0 obj\nendobj\nstartxref\n9\n%%EOF\n",
    "not_html, bytes": "\x00\x01\x02JFIF\ufffd\ufffd\x03\x04 text \ufffd\x05\x06" * 40,
    "consent": "We value your privacy\n\nWe and our 812 partners store cookies and process personal data with your "
    "consent. You can accept all cookies or manage your consent choices at any time.\n\n"
    "Our partners use cookies for tracking. Consent is voluntary; privacy settings are in the footer.\n\n"
    "Accept all\nReject\nManage cookies\n",
    "soft_404": "The Marle Courier\n\nPage not found\n\nWe are sorry, the page that you are looking for has moved or "
    "never existed. Please use the search or go back to the front page.\n\nHome\nSport\nContact\n",
    "not_an_article, prices": "\n".join(f"{name}\n\n€{n}.50\n" for n, name in enumerate("ABCDEFGH", 3)),
    "not_an_article, links": "\n".join(f"  • Section {name}" for name in "ABCDEFGHIJKL"),
    "no_text": "Hello\n\nworld\n",
}


@pytest.mark.parametrize("case", REJECTED)
def test_what_is_no_article_is_rejected(case):
    """Each kind of dump that is no article is refused with its own reason."""
    with pytest.raises(Rejected) as caught:
        extract_dump(REJECTED[case])
    assert caught.value.reason == case.split(",")[0]


def test_section_page_is_no_article():
    """Short paragraphs, each under a headline and a date of its own, are the teasers of other articles."""
    teasers = "\n\n".join(
        f"{name} wins the village fair for the third time in a row\n\n{i} May 2024\n\n"
        f"The jury praised the {name.lower()} above all others. It had been raised in a garden behind the station."
        for i, name in enumerate(("Pumpkin", "Turnip", "Marrow", "Leek", "Carrot", "Radish", "Onion", "Parsnip"), 1)
    )
    with pytest.raises(Rejected) as caught:
        extract_dump(f"Village fair\n\nLatest\n\n{teasers}\n\nOlder\n")
    assert caught.value.reason == "not_an_article"


def test_headline_is_above_its_text():
    """A headline printed again behind a text of one paragraph does not swallow it."""
    headline = "Stork returns to the mill in Ostwick"
    text = "The stork has come back to the mill in Ostwick, a day earlier than last year, and repairs the nest at once."
    page = extract_dump(f"{headline}\n\n2 April 2024\n\n{text}\n\nListen\n\nShare\n\n{headline}\n\n3:20\n\nMore\n")
    assert (page.title, page.text) == (headline, text)


def test_breadcrumbs_and_window_titles_are_cut_to_the_headline():
    """Where a longer line holds the headline and the section or the paper, the headline itself is taken."""
    page = extract_dump(
        "Footbridge opens in red at last | The Marle Courier\n\nHome  County  Footbridge opens in red at last\n\n"
        "Footbridge opens in red at last\n\n14 May 2024\n\n" + "\n\n".join(BRIDGE)
    )
    assert page.title == "Footbridge opens in red at last"


def test_byline_on_two_lines():
    """`By` alone in its line names the author in the next one."""
    page = extract_dump("Footbridge opens in red at last\n\nBy\nTilda Fenn\n\n" + "\n\n".join(BRIDGE))
    assert [e.raw for e in page.bylines] == ["By Tilda Fenn"]
    assert page.text == "\n\n".join(BRIDGE)


def test_keyword_line_is_no_list_of_people():
    """Names between commas are people; a label makes keywords of anything."""
    people = "Mina Oduya, Karl Brandt, Tilda Fenn"
    page = extract_dump(f"Footbridge opens in red at last\n\n{people}\n\n" + "\n\n".join(BRIDGE))
    assert page.keywords == ()
    page = extract_dump(
        "Footbridge opens in red at last\n\n" + "\n\n".join(BRIDGE) + "\n\nTags: Marle, bridges, Edda Quill\n"
    )
    assert page.keywords == ("Marle", "bridges", "Edda Quill")


def test_text_that_breaks_off_before_an_offer_is_partial():
    """Longer than a stub, but it ends in an ellipsis and an offer: only a part of the article."""
    text = "\n\n".join(f"{p} ({n})" for n in range(4) for p in BRIDGE) + "\n\n" + BRIDGE[1][:90] + "..."
    page = extract_dump(f"The bridge, a history\n\n{text}\n\nSubscribe to read on\n\n€9.90\n")
    assert page.access == "partial"


def test_short_notice_is_an_article():
    """A photo story of forty words is stored: recall of articles matters more."""
    page = extract_dump(
        "Stork returns to the mill\n\n2 April 2024\n\nThe stork has come back to the mill in Ostwick. It landed on "
        "Tuesday at ten past four, a day earlier than last year, and began at once to repair the nest, which a storm "
        "had tilted in February.\n"
    )
    assert page.title == "Stork returns to the mill"
    assert page.text.startswith("The stork has come back")


@pytest.mark.parametrize(
    ("printed", "headline"),
    [
        ("Home / Town / Footbridge opens in red", "Footbridge opens in red"),
        ("Footbridge opens in red | COURIER.EXAMPLE", "Footbridge opens in red"),
        ("Footbridge opens in red | The Courier", "Footbridge opens in red"),
        ("Footbridge opens in red | a first walk", "Footbridge opens in red | a first walk"),
        ("Footbridge in the valley opens…", "Footbridge in the valley opens in red at last"),
        ("Le pont : une ouverture en rouge", "Le pont : une ouverture en rouge"),
    ],
)
def test_what_browsers_print_around_a_headline(printed, headline):
    """Paths, the paper's name or host, and the dots of a cut one; a colon with a space before it is French."""
    assert headline_of(printed, ["The Courier", "Footbridge in the valley opens in red at last"]) == headline


def test_skip_links_and_doubled_captions_are_no_headline():
    """Templates print them above everything; an image's name and its caption say the same twice."""
    for line in (
        "Skip to the main content of this footbridge page",
        "The red footbridge opens The red footbridge opens",
    ):
        assert (
            extract_dump(f"{line}\n\nFootbridge opens in red\n\n" + "\n\n".join(BRIDGE)).title
            == "Footbridge opens in red"
        )


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("19. Dezember 202319. Dezember 2023 von Ann", "19. Dezember 2023"),
        ("November 9, 20235:01 AM ET", "November 9, 2023 5:01 AM ET"),
        ("Ann Example – 14.09.2023 – Town, Valley, Bridges, Paint, Opinion of the week, Everything else", "14.09.2023"),
    ],
)
def test_dates_that_touch_what_follows(line, raw):
    """Where tags vanish dates run into each other; under a headline they may stand among keywords."""
    page = extract_dump(f"Footbridge opens in red\n\n{line}\n\n" + "\n\n".join(BRIDGE))
    assert raw in [d.raw for d in page.dates]


def test_a_label_at_the_text_beats_a_date_further_up():
    """Between a headline and its text stand other days too."""
    page = extract_dump(
        "Footbridge opens in red\n\nNovember 9th 2023\n\nPUBLISHED: November 8, 2023 at 11:30 p.m.\n\n"
        + "\n\n".join(BRIDGE)
    )
    assert ("November 8, 2023 at 11:30 p.m.", "published") in [(d.raw, d.role) for d in page.dates]
