"""The way of a day: ordered by time and area, printable without a name; and its sealed copy to take along."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from central.orders import offline, rules
from central.orders.offline import SealedWay
from central.web.page import templates
from central.web.words import Words
from tests.central.conftest import NAME as STAFF
from tests.central.conftest import Running
from tests.central.orders.ordering import SECRETS, content, enter_agent, placed, post, send, tomorrow
from tests.central.terminal_double import TerminalDouble
from tests.waiting import until

CODE = "ABCD-EFGH-JK23"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def day(embedded: Running) -> Running:
    """Three visits of tomorrow in two areas, and one of another day."""
    terminal = embedded.enter(TerminalDouble())
    here = {"day": tomorrow(embedded)}
    stops = (
        ("FW0000000000TWO2", {"slot": "14:00–17:00", "area": "610116001", "area_name": "长安区韦曲街道"}),
        ("FW0000000000ONE2", {"slot": "09:00–11:30", "area": "610113002", "area_name": "雁塔区小寨路街道"}),
        ("FW00000000THREE2", {"slot": "14:00–17:00", "area": "610113002", "area_name": "雁塔区小寨路街道"}),
        ("FW0000000THERDAY", {"day": "2099-01-01"}),
    )
    for number, changes in stops:
        send(embedded, terminal, placed(number, **(here | changes)), content())
    embedded.log_in()
    return embedded


def copied(running: Running, **changes: str) -> tuple[int, str]:
    """Ask for the copy of tomorrow."""
    form = {"csrf": running.csrf(), "day": tomorrow(running), "code": CODE, "reason": "明天上门", "agent": ""} | changes
    answer = running.client.post("/orders/way/copy", data=form)
    if answer.status_code == 200:
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.text


def sealed_of(text: str) -> SealedWay:
    found = re.search(r'id="sealed">(.*?)</script>', text, re.DOTALL)
    assert found
    return msgspec.json.decode(found[1], type=SealedWay)


def test_the_list_of_a_day_goes_by_time_area_by_area_and_names_nobody(day: Running) -> None:
    text = day.client.get(f"/orders/way?day={tomorrow(day)}").text
    places = [text.index(number) for number in ("FW0000000000ONE2", "FW00000000THREE2", "FW0000000000TWO2")]
    assert places == sorted(places)
    assert "FW0000000THERDAY" not in text
    assert text.index("小寨路街道") < text.index("韦曲街道")
    assert "居民身份证、住址证明" in text
    assert not [secret for secret in SECRETS if secret in text]
    agent = enter_agent(day)
    assert post(day, "/orders/o-FW0000000000TWO2/assign", agent=agent) == 303
    mine = day.client.get(f"/orders/way?day={tomorrow(day)}&agent={agent}").text
    assert "FW0000000000TWO2" in mine
    assert "FW0000000000ONE2" not in mine


def test_the_copy_opens_with_its_code_alone_and_every_look_is_noted(day: Running) -> None:
    assert copied(day, reason=" ")[0] == 422
    assert copied(day, code="SHORT")[0] == 422
    assert copied(day, day="2099-01-01")[0] == 422
    assert day.query("SELECT count(*) FROM openings") == [(0,)]
    status, text = copied(day)
    assert status == 200
    assert not [secret for secret in SECRETS if secret in text]
    assert "http" not in text.replace("http-equiv", ""), "it fetches nothing"
    sealed = sealed_of(text)
    opened = offline.unseal(sealed, CODE.lower())
    (first, second) = opened["legs"]
    assert [stop["slot"] for stop in first["orders"]] == ["09:00–11:30", "14:00–17:00"]
    (stop,) = second["orders"]
    assert all(secret in json.dumps(stop, ensure_ascii=False) for secret in SECRETS[:3])
    assert SECRETS[3] not in json.dumps(opened, ensure_ascii=False), "nobody at the door needs the identity number"
    with pytest.raises(InvalidTag):
        offline.unseal(sealed, "ABCD-EFGH-JK24")
    looks = day.query("SELECT kind, of_id, who, reason FROM openings ORDER BY of_id")
    assert [row[1] for row in looks] == sorted(f"o-{number}" for number in ("FW0000000000ONE2", "FW0000000000TWO2", "FW00000000THREE2"))  # fmt: skip # noqa: E501
    assert {row[2:] for row in looks} == {(STAFF, "明天上门")}


def test_its_end_is_the_end_of_its_day_and_cannot_be_moved() -> None:
    ends = offline.until("2026-11-25", ZONE)
    assert ends == datetime(2026, 11, 26, tzinfo=ZONE)
    sealed = offline.seal({"day": "2026-11-25"}, CODE, ends)
    later = msgspec.structs.replace(sealed, until=sealed.until + 1)
    with pytest.raises(InvalidTag):
        offline.unseal(later, CODE)
    today = datetime(2026, 11, 22, tzinfo=ZONE).date()
    assert [offline.may_copy((today + timedelta(ahead)).isoformat(), today) for ahead in (-1, 0, 3, 4)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_code_has_nothing_that_is_read_for_something_else() -> None:
    codes = {offline.fresh_code() for _ in range(50)}
    assert len(codes) == 50
    assert not set("01ILO") & set("".join(codes))
    assert all(len(offline.plain(code)) == offline.CODE_LENGTH for code in codes)


@pytest.mark.slow
def test_a_browser_without_network_opens_it_by_its_code_until_its_day_ends(tmp_path: Path) -> None:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        browser.get(_written(tmp_path, datetime.now(ZONE) + timedelta(days=1)))
        assert _typed(browser, "ABCD-EFGH-JK24") == "口令不对。"
        assert not browser.find_element(By.ID, "way").text
        _typed(browser, CODE.lower())
        until(lambda: "王小明" in browser.find_element(By.ID, "way").text, "the way to open")
        assert not browser.find_element(By.ID, "sign-in").is_displayed()
        browser.get(_written(tmp_path, datetime.now(ZONE) - timedelta(minutes=1)))
        assert _typed(browser, CODE) == "已过期，打不开了。"
        assert not browser.find_element(By.ID, "way").text
    finally:
        browser.quit()


def _typed(browser: webdriver.Chrome, code: str) -> str:
    """What it says to a code; nothing where it opens."""
    browser.find_element(By.ID, "code").send_keys(code, Keys.ENTER)
    wrong, form = browser.find_element(By.ID, "wrong"), browser.find_element(By.ID, "sign-in")
    until(lambda: bool(wrong.text) or not form.is_displayed(), "an answer to the code")
    said: str = wrong.text
    browser.execute_script(
        "document.getElementById('code').value = ''; document.getElementById('wrong').textContent = ''"
    )
    return said


def _written(folder: Path, ends: datetime) -> str:
    """The file on the device."""
    stop: dict[str, object] = {"number": "FW1", "slot": "09:00–11:30", "wish": "上门服务", "item": "居住证"}
    stop |= {"name": "王小明", "mobile": "13812345678", "address": "某路 1 号", "note": "", "bring": ["身份证"]}
    sealed = offline.seal({"day": "2026-11-25", "legs": [{"area": "韦曲街道", "orders": [stop]}]}, CODE, ends)
    text = templates().get_template("orders/templates/copy.html").render(t=Words("zh-Hans"), sealed=sealed, day="11-25")
    file = folder / "way.html"
    file.write_text(text, encoding="utf-8")
    return file.as_uri()


def test_legs_are_ordered_by_their_first_time() -> None:
    assert rules.slot_times("14:00–17:00") > rules.slot_times("09:00-11:30")
    assert rules.slot_times("") == rules.slot_times("08:30–17:30")
