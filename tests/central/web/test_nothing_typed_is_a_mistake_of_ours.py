"""What nobody would type is refused in words: digits without end, letters where digits are asked, a header of bytes."""

from central.people.rights import Role
from tests.central.conftest import Running
from tests.central.people.test_administration_takes_two import become, enter, post, set_factor

MANY = "9" * 5000


def test_endless_numbers_and_foreign_letters_are_refused(embedded: Running) -> None:
    assert embedded.log_in() == 303
    for path in (f"/?page={MANY}", f"/matters?page={MANY}", f"/fleet?page={MANY}", "/matters?page=²"):
        assert embedded.client.get(path).status_code == 200, path
    order = {"what": "suspend", "text": "x", "reason": "x", "minutes": MANY}
    assert post(embedded, "/remote", **order)[0] == 422
    far = f"/conflicts/GL-01/{2**63}/numbers/{2**64}/seen"
    assert post(embedded, far, "/difficulties")[0] == 404
    told = {"kind": "supervise", "title": "x", "unit": "x", "legal_days": MANY, "legal_basis": "x"}
    assert post(embedded, "/mandates", "/difficulties", **told)[0] == 422


def test_a_code_of_foreign_letters_is_a_wrong_one(embedded: Running) -> None:
    enter(embedded, "sys", Role.SYSTEM_ADMIN)
    become(embedded, "sys")
    assert post(embedded, "/account/second-factor", code="验证码")[0] == 422
    set_factor(embedded)
    assert become(embedded, "sys") == "/account/code"
    assert post(embedded, "/account/code", code="½٣验")[0] == 401
