"""The readiness report: every fitted device looked at, nothing called well without a proof, one A4 document to sign."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from devices.kind import Finding, Level
from kiosk import commands, settings
from kiosk.settings import Device
from kiosk.setup import doctor, revisions
from kiosk.setup.readiness import equipment, report
from kiosk.setup.readiness.found import Check, DeviceHealth, Identity, Readiness
from kiosk.setup.readiness.identity import fingerprint, identity, machine_id
from tests.devices.running import ROOT, Running

WHO = Identity(
    terminal="GL-01",
    hall={"zh-Hans": "政务服务大厅", "en": "Hall"},
    place={"zh-Hans": "一楼", "en": "Ground floor"},
    machine="26aa57ef3593",
    revision=12,
    outcome="kept",
    fingerprint="9690360546ea",
    version="0.1.0",
    at="2026-11-22T05:53:16+08:00",
)
WELL = DeviceHealth(
    name="ticket_printer",
    port="/dev/suiban/ticket-printer",
    levels=(Level.INTERNAL,),
    ok=True,
    findings=(Finding("paper", ok=True, found="full"),),
)
DISK = Check("disk", ok=True, found="70 GiB free")


def nobody(_kind: str, _level: Level) -> None:
    raise AssertionError("nobody is asked to take part below the interactive level")


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running("ticket-printer", tmp_path_factory.mktemp("printer"))
    yield running
    running.end()


@pytest.fixture
def config(tmp_path: Path, printer: Running) -> Callable[..., Path]:
    sample = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"

    def write(*more: str) -> Path:
        text = sample.read_text(encoding="utf-8")
        devices = "\n".join((f'[devices.ticket_printer]\nport = "{printer.address}"', *more))
        path = tmp_path / "kiosk.toml"
        text = f"{text.split('[devices.', 1)[0]}{devices}\n{text[text.index('[centre]') :]}"
        path.write_text(text.replace("https://centre.example.gov.cn", "http://127.0.0.1:9"), encoding="utf-8")
        return path

    return write


def look(name: str, port: str, level: Level = Level.INTERNAL, **options: object) -> DeviceHealth:
    (found,) = equipment.look_over({name: Device(port=port, options=options)}, level, nobody)
    return found


def test_a_device_that_answers_is_well(printer: Running) -> None:
    found = look("ticket_printer", printer.address)
    assert (found.ok, found.fault, found.what) == (True, "", {})
    assert Finding("paper", ok=True, found="full") in found.findings


def test_deeper_levels_include_the_shallow_ones(printer: Running) -> None:
    before = printer.do("state")["tickets"]
    found = look("ticket_printer", printer.address, Level.INTERACTIVE)
    assert found.levels == (Level.INTERNAL, Level.EXTERNAL)
    assert printer.do("state")["tickets"] == before + 1


def test_an_unknown_option_or_port_is_a_failure_with_both_languages(tmp_path: Path, printer: Running) -> None:
    for found in (
        look("ticket_printer", printer.address, colour="red"),
        look("ticket_printer", f"serial:{tmp_path / 'nothing'}"),
        look("ticket_printer", "pcsc:"),
    ):
        assert found.ok is False
        assert set(found.what) == {"zh-Hans", "en"}
        assert "serial:/" not in found.what["en"]  # the port stands beside it


@pytest.mark.slow
def test_who_answers_instead_is_named_with_the_address_to_set(printer: Running) -> None:
    found = look("id_card_reader", printer.address)
    assert found.ok is False
    assert f"(ticket-printer / serial-document-printer, {printer.address}?baud=115200)" in found.what["en"]
    assert f"（ticket-printer / serial-document-printer, {printer.address}?baud=115200）" in found.what["zh-Hans"]


def test_a_simulated_device_is_never_called_well() -> None:
    found = look("ticket_printer", "simulator:ticket-printer")
    assert found.ok is None
    assert "simulated" in found.what["en"]
    assert look("ticket_printer", "simulator:no-such-kind").ok is False


@pytest.mark.parametrize(("called", "ok"), [("kiosk", None), ("ModemManager", False)])
def test_a_device_the_running_terminal_holds_is_neither_failed_nor_well(
    called: str, ok: bool | None, printer: Running
) -> None:
    code = "import sys; from devices.port import *; p = open_port(sys.argv[1], Deadline.after(1)); print(1); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, printer.address, "-m", called],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)},
    ) as holding:
        assert holding.stdout is not None
        assert holding.stdin is not None
        assert holding.stdout.readline() == b"1\n"
        found = look("ticket_printer", printer.address)
        holding.stdin.write(b"\n")
    assert (found.ok, found.fault) == (ok, "port.busy")
    assert f"{called} (process {holding.pid})" in found.what["en"]
    assert f"{called} (process {holding.pid})" in found.what["zh-Hans"]
    assert ("the running terminal" in found.what["en"]) is (called == "kiosk")


@pytest.mark.parametrize(
    ("devices", "checks", "state", "ok"),
    [
        ((WELL,), (DISK,), "ready", True),
        ((), (DISK,), "ready", True),
        ((WELL, look_like := DeviceHealth(name="locker", port="x", levels=(), ok=None)), (DISK,), "unproven", True),
        ((look_like, DeviceHealth(name="locker", port="x", levels=(), ok=False)), (DISK,), "lacking", False),
        ((WELL,), (Check("disk", ok=False, found="full", advice="free some"),), "lacking", False),
    ],
)
def test_the_verdict(devices: tuple[DeviceHealth, ...], checks: tuple[Check, ...], state: str, ok: bool) -> None:
    found = Readiness(WHO, checks, devices)
    assert (report.state(found), found.ok) == (state, ok)


def test_where_no_terminal_was_looked_at_nobody_reads_that_it_is_ready() -> None:
    found = Readiness(Identity(version="0.1.0", at=WHO.at), (DISK,), ())
    assert report.state(found) == "machine"
    [(text, _, _)] = pages(report.pdf(found))
    assert "仅检查了主机，未检查终端与设备" in text
    assert "可以投入使用" not in text
    assert "Ready for service" not in text
    assert report.state(Readiness(found.identity, (Check("disk", ok=False, found="full"),), ())) == "lacking"


def pages(made: bytes) -> list[Any]:
    document = pypdfium2.PdfDocument(made)
    try:
        return [
            (page.get_textpage().get_text_range(), page.render(scale=3).to_pil(), page.get_size()) for page in document
        ]
    finally:
        document.close()


def test_the_paper_says_what_was_found_on_a4_and_its_code_can_be_read() -> None:
    lacking = DeviceHealth(
        name="code_scanner",
        port="/dev/ttyS9",
        levels=(),
        ok=False,
        what={"zh-Hans": "端口上什么也没有", "en": "nothing is there"},
    )
    found = Readiness(WHO, (DISK, Check("link", ok=True, found="x", advice="look")), (WELL, lacking))
    ((text, picture, size),) = pages(report.pdf(found))
    assert [round(points / 72 * 25.4) for points in size] == [210, 297]
    for part in (
        "自助服务终端就绪报告",
        "GL-01",
        "小票打印机",
        "Ticket printer",
        "端口上什么也没有",
        "扫码器",
        "第 1 页，共 1 页",
    ):
        assert part in text
    assert "暂不能投入使用，1 项不合格" in text
    assert "第 12 版，已生效" in text
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == report.summary(found)
    assert code.text.startswith("suiban-readiness 1 GL-01 2026-11-22T05:53:16+08:00 lacking 9690360546ea ")


def test_the_hash_changes_with_anything_that_was_found() -> None:
    one = Readiness(WHO, (DISK,), (WELL,))
    assert report.digest(one) == report.digest(Readiness(WHO, (DISK,), (WELL,)))
    assert report.digest(one) != report.digest(Readiness(WHO, (), (WELL,)))


@pytest.mark.slow
def test_many_findings_take_a_second_page_with_its_own_head() -> None:
    many = tuple(Check(f"command tool{number}", ok=True, found="/usr/bin/tool", advice="x") for number in range(40))
    made = pages(report.pdf(Readiness(WHO, many, (WELL,))))
    assert len(made) >= 2
    assert all("检查所见" in text for text, _, _ in made[:2])
    assert f"第 2 页，共 {len(made)} 页" in made[1][0]


def test_every_device_settings_can_name_has_a_title_in_both_languages() -> None:
    for name in settings.DEVICE_NAMES:
        title = report.content(Readiness(WHO, (), (DeviceHealth(name=name, port="", levels=(), ok=True),)))["devices"]
        assert json.dumps(title, ensure_ascii=False).count(name) == 0, name


def test_the_command_writes_json_and_paper(
    config: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "readiness.pdf"
    with pytest.raises(SystemExit) as ended:
        commands.app(args=["doctor", "--json", "--config", str(config()), "--pdf", str(out)], prog_name="suiban")
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert ended.value.code == 1  # the centre of this test does not answer
    assert out.read_bytes().startswith(b"%PDF-")
    (device,) = said["devices"]
    assert (device["name"], device["ok"]) == ("ticket_printer", True)
    assert said["identity"]["terminal"] == "GL-01"
    assert len(said["identity"]["fingerprint"]) == 12
    assert said["identity"]["revision"] is None


def test_a_report_that_cannot_be_written_is_said(
    config: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "no" / "such" / "folder.pdf"
    assert doctor.run(as_json=False, settings=settings.read(config()), pdf=out) == 2
    assert "the report could not be written" in capsys.readouterr().err


def test_a_level_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        commands.app(args=["doctor", "--level", "deep"], prog_name="suiban")
    assert ended.value.code == 2
    assert "there are: internal, external, interactive" in capsys.readouterr().err


def test_the_machine_has_a_name_that_does_not_tell_its_id(tmp_path: Path) -> None:
    own = tmp_path / "machine-id"
    own.write_text("3d1219c7c4c5404aaa1f6d2a48adfda4\n", encoding="ascii")
    assert len(machine_id(own)) == 12
    assert machine_id(own) not in own.read_text(encoding="ascii")
    assert machine_id(tmp_path / "none") == ""


def test_the_last_revision_of_the_settings_is_named_and_a_damaged_history_stops_nobody(
    config: Callable[..., Path],
) -> None:
    path = config()
    now = datetime.now(UTC)
    saved = revisions.save(path, lambda document: document["panel"].update({"width_mm": 270.0}), "0001", now)
    found = identity(settings.read(path), Level.INTERNAL, "0", now)
    assert (found.revision, found.outcome) == (saved.number, "pending")
    (revisions.folder_of(path) / "9999.json").write_text("{", encoding="utf-8")
    assert identity(settings.read(path), Level.INTERNAL, "0", now).revision is None


def test_settings_have_a_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(b"a")
    before = fingerprint(path)
    path.write_bytes(b"b")
    assert fingerprint(path) != before
