"""Words by which lines of a dump say what they are: few, in many languages, always in short lines or at their head.

Shape decides wherever it can (`dump_body`); these settle what has the shape of text and is none: a caption, an
offer, the heading of the comments. A word that news use as well ("subscriber", "signed", "photo") counts only where
it stands as labels and buttons do: first in its line, alone, before a colon, or in a line that ends as no sentence.
"""

import re

LINE_CHARS = 300  # longer blocks are text, whatever words they hold
OFFER_CHARS = 130
DATED_CHARS = 90
POINTER_CHARS = 200
HEADING_CHARS = 60
CAPTION_CHARS = 500
CREDIT_CHARS = 70  # the credit stands in the last characters of a caption
PRICE_CHARS = 30  # a line of this length that holds a price is one

# An initial ("Egede, Múte B.") ends no sentence.
_SENTENCE_END = re.compile(r"(?<!\b[A-ZÀ-ÖØ-Þ])[.!?…‥。！？．।؟۔။។][\"'”“’»«›)\]」』）】]*(?=\s|$)|[。！？][^\s]")
_FULL_STOP = re.compile(r"(?<!\.)[.。।۔።][\"'”“’»)]?$")
_CLOSED = re.compile(r"[.!?…‥。！？．।؟۔။។:：][\"'”“’»«›)\]」』）】*]*$")


def _any(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


_PRICE = re.compile(r"[$€£¥₹₩₽₺₫฿₪₴₦]\s?\d|\d[\d.,]{0,9}\s?(?:€|£|₽|zł|kr\b|Kč|円|元|원|руб|грн|USD|EUR|GBP|CHF)")
_SUBSCRIBE = _any(
    r"\b(?:subscri(?:be|ption|ber)|unlimited (?:digital )?access|cancel any\s?time|free trial)",
    r"\b(?:abonn|abo\b|jetzt testen|prenumer|tilaa|tilauks)",
    r"\b(?:suscr[ií]b|suscripci|suscriptor|assin(?:e|ante|atura)|abbona)",
    r"\b(?:předpl|predplat|előfizet|prenumerat|abonament|üyeli|abone)",
    r"подпишитесь|подписк|подписывайтесь|підпишіться|підписк|передплат",
    r"購読|有料会員|会員登録|会員限定|订阅|訂閱|付费阅读|구독|회원\s?가입",
    r"सदस्यता लें|सब्सक्राइब|اشترك|الاشتراك|اشتراک|מנוי",
)
_SUBSCRIPTION = re.compile(_SUBSCRIBE, re.IGNORECASE)
_OFFER_WORDS = _any(
    _SUBSCRIBE,
    r"\b(?:sign up|newsletters?|log ?in)\b",
    r"\b(?:anmelden|einloggen|connexion|iniciar sesión)\b",
)
_OFFER = re.compile(_OFFER_WORDS, re.IGNORECASE)
_BUTTON = re.compile(
    rf"\W{{0,3}}(?:(?:get|join|our|unser(?:en)?|jetzt|zum|click to|please) )?{_OFFER_WORDS}(?!s\b)", re.IGNORECASE
)

_PICTURE_LABEL = _any(
    r"\b(?:photos?|photographs?|photo credit|image|picture|pic|credit)",
    r"\b(?:foto(?:graf[ií]a|s|grafie)?|imagen|imagem|immagine|bild(?:quelle|rechte|nachweis)?|grafik|archiv)",
    r"\b(?:crédits?(?: photo)?|kuva|kép|fotó|fotoğraf|zdj|fot)",
    r"фото|写真|図|图|圖|图片|照片|사진|फोटो|صورة|ภาพ|צילום",
)
_CREDIT = re.compile(
    _any(
        rf"{_PICTURE_LABEL}(?: by)?\s?[:：/＝=©]",
        r"©|\(c\)",
        r"\b(?:getty(?: images)?|shutterstock|istock(?:photo)?|alamy|imago(?: images)?|picture[- ]alliance)\b.{0,30}$",
        r"\(ap photo\b|(?-i:\bREUTERS/[A-Z][a-z])|\bvia (?:ap|afp|reuters|getty)\b|\bphoto by\b",
        r"\w \w[\w.'’-]{1,30}\s?/\s?(?:ap|afp|epa|reuters|pti|dpa|keystone|anp|tt|ntb)\s?\)?$",
        r"(?-i:[^\W\d_]\.(?:AFP|AP|EFE|EPA|ANSA|LUSA|REUTERS|Reuters|dpa))$",  # glued: "... in Qatar.AFP"
        r"(?:提供|撮影|[拍]?摄|攝)\s?[)）]?$",
    ),
    re.IGNORECASE,
)
# A year alone is no date ("Elections 2024"); a day, a month's name or a clock stands beside it.
_DATED = re.compile(
    r"(?<!\d)\d{1,2}\D{1,20}(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d[-/.年년 ]{1,2}\d{1,2}|"
    r"(?<!\d)\d{1,2}[:h]\d\d(?!\d)|(?<!\d)\d{1,2}\.\d\d(?= ?(?:Uhr|[ap]\.?m\b|CES?T))|"
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\s?[月日時시월일]|"
    r"\b\d{1,2} (?:min|hour|day|week|month|year|Std|Stund|Tag|heure|jour|hora|día|dia|ore|giorn)"
)
_POINTER = re.compile(
    r"\W{0,3}"
    + _any(
        r"read (?:more|also|next)\b|also read\b|see also\b|more (?:from|about)\b|(?:watch|listen)\b.{0,3}[:|]",
        r"lesen sie (?:auch|hier|mehr|dazu)|lesen sie:|mehr (?:zum|zu) |lees (?:ook|meer)\b",
        r"läs (?:även|också|mer)\b|les også|læs også|lue myös",
        r"lire aussi|à lire\b|lee (?:también|más|además)|te puede interesar",
        r"leia (?:também|mais)|veja também|leggi anche",
        r"czytaj (?:także|też|więcej|również)|przeczytaj|čtěte|olvass|cite[sș]te (?:[sș]i|mai)|ayrıca oku",
        r"читайте|смотрите также|читать далее",
        r"関連記事|あわせて読|相关阅读|延伸阅读|관련기사|यह भी पढ़ें|ये भी पढ़ें|اقرأ (?:أيضا|المزيد)|קראו עוד",
    ),
    re.IGNORECASE,
)
_ADVERTISEMENT = re.compile(
    r"\W{0,3}"
    + _any(
        r"advertise?ment(?: \d)?(?: continues| - .{0,30})?|story continues(?: below)?.{0,20}|sponsored(?: content)?",
        r"anzeige|werbung|advertentie|reclame|annons|reklame|mainos|publicité|publicidad|publicidade|pubblicità",
        r"reklam[aă]?|hirdetés|реклама|広告|广告|廣告|광고|विज्ञापन|إعلان|פרסומת",
    )
    + r"\W{0,3}",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"\W{0,3}"
    + _any(
        r"related(?: (?:articles?|stories|news|content|posts|topics|links))?",
        r"recommended(?: (?:for you|stories|articles))?|more (?:stories|news|articles|from|on)\b.{0,40}",
        r"(?:you )?(?:may|might)(?: also)? (?:like|be interested).{0,20}",
        r"(?:most|trending|popular|latest|top)(?: (?:read|viewed|popular|now|stories|news|posts|articles))?",
        r"read next|up next|elsewhere on .{2,40}",
        r"das könnte sie auch interessieren|auch interessant|mehr zum thema|meistgelesen",
        r"weitere (?:artikel|themen|meldungen|nachrichten)|lees ook|meer over|gerelateerd",
        r"à lire aussi|sur le même sujet|articles? (?:liés|similaires)|les plus lus|dans la même rubrique",
        r"(?:también )?te puede interesar|(?:noticias|artículos) relacionad[oa]s|lo más (?:leído|visto)",
        r"leia também|veja também|você pode gostar|notícias relacionadas|mais lidas",
        r"potrebbe interessarti|articoli correlati|leggi anche",
        r"läs (?:mer|också)|les også|læs også|lue myös|czytaj także|zobacz także|související|mohlo by vás",
        r"ilgili haberler|читайте также|(?:материалы )?по теме|читайте також|διαβάστε",
        r"関連記事|おすすめ記事|アクセスランキング|相关(?:新闻|阅读|文章)|相關新聞|延伸閱讀",
        r"관련\s?기사|추천\s?기사|많이 본 뉴스|संबंधित ख़?बरें|اقرأ أيضا|مواضيع ذات صلة",
    )
    + r"[\s.…:：»>]{0,5}",
    re.IGNORECASE,
)
_RIGHTS = _any(
    r"all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|todos os direitos",
    r"tutti i diritti|alle rettigheter|все права защищены|无断转载|無断転載|版权所有|著作権",
)
_ENDS_PAGE = re.compile(
    rf".{{0,120}}(?:©|\(c\)|copyright)\s?(?:by |copyright )?.{{0,40}}?(?:(?:19|20)\d\d|{_RIGHTS})"
    rf"|\W{{0,3}}{_RIGHTS}.{{0,20}}$",
    re.IGNORECASE,
)
_ENDS_TEXT = re.compile(
    r"\W{0,3}(?:\d{1,5} )?"
    + _any(
        r"comments?|leave a (?:comment|reply)|join the (?:conversation|discussion)|share your thoughts.{0,20}",
        r"kommentare?|diskussion|diskutieren sie mit|reacties|kommentarer|kommentit",
        r"(?:laisser un )?commentaires?|comentarios?|deja (?:un|tu) comentario|comentários?|commenti",
        r"komentarze|komentáře|hozzászólások|yorumlar|комментари[ий]|коментарі",
        r"コメント|评论|評論|댓글|تعليقات|टिप्पणियां",
    )
    + r"(?: ?\(?\d{0,5}\)?)\W{0,3}",
    re.IGNORECASE,
)
_KEYWORD_LABEL = re.compile(
    r"\W{0,3}"
    + _any(
        r"tags?|topics?|keywords?|filed under|related topics|more on(?: this)?",
        r"themen|schlagw[oö]rter|stichw[oö]rter|trefwoorden|onderwerpen|ämnen|emneord|emner|aiheet|avainsanat",
        r"thèmes?|mots[- ]clés|sujets|etiquetas|temas|tópicos|palavras-chave|argomenti",
        r"tagi|tematy|témata|címkék|etichete|etiketler|теги|темы|метки|теми",
        r"タグ|キーワード|标签|标籤|標籤|关键词|關鍵字|태그|टैग|विषय|الوسوم|كلمات مفتاحية|תגיות",
    )
    + r"\s?[:：]?\W{0,3}",
    re.IGNORECASE,
)
_BYLINE_LABEL = re.compile(
    r"\W{0,2}"
    + _any(
        r"by|author(?: of the article)?|written by|reporter|von|text|autor(?:in|a|e)?|door|av|af|od|przez",
        r"par|auteur|texte|por|de|texto|di|testo|автор|текст|作者|記者|记者|文|기자|लेखक|الكاتب|כותב",
    )
    + r"\s?[:：]?",
    re.IGNORECASE,
)


def sentences(text: str) -> int:
    """Sentence ends in `text`."""
    return len(_SENTENCE_END.findall(text))


def is_closed(text: str) -> bool:
    """Whether it ends as a sentence does, or with a colon."""
    return _CLOSED.search(text[-12:]) is not None


def ends_in_stop(text: str) -> bool:
    """Whether it ends with a full stop, which headlines avoid; other marks they have."""
    return _FULL_STOP.search(text[-4:]) is not None


def has_price(text: str) -> bool:
    """An amount with a currency among its first characters."""
    return _PRICE.search(text[:LINE_CHARS]) is not None


def is_price(text: str) -> bool:
    """A line that holds little but a price."""
    return len(text) < PRICE_CHARS and has_price(text)


def is_offer(text: str) -> bool:
    """Something to subscribe or to log in to; or a price alone. A short sentence about subscribers is none."""
    return is_button(text) or (len(text) <= OFFER_CHARS and not is_closed(text) and _OFFER.search(text) is not None)


def is_button(text: str) -> bool:
    """A price, or a line that begins as an offer does."""
    return is_price(text) or (len(text) <= OFFER_CHARS and _BUTTON.match(text) is not None)


def is_subscription(text: str) -> bool:
    """An offer to pay for reading: a newsletter is none."""
    return is_price(text) or (len(text) <= LINE_CHARS and _SUBSCRIPTION.search(text) is not None)


def is_dated(text: str) -> bool:
    """A short line that carries a date or a time of day: a dateline, the head of a comment, a teaser."""
    return len(text) <= DATED_CHARS and _DATED.search(text) is not None


def is_caption(text: str) -> bool:
    """A picture's caption: its last words credit somebody."""
    return len(text) <= CAPTION_CHARS and _CREDIT.search(text[-CREDIT_CHARS:]) is not None


def is_aside(text: str) -> bool:
    """A line that points elsewhere (`Read more: ...`) or marks an advertisement."""
    if len(text) <= HEADING_CHARS and _ADVERTISEMENT.fullmatch(text):
        return True
    return len(text) <= POINTER_CHARS and _POINTER.match(text) is not None


def is_related_heading(text: str) -> bool:
    """The heading over teasers of other articles."""
    return len(text) <= HEADING_CHARS and _RELATED.fullmatch(text) is not None


def ends_page(text: str) -> bool:
    """A copyright line with a year or a reservation of rights; `© AFP` under a picture is none."""
    return len(text) <= LINE_CHARS and _ENDS_PAGE.match(text) is not None


def ends_text(text: str) -> bool:
    """The heading of the readers' comments."""
    return len(text) <= HEADING_CHARS and _ENDS_TEXT.fullmatch(text) is not None


def is_keyword_label(text: str) -> bool:
    """`Tags:`, alone."""
    return len(text) <= HEADING_CHARS and _KEYWORD_LABEL.fullmatch(text) is not None


def is_byline_label(text: str) -> bool:
    """`By` or `Author:`, alone in a line: the name follows."""
    return len(text) <= HEADING_CHARS and _BYLINE_LABEL.fullmatch(text) is not None
