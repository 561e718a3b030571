"""A new version reaches a few terminals first, goes on while errors stay low, stops when they rise, and comes back."""

import msgspec
import pytest

from central.catalogue import acting, editing, rules, store
from central.catalogue.rules import Before, Next, Rollout, Seen, State
from central.catalogue_lint.rules import lint
from central.clock import now
from central.feed import store as feed
from contract.exchange import ServiceReport
from contract.feed import PullRequest
from contract.suites import GM, INTL, SigningKey
from tests.central.conftest import Running
from tests.central.services import item, publish
from tests.central.terminal_double import TerminalDouble, fresh_nonce

SLUG = "real-estate-transfer"
FORM = {"soak_minutes": "0", "errors_at_most": "1", "reason": "", "first.GL-01": "yes"}


def post(running: Running, path: str, **form: str) -> int:
    return running.client.post(path, data={"csrf": running.csrf(), **form}, follow_redirects=False).status_code


def change(running: Running, fee: str = "每件 60 元") -> None:
    shown = running.client.get(f"/catalogue/{SLUG}")
    assert shown.status_code == 200
    fields = editing.fields(item(SLUG)) | {"fee.zh-Hans": fee}
    assert post(running, f"/catalogue/{SLUG}/save", **fields, seen="") == 303


def release(running: Running, **changes: str) -> Rollout:
    day = running.centre.today().isoformat()
    assert post(running, f"/catalogue/{SLUG}/release", **(FORM | {"effective_from": day} | changes)) == 303
    return rollout(running)


def rollout(running: Running) -> Rollout:
    with running.centre.database.reading() as connection:
        return store.listed(connection)[0]


def has(running: Running, terminal: TerminalDouble) -> int:
    """The version this terminal gets, as its feed says."""
    with running.centre.database.reading() as connection:
        asked = PullRequest(terminal.id, terminal.epoch, fresh_nonce(), 0)
        items, _ = feed.pull(connection, asked, running.clock())
    bodies = {one.key: one.body for one in items if one.kind == "catalogue"}
    found = lint(bodies[SLUG]).item
    assert found is not None
    return found.version


def beat(running: Running, terminal: TerminalDouble, **changes: object) -> None:
    """A heartbeat of a terminal that has read everything."""
    with running.centre.database.reading() as connection:
        cursor = feed.head(connection)
    running.send(terminal, terminal.heartbeat(**({"cursor": cursor} | changes)))


@pytest.fixture
def other(running: Running) -> TerminalDouble:
    return running.enter(TerminalDouble(id="GL-02", key=running_key(running)))


def running_key(running: Running) -> SigningKey:
    return SigningKey.fresh(GM if running.centre.settings.database_url else INTL)


@pytest.fixture
def staff(running: Running, terminal: TerminalDouble, other: TerminalDouble) -> Running:
    running.log_in()
    publish(running, item(SLUG))
    for one in (terminal, other):
        beat(running, one)
    return running


def test_a_version_goes_to_a_few_first_and_then_to_all(
    staff: Running, terminal: TerminalDouble, other: TerminalDouble
) -> None:
    change(staff)
    first = release(staff)
    assert (first.state, first.stage, first.groups) == (State.RUNNING, 0, (("GL-01",), ("*",)))
    assert (has(staff, terminal), has(staff, other)) == (2, 1)
    acting.round_of(staff.centre)
    assert rollout(staff).stage == 0, "nobody of the group has read it"
    beat(staff, terminal)
    acting.round_of(staff.centre)
    assert (has(staff, terminal), has(staff, other)) == (2, 2)
    acting.round_of(staff.centre)
    assert rollout(staff).state is State.DONE
    with staff.centre.database.reading() as connection:
        assert store.draft(connection, SLUG) is None
        assert [one.terminal for one in store.stale(connection, staff.clock())] == ["GL-01", "GL-02"]
    beat(staff, terminal)
    beat(staff, other)
    with staff.centre.database.reading() as connection:
        assert store.stale(connection, staff.clock()) == []


def test_rising_errors_stop_it_and_the_old_version_comes_back(
    staff: Running, terminal: TerminalDouble, other: TerminalDouble
) -> None:
    change(staff)
    release(staff)
    beat(staff, terminal, services=(ServiceReport(SLUG, open=False, reason="catalogue"),), quarantined=1)
    acting.round_of(staff.centre)
    stopped = rollout(staff)
    assert stopped.state is State.STOPPED
    shown = staff.client.get(f"/rollouts/{stopped.rollout_id}").text
    assert "已停止" in shown
    assert "GL-01 quarantined 1" in shown
    assert post(staff, f"/rollouts/{stopped.rollout_id}/back", why="") == 422
    assert post(staff, f"/rollouts/{stopped.rollout_id}/back", why="打印模板有误") == 303
    assert rollout(staff).state is State.BACK
    assert (has(staff, terminal), has(staff, other)) == (1, 1)
    assert post(staff, f"/rollouts/{stopped.rollout_id}/resume", why="再来") == 409


def test_what_must_be_mended_does_not_go_out_and_a_flag_wants_a_reason(staff: Running) -> None:
    change(staff)
    raw = item(SLUG).decode().replace("amount = 3, ", "amount = 20, ")
    seen = editing_seen(staff)
    assert post(staff, f"/catalogue/{SLUG}/save", raw=raw, seen=seen) == 303
    assert "压缩 45% 以上" not in staff.client.get(f"/catalogue/{SLUG}").text, "the district has not switched it on"
    assert post(staff, "/promises", share="on") == 303
    assert "压缩 45% 以上" in staff.client.get(f"/catalogue/{SLUG}").text
    day = staff.centre.today().isoformat()
    form = FORM | {"effective_from": day}
    assert post(staff, f"/catalogue/{SLUG}/release", **form) == 422
    assert post(staff, f"/catalogue/{SLUG}/save", raw=raw, seen=seen) == 409, "somebody changed it meanwhile"
    gone = raw.replace("[[conditions]]", "[[nothing]]")
    assert post(staff, f"/catalogue/{SLUG}/save", raw=gone, seen=editing_seen(staff)) == 303
    assert post(staff, f"/catalogue/{SLUG}/release", **(form | {"reason": "上级要求"})) == 422
    with staff.centre.database.reading() as connection:
        assert store.listed(connection) == []


def editing_seen(running: Running) -> str:
    with running.centre.database.reading() as connection:
        found = store.draft(connection, SLUG)
    return found.changed_at.isoformat() if found is not None else ""


def test_a_form_changes_its_fields_and_nothing_else() -> None:
    raw = item(SLUG)
    fields = editing.fields(raw)
    assert editing.written(raw, fields) == raw
    made = editing.written(raw, fields | {"conditions.zh-Hans": "甲\n乙", "conditions.en": "a", "fee.en": ""})
    old, new = lint(raw).item, lint(made).item
    assert old is not None
    assert new is not None
    assert new.conditions == ({"zh-Hans": "甲", "en": "a"}, {"zh-Hans": "乙"})
    assert msgspec.structs.replace(new, conditions=old.conditions, fee=old.fee) == old
    with pytest.raises(editing.Unwritable):
        editing.written(raw, fields | {"promised_limit.amount": "soon"})


# --- the machine, state by state ----------


def a_rollout(**changes: object) -> Rollout:
    at = now()
    usual = Rollout(
        "r", SLUG, 2, b"x", b"", "2026-01-01", "", (("A",), ("*",)), 0, 1, State.RUNNING, 0, {}, "boss", at, at, at, ""
    )
    return msgspec.structs.replace(usual, **changes)


def seen(name: str = "A", **changes: object) -> Seen:
    usual = Seen(name, online=True, read=True, quarantined=0, closed=None, difficulties=0)
    return msgspec.structs.replace(usual, **changes)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((seen(),), Next.GO_ON),
        ((seen(read=False),), Next.WAIT),
        ((seen(read=False, online=False),), Next.WAIT),
        ((seen(), seen("B", quarantined=9)), Next.GO_ON),
        ((seen(quarantined=1),), Next.GO_ON),
        ((seen(quarantined=1, closed="form"),), Next.STOP),
        ((seen(difficulties=2),), Next.STOP),
        ((seen(closed="hours.closed", difficulties=1),), Next.GO_ON),
    ],
)
def test_what_comes_next(found: tuple[Seen, ...], expected: Next) -> None:
    assert rules.decide(a_rollout(), found, now(), "2026-01-01") is expected


def test_it_waits_for_its_day_and_what_was_there_before_is_no_error() -> None:
    early = a_rollout(state=State.SCHEDULED, stage=-1, effective_from="2026-05-01")
    assert rules.decide(early, (), now(), "2026-04-30") is Next.WAIT
    assert rules.decide(early, (), now(), "2026-05-01") is Next.BEGIN
    known = a_rollout(baseline={"A": Before(5, closed=True)})
    assert rules.errors(rules.troubles(known, (seen(quarantined=5, closed="form"),))) == 0
    assert rules.decide(a_rollout(state=State.STOPPED), (seen(),), now(), "2026-05-01") is Next.WAIT


def test_groups_are_the_few_then_halls_then_everybody() -> None:
    halls = {"甲": ["A", "B"], "乙": ["C"]}
    assert rules.groups(["B"], halls, by_hall=True) == (("B",), ("C",), ("A",), ("*",))
    assert rules.groups([], halls, by_hall=False) == (("*",),)
