"""The technician's turn, step by step, without a screen and without a device."""

import random
from dataclasses import replace

import pytest

from kiosk.technician import effects as f
from kiosk.technician import events as e
from kiosk.technician.bench import known_kinds
from kiosk.technician.session import CARD_MM, IDLE_SECONDS, Session, opening
from kiosk.technician.step import step
from kiosk.technician.values import Checked, Found, Page, Plan, PortHere, Presence, Seen, Setup, Tab
from tests.screens.technicians_album import PLAN, PRINTER, READER, after, digits, inside, outside

GOOD = Checked("internal", "2026-11-22 14:00", ok=True, seconds=0.1)


def _effects(session: Session, event: e.Event) -> tuple[f.Effect, ...]:
    return step(session, event)[1]


# --- the door ----------


def test_the_door_wants_something_one_has_and_something_one_knows() -> None:
    pin_only = digits(outside(), "246813")
    assert _effects(pin_only, e.DoorTried()) == ()
    card_only = digits(after(outside(), e.CardSeen()), "24681")
    assert _effects(card_only, e.DoorTried()) == ()
    both = digits(after(outside(), e.CardSeen()), "246813")
    assert _effects(both, e.DoorTried()) == (f.TryDoor("246813", ""),)


def test_a_code_stands_in_for_the_card_and_never_for_the_pin() -> None:
    coded = digits(after(outside(), e.CodeWanted(on=True)), "12345678")
    assert _effects(coded, e.DoorTried()) == ()
    assert _effects(digits(coded, "246813"), e.DoorTried()) == (f.TryDoor("246813", "12345678"),)


def test_the_switch_of_the_cabinet_stands_in_for_the_card() -> None:
    keyed = digits(after(outside(), e.DoorSeen("none", keyed=True, enrolled=True)), "246813")
    assert _effects(keyed, e.DoorTried()) == (f.TryDoor("246813", ""),)


def test_nothing_behind_the_door_can_be_reached_from_outside() -> None:
    for touch in (
        e.PageOpened(Page.EXPORT),
        e.DeviceOpened(PRINTER),
        e.SaveAsked(),
        e.FindAsked(""),
        e.TabChosen(Tab.FRAMES),
        e.UndoAsked(),
        e.ExportAsked("recordings"),
        e.TypingAsked("person"),
    ):
        walked, effects = step(outside(), touch)
        assert (walked.page, effects) == (Page.DOOR, ())


def test_a_refused_try_forgets_card_code_and_pin() -> None:
    tried = after(digits(after(outside(), e.CardSeen()), "246813"), e.DoorTried(), e.DoorRefused(0.0))
    assert (tried.gate.pin, tried.gate.code, tried.gate.card_seen, tried.work) == ("", "", False, None)


def test_a_shut_door_takes_no_digit_until_its_time_is_over() -> None:
    shut = after(outside(), e.DoorRefused(30.0))
    assert digits(shut, "1").gate.pin == ""
    open_again = after(shut, e.Ticked(31.0))
    assert digits(open_again, "1").gate.pin == "1"


IN_VAIN = (
    e.LanguageChosen("en"),
    e.CodeWanted(on=True),
    e.DigitPressed("1"),
    e.DigitErased(),
    e.DigitsCleared(),
    e.DoorTried(),
    e.DoorRefused(0.0),
    e.DoorSeen("ready", keyed=False, enrolled=True),
)


@pytest.mark.parametrize(
    ("shown", "minutes"),
    [
        ((), 1),
        ((e.CardSeen(), e.CardSeen()), 2),
        ((e.DoorSeen("none", keyed=True, enrolled=True),), 2),
        ((e.CodeWanted(on=True), *map(e.DigitPressed, "12345678"), e.DigitsCleared(), e.CardSeen()), 2),
    ],
)
def test_nobody_stands_at_the_door_for_longer_than_a_minute_whatever_is_touched_or_two_with_something_shown(
    shown: tuple[e.Event, ...], minutes: int
) -> None:
    stands = outside()
    for second in range(60 * minutes - 1):
        stands = after(stands, e.Ticked(float(second)), *(shown if second > 50 else ()), *IN_VAIN)
    assert not stands.left
    assert _effects(stands, e.Ticked(60.0 * minutes)) == (f.Leave(idle=True),)


def test_the_pin_stands_in_no_picture_of_the_session() -> None:
    assert "246813" not in repr(digits(after(outside(), e.CardSeen()), "246813"))


# --- work ----------


def test_a_second_tap_begins_nothing_twice() -> None:
    checks = after(inside(), e.DeviceOpened(PRINTER), e.TabChosen(Tab.CHECKS))
    running, first = step(checks, e.CheckAsked("external"))
    assert first == (f.Check(PRINTER, "external"),)
    for touch in (e.CheckAsked("external"), e.FindAsked(""), e.RefillNoted(PRINTER), e.LeaveConfirmed()):
        assert _effects(running, touch) == ()


def test_work_that_does_not_end_is_given_up_and_its_late_answer_is_kept() -> None:
    checks = after(inside(), e.DeviceOpened(PRINTER), e.CheckAsked("internal"), e.Ticked(36.0))
    assert checks.work is None
    assert checks.notice is not None
    assert checks.notice.key == "technician.late.check.internal"
    late = after(checks, e.CheckEnded(PRINTER, GOOD))
    assert GOOD in late.checks[PRINTER]


def test_the_answer_to_an_older_check_does_not_end_the_present_one() -> None:
    running = after(inside(), e.DeviceOpened(PRINTER), e.CheckAsked("external"))
    assert after(running, e.CheckEnded(READER, GOOD)).work == running.work
    assert after(running, e.CheckEnded(PRINTER, GOOD)).work == running.work


def test_an_idle_turn_ends_by_itself_and_a_working_one_does_not() -> None:
    home = inside()
    assert _effects(home, e.Ticked(IDLE_SECONDS - 1)) == ()
    assert _effects(home, e.Ticked(IDLE_SECONDS)) == (f.Leave(idle=True),)
    asked = after(home, e.Ticked(IDLE_SECONDS - 5), e.FindAsked(""))
    assert _effects(asked, e.Ticked(IDLE_SECONDS + 60)) == ()


def test_nothing_happens_after_the_turn_was_left() -> None:
    left = after(inside(), e.PageOpened(Page.LEAVE), e.LeaveConfirmed())
    assert step(left, e.FindAsked("")) == (left, ())


# --- drafts ----------


def test_a_changed_device_is_held_at_its_new_place_and_not_shown_as_it_was_at_the_old() -> None:
    setup = after(inside(), e.DeviceOpened(READER), e.TabChosen(Tab.SETUP))
    moved, effects = step(setup, e.AddressSet("serial:/dev/ttyS7?baud=9600"))
    assert effects == (f.Refit(READER, Setup("serial:/dev/ttyS7?baud=9600")),)
    assert READER not in moved.seen
    assert moved.dirty
    assert moved.saved == PLAN


def test_an_option_at_its_default_is_not_written_down() -> None:
    setup = after(inside(), e.DeviceOpened(PRINTER), e.OptionSet("full_cut", value=False))
    assert setup.draft.devices[PRINTER].options == {}


def test_dropped_changes_put_every_device_back_where_it_was() -> None:
    changed = after(
        inside(), e.DeviceOpened(READER), e.AddressSet("serial:/dev/x"), e.WentBack(), e.DeviceOpened("power"),
        e.DeviceRemoved("power"), e.DeviceAdded("document_printer"),
    )  # fmt: skip
    dropped, effects = step(changed, e.DraftDropped())
    assert dropped.draft == PLAN
    assert effects == (
        f.Refit("document_printer", None),
        f.Refit(READER, PLAN.devices[READER]),
        f.Refit("power", PLAN.devices["power"]),
    )


def test_what_was_found_becomes_the_device_of_its_kind_with_its_options_kept() -> None:
    found = Found("ticket-printer", "serial:/dev/ttyS3?baud=9600", "")
    searched = after(
        inside(), e.FindAsked(READER), e.PortTried(PortHere("/dev/ttyS3", "", "found"), (found,)), e.SearchEnded()
    )
    chosen, effects = step(searched, e.FoundChosen(found))
    assert chosen.draft.devices[PRINTER] == Setup(found.address, {"full_cut": True})
    assert effects == (f.Refit(PRINTER, chosen.draft.devices[PRINTER]),)
    assert chosen.page is Page.FIND, "what else was found is still there to be chosen"
    stranger = Found("serial-document-printer", "serial:/dev/ttyS9", "")
    assert step(searched, e.FoundChosen(stranger)) == (replace(searched, touched_at=searched.now), ())
    known_by_nobody = after(searched, e.PortTried(PortHere("/dev/ttyS9", "", "found"), (stranger,)))
    assert step(known_by_nobody, e.FoundChosen(stranger))[1] == (), "the settings have no place for it"


def test_a_serial_printer_of_documents_takes_the_place_of_the_one_in_the_network() -> None:
    found = Found("serial-document-printer", "serial:/dev/ttyS3?baud=9600", "")
    s = replace(inside(), kinds=known_kinds())
    s = after(
        s, e.FindAsked("document_printer"), e.PortTried(PortHere("/dev/ttyS3", "", "found"), (found,)), e.SearchEnded()
    )
    fitted = replace(s, draft=Plan({"document_printer": Setup("ipp://192.0.2.7/ipp", {"user": "a"})}, PLAN.width_mm))
    chosen, effects = step(fitted, e.FoundChosen(found))
    assert chosen.draft.devices["document_printer"] == Setup(found.address), "its options are those of another kind"
    assert effects == (f.Refit("document_printer", Setup(found.address)),)
    kind = chosen.kind("document_printer")
    assert kind is not None
    assert kind.kind == "serial-document-printer"
    assert "language" in {control.name for control in kind.controls}
    assert set(chosen.schemes("document_printer")) == {"ipp", "http", "serial", "tcp"}
    back, _ = step(replace(chosen, name="document_printer"), e.AddressSet("ipp://192.0.2.8/ipp"))
    kind = back.kind("document_printer")
    assert kind is not None
    assert "user" in {control.name for control in kind.controls}


def test_an_undone_revision_moves_the_devices_back() -> None:
    before = Plan({**PLAN.devices, PRINTER: Setup("serial:/dev/old")}, PLAN.width_mm)
    undone, effects = step(after(inside(), e.UndoAsked()), e.RevisionSaved(4, before))
    assert f.Refit(PRINTER, Setup("serial:/dev/old")) in effects
    assert (undone.saved, undone.draft) == (before, before)


def test_a_card_that_fits_gives_the_width_of_the_panel() -> None:
    page = after(inside(), e.PageOpened(Page.CALIBRATE))
    wider = after(page, *(e.WidthMoved(1.0) for _ in range(5)))
    assert wider.card_px == pytest.approx(page.card_px + 5, abs=0.3)
    assert wider.draft.width_mm == pytest.approx(1080 * CARD_MM / wider.card_px, abs=0.1)


def test_the_card_never_leaves_the_panel() -> None:
    page = after(inside(), e.PageOpened(Page.CALIBRATE))
    for pixels in (-10.0, 10.0):
        moved = after(page, *(e.WidthMoved(pixels) for _ in range(300)))
        assert 50 < moved.card_px < moved.width_px


# --- sensible walks with disturbances ----------


def _touches(session: Session) -> tuple[e.Touch, ...]:
    found = Found("ticket-printer", "serial:/dev/ttyS3?baud=9600", "")
    return (
        *(e.PageOpened(page) for page in Page if page not in (Page.DOOR, Page.DEVICE, Page.TYPE, Page.REVISION)),
        *(e.DeviceOpened(name) for name in session.draft.devices),
        *(e.TabChosen(tab) for tab in Tab),
        e.WentBack(), e.FindAsked(PRINTER), e.FoundChosen(found), e.CheckAsked("internal"), e.SaveAsked(),
        e.DraftDropped(), e.UndoAsked(), e.OptionSet("full_cut", value=True), e.AddressSet("serial:/dev/y"),
        e.DeviceRemoved(PRINTER), e.DeviceAdded(PRINTER), e.TypingAsked("target", "/dev/z"), e.TypingDone(),
        e.KeyTyped("a"), e.RevisionOpened(1), e.ExportAsked("report"), e.WidthMoved(1.0), e.ChainAsked(), e.Stirred(),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_touched_one_thing_is_done_at_a_time_and_every_page_has_a_device_it_shows(seed: int) -> None:
    chance = random.Random(seed)
    session, _ = opening(inside())
    busy = ""
    for at in range(150):
        event: e.Event = chance.choice(_touches(session))
        if chance.random() < 0.3:
            event = e.Ticked(session.now + chance.uniform(0.1, 40))
        if chance.random() < 0.1:
            event = e.DeviceSeen(PRINTER, Seen(Presence.READY, f"{at}"))
        if busy and chance.random() < 0.5:
            event = e.WorkFailed({"zh-Hans": "不成"})
        before = session
        session, effects = step(session, event)
        began = [
            one for one in effects if isinstance(one, f.Search | f.Check | f.SaveRevision | f.UndoRevision | f.Export)
        ]
        assert not (began and before.work is not None)
        assert len(began) <= 1
        if session.page is Page.DEVICE:
            assert session.name in session.draft.devices
        busy = session.work.what if session.work else ""
