"""The calling screen in a real browser: quick calls each stand alone, a lost centre leaves the last good data (F9)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from central.centre import Centre, open_centre
from central.clock import now
from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.posts import ON, Sign, Window
from central.queue.rows import store as rows
from central.queue.rows.store import Asked
from central.queue.windows import store as windows
from central.screens import store as screens
from central.screens.rules import Kind, Manners, Screen
from contract.envelope import Lane
from contract.messages import CaseFiled
from tests.central.process import CentreProcess, centre_process
from tests.central.queue.hall import HALL
from tests.central.terminal_double import TerminalDouble
from tests.waiting import until
from tests.web.browser import Page, chromium

TOKEN = "a-token-of-a-screen"


@dataclass
class Hall:
    """A centre as a process, and what its windows do beside it in the same database."""

    process: CentreProcess
    centre: Centre
    terminal: TerminalDouble
    taken: int = 0
    acts: list[str] = field(default_factory=list)

    def take(self) -> CaseFiled:
        case = self.terminal.file_case()
        self.terminal.push(self.process.url, Lane.NUMBERS)
        self.taken += 1
        until(lambda: self._waiting() == 1, "the number in its queue")
        return case

    def _waiting(self) -> int:
        with self.centre.database.reading() as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM queue_numbers WHERE stand = 'waiting'")
            return int(found.scalar_one())

    def call(self, window: str, minutes_ago: int = 0) -> None:
        self.acts.append(window)
        at = now() - timedelta(minutes=minutes_ago)
        asked = Asked(f"act{len(self.acts)}", window, f"who{window}", at, self.centre.today().isoformat())
        with self.centre.database.writing() as connection:
            calling.call_next(connection, asked)

    def shown(self) -> int:
        """How many calls the screen says it has shown."""
        with self.centre.database.reading() as connection:
            said = "SELECT count(*) FROM call_deliveries WHERE channel = 'screen' AND state = 'delivered'"
            return int(connection.exec_driver_sql(said).scalar_one())

    def finish(self, *cases: CaseFiled) -> None:
        """Served to their end at whichever window has them."""
        for case in cases:
            with self.centre.database.writing() as connection:
                one = rows.find(connection, case.case_id)
                assert one is not None
                self.acts.append(one.window)
                asked = Asked(f"act{len(self.acts)}", one.window, "", now(), self.centre.today().isoformat())
                assert not isinstance(calling.finish(connection, case.case_id, asked), Refusal)


@pytest.fixture
def hall(embedded_config: Path) -> Iterator[Hall]:
    with centre_process(embedded_config) as process:
        centre = open_centre(embedded_config)
        terminal = TerminalDouble()
        process.command("add-terminal", "--id", terminal.id, "--public-key", terminal.public_key, "--hall", HALL)
        with centre.database.writing() as connection:
            for code in ("3", "5"):
                windows.keep(connection, Window(window_id=code, hall=HALL, code=code, skills=("A",)))
                windows.sign(connection, Sign(code, f"who{code}", ON, now()))
            screen = Screen(
                screen_id="s1", kind=Kind.CALLS, hall=HALL, zone="", window_code="", title="", made_by="", made_at=now()
            )
            screens.add(connection, screen, TOKEN)
            screens.keep_manners(connection, Manners(HALL, opens="00:00", closes="24:00"), now())
        yield Hall(process, centre, terminal)
        centre.database.close()


@pytest.mark.slow
def test_two_quick_calls_stand_one_after_the_other_and_a_lost_centre_is_said(hall: Hall, tmp_path: Path) -> None:
    first = hall.take()
    with chromium(tmp_path / "profile") as browser:
        page = Page(browser, hall.process.url)
        page.resize("television")
        page.open(f"/screen/{TOKEN}")
        page.until("return document.body.dataset.good")
        seen = "return (window.stood = window.stood || [])"
        page.browser.execute_script(
            "window.stood = []; new MutationObserver(() => window.stood.push([document.getElementById('now-number')"
            ".textContent, Date.now()])).observe(document.getElementById('now-number'), {childList: true})"
        )
        hall.call("3")
        second = hall.terminal.file_case()
        hall.terminal.push(hall.process.url, Lane.NUMBERS)
        until(lambda: hall._waiting() == 1, "the second number")
        hall.call("5")
        until(
            lambda: len(browser.execute_script(seen)) >= 2,
            "both calls",
            40,
            state=lambda: (browser.execute_script(seen), page.one("body").text, page.complaints()),
        )
        stood = browser.execute_script(seen)
        assert [number for number, _ in stood[:2]] == [first.number, second.number]
        assert stood[1][1] - stood[0][1] >= 4900, "the second call never overrides the first"
        page.until_says("5 号窗口")
        _keep_picture(page, "calls-1920")
        assert page.overflow() == 0
        assert page.faults() == []
        hall.finish(first, second)
        old = hall.take()
        hall.process.kill()
        page.until("return !document.getElementById('stale').hidden")
        assert second.number in page.one("#now-number").text, "the last good data stays"
        assert "数据时间" in page.one("#stale").text
        assert "不到 1 分钟前" in page.one("#stale").text
        _keep_picture(page, "calls-lost")
        _it_comes_back(hall, page, old)


def _it_comes_back(hall: Hall, page: Page, old: CaseFiled) -> None:
    """What was called while nobody answered is in the list, and is not flashed as new; what comes then is."""
    hall.call("3", minutes_ago=10)
    hall.process.start()
    page.until("return document.getElementById('stale').hidden")
    page.until(f"return document.body.innerText.includes('{old.number}')")
    hall.finish(old)
    new = hall.take()
    hall.call("3")
    page.until(f"return document.getElementById('now-number').textContent === '{new.number}'")
    until(lambda: hall.shown() == 3, "what the screen said it had flashed: all but the call of ten minutes ago")


def _keep_picture(page: Page, name: str) -> None:
    """Where somebody looks at them."""
    if folder := os.environ.get("SUIBAN_PICTURES"):
        page.browser.save_screenshot(f"{folder}/{name}.png")
