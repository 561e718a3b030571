import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from tests.waiting import until
from ui import hand
from ui.dock import Dock
from ui.views.dock import Around, PrinterState, ReaderState, dock_view


class World:
    """Answers the dock as the demonstration does."""

    def __init__(self, path: Path) -> None:
        self.orders: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {
            "reader": {"card": None},
            "printer": {"tickets": 0, "paper": "full", "cover": "closed"},
            "link": True,
            "ticket": "",
            "centre": "http://127.0.0.1:1/",
        }
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        self._listener.close()
        with connection, connection.makefile("rwb") as lines:
            self._connection = connection
            for line in lines:
                order = json.loads(line)
                if order["do"] != "state":
                    self.orders.append(order)
                answer = {"ok": order["do"] != "cut_link", "error": "no cable", "state": self.state}
                lines.write(json.dumps(answer).encode() + b"\n")
                lines.flush()

    def end(self) -> None:
        """Hang up, as a demonstration that is over."""
        self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "dock.sock")


@pytest.fixture
def dock(qtbot: QtBot, world: World, tmp_path: Path) -> Iterator[Dock]:
    made = Dock(tmp_path / "dock.sock", x=0)
    until(lambda: "127.0.0.1" in "".join(hand.texts(_window(made))), "the address", meanwhile=lambda: qtbot.wait(5))
    yield made
    world.end()
    made.close()


def _window(dock: Dock) -> QQuickWindow:
    window = dock.engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    return window


def test_every_button_gives_its_order(qtbot: QtBot, dock: Dock, world: World) -> None:
    _window(dock).grabWindow()
    for name in ("put_card.resident", "paper_out", "cover_open", "cut_link"):
        hand.touch(_window(dock), name)
    wanted = [{"do": "put_card", "card": "resident"}, {"do": "paper_out"}, {"do": "cover_open"}, {"do": "cut_link"}]
    until(lambda: world.orders == wanted, f"{wanted}", state=lambda: world.orders, meanwhile=lambda: qtbot.wait(5))
    until(lambda: "no cable" in hand.texts(_window(dock)), "the cut link", meanwhile=lambda: qtbot.wait(5))


def test_a_ticket_lies_in_the_slot_until_it_is_taken(qtbot: QtBot, dock: Dock, world: World, tmp_path: Path) -> None:
    Image.new("RGB", (576, 900), "white").save(tmp_path / "ticket-0001.png")
    world.state = {**world.state, "ticket": str(tmp_path / "ticket-0001.png")}
    empty = "出票口空 · The slot is empty"
    until(lambda: empty not in hand.texts(_window(dock)), "the paper", meanwhile=lambda: qtbot.wait(5))
    _window(dock).grabWindow()
    hand.touch(_window(dock), "take_paper")
    until(lambda: empty in hand.texts(_window(dock)), "an empty slot", meanwhile=lambda: qtbot.wait(5))
    taken: list[dict[str, Any]] = [{"do": "take_paper"}]
    until(lambda: world.orders == taken, f"{taken}", state=lambda: world.orders, meanwhile=lambda: qtbot.wait(5))


def test_what_cannot_be_done_is_off() -> None:
    around = Around(reader=ReaderState(card="resident"), printer=PrinterState(paper="out", cover="open"), link=False)
    view = dock_view(around, "", "")
    possible = {(order.order, order.card) for order in view.orders if order.possible}
    assert possible == {
        ("lift_card", ""), ("paper_low", ""), ("refill", ""), ("cover_close", ""), ("mend_link", ""),
        ("plug_in", ""),
    }  # fmt: skip
    assert {(order.order, order.card) for order in view.orders if order.on} == {
        ("put_card", "resident"), ("paper_out", ""), ("cover_open", ""), ("cut_link", ""),
        ("plug_out", ""),
    }  # fmt: skip
