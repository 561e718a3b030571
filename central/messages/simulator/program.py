"""The simulated gateway: the line centres speak, and the texts it has.

Its world: `slow` (receipts stay "accepted"), `refuse` (numbers with these endings fail). `GET /_box` lists what
arrived, telephone numbers by their last four digits.
"""

import threading
from collections.abc import Callable
from datetime import datetime

import msgspec

from central.messages import protocol
from central.messages.protocol import NameMessage, Receipt, SendText, Told
from central.signed_lines.program import OtherEnd, Page


class World(msgspec.Struct):
    """What goes wrong."""

    deaf: int = 0
    mute: int = 0
    slow: bool = False
    refuse: tuple[str, ...] = ()


class Arrived(msgspec.Struct, frozen=True):
    """One text on somebody's telephone."""

    message_id: str
    ends: str
    template: str
    text: str
    at: str


class GatewayProgram(OtherEnd):
    """`key` is shared with the centre."""

    def __init__(self, key: bytes, clock: Callable[[], datetime], port: int = 0) -> None:
        super().__init__(key, port, "sms gateway", protocol.LARGEST)
        self.world: World = World()
        self.box: list[Arrived] = []
        """What telephones got: one a message, however often it was sent."""
        self.asked: dict[str, SendText] = {}
        self._told: dict[str, Told] = {}
        self._clock = clock
        self._lock = threading.Lock()

    def change(self, said: bytes) -> None:
        """Another world."""
        self.world = msgspec.json.decode(said, type=World)

    def shown(self, path: str) -> Page | None:
        """What arrived."""
        return (200, "application/json", msgspec.json.encode(self.box)) if path == "/_box" else None

    def answer(self, path: str, body: bytes) -> Told:
        """What a centre is told. Raises ValueError for what means nothing here."""
        with self._lock:
            match path:
                case "/messages":
                    return self._send(msgspec.json.decode(body, type=SendText))
                case "/query":
                    return self._query(msgspec.json.decode(body, type=NameMessage).message_id)
                case _:
                    raise ValueError(path)

    def _send(self, text: SendText) -> Told:
        if text.message_id not in self._told:
            self.asked[text.message_id] = text
            self._told[text.message_id] = Told(text.message_id, Receipt.ACCEPTED, f"SMS{len(self._told) + 1:08}")
        return self._told[text.message_id]

    def _query(self, message_id: str) -> Told:
        told = self._told.get(message_id)
        if told is None:
            return Told(message_id, Receipt.UNKNOWN)
        if told.receipt is not Receipt.ACCEPTED or self.world.slow:
            return told
        text, at = self.asked[message_id], self._clock().isoformat(timespec="seconds")
        if text.to.endswith(self.world.refuse or ("none",)):
            told = msgspec.structs.replace(told, receipt=Receipt.FAILED, at=at, why="UNDELIV")
        else:
            self.box.append(Arrived(message_id, text.to[-4:], text.template, text.text, at))
            told = msgspec.structs.replace(told, receipt=Receipt.DELIVERED, at=at)
        self._told[message_id] = told
        return told
