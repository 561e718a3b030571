"""A real browser on the centre's pages: two sizes, what axe-core says of a page, and what its console complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests import waiting
from tests.central.conftest import NAME, PASSWORD

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
SIZES = {"desk": (1366, 768), "phone": (390, 844), "television": (1920, 1080)}
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
GRAVE = ("serious", "critical")
_RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"]})
  .then((found) => done(found.violations.map((one) => ({
    id: one.id, impact: one.impact, help: one.help,
    places: one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
  }))))
  .catch((error) => done([{id: "axe", impact: "critical", help: String(error), places: []}]));
"""


@contextmanager
def chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    """Debian's browser without a screen; it keeps nothing."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    chrome.set_script_timeout(60)
    try:
        yield chrome
    finally:
        chrome.quit()


class Page:
    """What a test does with the browser."""

    def __init__(self, browser: webdriver.Chrome, url: str) -> None:
        self.browser = browser
        self.url = url

    def resize(self, size: str) -> None:
        width, height = SIZES[size]
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def open(self, path: str) -> None:
        self.browser.get(f"{self.url}{path}")

    def log_in(self, name: str = NAME, password: str = PASSWORD) -> None:
        self.browser.delete_all_cookies()
        self.open("/login")
        self.one("#name").send_keys(name)
        self.one("#password").send_keys(password)
        self.one(".login button").click()
        self.until("return location.pathname !== '/login' && document.readyState === 'complete'")

    def one(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def press(self, selector: str) -> None:
        """Scroll there and press it, as whoever uses it would."""
        self.browser.execute_script(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'}); arguments[0].click()",
            self.one(selector),
        )

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def says(self, text: str) -> bool:
        return text in self.one("body").text

    def until(self, script: str, within: float = 60.0) -> None:
        waiting.until(
            lambda: self.browser.execute_script(script), script, within, state=lambda: self.browser.page_source[-2000:]
        )

    def until_says(self, text: str, within: float = 60.0) -> None:
        waiting.until(lambda: self.says(text), f"the page says {text}", within, state=lambda: self.one("body").text)

    def links(self) -> list[str]:
        """Where one may go from here by GET, inside this centre, as path and query."""
        found: list[str] = self.browser.execute_script(
            "return [...document.querySelectorAll('a[href]:not([download])')]"
            ".map((one) => new URL(one.href)).filter((to) => to.origin === location.origin)"
            ".map((to) => to.pathname + to.search)"
        )
        return list(dict.fromkeys(found))

    def faults(self) -> list[str]:
        """What axe-core calls serious or critical, one line each."""
        if not self.browser.execute_script("return typeof axe === 'object'"):
            self.browser.execute_script(AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.browser.execute_async_script(_RUN_AXE)
        return [f"{one['id']}: {one['help']} at {one['places']}" for one in found if one["impact"] in GRAVE]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wide: int = self.browser.execute_script(
            "return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth"
        )
        return max(0, wide)

    def complaints(self) -> list[str]:
        """What the console said since it was last asked: of scripts, policies and missing files."""
        log = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        return [one["message"] for one in log if one["level"] == "SEVERE"]
