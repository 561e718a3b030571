"""Telephone numbers: sealed the moment they come, opened by the machine for one text, shown to nobody."""

from central import persons
from central.keys import Keys
from central.messages.rules import CONTEXT
from contract.catalogue import is_mobile


def seal_number(keys: Keys, mobile: str) -> bytes:
    """What `queue_message` takes. Raises ValueError, without the number, for what is no mainland mobile number."""
    if not is_mobile(mobile):
        message = "mobile: expected 11 digits that begin with 13 to 19"
        raise ValueError(message)
    return persons.seal(keys, mobile.encode(), CONTEXT)


def open_number(keys: Keys, sealed: bytes) -> str:
    """The number for the gateway alone. Raises CannotOpen."""
    return persons.unseal(keys, sealed, CONTEXT).decode()
