"""A centre as its own process with a hall's life in it, and one browser."""

from collections.abc import Iterator

import pytest
from selenium import webdriver

from tests.central.conftest import write_config
from tests.central.process import CentreProcess, centre_process
from tests.web.browser import Page, chromium
from tests.web.lively import fill


@pytest.fixture(scope="session")
def lively_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    """Terminals, numbers, cases, papers, voices: whatever pages can show."""
    with centre_process(write_config(tmp_path_factory.mktemp("centre"))) as process:
        process.add_user()
        fill(process)
        yield process


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def page(browser: webdriver.Chrome, lively_centre: CentreProcess) -> Page:
    browser.get("about:blank")
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    return Page(browser, lively_centre.url)
