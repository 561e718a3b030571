"""What terminals and rules name by a key stands on pages and in reports in words; pictures say what tables say."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from central.availability import rules as availability
from central.availability.rules import Share, Span, State
from central.fleet.board import rules as board
from central.fleet.rules import Card, Lasts, Terminal
from central.intake.why import why
from central.matters.telling import told_of
from central.reports.making import rule_names
from central.supervision.rules import RULES
from central.units.rules import read_unit
from central.web.words import LANGUAGES, Words, catalogue
from contract.envelope import Lane
from contract.hours import BOOKED_ONLY, Part
from devices.registry import KINDS, all_faults
from kiosk import duty
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble

HALL = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)


def unsaid(group: str, keys: list[str]) -> list[str]:
    return [key for key in keys if f"{group}.{key}" not in catalogue()]


def test_every_fault_and_every_kind_of_device_has_words_for_staff() -> None:
    assert unsaid("fault", list(all_faults())) == []
    assert unsaid("device", list(KINDS)) == []
    assert unsaid("fault", ["locker.on_fire"]) == ["locker.on_fire"], "what nobody named would be found"


def test_every_reason_an_item_is_closed_for_has_words() -> None:
    devices = [kind.replace("-", "_") for kind in KINDS if kind not in {"serial-document-printer", "cabinet"}]
    others = [duty.STORE_GONE, duty.SWITCHED_OFF, duty.DEPARTMENT_GONE, duty.ON_BATTERY, BOOKED_ONLY, *Part]
    assert unsaid("closed", [*devices, *others]) == []


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("damaged: the bytes do not have the hash that came with them", "damaged"),
        ("foreign: the envelope names another terminal or another place than the request", "foreign"),
        ("kind 'weather' (schema 7) is not known here; expected []", "unknown"),
        ("suite 'rot13' is not known here; expected intl", "unknown"),
        ("order 5 is held from another envelope", "held"),
        ("it cannot be kept: DataError", "unkept"),
        ("body of kind 'rating', schema 1 (known: 1): Invalid enum value 'splendid'", "unreadable"),
    ],
)
def test_why_a_record_waits_is_said_in_words(reason: str, key: str) -> None:
    assert why(reason) == key
    assert all(Words(language)(f"aside_why.{key}") for language in LANGUAGES)


def test_the_judges_sentence_is_folded_behind_words(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    terminal.file_raw(Lane.RATINGS, "rating", b'{"kind":"rating","satisfaction":"splendid"}')
    embedded.push(terminal, Lane.RATINGS)
    embedded.judged()
    embedded.log_in()
    page = embedded.client.get("/quarantine").text
    folded = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    assert "splendid" in page
    assert "splendid" not in folded
    assert "内容不合格式" in folded


def test_an_open_item_names_devices_and_reasons_in_words() -> None:
    words = Words("zh-Hans")
    assert told_of(words, "alarm", "alarm.paper_left|ticket_printer") == "出口有遗留纸张 凭条打印机"
    assert (
        told_of(words, "device", "document-printer|fault.document_printer.toner_out") == "文档打印机 碳粉或墨水已用完"
    )
    assert told_of(words, "aside", "foreign: of another").startswith("记录写的终端")


def test_reports_call_rules_by_their_names() -> None:
    names = rule_names()
    assert names.keys() == RULES.keys()
    assert names["case_near_due"] == "办件临期"


def test_boxes_of_a_unit_are_kept_beside_what_was_typed() -> None:
    unit = read_unit({"unit": "税务局", "rank": "1", "subjects": "fee", "subject.policy": "yes", "subject.fee": "yes"})
    assert unit.subjects == "fee policy"


# --- pictures ----------


def test_the_day_is_compared_with_the_same_weekday_until_the_same_time() -> None:
    load = board.load({16: 2, 19: 5}, {16: 1, 19: 4, 34: 9, 40: 1}, "09:40")
    assert (load.began[0], load.began[-1]) == ("08:00", "20:00")
    assert load.until_now == (7, 5), "what came later a week ago does not count yet"
    assert load.now[4:] == (None,) * (len(load.began) - 4)
    assert board.week_before(date(2026, 5, 11)) == date(2026, 5, 4)


@pytest.mark.parametrize(("said", "slot"), [("08:2", 16), ("08:3", 17), ("23:5", 47), ("24:0", None), ("0844", None)])
def test_a_time_that_is_none_is_counted_nowhere(said: str, slot: int | None) -> None:
    assert board.half_hour(said) == slot


def test_whose_paper_ends_first_comes_first_and_what_cannot_be_foretold_is_left_out() -> None:
    def one(name: str, empty: float | None) -> tuple[Card, Lasts | None]:
        terminal = Terminal(name, "H", "", "1", 1, NOW)
        card = Card(terminal, online=True, seen_at=NOW, online_since=NOW)
        return card, Lasts(1, 1.0, None if empty is None else NOW + timedelta(days=empty))

    found = [one("late", 9), one("soon", 0.5), one("past", -1), one("unused", None), (one("x", 1)[0], None)]
    assert board.emptying(found, NOW) == [("past", 0.0), ("soon", 0.5), ("late", 9.0)]


def test_a_day_by_the_hour_holds_what_its_hours_hold() -> None:
    begin = datetime(2026, 5, 10, 15, 30, tzinfo=UTC)  # 23:30 in the hall
    spans = [
        Span("GL-01", availability.WHOLE, begin, State.OPEN, until_at=begin + timedelta(hours=1)),
        Span("GL-01", availability.WHOLE, begin + timedelta(hours=1), State.SILENT),
    ]
    fields = availability.by_day(spans, begin, begin + timedelta(hours=2), HALL)
    assert fields == {
        (date(2026, 5, 10), 23): Share(open=1800.0),
        (date(2026, 5, 11), 0): Share(open=1800.0, silent=1800.0),
        (date(2026, 5, 11), 1): Share(silent=1800.0),
    }
    assert availability.of_hours(fields) == availability.by_hour(spans, begin, begin + timedelta(hours=2), HALL)


def test_the_walls_picture_says_what_its_table_says(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    for _ in range(3):
        terminal.file_case()
    embedded.push(terminal, Lane.NUMBERS)
    embedded.judged()
    embedded.log_in()
    page = embedded.client.get("/").text
    drawn = re.search(r'data-chart="load" data-values="([^"]*)"', page)
    assert drawn
    said = json.loads(unescape(drawn[1]))
    assert sum(count or 0 for count in said["now"]) == 3
    table = page[page.index('id="load-table"') :]
    assert re.findall(r'<td class="time">(\d\d:\d\d)</td>', table[: table.index("</table>")]) == said["names"]
    assert "到现在 3 人次" in page
