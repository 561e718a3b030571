"""Guessing locks the guesser and not the person; a session changes its token; the last administrator stays."""

from central.audit import rules as audit
from central.people import store
from central.people.rights import Role
from central.people.rules import NAME as NAMES
from tests.central.conftest import NAME, PASSWORD, Running, token_of
from tests.central.people.test_administration_takes_two import (
    as_administrator,
    become,
    code,
    enter,
    post,
    set_factor,
)

SESSION = "suiban"


def cookies(running: Running) -> dict[str, str]:
    return {cookie.name: cookie.value or "" for cookie in running.client.cookies.jar}


def guess(running: Running, times: int = 5) -> None:
    """A stranger who knows the name."""
    for _ in range(times):
        become(running, NAME, "wrong-1")


def log_in_again(running: Running, known: dict[str, str]) -> int:
    running.client.cookies.clear()
    for name, value in known.items():
        running.client.cookies.set(name, value)
    return running.log_in()


def test_whoever_guesses_elsewhere_locks_nobody_out_of_a_browser_they_have_used(embedded: Running) -> None:
    assert become(embedded, NAME) == "/"
    known = {name: value for name, value in cookies(embedded).items() if name.startswith("suiban_known_")}
    assert len(known) == 1
    guess(embedded)
    assert become(embedded, NAME) == "401", "strangers wait"
    assert log_in_again(embedded, known) == 303
    # A mark that was made up, or that is of somebody else, is a stranger's.
    forged = {name: value.partition(".")[0] + ".0" for name, value in known.items()}
    assert log_in_again(embedded, forged) == 401


def test_a_known_browser_has_five_guesses_of_its_own(embedded: Running) -> None:
    assert become(embedded, NAME) == "/"
    for _ in range(5):
        assert embedded.log_in(password="wrong-1") == 401
    assert embedded.log_in() == 401
    assert become(embedded, NAME) == "/", "the name itself is not locked"


def test_a_name_nobody_has_is_not_written_down(embedded: Running) -> None:
    assert become(embedded, "my-secret-1", "x") == "401"
    assert become(embedded, NAME, "x") == "401"
    rows = embedded.query("SELECT who FROM audit_log WHERE act = 'login_failed' ORDER BY seq")
    assert rows == [("–",), (NAME,)]
    assert NAMES.match("boss\n") is None


def test_the_old_password_cannot_be_guessed_at_a_screen_left_open(embedded: Running) -> None:
    assert become(embedded, NAME) == "/"
    guess_one = {"old": "wrong-1", "new": "Zh-7-sheng", "again": "Zh-7-sheng"}
    for _ in range(4):
        assert post(embedded, "/account/password", **guess_one)[0] == 422
    assert post(embedded, "/account/password", **guess_one)[0] == 422
    assert embedded.client.get("/account", follow_redirects=False).headers["location"] == "/login"
    failed = embedded.query("SELECT count(*) FROM audit_log WHERE act = 'login_failed'")
    assert failed == [(5,)]


def test_a_session_has_another_token_once_more_may_be_done_with_it(embedded: Running) -> None:
    enter(embedded, "sys", Role.SYSTEM_ADMIN)
    assert become(embedded, "sys") == "/account/second-factor"
    before = cookies(embedded)[SESSION]
    secret, _ = set_factor(embedded)
    assert cookies(embedded)[SESSION] != before
    embedded.clock.forward(seconds=90)
    assert become(embedded, "sys") == "/account/code"
    half = cookies(embedded)[SESSION]
    assert post(embedded, "/account/code", code=code(embedded, secret)) == (303, "/accounts")
    whole = cookies(embedded)[SESSION]
    assert whole != half
    embedded.client.cookies.clear()
    embedded.client.cookies.set(SESSION, half)
    assert embedded.client.get("/accounts", follow_redirects=False).headers["location"] == "/login"


def test_logging_in_again_ends_what_was_open_in_this_browser(embedded: Running) -> None:
    assert become(embedded, NAME) == "/"
    page = embedded.client.get("/login")
    form = {"csrf": token_of(page.text), "name": NAME, "password": PASSWORD}
    assert embedded.client.post("/login", data=form, follow_redirects=False).status_code == 303
    assert embedded.query("SELECT count(*) FROM sessions") == [(1,)]


def test_the_last_administrator_of_a_kind_stays(embedded: Running) -> None:
    for name, role in (("sys", Role.SYSTEM_ADMIN), ("sec", Role.SECURITY_ADMIN), ("aud", Role.AUDIT_ADMIN)):
        enter(embedded, name, role)
    as_administrator(embedded, "sec")
    window = {"role.window": "1", "halls": "all"}
    status, page = post(embedded, "/accounts/sys/grant", "/accounts/sys", **window)
    assert (status, "唯一可用" in page) == (422, True)
    as_administrator(embedded, "sys")
    for act, status in (("sec/reset", 422), ("sec/close", 422), ("aud/close", 422), ("aud/reset", 200)):
        assert post(embedded, f"/accounts/{act}", f"/accounts/{act.partition('/')[0]}")[0] == status, act
    enter(embedded, "second", Role.SECURITY_ADMIN)
    assert post(embedded, "/accounts/sec/close", "/accounts/sec")[0] == 303


def test_the_server_opens_an_account_that_waits(embedded: Running) -> None:
    with embedded.centre.database.writing() as connection:
        store.change(connection, NAME, waiting_since=embedded.clock(), closed_at=embedded.clock())
    assert become(embedded, NAME) == "403"
    enter(embedded, NAME, Role.MANAGER)
    assert become(embedded, NAME) == "/"


def test_a_line_to_the_log_server_is_one_line_whatever_was_typed(embedded: Running) -> None:
    typed = 'a\n<110>1 2026-01-01T00:00:00Z x suiban - - -\x1b[2J\x00"]'
    line = audit.syslog_line(audit.Entry(1, embedded.clock(), typed, audit.LOGIN_FAILED, typed, typed, "::1"), "host\n")
    assert not any(byte < ord(" ") for byte in line)
    assert b'\\"\\]' in line
