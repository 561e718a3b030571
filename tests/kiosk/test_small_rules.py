"""Masking, duty, papers, audit and words: small rules that pages and paper rest on."""

import tomllib
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from contract.catalogue import Identity, say
from devices.ticket_printer.document import Cut, Qr, Row, Text
from kiosk import audit, duty, services, words
from kiosk.duty import Now, Shut
from kiosk.facts import Site
from kiosk.fitted.fitting import kind_at, refuse_misfit
from kiosk.journey.masking import mask_id_number, mask_name
from kiosk.paper import tickets
from kiosk.settings import Device, SettingsError
from kiosk.version import VERSION

SITE = Site("GL-01", {"zh-Hans": "大厅", "en": "Hall"}, {"zh-Hans": "一楼", "en": "Ground"}, "029-1", "029-2", "8:30")
ITEMS = services.load().items


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳小明", "欧阳**"),
        ("欧阳", "欧*"),
        ("𠮷田", "𠮷*"),
        ("DOE, JANE", "D***"),
        ("", ""),
        ("阿凡提", "阿**"),
    ],
)
def test_a_name_shows_its_surname_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers_show_their_ends_only() -> None:
    assert mask_id_number("11010519491231002X") == "110105********002X"
    assert mask_id_number("USA1100850") == "********50"


def test_a_dead_reader_closes_what_needs_it_and_a_dead_printer_nothing() -> None:
    assert duty.closed_items(ITEMS, Now()) == {}
    assert duty.closed_items(ITEMS, Now(lost={"ticket_printer"})) == {}
    closed = duty.closed_items(ITEMS, Now(lost={duty.READER, "ticket_printer"}))
    assert set(closed) == {item.slug for item in ITEMS if item.identity is Identity.REQUIRED}
    assert set(closed.values()) == {Shut(duty.READER)}
    assert set(duty.closed_items(ITEMS, Now(store_ok=False)).values()) == {Shut(duty.STORE_GONE)}


def test_a_lost_device_closes_only_the_items_that_need_it() -> None:
    first, *rest = ITEMS
    printing = msgspec.structs.replace(first, needs=("document_printer",))
    others = [msgspec.structs.replace(item, needs=()) for item in rest]
    closed = duty.closed_items((printing, *others), Now(lost={"document_printer"}))
    assert closed == {printing.slug: Shut("document_printer")}
    assert duty.closed_items((printing, *others), Now(lost={"locker"})) == {}
    assert duty.closed_items((printing, *others), Now(on_battery=True)) == {printing.slug: Shut("power")}


@pytest.mark.parametrize("language", words.languages())
@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_a_ticket_says_what_the_design_asks_for(language: str, item: object) -> None:
    slip = tickets.Slip("6101170001202611220000013", "A1-017", "2026-11-22", datetime(2026, 11, 22, 14, 5), "张*",  # noqa: DTZ001
                       "2026-11-29", language)  # fmt: skip
    ticket = tickets.ticket(slip, item, SITE)  # type: ignore[arg-type]
    number = next(part for part in ticket if isinstance(part, Text) and part.text == "A1-017")
    assert number.height == 8
    (code,) = (part for part in ticket if isinstance(part, Qr))
    assert code.payload == "A1-017 2026-11-22 6101170001202611220000013"
    rows = {part.right for part in ticket if isinstance(part, Row)}
    assert {"张*", "GL-01", "6101170001202611220000013", "14:05"} <= rows
    assert isinstance(ticket[-1], Cut)
    assert any("029-1" in part.text for part in ticket if isinstance(part, Text))
    hours = any(part.text == say(item.opening_hours, language) for part in ticket if isinstance(part, Text))  # type: ignore[attr-defined]
    assert hours == (item.kind == "number")  # type: ignore[attr-defined]
    promised = any(part.text.endswith("2026-11-29") for part in ticket if isinstance(part, Text))
    assert promised == (item.kind == "filing")  # type: ignore[attr-defined]


def test_the_audit_trail_takes_listed_fields_only(capfd: pytest.CaptureFixture[str]) -> None:
    audit.note("case_kept", case_number="1", number="A1-001", item="x", repeat=False)
    assert '"number": "A1-001"' in capfd.readouterr().err
    with pytest.raises(ValueError, match="lists no event"):
        audit.note("case_kept", name="张三")
    with pytest.raises(ValueError, match="lists no event"):
        audit.note("something_else")


def test_no_audit_field_can_hold_a_person() -> None:
    listed = {field for fields in audit.events().values() for field in fields}
    assert not listed & {"name", "holder", "id_number", "address", "answers", "mobile", "masked_name", "query"}


def test_every_state_of_the_printer_has_words() -> None:
    for language in words.languages():
        for printer in ("ready", "low", "out", "cover", "fault", "lost", "unknown"):
            assert words.say(language, f"printer.{printer}")


def test_the_version_the_centre_hears_is_the_one_that_is_built() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


@pytest.mark.parametrize(
    ("name", "port", "kind"),
    [
        ("document_printer", "ipp://192.0.2.7/ipp", "document-printer"),
        ("document_printer", "serial:/dev/suiban/document-printer?baud=9600", "serial-document-printer"),
        ("document_printer", "/dev/ttyS1", "serial-document-printer"),
        ("document_printer", "tcp:127.0.0.1:9100", "serial-document-printer"),
        ("document_printer", "simulator:document-printer", "document-printer"),
        ("document_printer", "simulator:serial-document-printer?language=pjl", "serial-document-printer"),
        ("ticket_printer", "serial:/dev/ttyS1", "ticket-printer"),
    ],
)
def test_the_address_says_which_kind_prints_documents(name: str, port: str, kind: str) -> None:
    assert kind_at(name, port) == kind
    refuse_misfit(name, Device(port))


def test_options_of_the_other_kind_and_an_address_of_neither_are_refused() -> None:
    refuse_misfit("document_printer", Device("serial:/dev/ttyS1", {"language": "pjl"}))
    with pytest.raises(SettingsError, match="user"):
        refuse_misfit("document_printer", Device("serial:/dev/ttyS1", {"user": "a"}))
    with pytest.raises(SettingsError, match="ipp:, http:, simulator:, serial:, tcp: expected"):
        refuse_misfit("document_printer", Device("v4l2:/dev/video0"))
