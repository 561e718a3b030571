"""Paper that stands in an exit: after a minute it is announced and recorded, and taken back when it is taken."""

import pytest

from devices.ticket_printer.state import Media
from kiosk.terminal.leftovers import TAKE_WITHIN, Leftovers


class Exit:
    """One exit and what was told of it."""

    def __init__(self) -> None:
        self.recorded: list[tuple[str, str]] = []
        self.announced: list[bool] = []
        self.watch = Leftovers(
            "ticket_printer",
            record=lambda device, outcome: self.recorded.append((device, outcome)),
            announce=self.announced.append,
        )

    def at(self, now: float, media: Media | None) -> None:
        self.watch.seen(media, now)
        self.watch.tick(now)


@pytest.fixture
def out() -> Exit:
    return Exit()


def test_what_is_taken_in_time_is_nobodys_business(out: Exit) -> None:
    for now, media in (
        (0.0, Media.PRESENT),
        (TAKE_WITHIN - 1, Media.PRESENT),
        (TAKE_WITHIN, Media.TAKEN),
        (999.0, None),
    ):
        out.at(now, media)
    assert (out.recorded, out.announced) == ([], [])


def test_after_a_minute_it_is_announced_and_recorded_once(out: Exit) -> None:
    for now in (0.0, 30.0, TAKE_WITHIN, TAKE_WITHIN + 50):
        out.at(now, Media.PRESENT)
    assert (out.recorded, out.announced) == ([("ticket_printer", "left")], [True])
    out.at(TAKE_WITHIN + 60, Media.TAKEN)
    assert (out.recorded, out.announced) == ([("ticket_printer", "left")], [True, False])


def test_a_silent_printer_does_not_start_the_minute_anew(out: Exit) -> None:
    out.at(0.0, Media.PRESENT)
    out.at(20.0, Media.UNKNOWN)
    out.at(TAKE_WITHIN, None)
    assert out.recorded == [("ticket_printer", "left")]


def test_what_the_device_took_back_is_counted(out: Exit) -> None:
    out.at(0.0, Media.PRESENT)
    out.at(20.0, Media.RETRACTED)
    out.at(30.0, Media.RETRACTED)
    assert (out.recorded, out.announced) == ([("ticket_printer", "retracted")], [])
