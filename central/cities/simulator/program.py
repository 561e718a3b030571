"""The simulated office as a program: the line other cities speak. `work` in its world: all it has goes one step on."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from central.cities import protocol
from central.cities.protocol import HandOver, HandScan, NameTransfer, Told
from central.cities.simulator.book import Book
from central.signed_lines.program import OtherEnd


class World(msgspec.Struct):
    """What goes wrong."""

    deaf: int = 0
    mute: int = 0
    work: bool = False


class OfficeProgram(OtherEnd):
    """`key` is shared with the offices that hand over."""

    def __init__(self, key: bytes, clock: Callable[[], datetime], port: int = 0) -> None:
        super().__init__(key, port, "office", protocol.LARGEST)
        self.world: World = World()
        self.book = Book(clock)

    def answer(self, path: str, body: bytes) -> Told:
        """What another office is told. Raises ValueError for what means nothing here."""
        match path:
            case "/transfers":
                return self.book.hand_over(msgspec.json.decode(body, type=HandOver))
            case "/scans":
                return self.book.hand_scan(msgspec.json.decode(body, type=HandScan))
            case "/complete":
                return self.book.complete(msgspec.json.decode(body, type=NameTransfer).transfer_id)
            case "/query":
                return self.book.query(msgspec.json.decode(body, type=NameTransfer).transfer_id)
            case _:
                raise ValueError(path)

    def change(self, said: bytes) -> None:
        """Another world."""
        self.world = msgspec.json.decode(said, type=World)
        if self.world.work:
            self.book.work()
