"""A hall for tests: windows, people who sign on, numbers that arrive as terminals send them."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.posts import ON, Sign, Window
from central.queue.rows.store import Asked
from central.queue.rules import Number
from central.queue.windows import store as windows
from contract.envelope import Lane
from contract.messages import CaseFiled
from tests.central.conftest import Running
from tests.central.terminal_double import HALL as ZONE
from tests.central.terminal_double import TerminalDouble

HALL = "长安大厅"
_acts = itertools.count(1)


def asked(running: Running, window: str, who: str = "李四", act_id: str = "") -> Asked:
    """A request of its own."""
    now = running.clock()
    return Asked(act_id or f"act{next(_acts)}", window, who, now, today(running))


def today(running: Running) -> str:
    """The date in the hall."""
    return running.centre.today().isoformat()


def open_window(running: Running, code: str, skills: tuple[str, ...] = ("A",), who: str = "", **more: Any) -> str:  # noqa: ANN401 - any of its fields
    """A window with somebody on duty; its id."""
    window = Window(window_id=f"w{code}", hall=HALL, code=code, name="综合窗口", skills=skills, **more)
    with running.centre.database.writing() as connection:
        assert windows.keep(connection, window)
        assert windows.sign(connection, Sign(f"w{code}", who or f"员工{code}", ON, running.clock())) is None
    return window.window_id


def take(running: Running, terminal: TerminalDouble, **changes: Any) -> CaseFiled:  # noqa: ANN401 - any field of a case
    """A number that has reached the queue."""
    case = terminal.file_case(**changes)
    running.push(terminal, Lane.NUMBERS, 1, 500)
    running.judged()
    return case


def call(running: Running, window: str, act_id: str = "") -> Number | Refusal:
    """The next number to a window, by whoever sits there."""
    with running.centre.database.writing() as connection:
        return calling.call_next(connection, asked(running, window, f"员工{window[1:]}", act_id))


def act(running: Running, what: Any, case_id: str, window: str, *more: Any, act_id: str = "") -> Number | Refusal:  # noqa: ANN401 - of the store
    """Any other act of a window."""
    with running.centre.database.writing() as connection:
        done: Number | Refusal = what(connection, case_id, asked(running, window, f"员工{window[1:]}", act_id), *more)
        return done


def minutes_ago(minutes: float) -> str:
    """As a terminal writes it: in the hall's time."""
    return (datetime.now(ZONE) - timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
