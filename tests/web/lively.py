"""A hall in the middle of its day: every kind of record a terminal sends, good and bad, at a running centre."""

import json
import secrets

import msgspec

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import (
    Body,
    CaseContent,
    CaseFiled,
    ComplaintFiled,
    DifficultyReported,
    DocumentReported,
    HelpWanted,
    Holder,
    Matter,
    NoticeGiven,
    PaperLeft,
    RatingGiven,
)
from contract.walks import WalkedThrough, WalkStep
from tests.central.process import CentreProcess
from tests.central.terminal_double import TerminalDouble, a_printer, a_reader, local_now

PERSON = Holder("resident", "张三", "610117199001011234", "男", "汉", "1990-01-01", "鹿苑街道", "公安局", None, None)


TERMINALS = {"GL-01": "一楼东门", "GL-02": "一楼西门", "GL-03": "二楼"}


def fill(centre: CentreProcess) -> None:
    """Three terminals: one at work, one with trouble, one that never said anything."""
    keys: dict[str, str] = {}
    busy, troubled, silent = (TerminalDouble(name) for name in TERMINALS)
    for terminal in (busy, troubled, silent):
        place = TERMINALS[terminal.id]
        told = centre.command(
            "add-terminal", "--json", "--id", terminal.id, "--public-key", terminal.public_key, "--hall", "长安大厅",
            "--place", place,
        )  # fmt: skip
        keys = {one["id"]: one["key"] for one in json.loads(told)["sealing_keys"]}
    _work(centre, busy, keys)
    _trouble(centre, troubled)
    busy.send(centre.url, busy.heartbeat())
    out = (a_printer("out"), a_reader("offline", "no answer"))
    troubled.send(centre.url, troubled.heartbeat(devices=out, unprinted=2))


def _work(centre: CentreProcess, terminal: TerminalDouble, keys: dict[str, str]) -> None:
    for _ in range(6):
        terminal.file_ticket(terminal.file_case(green="elder"))
    filed = [
        terminal.file_case(ItemKind.FILING, CaseContent(PERSON, {"phone": "13812345678"}), keys, missing=("photo",))
        for _ in range(3)
    ]
    for case, level in zip(filed, reversed(Satisfaction), strict=False):
        _say(terminal, RatingGiven(case.case_id, level, local_now(), item=case.item))
    for about, named in (("service", True), ("policy", False)):
        _say(terminal, _saying(Matter.COMPLAINT, about, named=named))
    _say(terminal, _saying(Matter.CONSULTATION, "policy"))
    _say(terminal, _notice(filed[0]))
    _say(terminal, _walk())
    _push(centre, terminal)


def _trouble(centre: CentreProcess, terminal: TerminalDouble) -> None:
    for outcome in ("failed", "uncertain"):
        terminal.file_ticket(terminal.file_case(), outcome, "paper_out")
    case = terminal.file_case(ItemKind.FILING)
    serial = f"GL02{secrets.token_hex(3).upper()}"
    report = DocumentReported(
        case.case_id, secrets.token_hex(8), serial, "K7Q2", "receipt", 1, 2, 1, "", "uncertain", "counted", "jammed",
        local_now(),
    )  # fmt: skip
    terminal.file(report, Lane.CASES)
    for reason in ("confusing", "missing_paper"):
        _say(terminal, DifficultyReported("form", case.item, "printer.out", reason, local_now()))
    _say(terminal, PaperLeft("ticket_printer", "left", 1, local_now()))
    _say(terminal, HelpWanted(secrets.token_hex(8), case.item, "form", local_now(), "张* 138****5678"))
    terminal.file_raw(Lane.RATINGS, "rating", b'{"kind":"rating","satisfaction":"splendid"}')
    _push(centre, terminal)


def _say(terminal: TerminalDouble, body: Body) -> None:
    """A record of any kind, in the lane of what citizens say."""
    tag = str(type(body).__struct_config__.tag)
    terminal.file_raw(Lane.RATINGS, tag, msgspec.json.encode(body))


def _push(centre: CentreProcess, terminal: TerminalDouble) -> None:
    for lane in (Lane.NUMBERS, Lane.CASES, Lane.RATINGS):
        terminal.push(centre.url, lane)


def _saying(matter: Matter, about: str, *, named: bool = False) -> ComplaintFiled:
    record = secrets.token_hex(8)
    contact = "张* 138****5678" if named else ""
    return ComplaintFiled(
        record, f"T{record[:8].upper()}", "4821", matter, local_now(), "zh-Hans", about, named=named,
        masked_contact=contact,
    )  # fmt: skip


def _notice(case: CaseFiled) -> NoticeGiven:
    given = ("screen", "print")
    return NoticeGiven(secrets.token_hex(8), case.item, 1, "0" * 64, given, local_now(), "zh-Hans", "张*", case.case_id)


def _walk() -> WalkedThrough:
    now = local_now()
    steps = (WalkStep("home", 4.0), WalkStep("form", 61.0, 2, ("printer.out",)))
    return WalkedThrough(
        secrets.token_hex(8), "real-estate-transfer", "filing", "zh-Hans", now, now, 65.0, finished=False,
        stuck_at="form", steps=steps,
    )  # fmt: skip
