"""What a window does with a case, without a mouse: from the number to the scan, its original, corrections, papers that
come later, a refusal its leader confirms, a hand-over, and back; and one page with every key.
"""

import time
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains, Keys

from central import enrolment, settings
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent
from tests.central.conftest import PASSWORD, write_config
from tests.central.process import CentreProcess, centre_process
from tests.central.scan_sender import ScanSender, over, ref, sealed_scan
from tests.central.terminal_double import TerminalDouble
from tests.web.browser import Page

HALL = "长安大厅"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)
LEADER = "leader"


@pytest.mark.screen
@pytest.mark.slow
def test_a_case_needs_no_mouse(browser: webdriver.Chrome, tmp_path: Path) -> None:
    config = write_config(tmp_path)
    terminal = TerminalDouble()
    with centre_process(config) as process:
        process.add_user()
        process.command("add-user", LEADER, "--password-stdin", text=f"{PASSWORD}\n")
        wanted = enrolment.Wanted(terminal.id, terminal.public_key, None, HALL, "一楼东门", "")
        told = enrolment.add_terminal(settings.read(config), wanted, replace=False)
        case = filed(process, terminal, {one["id"]: one["key"] for one in told["sealing_keys"]})
        page = Page(browser, process.url)
        page.resize("desk")
        page.log_in()
        page.open(f"/cases/{case}")
        press(page, "?", "各页通用")
        assert page.faults() == []
        type_in(page, Keys.ESCAPE)
        page.until("return !document.getElementById('key-help').open")
        picture_and_original(page)
        correction(page)
        hand_over(page)
        refusal(page, case)
        assert page.complaints() == []


def picture_and_original(page: Page) -> None:
    press(page, "s", "与原件核对一致")
    press(page, "a", "可信等级 B")


def correction(page: Page) -> None:
    type_in(page, "b")
    page.until("return document.activeElement.name === 'what_1'")
    type_in(page, "照片", Keys.TAB, "模糊", Keys.TAB, "重拍")
    tab_to(page, "#until")
    type_in(page, time.strftime("%m%d%Y", time.localtime(time.time() + 20 * 86400)))
    tab_to(page, "[name=all_named]")
    type_in(page, Keys.SPACE, Keys.ENTER)
    page.until("return document.querySelector('#notices') !== null")


def hand_over(page: Page) -> None:
    type_in(page, "z")
    page.until("return document.activeElement.id === 'to_unit'")
    type_in(page, "环保科", Keys.TAB, "请会办", Keys.ENTER)
    page.until("return document.querySelector('#transfers') !== null")
    page.log_in(LEADER)
    page.open("/tasks")
    type_in(page, "y")
    page.until("return document.querySelector('#offered') === null && document.readyState === 'complete'")


def refusal(page: Page, case: str) -> None:
    """Only proposed by the window: a leader confirms."""
    page.log_in()
    page.open(f"/cases/{case}")
    type_in(page, "n")
    page.until("return document.activeElement.id === 'refused'")
    type_in(page, Keys.TAB, Keys.DOWN, Keys.TAB, "条件不符", Keys.TAB, "补齐后再来")
    ActionChains(page.browser).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    page.until("return document.querySelector('#proposal') !== null")
    page.log_in(LEADER)
    page.open("/tasks")
    type_in(page, "y")
    page.until("return document.querySelector('#proposals') === null && document.readyState === 'complete'")
    page.open(f"/cases/{case}")
    shows(page, f"{LEADER}")
    assert page.all("#notices strong")


def filed(process: CentreProcess, terminal: TerminalDouble, keys: dict[str, str]) -> str:
    """A case with one picture that is held."""
    sealed = sealed_scan(terminal.id, "case-with-picture", PNG, keys)
    case = terminal.file_case(
        ItemKind.FILING, CaseContent(None, {}), keys, item="x", scans=(ref(sealed, "lease"),),
        case_id="case-with-picture",
    )  # fmt: skip
    terminal.push(process.url, Lane.CASES)
    ScanSender(terminal, over(process.url), sealed, case.case_id).whole()
    return case.case_id


def press(page: Page, key: str, says: str) -> None:
    """One key; the page says what came of it."""
    type_in(page, key)
    shows(page, says)


def type_in(page: Page, *keys: str) -> None:
    """To wherever the focus is, as whoever sits there does."""
    ActionChains(page.browser).send_keys(*keys).perform()


def tab_to(page: Page, selector: str) -> None:
    """As often as it takes; a place no Tab reaches is a fault."""
    for _ in range(40):
        type_in(page, Keys.TAB)
        if page.browser.execute_script("return document.activeElement.matches(arguments[0])", selector):
            return
    pytest.fail(f"no Tab reaches {selector}")


def shows(page: Page, text: str) -> None:
    """Also while the page goes over to the next one."""
    page.until(f"return document.readyState === 'complete' && document.body.innerText.includes('{text}')")
