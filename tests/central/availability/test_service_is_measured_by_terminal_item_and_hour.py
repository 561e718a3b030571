"""24-hour availability: kept as intervals, told by terminal, item and hour; what nobody heard is never called open."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from central.availability import rules, store, upkeep
from central.availability.rules import Said, Share, Span, State
from contract.exchange import ServiceReport
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble

AT = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)
HALL = ZoneInfo("Asia/Shanghai")
PLACE = ("T", "item")


def after(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def said(state: State, at: datetime) -> dict[tuple[str, str], Said]:
    return {PLACE: Said(state, "", at)}


def test_nothing_is_written_while_nothing_changes() -> None:
    standing = {PLACE: Span(*PLACE, AT, State.OPEN)}
    found = rules.changes(standing, said(State.OPEN, after(1)), after(1), after(1.5))
    assert (found.begun, found.ended) == ([], [])


def test_a_change_ends_one_interval_and_begins_another_when_it_was_heard() -> None:
    standing = {PLACE: Span(*PLACE, AT, State.OPEN)}
    found = rules.changes(standing, said(State.CLOSED, after(10)), after(10), after(10.5))
    assert found.ended[0].until_at == found.begun[0].from_at == after(10)


def test_what_the_centre_slept_through_is_nobodys_measure() -> None:
    standing = {PLACE: Span(*PLACE, AT, State.OPEN)}
    found = rules.changes(standing, said(State.OPEN, after(59)), after(5), after(60))
    assert found.ended[0].until_at == after(5)
    assert found.begun[0].from_at == after(60)
    spans = [*found.ended, *found.begun]
    assert rules.shares(spans, AT, after(70))[PLACE] == Share(open=15 * 60)


def test_a_silent_terminal_is_not_open_from_its_last_word_on() -> None:
    services = (ServiceReport("item", open=True),)
    heard = rules.said_of(services, after(3), online=True)
    assert heard["item"].state is State.OPEN
    silent = rules.said_of(services, after(3), online=False, known=["old"])
    assert {item: one.state for item, one in silent.items()} == dict.fromkeys(("", "item", "old"), State.SILENT)
    assert silent[rules.WHOLE].since == after(3)


def test_a_terminal_with_nothing_open_is_closed() -> None:
    found = rules.said_of((ServiceReport("item", open=False, reason="id_card_reader"),), AT, online=True)
    assert (found[rules.WHOLE].state, found["item"].reason) == (State.CLOSED, "id_card_reader")


def test_hours_are_those_of_the_hall() -> None:
    spans = [Span("T", "", AT, State.OPEN, until_at=after(90)), Span("T", "", after(90), State.SILENT)]
    hours = rules.by_hour(spans, AT, after(120), HALL)
    assert hours[9] == Share(open=3600)
    assert hours[10] == Share(open=1800, silent=1800)
    assert hours[10].percent == 50
    assert hours[1].percent is None


def test_every_terminal_and_item_has_its_measured_figure_on_the_page(embedded: Running) -> None:
    measuring = upkeep.Measuring(embedded.centre)
    terminal = embedded.enter(TerminalDouble())
    closed = (
        ServiceReport("real-estate-transfer", open=True),
        ServiceReport("residence-permit", open=False, reason="x"),
    )

    def live(minutes: int, services: tuple[ServiceReport, ...]) -> None:
        for _ in range(minutes):
            embedded.send(terminal, terminal.heartbeat(services=services))
            measuring.turn()
            embedded.clock.forward(minutes=1)

    live(10, (closed[0], ServiceReport("residence-permit", open=True)))
    live(10, closed)
    measuring.turn()
    embedded.log_in()
    page = embedded.client.get("/availability?days=1").text
    assert "100.00 %" in page
    share = rules.shares(_spans(embedded), embedded.clock() - timedelta(hours=1), embedded.clock())
    assert 45 < (share["GL-01", "residence-permit"].percent or 0) < 55
    assert (share["GL-01", ""].percent or 0) > 99
    embedded.clock.forward(minutes=2)
    measuring.turn()
    embedded.clock.forward(minutes=2)
    measuring.turn()
    shares = rules.shares(_spans(embedded), embedded.clock() - timedelta(hours=1), embedded.clock())
    assert shares["GL-01", ""].silent > 100
    shown = embedded.client.get("/terminals/GL-01").text
    assert 'id="available"' in shown
    assert embedded.client.get("/availability.csv").status_code == 200
    assert embedded.client.get("/availability.xlsx").content.startswith(b"PK")


def _spans(running: Running) -> list[Span]:
    with running.centre.database.reading() as connection:
        now = running.clock()
        return store.spans(connection, now - timedelta(days=1), now)
