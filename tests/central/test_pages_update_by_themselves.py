"""The manager's page in a real browser against the real process: it follows what happens, or says it cannot."""

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import sqlcipher3.dbapi2
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent
from tests import waiting
from tests.central.conftest import NAME, PASSWORD, token_of
from tests.central.process import CentreProcess, centre_process
from tests.central.terminal_double import TerminalDouble, a_printer, a_reader
from tests.central.test_a_look_is_logged_first import HOLDER

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
SIZES = {"desk": (1366, 768), "phone": (390, 844)}


@pytest.fixture
def centre(embedded_config: Path) -> Iterator[CentreProcess]:
    with centre_process(embedded_config) as process:
        process.add_user()
        yield process


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield chrome
    finally:
        chrome.quit()


@pytest.fixture
def browser(chromium: webdriver.Chrome) -> webdriver.Chrome:
    """The one browser, remembering nothing of the test before."""
    chromium.get("about:blank")
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.get_log("browser")  # type: ignore[no-untyped-call]
    return chromium


def resize(browser: webdriver.Chrome, size: str) -> None:
    width, height = SIZES[size]
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


def log_in(browser: webdriver.Chrome, centre: CentreProcess) -> None:
    browser.get(f"{centre.url}/login")
    browser.find_element(By.ID, "name").send_keys(NAME)
    browser.find_element(By.ID, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, ".login button").click()
    until(browser, 'return document.getElementById("figure-numbers") !== null')


def until(browser: webdriver.Chrome, script: str, within: float = 60.0) -> None:
    waiting.until(lambda: browser.execute_script(script), script, within, state=lambda: browser.page_source[-2000:])


def mark(browser: webdriver.Chrome) -> None:
    """A page that is loaded anew loses this."""
    browser.execute_script("window.kept = true")


def shown(figure: str, value: str) -> str:
    where = f'document.querySelector("#figure-{figure} .figure-value")'
    return f'return window.kept && {where}.textContent.replace(/\\s/g, "") === "{value}"'


@pytest.mark.screen
@pytest.mark.slow
def test_a_number_and_a_case_appear_without_a_reload(
    centre: CentreProcess, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    terminal = centre.enter(TerminalDouble())
    resize(browser, "desk")
    log_in(browser, centre)
    mark(browser)
    terminal.send(centre.url, terminal.heartbeat())
    until(browser, shown("terminals", "1/1"), 3)
    number = terminal.file_case()
    terminal.file_ticket(number)
    terminal.push(centre.url, Lane.NUMBERS)
    until(browser, shown("numbers", "1"), 3)
    case = terminal.file_case(ItemKind.FILING)
    terminal.push(centre.url, Lane.CASES)
    until(browser, shown("cases", "1"), 3)
    until(browser, f'return document.getElementById("case-{case.case_id}") !== null')
    terminal.send(centre.url, terminal.heartbeat(devices=(a_printer("out"), a_reader())))
    until(browser, 'return window.kept && document.body.textContent.includes("纸张 用尽")', 3)
    browser.save_screenshot(str(tmp_path / "live.png"))


@pytest.mark.screen
@pytest.mark.slow
def test_a_page_that_lost_its_centre_says_how_old_it_is_and_goes_on_later(
    centre: CentreProcess, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    terminal = centre.enter(TerminalDouble())
    resize(browser, "desk")
    terminal.file_case()
    terminal.push(centre.url, Lane.NUMBERS)
    log_in(browser, centre)
    mark(browser)
    until(browser, shown("numbers", "1"))
    age = 'document.getElementById("age")'
    assert browser.execute_script(f"return {age}.hidden")
    centre.kill()
    until(browser, f"return !{age}.hidden", 5)
    line = browser.execute_script(f"return {age}.textContent")
    assert re.fullmatch(r"数据时间 \d\d:\d\d:\d\d，连接已中断", line)
    assert browser.execute_script(shown("numbers", "1"))
    browser.save_screenshot(str(tmp_path / "lost.png"))
    centre.start()
    terminal.file_case()
    terminal.push(centre.url, Lane.NUMBERS)
    until(browser, shown("numbers", "2"))
    until(browser, f"return {age}.hidden")
    centre.pause()
    browser.execute_script('htmx.trigger(document.getElementById("live"), "refresh")')
    until(browser, f"return !{age}.hidden", 20)
    centre.go_on()
    until(browser, f"return {age}.hidden", 20)


@pytest.mark.screen
@pytest.mark.slow
def test_on_a_phone_an_opened_form_stays_open_and_a_look_shows_the_holder(
    centre: CentreProcess, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    terminal = centre.enter(TerminalDouble())
    case = busy_day(centre, terminal)
    resize(browser, "phone")
    log_in(browser, centre)
    browser.get(f"{centre.url}/terminals/GL-01")
    refresh = "window.done = false; document.body.addEventListener('htmx:afterRequest', () => { window.done = true });"
    browser.execute_script(f"document.querySelector('#identity details').open = true; {refresh}")
    browser.execute_script("window.htmx.trigger(document.getElementById('live'), 'refresh')")
    until(browser, "return window.done")
    assert browser.execute_script("return document.querySelector('#identity details').open"), "an opened form is kept"
    browser.get(f"{centre.url}/cases/{case}")
    browser.find_element(By.ID, "reason").send_keys("窗口核对材料")
    browser.find_element(By.ID, "reason").submit()
    until(browser, "return document.getElementById('holder') !== null")
    assert HOLDER.name in browser.find_element(By.ID, "holder").text
    browser.save_screenshot(str(tmp_path / "look.png"))
    assert [entry["message"] for entry in browser.get_log("browser")] == []  # type: ignore[no-untyped-call]


def busy_day(centre: CentreProcess, terminal: TerminalDouble) -> str:
    """Something of everything; returns a case with sealed content."""
    told = centre.command("add-terminal", "--id", terminal.id, "--public-key", terminal.public_key, "--json")
    keys = {entry["id"]: entry["key"] for entry in json.loads(told.splitlines()[-1])["sealing_keys"]}
    case = terminal.file_case(ItemKind.FILING, CaseContent(HOLDER, {"mobile": "13800000000"}), keys)
    terminal.file_ticket(case, "uncertain", "terminal restarted while it was printing")
    for _ in range(6):
        terminal.file_ticket(terminal.file_case())
    terminal.file_raw(Lane.TELEMETRY, "weather", b'{"kind":"weather"}')
    for lane in (Lane.CASES, Lane.NUMBERS, Lane.TELEMETRY):
        terminal.push(centre.url, lane)
    terminal.send(centre.url, terminal.heartbeat(devices=(a_printer("low"), a_reader("offline", "port.lost"))))
    return case.case_id


@contextmanager
def listening(centre: CentreProcess) -> Iterator[http.client.HTTPResponse]:
    """A logged-in listener of /live."""
    place = urlsplit(centre.url).netloc

    def ask(method: str, path: str, body: str = "", cookie: str = "") -> http.client.HTTPResponse:
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers)
        return connection.getresponse()

    connection = http.client.HTTPConnection(place, timeout=10)

    page = ask("GET", "/login")
    form = urlencode({"csrf": token_of(page.read().decode()), "name": NAME, "password": PASSWORD})
    cookie = page.headers["Set-Cookie"].split(";")[0]
    login = ask("POST", "/login", form, cookie)
    login.read()
    cookies = [value.split(";")[0] for value in login.headers.get_all("Set-Cookie", [])]
    session = next(value for value in cookies if value.startswith("suiban="))
    live = ask("GET", "/live", cookie=session)
    assert live.headers["Content-Type"].startswith("text/event-stream")
    try:
        yield live
    finally:
        live.close()
        connection.close()


def next_change(live: http.client.HTTPResponse) -> None:
    """Read on until a change is told; the socket's time-out bounds the wait."""
    while b"event: changed" not in live.readline():
        pass


def test_listeners_hear_of_a_commit_here_and_in_another_process(centre: CentreProcess) -> None:
    terminal = centre.enter(TerminalDouble())
    with listening(centre) as live:
        live.readline()
        terminal.send(centre.url, terminal.heartbeat())
        next_change(live)
        other = sqlcipher3.dbapi2.connect(str(centre.config.parent / "data" / "central.db"))
        other.execute("UPDATE terminals_now SET received_at = '2030-01-01T00:00:00.000000+00:00'")
        other.commit()
        other.close()
        next_change(live)
        assert centre.stop() == 0
