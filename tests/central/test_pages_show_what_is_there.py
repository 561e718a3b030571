"""The manager's pages on both databases: what terminals said is what a shift sees, in both languages."""

import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import msgspec
import pytest

from central.cases import rules as case_rules
from central.fleet import rules as fleet_rules
from central.fleet.rules import Concern
from central.web.words import LANGUAGES, Words, catalogue
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.exchange import LaneReport, ServiceReport
from contract.messages import NOT_SAVED, CardLeftBehind, DifficultyReported, RatingGiven, SettingsRevised
from tests.central.conftest import Running
from tests.central.terminal_double import HALL, TerminalDouble, a_printer, a_reader, local_now


def figure(page: str, name: str) -> str:
    found = re.search(rf'id="figure-{name}".*?figure-value[^>]*>(.*?)</div>.*?', page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s", "", found[1])


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_wall_counts_what_arrived(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(3):
        terminal.file_ticket(terminal.file_case())
    terminal.file_ticket(terminal.file_case(ItemKind.FILING), "uncertain")
    terminal.file_case(ItemKind.FILING)
    terminal.file_case(business_date="2020-01-01")
    for lane in (Lane.NUMBERS, Lane.CASES):
        running.push(terminal, lane)
    running.send(terminal, terminal.heartbeat())
    running.judged()
    running.log_in()
    page = running.client.get("/").text
    assert [figure(page, name) for name in ("terminals", "numbers", "cases", "unprinted")] == ["1/1", "3", "2", "2"]


def test_a_number_that_is_being_printed_calls_nobody(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.log_in()
    page = running.client.get("/").text
    assert "figure-soon" not in page
    assert "正在出票" in page
    running.clock.forward(minutes=3)
    assert 'figure figure-soon" id="figure-unprinted"' in running.client.get("/").text


def test_a_silent_terminal_is_offline_after_90_seconds_and_back_with_its_next_word(
    running: Running, terminal: TerminalDouble
) -> None:
    running.log_in()
    assert "未接入" in running.client.get("/").text
    running.send(terminal, terminal.heartbeat())
    running.clock.forward(seconds=85)
    assert figure(running.client.get("/").text, "terminals") == "1/1"
    running.clock.forward(seconds=10)
    page = running.client.get("/").text
    assert figure(page, "terminals") == "0/1"
    assert "1 台离线" in page
    running.send(terminal, terminal.heartbeat())
    assert figure(running.client.get("/").text, "terminals") == "1/1"


def test_what_needs_somebody_is_said_in_words_and_comes_first(running: Running, terminal: TerminalDouble) -> None:
    fine = running.enter(TerminalDouble("AA-00"))
    running.send(fine, fine.heartbeat())
    waiting = (LaneReport(Lane.NUMBERS, 4, (datetime.now(HALL) - timedelta(minutes=20, seconds=30)).isoformat()),)
    devices = (a_printer("out"), a_reader("offline", "port.lost"))
    closed = (ServiceReport("flexible-employment-insurance", open=False, reason="id_card_reader"),)
    running.send(terminal, terminal.heartbeat(devices=devices, lanes=waiting, services=closed, unprinted=2))
    running.log_in()
    page = running.client.get("/").text
    shown = text_of(page)
    for words in ("纸张 用尽", "连接中断", "暂停办理", "身份证阅读器不可用", "4 条，最久 20 分钟"):
        assert words in shown
    assert figure(page, "unsent") == "20分钟"
    assert page.index("terminal-GL-01") < page.index("terminal-AA-00")


def test_the_page_of_a_terminal(running: Running, terminal: TerminalDouble) -> None:
    running.send(terminal, terminal.heartbeat(devices=(a_printer("low"),)))
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.log_in()
    shown = text_of(running.client.get("/terminals/GL-01").text)
    for words in ("终端 GL-01", "在线", "长安大厅", "一楼东门", "凭条打印机", "纸张 将尽", "盖板 关闭", "可办理"):
        assert words in shown
    assert running.client.get("/terminals/XX").status_code == 404


def test_a_wrong_clock_is_shown(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    embedded.clock.forward(hours=3)
    embedded.send(terminal, terminal.heartbeat())
    embedded.log_in()
    assert "3 小时 0 分，请检查终端时间" in embedded.client.get("/").text


def test_cases_are_found_by_day_kind_and_terminal(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    number, filing = terminal.file_case(), terminal.file_case(ItemKind.FILING)
    elsewhere, before = other.file_case(), other.file_case(business_date="2024-02-29")
    for double in (terminal, other):
        for lane in list(double.lanes):
            running.push(double, lane)
    running.judged()
    running.log_in()

    def found(query: str) -> set[str]:
        page = running.client.get(f"/cases{query}").text
        return set(re.findall(r'id="case-([0-9a-f]+)"', page))

    assert found("") == {number.case_id, filing.case_id, elsewhere.case_id}
    assert found("?kind=filing") == {filing.case_id}
    assert found("?terminal=GL-02") == {elsewhere.case_id}
    assert found("?day=2024-02-29") == {before.case_id}
    assert found("?day=rubbish&kind=rubbish&page=rubbish") == found("")
    assert found("?terminal=%27%20OR%201=1") == set()


def test_many_cases_come_in_pages(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    for _ in range(case_rules.PAGE_SIZE + 3):
        terminal.file_case()
    embedded.push(terminal, Lane.NUMBERS)
    embedded.push(terminal, Lane.NUMBERS, first=51)
    embedded.judged()
    embedded.log_in()
    first, second = embedded.client.get("/cases").text, embedded.client.get("/cases?page=2").text
    assert (first.count('id="case-'), second.count('id="case-')) == (case_rules.PAGE_SIZE, 3)
    assert "第 2 页，共 2 页" in second


def test_a_case_shows_its_paper_and_rating(running: Running, terminal: TerminalDouble) -> None:
    case = terminal.file_case(ItemKind.FILING, promise_date="2026-05-08")
    terminal.file_ticket(case, "uncertain", "terminal restarted while it was printing")
    terminal.file_ticket(case, "printed")
    terminal.file(RatingGiven(case.case_id, Satisfaction.VERY_DISSATISFIED, local_now()), Lane.RATINGS)
    running.push(terminal, Lane.CASES)
    running.push(terminal, Lane.RATINGS)
    running.judged()
    running.log_in()
    shown = text_of(running.client.get(f"/cases/{case.case_id}").text)
    for words in (case.number, case.case_number, "2026-05-08", "无法确认", "已出票", "打印时终端重启", "非常不满意"):
        assert words in shown
    assert running.client.get("/cases/none").status_code == 404


def test_a_ticket_nobody_is_sure_of_waits_until_somebody_says_what_was_done(
    running: Running, terminal: TerminalDouble
) -> None:
    failed, lost = terminal.file_case(), terminal.file_case()
    terminal.file_ticket(failed, "failed", "ticket_printer.paper_out")
    terminal.file_ticket(lost, "uncertain")
    terminal.file_ticket(terminal.file_case())
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.log_in()
    page = running.client.get("/prints").text
    ids = re.findall(r'action="/prints/([0-9a-f]+)/handled"', page)
    assert len(ids) == 2
    assert "缺纸" in page
    place = f"/prints/{ids[0]}/handled"
    assert running.client.post(place, data={"csrf": running.csrf(), "note": " "}).status_code == 422
    assert running.client.post(place, data={"csrf": running.csrf(), "note": "已补打"}).status_code == 200
    assert running.client.post(place, data={"csrf": running.csrf(), "note": "再来"}).status_code == 409
    page = running.client.get("/prints").text
    assert page.count("/handled") == 1
    assert "已补打" in page
    assert figure(running.client.get("/").text, "unprinted") == "1"
    [(who, note)] = running.query("SELECT handled_by, handled_note FROM tickets WHERE handled_by IS NOT NULL")
    assert (who, note) == ("boss", "已补打")


def test_a_case_without_any_word_about_paper_is_listed_after_two_minutes(
    running: Running, terminal: TerminalDouble
) -> None:
    case = terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.log_in()
    assert case.number not in running.client.get("/prints").text
    running.clock.forward(minutes=3)
    assert case.number in running.client.get("/prints").text


def test_difficulties_and_alarms_are_seen(running: Running, terminal: TerminalDouble) -> None:
    report = DifficultyReported("form", None, "id_card_reader.read_failed", "machine", local_now())
    terminal.file(report, Lane.TELEMETRY)
    terminal.file(CardLeftBehind(local_now()), Lane.TELEMETRY)
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    running.log_in()
    shown = text_of(running.client.get("/difficulties").text)
    assert all(words in shown for words in ("填写信息", "机器有问题", "读卡失败"))
    assert "身份证遗留在阅读器上" in running.client.get("/").text


def test_what_terminals_send_cannot_become_code(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    terminal.file_case(item_title="<script>alert(1)</script>", masked_name='"><img src=x>')
    embedded.push(terminal, Lane.NUMBERS)
    embedded.judged()
    embedded.log_in()
    page = embedded.client.get("/cases").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_a_refreshing_page_gets_only_its_live_part(embedded: Running) -> None:
    embedded.log_in()
    whole = embedded.client.get("/cases").text
    part = embedded.client.get("/cases", headers={"HX-Request": "true"}).text
    assert "<html" in whole
    assert "<html" not in part
    assert "<form" not in part
    assert "data-time" in part


def test_every_page_in_every_language(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    case = terminal.file_case()
    terminal.file_ticket(case, "failed")
    terminal.file_raw(Lane.NUMBERS, "odd", b"{}")
    embedded.push(terminal, Lane.NUMBERS)
    embedded.send(terminal, terminal.heartbeat())
    embedded.judged()
    embedded.log_in()
    paths = ("/", "/cases", f"/cases/{case.case_id}", "/prints", "/quarantine", "/difficulties", "/terminals/GL-01")
    for language in ("en", "zh"):
        for path in paths:
            page = embedded.client.get(f"{path}?lang={language}")
            assert page.status_code == 200
            if language == "en":
                shown = text_of(page.text.replace("中文", ""))
                for given in ("长安区政务服务中心", "长安大厅", "一楼东门", "不动产转移登记", "张*"):
                    shown = shown.replace(given, "")
                assert not re.findall(r"[\u4e00-\u9fff]+", shown), path


def test_every_key_has_words_in_every_language() -> None:
    for key, words in catalogue().items():
        assert set(words) == set(LANGUAGES), key
        places = {language: set(re.findall(r"{(\w+)}", text)) for language, text in words.items()}
        assert places["zh-Hans"] == places["en"], key
        assert all(text.strip() for text in words.values()), key


def test_every_key_a_template_names_is_there() -> None:
    named: set[str] = set()
    for folder in ("web", "fleet", "people", "cases", "intake", "feed", "identity", "reconciliation"):
        for template in files("central").joinpath(folder, "templates").iterdir():
            named |= set(re.findall(r'\bt\("([\w.]+)"[,)]', template.read_text(encoding="utf-8")))
    assert len(named) > 100
    assert named <= set(catalogue())
    with pytest.raises(LookupError):
        Words("en")("no.such.key")


def test_paper_once_seen_stays_seen() -> None:
    assert case_rules.paper([]) is case_rules.Paper.UNKNOWN


def test_the_age_of_an_outbox_does_not_depend_on_the_terminals_clock() -> None:
    now = datetime.now(UTC)
    sent = LaneReport(Lane.NUMBERS, 0, "1990-01-01T00:00:00+08:00")
    lanes = (LaneReport(Lane.CASES, 1, "1999-01-01T00:00:00+08:00"), sent)
    age = fleet_rules.oldest_unsent(lanes, "1999-01-01T00:10:00+08:00", now - timedelta(minutes=1), now)
    assert age == timedelta(minutes=11)
    assert fleet_rules.oldest_unsent((), "rubbish", now, now) is None


def test_only_what_asks_for_somebody_is_coloured() -> None:
    assert fleet_rules.device_concern(a_printer()) is Concern.NONE
    assert fleet_rules.device_concern(a_printer("low")) is Concern.SOON
    assert fleet_rules.device_concern(a_printer("out")) is Concern.ACT
    assert fleet_rules.device_concern(a_printer("unknown", "unknown")) is Concern.NONE
    assert fleet_rules.device_concern(a_reader("offline")) is Concern.ACT


def test_a_revision_that_was_taken_back_is_not_shown_as_pending(running: Running, terminal: TerminalDouble) -> None:
    lives = {1: ("pending", "kept", "undone"), 2: ("pending", "taken_back"), 3: ("pending", "kept"), 4: ("pending",)}
    at = local_now()
    for revision, outcomes in lives.items():
        for outcome in outcomes:
            body = SettingsRevised(revision, "technician 3", at, ("panel.x: 0 → 1",), outcome)
            terminal.file_raw(Lane.TELEMETRY, "settings_revised", msgspec.json.encode(body))
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    assert running.query("SELECT count(DISTINCT received_at) FROM settings_revisions") == [(1,)], "one batch"
    running.log_in()
    page = running.client.get(f"/terminals/{terminal.id}").text
    shown = text_of(page[page.index('id="revisions"') :])
    words = re.findall(r"(\d) (试运行|已生效|已自动恢复|已撤销)", shown)
    assert words == [("4", "试运行"), ("3", "已生效"), ("2", "已自动恢复"), ("1", "已撤销")]


def test_settings_that_could_not_be_written_are_on_the_wall(running: Running, terminal: TerminalDouble) -> None:
    running.log_in()
    body = SettingsRevised(0, "centre/7", local_now(), ("No space left on device",), NOT_SAVED)
    for one in (body, msgspec.structs.replace(body, revision=3, outcome="taken_back")):
        terminal.file_raw(Lane.TELEMETRY, "settings_revised", msgspec.json.encode(one))
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    for language, words in (("zh", "下发的设置未能写入终端"), ("en", "Settings that came down could not be written")):
        page = text_of(running.client.get(f"/?lang={language}").text)
        assert page.count(words) == 1
        assert "centre/7 No space left on device" in page
    assert "could not be written" in text_of(running.client.get(f"/terminals/{terminal.id}").text)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_one_change_what_came_later_in_its_life_counts_and_of_two_the_later_report(order: tuple[int, int]) -> None:
    received = datetime(2026, 11, 22, tzinfo=UTC)
    first, other = "2026-11-22T08:00:00+08:00", "2026-11-23T08:00:00+08:00"
    reports = [fleet_rules.Revision(1, "3", first, b"[]", outcome, received) for outcome in ("pending", "taken_back")]
    (word,) = fleet_rules.latest_words(reports[each] for each in order)
    assert word.outcome == "taken_back"
    anew = fleet_rules.Revision(1, "3", other, b"[]", "pending", received + timedelta(days=1))
    assert fleet_rules.latest_words([*reports, anew]) == [anew]
