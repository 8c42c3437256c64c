"""The vocabulary that tells names of people from what is printed beside them, in the languages of the registry.

Tables only; `names` reads them. Words are in small letters. A word that is a common surname or first name somewhere
("Press", "Church", "Will", "May", "Ed") stands in no table that rejects a name.
"""

import re

# --- what announces names ------------------------------------------------------------------------------------------

_WRITTEN = (
    r"words|text(?:e|o)?|testo|tekst|story|interview|report(?:ing|ed|er)?|analys[ie]s?|written|posted|published|"
    r"updated|"
    r"created|submitted|compiled|presented|edited|a report|a comment|an? \w{3,12} column|opinion|review|verfasst|"
    r"erstellt|eingestellt|gepostet|(?:blog ?)?beitrag|geschrieben|recherche|protokoll|kommentar|eine? \w{3,25}|"
    r"gastbeitrag|"
    r"gastkommentar|bericht|autor(?:in)?/autor(?:in)?|autor(?:e?n)?\(?:?in\)?|autor(?:in|en|es|a|e|i)?|author(?:s|"
    r"\(s\))?|"
    r"auteur(?:s|e)?|autrice|propos recueillis|recueilli|rédigé|écrit|publié|escrito|publicado|redactado|redacción|"
    r"artículo|un article|un artículo|scritto|a cura|penulis|ditulis|yazan|yazar|автор(?:ы|и)?|текст|skrevet|"
    r"skriven|geplaatst|"
    r"geschreven|kirjoittanut|napsal|napisał|publicerad"
)
_LABEL = (
    r"authors?|autor(?:in|en|es|a|e|i|:in|\*in)?|auteurs?|texte?|texto|testo|tekst|written|penulis|reporter|story|"
    r"автор(?:ы|и)?|текст|interview|schreiber|verfasser(?:in)?|byline|journalist"
)
# "Written by Ann", "Autor: Ann", "By Ann", "ByAnn"; "De" and "Di" are surnames too and need two words after them.
PREFIX = re.compile(
    rf"^\W{{0,3}}(?:(?i:(?:{_WRITTEN})\W{{0,3}}\s{{0,2}}(?:by|von|par|por|di|de|av|af|door|oleh|:)[\s:]{{1,3}})"
    rf"|(?i:{_LABEL})\s?[:：|]\s{{0,3}}"
    r"|(?i:autor(?:in)?/autor(?:in)?|by|von|vom|par|por|av|af|door|oleh|przez|od|kirjoittanut|autor|author|"
    r"автор)[\s:]{1,3}"
    r"|(?:[Bb]y|[Vv]on|Par|Por)(?=[A-Z])"
    r"|(?:[Dd]e|DE|[Dd]i|DI|Da|Di:)[\s:]{1,3}(?=\S{2,30}\s\S))"
)
# A line that opens so has the names; what stands above it in the same element is a kicker.
SIGNED = re.compile(r"(?i)^\W{0,3}(?:(?:written )?by|von|par|por|door|av|af)\s[^\W\d_]")
PREFIX_CJK = re.compile(
    r"^[（(\[【〔]?(?:(?:本[报報]|特[约約]|[见見][习習]|實習|实习)?[记記]者|(?:责任)?[编編][辑輯]|作者|撰文|文|"
    r"取材・文|取材・構成|著者|執筆|글|글쓴이)\s{0,2}(?:[：:／/・|｜●◆=]\s{0,2}|\s)"
)
CJK_SUFFIX = re.compile(r"\s?(?:선임|수습|인턴|객원|논설|전문)?\s?(?:기자|특파원|위원|記者|记者|特派員)(?:\s.{0,60})?$")

# Labels whose names made the pictures, the translation or the edition, not the article.
OTHER_ROLE = re.compile(
    r"(?i)^\W{0,3}(?:(?:foto(?:s|graf(?:ie|ía|in)?|grafie)?|photos?|photograph(?:s|er|ed|y)?|pictures?|bild(?:er)?|"
    r"images?|"
    r"illustration(?:en|s)?|illustrat(?:ed|or)|grafik|graphics?|video|kamera|camera|übersetz\w{1,8}|translat\w{2,5}|"
    r"traduc\w{2,6}|traduit|geprüft|lektoriert|sendung|produced|producer|edit(?:ed|ing)|fact[- ]check\w{0,3}|"
    r"(?:medically )?reviewed|lektorat|schnitt|фото)\b"
    r"|(?:redaktion|editors?|redacteur|penyunting|[责責][编編]|责任编辑)\s?[:：]|写真|撮影|翻訳|訳者|イラスト|사진|"
    r"摄影)"
)
# "Ann Example illustration by Jan Muster": what stands behind the name is another's work.
OTHER_ROLE_INSIDE = re.compile(
    r"(?i)\s(?:fotos?|photos?|photograph(?:s|y|ed|ies?)|pictures|bild(?:er)?|illustrat(?:ion(?:en|s)?|ed)|grafik(?:en)?"
    r"|graphics|video|translat(?:ed|ion)|übersetzung|traduction|traducción)\s?(?::|by\b|von\b|par\b|por\b|di\b|de\b).*"
)
# Lines about something else: other articles of the author, sources, rights.
NOT_A_BYLINE = re.compile(
    r"(?i)^\W{0,3}(?:(?:last )?(?:updated|modified|reviewed)(?!\s(?:by|von))|"
    r"mehr von|more (?:from|by|articles|stories)|weitere (?:artikel|beiträge)|follow|copyright|quellen?|"
    r"sources?|fuentes?|fonti?|credits?|all posts|view all|see all|alle (?:artikel|beiträge))\b"
)

# --- what joins names ----------------------------------------------------------------------------------------------

# "and" that is unmistakable anywhere ...
AND = set("& + und et og och with és și şi και та и और व 与 和 及 sowie and u.".split())
# What follows these is an agency ("avec AFP") or who was interviewed ("mit Ute Beispiel"), never an author.
WITH = set("mit avec con com med met".split())
# ... and in its own language only, where no name is made of it. One letter joins only names of two words.
AND_IN = {
    "it": {"e", "ed"}, "pt": {"e"}, "gl": {"e"}, "es": {"y", "e"}, "pl": {"i", "oraz"}, "hr": {"i"}, "sr": {"i"},
    "bs": {"i"}, "ca": {"i", "amb"}, "cs": {"a"}, "sk": {"a"}, "nl": {"en"}, "af": {"en"}, "fi": {"ja"}, "et": {"ja"},
    "tr": {"ve"}, "id": {"dan"}, "ms": {"dan"}, "vi": {"và"}, "lt": {"ir"}, "lv": {"un"}, "sl": {"in"}, "sq": {"dhe"},
    "uk": {"і", "й"},
    "eu": {"eta"}, "ar": {"و"}, "fa": {"و"}, "ur": {"اور"}, "sw": {"na"},
}  # fmt: skip
SEPARATORS = re.compile(
    r"\s{0,3}[;|•·›»]\s{0,3}|\s/\s|/(?=[^\W\d_]{2,}\s)|\s[-–—]{1,2}\s|[、，／]|,\s{0,2}|(?<=[^\W\d_]{5})\.\s{1,2}"
)
PARTICLES = set(
    """
    von van de der den la le du da do dos das di del della dei degli zu zur zum bin ibn bint al el y e ter ten te af
    av dal las los vom und san st. abu ben i t' 't dela ul ur op
    """.split()
)

# --- what is no person ---------------------------------------------------------------------------------------------

# A part that holds one of these is a desk, an outlet or a company.
# What a place begins with where a reporter is: `Journalist i Paris`; as the first word no part of a name.
PLACE_BEGINS = set("at aus em en fra från from i in nær près på ve à".split())
ORGANISATION = set(
    """
    redaktion redaktionen redaktionsteam redaktions online-redaktion redaktionelle rédaction redaction redacción
    redaccion redação redacao redazione redactie redakcja redakce redakcia redakcija toimitus redaksjonen redaksi
    szerkesztőség редакция редакція staff desk newsroom newsdesk team editors editorial news online agency agencies
    agentur agenturen agencia agencias agence agences agenzia agenzie wire wires newswire bureau office department
    ministry committee commission zeitung nachrichten newspaper times tribune gazette herald daily weekly journal
    magazin magazine revista diario periódico jornal giornale corriere courrier kurier noticias notícias notizie
    actualités nouvelles nyheter berita haber новини presse pressestelle presseteam pressemitteilung
    presseinformation presseportal tv radio fm fernsehen rundfunk television media medien médias medios mediengruppe
    verlag publishing publisher insight gmbh ag inc ltd llc corp corporation e.v ev kg se co company group gruppe
    holding plc srl solutions international partners consulting technologies industries labs worldwide university
    universität université universidad institute institut instituto foundation foundations stiftung association
    organization organisation organización organização organizzazione verband bund bundesverband verein society
    council network netzwerk community forum blog blogs website web-team
    webteam service services support system center centre zentrum club museum library school akademie academy
    report reports reporters contributors correspondents authors writers mitarbeiter gastautoren autoren digital
    redaktionsnetzwerk channel studio studios productions polizei police feuerwehr fraktion partei sekretariat
    abteilung stadt landkreis diakonie caritas courant collectif mouvement syndicat zone deutschland schweiz
    österreich germany switzerland austria europe usa संवाददाता डेस्क टीम ब्यूरो एजेंसी न्यूज वेब агентство новости
    пресс-служба خبرگزاری اخبار أخبار وكالة صحيفة قناة روزنامه
    """.split()
)
# Broadcasters whose sign leads the name of a desk: "CBS Local", "MDR THÜRINGEN".
BROADCASTERS = set(
    """
    ABC ARD BBC BR CBC CBS CNN CTV FOX HR ITV MDR NBC NDR NDTV NPR ORF PBS RAI RBB RTL RTS RTVE SRF SWR TNN TVE WDR
    ZDF
    """.split()
)
# German compounds: "Landesanstalt", "Lokalredaktion", "Sportverein"
ORGANISATION_COMPOUND = re.compile(
    r"(?i)[\w-](?:anstalt|ministerium|verband|verein|gesellschaft|redaktion|zentrum|zentrale|stelle|verlag|agentur|"
    r"institut|"
    r"kammer|schule|klinik|team|stiftung|dienst|zeitung|presse|magazin)$"
)
ORGANISATION_CJK = re.compile(
    r"編集部|编辑部|編輯部|新聞|新闻|通信社|通讯社|日報|日报|オンライン|デジタル|取材班|뉴스|신문|편집국|"
    r"[팀부网網社局报]$"
)
# Jobs: cut off where they lead or follow a name; alone they are nobody.
JOB = set(
    """
    editor editor-in-chief reporter correspondent journalist columnist writer author contributor producer presenter
    engineer developer strategist economist consultant
    analyst critic blogger photographer fellow intern freelancer broadcaster anchor host director manager ceo
    founder co-founder president chairman rechtsanwalt professor lecturer researcher specialist redakteur
    redakteurin redakteure chefredakteur chefredakteurin reporterin korrespondent korrespondentin journalistin autor
    autorin kolumnist kolumnistin volontär volontärin ressortleiter ressortleiterin praktikant praktikantin
    herausgeber herausgeberin gastautor gastautorin gastbeitrag bloggerin journaliste rédacteur rédactrice
    correspondant correspondante envoyé envoyée chroniqueur periodista redactor redactora corresponsal enviado
    enviada especial giornalista redattore inviato corrispondente jornalista repórter correspondente redacteur
    verslaggever toimittaja redaktor dziennikarz dziennikarka redaktorka novinář wartawan muhabir gazeteci журналист
    корреспондент кореспондент журналістка автор автора editora autora author(s)
    """.split()
)
# "Politikredakteurin", "USA-Korrespondent", "Online-Experte"
JOB_COMPOUND = re.compile(
    r"(?i)[\w-](?:redakteur|korrespondent|reporter|autor|journalist|kolumnist|volontär|expert|leiter|chef)(?:e|in)?$"
)
JOB_MODIFIER = set(
    """
    software senior junior chief deputy political politics sports sport business economics economic economy finance
    financial
    foreign home world defence defense diplomatic health science technology tech environment education culture arts
    crime legal royal religion showbiz entertainment features lifestyle travel food news national local city staff
    special investigations investigative assistant associate executive managing digital online data audience general
    guest freelance our the by markets europe africa asia uk us middle east live breaking web social auto retail
    medical music film movie tv energy aviation basketball baseball football golf hockey soccer racing tennis
    consumer affairs motorrad leitender leitende stellvertretende stellvertretender freie freier unser unsere
    ressort
    """.split()
)
# Labels, place-holders and controls: alone or together they are nobody.
NOBODY = set(
    """
    von by par por di de vom av text stand datum date read more sign up view size min ago see show hide skip log in
    to at on all feed admin administrator webmaster anonymous anonym anónimo anonyme unknown unbekannt none null
    guest gast user root redaktori red onlinered zvg copyright n/a no follow contact share shares mehr lesen
    subscribe updated published photo foto video nan undefined false true default wordpress wordpressadmin siteadmin
    superadmin intern extern sponsored advertisement anzeige advertorial press release wp wpadmin content test
    posted comments comment kommentare exclusive opinion analysis kommentar biography bio profile twitter facebook
    email e-mail whatsapp instagram linkedin telegram print drucken teilen and und et others andere verified premium
    credit source quelle publicidad actualizado publicado phd ph.d md m.d mba msc bsc ma ba ms rd rdn rn apd mph jd
    dphil esq cpt pharmd v.i.s.d.p 作者 著者 筆者 投稿者 投稿 執筆者 作成者 編集者 ライター 撰稿
    翻訳者 訳者 執筆 記者 记者 기자 기사 보기 더보기 다른기사 구독 입력 수정
    """.split()
)
# Words of sentences and of the page's own controls, in any case: no name holds one. What is a name as well ("Will",
# "An", "Read", "Min", "Des") is not here; in small letters it gives itself away.
NEVER = set(
    """
    the this that these those every click here and or are was were has have had his her their our your with from
    about by posted published updated subscribe comment comments reply archive rss newsletter size login twitter
    facebook linkedin instagram whatsapp follow following because would could should been which written edited
    reviewed latest articles letters developed designed copy link email minute minutes social zeige alle artikel
    beiträge kommentar kommentare verschieben veröffentlicht aktualisiert erstellt mehr lesen nicht sind wird wurde
    eine einer einem für mit rubrik kategorie teilen drucken merken gesponserte inhalte rechte vorbehalten dans avec
    publié tous partager suivre lire pour sur para sobre seguir todos sus artículos leer publicado según gli
    articoli leggi pubblicato segui veja
    """.split()
)
# Publishing houses whose names have the shape of a person's.
HOUSES = {"condé nast", "conde nast", "axel springer", "dow jones", "dotdash meredith", "penske media", "hearst uk",
          "grupo clarín", "grupo prisa", "bonnier news", "ringier axel springer", "abril comunicações"}  # fmt: skip
# An article that opens the name of a paper: "El Sol de México", "Das Magazin".
OUTLET_ARTICLES = {"el", "il", "das", "die", "les", "los", "las", "the"}
PLACES = {
    "new york", "new delhi", "los angeles", "hong kong", "tel aviv", "buenos aires", "são paulo", "san francisco",
    "san diego",
    "rio de janeiro", "cape town", "mexico city", "kuala lumpur", "abu dhabi", "washington dc", "washington d.c",
    "frankfurt am main", "las vegas", "st. petersburg", "addis ababa", "the hague", "den haag", "la paz", "phnom penh",
    "united kingdom", "united states", "south africa", "porto alegre", "belo horizonte",
}  # fmt: skip

# --- what ends a name ----------------------------------------------------------------------------------------------

MONTH = re.compile(
    r"(?i)(?:jan|feb|mär|mar|apr|ma[iyj]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|ene|avr|aoû|fév|déc|abr|ago|dic|gen|mag|"
    r"giu|lug|"
    r"set|ott|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)"
)
# "06.11.2023 13:30 von Anna": the date that stands before a byline.
DATE_BEFORE = re.compile(r"(?i)^\W{0,3}\d{1,4}[./ -][\w./,: ]{3,28}?\s(?:by|von|par|por|di|door|av)\s(?=[^\W\d_])")
# Where tags vanish words touch: "Ann ExampleNovember 21", "Ann ExampleStaff Writer".
GLUED = re.compile(
    r"(?<=[a-zà-ÿ])(?=(?:January|February|March|April|May|June|July|August|September|October|November|December|Januar|"
    r"Februar|März|Mai|Juni|Juli|Oktober|Dezember|Staff|Updated|Published|Posted|Reporter|Contributor)\b)"
)
DATE_WORDS = set(
    """
    am on le el den il em um at dated vor uhr mon tue wed thu fri sat sun montag dienstag mittwoch donnerstag
    freitag samstag sonntag monday tuesday wednesday thursday friday saturday sunday updated published posted
    """.split()
)
WEEKDAYS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo
    """.split()
)
# Places after "in", the employer after "from" or "for", buttons.
SUFFIX = re.compile(
    r"(?i)\s{1,3}(?:(?:in|aus|à|en|a|at|from|für|for|of|vom|bei|on|em|w|v|is|ist|has|hat|im|near|depuis|dans|berichtet)"
    r"\s\S.{0,80}|(?:updated|published|posted|aktualisiert|veröffentlicht|first|last|shares?|follow(?:ing)?|view|"
    r"read more|more|mehr|am|vor|via)\b.{0,90}|reports?|\W?contributor)$"
)
POSSESSIVE = re.compile(
    r"(?i)(?:['’]s\s+(?:headshot|profile|avatar|picture|photo).{0,40}|\s+(?:headshot|avatar|logo|profile image))$"
)
