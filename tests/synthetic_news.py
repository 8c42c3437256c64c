"""Months of a small news world, made up from a seed: the warehouse that a few dozen polled feeds would leave behind.

    fill(file, articles=100_000, days=182, seed=7)      # numpy's PCG64: the same seed gives the same rows

What is in it, and what stands behind the figures:

- 24 papers (`PAPERS`) of 12 countries under `.example`. A paper's articles a day are Poisson around its weight, fewer
  on Saturdays and Sundays; hours follow a day of two humps in the paper's own zone.
- Each paper has one feed, asked every `poll_minutes`; an article is discovered at the first poll that succeeded after
  it was published, and captured some minutes later.
- A fifth of the articles are wire copy: a dispatch runs in one to twelve papers, each after a lag (log-normal, median
  40 minutes); a third of the copies have another headline, a quarter are cut.
- One article in 25 is captured again with another headline or a further sentence; one in 30 inputs is rejected.
- Papers differ in what they print: instants, days without an hour, no date; paywalls; where the date stands.
- Planted: a day on which the machine was off; a paper whose server failed for two days; one that fell silent three days
  before the end; one whose feed is gone (410), one that blocks (403) and one enabled on the last day; five weeks of two
  papers backfilled from an archive.

Rows go straight into the tables (a tenth of the time that batches take); stories are as dealt, not found.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from warehouse.connect import opened

MINUTE = np.timedelta64(1, "m")
WEEKEND = 0.45  # of a weekday's articles
WIRE_SHARE, REVISED_SHARE, REJECTED_SHARE = 0.2, 0.04, 0.033
HOURS = np.array([1, 1, 1, 1, 2, 4, 7, 9, 10, 9, 8, 8, 7, 8, 8, 7, 7, 8, 7, 5, 4, 3, 2, 2], float)


@dataclass(frozen=True)
class Paper:
    """A publisher and its habits. `weight`: its share of the articles; `wires`: agencies whose copy it runs."""

    domain: str
    name: str
    country: str
    language: str
    zone: str
    weight: float
    precision: str = "minute"  # minute, second, day, or none
    source: str = "json-ld"
    walled: float = 0.0  # share of articles behind a paywall
    wires: tuple[str, ...] = ()


PAPERS = (
    Paper("halverstad-tidende.example", "Halverstad Tidende", "DK", "da", "Europe/Copenhagen", 6, walled=0.3),
    Paper("harbour-post.example", "Harbour Post", "GB", "en", "Europe/London", 9, "second", wires=("Reuters", "AFP")),
    Paper("fenland-press.example", "Fenland Free Press", "GB", "en", "Europe/London", 4, "day", "meta", wires=("PA",)),
    Paper("northern-mercury.example", "Northern Mercury", "GB", "en", "Europe/London", 8, wires=("PA", "Reuters")),
    Paper("calder-express.example", "Calder Express", "GB", "en", "Europe/London", 5, source="meta", wires=("PA",)),
    Paper("canal-courier.example", "Canal Courier", "US", "en", "America/New_York", 7, wires=("AP", "Reuters")),
    Paper("prairie-ledger.example", "Prairie Ledger", "US", "en", "America/Chicago", 6, "second", wires=("AP",)),
    Paper("cascade-sentinel.example", "Cascade Sentinel", "US", "en", "America/Los_Angeles", 5, wires=("AP",)),
    Paper("bay-observer.example", "Bay Observer", "US", "en", "America/Los_Angeles", 8, "second", walled=0.6),
    Paper("werra-kurier.example", "Werra-Kurier", "DE", "de", "Europe/Berlin", 6, wires=("dpa", "AFP"), walled=0.4),
    Paper("lippe-anzeiger.example", "Lippe-Anzeiger", "DE", "de", "Europe/Berlin", 5, wires=("dpa",), walled=0.2),
    Paper("duenenbote.example", "Dünenbote", "DE", "de", "Europe/Berlin", 3, "day", "text", wires=("dpa",)),
    Paper("echo-des-vallees.example", "L’Écho des Vallées", "FR", "fr", "Europe/Paris", 6, "second", wires=("AFP",)),
    Paper("le-phare-du-soir.example", "Le Phare du Soir", "FR", "fr", "Europe/Paris", 5, source="time", wires=("AFP",)),
    Paper("diario-del-valle.example", "Diario del Valle", "ES", "es", "Europe/Madrid", 6, wires=("EFE", "AFP")),
    Paper("nadipur-khabar.example", "Nadipur Khabar", "IN", "hi", "Asia/Kolkata", 7, "minute", "text", wires=("PTI",)),
    Paper("monsoon-standard.example", "Monsoon Standard", "IN", "en", "Asia/Kolkata", 12, wires=("PTI", "ANI", "AFP")),
    Paper("delta-mail.example", "Delta Mail", "IN", "en", "Asia/Kolkata", 8, "second", "meta", wires=("PTI", "ANI")),
    Paper("umibe-shimbun.example", "海辺新聞", "JP", "ja", "Asia/Tokyo", 6, "minute", "json-ld", 0.5),
    Paper("haeoreum-ilbo.example", "해오름일보", "KR", "ko", "Asia/Seoul", 5, "second", "meta", wires=("AFP",)),
    Paper("karoo-courant.example", "Karoo Courant", "ZA", "en", "Africa/Johannesburg", 4, wires=("Reuters", "AFP")),
    Paper("sada-al-nahr.example", "صدى النهر", "EG", "ar", "Africa/Cairo", 4, "none", "text", wires=("AFP",)),
    Paper("kiyi-postasi.example", "Kıyı Postası", "TR", "tr", "Europe/Istanbul", 5, source="time", wires=("AFP",)),
    Paper(
        "litoral-hoje.example", "Litoral Hoje", "BR", "pt", "America/Sao_Paulo", 6, "second", wires=("AFP", "Reuters")
    ),
)
MACHINE_OFF_DAY = -17  # days before the last one
FAILING, FAILED_DAYS = "lippe-anzeiger.example", (-31, -30)
SILENT, SILENT_DAYS = "calder-express.example", (-2, -1, 0)
GONE, BLOCKED, NEW = "le-phare-du-soir.example", "duenenbote.example", "kiyi-postasi.example"
BACKFILLED = ("harbour-post.example", "monsoon-standard.example")

_PLACES = "Halverstad Brightwater Orrin Calder Nadipur Skerry Altenwerra Port-Vallon Miraluz Umibe Karoo Lindow".split()
_ACTORS = "council|harbour board|hospital|teachers|court|ferry company|farmers|museum|police|university|union|mayor"
_ACTS = "delays vote on|opens|sells|rebuilds|defends|sues over|cuts|doubles|finds cracks in|celebrates|pays for|closes"
_THINGS = (
    "bridge|school roof|night bus|water rates|old mill|library|tram line|wind park|archive|market hall|swing bridge"
)
_REASONS = {"consent": 5, "no_text": 4, "not_an_article": 6, "soft_404": 3, "http_error": 4, "paywall": 3, "robots": 2}


def fill(
    file: Path,
    *,
    articles: int = 6_000,
    days: int = 70,
    last: date = date(2026, 10, 31),
    seed: int = 1,
    poll_minutes: int = 180,
) -> None:
    """Fill a new warehouse (schema and views in place) with about `articles` of the `days` that end with `last`."""
    world = _World(articles, days, last, np.random.default_rng(seed), poll_minutes)
    tables = world.tables()
    with opened(file, read_only=False, wait=5) as connection:
        connection.execute("begin")
        for name, rows in tables.items():
            connection.register("made", pa.table(rows))
            connection.execute(f"insert into {name} by name select * from made")  # noqa: S608 - our names
            connection.unregister("made")
        connection.execute("commit")


class _World:
    def __init__(self, articles: int, days: int, last: date, rng: np.random.Generator, poll_minutes: int) -> None:
        self.rng, self.last, self.days, self.poll_minutes = rng, last, days, poll_minutes
        self.first = last - timedelta(days=days - 1)
        self.end = np.datetime64(last, "us") + (24 * 60 - 10) * MINUTE
        weekly = (5 + 2 * WEEKEND) / 7
        self.rate = articles / days / weekly / sum(paper.weight for paper in PAPERS)

    def tables(self) -> dict[str, dict[str, Any]]:
        polls = self._polls()
        found = self._published()
        self._deal_wire(found)
        self._discover(found, polls)
        self._count_new(found, polls)
        keep = found["discovered_at"] <= self.end - 20 * MINUTE
        found = {name: values[keep] for name, values in found.items()}
        revisions = self._revisions(found)
        rejections = self._rejections(found)
        return {
            "publishers": self._publishers(),
            "agencies": self._agencies(),
            "feeds": self._feeds(),
            "polls": polls,
            "entries": self._entries(found, rejections),
            "revisions": revisions,
            "captures": self._captures(revisions),
            "rejections": rejections,
            "article_urls": self._article_urls(found),
            "story_members": self._story_members(found),
            "batches": self._batches(),
            "runs": self._runs(),
        }

    def _day(self, i: int) -> np.datetime64:
        return np.datetime64(self.last + timedelta(days=i), "us")

    def _polls(self) -> dict[str, Any]:
        """One feed a paper, asked at a steady pace with some jitter, but for what is planted."""
        rows: list[dict[str, Any]] = []
        start, step = np.datetime64(self.first, "us"), self.poll_minutes
        count = self.days * 1_440 // step
        for number, paper in enumerate(PAPERS):
            at = start + (np.arange(count) * step + number % step + self.rng.integers(0, 5, count)) * MINUTE
            if paper.domain == NEW:
                at = at[at >= self._day(0)]
            if paper.domain == GONE:
                at = at[at < self._day(-9) + 13 * 60 * MINUTE]
            at = at[(at < self._day(MACHINE_OFF_DAY)) | (at >= self._day(MACHINE_OFF_DAY + 1))]
            failed = self.rng.random(len(at)) < 0.004
            if paper.domain == FAILING:
                failed |= (at >= self._day(FAILED_DAYS[0])) & (at < self._day(FAILED_DAYS[-1] + 1))
            if paper.domain == BLOCKED:
                failed |= at >= self._day(-4) + 15 * 60 * MINUTE
            for i, one in enumerate(at):
                last_of_gone = paper.domain == GONE and i == len(at) - 1
                rows.append(self._poll(paper, one, bool(failed[i]), last_of_gone))
        return {name: [row.get(name) for row in rows] for name in rows[0] | {"failure": 1, "reason": 1, "status": 1}}

    def _poll(self, paper: Paper, at: np.datetime64, failed: bool, gone: bool) -> dict[str, Any]:
        row: dict[str, Any] = {
            "feed_url": _feed(paper),
            "polled_at": _instant(at),
            "scheduled": True,
            "result": "failed" if failed or gone else "read",
            "kind": "rss",
            "listed": 30,
            "problems": [],
            **_tail(at),
        }
        if gone:
            return row | {"failure": "permanent", "reason": "http_error", "status": 410}
        if failed and paper.domain == BLOCKED:
            return row | {"failure": "blocked", "reason": "http_error", "status": 403}
        return row | ({"failure": "soft", "reason": "timeout"} if failed else {"status": 200})

    def _published(self) -> dict[str, Any]:
        """What the papers print: one row an article, in order of paper and day."""
        paper_of, at, local_day = [], [], []
        for number, paper in enumerate(PAPERS):
            zone = ZoneInfo(paper.zone)
            backfilled = 35 if paper.domain in BACKFILLED else 0
            begins = -2 if paper.domain == NEW else -self.days + 1 - backfilled
            for i in range(begins, 1):
                day = self.last + timedelta(days=i)
                mean = paper.weight * self.rate * (WEEKEND if day.weekday() > 4 else 1)
                silent = paper.domain == SILENT and i in SILENT_DAYS
                count = 0 if silent else int(self.rng.poisson(mean))
                hour = self.rng.choice(24, count, p=HOURS / HOURS.sum())
                wall = hour * 60 + self.rng.integers(0, 60, count)
                offset = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() or timedelta()
                at += list(np.datetime64(day, "us") + (wall - int(offset.total_seconds() // 60)) * MINUTE)
                local_day += [np.datetime64(day)] * count
                paper_of += [number] * count
        count = len(at)
        ids = np.array([str(uuid.UUID(bytes=self.rng.bytes(16), version=5)) for _ in range(count)], object)
        pick = self.rng.integers(0, 1 << 30, (count, 4))
        return {
            "paper": np.array(paper_of),
            "at": np.array(at, "datetime64[us]"),
            "day": np.array(local_day, "datetime64[D]"),
            "article_id": ids,
            "story_id": ids.copy(),
            "agency": np.array([None] * count, object),
            "title": np.array([_headline(row) for row in pick], object),
            "words": np.clip(self.rng.lognormal(6.0, 0.5, count), 60, 2_500).astype(int),
            "spread": self.rng.random(count),
        }

    def _deal_wire(self, found: dict[str, Any]) -> None:
        """Dispatches: the earliest copy leads, the others follow it by their lag and take its agency."""
        rng = self.rng
        for i in np.flatnonzero(rng.random(len(found["at"])) < WIRE_SHARE):
            wires = PAPERS[found["paper"][i]].wires
            found["agency"][i] = wires[rng.integers(len(wires))] if wires else None
        for agency in sorted({name for paper in PAPERS for name in paper.wires}):
            takers = np.flatnonzero(found["agency"] == agency)
            takers = takers[np.argsort(found["at"][takers], kind="stable")]
            at = 0
            while at < len(takers):
                group = takers[at : at + min(int(rng.geometric(0.3)), 12)]
                at += len(group)
                _, firsts = np.unique(found["paper"][group], return_index=True)
                self._deal(found, group[np.sort(firsts)])

    def _deal(self, found: dict[str, Any], group: Any) -> None:
        root, rng = group[0], self.rng
        for i in group:
            found["story_id"][i] = found["article_id"][root]
            if i == root:
                continue
            lag = min(int(rng.lognormal(3.7, 1.0)) + 1, 1_200)
            found["at"][i] = found["at"][root] + lag * MINUTE
            zone = ZoneInfo(PAPERS[found["paper"][i]].zone)
            found["day"][i] = np.datetime64(_instant(found["at"][i]).astimezone(zone).date())
            if rng.random() > 0.33:
                found["title"][i] = found["title"][root]
            found["words"][i] = int(found["words"][root] * (0.5 if rng.random() < 0.25 else 1))

    def _discover(self, found: dict[str, Any], polls: dict[str, Any]) -> None:
        """The first answered poll after publication; the captures of a backfill are made on the last day."""
        instants = np.array([_plain(at) for at in polls["polled_at"]], "datetime64[us]")
        feeds, results = np.array(polls["feed_url"], object), np.array(polls["result"], object)
        discovered = np.full(len(found["at"]), self.end + np.timedelta64(1, "D"))
        start = np.datetime64(self.first, "us")
        for number, paper in enumerate(PAPERS):
            mine = np.flatnonzero(found["paper"] == number)
            answered = np.sort(instants[(feeds == _feed(paper)) & (results != "failed")])
            place = np.searchsorted(answered, found["at"][mine])
            seen = place < len(answered)
            discovered[mine[seen]] = answered[place[seen]]
        found["old"] = found["at"] < start
        discovered[found["old"]] = self.end - 300 * MINUTE
        found["discovered_at"] = discovered
        found["captured_at"] = discovered + (1 + found["spread"] * 14).astype(int) * MINUTE

    def _count_new(self, found: dict[str, Any], polls: dict[str, Any]) -> None:
        """What each poll listed for the first time, and the newest of it."""
        new: dict[tuple[str, datetime], list[datetime]] = {}
        for number, at, published, old in zip(
            found["paper"], found["discovered_at"], found["at"], found["old"], strict=True
        ):
            if not old:
                new.setdefault((_feed(PAPERS[number]), _instant(at)), []).append(_instant(published))
        of_poll = [new.get(key, []) for key in zip(polls["feed_url"], polls["polled_at"], strict=True)]
        polls["new_entries"] = [len(instants) for instants in of_poll]
        polls["newest_entry_at"] = [max(instants, default=None) for instants in of_poll]
        polls["result"] = [
            "read" if instants else "unchanged" if result != "failed" else result
            for instants, result in zip(of_poll, polls["result"], strict=True)
        ]

    def _revisions(self, found: dict[str, Any]) -> dict[str, Any]:
        rows = [self._revision(found, i) for i in range(len(found["at"]))]
        for i in np.flatnonzero(self.rng.random(len(rows)) < REVISED_SHARE):
            former = rows[i]
            later = _instant(found["captured_at"][i]) + timedelta(hours=float(self.rng.uniform(1, 20)))
            if later > _instant(self.end):
                continue
            title = former["title"] if self.rng.random() < 0.4 else f"{former['title']}, {_CHANGES[i % len(_CHANGES)]}"
            text = former["text"] + f"\n\nUpdated with a statement of the {_ACTORS.split('|')[i % 12]}."
            tail = _tail(np.datetime64(later.replace(tzinfo=None), "us"))
            rows.append(former | {"title": title, "text": text, "text_hash": _hash(text), "captured_at": later} | tail)
        return {name: [row[name] for row in rows] for name in rows[0]}

    def _revision(self, found: dict[str, Any], i: int) -> dict[str, Any]:
        paper, old = PAPERS[found["paper"][i]], bool(found["old"][i])
        at, words = _instant(found["at"][i]), int(found["words"][i])
        day = found["day"][i].astype(object)
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(paper.zone)).astimezone(UTC)
        dated = paper.precision != "none" and found["spread"][i] > 0.01
        walled = found["spread"][i] < paper.walled
        text = f"{found['title'][i]}.\n\n{_BODY} Report number {int(found['spread'][i] * 1e9)}."
        url = _url(paper, found["article_id"][i])
        return {
            "article_id": found["article_id"][i], "text_hash": _hash(text), "url": url, "fetched_url": url,
            "publisher": paper.domain, "publisher_name": paper.name, "country": paper.country,
            "language": paper.language, "title": found["title"][i], "description": None, "text": text,
            "authors": [] if found["agency"][i] else [_AUTHORS[i % len(_AUTHORS)]],
            "agencies": [found["agency"][i]] if found["agency"][i] else [], "keywords": [], "dateline": None,
            "section": _SECTIONS[i % len(_SECTIONS)], "image_url": None,
            "published_at": (midnight if paper.precision == "day" else at) if dated else None,
            "published_date": day if dated else None, "published_precision": paper.precision if dated else None,
            "published_offset_minutes": _offset(at, paper.zone) if dated else None,
            "published_from": paper.source if dated else None, "published_raw": at.isoformat() if dated else None,
            "date_flags": ["zone_assumed"] if dated and paper.source == "text" and paper.precision != "day" else [],
            "updated_at": None, "updated_raw": None, "captured_at": _instant(found["captured_at"][i]),
            "word_count": words // 6 if walled else words, "access": "paywall" if walled else "full",
            "rights_reserved": None, "via": "wayback" if old else "feed",
            "discovered_at": None if old else _instant(found["discovered_at"][i]), "language_declared": paper.language,
            "extractor": "synthetic/1", "capture_file": "archive/synthetic.warc.gz", "capture_offset": i * 1_000,
            **{name: value for name, value in _tail(found["captured_at"][i]).items() if name != "program"},
        }  # fmt: skip

    def _captures(self, revisions: dict[str, Any]) -> dict[str, Any]:
        seen: set[str] = set()
        outcomes = []
        for one in revisions["article_id"]:
            outcomes.append("revision" if one in seen else "article")
            seen.add(one)
        names = ("fetched_url", "captured_at", "via", "capture_file", "article_id", "text_hash", "run_id", "batch_id")
        return {name: revisions[name] for name in (*names, "appended_at")} | {
            "seen_at": revisions["captured_at"],
            "capture_offset": list(range(0, len(outcomes) * 1_000, 1_000)),
            "status": [200] * len(outcomes),
            "outcome": outcomes,
            "program": ["synthetic/1"] * len(outcomes),
        }

    def _rejections(self, found: dict[str, Any]) -> dict[str, Any]:
        rows = []
        weights = np.array(list(_REASONS.values()), float)
        chosen = np.flatnonzero((self.rng.random(len(found["at"])) < REJECTED_SHARE) & ~found["old"])
        for i, reason in zip(
            chosen, self.rng.choice(list(_REASONS), len(chosen), p=weights / weights.sum()), strict=True
        ):
            at = found["captured_at"][i]
            url = _url(PAPERS[found["paper"][i]], f"{found['article_id'][i]}-{reason}")
            row = {"fetched_url": url, "seen_at": _instant(at), "via": "feed", "outcome": "rejected"}
            rows.append(
                row | {"reason": str(reason), "detail": "as planted", "capture_file": "archive/x.warc.gz"} | _tail(at)
            )
        return {name: [row[name] for row in rows] for name in rows[0]}

    def _entries(self, found: dict[str, Any], rejections: dict[str, Any]) -> dict[str, Any]:
        """What the feeds listed: what became articles, and what was rejected."""
        live = [i for i in range(len(found["at"])) if not found["old"][i]]
        feeds = [_feed(PAPERS[found["paper"][i]]) for i in live]
        urls = [_url(PAPERS[found["paper"][i]], found["article_id"][i]) for i in live]
        seen = [_instant(found["discovered_at"][i]) for i in live]
        feeds += [url.partition("/news/")[0] + "/feed.xml" for url in rejections["fetched_url"]]
        urls += rejections["fetched_url"]
        seen += [at - timedelta(minutes=5) for at in rejections["seen_at"]]
        tails = [_tail(_plain(at)) for at in seen]
        return {
            "feed_url": feeds,
            "url": urls,
            "entry_key": [url.removeprefix("https://") for url in urls],
            "title": ["as listed"] * len(urls),
            "seen_at": seen,
            "event": ["new"] * len(urls),
            "decision": ["fetch"] * len(urls),
            "fingerprint": ["f"] * len(urls),
            **{name: [tail[name] for tail in tails] for name in tails[0]},
        }

    def _article_urls(self, found: dict[str, Any]) -> dict[str, Any]:
        every = range(len(found["at"]))
        urls = [_url(PAPERS[found["paper"][i]], found["article_id"][i]) for i in every]
        tails = [_tail(found["captured_at"][i]) for i in every]
        return {
            "article_id": list(found["article_id"]),
            "url": urls,
            "url_key": [url.removeprefix("https://") for url in urls],
            "url_key_version": [1] * len(urls),
            **{name: [tail[name] for tail in tails] for name in ("batch_id", "appended_at")},
        }

    def _story_members(self, found: dict[str, Any]) -> dict[str, Any]:
        count = len(found["at"])
        kept = set(found["article_id"])
        story = [s if s in kept else a for s, a in zip(found["story_id"], found["article_id"], strict=True)]
        return {
            "article_id": list(found["article_id"]),
            "story_id": story,
            "text_hash": ["-"] * count,
            "relation": ["root" if s == a else "same_text" for s, a in zip(story, found["article_id"], strict=True)],
            "method": ["synthetic/1"] * count,
            "run_id": ["synthetic"] * count,
            "assigned_at": [_instant(self.end)] * count,
        }

    def _publishers(self) -> dict[str, Any]:
        empty: list[list[str]] = [[] for _ in PAPERS]
        return {
            "domain": [paper.domain for paper in PAPERS],
            "name": [paper.name for paper in PAPERS],
            "country": [paper.country for paper in PAPERS],
            "languages": [[paper.language] for paper in PAPERS],
            "timezone": [paper.zone for paper in PAPERS],
            "aliases": empty,
            "names": empty,
            "seeds_hash": ["synthetic"] * len(PAPERS),
        }

    def _agencies(self) -> dict[str, Any]:
        names = sorted({name for paper in PAPERS for name in paper.wires})
        return {"name": names, "full_name": names, "aliases": [[n] for n in names], "seeds_hash": ["s"] * len(names)}

    def _feeds(self) -> dict[str, Any]:
        return {
            "feed_url": [_feed(paper) for paper in PAPERS],
            "publisher": [paper.domain for paper in PAPERS],
            "kind": ["rss"] * len(PAPERS),
            "languages": [[paper.language] for paper in PAPERS],
            "enabled": [True] * len(PAPERS),
            "recapture": [False] * len(PAPERS),
            "choice_hash": ["synthetic"] * len(PAPERS),
        }

    def _batches(self) -> dict[str, Any]:
        ends = [self._day(i) + (23 * 60 + 50) * MINUTE for i in range(-self.days + 1, 1)]
        tails = [_tail(at) for at in ends]
        figures = {name: [0] * len(ends) for name in ("articles", "revisions", "known", "rejected", "spool_bytes")}
        return figures | {name: [tail[name] for tail in tails] for name in tails[0]}

    def _runs(self) -> dict[str, Any]:
        tail = _tail(self.end)
        row = {"flow": "ingest", "event": "ended", "happened_at": _instant(self.end), **tail}
        return {name: [value] for name, value in row.items()}


_CHANGES = ("court says", "corrected figures", "second victim named", "police appeal for witnesses", "minister replies")
_SECTIONS = ("local", "politics", "economy", "culture", "sport")
_AUTHORS = ("Ada Brunn", "Ole Ramsdal", "Mira Sandoval", "Jun Takeda", "Nadia Farouk", "Tom Ashby", "Lene Holt")
_BODY = (
    "The old swing bridge will be torn down next spring, the building department said, after divers found cracks in"
    " three of its four piers. A temporary crossing for pedestrians is to open in May."
)


def _headline(pick: Any) -> str:
    lists = (_PLACES, _ACTORS.split("|"), _ACTS.split("|"), _THINGS.split("|"))
    place, actor, act, thing = (words[number % len(words)] for words, number in zip(lists, pick, strict=True))
    return f"{place} {actor} {act} {thing}"


def _feed(paper: Paper) -> str:
    return f"https://{paper.domain}/feed.xml"


def _url(paper: Paper, name: str) -> str:
    return f"https://{paper.domain}/news/{name}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _instant(at: Any) -> datetime:
    return at.astype("datetime64[us]").astype(datetime).replace(tzinfo=UTC)  # type: ignore[no-any-return]


def _plain(at: datetime) -> np.datetime64:
    return np.datetime64(at.replace(tzinfo=None), "us")


@cache
def _tail(at: Any) -> dict[str, Any]:
    """Which run and batch wrote a row: a batch a day, named after it."""
    instant = _instant(at)
    name = f"{instant:%Y%m%d}"
    return {
        "program": "presshouse/synthetic",
        "run_id": name,
        "batch_id": name,
        "appended_at": instant + timedelta(minutes=5),
    }


def _offset(at: datetime, zone: str) -> int:
    return int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() // 60)
