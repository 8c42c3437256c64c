"""How fast a host may be asked: pure decisions from what it just did."""

from dataclasses import dataclass, replace

from tasks.fetch.outcome import FetchDeferred, Fetched, Outcome

HOST_INTERVAL_S = 1.0  # least time from one request to a host to the next; PRESSHOUSE_HOST_INTERVAL
INTERVAL_MAX_S = 60.0  # a host that would be asked less often than this is better left to the next run
CALM_S = 0.5  # a host that answers faster than this is not visibly working hard
LATENCY_FACTOR = 2.0  # one that takes longer gets as much rest as it worked
BACK_OFF_FACTOR = 2.0  # per 429, 503 or failure of the connection
ON_THE_WAY_S = 0.02  # that a request may take to arrive: intervals count from then, as the host counts them
PAUSE_MAX_S = 60.0  # a host that asks for a longer pause is left alone for the rest of the run
FAILURES_MAX = 3  # connections that fail in a row before a host is left alone for the rest of the run

_NETWORK = frozenset({"timeout", "deadline", "connection", "tls", "dns"})


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of a host's pace in this run. Instants are seconds of one monotonic clock."""

    least_s: float = HOST_INTERVAL_S  # by setting or by robots.txt: never faster
    interval_s: float = HOST_INTERVAL_S  # now in force
    next_at: float = 0.0  # not asked before
    failures: int = 0  # in a row
    given_up: str | None = None  # why the host is left alone for the rest of the run
    retry_after_s: float | None = None  # that it asked for when it was given up

    def slower(self, crawl_delay_s: float | None) -> "Pace":
        """With the delay that robots.txt asks for."""
        least_s = max(self.least_s, crawl_delay_s or 0.0)
        return replace(self, least_s=least_s, interval_s=max(self.interval_s, least_s))


def after(pace: Pace, outcome: Outcome | None, *, sent_at: float, ended_at: float) -> Pace:
    """The pace after a request. `outcome` None: a redirect, or a 304 that is asked again."""
    retry_after_s = outcome.retry_after_s if isinstance(outcome, FetchDeferred) else None
    is_network = isinstance(outcome, FetchDeferred) and outcome.reason in _NETWORK
    is_busy = isinstance(outcome, FetchDeferred) and (outcome.reason == "busy" or retry_after_s is not None)
    failures = pace.failures + 1 if is_network else 0
    latency_s = outcome.latency_s if isinstance(outcome, Fetched) else ended_at - sent_at
    if is_network or is_busy:
        interval_s = max(pace.interval_s * BACK_OFF_FACTOR, pace.least_s)
    else:
        interval_s = _eased(pace, latency_s)
    interval_s = max(pace.least_s, min(interval_s, INTERVAL_MAX_S))
    pause_s = max(interval_s, retry_after_s or 0.0)
    given_up = pace.given_up
    if retry_after_s is not None and retry_after_s > PAUSE_MAX_S:
        given_up = f"it asked to come back in {retry_after_s:,.0f} s"
    elif failures >= FAILURES_MAX:
        given_up = f"{failures} connections failed in a row"
    # Counted from the arrival of the last request, which was before its answer; after a failure, and where a pause was
    # asked for, from the end. A connection that we closed is given time to be seen closed.
    arrived_at = sent_at + min(ON_THE_WAY_S, max(latency_s, 0.0))
    rest_s = pause_s if is_busy or is_network else 0.0 if isinstance(outcome, Fetched) else ON_THE_WAY_S
    next_at = max(arrived_at + interval_s, ended_at + rest_s)
    return Pace(pace.least_s, interval_s, next_at, failures, given_up, retry_after_s if given_up else None)


def _eased(pace: Pace, latency_s: float) -> float:
    """At once as slow as the host needs it; back to faster by half the way with each good answer."""
    wanted_s = max(pace.least_s, LATENCY_FACTOR * latency_s if latency_s > CALM_S else 0.0)
    return max(wanted_s, (pace.interval_s + wanted_s) / 2) if wanted_s < pace.interval_s else wanted_s
