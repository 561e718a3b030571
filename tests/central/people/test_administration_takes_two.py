"""账号 and 三员: made by one, released by another; a second factor nobody can repeat; everything in one chain."""

import re
from datetime import timedelta

import pyotp
import pytest

from central.audit import rules as audit
from central.audit import store as trail
from central.people import store
from central.people.factors import store as factors
from central.people.rights import Role
from tests.central.conftest import NAME, PASSWORD, Running, password_hash, token_of

NEW_PASSWORD = "Zh-7-sheng-Kou-Ling"


def enter(running: Running, name: str, *roles: Role) -> None:
    with running.centre.database.writing() as connection:
        store.set_user(connection, name, password_hash(), running.clock(), roles=roles)


def become(running: Running, name: str, password: str = PASSWORD) -> str:
    """Log in as somebody; where the answer leads."""
    running.client.cookies.clear()
    page = running.client.get("/login")
    form = {"csrf": token_of(page.text), "name": name, "password": password}
    answer = running.client.post("/login", data=form, follow_redirects=False)
    return str(answer.headers.get("location", answer.status_code))


def post(running: Running, path: str, page: str = "", **form: str) -> tuple[int, str]:
    token = token_of(running.client.get(page or path).text)
    answer = running.client.post(path, data={"csrf": token} | form, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def set_factor(running: Running) -> tuple[str, list[str]]:
    """Whoever is logged in sets their second factor up; its secret and the recovery codes."""
    page = running.client.get("/account/second-factor").text
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert secret
    plain = secret[1].replace(" ", "")
    status, text = post(running, "/account/second-factor", code=code(running, plain))
    assert status == 200
    return plain, re.findall(r'<li class="code">([A-Z2-9-]+)</li>', text)


def code(running: Running, secret: str, ahead: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(running.clock().timestamp()) // 30 + ahead)


@pytest.fixture
def administrators(embedded: Running) -> Running:
    for name, role in (("sys", Role.SYSTEM_ADMIN), ("sec", Role.SECURITY_ADMIN), ("aud", Role.AUDIT_ADMIN)):
        enter(embedded, name, role)
    return embedded


def as_administrator(running: Running, name: str) -> None:
    assert become(running, name) == "/account/second-factor"
    set_factor(running)


def test_an_account_opens_nothing_until_another_administrator_has_released_it(administrators: Running) -> None:
    running = administrators
    as_administrator(running, "sys")
    assert post(running, "/accounts", name="chuangkou")[0] == 200
    status, page = post(running, "/accounts/chuangkou/reset", "/accounts/chuangkou")
    assert status == 200
    first = re.search(r'id="password">([a-z2-9-]+)<', page)
    assert first
    assert running.client.get("/accounts/chuangkou").text.count("/grant") == 0
    assert post(running, "/accounts/chuangkou/grant", "/accounts/chuangkou", **{"role.window": "1"})[0] == 403
    assert become(running, "chuangkou", first[1]) == "403"

    as_administrator(running, "sec")
    assert post(running, "/accounts/chuangkou/reset", "/accounts/chuangkou")[0] == 403
    grant = {"role.window": "1", "halls": "all"}
    assert post(running, "/accounts/chuangkou/grant", "/accounts/chuangkou", **grant)[0] == 303
    assert become(running, "chuangkou", first[1]) == "403"
    as_somebody_again(running, "sec")
    assert post(running, "/accounts/chuangkou/release", "/accounts/chuangkou")[0] == 303

    assert become(running, "chuangkou", first[1]) == "/account/password"
    assert running.client.get("/cases", follow_redirects=False).headers["location"] == "/account/password"
    weak = {"old": first[1], "new": "kurz", "again": "kurz"}
    assert post(running, "/account/password", **weak)[0] == 422
    good = {"old": first[1], "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert post(running, "/account/password", **good) == (303, "/")
    assert running.client.get("/cases").status_code == 200
    assert become(running, "chuangkou", first[1]) == "401"


def as_somebody_again(running: Running, name: str) -> None:
    """Their telephone is lost: the factor is cleared as another security administrator would."""
    with running.centre.database.writing() as connection:
        factors.clear(connection, name)
    as_administrator(running, name)


def test_roles_that_exclude_one_another_are_refused_and_nobody_grants_themselves(administrators: Running) -> None:
    running = administrators
    as_administrator(running, "sec")
    for roles in (("window", "audit_admin"), ("system_admin", "security_admin"), ()):
        form = {f"role.{role}": "1" for role in roles} | {"halls": "all"}
        assert post(running, f"/accounts/{NAME}/grant", f"/accounts/{NAME}", **form)[0] == 422
    own = {"role.manager": "1", "halls": "all"}
    token = token_of(running.client.get(f"/accounts/{NAME}").text)
    assert running.client.post("/accounts/sec/grant", data={"csrf": token} | own).status_code == 422
    assert running.client.get("/cases").status_code == 403
    some = {"role.window": "1", "halls": "some", "hall.没有的大厅": "1"}
    assert post(running, f"/accounts/{NAME}/grant", f"/accounts/{NAME}", **some)[0] == 422


def test_a_code_is_good_once_and_one_step_early_or_late(administrators: Running) -> None:
    running = administrators
    assert become(running, "sys") == "/account/second-factor"
    assert running.client.get("/accounts", follow_redirects=False).headers["location"] == "/account/second-factor"
    secret, recovery = set_factor(running)
    assert len(recovery) == 10
    running.clock.forward(seconds=90)
    assert become(running, "sys") == "/account/code"
    assert running.client.get("/accounts", follow_redirects=False).headers["location"] == "/account/code"
    assert running.client.get("/account/password", follow_redirects=False).headers["location"] == "/account/code"
    used = code(running, secret, 1)
    assert post(running, "/account/code", code=code(running, secret, -3))[0] == 401
    assert post(running, "/account/code", code=code(running, secret, 3))[0] == 401
    assert post(running, "/account/code", code=used) == (303, "/accounts")
    assert become(running, "sys") == "/account/code"
    assert post(running, "/account/code", code=used)[0] == 401
    assert post(running, "/account/code", code=recovery[3].lower()) == (303, "/accounts")
    assert become(running, "sys") == "/account/code"
    assert post(running, "/account/code", code=recovery[3])[0] == 401


def test_whoever_knows_the_password_cannot_try_codes_for_ever(administrators: Running) -> None:
    running = administrators
    become(running, "sys")
    set_factor(running)
    tries = 0
    while become(running, "sys") == "/account/code":
        post(running, "/account/code", code="000000")
        tries += 1
        assert tries < 5
    assert become(running, "sys") == "401"


def test_secrets_and_recovery_codes_do_not_stand_in_the_database(administrators: Running) -> None:
    running = administrators
    become(running, "sys")
    secret, recovery = set_factor(running)
    kept = repr(running.query("SELECT * FROM second_factors") + running.query("SELECT * FROM recovery_codes"))
    assert secret not in kept
    assert not any(one in kept or one.replace("-", "") in kept for one in recovery)


def test_every_act_and_every_look_is_read_by_the_audit_administrator_alone(administrators: Running) -> None:
    running = administrators
    assert running.log_in() == 303
    running.client.post("/guides", data={"csrf": running.csrf(), "badge": "07"})
    assert running.log_in(password="wrong-1") == 401
    as_administrator(running, "aud")
    page = running.client.get("/audit").text
    for told in ("/guides", "登录失败", "启用动态口令", NAME):
        assert told in page
    assert running.client.get("/audit?check=1").text.count("notice-good") == 1
    assert "导出" in running.client.get("/audit.csv").text or running.client.get("/audit.csv").status_code == 200
    assert running.client.get("/cases").status_code == 403
    running.log_in()
    assert running.client.get("/audit").status_code == 403


def test_a_row_that_is_changed_removed_or_moved_breaks_the_chain(running: Running) -> None:
    def checked() -> int | None:
        with running.centre.database.reading() as connection:
            return trail.checked(connection)[0]

    def write(statement: str) -> None:
        with running.centre.database.writing() as connection:
            connection.exec_driver_sql(statement)

    for number in range(6):
        with running.centre.database.writing() as connection:
            trail.note(connection, "one", audit.FORM, f"/page/{number}", running.clock())
    assert checked() is None
    write("UPDATE audit_log SET who = 'two' WHERE seq = 3")
    assert checked() == 3
    write("UPDATE audit_log SET who = 'one' WHERE seq = 3")
    assert checked() is None
    write("UPDATE audit_log SET seq = 100 WHERE seq = 4")
    assert checked() == 4
    write("UPDATE audit_log SET seq = 4 WHERE seq = 100")
    write("DELETE FROM audit_log WHERE seq = 6")
    assert checked() == 6


def test_the_trail_is_kept_half_a_year_whatever_the_setting_says(embedded: Running) -> None:
    now = embedded.clock()
    with embedded.centre.database.writing() as connection:
        for age in (400, 200, 179, 1):
            trail.note(connection, "one", audit.FORM, f"/{age}", now - timedelta(days=age))
        assert audit.droppable_before(now, 30) == now - timedelta(days=180)
        assert trail.drop(connection, audit.droppable_before(now, 30)) == 2
        assert [row.about for row in trail.after_seq(connection, 0, 10)] == ["/179", "/1"]
        assert trail.checked(connection) == (None, 2)
        assert trail.drop(connection, audit.droppable_before(now, 30)) == 0
