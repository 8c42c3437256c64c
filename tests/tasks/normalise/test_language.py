"""Languages: by script, by the detector, with the page's word between siblings, and unknown rather than wrong."""

import time

import pytest

from tasks.normalise import language as module
from tasks.normalise.language import language

SENTENCES = {
    "en": "The council decided on Monday to rebuild the old bridge over the river before the winter begins.",
    "de": "Der Stadtrat beschloss am Montag, die alte Brücke über den Fluss noch vor dem Winter zu erneuern.",
    "fr": "Le conseil municipal a décidé lundi de reconstruire le vieux pont avant le début de l'hiver.",
    "es": "El ayuntamiento decidió el lunes reconstruir el viejo puente sobre el río antes del invierno.",
    "pt": "A câmara municipal decidiu na segunda-feira reconstruir a velha ponte sobre o rio antes do inverno.",
    "it": "Il consiglio comunale ha deciso lunedì di ricostruire il vecchio ponte sul fiume prima dell'inverno.",
    "nl": "De gemeenteraad besloot maandag de oude brug over de rivier nog voor de winter te vernieuwen.",
    "pl": "Rada miasta postanowiła w poniedziałek odbudować stary most na rzece jeszcze przed zimą.",
    "tr": "Belediye meclisi pazartesi günü nehrin üzerindeki eski köprüyü kıştan önce yenilemeye karar verdi.",
    "ru": "Городской совет решил в понедельник восстановить старый мост через реку до наступления зимы.",
    "uk": "Міська рада вирішила в понеділок відновити старий міст через річку ще до початку зими.",
    "ar": "قرر المجلس البلدي يوم الاثنين إعادة بناء الجسر القديم فوق النهر قبل بداية فصل الشتاء",
    "hi": "नगर परिषद ने सोमवार को सर्दियों से पहले नदी पर बने पुराने पुल को फिर से बनाने का फैसला किया",
    "ja": "市議会は月曜日、冬が始まる前に川にかかる古い橋を架け替えることを決めた。",
    "zh": "市议会星期一决定，在冬季开始之前重建河上的旧桥，并增加公共交通的投入。",
    "ko": "시의회는 월요일 겨울이 시작되기 전에 강 위의 낡은 다리를 다시 짓기로 결정했다.",
    "th": "สภาเมืองตัดสินใจเมื่อวันจันทร์ที่จะสร้างสะพานเก่าข้ามแม่น้ำใหม่ก่อนฤดูหนาว",
    "el": "Το δημοτικό συμβούλιο αποφάσισε τη Δευτέρα να ανακατασκευάσει την παλιά γέφυρα πριν τον χειμώνα.",
    "he": "מועצת העיר החליטה ביום שני לבנות מחדש את הגשר הישן מעל הנהר לפני החורף",
    "ka": "საკრებულომ ორშაბათს გადაწყვიტა ძველი ხიდის აღდგენა ზამთრის დაწყებამდე",
}


@pytest.mark.parametrize("wanted", SENTENCES)
def test_a_sentence_is_named(wanted):
    """One sentence of prose suffices, with nothing declared, and with a wrong declaration."""
    assert language(SENTENCES[wanted]) == wanted
    assert language(SENTENCES[wanted], ["en-US" if wanted != "en" else "de"]) == wanted


@pytest.mark.parametrize("text", ["", "   ", "12345 67890", "OK", "Foto 3", "FC 2:1", "Bahn", "www.example.com"])
def test_too_little_text_has_no_language(text):
    """Below five words even a sure detector errs too often: unknown, whatever the page declares."""
    assert language(text, ["en"]) is None


def test_a_quotation_in_latin_letters_does_not_hide_the_script():
    """The main script of the letters decides, not every letter."""
    assert language("Ο πρωθυπουργός είπε «yes we can» και έφυγε από την αίθουσα") == "el"


def test_siblings_are_settled_by_the_page():
    """A line that is Danish as well as Norwegian is what the page says it is."""
    text = "Statsministeren var i går i Oslo og i København for at tale om en ny aftale"
    assert language(text, ["da-DK"]) == "da"
    assert language(text, ["nb-NO"]) == "no"


def test_the_declaration_does_not_overrule_the_text():
    """English text on a page that says German stays English."""
    assert language(SENTENCES["en"], ["de-DE", "de"]) == "en"


def test_hindi_is_not_marathi_and_chinese_not_japanese():
    """A Chinese text with one kana in a name stays Chinese."""
    assert language("日本电视剧《の》在北京播出，市议会星期一决定重建河上的旧桥，并增加公共交通的投入。") == "zh"


def test_the_model_loads_in_time_and_once():
    """It is loaded in every worker: well under two seconds even on a busy machine, and kept."""
    module._identifier.cache_clear()
    started = time.process_time()
    language(SENTENCES["de"])
    assert time.process_time() - started < 2
    before = module._identifier()
    language(SENTENCES["fr"])
    assert module._identifier() is before
