"""The PC/SC calls of libpcsclite.so.1 by ctypes. Any of them may block for ever: used in the reader's process only."""

import ctypes
from ctypes import POINTER, byref, c_char, c_char_p, c_long, c_ubyte, c_ulong, c_void_p
from typing import Final

LIBRARY: Final = "libpcsclite.so.1"
SUCCESS: Final = 0
NO_READERS: Final = 0x8010002E
NO_SMARTCARD: Final = 0x8010000C

_SCOPE_SYSTEM: Final = 2
_SHARE_EXCLUSIVE: Final = 1
_PROTOCOLS: Final = 1 | 2  # T=0, T=1
_RESET_CARD: Final = 1
_LONGEST_ANSWER: Final = 258


class PcscError(Exception):
    """A call failed: which, and with which code of the PC/SC specification."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(f"{call} {code:08X}")
        self.call = call
        self.code = code


class _ReaderState(ctypes.Structure):
    _fields_ = (
        ("name", c_char_p),
        ("user", c_void_p),
        ("current", c_ulong),
        ("event", c_ulong),
        ("atr_length", c_ulong),
        ("atr", c_ubyte * 33),
    )


class _Protocol(ctypes.Structure):
    _fields_ = (("protocol", c_ulong), ("length", c_ulong))


class Pcsc:
    """One context with the service, and at most one card in use."""

    def __init__(self) -> None:
        """Load the library and find the service. Raises OSError without the library, PcscError without the service."""
        self._library = ctypes.CDLL(LIBRARY)
        for name, arguments in _SIGNATURES.items():
            function = getattr(self._library, name)
            function.argtypes, function.restype = arguments, c_long
        self._context = c_long()
        self._card: c_long | None = None
        self._protocol = c_ulong()
        self._call("SCardEstablishContext", _SCOPE_SYSTEM, None, None, byref(self._context))

    def readers(self) -> list[str]:
        """Every reader there is now."""
        size = c_ulong()
        try:
            self._call("SCardListReaders", self._context, None, None, byref(size))
            names = ctypes.create_string_buffer(size.value)
            self._call("SCardListReaders", self._context, None, names, byref(size))
        except PcscError as error:
            if error.code == NO_READERS:
                return []
            raise
        return [name.decode("utf-8", "replace") for name in names.raw[: size.value].split(b"\0") if name]

    def state(self, reader: str) -> int:
        """SCARD_STATE_… of a reader; the upper 16 bits count how often a card came or went."""
        one = (_ReaderState * 1)()
        one[0].name = reader.encode()
        self._call("SCardGetStatusChange", self._context, 0, one, 1)
        return int(one[0].event)

    def connect(self, reader: str) -> None:
        """Power the card up and keep every other program from it."""
        card = c_long()
        self._call(
            "SCardConnect",
            self._context,
            reader.encode(),
            _SHARE_EXCLUSIVE,
            _PROTOCOLS,
            byref(card),
            byref(self._protocol),
        )
        self._card = card

    def transmit(self, apdu: bytes) -> bytes:
        """One command and its answer."""
        if self._card is None:
            raise PcscError("SCardTransmit", NO_SMARTCARD)
        answer = ctypes.create_string_buffer(_LONGEST_ANSWER)
        size = c_ulong(_LONGEST_ANSWER)
        protocol = _Protocol(self._protocol.value, ctypes.sizeof(_Protocol))
        self._call("SCardTransmit", self._card, byref(protocol), apdu, len(apdu), None, answer, byref(size))
        return answer.raw[: size.value]

    def disconnect(self) -> None:
        """Reset the card, so that nothing stays selected or unlocked on it."""
        if self._card is not None:
            card, self._card = self._card, None
            self._call("SCardDisconnect", card, _RESET_CARD)

    def _call(self, name: str, *arguments: object) -> None:
        code = getattr(self._library, name)(*arguments) & 0xFFFFFFFF
        if code != SUCCESS:
            raise PcscError(name, code)


_SIGNATURES: Final = {
    "SCardEstablishContext": [c_ulong, c_void_p, c_void_p, POINTER(c_long)],
    "SCardListReaders": [c_long, c_char_p, POINTER(c_char), POINTER(c_ulong)],
    "SCardGetStatusChange": [c_long, c_ulong, POINTER(_ReaderState), c_ulong],
    "SCardConnect": [c_long, c_char_p, c_ulong, c_ulong, POINTER(c_long), POINTER(c_ulong)],
    "SCardTransmit": [
        c_long,
        POINTER(_Protocol),
        c_char_p,
        c_ulong,
        c_void_p,
        POINTER(c_char),
        POINTER(c_ulong),
    ],
    "SCardDisconnect": [c_long, c_ulong],
}
