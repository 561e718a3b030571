"""ZZ-01: volume, light and the hours of remote help are said at a place of the tree; the roster's hours go down too."""

from urllib.parse import quote

import msgspec

from central.help import hours, rules, store
from central.help.rules import Shift
from central.organisation import upkeep as spreading
from contract.feed import DutyHours, RosterHours, SettingsPatch
from tests.central.conftest import Running, token_of
from tests.central.terminal_double import TerminalDouble

PLACE = "/organisation/" + quote("hall:长安大厅")


def say(running: Running, **form: str) -> tuple[int, str]:
    csrf = token_of(running.client.get(PLACE).text)
    answer = running.client.post(f"{PLACE}/say", data={"csrf": csrf, "kind": "night", **form}, follow_redirects=False)
    return answer.status_code, answer.text


def newest(running: Running, kind: str) -> bytes:
    rows = running.query(f"SELECT body FROM feed WHERE kind = '{kind}' AND replaced_by IS NULL")  # noqa: S608 - our own words
    return bytes(rows[-1][0])  # type: ignore[call-overload, no-any-return]


def test_what_the_form_says_is_a_setting_of_every_terminal_below(embedded: Running) -> None:
    embedded.enter(TerminalDouble("GL-01"))
    embedded.log_in()
    status, _ = say(embedded, night_from="21:30", volume="0", brightness="20", help="08:00–20:00")
    assert status == 303
    spreading.spread(embedded.centre)
    assert msgspec.json.decode(newest(embedded, "settings"), type=SettingsPatch).values == {
        "site.night_from": "21:30",
        "night.volume": 0,
        "night.brightness": 20,
        "night.help": "08:00–20:00",
    }
    shown = embedded.client.get(PLACE).text
    assert "远程帮办时间" in shown
    assert "08:00–20:00" in shown


SLIPS: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "请至少填一项"),
    ({"brightness": "2"}, "亮度请填 5 到 100"),
    ({"volume": "loud"}, "音量请填 0 到 100"),
    ({"help": "8-20"}, "请写成 08:00–12:00"),
    ({"night_to": "24:30"}, "请写成 22:00"),
)


def test_a_slip_is_refused_in_words(embedded: Running) -> None:
    embedded.enter(TerminalDouble("GL-01"))
    embedded.log_in()
    for form, why in SLIPS:
        status, page = say(embedded, **form)
        assert status == 422, form
        assert why in page


def test_the_rosters_hours_go_down_when_they_change_and_only_then(embedded: Running) -> None:
    assert not hours.publish(embedded.centre)
    today = embedded.centre.today().isoformat()
    with embedded.centre.database.writing() as connection:
        for name, starts, ends in (("a", "08:00", "12:00"), ("b", "11:00", "18:00")):
            shift = Shift(name, rules.HELP, name, 0, 1, starts, ends, today, None, "boss")
            store.add_shifts(connection, [shift])
    hours.publish(embedded.centre)
    said = msgspec.json.decode(newest(embedded, "help_hours"), type=RosterHours)
    assert said == RosterHours((DutyHours(1, "08:00", "18:00"),))
    assert not hours.publish(embedded.centre)
