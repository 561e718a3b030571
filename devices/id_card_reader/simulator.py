"""A SAM-V reader with a card field: cards are laid, read and lifted; it answers with the bytes of the real module."""

from collections.abc import Mapping
from typing import Final

from devices.id_card_reader.cards import CARDS, PHOTO, SampleCard
from devices.id_card_reader.layouts import ADDRESS_BYTES, encode_field
from devices.id_card_reader.protocol import (
    BadChecksum,
    BadLength,
    CardBlocks,
    Command,
    FrameReader,
    Reply,
    decode_command,
    encode_blocks,
    encode_reply,
)
from devices.simulation.faults import Where

SAM_ID: Final = bytes.fromhex("05000100922D330187D61200B168DE3A")
_LONGEST_COMMAND: Final = 64

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {"card": ("resident", 'the card that lies on the reader, or "none"')}


class SimulatedIdCardReader:
    """The reader's side of the line."""

    where = Where(length_at=5)

    def __init__(self, card: SampleCard | None) -> None:
        self.contradicting = False
        self._card = card
        self._found = self._selected = self._already_read = False
        self._reads = 0
        self._commands = 0
        self._frames = FrameReader(shortest=3, longest=_LONGEST_COMMAND)

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        answers = []
        for event in self._frames.feed(chunk):
            match event:
                case BadChecksum():
                    reply = Reply(0x10)
                case BadLength():
                    reply = Reply(0x11)
                case frame:
                    reply = self._answer(decode_command(frame.body))
            answers.append(encode_reply(reply))
        return answers

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        match order.get("do"):
            case "put_card":
                card = _card(str(order.get("card", "resident")))
                self._lift()
                self._card = card
            case "lift_card":
                self._lift()
            case "nudge_card":
                self._found = self._selected = self._already_read = False
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._found = self._selected = self._already_read = False
        self._frames = FrameReader(shortest=3, longest=_LONGEST_COMMAND)

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {
            "card": self._card.name if self._card else None,
            "already_read": self._already_read,
            "reads": self._reads,
            "commands": self._commands,
        }

    def _lift(self) -> None:
        self._card = None
        self._found = self._selected = self._already_read = False

    def _answer(self, command: Command | None) -> Reply:
        self._commands += 1
        match command:
            case Command.RESET:
                self._found = self._selected = self._already_read = False
                return Reply(0x90)
            case Command.STATUS:
                return Reply(0x90)
            case Command.SAM_ID:
                return Reply(0x90, SAM_ID)
            case Command.FIND:
                return self._find()
            case Command.SELECT:
                return self._select()
            case Command.READ | Command.READ_WITH_FINGERPRINT:
                return self._read(with_fingerprint=command is Command.READ_WITH_FINGERPRINT)
            case Command.READ_NEWEST_ADDRESS:
                return self._newest_address()
            case None | Command.READ_MANAGEMENT_NUMBER:
                return Reply(0x21)
            case _:
                return Reply(0x90)

    def _find(self) -> Reply:
        if self._already_read:
            return Reply(0x80)  # and the card stays selected: reading it again still works
        self._selected = False
        self._found = self._card is not None
        return Reply(0x9F, bytes(4)) if self._found else Reply(0x80)

    def _select(self) -> Reply:
        self._selected = self._found and not self.contradicting
        self._found = False
        return Reply(0x90, bytes(8)) if self._selected else Reply(0x81)

    def _read(self, *, with_fingerprint: bool) -> Reply:
        if self._card is None or not self._selected:
            return Reply(0x41)
        self._already_read = True
        self._reads += 1
        blocks = CardBlocks(self._card.text(), PHOTO)
        return Reply(0x90, encode_blocks(blocks, with_fingerprint=with_fingerprint))

    def _newest_address(self) -> Reply:
        if self._card is None or not self._selected:
            return Reply(0x41)
        if not self._card.newest_address:
            return Reply(0x91)
        return Reply(0x90, encode_field(self._card.newest_address, ADDRESS_BYTES))


def simulated(options: Mapping[str, str]) -> SimulatedIdCardReader:
    """The reader with a card on it, or none. Raises ValueError for a card nobody made."""
    return SimulatedIdCardReader(_card(options["card"]))


def _card(name: str) -> SampleCard | None:
    if name == "none":
        return None
    if name not in CARDS:
        raise ValueError(f"no card {name!r}; there are: none, {', '.join(CARDS)}")
    return CARDS[name]
