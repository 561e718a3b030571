"""Call lamp frames, both directions: 4C order XOR to the lamp, 6C state XOR back. Pure."""

from enum import Enum
from typing import Final

_TO_LAMP: Final = 0x4C
_FROM_LAMP: Final = 0x6C


class Order(Enum):
    """What the lamp can be told."""

    TELL = 0x3F
    ON = 0x31
    OFF = 0x30


def encode_order(order: Order) -> bytes:
    """The frame of an order."""
    return bytes((_TO_LAMP, order.value, _TO_LAMP ^ order.value))


def decode_order(frame: bytes) -> Order | None:
    """The order in three bytes; None for what is none."""
    if len(frame) != 3 or frame[0] != _TO_LAMP or frame[2] != frame[0] ^ frame[1]:
        return None
    return next((order for order in Order if order.value == frame[1]), None)


def encode_state(*, lit: bool) -> bytes:
    """The lamp's answer to every order."""
    return bytes((_FROM_LAMP, lit, _FROM_LAMP ^ lit))


def decode_state(heard: bytes) -> bool | None:
    """Whether the lamp is lit, from the last whole answer in what was heard; None without one."""
    for at in range(len(heard) - 3, -1, -1):
        if heard[at] == _FROM_LAMP and heard[at + 1] in (0, 1) and heard[at + 2] == heard[at] ^ heard[at + 1]:
            return bool(heard[at + 1])
    return None
