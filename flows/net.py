"""The client as the settings want it."""

from flows.settings import Settings
from tasks.errors import Stop
from tasks.fetch.address import Network, networks
from tasks.fetch.client import Client
from tasks.fetch.outcome import Limits

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
    if not settings.contact:
        raise Stop(NO_CONTACT)
