"""Which addresses may be dialled, and dialling exactly the address that was looked at.

A name is resolved once for each connection, every address of the answer is vetted, and the socket is connected to a
vetted address, never to the name: a name that answers differently the second time (rebinding) gains nothing.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tasks.errors import Rejected
from tasks.fetch.outcome import FetchDeferred, FetchRejected

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Takes a host and a port; gives addresses as text; raises OSError (socket.gaierror) when there are none.
Resolver = Callable[[str, int], Sequence[str]]

MAX_ADDRESSES = 8  # of one answer are tried; the connect timeout holds for all of them together

# What `ipaddress.is_global` lets through or judges differently between Python versions, by the IANA registries of
# special-purpose addresses (RFC 6890 and its updates). Everything that is not global is refused besides.
_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 "
            "198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 3fff::/20 "
            "5f00::/16 fc00::/7 fe80::/9 ff00::/8"
        ).split(),
    )
)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # the only part of IPv6 that is in use on the public internet
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291 2.5.5.1: likewise, long deprecated
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: interface ids that hold an IPv4 address in the last 32 bits


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks in CIDR notation, as PRESSHOUSE_ALLOW_ADDRESSES has them. Raises ValueError for what is none."""
    return tuple(ipaddress.ip_network(text.strip()) for text in texts if text.strip())


def vet(address: str | Address, allowed: Sequence[Network] = ()) -> None:
    """Raise Rejected("address") unless the address is public or lies in an allowed network.

    An IPv6 address that carries an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo, ISATAP) may be dialled only when
    that one may be dialled as well.
    """
    if isinstance(address, str):
        try:
            address = ipaddress.ip_address(address)
        except ValueError:
            raise Rejected("address", "no IP address") from None
    if _is_in(address, allowed):
        return
    embedded = list(_embedded(address))
    for inner in embedded:
        vet(inner, allowed)
    # A mapped address is dialled as its IPv4 address, NAT64 and 6to4 lead to it: with that one all is said. (6to4 is
    # global to Python up to 3.12, and not from 3.13 on.)
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address.sixtofour or address in _NAT64):
        return
    if not address.is_global or address.is_multicast or address.is_reserved or _is_in(address, _REFUSED):
        raise Rejected("address", f"{address} is no public address")
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        raise Rejected("address", f"{address} is no public address")


def _is_in(address: Address, some: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in some)


def _embedded(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    last = int(address) & 0xFFFFFFFF
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address.sixtofour:
        yield address.sixtofour
    elif address.teredo:
        yield from address.teredo
    elif address in _NAT64 or (address in _COMPATIBLE and last > 1) or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        yield ipaddress.IPv4Address(last)


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a host, as the system's resolver orders them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Dialler:
    """Connects to hosts by the rules of `vet`."""

    allowed: Sequence[Network] = ()
    resolver: Resolver = field(default=resolve)

    def dial(self, host: str, port: int, timeout_s: float, clock: Callable[[], float]) -> tuple[socket.socket, str]:
        """A socket connected to a vetted address of `host`, and that address.

        Raises FetchRejected "address" when no address may be dialled; FetchDeferred "dns", "timeout" or "connection".
        """
        ends_at = clock() + timeout_s
        vetted = self._vetted(host, self._addresses(host, port, timeout_s))
        failure = FetchDeferred("timeout", f"{host} has not answered within {timeout_s:.0f} s", failure="soft")
        for number, address in enumerate(vetted):
            left_s = ends_at - clock()
            if left_s <= 0:
                break
            # The last address may take all the time that is left, those before it half of it.
            share_s = left_s if number == len(vetted) - 1 else left_s / 2
            try:
                return _connected(address, port, share_s), address
            except TimeoutError:
                continue
            except OSError as error:
                failure = FetchDeferred("connection", f"{host}: {error.strerror or 'no connection'}", failure="soft")
        raise failure

    def _vetted(self, host: str, addresses: Sequence[str]) -> list[str]:
        vetted: list[str] = []
        refused = Rejected("address", f"{host} has no address")
        for address in addresses[:MAX_ADDRESSES]:
            try:
                vet(address, self.allowed)
            except Rejected as error:
                refused = error
            else:
                vetted.append(address)
        if not vetted:
            raise FetchRejected("address", f"{host}: {refused.detail}")
        return vetted

    def _addresses(self, host: str, port: int, timeout_s: float) -> Sequence[str]:
        literal = host.strip("[]")
        if _is_literal(literal):
            return [literal]
        # The system's resolver takes no time limit and cannot be interrupted: it is left behind in its own thread.
        answer: list[Sequence[str] | OSError | UnicodeError] = []

        def ask() -> None:
            try:
                answer.append(self.resolver(host, port))
            except (OSError, UnicodeError) as error:
                answer.append(error)

        thread = threading.Thread(target=ask, name="resolve", daemon=True)
        thread.start()
        thread.join(timeout_s)
        if not answer:
            raise FetchDeferred("dns", f"no answer for {host} within {timeout_s:.0f} s", failure="dns")
        found = answer[0]
        if isinstance(found, (OSError, UnicodeError)):
            raise FetchDeferred("dns", f"the name {host} is not found", failure="dns")
        return found


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _connected(address: str, port: int, timeout_s: float) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(timeout_s)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock
