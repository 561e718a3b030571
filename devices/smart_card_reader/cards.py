"""Sample cards for the simulator: synthetic persons, and the ways cards of different places differ."""

from dataclasses import dataclass, field, replace
from typing import Final

from devices.smart_card_reader import protocol
from devices.smart_card_reader.content import APPLICATION, FILE_OF, RECORDS, encode_content
from devices.smart_card_reader.protocol import OK, Answer, Command, encode_record

ATR: Final = bytes.fromhex("3B6D000000805431863A6B0000000000")
"""T=0, historical bytes of nobody's."""
_TEMPLATE: Final = b"\x6f\x02\x84\x00"
"""File control information without content."""


@dataclass(frozen=True)
class SampleCard:
    """One card: what its chip holds and how it answers."""

    name: str
    fields: dict[str, str]
    lengths: dict[str, int] = field(default_factory=dict)
    """Values longer or shorter than usual."""
    protected: frozenset[str] = frozenset()
    """Records given only to a security module."""
    application: bytes = APPLICATION
    two_steps: bool = False
    """T=0 to the letter: 61xx and GET RESPONSE instead of the answer, 6Cxx for another length than its own."""

    def records(self) -> dict[tuple[int, int], bytes]:
        """Every record by short file identifier and number."""
        values = encode_content(self.fields)
        found = {}
        for name, value in values.items():
            record, length = RECORDS[name], self.lengths.get(name, len(value))
            found[record.short_file, record.number] = encode_record(record.number, value.ljust(length, b"\0")[:length])
        return found


_HOLDER: Final = SampleCard(
    "holder",
    {
        "card_id": "11010000000000000000000000000001",
        "issued": "20200101",
        "expires": "20400101",
        "card_number": "A00000018",
        "id_number": "110105199003070017",
        "name": "李晓明",
        "sex": "1",
        "ethnic_group": "01",
    },
)

CARDS: Final[dict[str, SampleCard]] = {
    card.name: card
    for card in (
        _HOLDER,
        replace(_HOLDER, name="rare_name", fields={**_HOLDER.fields, "name": "王㛃𠮷"}),
        replace(_HOLDER, name="longer_records", lengths={"card_number": 20, "name": 50}),
        replace(_HOLDER, name="shorter_records", lengths={"name": 12, "card_id": 8}),
        replace(_HOLDER, name="two_steps", two_steps=True),
        replace(_HOLDER, name="protected", protected=frozenset({"id_number", "name", "sex", "ethnic_group"})),
        replace(_HOLDER, name="all_protected", protected=frozenset(RECORDS)),
        replace(_HOLDER, name="bank_card", application=b"1PAY.SYS.DDF01"),
    )
}


class Chip:
    """A card while it has power: the selected application and file, and an answer that waits to be fetched."""

    def __init__(self, card: SampleCard) -> None:
        self._card = card
        self._records = card.records()
        self._selected = False
        self._waiting = b""
        self._protected = {(RECORDS[name].short_file, RECORDS[name].number) for name in card.protected}

    def answer(self, command: Command) -> Answer:
        """What the card says."""
        if command.cla:
            return Answer(0x6E00)
        match command.ins:
            case protocol.SELECT:
                return self._select(command)
            case protocol.READ_RECORD:
                return self._read(command)
            case protocol.GET_RESPONSE:
                waiting, self._waiting = self._waiting, b""
                return Answer(OK if waiting else 0x6985, waiting)
            case _:
                return Answer(0x6D00)

    def _select(self, command: Command) -> Answer:
        if command.p1 == 0x04:
            self._selected = command.payload == self._card.application
            return self._given(_TEMPLATE, None) if self._selected else Answer(0x6A82)
        known = int.from_bytes(command.payload, "big") in FILE_OF.values()
        return Answer(OK if self._selected and known else 0x6A82)

    def _read(self, command: Command) -> Answer:
        place = (command.p2 >> 3, command.p1)
        if not self._selected:
            return Answer(0x6985)
        if place in self._protected:
            return Answer(0x6982)
        if place not in self._records:
            return Answer(0x6A83)
        return self._given(self._records[place], command.le)

    def _given(self, whole: bytes, le: int | None) -> Answer:
        if le not in (None, 256, len(whole)):
            return Answer(0x6C00 | len(whole))
        if self._card.two_steps and le is None:
            self._waiting = whole
            return Answer(0x6100 | len(whole))
        return Answer(OK, whole)
