"""Lines of a text that are not part of the story: offers, contacts, copyright, dates and reading times.

An offer is told by two signs, a sentence that begins with asking and a place (a newsletter, an app, an address), so
that an article about newsletters keeps its sentences.
"""

import re

MAX_NOTICE = 350  # characters; longer blocks are prose
MAX_HEAD_LINE = 80  # characters of a date or reading time above a text
MAX_LABEL = 220  # characters of a line that points elsewhere; longer ones are paragraphs that begin with such words

_WHERE = (
    r"newsletters?|whats-?app|telegram|facebook|twitter|instagram|youtube|tiktok|linkedin|bluesky|threads|podcast"
    r"|inbox|e-?mail|apps?|kanal|channel|canal|posteingang|rss|google news|@\w{2,40}|https?://\S{3,200}"
)
_PRICE = (
    r"[$£€₹¥]\s?\d[\d.,]{0,9}\s?(?:/|a|per|an?)\s?(?:week|month|year)"
    r"|\d[\d.,]{0,9}\s?(?:€|euros?|eur|kr|zł|₽|円)\s?(?:/|im|pro|par|al|por|per|om|i)\s?"
    r"(?:woche|monat|jahr|semaine|mois|an|semana|mes|mês|año|ano|mese|anno|maand|måned|månad)"
)
_ASK = (
    r"order|subscribe|sign ?up|follow|join|download|get|click|share|contact|reach|send|e-?mail|write to|tell us|listen"
    r"|register|abonnier\w*|melden sie sich|folg\w{0,3}|hier entlang|klicken sie|schreiben sie|laden sie|bestellen"
    r"|erhalten sie|abonnez|inscri\w+|suivez|téléchargez|recevez|suscr[ií]b\w+|s[ií]gu[ea]\w*|descarg\w+|ún[ea]te"
    r"|reciba|recibe|escr[ií]b\w+|iscriv\w+|segui\w*|scarica|assine|siga|baixe|receba|inscreva\w*|clique"
    r"|abonneer|volg|meld je|prenumerera|følg|abonner|tilaa|zapisz|obserwuj|pobierz|přihlas\w*|sledujte"
    r"|подпи\w+|підпи\w+|читайте|abone|takip|登録|구독"
)
_ASKED_WHERE = re.compile(rf"(?:^|\W)(?:{_WHERE}|{_PRICE})(?:\W|$)", re.IGNORECASE)
_ASKS = re.compile(rf"(?:^|[.!?:;…]\s{{1,3}}|\n)[\W_]{{0,4}}(?:{_ASK})\b", re.IGNORECASE)
# What stands in place of a film or a post until the reader consents: content, shown, consent, and whom it asks.
_CONSENT_SIGNS = tuple(
    re.compile(rf"(?:^|\W)(?:{words})(?:\W|$)")
    for words in (
        r"(?i:inhalte?[ns]?|content|contenus?|contenidos?|conteúdos?|contenut[oi]|inhoud|innhold(?:et)?|innehåll(?:et)?"
        r"|indhold(?:et)?|videos?|vidéos?|tweets?|posts?|beitrag)",
        r"(?i:extern\w{0,3}|angezeigt|anzu(?:zeigen|sehen)|anzeigen|einblenden|eingebunden\w{0,2}|laden|geladen|load(?:ed)?"
        r"|display(?:ed)?|view|third.part(?:y|ies)|afficher|affichés?|mostrar|visualizz\w{1,5}|weergeven|tonen|bekijken"
        r"|vises?|visas?)",
        r"(?i:einverstanden|zustimm\w{1,5}|einwillig\w{1,5}|datenschutz\w{0,12}|cookies?|consent\w{0,4}|permission"
        r"|akzeptier\w{1,3}|accept\w{0,5}|accett\w{1,5}|acept\w{1,4}|aceit\w{1,4}|toestemming|samty[kc]k\w{0,3})",
        r"[Ii]ch|mir|Sie|Ihre[rnm]?|[Ww]ir|[Yy]ou|[Yy]our|[Ww]e|[Vv]ous|[Vv]otre|usted|su|tu|[Vv]ocê|[Uu]w?|[Dd]u|[Dd]in",
    )
)
_OWN_LINE = re.compile(
    r"\W{0,3}(?:https?://\S{1,300}|copyright\b.{0,200}|(?:©|ⓒ|\(c\)\s).{0,200}"
    r"|.{0,120}all rights reserved.{0,80}"
    r"|.{0,100}alle rechte vorbehalten.{0,80}"
    r"|(?:skip|jump) (?:to|navigation).{0,40}|(?:direkt )?zu[mr] (?:haupt)?(?:inhalt|navigation|suche).{0,40}"
    r"|aller (?:directement )?au (?:contenu|menu).{0,30}|(?:saltar|ir) al contenido.{0,30}|vai al contenuto.{0,30}"
    r"|(?:pular|ir) para o conteúdo.{0,30}|ga naar (?:de )?inhoud.{0,30}|hop(?:pa|p) til.{0,30}"
    r"|przejdź do treści.{0,30}"
    r"|ein klick für den datenschutz|(?:empfohlener )?(?:redaktioneller|externer) inhalt.{0,40}|link zum .{2,30}-inhalt"
    r"|an dieser stelle (?:finden sie|befindet sich|gibt es).{0,120}inhalt.{0,200}"
    r"|(?:hat (?:ihnen|dir) (?:der|dieser) (?:artikel|beitrag) gefallen|did you (?:like|enjoy) this (?:article|story)"
    r"|vous avez aimé cet article|¿te ha gustado (?:este artículo|esta noticia)|ti è piaciuto (?:questo )?articolo)"
    r".{0,250}"
    r"|この記事は(?:有料)?会員限定.{0,40}|.{0,30}(?:登録すると|会員登録できます|読み放題).{0,20}"
    r"|advertisement|anzeige|werbung|publicidad|publicité|pubblicità|reklam[ae]?|annonse?"
    r"|(?:subscribe|sign ?up|register|log ?in|join|donate|order|abonnieren|anmelden|s.abonner|suscr[ií]bete|assine)"
    r"(?: (?:now|here|today|free|jetzt|hier|ahora|aquí|agora|aqui))?"
    r"|(?:扫一扫|扫描|掃描|长按).{0,40}|.{0,30}(?:二维码|二維碼).{0,30}|(?:scan|scannen sie) .{0,40}qr.?code.{0,60}"
    r"|share (?:this|on).{0,60}|(?:\d{1,5} )?comments?|kommentare|tags?:.{0,200}"
    r"|(?:filed|posted) (?:under|in):?.{0,120}"
    r"|like this story\?.{0,80}|story continues below.{0,40}|article continues.{0,60}"
    r"|scroll (?:down )?to continue.{0,40}"
    r"|this (?:copy|article) is for your personal, non-commercial use only.{0,300}"
    r"|無断転載.{0,60}|.{0,60}무단.{0,4}전재.{0,60}|版权所有.{0,60})\W{0,3}",
    re.IGNORECASE | re.DOTALL,
)
_POINTER = re.compile(
    r"\W{0,3}(?:(?:read|see|watch|listen)(?: it)?(?: here)?(?: also| more| next| too)?|also read|more"
    r"|related(?: \w{1,12})?|don.t miss|les også|les mer|läs (?:också|mer|även)|læs også|lue myös"
    r"|lesen sie (?:auch|dazu|mehr|hier)"
    r"|mehr zum thema|mehr dazu|auch interessant|schon gelesen|le[ae](?: también| más)?|mira"
    r"|(?:le )?puede interesar|puedes ver|vea también|leia (?:também|mais)|à lire(?: aussi)?"
    r"|lire (?:aussi|également)|leggi anche|lees ook|czytaj (?:więcej|też|także)|zobacz (?:też|także)"
    r"|čtěte (?:také|též)|čítajte aj|читайте (?:також|также)|citește și|olvassa el)\W{0,3}(?:[:：?|>»–-]|$)",
    re.IGNORECASE,
)
_TAIL_LABELS = (
    r"(?:please )?(?:subscribe|sign ?up|sign in|log in|register)\b.{0,20}\bto (?:read on|read more|keep reading"
    r"|continue|unlock)\b.{0,30}|this (?:article|story) is for subscribers.{0,10}",
    r"(?:jetzt )?(?:weiterlesen|weiter lesen) mit .{0,40}|(?:lisez|lire) la suite.{0,40}|para seguir leyendo.{0,40}",
    r"related\b.{0,30}|more (?:from|on|stories|news)\b.{0,40}|most (?:read|popular)|recommended.{0,20}",
    r"you (?:may|might) (?:also )?(?:like|be interested).{0,20}|(?:what to )?read next|don.t miss|further reading",
    r"latest (?:news|stories)|(?:press |media )?contacts?|tags|categories",
    r"(?:weitere|mehr|ähnliche|verwandte|passende|neueste|top-?)\W?(?:themen|artikel|beiträge|meldungen|news).{0,40}",
    r"(?:weitere|mehr) (?:nachrichten|informationen).{0,40}|(?:das|dies).{0,20}könnte (?:dich|sie|euch) .{0,20}",
    r".{0,20}auch interessant|auch auf \w{2,20}.{0,10}|zum weiterlesen|schon gelesen|beiträge aus .{0,30}",
    r"meist-?gelesen.{0,20}|meist-?diskutiert.{0,20}|(?:presse-?)?kontakt|ansprechpartner\w{0,4}.{0,40}",
    r"kategorien|schlagw\w{2,5}|(?:también )?(?:le|te) (?:puede|puedes|podría) interesar",
    r"(?:contenidos?|notas?|noticias|artículos) relacionad\w{1,2}|temas|lo más (?:leído|visto)|contacto",
    r"sur le même (?:sujet|thème)|(?:articles|contenus) (?:liés|associés|similaires)|les plus lus",
    r"(?:articoli|notizie) correlat[ei]|potrebbe(?:ro)? interessarti.{0,20}|(?:leia|veja) também|mais lidas",
    r"notícias relacionadas|gerelateerd.{0,20}|meer over.{0,40}|lees meer|relaterade? .{0,20}|mest l(?:e|æ)st",
    r"(?:czytaj|zobacz) (?:także|też)|polecane|související.{0,20}|читайте также|関連記事|相关新闻|관련 ?기사",
    r"関連キーワード|おすすめ.{0,4}",
)
_TAIL_LABEL = re.compile(rf"\W{{0,3}}(?:{'|'.join(_TAIL_LABELS)})\W{{0,3}}", re.IGNORECASE)
# What announces a date that stands elsewhere, or nowhere: "Updated", "Veröffentlicht: | aktualisiert:".
_DATE_LABEL = (
    r"(?:last |first |zuletzt )?(?:updated?|published|posted|modified|aktualisiert|veröffentlicht|publi(?:é|cado|cada)"
    r"|actualizad[oa]|mis à jour|pubblicato|aggiornato|gepubliceerd|bijgewerkt|publicerad|uppdaterad|publisert"
    r"|oppdatert"
    r"|opublikowano|aktualizacja|опубликовано|обновлено|atualizad[oa])(?: (?:on|am|le|el|il|op|em))?"
)
_DATE_LABELS = re.compile(rf"\W{{0,3}}{_DATE_LABEL}(?:\W{{1,5}}{_DATE_LABEL})?\W{{0,3}}", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}(?:\b|[ap]m\b)|\b(?:19|20)\d\d\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}年")
_READING_TIME = re.compile(
    r"\W{0,3}(?:[^\W\d]{1,15}\W{1,3}){0,4}\d{1,2}\W{0,2}min(?:\b|ut)|\d{1,2}\s{0,2}分(?:钟|で)", re.IGNORECASE
)
_TIME_END = re.compile(r"\d\s?(?:h|hs|hrs?|[ap]\.?\s?m|uhr)(?:\s(?-i:[A-Z]{2,5}))?\.$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？।؟:][\"'”’»)\]」]{0,2}$")


def is_notice(text: str) -> bool:
    """An offer (`Sign up for our newsletter`), a copyright line, a bare address or label."""
    if len(text) > MAX_NOTICE:
        return False
    if _OWN_LINE.fullmatch(text) or (_ASKED_WHERE.search(text) and _ASKS.search(text)):
        return True
    return all(sign.search(text) for sign in _CONSENT_SIGNS)


def is_pointer(text: str) -> bool:
    """A line such as `Read more: ...`."""
    return len(text) <= MAX_LABEL and _POINTER.match(text) is not None


def is_head_line(text: str) -> bool:
    """A date, time or reading time above a text: short, dated, no sentence; or the label of a date alone."""
    if len(text) <= MAX_HEAD_LINE and _DATE_LABELS.fullmatch(text):
        return True
    if len(text) > MAX_HEAD_LINE or is_sentence(text):
        return False
    return _CLOCK.search(text) is not None or _READING_TIME.match(text) is not None


def is_sentence(text: str) -> bool:
    """It ends like a sentence, not like a time of day (`at 9 a.m.`, `11:04 h.`)."""
    return _SENTENCE_END.search(text) is not None and _TIME_END.search(text) is None


def is_tail_label(text: str) -> bool:
    """A heading such as `Related articles`: what follows it at the end of a text is another matter."""
    return len(text) <= MAX_HEAD_LINE and _TAIL_LABEL.fullmatch(text) is not None
