"""Papers under a simulated document camera: a picture from memory, its findings, sealed and kept, or thrown away."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from contract.scans import decode_scan, scan_context
from contract.suites import suite
from kiosk import words
from kiosk.journey import events as e
from kiosk.link import KeepScan
from kiosk.settings import Device
from kiosk.visit import scan_table
from tests.devices.running import Running
from tests.kiosk.papers.booth import CASE, VISIT, Booth


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running("document-camera", tmp_path_factory.mktemp("camera"))
    yield running
    running.end()


@pytest.fixture
def booth(tmp_path: Path, camera: Running) -> Iterator[Booth]:
    camera.do("put_page", page="sample", pages=1)
    camera.do("set", rotation=4, tilt=0, blur=0, glare=0, light=1.0)
    made = Booth(tmp_path, camera=Device(camera.address))
    made.until(lambda: made.connections, "the camera")
    yield made
    made.close()


def taken(booth: Booth, request: str) -> e.ScanSeen:
    """Ask for a picture and wait for it."""
    booth.do(e.CaptureScan(VISIT, request, "licence"))
    booth.until(lambda: [seen for seen in booth.heard(e.ScanSeen) if seen.request == request], "a picture")
    return booth.heard(e.ScanSeen)[-1]


@pytest.mark.slow
def test_a_good_page_is_shown_from_memory_and_kept_for_the_centre_alone(booth: Booth, tmp_path: Path) -> None:
    seen = taken(booth, "one")
    assert (seen.verdict, seen.findings) == ("good", ())
    name = seen.picture.removeprefix("image://pictures/")
    shown = cv2.imdecode(np.frombuffer(booth.errands.pictures.find(name), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    assert shown.shape[0] / shown.shape[1] == pytest.approx(297 / 210, rel=0.01)
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".jpg", ".png")]

    booth.do(e.KeepScan(VISIT, seen.scan_id, "licence"))
    booth.until(lambda: booth.heard(e.ScanKept), "kept")
    (kept,) = booth.heard(e.ScanKept)
    assert kept.scan_id == seen.scan_id
    assert booth.errands.pictures.find(name) == b"", "nothing of it stays in memory"
    pieces = [message for message in booth.crossed if isinstance(message, KeepScan)]
    raw = booth.files.read(pieces[0].hash, 0, pieces[0].size + 1)
    assert b"\xff\xd8\xff" not in raw[:64]
    sealed = decode_scan(raw)
    used = suite(sealed.suite)
    key = used.unwrap(booth.private, sealed.keys[0].wrapped, scan_context("GL-01", CASE))
    opened = used.decrypt(key, sealed.nonce, sealed.content, scan_context("GL-01", CASE))
    assert opened.startswith(b"\xff\xd8\xff"), "the centre opens a JPEG"
    assert booth.desk._scans is not None
    assert [ref.hash for ref in booth.desk._scans.kept] == [pieces[0].hash]

    booth.do(e.DropScan(VISIT, seen.scan_id))
    assert booth.desk._scans.kept == (), "what is taken back goes with no case"


@pytest.mark.slow
def test_what_is_wrong_with_a_picture_is_said_in_plain_words(booth: Booth, camera: Running) -> None:
    camera.do("set", blur=3)
    seen = taken(booth, "blurred")
    assert (seen.verdict, "scan.blurred" in seen.findings) == ("poor", True)
    assert seen.scan_id, "whoever cannot do better may keep it"
    camera.do("set", blur=0)
    camera.do("take_page")
    seen = taken(booth, "none")
    assert (seen.verdict, seen.scan_id, seen.findings) == ("bad", "", ("scan.no_page",))
    for key in ("no_page", "several_pages", "too_small", "blurred", "glare", "moving", "black", "gone"):
        for language in ("zh-Hans", "en"):
            assert words.load(language)[f"scan.{key}"]


@pytest.mark.slow
def test_a_picture_that_is_not_taken_is_written_over_and_cannot_be_kept(booth: Booth) -> None:
    seen = taken(booth, "dropped")
    held = booth.errands.scans._held[seen.scan_id].content
    assert any(held)
    booth.do(e.DropScan(VISIT, seen.scan_id))
    assert not any(held)
    booth.do(e.KeepScan(VISIT, seen.scan_id, "licence"))
    booth.until(lambda: booth.heard(e.ScanFailed), "refused")
    assert [(failed.request, failed.fault) for failed in booth.heard(e.ScanFailed)] == [(seen.scan_id, "scan.gone")]


@pytest.mark.slow
def test_a_camera_that_is_lost_is_told_and_works_again(booth: Booth, camera: Running) -> None:
    taken(booth, "before")
    camera.do("unplug")
    booth.do(e.CaptureScan(VISIT, "lost", "licence"))
    booth.until(lambda: booth.heard(e.ScanFailed), "the fault")
    assert booth.heard(e.ScanFailed)[-1].request == "lost"
    camera.do("replug")
    booth.until(lambda: booth.connections == 2, "the camera again")
    assert taken(booth, "after").verdict == "good"


def test_without_a_camera_it_is_said_at_once(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    try:
        booth.do(e.CaptureScan(VISIT, "any", "licence"))
        booth.until(lambda: booth.heard(e.ScanFailed))
        assert booth.heard(e.ScanFailed)[0].fault == "absent.document_camera"
    finally:
        booth.close()


@pytest.mark.slow
def test_what_the_camera_sees_is_live_while_somebody_looks_and_gone_afterwards(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_table, "_LIVE_SECONDS", 0.5)
    seen: set[bytes] = set()

    def look() -> bool:
        seen.add(booth.errands.picture("live?7"))
        return len(seen - {b""}) > 1

    booth.until(look, "two frames")
    frame = cv2.imdecode(np.frombuffer(max(seen, key=len), np.uint8), cv2.IMREAD_COLOR)
    assert frame is not None
    assert frame.shape[1] == 640
    assert taken(booth, "meanwhile").scan_id, "a picture is taken while it is live"
    booth.until(lambda: not booth.errands.scans._looking, "the camera let be")
    assert booth.errands.pictures.find("live") == b""
