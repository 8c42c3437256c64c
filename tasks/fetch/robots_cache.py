"""What the robots.txt of each origin said, for as long as it holds."""

import threading
from collections import OrderedDict

from tasks.fetch.outcome import Outcome
from tasks.fetch.robots import Answered, answered

MAX_ORIGINS = 20_000
MAX_BYTES = 32 << 20  # of all files together; as rules they take some times as much


class RobotsCache:
    """Answers by the URL of the robots.txt. The clock is passed in; may be used by many threads."""

    def __init__(self, *, max_origins: int = MAX_ORIGINS, max_bytes: int = MAX_BYTES) -> None:
        self._answers: OrderedDict[str, Answered] = OrderedDict()  # longest unused first
        self._bytes = 0
        self._max_origins, self._max_bytes = max_origins, max_bytes
        self._lock = threading.Lock()

    def get(self, robots_url: str, now: float) -> Answered | None:
        """The answer that still holds; None: ask."""
        with self._lock:
            found = self._answers.get(robots_url)
            if found is None or now >= found.holds_until:
                return None
            self._answers.move_to_end(robots_url)
            return found

    def put(self, robots_url: str, outcome: Outcome, now: float) -> Answered:
        """Take down the outcome of asking."""
        with self._lock:
            earlier = self._answers.get(robots_url)
        return self.recall(robots_url, answered(outcome, now, earlier))

    def recall(self, robots_url: str, new: Answered) -> Answered:
        """Take down an answer that is known."""
        with self._lock:
            earlier = self._answers.pop(robots_url, None)
            self._bytes -= earlier.size if earlier else 0
            self._answers[robots_url] = new
            self._bytes += new.size
            while len(self._answers) > max(1, self._max_origins) or (
                self._bytes > self._max_bytes and len(self._answers) > 1
            ):
                _, dropped = self._answers.popitem(last=False)
                self._bytes -= dropped.size
            return new
