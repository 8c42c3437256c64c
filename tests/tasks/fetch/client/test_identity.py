"""Who we are and what we keep to ourselves: identification, secrets, connections."""

import contextlib
import datetime
import logging
import socket
import ssl
import time
import traceback
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tasks.fetch.client import Client, user_agent, version
from tasks.fetch.outcome import FetchDeferred, FetchRejected
from tests.tasks.fetch.client.conftest import CONTACT, LOOPBACK
from tests.tasks.fetch.client.server import Web, answer, redirect

SECRET = "hunter2hunter2"  # noqa: S105  # planted: the tests look for it where it must not be
NAME = "secure.gazette.example"


def test_we_say_who_we_are(web: Web, client: Client) -> None:
    """Name, version and a contact; nothing that pretends to be a browser."""
    site = web.add(lambda request: answer(b"hello"))
    client.fetch(site.url)
    assert site.requests[0].headers["user-agent"] == f"Presshouse/{version()} (+{CONTACT})"
    assert set(site.requests[0].headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


@pytest.mark.parametrize("contact", ["", "  ", "Zoë", "a(b)"])
def test_a_contact_is_needed(contact: str) -> None:
    """Publishers must be able to reach whoever fetches."""
    with pytest.raises(ValueError, match="contact"):
        user_agent(contact)


def test_line_ends_in_a_contact_are_no_header() -> None:
    """It stays on one line."""
    assert "\n" not in user_agent("desk@gazette.example\r\nX-Evil: 1")


def test_connections_are_used_again(web: Web, client: Client) -> None:
    """Five pages of a host cost one connection; another host has its own."""
    site = web.add(lambda request: answer(b"hello"))
    other = web.add(lambda request: answer(b"hello"))
    for number in range(5):
        client.fetch(f"{site.url}/{number}")
        client.fetch(f"{other.url}/{number}")
    assert len({one.connection for one in site.requests}) == len({one.connection for one in other.requests}) == 1


def test_a_connection_that_the_server_closed_is_opened_again(web: Web, client: Client) -> None:
    """An idle connection may end at any time, even while we ask: that is no failure of the page."""
    site = web.add(lambda request: answer(b"hello"))
    client.fetch(site.url + "/a")
    first = site.requests[0].connection
    site.handler = lambda request: None if request.connection == first else answer(b"again")
    assert client.fetch(site.url + "/b").body == b"again"


def test_a_server_that_always_closes_is_deferred(web: Web, client: Client) -> None:
    """Once more, not for ever."""
    site = web.add(lambda request: None)
    with pytest.raises(FetchDeferred) as error:
        client.fetch(site.url)
    assert (error.value.reason, len(site.requests)) == ("connection", 1)


def test_hostile_06_userinfo_is_dropped(web: Web, client: Client) -> None:
    """Not sent, not kept."""
    site = web.add(lambda request: answer(b"hello"))
    fetched = client.fetch(site.url.replace("://", f"://reader:{SECRET}@") + "/a")
    assert fetched.asked_url == fetched.fetched_url == f"{site.url}/a"
    assert "authorization" not in site.requests[0].headers
    assert SECRET not in repr(fetched) and SECRET.encode() not in site.requests[0].raw


@pytest.mark.parametrize(
    "url", ["http://gazette.example/a\r\nHost: evil", "http://gazette.example\n.evil/", "http://a\x00b/"]
)
def test_hostile_07_line_ends_in_a_url_are_rejected(client: Client, url: str) -> None:
    """No request is split."""
    with pytest.raises(FetchRejected) as error:
        client.fetch(url)
    assert error.value.reason == "bad_url"


def test_hostile_08_punycode_and_unicode_are_one_host(web: Web) -> None:
    """Both are asked for by the same name."""
    site = web.add(lambda request: answer(b"hello"))
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return [site.address]

    with Client(CONTACT, allowed=LOOPBACK, resolver=resolver) as client:
        client.fetch(f"http://münchen.example:{site.port}/ä?ö=ü")
        client.fetch(f"http://xn--mnchen-3ya.example:{site.port}/%C3%A4?%C3%B6=%C3%BC")
    assert set(asked) == {"xn--mnchen-3ya.example"}
    assert {request.target for request in site.requests} == {"/%C3%A4?%C3%B6=%C3%BC"}


def test_hostile_09_a_url_of_two_megabytes_is_rejected(client: Client) -> None:
    """At once, and without repeating it in the message."""
    with pytest.raises(FetchRejected) as error:
        client.fetch("http://gazette.example/" + "a" * (2 << 20))
    assert error.value.reason == "bad_url" and len(str(error.value)) < 1_000


def test_paths_are_asked_for_as_they_are_given(web: Web, client: Client) -> None:
    """Escapes, empty segments and odd queries are the publisher's own; the fragment stays here."""
    site = web.add(lambda request: answer(b"hello"))
    for target in ("/a%2Fb//c;v=1", "/?q=a+b&c=%26&d", "/x'(y)!*"):
        client.fetch(f"{site.url}{target}#part")
        assert site.requests[-1].target == target


def everything_of(error: BaseException) -> str:
    """What any log or report could print of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error)) + repr(error.__context__)


@pytest.mark.parametrize("kind", ["status", "loop", "cut", "refused", "private", "form", "header"])
def test_hostile_77_planted_secrets_are_in_no_error_and_no_log(
    web: Web, client: Client, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Userinfo and secret parameters, whatever goes wrong and however much is logged."""
    caplog.set_level(logging.DEBUG)
    replies = {
        "status": answer(b"", "500 Oops"),
        "loop": redirect(f"/a?token={SECRET}&api_key={SECRET}"),
        "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\nx",
        "header": answer(b"x", "200 OK", *["X: y"] * 200),
    }
    site = web.add(lambda request: replies[kind])
    origin = {"refused": "http://127.0.99.99:9", "private": "http://10.0.0.1", "form": "http://127.1"}.get(
        kind, site.url
    )
    url = origin.replace("://", f"://reader:{SECRET}@") + f"/a?token={SECRET}&api_key={SECRET}"
    with pytest.raises((FetchDeferred, FetchRejected)) as error:
        client.fetch(url)
    assert SECRET not in everything_of(error.value)
    assert "token=***" in str(error.value)
    assert SECRET not in caplog.text
    if kind in replies:
        assert "urllib3" in caplog.text  # it has logged the request, masked


def test_hostile_77_planted_secrets_are_in_nothing_that_is_kept(web: Web, client: Client) -> None:
    """Neither in URLs nor in the bytes for the archive, also where the server echoes them."""
    site = web.add(
        lambda request: (
            answer(b"hello", "200 OK", f"Link: </a?sig={SECRET}>; rel=self")
            if request.target.startswith("/b")
            else redirect(f"/b?sig={SECRET}&x=1")
        )
    )
    fetched = client.fetch(f"{site.url}/a?access_token={SECRET}")
    assert SECRET not in repr(fetched)
    assert fetched.fetched_url == f"{site.url}/b?sig=***&x=1"
    assert SECRET.encode() in site.requests[0].raw  # the site itself got it


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for NAME, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_tls_checks_the_name_while_the_vetted_address_is_dialled(web: Web, certificate: Path) -> None:
    """SNI, certificate and Host are those of the name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str | None] = []
    context.sni_callback = lambda sock, name, _: names.append(name)
    site = web.add(lambda request: answer(b"sealed"), wrap=lambda sock: context.wrap_socket(sock, server_side=True))
    with Client(CONTACT, allowed=LOOPBACK, resolver=lambda *_: [site.address], ca_bundle=str(certificate)) as client:
        assert client.fetch(f"https://{NAME}:{site.port}/").body == b"sealed"
        assert client.fetch(f"https://{NAME}:{site.port}/").body == b"sealed"
        assert len({request.connection for request in site.requests}) == 1
        with pytest.raises(FetchDeferred) as error:
            client.fetch(f"https://other.gazette.example:{site.port}/")
        assert error.value.reason == "tls"
    assert names[0] == NAME
    with Client(CONTACT, allowed=LOOPBACK, resolver=lambda *_: [site.address]) as client:
        with pytest.raises(FetchDeferred) as error:
            client.fetch(f"https://{NAME}:{site.port}/")
        assert error.value.reason == "tls"


def test_a_handshake_that_drips_ends_at_the_deadline(web: Web) -> None:
    """A server that never finishes its half of TLS."""

    def dripping(sock: socket.socket) -> socket.socket:
        with contextlib.suppress(OSError):
            for byte in b"\x16\x03\x03\x40\x00" + bytes(100):  # the head of a TLS record of 16 KiB
                sock.sendall(bytes([byte]))
                time.sleep(0.1)
        return sock

    site = web.add(lambda request: None, wrap=dripping)
    started_at = time.monotonic()
    with Client(CONTACT, allowed=LOOPBACK) as client, pytest.raises(FetchDeferred) as error:
        client.fetch(f"https://{site.address}:{site.port}/", deadline_s=0.7)
    assert error.value.reason == "deadline"
    assert time.monotonic() - started_at < 3.0


def test_a_downgrade_is_noted(web: Web, certificate: Path) -> None:
    """A page that came over http although https was asked for says so."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    plain = web.add(lambda request: answer(b"open"))
    sealed = web.add(
        lambda request: redirect(f"http://{NAME}:{plain.port}/"),
        wrap=lambda sock: context.wrap_socket(sock, server_side=True),
    )

    def resolver(host: str, port: int) -> list[str]:
        return [plain.address if port == plain.port else sealed.address]

    with Client(CONTACT, allowed=LOOPBACK, resolver=resolver, ca_bundle=str(certificate)) as client:
        fetched = client.fetch(f"https://{NAME}:{sealed.port}/")
    assert (fetched.body, fetched.notes) == (b"open", ("downgrade",))
