"""Words by which lines of a dump say what they are: few, in many languages, always on short lines or at their head.

Shape decides wherever it can (`dump_body`); these settle what has the shape of text and is none: a caption, an
offer, the heading of the comments.
"""

import re

_PRICE = re.compile(
    r"[$€£¥₹₩₽₺₫฿₪₴₦]\s?\d|\d[\d.,]{0,9}\s?(?:€|£|₽|zł|kr\b|Kč|円|元|원|руб|грн|USD|EUR|GBP|CHF)"
)
_OFFER = re.compile(
    r"\b(?:subscri(?:be|ption|ber)|sign up|newsletter|free trial|cancel any\s?time|unlimited access|log ?in\b|"
    r"abonn|abo\b|jetzt testen|suscr[ií]b|suscripci|assin(?:e|atura)|abbona|prenumer|tilaa|tilauks|předpl|predplat|"
    r"előfizet|abonament|üyeli|abone)|подпис|підпис|購読|会員|订阅|訂閱|会员|구독|회원|सब्सक्राइब|सदस्यता|اشترك|الاشتراك|اشتراک|הירש|מנוי",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:\b(?:photos?|foto(?:graf[ií]a|s|grafie)?|fotó|fotoğraf|image|imagen|imagem|immagine|bild(?:quelle)?|picture|pic|credit|"
    r"crédit(?:s| photo)?|kuva|kép|zdj|fot|archiv(?:e|o|bild)?|quelle|copyright)\s?[.:/©]|©|\(c\)|фото|写真|図|图|圖|사진|"
    r"फोटो|صورة|עכס|צילום|(?:getty|reuters|shutterstock|istock|afp|epa|ap)(?: images)?\s?\)?$|/\s?(?:ap|afp|reuters|getty|epa|pti|dpa)\b)",
    re.IGNORECASE,
)
CAPTION_COLUMNS = 500
CAPTION_CREDIT_CHARS = 70  # the credit stands in the last characters of a caption
_ASIDE = re.compile(
    r"(?:\W{0,3})(?:read (?:more|also|next)|also read|see also|related|more (?:from|on|about|stories)|recommended|"
    r"advertis(?:e)?ment|story continues|sponsored|watch\b.{0,3}:|listen\b.{0,3}:|"
    r"lesen sie|mehr (?:zum|zu|aus)|anzeige\b|werbung|lire aussi|à lire|publicité|lee (?:también|más|además)|te puede|publicidad|"
    r"leia (?:também|mais)|veja também|leggi anche|pubblicità|lees (?:ook|meer)|läs (?:även|också|mer)|les også|læs også|lue myös|"
    r"czytaj|przeczytaj|čtěte|olvass|citeste|citește|ayrıca|читайте|смотрите|читать|реклама|"
    r"関連記事|あわせて読|広告|相关阅读|延伸阅读|更多|관련기사|यह भी पढ़ें|ये भी पढ़ें|اقرأ|إعلان|המשך)",
    re.IGNORECASE,
)
ASIDE_COLUMNS = 200
_ENDS_PAGE = re.compile(
    r"(?:\W{0,3})(?:©|\(c\)\s|copyright\b|all rights reserved|alle rechte|tous droits|todos los derechos|todos os direitos|"
    r"tutti i diritti|все права)|.{0,120}(?:©\s?(?:19|20)\d\d|all rights reserved|copyright ©)",
    re.IGNORECASE,
)
_ENDS_TEXT = re.compile(
    r"\W{0,3}(?:\d{1,5} )?(?:comments?|leave a (?:comment|reply)|join the (?:conversation|discussion)|kommentare?|diskussion|"
    r"(?:laisser un )?commentaires?|comentarios?|deja (?:un comentario|tu comentario)|comentários?|commenti|reacties|kommentarer|"
    r"kommentit|komentarze|komentáře|hozzászólások|yorumlar|комментари[ий]|коментарі|コメント|评论|評論|댓글|تعليقات)"
    r"(?: ?\(?\d{0,5}\)?)\W{0,3}",
    re.IGNORECASE,
)
_HEAD = 300  # characters looked at


def has_price(text: str) -> bool:
    return _PRICE.search(text[:_HEAD]) is not None


def is_offer(text: str) -> bool:
    """A subscription or newsletter offered: the word on a short line, or a price of its own."""
    if len(text) > _HEAD:
        return False
    return _OFFER.search(text) is not None or (len(text) < 30 and has_price(text))


def is_caption(text: str) -> bool:
    """A picture's caption: its last words credit somebody."""
    return len(text) <= CAPTION_COLUMNS and _CAPTION.search(text[-CAPTION_CREDIT_CHARS:]) is not None


def is_aside(text: str) -> bool:
    """A line that points elsewhere (`Read more: ...`) or marks an advertisement."""
    return len(text) <= ASIDE_COLUMNS and _ASIDE.match(text) is not None


def ENDS_PAGE(text: str) -> bool:
    return len(text) <= _HEAD and _ENDS_PAGE.match(text) is not None


def ENDS_TEXT(text: str) -> bool:
    return len(text) <= 60 and _ENDS_TEXT.fullmatch(text) is not None
