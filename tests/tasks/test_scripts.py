"""Pages in ten languages of nine scripts come through whole, from bytes to the article."""

from datetime import date
from pathlib import Path

import pytest

from tasks.article import make_article
from tasks.registry import load_registry
from tests.tasks.extract.story import capture

REGISTRY = load_registry(Path(__file__).parents[2] / "seeds")
# language: (headline, paragraphs, least and most words of the text by the rule of its script)
PAGES: dict[str, tuple[str, tuple[str, ...], int, int]] = {
    "ja": ("夜の渡し船が古い港に戻る", (
        "夜の渡し船が六月一日から再び湾を渡ることになったと、港の事務所が火曜日に発表した。",
        "北の桟橋が乗客にとって危険だと分かってから、船は十一年のあいだ岸につながれたままだった。",
        "技術者たちは冬のあいだに四十本の杭を取り替え、四月に桟橋を試した。"), 40, 120),
    "zh": ("夜间渡轮重返老港口", (
        "港务局星期二宣布，夜间渡轮将从六月一日起重新横渡海湾。",
        "北码头被发现对乘客不安全以后，这条船已经停航了十一年。",
        "工程师在冬天更换了四十根木桩，并在四月测试了栈桥。"), 30, 90),
    "ko": ("밤 나룻배가 옛 항구로 돌아온다", (
        "밤 나룻배가 유월 일일부터 다시 만을 건너게 된다고 항만 사무소가 화요일에 발표했다.",
        "북쪽 부두가 승객에게 위험하다는 사실이 밝혀진 뒤 배는 십일 년 동안 묶여 있었다.",
        "기술자들은 겨울 동안 말뚝 마흔 개를 갈고 사월에 선착장을 시험했다."), 25, 45),
    "ar": ("عبّارة الليل تعود إلى الميناء القديم", (
        "أعلن مكتب الميناء يوم الثلاثاء أن عبّارة الليل ستعبر الخليج من جديد ابتداء من أول حزيران.",
        "وكانت العبّارة متوقفة منذ أحد عشر عاما بعد أن تبين أن الرصيف الشمالي خطر على الركاب.",
        "واستبدل المهندسون أربعين عمودا خلال الشتاء واختبروا المرسى في نيسان."), 30, 50),
    "hi": ("रात की नाव पुराने बंदरगाह पर लौटी", (
        "बंदरगाह कार्यालय ने मंगलवार को कहा कि रात की नाव एक जून से फिर खाड़ी पार करेगी।",
        "उत्तरी घाट यात्रियों के लिए असुरक्षित पाए जाने के बाद नाव ग्यारह साल तक खड़ी रही।",
        "इंजीनियरों ने सर्दियों में चालीस खंभे बदले और अप्रैल में घाट की जाँच की।"), 35, 60),
    "he": ("מעבורת הלילה חוזרת לנמל הישן", (
        "משרד הנמל הודיע ביום שלישי כי מעבורת הלילה תחצה שוב את המפרץ החל מהאחד ביוני.",
        "המעבורת עגנה במשך אחת עשרה שנים לאחר שהתברר כי המזח הצפוני אינו בטוח לנוסעים.",
        "המהנדסים החליפו ארבעים עמודים במשך החורף ובדקו את הרציף באפריל."), 25, 50),
    "el": ("Το νυχτερινό πλοίο επιστρέφει στο παλιό λιμάνι", (
        "Το νυχτερινό πλοίο θα διασχίζει ξανά τον κόλπο από την πρώτη Ιουνίου, είπε την Τρίτη το λιμεναρχείο.",
        "Ήταν δεμένο έντεκα χρόνια, αφού η βόρεια προβλήτα κρίθηκε επικίνδυνη για τους επιβάτες.",
        "Οι μηχανικοί άλλαξαν σαράντα πασσάλους τον χειμώνα και δοκίμασαν την αποβάθρα τον Απρίλιο."), 35, 55),
    "ru": ("Ночной паром возвращается в старую гавань", (
        "Ночной паром снова пойдёт через залив с первого июня, сообщила во вторник контора порта.",
        "Он простоял одиннадцать лет, после того как северный причал признали опасным для пассажиров.",
        "Инженеры за зиму заменили сорок свай и в апреле испытали пристань."), 30, 50),
    "tr": ("Gece vapuru eski limana dönüyor", (
        "Liman idaresi salı günü gece vapurunun bir hazirandan itibaren körfezi yeniden geçeceğini söyledi.",
        "Kuzey iskelesinin yolcular için güvensiz olduğu anlaşılınca vapur on bir yıl bağlı kalmıştı.",
        "Mühendisler kış boyunca kırk kazığı değiştirdi ve nisanda iskeleyi denedi."), 28, 50),
    "th": ("เรือข้ามฟากกลางคืนกลับมายังท่าเรือเก่า", (
        "สำนักงานท่าเรือกล่าวเมื่อวันอังคารว่าเรือข้ามฟากกลางคืนจะข้ามอ่าวอีกครั้งตั้งแต่วันที่หนึ่งมิถุนายน",
        "เรือจอดอยู่สิบเอ็ดปีหลังจากพบว่าท่าเรือด้านเหนือไม่ปลอดภัยสำหรับผู้โดยสาร",
        "วิศวกรเปลี่ยนเสาเข็มสี่สิบต้นในช่วงฤดูหนาวและทดสอบท่าเทียบเรือในเดือนเมษายน"), 30, 90),
}  # fmt: skip
ENCODINGS = {"ja": "shift_jis", "zh": "gb18030", "ko": "euc-kr", "ru": "windows-1251", "th": "utf-8"}


def html_of(language: str, charset: str) -> bytes:
    headline, paragraphs, _, _ = PAGES[language]
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    direction = "rtl" if language in ("ar", "he") else "ltr"
    text = (
        f'<html lang="{language}" dir="{direction}"><head><meta charset="{charset}"><title>{headline}</title>'
        '<meta property="article:published_time" content="2024-05-07T09:30:00+02:00"></head>'
        f'<body><nav><a href="/">1</a></nav><article><h1>{headline}</h1>{body}</article></body></html>'
    )
    return text.encode(charset)


@pytest.mark.parametrize("language", sorted(PAGES))
@pytest.mark.parametrize("own_charset", [False, True])
def test_a_page_comes_through_whole(language, own_charset):
    """Headline, every paragraph, language, day, and a count of words that fits the script; in old charsets as well."""
    headline, paragraphs, least, most = PAGES[language]
    charset = ENCODINGS.get(language, "utf-8") if own_charset else "utf-8"
    found = make_article(capture(html_of(language, charset), "text/html"), REGISTRY)
    assert found.title == headline
    assert found.text == "\n\n".join(paragraphs)
    assert (found.language or "").split("-")[0] == language
    assert found.published.date == date(2024, 5, 7)
    assert least <= found.word_count <= most
