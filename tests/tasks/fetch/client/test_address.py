"""What may be dialled: addresses in every disguise, and names that change their answer."""

import socket
import time
from collections.abc import Sequence

import pytest

from tasks.errors import Rejected
from tasks.fetch.address import Dialler, networks, vet
from tasks.fetch.client import Client
from tasks.fetch.outcome import FetchDeferred, FetchRejected
from tests.tasks.fetch.client.conftest import CONTACT, LOOPBACK
from tests.tasks.fetch.client.server import Web, answer, redirect

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e", "2002:5db8:d70e::1"]
REFUSED = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1"],
    "link-local": ["169.254.169.254", "fe80::1", "fec0::1"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "multicast and broadcast": ["224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::1", "ff0e::1"],
    "documentation and benchmarks": [
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "2001:db8::1",
        "3fff::1",
    ],
    "protocols and the future": ["192.0.0.8", "192.88.99.1", "240.0.0.1", "100::1", "5f00::1", "4000::1", "2001:20::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1"],
    "compatible": ["::127.0.0.1", "::10.0.0.1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::5db8:d70e"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::1"],
    "Teredo": ["2001:0:7f00:1::", "2001:0:5ef5:79fb:0:0:f5ff:fffe"],
    "ISATAP": ["2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:127.0.0.1"],
    "no address": ["", "localhost", "127.1", "0x7f000001"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address: str) -> None:
    """Also 6to4 that leads to a public address."""
    vet(address)


def test_mapped_and_translated_public_addresses_may_be_dialled() -> None:
    """They are the IPv4 address that they carry."""
    vet("::ffff:93.184.215.14")
    vet("64:ff9b::5db8:d70e")


@pytest.mark.parametrize(("kind", "address"), [(kind, one) for kind, some in REFUSED.items() for one in some])
def test_hostile_03_no_disguise_makes_an_inner_address_public(kind: str, address: str) -> None:
    """Each kind that is not public, and each way to hide an IPv4 address in an IPv6 one."""
    with pytest.raises(Rejected) as error:
        vet(address)
    assert error.value.reason == "address"


def test_allowed_networks_open_themselves_and_nothing_else() -> None:
    """In either spelling; the neighbour stays shut."""
    allowed = networks(["127.0.0.0/8", " fd12::/16 ", ""])
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "fd12::1"):
        vet(address, allowed)
    for address in ("10.0.0.1", "::1", "fd13::1"):
        with pytest.raises(Rejected):
            vet(address, allowed)
    with pytest.raises(ValueError, match="notanetwork"):
        networks(["notanetwork"])


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://017700000001/",
        "http://①②⑦.0.0.1/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::1]:80/",
        "http://localhost/",
        "http://127.0.0.1/",
        "ftp://gazette.example/",
        "gopher://127.0.0.1:70/",
        "//127.0.0.1/",
        "https://",
        "",
    ],
)
def test_hostile_01_02_03_urls_that_lead_inside_are_rejected(url: str) -> None:
    """By their form or by the address they mean; never deferred, for time changes nothing."""
    with Client(CONTACT) as client, pytest.raises(FetchRejected) as error:
        client.fetch(url, deadline_s=5)
    assert error.value.reason in {"address", "bad_url"} and error.value.failure == "permanent"


class Rebinding:
    """A resolver that answers with a public address at first and with loopback ever after."""

    def __init__(self, first: str, then: str) -> None:
        self.answers = [first, then]
        self.asked = 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return [self.answers[min(self.asked, 2) - 1]]


def test_hostile_04_a_name_that_rebinds_is_rejected_with_nothing_sent(web: Web) -> None:
    """The first answer leads to a host that redirects to the same name; the second to loopback outside of what is
    allowed: what was vetted before does not count."""
    inside = web.add(lambda request: answer(b"secret"))
    outside = web.add(lambda request: answer(b"", "302 Found", "Location: /again", "Connection: close"))
    resolver = Rebinding(outside.address, inside.address)
    allowed = networks([f"{outside.address}/32"])
    with Client(CONTACT, allowed=allowed, resolver=resolver) as client, pytest.raises(FetchRejected) as error:
        client.fetch(f"http://rebinding.example:{outside.port}/")
    assert error.value.reason == "address" and resolver.asked == 2
    assert (len(outside.requests), len(inside.requests), inside.most_connections) == (1, 0, 0)


def test_the_address_that_was_vetted_is_the_one_that_is_dialled(web: Web) -> None:
    """One question to the resolver a connection, none behind our back; Host is the name."""
    site = web.add(lambda request: answer(b"hello"))
    resolver = Rebinding(site.address, "10.0.0.1")
    with Client(CONTACT, allowed=LOOPBACK, resolver=resolver) as client:
        fetched = client.fetch(f"http://named.example:{site.port}/a")
    assert fetched.body == b"hello" and resolver.asked == 1
    assert site.requests[0].headers["host"] == f"named.example:{site.port}"
    assert fetched.exchanges[0].address == site.address


def test_hostile_05_a_redirect_to_a_private_address_is_rejected(web: Web) -> None:
    """Every hop is vetted; nothing arrives there."""
    inside = web.add(lambda request: answer(b"secret"))
    site = web.add(lambda request: redirect(f"http://{inside.address}:{inside.port}/"))
    allowed = networks([f"{site.address}/32"])
    with Client(CONTACT, allowed=allowed) as client, pytest.raises(FetchRejected, match="address") as error:
        client.fetch(site.url)
    assert error.value.reason == "address"
    assert (len(site.requests), inside.most_connections) == (1, 0)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://0x7f000001/", "http://[::ffff:10.0.0.1]/", "http://["]
)
def test_hostile_05_redirects_to_tricks_are_rejected(web: Web, client: Client, location: str) -> None:
    """Other schemes, obscure spellings, brackets that never close."""
    site = web.add(lambda request: redirect(location))
    with pytest.raises(FetchRejected) as error:
        client.fetch(site.url)
    assert error.value.reason in {"address", "bad_url"}


def test_of_mixed_answers_only_the_public_ones_are_dialled(web: Web) -> None:
    """An address that may not be dialled is passed over, not waited for."""
    site = web.add(lambda request: answer(b"hello"))
    with Client(CONTACT, allowed=LOOPBACK, resolver=lambda host, port: ["10.0.0.1", site.address]) as client:
        assert client.fetch(f"http://mixed.example:{site.port}/").body == b"hello"


def test_a_dead_address_is_followed_by_the_next(web: Web) -> None:
    """A host with two addresses of which one refuses is reached by the other."""
    site = web.add(lambda request: answer(b"hello"))
    with Client(CONTACT, allowed=LOOPBACK, resolver=lambda host, port: ["127.99.99.99", site.address]) as client:
        assert client.fetch(f"http://two.example:{site.port}/").body == b"hello"


def test_hostile_76_without_a_resolver_everything_is_deferred() -> None:
    """DNS down is no fault of the source: class `dns`."""

    def down(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with Client(CONTACT, resolver=down) as client, pytest.raises(FetchDeferred) as error:
        client.fetch("https://gazette.example/")
    assert (error.value.reason, error.value.failure) == ("dns", "dns")


def test_a_resolver_that_never_answers_is_left_behind() -> None:
    """The system's resolver cannot be interrupted; the fetch ends at its deadline all the same."""

    def stuck(host: str, port: int) -> Sequence[str]:
        time.sleep(5)
        return []

    started_at = time.monotonic()
    with Client(CONTACT, resolver=stuck) as client, pytest.raises(FetchDeferred) as error:
        client.fetch("https://gazette.example/", deadline_s=0.5)
    assert (error.value.reason, error.value.failure) == ("dns", "dns")
    assert time.monotonic() - started_at < 3


def test_a_refused_connection_is_deferred() -> None:
    """Nobody listens there today."""
    sock = socket.socket()
    sock.bind(("127.0.0.77", 0))
    port = sock.getsockname()[1]
    try:
        with pytest.raises(FetchDeferred) as error:
            Dialler(LOOPBACK).dial("127.0.0.77", port, 5, time.monotonic)
    finally:
        sock.close()
    assert (error.value.reason, error.value.failure) == ("connection", "soft")


def test_proxies_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets a proxy for other programs does not get our requests, nor the power to dial for us."""
    proxy = web.add(lambda request: answer(b"from the proxy"))
    site = web.add(lambda request: answer(b"from the site"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    with Client(CONTACT, allowed=LOOPBACK) as client:
        assert client.fetch(site.url).body == b"from the site"
    assert proxy.requests == []
