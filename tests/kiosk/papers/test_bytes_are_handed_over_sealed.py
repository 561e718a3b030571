"""Pages cross from visit to terminal in a sealed file in memory beside their frame."""

import fcntl
import os
import queue
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kiosk import memory_file
from kiosk.link import PreparePaper, PrintPages, ToTerminal, terminal_end, visit_end
from tests.devices.running import ROOT

PAGES = PrintPages(1, "case", "paper", 2, "ab" * 32, b"%PDF " + bytes(3_000_000))


def heard(*sent: PreparePaper | PrintPages) -> list[ToTerminal]:
    """What the terminal hears of what the visit says."""
    ours, theirs = socket.socketpair()
    terminal, visit = terminal_end(ours), visit_end(theirs)
    arrived: queue.Queue[ToTerminal] = queue.Queue()
    terminal.listen(arrived.put, lambda: None)
    for message in sent:
        visit.send(message)
    found = [arrived.get(timeout=10) for _ in sent]
    visit.close()
    terminal.close()
    return found


def open_descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


def test_pages_arrive_whole_between_other_frames_and_no_descriptor_stays() -> None:
    asked = PreparePaper(1, "case", "paper", "fund", 1, "")
    heard(asked)
    before = open_descriptors()
    assert heard(asked, PAGES, asked, PAGES) == [asked, PAGES, asked, PAGES]
    assert open_descriptors() <= before


def test_a_frame_that_brings_no_file_has_no_pages() -> None:
    ours, theirs = socket.socketpair()
    terminal, visit = terminal_end(ours), visit_end(theirs)
    arrived: queue.Queue[ToTerminal] = queue.Queue()
    terminal.listen(arrived.put, lambda: None)
    visit._send(msgspec.structs.replace(PAGES, content=b"pretended"), None)
    got = arrived.get(timeout=10)
    assert isinstance(got, PrintPages)
    assert got.content == b""
    visit.close()
    terminal.close()


def test_a_file_that_could_still_change_is_refused(tmp_path: Path) -> None:
    open_one = os.memfd_create("x", os.MFD_ALLOW_SEALING)
    os.write(open_one, b"%PDF")
    with pytest.raises(memory_file.NotOurs, match="not sealed"):
        memory_file.content(open_one)
    os.close(open_one)
    (tmp_path / "file").write_bytes(b"%PDF")
    with (tmp_path / "file").open("rb") as file, pytest.raises(memory_file.NotOurs, match="no file in memory"):
        memory_file.content(file.fileno())


def test_nobody_can_write_to_what_was_handed_over() -> None:
    descriptor = memory_file.sealed(b"pages")
    assert memory_file.content(descriptor) == b"pages"
    for change in (lambda: os.write(descriptor, b"x"), lambda: os.ftruncate(descriptor, 0)):
        with pytest.raises(OSError, match="not permitted"):
            change()
    assert fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & fcntl.F_SEAL_WRITE
    os.close(descriptor)


def test_what_is_too_large_is_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_file, "MOST_BYTES", 10)
    with pytest.raises(memory_file.NotOurs, match="at most 10"):
        memory_file.sealed(bytes(11))


_LOOK: str = """
import re, sys
from kiosk.memory_file import return_large_blocks
if sys.argv[1] == "returned":
    assert return_large_blocks()
for size in (24_000_000, 6_000_000):  # what comes and goes before: glibc learns from it to keep such blocks
    block = bytearray(size)
    del block
page = bytearray(400_000)
for at in range(0, len(page), 40):
    page[at : at + 16] = bytes((65 + at // 40 % 23,)) * 8 + bytes((97,)) * 8
mark = bytes(page[80:96])
kept = bytearray(1000)  # something behind it, so that the heap cannot simply shrink
del page
found, buffer = 0, bytearray(4096)  # small, and not where the page was
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in maps:
        first, last, rights = re.match("([0-9a-f]+)-([0-9a-f]+) (.)", line).groups()
        if rights == "r" and "[v" not in line:
            for at in range(int(first, 16), int(last, 16), 4096):
                try:
                    memory.seek(at)
                    memory.readinto(buffer)
                except (OSError, OverflowError):
                    break
                found += buffer.count(mark)
print(found)
"""


@pytest.mark.slow
def test_the_dots_of_a_paper_do_not_lie_about_in_a_process_that_lives_on() -> None:
    counts = {
        how: int(subprocess.run((sys.executable, "-c", _LOOK, how), capture_output=True, check=True, cwd=ROOT).stdout)
        for how in ("returned", "usual")
    }
    assert counts["returned"] < 5, "only what the search itself holds"
    assert counts["usual"] > 100, "the control: without it they do"
