"""Mandates: limits by kind, countdown, silence that counts, more time, and striking off by somebody else."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from central.mandates import kinds, rules, store, upkeep
from central.mandates.kinds import TERMS, Kind
from central.mandates.rules import Expiry, Malformed, Wanted
from central.mandates.tables import mandates
from central.people import store as people
from central.supervision import upkeep as supervision
from contract.calendar import gathered, published
from contract.catalogue import TimeLimit, Unit
from contract.worktime import Worktime
from tests.central.conftest import NAME, Running, password_hash

ZONE = ZoneInfo("Asia/Shanghai")
WORKING = Worktime(gathered(published()))
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
OTHER = "inspector"


@pytest.fixture
def office(embedded: Running) -> Running:
    """On the embedded database."""
    return begun(embedded)


@pytest.fixture
def both(running: Running) -> Running:
    """On each database."""
    return begun(running)


def begun(running: Running) -> Running:
    """On each database, on a Monday morning, with somebody else beside us."""
    running.clock.ahead += MONDAY - running.clock()
    with running.centre.database.writing() as connection:
        people.set_user(connection, OTHER, password_hash(), running.clock())
    running.log_in()
    return running


def post(office: Running, path: str, **form: str) -> int:
    token = office.client.get("/account").text.partition('name="csrf" value="')[2].partition('"')[0]
    return office.client.post(path, data={"csrf": token} | form, follow_redirects=False).status_code


def enter(office: Running, mandate_id: str, **form: str) -> str:
    given = {"mandate_id": mandate_id, "kind": "normal", "title": "核查窗口投诉", "unit": "行政审批局"} | form
    assert post(office, "/mandates", **given) == 303
    return f"/mandates/{mandate_id}"


def later(office: Running, **length: float) -> None:
    """Time goes by; the session ends, and we log in again."""
    office.clock.forward(**length)
    assert office.log_in() == 303


def as_other(office: Running) -> None:
    office.client.cookies.clear()
    assert office.log_in(OTHER) == 303


def made(kind: Kind, now: datetime = MONDAY, limit: TimeLimit | None = None) -> rules.Mandate:
    wanted = Wanted(kind, "t", "", "u", "", "", Expiry.ESCALATE, limit, (now + timedelta(days=40)).date())
    return rules.made(wanted, "m", "boss", now, WORKING)


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (Kind.DOCUMENT, "2026-11-23 17:30"),
        (Kind.URGENT, "2026-11-24 17:30"),
        (Kind.IMPORTANT, "2026-11-26 17:30"),
        (Kind.NORMAL, "2026-11-30 17:30"),
        (Kind.JOINT, "2026-12-07 17:30"),
        (Kind.APPROVAL, "2026-11-25 17:30"),
        (Kind.URGENT_DOCUMENT, "2026-11-23 10:00"),
        (Kind.MEETING, "2027-01-02 17:30"),
    ],
)
def test_each_kind_has_its_limit(kind: Kind, due: str) -> None:
    assert f"{made(kind).due_at:%Y-%m-%d %H:%M}" == due


def test_a_legal_limit_goes_before_the_kinds_own() -> None:
    assert f"{made(Kind.IMPORTANT, limit=TimeLimit(7, Unit.WORKING_DAY)).due_at:%Y-%m-%d}" == "2026-12-02"


@given(st.sampled_from([Kind.MEETING, Kind.JOINT, Kind.YEARLY]), st.integers(0, 60 * 24 * 40))
def test_more_time_is_asked_for_days_ahead_or_not_at_all(kind: Kind, minutes: int) -> None:
    one = made(kind)
    now = MONDAY + timedelta(minutes=minutes)
    form = {"until": (one.due_at + timedelta(days=10)).date().isoformat(), "reason": "等上级批复"}
    day, left = one.due_at.date(), TERMS[kind].ahead
    while left:
        day -= timedelta(days=1)
        left -= WORKING.calendar.works(day)
    in_time = now <= datetime.combine(day, one.due_at.timetz())
    with nullcontext() if in_time else pytest.raises(Malformed, match=r"asked_too_late|over"):
        rules.read_extension(form, one, now, one.due_at, WORKING)


def test_the_countdown_is_working_days() -> None:
    friday = datetime(2026, 11, 27, 17, 30, tzinfo=ZONE)
    assert rules.countdown(friday, MONDAY, WORKING) == rules.Countdown(late=False, days=4)
    assert rules.countdown(friday, friday + timedelta(days=3), WORKING) == rules.Countdown(late=True, days=1)
    assert rules.countdown(friday, friday, WORKING) == rules.Countdown(late=False, days=0)


def test_it_is_done_and_struck_off_by_somebody_else(office: Running) -> None:
    page = enter(office, "m1")
    assert "还剩 5 个工作日" in office.client.get(page).text
    assert post(office, f"{page}/close", note="好") == 422, "it is not done"
    assert post(office, f"{page}/report", note="已约谈窗口") == 303
    assert post(office, f"{page}/done", note="已整改") == 303
    assert post(office, f"{page}/close", note="好") == 422, "whoever did it does not strike it off"
    as_other(office)
    assert post(office, f"{page}/close", note="已现场核实") == 303
    assert office.query("SELECT state, done_by, closed_by FROM mandates") == [("closed", NAME, OTHER)]
    steps = [row[0] for row in office.query("SELECT what FROM trail WHERE kind = 'mandate' ORDER BY id")]
    assert steps == ["made", "reported", "done", "closed"]
    assert post(office, f"{page}/done", note="再一次") == 409


def test_the_database_itself_lets_nobody_strike_off_their_own(both: Running) -> None:
    enter(both, "m1")
    at = both.clock()
    values = {"state": rules.State.CLOSED, "done_by": NAME, "closed_by": NAME, "closed_at": at}
    with pytest.raises(IntegrityError):
        forge(both, values, at)
    assert both.query("SELECT state FROM mandates") == [("open",)]


def forge(office: Running, values: dict[str, object], at: datetime) -> None:
    with office.centre.database.writing() as connection:
        store.change(connection, "m1", (rules.State.OPEN,), "closed", NAME, "", at, **values)


def test_silence_of_a_co_handler_and_absence_from_a_meeting_are_written_by_the_system(both: Running) -> None:
    page = enter(both, "m1", kind="joint")
    assert post(both, f"{page}/ask", what="opinion", unit="消防大队", subject="是否同意") == 303
    assert post(both, f"{page}/ask", what="opinion", unit="住建局", subject="是否同意") == 303
    assert (
        post(both, f"{page}/ask", what="meeting", unit="城管局", subject="联席会", meets_at="2026-11-24T15:00") == 303
    )
    answered = both.query("SELECT asked_id FROM mandate_asked WHERE unit = '住建局'")[0][0]
    assert post(both, f"{page}/answer", asked_id=str(answered), opinion="object", words="面积不符") == 303
    upkeep.sweep(both.centre)
    assert both.query("SELECT count(*) FROM mandate_asked WHERE opinion = 'deemed'") == [(0,)], "there is time yet"
    assert post(both, f"{page}/done", note="完") == 422, "somebody is still asked"
    later(both, days=1, hours=8)
    for _ in range(2):
        upkeep.sweep(both.centre)
    said = both.query("SELECT unit, opinion, by_whom FROM mandate_asked ORDER BY unit")
    assert said == sorted([("住建局", "object", NAME), ("城管局", "deemed", "系统"), ("消防大队", "deemed", "系统")])
    assert both.query("SELECT count(*) FROM trail WHERE what = 'deemed_consent'") == [(2,)]
    shown = both.client.get(page).text
    assert "逾期未反馈意见，系统记为“视为同意”" in shown
    assert "未按时派员参会，系统记为“视为同意”" in shown
    supervision.sweep(both.centre)
    cards = both.query("SELECT unit FROM supervision_cards WHERE rule = 'deemed_consent' ORDER BY unit")
    assert cards == sorted([("城管局",), ("消防大队",)])


def test_a_step_of_an_approval_passes_by_silence_only_with_a_legal_basis(office: Running) -> None:
    bare = {"kind": "approval", "title": "核发意见", "unit": "水务局", "on_expiry": "deem"}
    assert post(office, "/mandates", **bare) == 422
    enter(office, "with", **bare, legal_basis="××条例第九条")
    enter(office, "without", **(bare | {"on_expiry": "escalate"}))
    later(office, days=3)
    upkeep.sweep(office.centre)
    supervision.sweep(office.centre)
    stands = office.query("SELECT mandate_id, state, done_by FROM mandates ORDER BY mandate_id")
    assert stands == [("with", "done", "系统"), ("without", "open", None)]
    cards = office.query("SELECT subject_id, level FROM supervision_cards WHERE rule = 'approval_expired'")
    assert cards == [("without", "red")]
    assert office.query("SELECT note FROM trail WHERE what = 'deemed_passed'") == [("超时默许，依据：××条例第九条",)]


def test_more_time_counts_when_a_leader_has_granted_it(both: Running) -> None:
    page = enter(both, "m1", kind="meeting", last_day="2026-12-11")
    asked = {"until": "2026-12-18", "reason": "等上级批复"}
    assert post(both, f"{page}/extend", **(asked | {"reason": " "})) == 422
    assert post(both, f"{page}/extend", **asked) == 303
    assert post(both, f"{page}/extend", **asked) == 422, "one waits"
    assert post(both, f"{page}/decide", decided="granted") == 422, "not by whoever asked"
    as_other(both)
    assert post(both, f"{page}/decide", decided="granted", note="同意") == 303
    assert "2026-12-18 17:30" in both.client.get(page).text
    later(both, days=24)
    assert post(both, f"{page}/extend", until="2026-12-25", reason="还要几天") == 422
    assert (
        "已过提出延期的最晚时间"
        in both.client.post(
            f"{page}/extend",
            data={
                "csrf": both.client.get("/account").text.partition('name="csrf" value="')[2].partition('"')[0],
                "until": "2026-12-25",
                "reason": "还要几天",
            },
        ).text
    )


def test_an_urgent_document_alerts_supervision_in_the_same_moment(office: Running) -> None:
    page = enter(office, "m1", kind="urgent_document", title="防汛紧急通知")
    assert "紧急公文待签收" in office.client.get("/supervision?level=red").text
    assert post(office, f"{page}/take") == 303
    supervision.sweep(office.centre)
    assert "紧急公文待签收" not in office.client.get("/supervision?level=red").text.partition('id="cards"')[2]


def test_what_is_not_of_ones_unit_is_left_alone(office: Running) -> None:
    page = enter(office, "m1")
    assert post(office, "/units", unit="行政审批局", rank="1", members=OTHER) == 303
    assert post(office, f"{page}/done", note="完") == 422
    as_other(office)
    assert post(office, f"{page}/done", note="完") == 303


def test_the_ledger_is_a_spreadsheet_with_item_owner_and_last_day(office: Running) -> None:
    import io  # noqa: PLC0415

    import openpyxl  # type: ignore[import-untyped]  # noqa: PLC0415

    enter(office, "m1", title="=1+1", owner=NAME)
    body = office.client.get("/mandates/ledger.xlsx").content
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
    assert rows[0][:7] == ("类别", "事项", "来源", "责任单位", "责任人", "交办时间", "时限")
    assert rows[1][:7] == ("一般事项", "=1+1", None, "行政审批局", NAME, "2026-11-23 10:00", "2026-11-30 17:30")


def test_the_terms_are_data_and_a_wrong_one_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with another table the dates of the parametrised test would differ."""
    monkeypatch.setitem(TERMS, Kind.NORMAL, replace_terms(TERMS[Kind.NORMAL]))
    assert f"{made(Kind.NORMAL).due_at:%Y-%m-%d}" != "2026-11-30"


def replace_terms(terms: kinds.Terms) -> kinds.Terms:
    return kinds.Terms(TimeLimit(6, Unit.WORKING_DAY), terms.ahead)


def test_more_time_granted_while_the_round_goes_on_counts(office: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The round has seen an approval whose time is over; before it writes, the last moment moves."""
    enter(office, "m1", kind="approval", title="核发意见", unit="水务局", on_expiry="deem", legal_basis="××条例第九条")
    office.centre.caretaker.stop()
    later(office, days=3)
    with office.centre.database.writing() as connection:
        seen = store.open_(connection)
        moved = mandates.update().values(due_at=office.clock() + timedelta(days=3))
        connection.execute(moved.where(mandates.c.mandate_id == "m1"))
    monkeypatch.setattr(store, "open_", lambda _: seen)
    upkeep.sweep(office.centre)
    assert office.query("SELECT state FROM mandates") == [("open",)]
    later(office, days=4)
    upkeep.sweep(office.centre)
    assert office.query("SELECT state FROM mandates") == [("done",)]
