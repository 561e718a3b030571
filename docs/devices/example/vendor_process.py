"""An ID-card reader whose maker gives only a closed library: this process loads it and speaks SAM-V bytes over TCP.

Plain Python, nothing of Suiban: it may run on another interpreter, another architecture, under another user. The
terminal's own driver talks to it as to any reader: port = "tcp:127.0.0.1:7001". It keeps nothing and prints nothing
of a card. A call of the library that hangs ends the whole process; systemd starts it anew, the terminal reconnects.
"""

import argparse
import signal
import socket
import sys
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
OK, FOUND, NO_CARD, NOT_SELECTED, READ_FAILED, NO_ADDRESS, UNKNOWN = 0x90, 0x9F, 0x80, 0x81, 0x41, 0x91, 0x21
FIELDS = (
    ("name", 30), ("sex", 2), ("nation", 4), ("birth", 16), ("address", 70), ("number", 36), ("issuer", 30),
    ("valid_from", 16), ("valid_to", 16), ("reserved", 36),
)  # fmt: skip
"""The 256-byte text block of a resident card (GA 467): UTF-16, little end first, filled with blanks."""


class Library:
    """Stands for the maker's library: here a real program has ctypes.CDLL("libreader.so") and the calls of its SDK."""

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs

    def has_card(self) -> bool:
        if self._hangs:
            signal.pause()
        return True

    def read(self) -> dict[str, str]:
        return {
            "name": "测试卡", "sex": "2", "nation": "01", "birth": "19900101", "address": "测试地址一号",
            "number": "11010119900101001X", "issuer": "测试签发机关", "valid_from": "20200101", "valid_to": "长期",
        }  # fmt: skip

    def module_id(self) -> bytes:
        return bytes.fromhex("05000100922D330187D61200B168DE3A")


class Reader:
    """The commands of the terminal, carried out with the library; a card is found, selected, then read."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._found = self._selected = self._read = False

    def answer(self, command: bytes) -> bytes:
        if command in (b"\x10\xff", b"\x11\xff"):  # reset, status
            self._found = self._selected = self._read = False if command[0] == 0x10 else self._read
            return reply(OK)
        if command == b"\x12\xff":
            return reply(OK, self._library.module_id())
        if command == b"\x20\x01":
            self._found = not self._read and self._library.has_card()
            return reply(FOUND, bytes(4)) if self._found else reply(NO_CARD)
        if command == b"\x20\x02":
            self._selected = self._found
            return reply(OK, bytes(8)) if self._selected else reply(NOT_SELECTED)
        if command == b"\x30\x01" and self._selected:
            self._read = True
            text = text_block(self._library.read())
            return reply(OK, len(text).to_bytes(2, "big") + bytes.fromhex("0400") + text + bytes(1024))
        if command[:1] == b"\x30":
            return reply(NO_ADDRESS if self._selected and command[1] == 3 else READ_FAILED)
        return reply(UNKNOWN)


def text_block(card: dict[str, str]) -> bytes:
    """The library's fields as the card itself holds them."""
    return b"".join(card.get(name, "").ljust(size // 2).encode("utf-16-le")[:size] for name, size in FIELDS)


def reply(status: int, payload: bytes = b"") -> bytes:
    """A whole frame; the checksum covers the length bytes too."""
    counted = (len(payload) + 4).to_bytes(2, "big") + bytes((0, 0, status)) + payload
    return PREAMBLE + counted + bytes((reduce(xor, counted),))


def serve(line: socket.socket, reader: Reader, limit: int) -> None:
    """One terminal until it hangs up."""
    heard = b""
    while chunk := line.recv(4096):
        heard += chunk
        while (at := heard.find(PREAMBLE)) >= 0 and len(heard) >= at + 10:
            counted, heard = heard[at + 5 : at + 10], heard[at + 10 :]
            if not reduce(xor, counted):
                signal.alarm(limit)  # nothing catches it: a hanging library takes this process with it
                line.sendall(reader.answer(counted[2:4]))
                signal.alarm(0)


def main() -> None:
    parser = argparse.ArgumentParser(description="A card reader's closed library as a SAM-V reader on TCP.")
    parser.add_argument("--port", type=int, default=7001)
    parser.add_argument("--limit", type=int, default=5, help="seconds one call of the library may take")
    parser.add_argument("--hangs", action="store_true", help="let the library hang, to see what happens")
    chosen = parser.parse_args()
    with socket.create_server(("127.0.0.1", chosen.port)) as listener:  # never on an address others can reach
        sys.stdout.write(f"tcp:127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            line, _ = listener.accept()
            with line:
                try:
                    serve(line, Reader(Library(hangs=chosen.hangs)), chosen.limit)
                except OSError:
                    continue  # it hung up in the middle; the next one is welcome


if __name__ == "__main__":
    main()
