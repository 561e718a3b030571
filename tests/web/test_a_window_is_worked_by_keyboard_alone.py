"""The window's page in a real browser: called, come, added to, finished, passed and brought back without a mouse."""

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains, Keys

from central import enrolment, settings
from contract.envelope import Lane
from tests.central.conftest import write_config
from tests.central.process import centre_process
from tests.central.terminal_double import TerminalDouble
from tests.web.browser import Page

HALL = "长安大厅"


@pytest.mark.screen
@pytest.mark.slow
def test_every_act_has_its_key(browser: webdriver.Chrome, tmp_path: Path) -> None:
    config = write_config(tmp_path)
    terminal = TerminalDouble()
    with centre_process(config) as process:
        process.add_user()
        wanted = enrolment.Wanted(terminal.id, terminal.public_key, None, HALL, "一楼东门", "")
        enrolment.add_terminal(settings.read(config), wanted, replace=False)
        for number in ("A1-001", "A1-002"):
            terminal.file_case(number=number, joint=("water-account",) if number == "A1-001" else ())
        terminal.push(process.url, Lane.NUMBERS)
        page = Page(browser, process.url)
        page.resize("desk")
        page.log_in()
        page.open("/windows")
        page.one("#code").send_keys("3")
        page.one("#skills").send_keys("A")
        page.one("#window button").click()
        shows(page, "综合窗口")
        page.open("/window")
        page.one(".seats button").click()
        shows(page, "窗口空闲")
        assert page.faults() == []
        press(page, "n", "A1-001")
        press(page, "c", "办理中")
        press(page, "1", "已办好")
        press(page, "f", "还有没办好的事")
        press(page, "2", "已办好")
        assert page.faults() == []
        press(page, "f", "窗口空闲")
        press(page, "n", "A1-002")
        press(page, "r", "不到 20 秒")
        press(page, "x", "已过号")
        press(page, "b", "接下来")
        press(page, "n", "已叫 1 次")
        press(page, "c", "办理中")
        press(page, "p", "暂停中")
        the_second_to_its_end(page)
        assert page.complaints() == []
        page.open("/queue")
        assert page.one("#numbers").text.count("办完") == 2
        assert page.faults() == []


def the_second_to_its_end(page: Page) -> None:
    """Paused, looked at what else could be done with it, finished; then a break."""
    press(page, "u", "办理中")
    press(page, "t", "群众不用重新取号")
    press(page, Keys.ESCAPE, "群众不用重新取号")  # leaves the field
    press(page, Keys.ESCAPE, "办理中")
    press(page, "f", "没有人在等")
    press(page, "k", "回岗")
    press(page, "k", "窗口空闲")


def press(page: Page, key: str, says: str) -> None:
    """One key; the page says what came of it."""
    ActionChains(page.browser).send_keys(key).perform()
    shows(page, says)


def shows(page: Page, text: str) -> None:
    """Also while the page goes over to the next one."""
    page.until(f"return document.readyState === 'complete' && document.body.innerText.includes('{text}')")
