"""Many URLs at once, each host at its own pace: one request at a time, never sooner than promised, robots.txt obeyed.

Every host has a lane with its queue. Threads take whichever lane is due, so that a slow host delays only itself. A
redirect to another host goes on in that host's lane; the file of robots rules is asked for in the lane as well.
"""

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field

from tasks.fetch.client import PRODUCT, Chase, Client
from tasks.fetch.gate import Gate
from tasks.fetch.outcome import FetchDeferred, FetchRejected, Outcome, Validators
from tasks.fetch.pace import HOST_INTERVAL_S, Pace, after
from tasks.fetch.robots import MAX_HOPS, Permission, permission, robots_url
from tasks.fetch.robots_cache import RobotsCache
from tasks.url import host_of

CONCURRENCY = 32  # requests at the same time, to all hosts together
LOOKAHEAD = 20_000  # URLs taken in before the first ones are done: hosts further behind cannot be interleaved
UNREAD_FACTOR = 2  # results that wait for the caller, and requests under way, are at most this many times CONCURRENCY
STOP_S = 10.0  # that closing waits for its threads
DEADLINE_S = 60.0


@dataclass(slots=True)
class _Job:
    """A URL to be fetched, or the robots.txt that others wait for."""

    url: str
    robots_of: str | None = None  # this is the robots.txt, to be known under this URL
    chase: Chase | None = None
    permitted_url: str | None = None  # that robots.txt was asked about


@dataclass(slots=True)
class _Lane:
    host: str
    pace: Pace
    jobs: deque[_Job] = field(default_factory=deque)
    is_taken: bool = False  # by a thread, or waiting in the heap


def fetch_all(
    urls: Iterable[str],
    client: Client,
    *,
    validators: Mapping[str, Validators] | None = None,
    robots: RobotsCache | None = None,
    interval_s: float = HOST_INTERVAL_S,
    concurrency: int = CONCURRENCY,
    deadline_s: float = DEADLINE_S,
    paces: MutableMapping[str, Pace] | None = None,
    gate: Gate | None = None,
) -> Iterator[tuple[str, Outcome]]:
    """Fetch URLs, and give each with its outcome as soon as it is there; exactly one outcome for each URL.

    `robots`: what is known of robots files, kept by the caller from call to call; None asks nobody, which is for tests
    and for addresses of our own. `interval_s`: least seconds between two requests to a host; robots.txt, latency and
    answers like 429 lengthen it. `paces`: of hosts that earlier calls asked, kept by the caller from call to call, for
    one at a time. `gate`: shared with other processes, so that they keep these promises together. Closing the generator
    ends what is under way.
    """
    kept = {} if paces is None else paces
    pool = _Pool(client, validators or {}, robots, interval_s, concurrency, deadline_s, kept, gate)
    try:
        yield from pool.run(iter(urls))
    finally:
        pool.stop()


class _Pool:
    def __init__(
        self,
        client: Client,
        validators: Mapping[str, Validators],
        robots: RobotsCache | None,
        interval_s: float,
        concurrency: int,
        deadline_s: float,
        paces: MutableMapping[str, Pace],
        gate: Gate | None,
    ) -> None:
        self._paces, self._gate = paces, gate
        self._client, self._validators, self._robots = client, validators, robots
        self._start_pace = Pace(least_s=interval_s, interval_s=interval_s)
        self._concurrency, self._deadline_s = concurrency, deadline_s
        lock = threading.Lock()
        self._lane_due, self._result_there = threading.Condition(lock), threading.Condition(lock)
        self._lanes: dict[str, _Lane] = {}
        self._due: list[tuple[float, int, _Lane]] = []
        self._numbers = itertools.count()
        self._waiting: dict[str, list[_Job]] = {}  # for the robots.txt with this URL
        self._results: deque[tuple[str, Outcome]] = deque()
        self._running: set[Chase] = set()
        self._active = 0  # threads that are at work on a lane
        self._left = 0  # URLs taken in that have no result yet
        self._is_stopping = False
        self._error: BaseException | None = None
        self._threads: list[threading.Thread] = []

    def run(self, urls: Iterator[str]) -> Iterator[tuple[str, Outcome]]:
        is_more = True
        while True:
            while is_more and self._left < LOOKAHEAD:
                url = next(urls, None)  # the caller's code: not under the lock
                is_more = url is not None
                if url is not None:
                    with self._lane_due:
                        self._left += 1
                        self._enqueue(_Job(url), host_of(url) or "", is_first=False)
            with self._lane_due:
                while not (self._results or self._error or self._left == 0):
                    self._result_there.wait()
                if self._error:
                    raise self._error
                if not self._results:
                    return
                result = self._results.popleft()
                self._lane_due.notify()
            yield result

    def stop(self) -> None:
        with self._lane_due:
            self._is_stopping = True
            running = list(self._running)
            self._lane_due.notify_all()
        for chase in running:
            chase.cancel()
        ends_at = time.monotonic() + STOP_S
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    # All that follows but `_work`, `_permission` and `_step` is called with the lock held.

    def _enqueue(self, job: _Job, host: str, *, is_first: bool) -> None:
        lane = self._lanes.get(host)
        if lane is None:
            lane = self._lanes[host] = _Lane(host, self._paces.get(host, self._start_pace))
        if is_first:
            lane.jobs.appendleft(job)
        else:
            lane.jobs.append(job)
        self._offer(lane)

    def _offer(self, lane: _Lane) -> None:
        """Let a thread have the lane when it is due."""
        if lane.is_taken or not lane.jobs:
            return
        lane.is_taken = True
        heapq.heappush(self._due, (lane.pace.next_at, next(self._numbers), lane))
        if len(self._threads) < min(self._concurrency, len(self._lanes)):
            thread = threading.Thread(target=self._work, name=f"fetch-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._lane_due.notify()

    def _take(self) -> tuple[_Lane, _Job] | None:
        """The next job that is due, waiting for it; None: stop."""
        while not self._is_stopping:
            wait_s = None
            if self._due and self._active + len(self._results) < UNREAD_FACTOR * self._concurrency:
                wait_s = 0.0 if self._due[0][2].pace.given_up else self._due[0][0] - time.monotonic()
                if wait_s <= 0:
                    lane = heapq.heappop(self._due)[2]
                    self._active += 1
                    self._lane_due.notify()  # somebody has to wait for the next one
                    return lane, lane.jobs.popleft()
            self._lane_due.wait(wait_s)
        return None

    def _finish(self, job: _Job, outcome: Outcome) -> None:
        if job.robots_of is None:
            self._left -= 1
            self._results.append((job.url, outcome))
            self._result_there.notify()
            return
        if self._robots is not None:
            self._robots.put(job.robots_of, outcome, time.monotonic())
        for waiting in reversed(self._waiting.pop(job.robots_of, [])):
            self._enqueue(waiting, _host(waiting), is_first=True)

    def _wait_for_robots(self, job: _Job, url: str) -> None:
        """Let a job wait for a robots.txt, which is asked for unless somebody does so already."""
        waiting = self._waiting.get(url)
        if waiting is not None:
            waiting.append(job)
            return
        self._waiting[url] = [job]
        self._enqueue(_Job(url, robots_of=url), host_of(url) or "", is_first=True)

    # Threads

    def _work(self) -> None:
        try:
            while True:
                with self._lane_due:
                    taken = self._take()
                if taken is None:
                    return
                self._advance(*taken)
        except BaseException as error:
            with self._lane_due:  # a mistake of ours: told to the caller instead of leaving him waiting
                self._error = error
                self._result_there.notify()
            raise

    def _advance(self, lane: _Lane, job: _Job) -> None:
        """One request of a job, or the reason for none."""
        outcome: Outcome | None = None
        robots_needed = None
        pace = lane.pace
        try:
            if pace.given_up:
                detail = f"{lane.host}: {pace.given_up}"
                raise FetchDeferred("host_failing", detail, failure="soft", retry_after_s=pace.retry_after_s)
            chase = job.chase = job.chase or self._started(job)
            robots_needed, delay_s = self._checked(job, chase)
            pace = pace.slower(delay_s)
            if robots_needed is None:
                outcome, pace = self._step(chase, pace)
        except (FetchDeferred, FetchRejected) as error:
            outcome = error
        with self._lane_due:
            self._active -= 1
            lane.pace, lane.is_taken = pace, False
            self._paces[lane.host] = pace
            if outcome is not None:
                self._finish(job, outcome)
            elif robots_needed is not None:
                self._wait_for_robots(job, robots_needed)
            else:
                self._enqueue(job, _host(job), is_first=True)
            self._offer(lane)

    def _started(self, job: _Job) -> Chase:
        if job.robots_of is not None:
            return self._client.start(job.url, deadline_s=self._deadline_s, hops=MAX_HOPS)
        return self._client.start(job.url, validators=self._validators.get(job.url), deadline_s=self._deadline_s)

    def _checked(self, job: _Job, chase: Chase) -> tuple[str | None, float | None]:
        """The robots.txt that has to be asked for first, if any, and the crawl delay.

        Raises FetchRejected "robots" or FetchDeferred "robots_unread".
        """
        if self._robots is None or job.robots_of is not None or job.permitted_url == chase.url:
            return None, None
        url, now = robots_url(chase.url) or "", time.monotonic()
        known = self._robots.get(url, now)
        if known is None:
            return url, None
        found = permission(known, chase.url, PRODUCT, now)
        if found.verdict == "later":
            raise FetchDeferred(
                "robots_unread", url, failure=known.failure, url=chase.url, retry_after_s=found.retry_after_s
            )
        if found.verdict == "disallowed":
            raise FetchRejected("robots", _rule(found), failure="blocked", url=chase.url)
        job.permitted_url = chase.url
        return None, found.crawl_delay_s

    def _step(self, chase: Chase, pace: Pace) -> tuple[Outcome | None, Pace]:
        """One request, and the pace after it; in turn with other processes where there is a gate."""
        if self._gate is None:
            return self._request(chase, pace)[:2]
        with self._gate.turn(chase.host, pace.interval_s, lambda: self._is_stopping) as turn:
            if turn is None:
                raise FetchDeferred("busy", "the run ended before its turn came", failure="soft")
            outcome, next_pace, turn.sent_at = self._request(chase, pace)
            turn.next_at = next_pace.next_at
            return outcome, next_pace

    def _request(self, chase: Chase, pace: Pace) -> tuple[Outcome | None, Pace, float]:
        """The outcome, the pace after it, and when the request was sent."""
        started_at = time.monotonic()
        outcome: Outcome | None
        with self._lane_due:
            self._running.add(chase)
        try:
            outcome = chase.step()
        except (FetchDeferred, FetchRejected) as error:
            outcome = error
        finally:
            with self._lane_due:
                self._running.discard(chase)
        ended_at, sent_at = time.monotonic(), chase.sent_at or started_at
        return outcome, after(pace, outcome, sent_at=sent_at, ended_at=ended_at), sent_at


def _host(job: _Job) -> str:
    return job.chase.host if job.chase else host_of(job.url) or ""


def _rule(found: Permission) -> str:
    return f"User-agent: {found.group}, {found.rule}"
