"""The client as the settings want it, and what a run remembers of the hosts that it asks."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

from flows.settings import Settings
from tasks.errors import Stop
from tasks.fetch.address import Network, networks
from tasks.fetch.client import Client
from tasks.fetch.gate import Gate
from tasks.fetch.outcome import Fetched, Limits, Outcome, Validators
from tasks.fetch.pace import Pace
from tasks.fetch.pacing import fetch_all
from tasks.fetch.rights import of_page, reservations
from tasks.fetch.robots import robots_url
from tasks.fetch.site_files import KeptRobots, SiteFolder, WellKnown
from tasks.model import Evidence
from tasks.url import host_of

SERVICE_SECONDS = 180.0  # that an archive may take to answer: an index is searched for minutes

NO_CONTACT = (
    "Set PRESSHOUSE_CONTACT to your address or web page, such as mailto:desk@example.org: "
    "publishers should know whom to ask before they block."
)


def client(settings: Settings) -> Client:
    """A client that names the contact and dials only what may be dialled. Raises Stop for a wrong setting."""
    try:
        return Client(
            settings.contact or None,
            allowed=allowed(settings),
            limits=Limits(body_bytes=settings.max_body),
        )
    except ValueError as error:
        raise Stop(f"PRESSHOUSE_CONTACT: {error}.") from error


def allowed(settings: Settings) -> tuple[Network, ...]:
    """Networks that may be dialled although private. Raises Stop for what is no network."""
    try:
        return networks(settings.allow_addresses.split(","))
    except ValueError as error:
        raise Stop(f"PRESSHOUSE_ALLOW_ADDRESSES takes networks such as 127.0.0.0/8: {error}.") from error


def need_contact(settings: Settings) -> None:
    """Raise Stop unless there is a contact: whoever fetches unattended says who it is."""
    if "@" not in settings.contact and not settings.contact.lower().startswith(("http://", "https://")):
        raise Stop(NO_CONTACT)


class Web:
    """The web as one run sees it: one client, one pace a host, and what sites say of fetching. Close it.

    Raises Stop for a wrong setting.
    """

    def __init__(self, settings: Settings, *, gives_way: bool = False) -> None:
        """`gives_way`: to other runs of the data folder, where a host is wanted by both."""
        self._settings = settings
        self._gate = Gate(settings.place.data_dir / "hosts", gives_way=gives_way)
        self._client = client(settings)
        folder = SiteFolder(settings.place.data_dir / "sites")
        self._robots, self._well_known = KeptRobots(folder), WellKnown(folder)
        self._paces: dict[str, Pace] = {}

    def ask(
        self, urls: Iterable[str], validators: Mapping[str, Validators] | None = None
    ) -> Iterator[tuple[str, Outcome]]:
        """Each URL with its outcome, as soon as it is there. One call at a time: the paces are shared."""
        return fetch_all(
            urls,
            self._client,
            validators=validators,
            robots=self._robots,
            interval_s=self._settings.host_interval,
            concurrency=self._settings.connections,
            deadline_s=self._settings.fetch_seconds,
            paces=self._paces,
            gate=self._gate,
        )

    def ask_service(self, url: str, *, interval_s: float) -> Outcome:
        """One request to an archive's interface, which is made for programs: at its pace, without robots.txt.

        Whether it is given up decides the caller.
        """
        host = host_of(url) or ""
        if (pace := self._paces.get(host)) and pace.given_up:
            self._paces[host] = replace(pace, given_up=None, failures=0)
        asked = fetch_all(
            [url],
            self._client,
            interval_s=interval_s,
            concurrency=1,
            deadline_s=max(self._settings.fetch_seconds, SERVICE_SECONDS),
            paces=self._paces,
            gate=self._gate,
        )
        return next(outcome for _, outcome in asked)

    @contextmanager
    def alone_with(self, url: str, interval_s: float) -> Iterator[Client]:
        """The client, while nobody else of the data folder asks this host: for files that are too large for `ask`."""
        with self._gate.turn(host_of(url) or "", interval_s, lambda: False) as turn:
            try:
                yield self._client
            finally:
                if turn is not None:
                    turn.sent_at = time.monotonic()
                    turn.next_at = turn.sent_at + interval_s

    def sitemaps(self, origin: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of an origin names."""
        url = robots_url(origin) or ""
        answer = self._robots.get(url, time.monotonic())
        if answer is None:
            asked = fetch_all(
                [url],
                self._client,
                interval_s=self._settings.host_interval,
                concurrency=1,
                paces=self._paces,
                gate=self._gate,
            )
            answer = self._robots.put(url, next(outcome for _, outcome in asked), time.monotonic())
        return answer.robots.sitemaps

    def ask_for_reservations(self, pages: Iterable[str]) -> None:
        """Make sure that the well-known files of these pages' sites are there, or known not to be."""
        missing = {url for page in pages for url in self._well_known.missing(page)}
        for url, outcome in self.ask(sorted(missing)):
            self._well_known.put(url, outcome)

    def rights(self, url: str, fetched: Fetched, *, with_page: bool = False) -> tuple[Evidence, ...]:
        """What the site of a page reserves; `with_page`: what its headers and meta tags reserve as well."""
        answer = self._robots.get(robots_url(url) or "", time.monotonic())
        tdm_file, ai_txt = self._well_known.files(url)
        found = reservations(
            fetched.fetched_url,
            fetched.headers if with_page else (),
            robots=answer.robots if answer else None,
            tdm_file=tdm_file,
            ai_txt=ai_txt,
        )
        return (*found, *of_page(fetched.body)) if with_page else found

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
