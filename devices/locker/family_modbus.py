"""Relay and input boards that speak Modbus RTU: a coil for each lock, a discrete input for each sensor. Pure.

Lock and sensor have the same address. There is no order to open: the coil gets current for a moment (`pulses`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from devices.locker.protocol import (
    Answer,
    AskBoard,
    BoardSeen,
    Damaged,
    Order,
    Refused,
    SwitchCoil,
    Taken,
)
from devices.parts import modbus


class _Answers:
    def __init__(self) -> None:
        self._replies = modbus.ReplyReader()

    def feed(self, chunk: bytes) -> list[Answer]:
        """See AnswerReader."""
        before = self._replies.damaged
        found = [_answer(reply) for reply in self._replies.feed(chunk)]
        damaged = self._replies.damaged - before
        return [*found, Damaged(damaged)] if damaged else found


class _Orders:
    def __init__(self) -> None:
        self._requests = modbus.RequestReader()

    def feed(self, chunk: bytes) -> list[Order | Damaged]:
        """See OrderReader. A request no lock needs goes unanswered."""
        return [order for one in self._requests.feed(chunk) if (order := _order(one)) is not None]


def _answer(reply: modbus.Reply) -> Answer:
    match reply:
        case modbus.Inputs(unit=unit, bits=bits):
            return BoardSeen(unit, bits)
        case modbus.WriteCoil(unit=unit, coil=coil, on=on):
            return Taken(unit, coil, on)
        case modbus.Refused(unit=unit, code=code):
            return Refused(unit, code)


def _order(request: modbus.Request | modbus.Refused) -> Order | None:
    match request:
        case modbus.ReadInputs(unit=unit, first=first, count=count):
            return AskBoard(unit, first, count)
        case modbus.WriteCoil(unit=unit, coil=coil, on=on):
            return SwitchCoil(unit, coil, on)
        case modbus.Refused():
            return None


class FamilyModbus:
    """See Family."""

    asks_boards = True
    asks_locks = False
    pulses = True
    least_lock = 0
    refusals: Mapping[int, str] = MappingProxyType(
        {
            0x01: "locker.order_refused",
            0x02: "locker.order_refused",
            0x03: "locker.order_refused",
            0x05: "locker.board_busy",
            0x06: "locker.board_busy",
            0x0A: "locker.order_refused",
            0x0B: "locker.board_silent",
        }
    )

    def encode(self, order: Order) -> bytes:
        """See Family."""
        match order:
            case AskBoard(board=board, first=first, count=count):
                return modbus.encode_request(modbus.ReadInputs(board, first, count))
            case SwitchCoil(board=board, lock=lock, on=on):
                return modbus.encode_request(modbus.WriteCoil(board, lock, on))
        raise ValueError(f"no frame for {order}")

    def answer_reader(self) -> _Answers:
        """See Family."""
        return _Answers()

    def order_reader(self) -> _Orders:
        """See Family."""
        return _Orders()

    def encode_answer(self, order: Order, answer: Answer) -> bytes:
        """See Family."""
        match order, answer:
            case (AskBoard(), BoardSeen(board=board, contacts=contacts)):
                return modbus.encode_reply(modbus.Inputs(board, tuple(bool(one) for one in contacts)))
            case (SwitchCoil(board=board, lock=lock, on=on), Taken()):
                return modbus.encode_reply(modbus.WriteCoil(board, lock, on))
            case (SwitchCoil(board=board), Refused(code=code)):
                return modbus.encode_reply(modbus.Refused(board, modbus.WRITE_COIL, code))
            case (AskBoard(board=board), Refused(code=code)):
                return modbus.encode_reply(modbus.Refused(board, modbus.READ_INPUTS, code))
        raise ValueError(f"no answer {answer} to {order}")

    def encode_push(self, board: int, lock: int, *, contact: bool) -> bytes:  # noqa: ARG002 - a slave never speaks first
        """See Family."""
        return b""
