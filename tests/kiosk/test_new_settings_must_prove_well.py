"""A revision is kept when every device has answered and a visit was shown; otherwise it is taken back by itself."""

import errno
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tomlkit import TOMLDocument

from contract.messages import SettingsRevised
from devices.events import Counted
from kiosk import settings
from kiosk.__main__ import _settle_revision
from kiosk.launch import launch
from kiosk.settings import Settings
from kiosk.setup import revisions
from kiosk.terminal import upkeep
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.upkeep import Upkeep
from tests.waiting import until

SAMPLE = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"


class House:
    """The terminal's upkeep, its main loop, and what it was told."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "kiosk.toml"
        text = SAMPLE.read_text(encoding="utf-8").replace("/etc/suiban/", "")
        self.path.write_text(text.replace("/var/lib/suiban-terminal", "data"), encoding="utf-8")
        self.inbox = Inbox()
        self.reports: dict[str, SettingsRevised] = {}
        self.went_on_with: list[Settings] = []
        self.upkeep = Upkeep(
            settings.read(self.path), self.inbox, record=self._record, changed=self.went_on_with.append
        )

    def until(self, seen: Callable[[], object]) -> None:
        """Live until something is seen."""
        until(seen, "something", state=self.outcomes, meanwhile=self._turn)

    def _turn(self) -> None:
        self.inbox.run_next(0.01)
        self.upkeep.tick(time.monotonic())

    def live(self, seconds: float) -> None:
        """Live for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def save(self, port: str, place: str = "here") -> None:
        """A technician's turn in which the ticket printer, or the terminal, was moved."""
        self.upkeep.pause()
        self.edit(port, place)
        self.come_back()

    def edit(self, port: str, place: str = "here") -> None:
        """What the technician does in it."""

        def edit(document: TOMLDocument) -> None:
            document["devices"]["ticket_printer"]["port"] = port
            document["site"]["place"]["en"] = place

        revisions.save(self.path, edit, "technician 3", upkeep._now())

    def begin_again(self) -> None:
        """The terminal is started anew."""
        first, self.upkeep = (
            self.upkeep,
            Upkeep(settings.read(self.path), self.inbox, record=self._record, changed=self.went_on_with.append),
        )
        first.stop()
        self.upkeep.begin()

    def come_back(self) -> Settings:
        """A technician's turn is over; the settings the terminal goes on with."""
        done: list[Settings] = []
        self.upkeep.reload(done.append)
        self.until(lambda: done)
        return done[0]

    def outcomes(self) -> list[str]:
        """What the centre was told of revision 1, in order."""
        return [report.outcome for report in self.reports.values()]

    def port(self) -> str:
        """Where the file says the ticket printer is."""
        printer = settings.read(self.path).devices.ticket_printer
        assert printer is not None
        return printer.port

    def _record(self, body: SettingsRevised, record_id: str) -> None:
        self.reports.setdefault(record_id, body)


def no_space(path: Path, content: bytes) -> None:
    """As a full disk answers."""
    raise OSError(errno.ENOSPC, f"No space left on device for {len(content)} bytes", str(path))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Both devices have answered before anybody changes anything. A probation lasts two seconds."""
    monkeypatch.setattr(revisions, "PROBATION", timedelta(seconds=2))
    house = House(tmp_path)
    house.upkeep.answered("id_card_reader")
    house.upkeep.answered("ticket_printer")
    yield house
    house.upkeep.stop()


def test_it_is_kept_once_every_device_has_answered_and_a_visit_was_shown(house: House) -> None:
    house.save("serial:/dev/ttyS1")
    house.upkeep.answered("id_card_reader")
    house.upkeep.answered("ticket_printer")
    house.live(0.2)
    assert house.outcomes() == ["pending"], "nobody has seen a visit yet"
    house.upkeep.shown()
    house.until(lambda: house.outcomes() == ["pending", "kept"])
    assert house.port() == "serial:/dev/ttyS1"
    assert house.went_on_with == []


def test_it_is_taken_back_when_a_device_stays_silent_and_the_terminal_goes_on_with_the_old_one(house: House) -> None:
    before = house.port()
    house.save("serial:/dev/ttyS1")
    house.upkeep.answered("id_card_reader")
    house.upkeep.shown()
    house.until(lambda: house.went_on_with)
    assert house.outcomes() == ["pending", "taken_back"]
    assert house.port() == before
    assert house.went_on_with[0].devices.ticket_printer == settings.read(house.path).devices.ticket_printer


def test_a_device_that_was_broken_before_costs_no_repair_of_another(tmp_path: Path, house: House) -> None:
    house.upkeep.stop()
    lame = House(tmp_path)
    lame.upkeep.answered("ticket_printer")  # and never the reader
    lame.save("serial:/dev/ttyS1")
    lame.upkeep.answered("ticket_printer")
    lame.upkeep.shown()
    lame.until(lambda: lame.outcomes() == ["pending", "kept"])
    lame.upkeep.stop()


def turns_of_nobody(house: House) -> None:
    """Somebody holds the corner and goes away again, twice: nothing answers meanwhile but the reader."""
    for _ in range(2):
        house.upkeep.answered("id_card_reader")
        house.upkeep.pause()
        house.come_back()


def test_a_technicians_turn_excuses_nothing_that_the_revision_on_probation_broke(house: House) -> None:
    before = house.port()
    house.save("serial:/dev/ttyS1")
    turns_of_nobody(house)
    house.upkeep.answered("id_card_reader")
    house.upkeep.shown()
    house.until(lambda: house.went_on_with)
    assert (house.outcomes(), house.port()) == (["pending", "taken_back"], before)


def test_nor_does_a_second_revision_that_leaves_the_broken_device_alone(house: House) -> None:
    house.save("serial:/dev/ttyS1")
    house.upkeep.answered("id_card_reader")
    house.save("serial:/dev/ttyS1", place="elsewhere")
    house.upkeep.answered("id_card_reader")
    house.upkeep.shown()
    house.until(lambda: house.went_on_with)
    assert "kept" not in house.outcomes()


def test_nor_is_a_device_excused_any_more_once_somebody_touched_it(tmp_path: Path, house: House) -> None:
    house.upkeep.stop()
    lame = House(tmp_path)
    lame.upkeep.answered("id_card_reader")  # and never the printer
    lame.save(lame.port(), place="elsewhere")
    lame.save("serial:/dev/ttyS1", place="elsewhere")
    lame.upkeep.answered("id_card_reader")
    lame.upkeep.shown()
    lame.until(lambda: lame.went_on_with)
    assert "kept" not in lame.outcomes()
    lame.upkeep.stop()


def test_probation_goes_on_after_a_restart(house: House) -> None:
    house.save("serial:/dev/ttyS1")
    house.begin_again()
    house.until(lambda: house.went_on_with)
    assert house.outcomes() == ["pending", "taken_back"]


def test_nothing_is_decided_while_a_technician_holds_the_devices(house: House) -> None:
    house.save("serial:/dev/ttyS1")
    house.upkeep.pause()
    house.live(2.5)  # longer than the probation
    assert (house.outcomes(), house.port(), house.went_on_with) == (["pending"], "serial:/dev/ttyS1", [])
    house.come_back()
    house.live(0.5)
    assert house.outcomes() == ["pending"], "a whole probation after the turn"
    house.until(lambda: house.went_on_with)
    assert house.outcomes() == ["pending", "taken_back"]


def test_what_was_decided_just_before_a_technician_came_opens_no_port_in_their_turn(house: House) -> None:
    before = house.port()
    house.save("serial:/dev/ttyS1")
    house.upkeep.tick(time.monotonic() + 60)
    house.upkeep.pause()
    house.until(lambda: house.port() == before)
    house.live(0.2)
    assert house.went_on_with == []
    assert house.come_back().devices.ticket_printer == settings.read(house.path).devices.ticket_printer


def test_on_a_full_disk_it_is_judged_all_the_same(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = house.port()
    house.upkeep.pause()
    house.edit("serial:/dev/ttyS1")
    with monkeypatch.context() as full:
        full.setattr(revisions, "replace_file", no_space)
        house.come_back()
        house.live(0.5)
        assert (house.outcomes(), house.port()) == (["pending"], "serial:/dev/ttyS1")
    house.until(lambda: house.went_on_with)
    assert (house.outcomes(), house.port()) == (["pending", "taken_back"], before)


def test_a_terminal_with_a_revision_on_probation_starts_on_a_full_disk(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.edit("serial:/dev/ttyS1")
    monkeypatch.setattr(revisions, "replace_file", no_space)
    with pytest.raises(OSError, match="No space"):
        revisions.at_start(house.path, upkeep._now())
    visit, end = launch((sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"))
    try:
        assert _settle_revision(house.path, None, visit, end) == (visit, end)
        assert visit.poll() is None, "the visit goes on with the file as it is"
    finally:
        visit.kill()
        visit.wait()
        end.close()


def test_a_probation_whose_beginning_was_never_written_down_lasts_as_long_as_any(house: House) -> None:
    house.upkeep.pause()
    house.edit("serial:/dev/ttyS1")
    house.begin_again()
    house.live(0.5)
    assert house.outcomes() == ["pending"]
    house.until(lambda: house.went_on_with)


def test_a_clock_that_was_set_back_prolongs_no_probation(house: House) -> None:
    house.upkeep.pause()
    house.edit("serial:/dev/ttyS1")
    revisions.applied(house.path, upkeep._now() + timedelta(hours=5))
    house.begin_again()
    house.until(lambda: house.went_on_with)


def test_counts_are_on_disk_within_seconds_and_at_the_end(house: House) -> None:
    ledger = house.path.parent / "data" / "ledger" / "ticket_printer.json"
    house.upkeep.count(Counted("ticket_printer", {"cuts": 1}))
    house.until(ledger.exists)
    house.upkeep.count(Counted("ticket_printer", {"cuts": 2}))
    house.upkeep.stop()
    assert '"cuts": 3' in ledger.read_text(encoding="utf-8")
