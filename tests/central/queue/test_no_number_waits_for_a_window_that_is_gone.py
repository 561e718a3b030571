"""A number moved on to one window is called by others as soon as that window is taken out."""

from central.queue.calling import store as calling
from central.queue.rules import Number
from central.queue.upkeep import stand_in
from central.queue.windows import store as windows
from tests.central.conftest import Running
from tests.central.queue.hall import act, call, open_window, take
from tests.central.terminal_double import TerminalDouble


def test_a_window_that_is_taken_out_keeps_no_number(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    one, two, three = (open_window(embedded, code) for code in ("1", "2", "3"))
    take(embedded, terminal)
    number = call(embedded, one)
    assert isinstance(number, Number)
    act(embedded, calling.transfer, number.case_id, one, "A", two)
    assert not isinstance(call(embedded, three), Number), "kept for another one"
    with embedded.centre.database.writing() as connection:
        windows.end(connection, two, embedded.clock())
    stand_in(embedded.centre)
    again = call(embedded, three)
    assert isinstance(again, Number)
    assert again.case_id == number.case_id
