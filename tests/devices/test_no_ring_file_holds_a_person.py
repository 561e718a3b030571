"""Names, numbers and texts planted in each kind's world never reach its recorder's file, whole or in part."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from devices.document_printer.sample import sample_document
from devices.id_card_reader.cards import CARDS
from devices.model import DeviceError
from devices.port import Deadline
from devices.recording.recorder import Recorder
from devices.recording.ring_file import read_ring
from devices.registry import KINDS
from devices.simulation import faults
from devices.ticket_printer.document import Cut, Qr, Row, Text
from tests.devices.conftest import Start
from tests.devices.matrix import kind_of
from tests.devices.matrix_rows import ROWS

NAME, NUMBER = "王小五", "110105199003070017"
_RESIDENT = CARDS["resident"].fields
PLANTED: Mapping[str, tuple[str, ...]] = {
    "id-card-reader": (_RESIDENT["name"], _RESIDENT["id_number"], _RESIDENT["address"], _RESIDENT["birth_date"]),
    "ticket-printer": (NAME, NUMBER, "https://example.gov.cn/q/9"),
    "document-printer": (NAME, NUMBER),
    "serial-document-printer": (NAME, NUMBER, "A1-001"),
    "smart-card-reader": ("李晓明",),
    "code-scanner": ("A1-001",),
    "document-camera": (),
    "locker": (),
    "permit-endorser": ("CB1234567", "香港 一次"),
    "person-matcher": ("PHOTO-OF-SOMEBODY",),
    "power": (),
    "cabinet": (),
}
"""What passes over each kind's line in this test; nothing personal passes over those with none: they carry states."""

_LONG = frozenset({"silence", "stuck", "slow-loris", "disconnect-before"})
FAULTS = ("none", *(name for name in faults.NAMES if name not in _LONG))
"""Every fault with which bytes come in quickly: the others only take longer and let nothing else through."""

ENCODINGS = ("utf-8", "utf-16-le", "gbk", "gb18030", "ascii")


def traces(content: bytes, planted: str) -> list[str]:
    """Pieces of three characters and more of a planted text that are in these bytes, in any encoding."""
    size = min(3 if not planted.isascii() else 6, len(planted))
    pieces = {planted[at : at + size] for at in range(len(planted) - size + 1)}
    found = []
    for encoding in ENCODINGS:
        for piece in pieces:
            with contextlib.suppress(UnicodeEncodeError):
                if piece.encode(encoding) in content:
                    found.append(f"{piece} as {encoding}")
    return found


def worked(label: str, start: Start, recorder: Recorder, faults_in_turn: tuple[str, ...]) -> None:
    """The kind's work with what was planted, under each fault."""
    kind, row = KINDS[kind_of(label)], ROWS[label]
    process = start(kind.name, *row.arguments)
    for fault in faults_in_turn:
        process.fault("none")
        for order in row.orders:
            process.do(str(order["do"]), **{name: value for name, value in order.items() if name != "do"})
        with contextlib.suppress(DeviceError):
            driver = kind.connect(process.address, row.options, recorder)
            try:
                process.fault(fault)
                if kind.name == "ticket-printer":
                    driver.print_ticket((Text(NAME), Row("号码", NUMBER), Qr(PLANTED[kind.name][2]), Cut()), "A001")
                elif kind.name == "document-printer":
                    driver.print_document(sample_document(NAME + NUMBER), Deadline.after(row.work_seconds))
                elif kind.name == "serial-document-printer":
                    page = msgspec.structs.replace(sample_document(NAME), text_pages=((NAME, NUMBER, "A1-001"),))
                    driver.print_document(page, Deadline.after(row.work_seconds))
                else:
                    row.work(driver)
            finally:
                driver.close()


@pytest.mark.slow
@pytest.mark.parametrize("label", sorted(ROWS))
def test_of_a_person_nothing_is_on_disk(label: str, start: Start, tmp_path: Path) -> None:
    kind = KINDS[kind_of(label)]
    recorder = kind.recorder(tmp_path / "ring")
    worked(label, start, recorder, FAULTS if PLANTED[kind.name] else ("none",))
    recorder.close()
    frames = read_ring(tmp_path / "ring") if (tmp_path / "ring").exists() else recorder.frames()
    assert frames, "something was recorded"
    on_disk = (tmp_path / "ring").read_bytes() + b"".join(frame.shown for frame in frames)
    assert [found for text in PLANTED[kind.name] for found in traces(on_disk, text)] == []


@pytest.mark.slow
@pytest.mark.parametrize("label", ["ticket-printer that is sent tickets blindly", "serial-document-printer"])
def test_a_recorder_that_kept_what_comes_in_would_be_caught_on_a_line_that_echoes(label: str, start: Start) -> None:
    recorder = Recorder(lambda direction, piece: piece if direction == "in" else b"")
    worked(label, start, recorder, ("echo",))
    heard = b"".join(frame.shown for frame in recorder.frames())
    assert [found for text in PLANTED[kind_of(label)] for found in traces(heard, text)] != []


def test_every_kind_says_what_was_planted() -> None:
    assert set(PLANTED) == set(KINDS)


@pytest.mark.parametrize("encoding", ENCODINGS[:-1])
def test_a_trace_would_be_found(encoding: str) -> None:
    assert traces(b"\x00" + "我叫王小五。".encode(encoding, "ignore") + b"\x01", NAME) or encoding == "ascii"
    assert traces(f"..{NUMBER[4:12]}..".encode(encoding), NUMBER)
