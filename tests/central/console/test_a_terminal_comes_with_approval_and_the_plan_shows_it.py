"""New terminals need a second person where the centre says so; the floor plan shows how what stands there is."""

from pathlib import Path

from central.people import store as people
from tests.central.conftest import PASSWORD, Running, password_hash, start, token_of, write_config
from tests.central.terminal_double import TerminalDouble, a_printer

WISH = {"terminal": "NEW-1", "hall": "长安大厅", "place": "一楼", "reason": "新站点"}


def post(running: Running, path: str, **form: str) -> int:
    csrf = token_of(running.client.get("/matters/duty").text)
    return running.client.post(path, data={"csrf": csrf, **form}, follow_redirects=False).status_code


def test_a_terminal_is_asked_for_agreed_by_another_enrolled_heard_and_in_service(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    config.write_text(config.read_text(encoding="utf-8") + "approve_terminals = true\n", encoding="utf-8")
    for running in start(config):
        with running.centre.database.writing() as connection:
            people.set_user(connection, "wang", password_hash(), running.clock())
        running.log_in()
        code = {
            "terminal": "NEW-1",
            "hall": "长安大厅",
            "place": "一楼",
            "series": "",
            "district": "610117",
            "number": "0001",
        }
        assert post(running, "/onboarding", **WISH) == 303
        assert post(running, "/onboarding", **WISH) == 409
        assert post(running, "/terminals/new", **code) == 422
        assert post(running, "/onboarding/NEW-1/decide", agree="yes") == 403
        assert post(running, "/onboarding/NEW-1/serve") == 409
        running.client.cookies.clear()
        running.log_in("wang", PASSWORD)
        assert post(running, "/onboarding/NEW-1/decide", agree="yes") == 303
        assert "去发码" in running.client.get("/onboarding").text
        assert post(running, "/terminals/new", **code) in {200, 201}
        terminal = running.enter(TerminalDouble("NEW-1"))
        running.send(terminal, terminal.heartbeat(devices=(a_printer("out"),)))
        assert post(running, "/onboarding/NEW-1/serve") == 409
        running.send(terminal, terminal.heartbeat())
        assert post(running, "/onboarding/NEW-1/serve") == 303
        assert running.query("SELECT in_service_by FROM onboardings") == [("wang",)]


def test_the_floor_plan_shows_terminals_and_windows_as_they_stand(tmp_path: Path) -> None:
    plan = """
[[floors]]
key = "1"
name = { zh-Hans = "一楼" }
level = 1
width = 30.0
depth = 20.0
[[points]]
key = "t"
kind = "terminal"
floor = "1"
name = { zh-Hans = "东门终端" }
x = 5.0
y = 5.0
terminals = ["GL-01"]
[[points]]
key = "w1"
kind = "window"
floor = "1"
name = { zh-Hans = "1号窗口" }
x = 20.0
y = 5.0
queues = ["A"]
"""
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    for running in start(write_config(tmp_path, hall_plan="plan.toml")):
        terminal = running.enter(TerminalDouble())
        running.send(terminal, terminal.heartbeat())
        running.log_in()
        fine = running.client.get("/floor").text
        assert "<svg" in fine
        assert "✓" in fine
        running.send(terminal, terminal.heartbeat(devices=(a_printer("out"),)))
        red = running.client.get("/floor").text
        assert "#8a1616" in red
        assert "#8a1616" not in fine
        assert "东门终端" in red


def test_without_a_plan_the_page_says_what_to_do(embedded: Running) -> None:
    embedded.log_in()
    assert "hall_plan" in embedded.client.get("/floor").text
