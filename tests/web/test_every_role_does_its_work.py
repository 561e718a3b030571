"""Each role at its own pages in a real browser: what it reaches, its main job, nothing else."""

import base64
import os
import time

import pyotp
import pytest
from selenium import webdriver

from tests.central.conftest import PASSWORD
from tests.central.process import CentreProcess
from tests.web.browser import Page

ROLES = {
    "window": ({"/window", "/cases"}, "/accounts"),
    "guide": ({"/guides/escorts", "/help"}, "/cases"),
    "leader": ({"/window", "/tasks"}, "/accounts"),
    "catalogue_editor": ({"/catalogue"}, "/cases"),
    "supervisor": ({"/supervision", "/complaints"}, "/accounts"),
    "coordinator": ({"/unclaimed"}, "/accounts"),
    "technician": ({"/fleet"}, "/cases"),
}
"""Role -> some of what it must reach from its menu, and what it must not."""


FULL = os.environ.get("SUIBAN_FULL") == "1"
USUAL = ("window", "guide", "supervisor")
"""All of them by SUIBAN_FULL=1; who may open what is held for every role and route by tests/central/people."""


def account(centre: CentreProcess, name: str, role: str) -> None:
    centre.command("add-user", name, "--role", role, "--password-stdin", text=PASSWORD + "\n")


def menu(page: Page) -> set[str]:
    """Every page the two rows of the menu lead to, group by group."""
    groups = [link for link in page.links() if not link.startswith(("/account", "/login", "/?"))]
    found = set(groups)
    for group in page.browser.execute_script(
        "return [...document.querySelectorAll('.doors a')].map((a) => a.pathname)"
    ):
        page.open(group)
        found |= {link.partition("?")[0] for link in page.links()}
    return found


@pytest.mark.screen
@pytest.mark.slow
def test_every_role_reaches_its_work_and_nothing_else(page: Page, lively_centre: CentreProcess) -> None:
    page.resize("desk")
    for role in ROLES if FULL else USUAL:
        reached, kept = ROLES[role]
        account(lively_centre, f"one-{role}", role)
        page.log_in(f"one-{role}")
        assert menu(page) >= reached, role
        page.open(kept)
        assert page.says("您没有此页面的权限"), (role, page.one("main").text)
        assert page.faults() == [], role


@pytest.mark.screen
@pytest.mark.slow
def test_a_manager_settles_what_a_terminal_left_behind(page: Page, browser: webdriver.Chrome) -> None:
    page.resize("desk")
    page.log_in()
    page.open("/matters")
    page.until("return document.querySelectorAll('main a[href^=\"/matters/\"]').length > 2")
    paths = [link for link in page.links() if link.startswith("/matters/") and len(link) > 16]
    for path in paths:
        page.open(path)
        if page.all("#close"):
            break
    page.press("#acknowledge")
    page.until_says("已接单")
    page.one("#close_note").send_keys("到现场看过，已取走遗留纸张")
    page.press("#close")
    page.until("return !document.querySelector('#close')")
    assert "已取走遗留纸张" in page.one("#steps").text
    assert browser.current_url.endswith(path)


@pytest.mark.screen
@pytest.mark.slow
def test_three_administrators_make_grant_and_read_and_none_does_the_others_part(
    page: Page, lively_centre: CentreProcess
) -> None:
    page.resize("desk")
    for role in ("system_admin", "security_admin", "audit_admin"):
        account(lively_centre, f"the-{role}", role)
    secrets = {}

    def enter(role: str) -> None:
        page.log_in(f"the-{role}")
        if role not in secrets:
            page.open("/account/second-factor")
            secrets[role] = page.one("#secret").text.replace(" ", "")
            base64.b32decode(secrets[role] + "=" * (-len(secrets[role]) % 8))
        else:
            time.sleep(max(0.0, 30 - time.time() % 30) + 0.2)  # a code serves once
        page.one("#code").send_keys(pyotp.TOTP(secrets[role]).now())
        page.press("main button[type=submit]")
        page.until("return !document.querySelector('#code') || document.querySelector('#codes, .codes') !== null")

    enter("system_admin")
    page.open("/accounts")
    page.one("#name").send_keys("new-clerk")
    page.press("main form button[type=submit]")
    given = page.one("#password").text
    assert len(given) >= 12
    page.open("/accounts/new-clerk")
    assert not page.all("input[name='role.window']"), "who makes accounts gives no rights"
    enter("security_admin")
    page.open("/accounts/new-clerk")
    page.press("input[name='role.window']")
    page.press("form[action$='/grant'] button")
    page.until_says("窗口")
    page.press("form[action$='/release'] button")
    enter("audit_admin")
    page.open("/audit")
    assert page.says("new-clerk")
    page.open("/accounts/new-clerk")
    assert not page.all("form[action$='/grant']")
    assert page.faults() == []
