"""Prints tickets and is killed in the middle: for each order on standard input a child that dies at a byte.

An order is "ADDRESS MARK BYTE": print the ticket MARK, and be killed once BYTE bytes of it went out (-1: never). The
answer is the outcome, or "killed".
"""

import os
import signal
import sys

from devices.model import DeviceError
from devices.port import BytePort, Deadline, open_port
from devices.ticket_printer.document import Cut, Element, Row, Text
from devices.ticket_printer.driver import TicketPrinter, TicketPrinterOptions
from devices.ticket_printer.protocol import INITIALISE


def ticket(mark: str) -> tuple[Element, ...]:
    """A ticket one can tell apart, its beginning and its end too; one line of it is a picture."""
    return (
        Text(f"BEGIN {mark}", align="centre", width=2, height=2),
        Row("姓名", f"NAME {mark}"),
        Text("㛃"),
        Text(f"END {mark}"),
        Cut(),
    )


class DiesAt:
    """A port whose process is killed after so many bytes of a ticket, which begins with ESC @."""

    def __init__(self, port: BytePort, left: int) -> None:
        self._port = port
        self._left = left
        self._begun = False
        self.address = port.address
        self.read = port.read
        self.discard_input = port.discard_input
        self.close = port.close

    def write(self, payload: bytes, deadline: Deadline) -> None:
        """See BytePort."""
        self._begun |= payload.startswith(INITIALISE)
        if self._begun and self._left < len(payload):
            self._port.write(payload[: self._left], deadline)
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= len(payload) if self._begun else 0
        self._port.write(payload, deadline)


def print_once(address: str, mark: str, at: int) -> str:
    """One connection, one ticket."""
    port: BytePort = open_port(address, Deadline.after(3))
    if at >= 0:
        port = DiesAt(port, at)
    driver = TicketPrinter(port, TicketPrinterOptions(evidence_seconds=2.0))
    try:
        return driver.print_ticket(ticket(mark), mark).result
    finally:
        driver.close()


def in_a_child(address: str, mark: str, at: int) -> str:
    """The same in a process of its own."""
    mine, its = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        try:
            said = print_once(address, mark, at)
        except DeviceError as error:
            said = error.fault.key
        os.write(its, said.encode())
        os._exit(0)
    os.close(its)
    said = os.read(mine, 100).decode()
    os.close(mine)
    os.waitpid(child, 0)
    return said or "killed"


if __name__ == "__main__":
    for line in sys.stdin:
        where, name, byte = line.split()
        sys.stdout.write(in_a_child(where, name, int(byte)) + "\n")
        sys.stdout.flush()
