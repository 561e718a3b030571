"""The parts of a device's address that a technician sets one by one. Pure."""

from urllib.parse import parse_qsl, urlencode

import msgspec

DEFAULT_BAUD = "115200"


class Address(msgspec.Struct, frozen=True):
    """`serial:/dev/ttyUSB0?baud=9600` in its parts."""

    scheme: str = "serial"
    target: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def choice(self, name: str, default: str = "") -> str:
        """What stands behind the question mark under that name."""
        return dict(self.choices).get(name, default)

    def choosing(self, name: str, value: str) -> "Address":
        """The same with one choice set; "" takes it away."""
        rest = {**dict(self.choices), name: value}
        return Address(self.scheme, self.target, tuple((key, said) for key, said in rest.items() if said))

    def text(self) -> str:
        """As the settings write it."""
        query = urlencode(self.choices, safe="/:@")
        return f"{self.scheme}:{self.target}" + (f"?{query}" if query else "")


def parse(text: str) -> Address:
    """Total: whatever stands there is shown, the driver says whether it can be used. A bare path means serial."""
    scheme, _, rest = ("serial", "", text) if text.startswith("/") or ":" not in text else text.partition(":")
    target, _, query = rest.partition("?")
    return Address(scheme, target, tuple(parse_qsl(query)))
