"""The decision: which date was the first publication, and what is said when nobody can know."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is tested here

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.model import DateEvidence, Published
from tasks.normalise.date_zones import load_abbreviations
from tasks.normalise.dates import explain, published, updated

CAPTURED = datetime(2024, 9, 1, tzinfo=UTC)
ABBREVIATIONS = load_abbreviations(Path(__file__).parents[3] / "seeds" / "timezone_abbreviations.csv")
PLACES = {
    "IN": ("Asia/Kolkata", "IN", ("en",)),
    "DE": ("Europe/Berlin", "DE", ("de",)),
    "US": ("America/New_York", "US", ("en",)),
    "AU": ("Australia/Sydney", "AU", ("en",)),
    "CA": (None, "CA", ("fr",)),
    "??": (None, None, ()),
}
KINDS = {
    "ld": ("json-ld", "NewsArticle.datePublished", "published"),
    "ld_changed": ("json-ld", "NewsArticle.dateModified", "updated"),
    "ld_created": ("json-ld", "NewsArticle.dateCreated", "unknown"),
    "meta": ("meta", "article:published_time", "published"),
    "meta_changed": ("meta", "article:modified_time", "updated"),
    "meta_date": ("meta", "date", "unknown"),
    "time": ("time", "headline+2 time", "unknown"),
    "text": ("text", "headline+2 line", "unknown"),
    "label": ("text", "headline+2 Published:", "published"),
    "dump": ("text", "First Published:", "published"),
    "dump_changed": ("text", "Last Updated :", "updated"),
    "url": ("url", "path", "unknown"),
    "state": ("script", "states publishDate", "published"),
    "feed": ("feed", "pubDate", "published"),
    "record": ("record", "published_at", "published"),
}


def evidence(**raws: str) -> list[DateEvidence]:
    return [DateEvidence(raw, *KINDS[kind]) for kind, raw in raws.items()]


def surroundings(country: str = "??", captured: datetime = CAPTURED) -> dict[str, object]:
    zone, code, languages = PLACES[country]
    return {
        "zone": ZoneInfo(zone) if zone else None,
        "country": code,
        "languages": languages,
        "abbreviations": ABBREVIATIONS,
        "captured_at": captured,
    }


def decide(country: str = "??", captured: datetime = CAPTURED, **raws: str) -> Published:
    return published(evidence(**raws), **surroundings(country, captured))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_text_dump_of_an_indian_paper():
    """`IST` is India's, the clock is to the minute, the raw text is what stands on the page."""
    pieces = evidence(dump="Jul 15 2016 | 2:07 PM IST", dump_changed="Jul 15 2016 | 3:25 PM IST")
    first = published(pieces, **surroundings("IN"))
    assert first == Published(
        utc(2016, 7, 15, 8, 37), date(2016, 7, 15), "minute", 330, "text", "Jul 15 2016 | 2:07 PM IST", ()
    )
    later = updated(pieces, **surroundings("IN"), first=first)
    assert (later.at, later.raw) == (utc(2016, 7, 15, 9, 55), "Jul 15 2016 | 3:25 PM IST")


def test_a_true_offset_elsewhere_unmasks_a_false_z():
    """The same wall clock with `Z` and with +02:00 is local time; the day and the instant follow the true offset."""
    got = decide("??", ld="2024-04-28T14:26:01Z", time="2024-04-28T14:26:01+02:00")
    assert (got.at, got.offset_minutes, got.precision) == (utc(2024, 4, 28, 12, 26, 1), 120, "second")
    assert got.flags == ("false_utc",)


def test_the_same_moment_in_two_zones_is_no_conflict():
    """10:00Z and 12:00+02:00 agree; the publisher's own clock gives the day."""
    got = decide("DE", ld="2024-04-28T22:30:00Z", meta="2024-04-29T00:30:00+02:00")
    assert (got.at, got.date, got.offset_minutes, got.flags) == (utc(2024, 4, 28, 22, 30), date(2024, 4, 29), 120, ())


def test_z_shown_to_readers_as_the_same_clock_is_unsettled():
    """Readers of a German paper see 12:30 and the markup says 12:30Z: nobody can know, so only the day is stated."""
    got = decide("DE", meta="2024-06-16T12:30:00Z", text="16.06.2024, 12:30 Uhr")
    assert (got.precision, got.date, got.flags) == ("day", date(2024, 6, 16), ("zone_conflict",))
    assert got.at == utc(2024, 6, 15, 22)


@pytest.mark.parametrize(
    ("raws", "at", "flags"),
    [
        ({"state": "1718541000"}, utc(2024, 6, 16, 12, 30), ()),  # Unix time of 12:30Z
        ({"ld": "2024-06-16T10:30:00Z"}, utc(2024, 6, 16, 10, 30), ()),  # the same moment, in UTC
        ({"time": "16.06.2024 14:30"}, utc(2024, 6, 16, 12, 30), ()),  # the same moment, local
    ],
)
def test_a_doubtful_z_is_settled_by_another_witness(raws, at, flags):
    """Script state, a second UTC time a zone's offset away or the local clock tell what the `Z` is worth."""
    got = decide("DE", meta="2024-06-16T12:30:00Z", text="16.06.2024, 12:30 Uhr", **raws)
    assert (got.at, got.flags) == (at, flags)


def test_the_day_in_the_url_settles_a_doubtful_z():
    """16:34Z is the next day in Sydney; the URL bears that day, so the `Z` is true; the day is the printed one."""
    got = decide("AU", ld="2024-06-30T16:34:54Z", text="June 30, 2024 - 4.34pm", url="20240701")
    assert (got.at, got.date, got.offset_minutes) == (utc(2024, 6, 30, 16, 34, 54), date(2024, 6, 30), 0)


def test_a_z_later_than_the_capture_is_local_time():
    """What was captured at 10:00Z was not published at 11:30Z."""
    got = decide("DE", captured=utc(2024, 6, 16, 10), meta="2024-06-16T11:30:00Z")
    assert (got.at, got.flags) == (utc(2024, 6, 16, 9, 30), ("false_utc",))


def test_a_clock_without_zone_is_read_in_the_publishers():
    """It is said that the zone was assumed; without any zone only the day is stated."""
    at_home = decide("DE", ld="2024-06-16T12:30:00")
    assert (at_home.at, at_home.offset_minutes, at_home.flags) == (utc(2024, 6, 16, 10, 30), 120, ("zone_assumed",))
    nowhere = decide("??", ld="2024-06-16T12:30:00")
    assert (nowhere.at, nowhere.precision, nowhere.offset_minutes) == (utc(2024, 6, 16), "day", None)


def test_a_clock_without_zone_is_confirmed_by_the_instant_elsewhere():
    """12:30 and 10:30Z are one moment at the publisher's offset: nothing is assumed."""
    assert decide("DE", ld="2024-06-16T12:30:00", meta_date="2024-06-16T10:30:00Z").flags == ()


@pytest.mark.parametrize("raw", ["2024-06-16", "2024-06-16T00:00:00Z", "2024-06-16T00:00:00+02:00"])
def test_padded_midnights_take_the_clock_from_a_full_timestamp(raw):
    """A day and a template's midnight yield to the hour that another place states."""
    got = decide("DE", ld=raw, meta="2024-06-16T12:30:00+02:00")
    assert (got.at, got.precision, got.source) == (utc(2024, 6, 16, 10, 30), "second", "meta")


def test_a_padded_midnight_alone_is_a_day():
    """00:00:00 says nothing of the hour; the instant is local midnight."""
    got = decide("DE", ld="2024-06-16T00:00:00Z")
    assert (got.at, got.date, got.precision) == (utc(2024, 6, 15, 22), date(2024, 6, 16), "day")


def test_the_url_does_not_take_the_hour_away():
    """htmldate issue 55: a day in the URL must not beat a full timestamp of the same or the neighbouring day."""
    for day in ("2024/06/15", "2024/06/16", "2024/06/17"):
        got = decide("DE", url=day, meta="2024-06-16T12:30:00+02:00")
        assert (got.at, got.precision) == (utc(2024, 6, 16, 10, 30), "second")


def test_a_print_edition_of_the_next_day_yields_to_the_hour_online():
    """The paper's date is tomorrow's; the article was online this evening."""
    got = decide("DE", ld="2024-06-17", meta="2024-06-16T19:05:00+02:00")
    assert (got.date, got.at) == (date(2024, 6, 16), utc(2024, 6, 16, 17, 5))


def test_modified_posing_as_published_yields_to_the_earlier_day():
    """Where `datePublished` is the moment of the last change, an earlier day in the URL is the first publication."""
    got = decide("US", ld="2024-06-16T12:30:00-04:00", ld_changed="2024-06-16T12:30:00-04:00", url="2024/06/02")
    assert (got.date, got.precision, got.source) == (date(2024, 6, 2), "day", "url")
    same_day = decide("US", ld="2024-06-16T12:30:00-04:00", ld_changed="2024-06-16T12:30:00-04:00", url="2024/06/16")
    assert same_day.precision == "second"


def test_an_unlabelled_date_after_a_stated_change_is_no_publication():
    """A generic meta date later than `Stand:` is another change; the stated change bounds the day."""
    got = decide("DE", meta_date="2024-06-18T11:52:23", meta_changed="2024-06-16T18:00:00+02:00")
    assert (got.date, got.precision, got.flags) == (date(2024, 6, 16), "day", ("only_updated",))


def test_an_order_that_nobody_knows_is_settled_by_another_date():
    """02/03/2024 is 2 March where the URL says so; alone it is flagged."""
    assert decide("??", label="02/03/2024", url="2024/02/03").date == date(2024, 2, 3)
    alone = decide("??", label="02/03/2024")
    assert (alone.date, alone.flags) == (date(2024, 3, 2), ("day_month_ambiguous",))


def test_the_future_is_not_believed():
    """2099 gives no date and a flag; a believable date beside it wins unflagged."""
    assert decide("DE", ld="2099-01-01T00:00:00Z") == Published(flags=("in_future",))
    assert decide("DE", ld="2099-01-01T00:00:00Z", url="2024/06/16").date == date(2024, 6, 16)


def test_what_turns_out_to_be_in_the_future_leaves_the_rest():
    """A clock without zone is in the future only once New York's offset is known; the next candidate is asked."""
    captured = utc(2024, 6, 15, 12)
    assert decide("US", captured, ld="2024-06-16T10:00:00") == Published(flags=("in_future",))
    assert decide("US", captured, ld="2024-06-16T10:00:00", url="2024/06/14").date == date(2024, 6, 14)


@pytest.mark.parametrize(
    ("raw", "at", "flag"),
    [
        ("2024-03-31T02:30:00", utc(2024, 3, 31, 1, 30), "dst_gap"),
        ("2023-10-29T02:30:00", utc(2023, 10, 29, 0, 30), "dst_repeated"),
    ],
)
def test_the_two_unsure_hours_of_a_year_are_flagged(raw, at, flag):
    """A skipped hour is read with the offset before the jump; of a repeated one the first is taken."""
    got = decide("DE", ld=raw)
    assert (got.at, got.flags) == (at, (flag, "zone_assumed"))


def test_the_day_of_an_instant_in_utc_is_the_one_shown_to_readers():
    """Without a zone the visible day counts, or the day that it was in all of the country."""
    assert decide("??", ld="2024-05-02T02:54:29Z", text="May 1, 2024").date == date(2024, 5, 1)
    assert decide("CA", ld="2024-05-02T00:23:33Z").date == date(2024, 5, 1)
    assert decide("CA", ld="2024-05-02T05:23:33Z").date == date(2024, 5, 2)


def test_nothing_is_a_value():
    """No evidence, or none that can be read: an empty answer."""
    assert decide() == Published()
    assert decide("DE", text="31/02/2024", ld="0001-01-01T00:00:00Z", url="0") == Published()


def test_a_records_own_date_comes_first():
    """What a JSON Lines record states beats what was found in its HTML."""
    assert decide("DE", record="2024-06-01T10:00:00Z", ld="2024-06-16T12:30:00Z").source == "record"


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("2024-06-16T18:00:00+02:00", utc(2024, 6, 16, 16)),
        ("2024-06-16T12:30:00+02:00", utc(2024, 6, 16, 10, 30)),
        ("2024-06-16T09:00:00+02:00", None),
        ("2024-06-16", None),
        ("2024-06-18", utc(2024, 6, 17, 22)),
        ("2099-01-01T00:00:00Z", None),
    ],
)
def test_changes_are_not_before_the_publication_nor_in_the_future(change, at):
    """A change on the same day without a clock says nothing; an earlier one contradicts."""
    pieces = evidence(ld="2024-06-16T12:30:00+02:00", ld_changed=change)
    first = published(pieces, **surroundings("DE"))
    assert updated(pieces, **surroundings("DE"), first=first).at == at


def test_explain_names_the_winner_and_each_losers_reason():
    """`presshouse why --evidence` shows every piece, how it was read, and what became of it."""
    pieces = evidence(
        ld="2024-06-16",
        meta="2024-06-16T12:30:00+02:00",
        time="14:20",
        url="2024/06/11",
        ld_changed="2024-07-01",
        feed="2099-01-01T00:00:00Z",
    )
    rows = {row["raw"]: (row["read_as"], row["verdict"]) for row in explain(pieces, **surroundings("DE"))}
    assert rows == {
        "2024-06-16": ("2024-06-16", "gave the day; its clock is missing or padded"),
        "2024-06-16T12:30:00+02:00": ("2024-06-16 12:30:00 +02:00", "won: gave the clock"),
        "2024/06/11": ("2024-06-11", "weaker place"),
        "2024-07-01": ("2024-07-01", "a later change"),
        "14:20": ("", "unreadable"),
        "2099-01-01T00:00:00Z": ("", "in_future"),
    }


RAWS = st.one_of(
    st.datetimes(datetime(2020, 1, 1), datetime(2025, 1, 1)).map(lambda d: d.isoformat(timespec="seconds")),
    st.tuples(
        st.datetimes(datetime(2024, 8, 29), datetime(2024, 9, 4)),
        st.sampled_from(["Z", "+00:00", "+02:00", "-05:00", ""]),
    ).map(lambda pair: pair[0].isoformat(timespec="minutes") + pair[1]),
    st.dates(date(2024, 8, 25), date(2024, 9, 5)).map(str),
    st.sampled_from(
        ["02/03/2024", "2024-03-31T02:30", "1 May 2024 2:07 PM IST", "garbage", "2099-01-01", "2024-06-16T00:00:00Z"]
    ),
)
PIECES = st.lists(
    st.builds(lambda raw, kind: DateEvidence(raw, *KINDS[kind]), RAWS, st.sampled_from(sorted(KINDS))), max_size=8
)


@settings(deadline=None)  # the first call builds the tables of month names
@given(PIECES, st.sampled_from(sorted(PLACES)), st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(pieces, country, random):
    """A decision over a set: shuffling and repeating the evidence changes nothing."""
    shuffled = [*pieces, *pieces[:2]]
    random.shuffle(shuffled)
    here = surroundings(country)
    first = published(pieces, **here)
    assert published(shuffled, **here) == first
    assert updated(shuffled, **here, first=first) == updated(pieces, **here, first=first)


@settings(deadline=None)  # the first call builds the tables of month names
@given(PIECES, st.sampled_from(sorted(PLACES)))
def test_nothing_is_later_than_the_capture_and_a_day(pieces, country):
    """Neither publication nor change; and a date always has its day, precision, raw text and source."""
    here = surroundings(country)
    first = published(pieces, **here)
    later = updated(pieces, **here, first=first)
    assert all(at is None or at <= CAPTURED + timedelta(hours=24) for at in (first.at, later.at))
    parts = (first.at, first.date, first.precision, first.raw, first.source)
    assert all(part is None for part in parts) or all(part is not None for part in parts)


@settings(deadline=None)  # the first call builds the tables of month names
@given(PIECES, st.sampled_from(sorted(PLACES)))
def test_explain_agrees_with_the_decision(pieces, country):
    """Exactly the pieces whose text and source the decision cites are the winners."""
    here = surroundings(country)
    first = published(pieces, **here)
    won = [(row["raw"], row["source"]) for row in explain(pieces, **here) if row["verdict"].startswith("won")]
    assert won == ([] if first.raw is None else [(first.raw, first.source)])


def test_a_site_that_prints_utc_has_the_day_that_it_prints():
    """Count days by what readers see: beside the headline stands UTC's day, and nowhere the local one."""
    first = decide("AU", ld="2024-06-30T16:34:54Z", text="June 30, 2024")
    assert (first.at, first.date, first.offset_minutes) == (utc(2024, 6, 30, 16, 34, 54), date(2024, 6, 30), 0)
    assert decide("AU", ld="2024-06-30T16:34:54Z").date == date(2024, 7, 1)
    assert decide("AU", ld="2024-06-30T16:34:54Z", text="1 July 2024").date == date(2024, 7, 1)


def test_a_change_on_utc_s_day_explains_the_line_as_well():
    """Published late in the local evening, changed the next morning: the line may bear the change."""
    late = {"ld": "2024-06-29T23:30:00-05:00", "ld_changed": "2024-06-30T09:00:00-05:00"}
    assert decide("US", **late, text="June 30, 2024").date == date(2024, 6, 29)
    assert decide("US", **late, text="June 30, 2024 4:30").date == date(2024, 6, 30)


def test_a_day_alone_beside_the_headline_beats_a_meta_date_of_unknown_meaning():
    """What content systems call `date` is often the last save; further off the line is a caption's."""
    assert decide("DE", meta_date="2024-02-12", text="05.02.2024").date == date(2024, 2, 5)
    far = [DateEvidence("05.02.2024", "text", "headline+9 line", "unknown")]
    assert published([*evidence(meta_date="2024-02-12"), *far], **surroundings("DE")).date == date(2024, 2, 12)


def test_a_meta_tag_that_nothing_bears_out_yields_to_what_readers_see():
    """Where the page's state names the printed day too; either of them alone, or one ally of the tag, is not enough."""
    stated = DateEvidence("2024-03-15", "script", "state PublishingDate", "published")
    pieces = [*evidence(meta="2024-03-05", time="2024-03-15"), stated]
    assert published(pieces, **surroundings()).date == date(2024, 3, 15)
    for fewer in (pieces[:2], [pieces[0], stated], [*pieces, *evidence(url="2024/03/05")]):
        assert published(fewer, **surroundings()).date == date(2024, 3, 5)


def test_the_only_time_of_a_page_outranks_a_meta_tag_that_says_not_what_it_dates():
    """`dcterms.date` may be the day on which somebody began to write."""
    lone = DateEvidence("2024-03-15T08:00:00+01:00", "time", "lone time", "unknown")
    assert published([*evidence(meta_date="2024-03-05T09:43+01:00"), lone], **surroundings()).date == date(2024, 3, 15)
    assert published([*evidence(meta="2024-03-05"), lone], **surroundings()).date == date(2024, 3, 5)


def test_a_date_that_only_calls_itself_date_settles_nothing():
    """`Datum: 31/08/2019` over a photograph is no first publication of a page that was never changed."""
    same = [
        DateEvidence("2019-09-17T14:54:31+02:00", "json-ld", "page WebPage.datePublished", "published"),
        DateEvidence("2019-09-17T14:54:31+02:00", "json-ld", "page WebPage.dateModified", "updated"),
    ]
    bare = DateEvidence("31/08/2019", "text", "headline-7 Datum:", "published")
    assert published([*same, bare], **surroundings("DE")).date == date(2019, 9, 17)
    told = DateEvidence("31/08/2019", "text", "headline-7 Veröffentlicht:", "published")
    assert published([*same, told], **surroundings("DE")).date == date(2019, 8, 31)


def test_a_line_that_calls_itself_the_publication_names_the_day():
    """Readers in South Africa are shown their own day, whatever day it was at the publisher's seat."""
    pieces = [
        DateEvidence("2023-11-02T16:55:44Z", "microdata", "headline+1 datePublished", "published"),
        DateEvidence("2023-11-02T17:19:38Z", "meta", "og:updated_time", "updated"),
    ]
    assert published(pieces, **surroundings("AU")).date == date(2023, 11, 3)
    printed = DateEvidence("November 2, 2023 6.55pm SAST", "text", "headline+1 Published:", "published")
    assert published([*pieces, printed], **surroundings("AU")).date == date(2023, 11, 2)
