"""The faults every simulator offers: what a line or a device can do to an answer. Answer in, timed acts out; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Send:
    """Put bytes on the line, `after` seconds from the act before."""

    payload: bytes
    after: float = 0.0


@dataclass(frozen=True)
class Unplug:
    """The line disappears."""

    after: float = 0.0


@dataclass(frozen=True)
class Replug:
    """The line comes back under a new name."""

    after: float = 0.0


@dataclass(frozen=True)
class Restart:
    """The device starts anew and has forgotten its configuration."""

    after: float = 0.0


Act = Send | Unplug | Replug | Restart
Acts = tuple[Act, ...]

NOISE: Final = bytes.fromhex("00FFAAAA965A")
LATE_SECONDS: Final = 1.0
GARBAGE: Final = bytes.fromhex("80F8E0FC00C0")
"""What another baud rate or a starting device looks like."""


@dataclass(frozen=True)
class Where:
    """Where in an answer a fault may strike: the length field, or nothing when this kind of answer has none."""

    length_at: int | None = None


def _middle(answer: bytes) -> int:
    return len(answer) // 2


def _length(answer: bytes, where: Where, value: bytes) -> Acts:
    at = where.length_at
    if at is None or len(answer) < at + 2:
        return (Send(answer),)
    return (Send(answer[:at] + value + answer[at + 2 :]),)


def _flipped(answer: bytes) -> bytes:
    at = _middle(answer)
    return answer[:at] + bytes([answer[at] ^ 0x04]) + answer[at + 1 :]


SHAPES: Final[dict[str, Callable[[bytes, Where], Acts]]] = {
    "silence": lambda _a, _w: (),
    "late-answer": lambda a, _w: (Send(a, LATE_SECONDS),),
    "dropped-byte": lambda a, _w: (Send(a[: _middle(a)] + a[_middle(a) + 1 :]),),
    "noise-before": lambda a, _w: (Send(NOISE), Send(a)),
    "noise-inside": lambda a, _w: (Send(a[: _middle(a)]), Send(NOISE), Send(a[_middle(a) :])),
    "noise-after": lambda a, _w: (Send(a), Send(NOISE)),
    "flipped-bit": lambda a, _w: (Send(_flipped(a)),),
    "short-length": lambda a, w: _length(a, w, b"\x00\x01"),
    "huge-length": lambda a, w: _length(a, w, b"\xff\xff"),
    "glued": lambda a, _w: (Send(a + a),),
    "pieces": lambda a, _w: tuple(Send(bytes([byte]), 0.0005) for byte in a),
    "disconnect-before": lambda _a, _w: (Unplug(),),
    "disconnect-inside": lambda a, _w: (Send(a[: _middle(a)]), Unplug(0.02)),
    "disconnect-after": lambda a, _w: (Send(a), Unplug(0.02)),
    "renumbered": lambda _a, _w: (Unplug(), Replug(0.1)),
    "reboot": lambda _a, _w: (Restart(), Send(GARBAGE, 0.1)),
    "duplicate": lambda a, _w: (Send(a), Send(a, 0.005)),
    "slow-loris": lambda a, _w: tuple(Send(bytes([byte]), 1.0) for byte in a),
}
"""Faults that change an answer."""

LINE_FAULTS: Final = ("echo", "baud-mismatch", "stuck", "flapping", "swapped")
"""Faults of the line itself, whatever the answer; `swapped`: a device of another kind is at its end."""

DEVICE_FAULTS: Final = ("contradiction",)
"""Faults only the device can play: its status says something else than its results."""

NAMES: Final = (*SHAPES, *LINE_FAULTS, *DEVICE_FAULTS)


class Faults:
    """Which fault is on, and for how many answers still."""

    def __init__(self) -> None:
        self.name = ""
        self._times: int | None = None

    def put(self, name: str, times: int | None = None) -> None:
        """Switch a fault on for `times` answers (None: until further notice); "none" switches it off.

        Raises ValueError for a name that is not in NAMES.
        """
        if name not in {"none", *NAMES}:
            raise ValueError(f"no fault {name!r}; there are: none, {', '.join(NAMES)}")
        self.name = "" if name == "none" else name
        self._times = times

    def shape(self, answer: bytes, where: Where) -> Acts:
        """What happens on the line instead of a plain answer."""
        shape = SHAPES.get(self.name)
        if shape is None:
            return (Send(answer),)
        if self._times is not None:
            self._times -= 1
            if self._times <= 0:
                self.name = ""
        return shape(answer, where)
