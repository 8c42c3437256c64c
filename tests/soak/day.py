"""A day of many newsrooms in minutes: real servers, real steps, a clock that is turned by ageing what was stored.

Each turn is half an hour. Newsrooms publish and revise; some are down for a while with their pages, one moves
its feed; the machine's clock jumps forward and back. Afterwards every URL that was ever published must be exactly one
article, with the newest text, or stand in `outcomes` with the reason why not.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.hostile.web_run import WAIT, WebRun
from tests.newsroom import Newsroom, Story, conditional
from tests.tasks.fetch.client.server import Reply, Request, Web, answer, redirect
from warehouse.check import check
from warehouse.stories import assign_stories

TURN = 30  # minutes
DOWN = 3  # turns that an outage lasts
FRESH = 4  # turns in which an article may be revised
QUIET = (5, 12)  # rounds at the end, and hours between them: what was down or put off is asked again
REVISED = "The desk has added a paragraph of its own to this: the first version of report {number} named the wrong day."


@dataclass
class Ledger:
    """What the newsrooms did, to be compared with the warehouse."""

    published: dict[str, tuple[Newsroom, Story]] = field(default_factory=dict)
    outages: int = 0
    moved: int = 0
    jumps: int = 0

    @property
    def revised(self) -> list[str]:
        return [url for url, (_, story) in self.published.items() if story.more]


class Day:
    """The newsrooms, the run that reads them, and chance."""

    def __init__(self, folder: Path, *, feeds: int, articles: int, turns: int, seed: int, revised: float) -> None:
        """`revised`: the share of fresh articles that is revised in a turn."""
        self.web, self.run, self.ledger = Web(), WebRun(folder), Ledger()
        self.rooms = [Newsroom(self.web) for _ in range(feeds)]
        self._down: dict[int, int] = {}  # newsroom -> turn at which it is back
        self._each, self._turns, self._articles = -(-articles // turns), turns, articles
        self._revised = revised
        self._chance = random.Random(seed)  # noqa: S311 - a story, no secret
        self.run.enable(*(room.feed for room in self.rooms))

    def close(self) -> None:
        self.run.close()
        self.web.close()

    def play(self) -> None:
        for turn in range(self._turns):
            self._publish()
            self._revise()
            self._trouble(turn)
            self._ingest()
            self.run.later(self._jump(turn) + TURN)
        for number in list(self._down):
            self._up(number)
        rounds, hours = QUIET
        for _ in range(rounds):
            self._ingest()
            self.run.later(hours * 60)

    def _ingest(self) -> None:
        self.run.scheduled()
        assign_stories(self.run.settings.place, run_id="run", wait=WAIT)

    def _publish(self) -> None:
        for _ in range(min(self._each, self._articles - len(self.ledger.published))):
            room, number = self._chance.choice(self.rooms), len(self.ledger.published)
            story = room.publish(number, hours_ago=self._chance.uniform(0.1, 0.5))
            self.ledger.published[room.page(number)] = (room, story)

    def _revise(self) -> None:
        """Of what is new, some get another headline and one paragraph more, once."""
        for _, story in list(self.ledger.published.values())[-FRESH * self._each :]:
            if not story.more and self._chance.random() < self._revised:
                story.title, story.more = f"Corrected: {story.title}", REVISED.format(number=story.number)

    def _trouble(self, turn: int) -> None:
        for number in [number for number, until in self._down.items() if until <= turn]:
            self._up(number)
        number = self._chance.randrange(len(self.rooms))
        if number not in self._down:
            self._down[number] = turn + DOWN
            self.ledger.outages += 1
            for path in (self._feed_path(number), *self._pages(number)):
                self.rooms[number].replies[path] = _busy
        if turn == self._turns // 2:
            self._move((number + 1) % len(self.rooms))

    def _up(self, number: int) -> None:
        room = self.rooms[number]
        for path in [path for path, reply in room.replies.items() if reply is _busy]:
            del room.replies[path]
        if "/rss.xml" in room.replies:
            room.replies["/moved.xml"] = lambda request: _feed(room, request)
        del self._down[number]

    def _feed_path(self, number: int) -> str:
        return "/moved.xml" if "/moved.xml" in self.rooms[number].replies else "/rss.xml"

    def _pages(self, number: int) -> list[str]:
        return [f"/news/report-{story.number}" for story in self.rooms[number].stories]

    def _move(self, number: int) -> None:
        """For good, with a redirect from the old address; it is down for nobody."""
        if number in self._down:
            self._up(number)
        room = self.rooms[number]
        room.replies["/moved.xml"] = lambda request: _feed(room, request)
        room.replies["/rss.xml"] = lambda _: redirect(f"{room.url}/moved.xml", "301 Moved Permanently")
        self.ledger.moved += 1

    def _jump(self, turn: int) -> int:
        """Minutes that the clock of the machine jumps: back an hour and a half at a third, ahead a day at two."""
        jump = {self._turns // 3: -90, 2 * self._turns // 3: 24 * 60}.get(turn, 0)
        self.ledger.jumps += jump != 0
        return jump

    def wrong(self) -> list[str]:
        """Every URL that is not one article with its newest text and not accounted for; and what `check` finds."""
        found = {
            url: (count, text)
            for url, count, text in self.run.ask("select fetched_url, count(*), max(text) from articles group by all")
        }
        refused = "select url, max(reason) from outcomes where outcome = 'rejected' group by all"
        reasons = dict(self.run.ask(refused))
        lines = []
        for url, (_, story) in self.ledger.published.items():
            count, text = found.get(url, (0, ""))
            if count == 0 and url in reasons:
                continue
            if count != 1:
                lines.append(f"{url}: {count} articles and no reason")
            elif story.more and story.more not in text:
                lines.append(f"{url}: not the newest text")
        lines += [line.line for line in check(self.run.settings.place, now=datetime.now(UTC))]
        return lines


def _busy(_: Request) -> Reply:
    return answer(b"", "503 Service Unavailable")


def _feed(room: Newsroom, request: Request) -> Reply:
    return conditional(request, room._rss().encode(), "application/rss+xml")
