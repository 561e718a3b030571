"""Logging in, being locked out, being forgotten; and no form without the token of its session."""

import re
from pathlib import Path

import pytest

from central.people import rules
from tests.central.conftest import NAME, PASSWORD, Running, start, token_of, write_config

PAGES = ("/", "/cases", "/cases/none", "/prints", "/quarantine", "/difficulties", "/terminals/none", "/live")
FORMS = ("/logout", "/cases/none/look", "/prints/none/handled", "/quarantine/none/again")


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_sees_only_the_login(embedded: Running, path: str) -> None:
    answer = embedded.client.get(path, follow_redirects=False)
    if path == "/live":
        assert answer.status_code == 401
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_nobody_does_nothing(embedded: Running, path: str) -> None:
    answer = embedded.client.post(path, data={"csrf": "x"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_does_nothing(embedded: Running, path: str) -> None:
    embedded.log_in()
    for form in ({}, {"csrf": ""}, {"csrf": "x" * 32}):
        assert embedded.client.post(path, data=form, follow_redirects=False).status_code == 403
    assert embedded.client.get("/").status_code == 200


def test_the_right_password_opens_a_session(running: Running) -> None:
    assert running.log_in() == 303
    assert running.client.get("/").status_code == 200
    [(token_hash,)] = running.query("SELECT token_hash FROM sessions")
    assert token_hash != running.client.cookies["suiban"]


def test_cookies_are_out_of_reach(embedded: Running) -> None:
    page = embedded.client.get("/login")
    form = {"csrf": token_of(page.text), "name": NAME, "password": PASSWORD}
    answer = embedded.client.post("/login", data=form, follow_redirects=False)
    session = next(cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("suiban="))
    assert "HttpOnly" in session
    assert "samesite=lax" in session.lower()
    assert "secure" not in session.lower()


def test_behind_https_cookies_are_secure(tmp_path: Path) -> None:
    for running in start(write_config(tmp_path, public_url="https://suiban.example")):
        assert "secure" in running.client.get("/login").headers["set-cookie"].lower()


def test_five_failures_lock_the_name_for_a_quarter_of_an_hour(embedded: Running) -> None:
    for _ in range(rules.FAILURES_ALLOWED):
        assert embedded.log_in(password="wrong-1") == 401
    assert embedded.log_in() == 401
    embedded.clock.forward(minutes=14)
    assert embedded.log_in() == 401
    embedded.clock.forward(minutes=2)
    assert embedded.log_in() == 303


def test_a_success_before_the_fifth_wipes_the_slate(embedded: Running) -> None:
    for _ in range(2):
        for _ in range(rules.FAILURES_ALLOWED - 1):
            assert embedded.log_in(password="wrong-1") == 401
        assert embedded.log_in() == 303


def test_a_name_that_does_not_exist_behaves_the_same(embedded: Running) -> None:
    def words(name: str) -> str:
        page = embedded.client.get("/login")
        form = {"csrf": token_of(page.text), "name": name, "password": "wrong-1"}
        text = embedded.client.post("/login", data=form).text
        found = re.search(r'role="alert">([^<]+)', text)
        assert found
        return re.sub(r"[\d:]+", "", found[1])

    for _ in range(rules.FAILURES_ALLOWED + 1):
        assert words("nobody") == words(NAME)


def test_the_login_form_itself_needs_its_token(embedded: Running) -> None:
    embedded.client.get("/login")
    answer = embedded.client.post("/login", data={"csrf": "x", "name": NAME, "password": PASSWORD})
    assert answer.status_code == 403
    assert embedded.query("SELECT count(*) FROM sessions") == [(0,)]


def test_rest_ends_a_session_and_a_refreshing_page_does_not_prolong_it(embedded: Running) -> None:
    embedded.log_in()
    for _ in range(3):
        embedded.clock.forward(minutes=20)
        assert embedded.client.get("/", follow_redirects=False).status_code == 200
    for _ in range(3):
        embedded.clock.forward(minutes=9)
        assert embedded.client.get("/", headers={"HX-Request": "true"}).status_code == 200
    embedded.clock.forward(minutes=4)
    answer = embedded.client.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")
    assert embedded.client.get("/", follow_redirects=False).status_code == 303


def test_no_session_outlives_a_shift(embedded: Running) -> None:
    embedded.log_in()
    for _ in range(int(rules.SESSION_AT_MOST.total_seconds() // 1200)):
        embedded.clock.forward(minutes=20)
        embedded.client.get("/", follow_redirects=False)
    assert embedded.client.get("/", follow_redirects=False).status_code == 303


def test_logging_out_ends_the_session_for_every_copy_of_its_cookie(embedded: Running) -> None:
    embedded.log_in()
    token = embedded.client.cookies["suiban"]
    embedded.client.post("/logout", data={"csrf": embedded.csrf()})
    embedded.client.cookies.set("suiban", token)
    assert embedded.client.get("/", follow_redirects=False).status_code == 303


def test_the_language_stays_with_the_session(running: Running) -> None:
    running.log_in()
    assert "总览" in running.client.get("/").text
    assert "Overview" in running.client.get("/?lang=en").text
    assert "Overview" in running.client.get("/").text
    assert "总览" in running.client.get("/?lang=zh").text
    assert "总览" in running.client.get("/?lang=xx").text


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/static/suiban.css", "/healthz", "/v1/push"])
def test_every_answer_is_guarded(embedded: Running, path: str) -> None:
    headers = embedded.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_pages_are_kept_by_no_cache_and_hold_no_inline_code(embedded: Running) -> None:
    embedded.log_in()
    for path in PAGES[:-1]:
        answer = embedded.client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=|https?://(?!www\.w3\.org)", answer.text)
