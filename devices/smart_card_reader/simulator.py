"""Cards for a smart-card reader: they are inserted into a virtual reader of the real PC/SC service, and answer."""

from collections.abc import Mapping
from typing import Final

from devices.simulation.faults import Where
from devices.simulation.simulated_line import Line
from devices.simulation.simulator_server import SimulatedDevice
from devices.smart_card_reader.cards import ATR, CARDS, Chip, SampleCard
from devices.smart_card_reader.protocol import Answer, decode_command, encode_answer
from devices.smart_card_reader.virtual_slot import SlotLine, VirtualReader

LINE: Final = "own"
ADDRESS: Final = "pcsc:{port}"
OPTIONS: Final = {"card": ("holder", 'the card that is in the reader, or "none"')}

_POWER: Final = (b"\x00", b"\x01", b"\x02")
"""vpcd's control: off, on, reset."""
_CONTRADICTION: Final = Answer(0x6F00)


class SimulatedSmartCard:
    """The card's side of the contacts."""

    where = Where(length_at=0)

    def __init__(self, card: SampleCard | None) -> None:
        self.contradicting = False
        self.reader: VirtualReader | None = None
        self._card = card
        self._mute = False
        self._chip = Chip(card) if card else None
        self._commands = 0

    @property
    def present(self) -> bool:
        """See Inserted."""
        return self._card is not None

    def answer_to_reset(self) -> bytes:
        """See Inserted: a mute card says nothing a reader understands; vpcd takes no answer at all for no card."""
        return b"\x00" if self._mute else ATR

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one reader
        """See SimulatedDevice: whole frames, as the slot cut them."""
        answers = []
        while chunk:
            size = 2 + int.from_bytes(chunk[:2], "big")
            frame, chunk = chunk[2:size], chunk[size:]
            if frame in _POWER:
                self._restart_chip()
            else:
                answer = encode_answer(self._answer(frame))
                answers.append(len(answer).to_bytes(2, "big") + answer)
        return answers

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        match order.get("do"):
            case "put_card":
                self._card, self._mute = _card(str(order.get("card", "holder"))), bool(order.get("mute"))
                self._restart_chip()
            case "lift_card":
                self._card = self._chip = None
            case "service_stop" if self.reader:
                self.reader.stop()
            case "service_start" if self.reader:
                self.reader.start()
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._restart_chip()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {"card": self._card.name if self._card else None, "commands": self._commands}

    def _restart_chip(self) -> None:
        self._chip = Chip(self._card) if self._card else None

    def _answer(self, apdu: bytes) -> Answer:
        self._commands += 1
        if self.contradicting or self._chip is None:
            return _CONTRADICTION
        try:
            return self._chip.answer(decode_command(apdu))
        except ValueError:
            return Answer(0x6700)


def simulated(options: Mapping[str, str]) -> SimulatedSmartCard:
    """A card, or none. Raises ValueError for a card nobody made."""
    return SimulatedSmartCard(_card(options["card"]))


def own_line(device: SimulatedDevice) -> Line:
    """The slot of a virtual reader in a PC/SC service of its own. Raises OSError when that cannot be started."""
    if not isinstance(device, SimulatedSmartCard):
        raise TypeError(type(device).__name__)
    device.reader = VirtualReader()
    return SlotLine(device.reader, device)


def _card(name: str) -> SampleCard | None:
    if name == "none":
        return None
    if name not in CARDS:
        raise ValueError(f"no card {name!r}; there are: none, {', '.join(CARDS)}")
    return CARDS[name]
