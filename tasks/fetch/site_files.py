"""What sites say about fetching as a whole (robots.txt, tdmrep.json, ai.txt), kept in a folder from run to run.

A run lasts minutes and RFC 9309 lets an answer hold for a day: without the folder every run would ask every host again.
"""

import base64
import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tasks.fetch.outcome import Failure, Fetched, Outcome
from tasks.fetch.rights import well_known_urls
from tasks.fetch.robots import KEEP_STALE_S, MAX_ROBOTS, Answered, Robots, parse_robots
from tasks.fetch.robots_cache import RobotsCache
from tasks.url import redact

KEEP_WELL_KNOWN_S = 7 * 86_400.0  # seconds that tdmrep.json and ai.txt, or their absence, hold


class SiteFolder:
    """One small file an address. What cannot be read there counts as not there: it is asked for again."""

    def __init__(self, folder: Path, *, wall: Callable[[], float] = time.time) -> None:
        self._folder, self._wall = folder, wall

    def read(self, url: str) -> tuple[float, dict[str, Any]] | None:
        """(age in seconds, what was kept)."""
        try:
            kept = json.loads(self._path(url).read_bytes())
            age = max(0.0, self._wall() - float(kept["kept_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return age, kept

    def write(self, url: str, kept: dict[str, Any]) -> None:
        path = self._path(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
        unfinished.write_text(json.dumps(kept | {"url": redact(url), "kept_at": self._wall()}), encoding="utf-8")
        unfinished.replace(path)

    def _path(self, url: str) -> Path:
        name = hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return self._folder / name[:2] / f"{name}.json"


class KeptRobots(RobotsCache):
    """A RobotsCache that outlives the process."""

    def __init__(self, folder: SiteFolder) -> None:
        super().__init__()
        self._folder = folder
        self._looked_up: set[str] = set()

    def get(self, robots_url: str, now: float) -> Answered | None:
        found = super().get(robots_url, now)
        if found is not None or robots_url in self._looked_up:
            return found
        self._looked_up.add(robots_url)
        kept = self._folder.read(robots_url)
        if kept is None or kept[0] > KEEP_STALE_S:
            return None
        self.recall(robots_url, _answer(*kept, now))
        return super().get(robots_url, now)

    def put(self, robots_url: str, outcome: Outcome, now: float) -> Answered:
        new = super().put(robots_url, outcome, now)
        body = base64.b85encode(outcome.body[:MAX_ROBOTS]).decode("ascii") if isinstance(outcome, Fetched) else ""
        if new.kind == "unreachable" and (kept := self._folder.read(robots_url)):
            body = str(kept[1].get("body", ""))  # rules read earlier serve on
        self._folder.write(
            robots_url,
            {"kind": new.kind, "holds_s": new.holds_until - now, "failure": new.failure, "body": body},
        )
        return new


def _answer(age: float, kept: dict[str, Any], now: float) -> Answered:
    asked_at = now - age
    body = base64.b85decode(kept.get("body", ""))
    is_read = kept["kind"] in ("rules", "none") or bool(body)
    failure: Failure = kept.get("failure", "soft")
    return Answered(
        kept["kind"],
        parse_robots(body) if body else Robots(),
        asked_at,
        asked_at + float(kept["holds_s"]),
        read_at=asked_at if is_read else None,
        size=len(body),
        failure=failure,
    )


class WellKnown:
    """tdmrep.json and ai.txt of each origin: `missing` says what to ask for, `put` takes the answers down."""

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder
        self._bodies: dict[str, bytes | None] = {}

    def missing(self, url: str) -> list[str]:
        """The files of a page's origin that nobody has asked for lately."""
        return [one for one in well_known_urls(url) or () if not self._is_known(one)]

    def put(self, url: str, outcome: Outcome) -> None:
        """An error counts as no file: a site that reserves something lets its statement be read."""
        body = outcome.body[:MAX_ROBOTS] if isinstance(outcome, Fetched) else None
        self._bodies[url] = body
        self._folder.write(url, {"body": body and base64.b85encode(body).decode("ascii")})

    def files(self, url: str) -> tuple[bytes | None, bytes | None]:
        """(tdmrep.json, ai.txt) of a page's origin; None where there is none."""
        urls = well_known_urls(url)
        if urls is None:
            return None, None
        for one in urls:
            self._is_known(one)
        return self._bodies.get(urls[0]), self._bodies.get(urls[1])

    def _is_known(self, url: str) -> bool:
        if url in self._bodies:
            return True
        kept = self._folder.read(url)
        if kept is None or kept[0] > KEEP_WELL_KNOWN_S:
            return False
        body = kept[1].get("body")
        self._bodies[url] = base64.b85decode(body) if body else None
        return True
