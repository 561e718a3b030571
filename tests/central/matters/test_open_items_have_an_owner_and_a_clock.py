"""待办事项: what terminals and records leave behind becomes an item once, rings for who is on duty, and is closed."""

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from central.fleet.rules import Terminal, card
from central.help import store as duty
from central.help.rules import Shift
from central.matters import rules, store, upkeep
from central.matters.rules import Condition, Matter
from central.messages.numbers import seal_number
from contract.envelope import Lane
from contract.messages import CardLeftBehind
from tests.central.conftest import NAME, Running
from tests.central.terminal_double import TerminalDouble, a_printer, local_now

AT = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
OFFLINE = Condition("offline", "T1", "T1", "H", "act", AT - timedelta(seconds=90))


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


def stands(*found: Matter) -> dict[tuple[str, str], Matter]:
    return {(one.kind, one.subject): one for one in found}


def test_a_short_trouble_calls_nobody_and_leaves_no_trace() -> None:
    short = Condition("device", "T1/printer", "T1", "H", "act", AT)
    begun = rules.compare({}, [short], AT).begun[0]
    assert begun.shown_at is None
    calm = rules.compare(stands(begun), [], minutes(0.5)).changed[0]
    assert calm.calm_since == minutes(0.5)
    assert rules.compare(stands(calm), [], minutes(6)).gone == [calm]


def test_what_holds_is_shown_and_its_clock_runs() -> None:
    begun = rules.compare({}, [OFFLINE], AT).begun[0]
    assert begun.shown_at == AT
    assert begun.due_at == AT + timedelta(minutes=15)
    assert not begun.late(minutes(15))
    assert begun.late(minutes(16))


def test_a_flap_is_one_item_with_a_count() -> None:
    matter = rules.compare({}, [OFFLINE], AT).begun[0]
    for minute in range(1, 9, 2):
        matter = rules.compare(stands(matter), [], minutes(minute)).changed[0]
        found = rules.compare(stands(matter), [OFFLINE], minutes(minute + 1))
        assert found.begun == []
        matter = found.changed[0]
    assert matter.flaps == 4
    matter = rules.compare(stands(matter), [], minutes(10)).changed[0]
    assert rules.compare(stands(matter), [], minutes(14)).changed == []
    over = rules.compare(stands(matter), [], minutes(15)).changed[0]
    assert over.closed_at == minutes(10)


def test_many_short_troubles_are_shown_as_one() -> None:
    short = Condition("device", "T1/printer", "T1", "H", "act", AT)
    matter = rules.compare({}, [short], AT).begun[0]
    for second in range(10, 70, 20):
        matter = rules.compare(stands(matter), [], AT + timedelta(seconds=second)).changed[0]
        matter = rules.compare(stands(matter), [short], AT + timedelta(seconds=second + 10)).changed[0]
    assert matter.shown_at is not None
    assert matter.flaps == 3


def test_what_a_terminal_had_before_it_fell_silent_stays() -> None:
    printer = rules.compare({}, [Condition("device", "T1/p", "T1", "H", "act", AT)], AT).begun[0]
    found = rules.compare(stands(printer), [OFFLINE], minutes(30))
    assert (found.changed, found.gone) == ([], [])


def test_only_a_person_closes_what_was_left_behind() -> None:
    left = Condition("alarm", "a1", "T1", "H", "act", AT, by_hand=True)
    matter = rules.compare({}, [left], AT).begun[0]
    assert matter.shown_at == AT
    assert rules.compare(stands(matter), [], minutes(60)) == rules.Changes()


def test_it_rings_for_the_next_of_the_roster_until_somebody_has_it() -> None:
    matter = rules.compare({}, [OFFLINE], AT).begun[0]
    assert [rules.rung(matter, minutes(at)) for at in (0, 9, 10, 25)] == [0, 0, 1, 2]
    assert not rules.is_escalated(matter, ["甲", "乙"], minutes(19))
    assert rules.is_escalated(matter, ["甲", "乙"], minutes(20))
    assert rules.is_escalated(matter, [], minutes(16))
    assert rules.rung(msgspec.structs.replace(matter, acknowledged_at=AT), minutes(5)) is None


def test_a_terminal_that_was_never_heard_calls_nobody() -> None:
    never = card(Terminal("T1", "H", "", "1", 1, AT), None, AT)
    assert rules.conditions_of(never, AT) == []


# --- at a centre ----------


def on_duty(running: Running, *officers: str) -> None:
    day = "2020-01-01"
    shifts = [
        Shift(f"s{index}{weekday}", "urgent", who, int(index > 0), weekday, "00:00", "24:00", day, None, "boss")
        for index, who in enumerate(officers)
        for weekday in range(1, 8)
    ]
    with running.centre.database.writing() as connection:
        duty.add_shifts(connection, shifts)


def items(running: Running) -> dict[str, Matter]:
    with running.centre.database.reading() as connection:
        return {one.kind: one for one in store.standing(connection).values()}


def post(running: Running, path: str, **form: str) -> int:
    page = running.client.get("/matters/duty").text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return running.client.post(path, data={"csrf": found[1], **form}, follow_redirects=False).status_code


def test_an_uncertain_print_has_an_owner_a_clock_and_a_closing_action(
    running: Running, terminal: TerminalDouble
) -> None:
    on_duty(running, NAME)
    terminal.file_ticket(terminal.file_case(), "uncertain", "reset_while_printing")
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    upkeep.look(running.centre)
    upkeep.look(running.centre)
    matter = items(running)["print"]
    assert matter.owner == NAME
    assert matter.due_at is not None
    running.log_in()
    page = running.client.get("/matters").text
    assert "出票异常" in page
    assert matter.matter_id in page
    assert post(running, f"/matters/{matter.matter_id}/close", note=" ") == 422
    assert post(running, f"/matters/{matter.matter_id}/acknowledge") == 303
    assert post(running, f"/matters/{matter.matter_id}/acknowledge") == 409
    assert post(running, f"/matters/{matter.matter_id}/close", note="已电话告知") == 303
    assert running.query("SELECT handled_by, handled_note FROM tickets") == [(NAME, "已电话告知")]
    upkeep.look(running.centre)
    assert "print" not in items(running)
    log = running.client.get("/matters?state=all").text
    assert "已电话告知" in log


def test_a_card_left_behind_is_an_item_until_somebody_says_what_became_of_it(
    running: Running, terminal: TerminalDouble
) -> None:
    terminal.file(CardLeftBehind(local_now()), Lane.TELEMETRY)
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    upkeep.look(running.centre)
    matter = items(running)["alarm"]
    upkeep.look(running.centre)
    assert items(running)["alarm"].matter_id == matter.matter_id
    running.log_in()
    assert "身份证遗留" in running.client.get(f"/matters/{matter.matter_id}").text
    assert post(running, f"/matters/{matter.matter_id}/close", note="已交服务台登记") == 303
    upkeep.look(running.centre)
    assert "alarm" not in items(running)


def test_a_fault_that_still_is_there_is_not_closed_by_hand(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    embedded.send(terminal, terminal.heartbeat(devices=(a_printer("out"),)))
    upkeep.look(embedded.centre)
    matter = items(embedded)["device"]
    embedded.log_in()
    assert post(embedded, f"/matters/{matter.matter_id}/close", note="好了") == 409
    assert items(embedded)["device"].closed_at is None


def test_red_items_are_written_to_who_is_on_duty_then_to_their_stand_in(embedded: Running) -> None:
    on_duty(embedded, NAME, "stand-in")
    with embedded.centre.database.writing() as connection:
        sealed = seal_number(embedded.centre.keys, "13900000000")
        for who in (NAME, "stand-in"):
            store.keep_phone(connection, who, "139****0000", sealed, NAME, embedded.clock())
    terminal = embedded.enter(TerminalDouble())
    embedded.send(terminal, terminal.heartbeat())
    embedded.clock.forward(minutes=4)
    for _ in range(2):
        upkeep.look(embedded.centre)
    assert embedded.query("SELECT who FROM matter_calls ORDER BY rung") == [(NAME,)]
    assert embedded.query("SELECT purpose, template FROM text_messages") == [("paging", "paging")]
    embedded.clock.forward(minutes=11)
    upkeep.look(embedded.centre)
    assert embedded.query("SELECT who FROM matter_calls ORDER BY rung") == [(NAME,), ("stand-in",)]
    embedded.clock.forward(minutes=10)
    upkeep.look(embedded.centre)
    assert items(embedded)["offline"].escalated
    embedded.log_in()
    assert "已升级" in embedded.client.get("/matters").text
    matter = items(embedded)["offline"]
    assert post(embedded, f"/matters/{matter.matter_id}/acknowledge") == 303
    taken = items(embedded)["offline"]
    assert taken.seconds_to_acknowledge() == pytest.approx(21 * 60, abs=120)
    assert not taken.escalated


def test_no_day_closes_over_an_item_that_has_nobody(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(2):
        terminal.file_ticket(terminal.file_case(), "uncertain", "reset_while_printing")
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    upkeep.look(running.centre)
    running.log_in()
    page = running.client.get("/matters/day?hall=长安大厅").text
    ids = re.findall(r'id="open-([0-9a-f]+)"', page)
    assert len(ids) == 2
    assert post(running, "/matters/day", hall="长安大厅") == 422
    half = {f"to_{ids[0]}": NAME, f"why_{ids[0]}": "明早联系本人", f"to_{ids[1]}": NAME}
    assert post(running, "/matters/day", hall="长安大厅", **half) == 422
    assert running.query("SELECT count(*) FROM day_closes") == [(0,)]
    assert running.query("SELECT count(*) FROM matter_steps WHERE what = 'handed'") == [(0,)]
    assert post(running, "/matters/day", hall="长安大厅", **half, **{f"why_{ids[1]}": "查录像"}) == 303
    assert running.query("SELECT handed FROM day_closes") == [(2,)]
    assert 'id="day-closed"' in running.client.get("/matters/day?hall=长安大厅").text
    assert post(running, "/matters/day", hall="长安大厅", **half, **{f"why_{ids[1]}": "查录像"}) == 422


def test_the_log_is_taken_along_as_a_table(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    embedded.send(terminal, terminal.heartbeat(devices=(a_printer("out"),)))
    upkeep.look(embedded.centre)
    embedded.clock.forward(seconds=70)
    embedded.send(terminal, terminal.heartbeat(devices=(a_printer("out"),)))
    upkeep.look(embedded.centre)
    embedded.log_in()
    text = embedded.client.get("/matters.csv").content.decode("utf-8-sig")
    assert "设备故障,凭条打印机 纸张 用尽,GL-01,长安大厅,红" in text
    assert embedded.client.get("/matters.xlsx").content.startswith(b"PK")
