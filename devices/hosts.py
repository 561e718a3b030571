"""Where a device on the network is: by number only. Looking up a name may take as long as it likes, and at night."""

import ipaddress
from typing import Final

from devices import model
from devices.model import DeviceError

_HERE: Final = {"localhost": "127.0.0.1"}
"""The one name that needs nobody's answer."""


def endpoint(address: str, host: str, port: str) -> tuple[str, int]:
    """The numeric host and the port an address names. Raises DeviceError `port.address_invalid`, which says why."""
    plain = host.removeprefix("[").removesuffix("]")
    numeric = _HERE.get(plain.lower(), plain)
    try:
        ipaddress.ip_address(numeric)
    except ValueError as error:
        why = f"{address}: expected a number such as 192.0.2.7 or localhost, not the name {plain!r}"
        raise DeviceError(model.fault("port.address_invalid", why)) from error
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
        why = f"{address}: expected a port from 1 to 65535, not {port!r}"
        raise DeviceError(model.fault("port.address_invalid", why))
    return numeric, int(port)
