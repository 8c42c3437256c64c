"""Reading one raw date: many dresses, nothing made up."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is tested here

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.normalise.date_reading import MAX_RAW, Reading, read_date
from tasks.normalise.date_zones import load_abbreviations

CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)
ABBREVIATIONS = load_abbreviations(Path(__file__).parents[3] / "seeds" / "timezone_abbreviations.csv")


def read(raw: str, country: str | None = None, language: str = "en", zone: str | None = None) -> Reading | None:
    return read_date(
        raw,
        zone=ZoneInfo(zone) if zone else None,
        country=country,
        languages=(language,),
        abbreviations=ABBREVIATIONS,
        captured_at=CAPTURED,
    )


def spelled(raw: str, **place: str) -> str | None:
    """`2016-07-15 14:07 +330` for a reading to the minute; seconds and offset only where they are stated."""
    reading = read(raw, **place)
    if reading is None:
        return None
    clock = (
        "" if reading.clock is None else f" {reading.clock:{'%H:%M:%S' if reading.precision == 'second' else '%H:%M'}}"
    )
    return f"{reading.day}{clock}" + ("" if reading.offset_minutes is None else f" {reading.offset_minutes:+d}")


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("2021-03-04T10:11:12Z", "2021-03-04 10:11:12 +0"),
        ("2021-03-04T10:11:12.123456789+0530", "2021-03-04 10:11:12 +330"),
        ("2021-03-04T10:11:12 +0100", "2021-03-04 10:11:12 +60"),
        ("2021-03-04T10:11+05", "2021-03-04 10:11 +300"),
        ("2021-03-04T08:00Z", "2021-03-04 08:00 +0"),
        ("2021-03-04 10:11:12", "2021-03-04 10:11:12"),
        ("2021-03-04T10:11:12-03:30", "2021-03-04 10:11:12 -210"),
        ("2021-03-04T10:11-03:00", "2021-03-04 10:11 -180"),
        ("2021-03-04T10:11-0300", "2021-03-04 10:11 -180"),
        ("2021-03-04T10:11:5Z", "2021-03-04 10:11:05 +0"),
        ("2022-05-11T4:10:00", "2022-05-11 04:10:00"),
        ("2022-5-5 22:17:36", "2022-05-05 22:17:36"),
        ("2023-11-02T20-59-53Z", "2023-11-02 20:59:53 +0"),
        ("2020-08-25|00h23", "2020-08-25 00:23"),
        ("20210304T101112Z", "2021-03-04 10:11:12 +0"),
        ("20200516T14:51:53Z", "2020-05-16 14:51:53 +0"),
        ("20210304", "2021-03-04"),
        ("2021-03-04", "2021-03-04"),
        ("2021-03-04T24:00:00", "2021-03-04"),
        ("1646402700", "2022-03-04 14:05:00 +0"),
        ("1646402700123", "2022-03-04 14:05:00 +0"),
    ],
)
def test_iso_8601_in_all_dress_and_unix_time(raw, want):
    """Fractions, short offsets, spaces and single digits as machines write them."""
    assert spelled(raw) == want


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("Thu, 04 Mar 2021 14:05:00 GMT", "2021-03-04 14:05:00 +0"),
        ("Wed, 3 Mar 2021 10:00:00 +0000 (UTC)", "2021-03-03 10:00:00 +0"),
        ("Tue Feb 20 2018 01:00:00 GMT+0100 (Central European Standard Time)", "2018-02-20 01:00:00 +60"),
        ("Sat Oct 25 15:26:09 CEST 2025", "2025-10-25 15:26:09 +120"),
        ("Nov. 18, 2019, 4:06 p.m.", "2019-11-18 16:06"),
        ("11:20 a.m. March 4, 2021", "2021-03-04 11:20"),
        ("12:05 am, 4th of March 2021", "2021-03-04 00:05"),
        ("March 4, 2021 2 PM", "2021-03-04 14:00"),
        ("Jan. 3, 2023 3:04am", "2023-01-03 03:04"),
        ("April 5, 2022 at 8:30 PM ET", "2022-04-05 20:30 -240"),
        ("10-Nov-2000", "2000-11-10"),
        ("15-Jul-16", "2016-07-15"),
        ("22 Sep,2021 1632hrs IST", "2021-09-22 16:32 +330"),
        ("Jun 17, 2019 um 12:26 PDT", "2019-06-17 12:26 -420"),
        ("Published 4 March 2021 | 5 comments", "2021-03-04"),
    ],
)
def test_english_and_mail_dates(raw, want):
    """RFC 822, month names in any order, twelve-hour clocks, zones by word."""
    assert spelled(raw) == want


@pytest.mark.parametrize(
    ("raw", "language", "want"),
    [
        ("3 mars 2021 à 14h05", "fr", "2021-03-03 14:05"),
        ("1er août 2021", "fr", "2021-08-01"),
        ("12.03.2020, 14:12 Uhr", "de", "2020-03-12 14:12"),
        ("4. Jänner 2021 um 14.30 Uhr", "de", "2021-01-04 14:30"),
        ("3 de marzo de 2021 2:05 p. m.", "es", "2021-03-03 14:05"),
        ("5 de março de 2023 às 10h30", "pt", "2023-03-05 10:30"),
        ("14.05 3. mars 2021", "no", "2021-03-03 14:05"),
        ("4. maaliskuuta 2021 klo 9.05", "fi", "2021-03-04 09:05"),
        ("2021 m. kovo 4 d. 12:30", "lt", "2021-03-04 12:30"),
        ("2021. március 4. 12:30", "hu", "2021-03-04 12:30"),
        ("2021. gada 4. marts", "lv", "2021-03-04"),
        ("4 марта 2021, 14:05", "ru", "2021-03-04 14:05"),
        ("4 Şubat 2021 Perşembe 14:05", "tr", "2021-02-04 14:05"),
        ("3 Μαρτίου 2021, 2:05 μ.μ.", "el", "2021-03-03 14:05"),
        ("15 يوليو 2016 - 2:07 م", "ar", "2016-07-15 14:07"),
        ("15 كانون الثاني 2021", "ar", "2021-01-15"),
        ("٣ مارس ٢٠٢١", "ar", "2021-03-03"),
        ("१५ जुलाई २०१६, 14:05 IST", "hi", "2016-07-15 14:05 +330"),
        ("4 มีนาคม 2564 เวลา 14:05 น.", "th", "2021-03-04 14:05"),
        ("4 มี.ค. 2564", "th", "2021-03-04"),
        ("2021年3月4日(木) 14時05分", "ja", "2021-03-04 14:05"),
        ("2021年3月4日 午後2時5分", "ja", "2021-03-04 14:05"),
        ("令和3年3月4日", "ja", "2021-03-04"),
        ("2021.03.04 오후 2:05", "ko", "2021-03-04 14:05"),
        ("3 tháng 3, 2021 14:05", "vi", "2021-03-03 14:05"),
        ("Jum'at, 15 Mei 2020 10:05 WIB", "id", "2020-05-15 10:05 +420"),
        ("۲۱ اردیبهشت ۱۳۹۹ - ۱۸:۵۹", "fa", "2020-05-10 18:59"),
        ("۱۳۹۹/۱۲/۳۰", "fa", "2021-03-20"),
        ("2 تير 1399 - 12:09:08", "fa", "2020-06-22 12:09:08"),  # with the Arabic yeh
        ("15 ابريل 2016", "ar", "2016-04-15"),  # without its hamza
        ("15 تشرين الاول 2021", "ar", "2021-10-15"),
        ("5 בינואר 2022, 14:05", "he", "2022-01-05 14:05"),  # "in January"
        ("5. јануара 2022", "sr", "2022-01-05"),
        ("5. februarja 2022", "sl", "2022-02-05"),
        ("5. jaanuaril 2022", "et", "2022-01-05"),
        ("2022. gada 5. jūnijā", "lv", "2022-06-05"),
        ("2022ko urtarrilaren 5a", "eu", "2022-01-05"),
        ("5 फरवरी 2022", "hi", "2022-02-05"),  # without its nukta
        ("5 सितम्बर 2022", "hi", "2022-09-05"),
        ("১৬:২০, ১৬ ফেব্রুয়ারি ২০২০", "bn", "2020-02-16 16:20"),
        ("5 అక్టోబరు 2022", "te", "2022-10-05"),
        ("26 | 01 | 2022", "de", "2022-01-26"),
    ],
)
def test_dates_of_many_languages(raw, language, want):
    """Names, digits, calendars and half-day words of the languages that newsrooms write."""
    assert spelled(raw, language=language) == want


@pytest.mark.parametrize(
    "language", ["de", "fr", "es", "it", "nl", "sv", "pl", "cs", "tr", "uk", "id", "sw", "hi", "ar"]
)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_every_month_of_cldr_is_read_back(language, width):
    """What CLDR writes for a month is read as that month, in the publisher's language."""
    names = Locale.parse(language).months["format"][width]
    assert [read(f"4 {names[m]} 2021", language=language).day.month for m in range(1, 13)] == list(range(1, 13))


@pytest.mark.parametrize(
    ("raw", "country", "language", "want"),
    [
        ("02/03/2024", "US", "en", "2024-02-03"),
        ("02/03/2024", "GB", "en", "2024-03-02"),
        ("02/03/2024", "IN", "en", "2024-03-02"),
        ("02/03/2024", "BR", "pt", "2024-03-02"),
        ("02/03/2024", None, "fr", "2024-03-02"),
        ("12/31/2021", None, "en", "2021-12-31"),
        ("31/12/2021", "US", "en", "2021-12-31"),
        ("02.03.2024", None, "en", "2024-03-02"),
        ("11.18.19", "US", "en", "2019-11-18"),
        ("02.03.24", "DE", "de", "2024-03-02"),
        ("2024/3/2", "US", "en", "2024-03-02"),
    ],
)
def test_day_and_month_in_the_publishers_order(raw, country, language, want):
    """Numbers are read in the order of the publisher's country, then of its language."""
    reading = read(raw, country, language)
    assert (str(reading.day), reading.flags) == (want, ())


def test_an_order_that_nobody_can_know_is_flagged_with_both_days():
    """English without a country is written both ways."""
    reading = read("02/03/2024")
    assert (reading.day, reading.other_day) == (date(2024, 3, 2), date(2024, 2, 3))
    assert reading.flags == ("day_month_ambiguous",)


@pytest.mark.parametrize(
    "raw",
    [
        *("31/02/2024", "2020-02-30", "31 June 2020", "2024-13-01", "0001-01-01T00:00:00Z", "0", "1", "1970-01-01"),
        *("2 hours ago", "vor 3 Stunden", "yesterday", "14:05", "March 2021", "2021", "4 March", "2021-W10-4"),
        *("", "n/a", "1.234.567", "192.168.1.20", "version 2.10.3", "26/05/27", "4 March 1821", "x" * 200),
    ],
)
def test_what_is_no_full_date_is_not_read(raw):
    """No part is filled in from today; days that do not exist and relative times are nothing."""
    assert read(raw) is None


@pytest.mark.parametrize(("two", "year"), [("24", 2024), ("26", 2026), ("99", 1999), ("62", None), ("27", None)])
def test_two_digit_years_are_of_the_past(two, year):
    """The latest year that is not after the capture; nothing on the web is from the 1930s, or from before 1990."""
    reading = read(f"02.03.{two}", "DE", "de")
    assert (reading.day.year if reading else None) == year


@pytest.mark.parametrize(
    ("raw", "country", "zone", "offset", "flags"),
    [
        ("15 Jul 2016 14:07 IST", "IN", "Asia/Kolkata", 330, ()),
        ("15 Jul 2016 14:07 IST", "IE", "Europe/Dublin", 60, ()),
        ("15 Jul 2016 14:07 IST", "IL", None, 120, ()),
        ("15 Jul 2016 14:07 IST", None, None, 330, ("zone_assumed",)),
        ("15 Jul 2016 14:07 CST", "CN", "Asia/Shanghai", 480, ()),
        ("15 Jan 2016 14:07 CST", "US", "America/Chicago", -360, ()),
        ("15 Jul 2016 14:07 BST", "BD", "Asia/Dhaka", 360, ()),
        ("15 Jul 2016 14:07 BST", "GB", "Europe/London", 60, ()),
        ("15 Jul 2016 14:07 EST", "US", "America/New_York", -240, ("zone_conflict",)),
        ("15 Jul 2016 14:07 JST", None, None, 540, ()),
        ("15 Jul 2016 14:07 XYZ", "US", None, None, ()),
    ],
)
def test_zone_abbreviations_mean_what_the_country_means(raw, country, zone, offset, flags):
    """`IST`, `CST`, `BST` by country; the commonest meaning without one, flagged; `EST` in July is New York's clock."""
    reading = read(raw, country, zone=zone)
    assert (reading.offset_minutes, reading.flags) == (offset, flags)


@settings(deadline=None)  # the first call builds the tables of month names
@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2025, 12, 31)), st.integers(-48, 56))
def test_what_python_writes_as_iso_is_read_back(moment, quarters):
    """Every ISO timestamp with an offset in use is read to the second."""
    sign, minutes = ("-" if quarters < 0 else "+"), abs(quarters) * 15
    reading = read(f"{moment.isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}")
    assert reading.wall == moment.replace(microsecond=0)
    assert reading.offset_minutes == quarters * 15


@settings(deadline=None)  # the first call builds the tables of month names
@given(st.text(max_size=MAX_RAW))
def test_no_text_raises_or_reads_a_day_before_the_web(raw):
    """Whatever stands there, the answer is a date since 1990 or none."""
    reading = read(raw)
    assert reading is None or reading.day.year >= 1990


@settings(deadline=None)  # the first call builds the tables of month names
@given(
    st.lists(
        st.sampled_from(["4", "31", "2021", "March", "mai", ":", ".", "/", "-", " ", "12", "pm", "Z", "+05", "日"]),
        max_size=20,
    )
)
def test_no_heap_of_date_parts_raises(parts):
    """Parts in any order end in a reading whose clock exists, or in none."""
    reading = read("".join(parts))
    assert reading is None or reading.clock is None or time() <= reading.clock
