"""Two at once: one first correction, one holder of a case, one refusal; and what people asked before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import msgspec
import pytest

from central.handling import rules, store
from central.handling.counters import index
from central.handling.counters import rules as counter_rules
from central.handling.counters import store as counters
from central.handling.rules import Correction, Refusal, Refused, Transfer
from central.progress import index as cases_index
from contract.catalogue import ItemKind
from contract.envelope import Lane, Sealed, seal_context
from contract.handling import Wrong
from contract.messages import CaseContent, ComplaintContent, ComplaintFiled, Holder, Matter, NoticeContent, NoticeGiven
from contract.suites import suite
from tests.central.conftest import Running
from tests.central.services import ZHANG
from tests.central.terminal_double import TerminalDouble, local_now, seal

WRONG = (Wrong("照片", "模糊", "重拍"),)


@pytest.fixture
def case_id(running: Running, terminal: TerminalDouble) -> str:
    """Somebody's case."""
    holder = Holder("resident", ZHANG.name, ZHANG.id_number, "男", "汉", "1990-01-01", "某路", "某局", "", None)
    case = terminal.file_case(ItemKind.FILING, CaseContent(holder, {}), running.sealing(), item="x")
    running.push(terminal, Lane.CASES)
    running.judged()
    return case.case_id


def together(running: Running, act: Callable[[int], bool], count: int = 4) -> list[bool]:
    """Everybody at once."""
    with ThreadPoolExecutor(count) as several:
        return list(several.map(act, range(count)))


def test_of_two_first_corrections_one_is_the_second(running: Running, case_id: str) -> None:
    def correct(number: int) -> bool:
        notice = Correction(f"n{number}", case_id, WRONG, "2099-01-01", "", "boss", running.clock())
        with running.centre.database.writing() as connection:
            assert store.lock(connection, case_id)
            return store.correct(connection, notice)

    assert all(together(running, correct, 2))
    assert running.query("SELECT count(*) FROM supervision_events") == [(1,)]
    assert running.query("SELECT count(*) FROM case_corrections") == [(2,)]


def test_a_case_is_refused_once(running: Running, case_id: str) -> None:
    def refuse(number: int) -> bool:
        notice = Refusal(
            f"n{number}", case_id, Refused.APPROVAL, "不符", "改好再来", "boss", running.clock(), "conditions", "chief"
        )
        with running.centre.database.writing() as connection:
            assert store.lock(connection, case_id)
            return store.refuse(connection, notice)

    assert sum(together(running, refuse)) == 1
    assert running.query("SELECT count(*) FROM case_steps") == [(1,)]


def test_a_case_is_in_one_pair_of_hands(running: Running, case_id: str) -> None:
    def pass_on(number: int) -> bool:
        with running.centre.database.writing() as connection:
            assert store.lock(connection, case_id)
            unit = rules.unit_now(store.transfers(connection, [case_id]), "hall")
            offered = Transfer(f"t{number}", case_id, unit, f"unit {number}", "why", "boss", running.clock())
            return store.pass_on(connection, offered) and store.take_over(connection, offered, "other", running.clock())

    assert all(together(running, pass_on))
    with running.centre.database.reading() as connection:
        way = store.transfers(connection, [case_id])
    assert way[0].from_unit == "hall"
    assert [one.from_unit for one in way[1:]] == [one.to_unit for one in way[:-1]]
    assert [one.back_at is None for one in way] == [False, False, False, True]


def said(terminal: TerminalDouble, keys: dict[str, str], record_id: str, content: msgspec.Struct) -> Sealed:
    """The sealed part of a record, as a visit makes it."""
    template = seal(terminal.id, "x", CaseContent(None, {}), keys)
    used = suite(template.suite)
    key, nonce = b"k" * used.key_bytes, b"n" * 12
    context = seal_context(terminal.id, record_id)
    import base64  # noqa: PLC0415 - beside its one use

    wrapped = tuple(
        type(one)(one.key_id, used.wrap(base64.b64decode(keys[one.key_id]), key, context)) for one in template.keys
    )
    return Sealed(used.id, wrapped, nonce, used.encrypt(key, nonce, msgspec.json.encode(content), context))


def test_what_its_person_asked_about_the_item_before_belongs_to_the_case(
    running: Running, terminal: TerminalDouble
) -> None:
    keys = running.sealing()
    for name, item in (("one", "x"), ("two", "other")):
        body = NoticeGiven(f"n-{name}", item, 1, "ab" * 32, ("screen",), local_now(), "zh-Hans", "张*")
        content = NoticeContent("…", ZHANG.name, ZHANG.id_number)
        sealed = said(terminal, keys, f"n-{name}", content)
        terminal.file_raw(Lane.RATINGS, "notice_given", msgspec.json.encode(body), sealed, f"n-{name}")
    question = ComplaintFiled("c-1", "Z1", "AAAA", Matter.CONSULTATION, local_now(), "zh-Hans", item="x", named=True)
    asked = ComplaintContent("要什么材料", ZHANG.name, "", ZHANG.id_number)
    terminal.file_raw(
        Lane.RATINGS, "complaint", msgspec.json.encode(question), said(terminal, keys, "c-1", asked), "c-1"
    )
    running.push(terminal, Lane.RATINGS)
    running.judged()
    holder = Holder("resident", ZHANG.name, ZHANG.id_number, "男", "汉", "1990-01-01", "某路", "某局", "", None)
    case = terminal.file_case(ItemKind.FILING, CaseContent(holder, {}), keys, item="x")
    running.push(terminal, Lane.CASES)
    running.judged()
    cases_index.catch_up(running.centre)
    assert index.catch_up(running.centre) == 3
    assert index.catch_up(running.centre) == 0
    with running.centre.database.reading() as connection:
        (counted,) = counters.counted(connection, date.min, date.max, case.case_id)
    assert (counted.consultations, counted.forms, counted.submissions, counted.corrections) == (2, 0, 1, 0)
    assert not counted.once
    assert ZHANG.id_number not in str(running.query("SELECT * FROM asked_people"))


def test_a_month_has_its_days() -> None:
    today = date(2026, 11, 23)
    assert counter_rules.month("2026-02", today) == (date(2026, 2, 1), date(2026, 2, 28))
    assert counter_rules.month("burnt", today) == (date(2026, 11, 1), date(2026, 11, 30))
    assert counter_rules.figures([]).share is None
