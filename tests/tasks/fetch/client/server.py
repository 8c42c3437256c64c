"""Real servers on addresses of 127.0.0.0/8, one address a host, that answer as a test tells them and take down what
they see. Answers are bytes written to the socket: everything that a broken or hostile server does can be done.
"""

import contextlib
import itertools
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

BACKLOG = 64
POLL_S = 0.1


@dataclass(slots=True)
class Request:
    """A request as it came."""

    host: str  # the address that was dialled
    method: str
    target: str
    headers: dict[str, str]  # names in lower case
    began_at: float  # monotonic
    connection: int  # number of the connection it came on
    raw: bytes = b""


# Gives the whole answer, or pieces of it with pauses in between (seconds); None closes the connection in silence.
Reply = bytes | Iterable[bytes | float] | None
Handler = Callable[[Request], Reply]


@dataclass
class Site:
    """One host: an address of its own and a port shared by all of a Web."""

    address: str
    port: int
    handler: Handler
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0  # requests being answered at the same time
    most_connections: int = 0  # open at the same time
    bytes_sent: int = 0
    connection_seconds: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    def gaps(self) -> list[float]:
        """Seconds between the beginnings of requests."""
        times = [request.began_at for request in self.requests]
        return [later - earlier for earlier, later in itertools.pairwise(times)]


class Web:
    """Hosts on loopback. `add` one address after the other; closing ends every thread and socket."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[socket.socket] = []
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._is_closed = threading.Event()
        self._connections = 0
        self._answering: dict[str, int] = {}
        self._connected: dict[str, int] = {}
        self._port: int | None = None
        self.sites: list[Site] = []

    def add(self, handler: Handler, *, wrap: Callable[[socket.socket], socket.socket] | None = None) -> Site:
        address = f"127.0.{1 + len(self.sites) // 250}.{1 + len(self.sites) % 250}"
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, 0 if wrap or self._port is None else self._port))
        listener.listen(BACKLOG)
        port: int = listener.getsockname()[1]
        if not wrap:
            self._port = self._port or port
        site = Site(address, port, handler)
        self.sites.append(site)
        self._listeners.append(listener)
        self._start(self._accept, listener, site, wrap)
        return site

    def close(self) -> None:
        self._is_closed.set()
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(10)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        with self._lock:
            self._threads.append(thread)
        thread.start()

    def _accept(
        self, listener: socket.socket, site: Site, wrap: Callable[[socket.socket], socket.socket] | None
    ) -> None:
        while not self._is_closed.is_set():
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections += 1
                number = self._connections
                self._open.add(sock)
                self._connected[site.address] = self._connected.get(site.address, 0) + 1
                site.most_connections = max(site.most_connections, self._connected[site.address])
            self._start(self._serve, sock, site, number, wrap)

    def _serve(
        self, sock: socket.socket, site: Site, number: int, wrap: Callable[[socket.socket], socket.socket] | None
    ) -> None:
        began_at = time.monotonic()
        line = sock
        try:
            if wrap:
                line = wrap(sock)
            with contextlib.suppress(OSError):
                while self._answer(line, site, number):
                    pass
        except OSError:
            pass  # a handshake that the other side broke off
        finally:
            with self._lock:
                self._open.discard(sock)
                self._connected[site.address] -= 1
                site.connection_seconds.append(time.monotonic() - began_at)
            line.close()
            sock.close()

    def _answer(self, sock: socket.socket, site: Site, number: int) -> bool:
        """One request and its answer; whether another may follow."""
        request = _read_request(sock, site.address, number)
        if request is None:
            return False
        with self._lock:
            site.requests.append(request)
            self._answering[site.address] = self._answering.get(site.address, 0) + 1
            site.most_at_once = max(site.most_at_once, self._answering[site.address])
        try:
            reply = site.handler(request)
            return reply is not None and self._write(sock, site, reply)
        finally:
            with self._lock:
                self._answering[site.address] -= 1

    def _write(self, sock: socket.socket, site: Site, reply: Reply) -> bool:
        may_follow = True
        for piece in [reply] if isinstance(reply, bytes) else reply or ():
            if isinstance(piece, float):
                if not self._pause(sock, piece):
                    return False
                continue
            may_follow = may_follow and b"Connection: close" not in piece
            sock.sendall(piece)
            site.bytes_sent += len(piece)
        return may_follow

    def _pause(self, sock: socket.socket, seconds: float) -> bool:
        """Whether the other side is still there afterwards."""
        ends_at = time.monotonic() + seconds
        while (left_s := ends_at - time.monotonic()) > 0 and not self._is_closed.is_set():
            if select.select([sock], [], [], min(left_s, POLL_S))[0]:
                return False  # nobody sends before he has his answer: the connection was closed
        return not self._is_closed.is_set()


def _read_request(sock: socket.socket, address: str, number: int) -> Request | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = sock.recv(65_536)
        if not part:
            return None
        if not raw:
            began_at = time.monotonic()
        raw += part
    lines = raw.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if line)}
    return Request(address, method, target, headers, began_at, number, raw)


def answer(
    body: bytes = b"", status: str = "200 OK", *headers: str, content_type: str = "text/html; charset=utf-8"
) -> bytes:
    """A proper answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def redirect(location: str, status: str = "302 Found", body: bytes = b"") -> bytes:
    return answer(body, status, f"Location: {location}")


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])
