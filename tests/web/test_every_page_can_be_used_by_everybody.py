"""axe-core on every page of the centre, at a desk and on a phone: no serious fault, nothing wider than its window, no
script, picture or style that the page's own policy refuses.
"""

import os
import re
from urllib.parse import urlsplit

import pytest
from selenium import webdriver

from tests.web.browser import Page

LEFT_OUT = re.compile(r"^/(logout|live|v1/|metrics|static/)|\.(xlsx|docx|csv|pdf|json|toml|zip|svg|png)$|/export")
"""What is no page."""
AN_ID = re.compile(r"[0-9a-f]{12,}|\d+|GL-\d\d|[A-Z0-9]{8,}|T[0-9A-F]{8}")
FULL = os.environ.get("SUIBAN_FULL") == "1"
SIZES = ("desk", "phone")
"""Every page at both by SUIBAN_FULL=1; else each at one of them in turn, and axe-core looks at about every second."""
MOST = 220
"""So many pages there will never be: a link that makes new ones for ever is a fault of its own."""


def shape(path: str) -> str:
    """Pages of one kind are looked at once: ids, and what a query asks for, do not count."""
    parts = urlsplit(path)
    names = ",".join(sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair))
    return "/".join(AN_ID.sub("*", part) for part in parts.path.split("/")) + (f"?{names}" if names else "")


def new_shapes(page: Page, seen: dict[str, str]) -> list[str]:
    """Where one can click to from here, a path of each shape that was not seen yet; it is seen then."""
    found = []
    for path in page.links():
        kind = shape(path)
        if kind not in seen and "lang=" not in path and not LEFT_OUT.search(urlsplit(path).path):
            seen[kind] = path
            found.append(path)
    return found


@pytest.mark.screen
@pytest.mark.slow
def test_no_page_has_a_serious_fault_at_a_desk_or_on_a_phone(page: Page) -> None:
    page.resize("desk")
    page.log_in()
    seen, waiting = {shape("/"): "/"}, ["/"]
    troubles: dict[str, list[str]] = {}
    while waiting:
        path = waiting.pop(0)
        for size in SIZES if FULL else (SIZES[len(waiting) % 2],):
            page.resize(size)
            page.open(path)
            found = [*(page.faults() if FULL or len(seen) % 2 else ()), *page.complaints()]
            if over := page.overflow():
                found.append(f"{over} px wider than the window")
            if found:
                troubles[f"{path} ({size})"] = found
        waiting += new_shapes(page, seen)
        assert len(seen) < MOST, sorted(seen)
    assert len(seen) > 20, seen
    assert troubles == {}


@pytest.mark.screen
@pytest.mark.slow
def test_the_harness_sees_a_fault(page: Page) -> None:
    page.resize("desk")
    page.open("/login")
    assert page.faults() == []
    page.browser.execute_script(
        "document.querySelector('#password').labels.forEach((one) => one.remove());"
        "document.querySelector('.login button').style.cssText = 'color:#ccc;background:#ddd;transition:none';"
        "const wide = document.body.appendChild(document.createElement('div'));"
        "wide.style.cssText = 'width:3000px;height:2px'"
    )
    assert {one.partition(":")[0] for one in page.faults()} >= {"label", "color-contrast"}
    assert page.overflow() > 1000


@pytest.mark.screen
@pytest.mark.slow
def test_a_script_that_is_not_ours_does_not_run(browser: webdriver.Chrome, page: Page) -> None:
    page.open("/login")
    browser.execute_script(
        "const one = document.createElement('script'); one.textContent = 'window.foreign = true';"
        "document.body.append(one)"
    )
    assert not browser.execute_script("return window.foreign === true")
    assert any("Content Security Policy" in said for said in page.complaints())
