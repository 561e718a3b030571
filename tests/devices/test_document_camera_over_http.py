"""The real driver against a camera that serves MJPEG over a socket, with every failure; V4L2 without a device."""

import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.byhand import health
from devices.document_camera import driver as driver_module
from devices.document_camera.capture import Sight
from devices.document_camera.connections import DocumentCameraOptions
from devices.document_camera.driver import KIND, DocumentCamera
from devices.document_camera.protocol import Picture, StreamReader
from devices.document_camera.scene import Scene, draw, sample_page
from devices.document_camera.sources import Frame, FrameSource, StreamSource, encode_jpeg
from devices.document_camera.v4l2_process import open_device, serve
from devices.events import DeviceDown, DeviceUp
from devices.kind import Level
from devices.model import DeviceError
from devices.port import Deadline, open_port
from devices.recording.recorder import Recorder
from devices.worker import Worker
from tests.devices.conftest import Start
from tests.devices.running import Running

pytestmark = pytest.mark.slow  # pictures are drawn, sent and judged

SMALL = {"limits": {"resolution_dpi": 40}}
"""The simulated camera sends small pictures here, so that drawing them is quick."""


@pytest.fixture(scope="module")
def camera_process(start: Start) -> Running:
    return start("document-camera", "--width", "1024", "--rate", "10")


@pytest.fixture
def camera(camera_process: Running) -> Running:
    """A camera with one page under it, well lit."""
    camera_process.fault("none")
    camera_process.do("unplug")
    camera_process.do("replug")
    camera_process.do("put_page", page="sample")
    camera_process.do("set", rotation=4, tilt=6, blur=0, glare=0, light=1)
    return camera_process


@contextmanager
def connected(process: Running, recorder: Recorder | None = None) -> Iterator[DocumentCamera]:
    camera = KIND.connect(process.address, SMALL, recorder)
    try:
        yield camera
    finally:
        camera.close()


def test_a_page_is_captured_straightened_and_whole(camera: Running, no_leaks: None) -> None:
    with connected(camera) as driver:
        assert driver.status().as_json() == {"online": True, "sight": "good"}
        captured = driver.capture(Deadline.after(5))
        assert captured.fault() is None
        assert captured.page is not None
        assert captured.page.shape == (2339, 1654, 3)
        assert captured.png().startswith(b"\x89PNG")
        assert "array" not in repr(captured)
        counted = driver.tally.take()
        assert (counted["captures"], counted["pictures"] >= 3) == (1, True)


def test_the_preview_is_small_and_says_where_the_page_is(camera: Running) -> None:
    with connected(camera) as driver:
        preview = driver.preview(Deadline.after(3))
        assert Frame(preview.jpeg).pixels().shape == (480, 640, 3)
        assert preview.corners is not None
        assert ((preview.corners > 0) & (preview.corners < 1)).all()
        camera.do("take_page")
        until = Deadline.after(2)
        while driver.preview(until).corners is not None:
            assert not until.expired  # a picture may be a quarter of a second old, not more


@pytest.mark.parametrize(
    ("scene", "key"),
    [
        ({"blur": 3}, "document_camera.blurred"),
        ({"glare": 0.3}, "document_camera.glare"),
    ],
)
def test_a_page_that_stays_bad_is_refused_when_the_time_is_over(
    camera: Running, scene: dict[str, float], key: str
) -> None:
    camera.do("set", **scene)
    with connected(camera) as driver:
        began = time.monotonic()
        fault = driver.capture(Deadline.after(0.8)).fault()
        assert fault is not None
        assert fault.key == key
        assert time.monotonic() - began < 4.0
        assert driver.tally.take()["captures_refused"] == 1


def test_no_page_and_two_pages_are_told_apart(camera: Running) -> None:
    with connected(camera) as driver:
        for order, key in (({"do": "take_page"}, "no_page"), ({"do": "put_page", "pages": 2}, "several_pages")):
            camera.do(str(order["do"]), **{name: value for name, value in order.items() if name != "do"})
            fault = driver.capture(Deadline.after(0.5)).fault()
            assert fault is not None
            assert fault.key == f"document_camera.{key}"


def test_a_page_laid_while_the_camera_waits_is_taken(camera: Running) -> None:
    camera.do("take_page")
    with connected(camera) as driver:
        laid = threading.Timer(0.4, camera.do, ("put_page",), {"page": "sample"})
        laid.start()
        assert driver.capture(Deadline.after(5)).fault() is None
        laid.join()


def test_a_black_picture_is_a_fault_of_the_camera(camera: Running) -> None:
    camera.do("cover_lens")
    with connected(camera) as driver:
        state = driver.status()
        assert state.sight is Sight.BLACK
        with pytest.raises(DeviceError, match=r"document_camera\.black"):
            driver.capture(Deadline.after(2))


def test_a_frozen_picture_is_noticed_by_status_and_by_capture(camera: Running) -> None:
    with connected(camera) as driver:
        assert [driver.status().sight for _ in range(4)] == [Sight.GOOD] * 4
        camera.do("freeze")
        seen = [driver.status().sight for _ in range(4)]
        assert seen[-1] is Sight.FROZEN
        camera.do("set", light=1.0)
        with pytest.raises(DeviceError, match=r"document_camera\.frozen"):
            driver.capture(Deadline.after(3))


def test_a_picture_is_never_older_than_a_quarter_of_a_second(camera: Running) -> None:
    with connected(camera) as driver:
        assert driver.capture(Deadline.after(5)).page is not None
        time.sleep(0.4)  # pictures of the first page wait in every buffer meanwhile
        camera.do("take_page")
        assert driver.capture(Deadline.after(0.3)).page is None


@pytest.mark.parametrize("fault", ["disconnect-before", "disconnect-inside"])
def test_a_camera_lost_in_mid_capture_is_lost(camera: Running, fault: str, no_leaks: None) -> None:
    with connected(camera) as driver:
        driver.status()
        camera.fault(fault)
        with pytest.raises(DeviceError, match=r"port\.(lost|missing)"):
            capture_until_it_fails(driver)


def capture_until_it_fails(driver: DocumentCamera) -> None:
    until = Deadline.after(5)
    while not until.expired:
        driver.capture(until)


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ("silence", "device.silent"),
        ("stuck", "device.silent"),
        ("pieces", "device.garbled"),
        ("slow-loris", "device.silent"),
        ("contradiction", "device.garbled"),
    ],
)
def test_a_fault_that_stays_is_named_in_time(camera: Running, fault: str, key: str) -> None:
    camera.fault(fault)
    with connected(camera) as driver:
        began = time.monotonic()
        with pytest.raises(DeviceError) as failed:
            driver.capture(Deadline.after(0.7))
        assert failed.value.fault.key == key
        assert time.monotonic() - began < 4.0
        camera.fault("none")
        camera.do("unplug")
        camera.do("replug")
        assert driver.status().sight is Sight.GOOD


@pytest.mark.parametrize("fault", ["glued", "duplicate", "noise-after", "dropped-byte", "noise-inside"])
def test_a_damaged_picture_is_passed_over_for_the_next(camera: Running, fault: str) -> None:
    with connected(camera) as driver:
        driver.status()
        camera.fault(fault, times=1)
        assert driver.capture(Deadline.after(4)).fault() is None


def test_a_worker_finds_the_camera_again(camera: Running) -> None:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    worker: Worker[DocumentCamera] = Worker(
        "camera", lambda: KIND.connect(camera.address, SMALL), events.put, poll_every=0.1, backoff=(0.05, 0.2)
    )
    worker.start()
    try:
        assert isinstance(events.get(timeout=5), DeviceUp)
        for order, kind in (("unplug", DeviceDown), ("replug", DeviceUp)):
            camera.do(order)
            until = Deadline.after(5)
            while not isinstance(events.get(timeout=until.left() or 0.01), kind):
                pass
    finally:
        assert worker.stop(5)


def test_a_server_of_something_else_is_the_wrong_kind(camera: Running) -> None:
    driver = KIND.connect(camera.address.replace("/video", "/other"))
    with pytest.raises(DeviceError) as failed:
        driver.status()
    driver.close()
    assert failed.value.fault.key == "device.wrong_kind"
    assert "HTTP status 404" in failed.value.fault.detail


def test_the_recorder_keeps_lengths_and_nothing_of_a_picture(camera: Running) -> None:
    recorder = KIND.recorder()
    with connected(camera, recorder) as driver:
        driver.status()
    frames = recorder.frames()
    assert sum(frame.length for frame in frames if frame.direction == "in") > 10_000
    assert b"".join(frame.shown for frame in frames if frame.direction == "in") == b""
    assert any(b"GET /video" in frame.shown for frame in frames)


def test_opencvs_own_reader_understands_the_simulated_stream(camera: Running) -> None:
    address = camera.address.replace("mjpeg:", "http://")
    reading = cv2.VideoCapture(address, cv2.CAP_FFMPEG)
    try:
        good, picture = reading.read()
        assert good
        assert picture.shape == (768, 1024, 3)
    finally:
        reading.release()


def test_orders_nobody_knows_are_answered(camera: Running) -> None:
    for line, problem in (
        (b'{"do": "dance"}', "no order 'dance'"),
        (b'{"do": "put_page", "page": "/nowhere.png"}', "no picture"),
        (b'{"do": "set", "blur": "much"}', "no number"),
    ):
        assert problem in camera.raw(line)["error"]


def test_a_picture_file_can_be_laid_down(camera: Running, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    cv2.imwrite(str(path), sample_page("另一页"))
    camera.do("put_page", page=str(path))
    with connected(camera) as driver:
        assert driver.capture(Deadline.after(5)).fault() is None


def test_it_can_be_had_from_its_address_alone(no_leaks: None) -> None:
    driver = KIND.connect("simulator:document-camera?page=none&width=800")
    try:
        assert driver.status().sight is Sight.GOOD
    finally:
        driver.close()


def test_by_hand_a_page_is_judged_and_a_bad_one_is_a_sentence(camera: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KIND.by_hand(camera.address, "capture", SMALL)["page"] == 1.0
    assert KIND.by_hand(camera.address, "status")["sight"] == "good"
    monkeypatch.setattr(driver_module, "_CAPTURE_SECONDS", 0.3)
    camera.do("take_page")
    with pytest.raises(DeviceError, match=r"no_page"):
        KIND.by_hand(camera.address, "capture", SMALL)


def test_three_checks_say_what_they_found(camera: Running) -> None:
    with connected(camera) as driver:
        found = health.check(KIND, driver, set(Level))
        assert found.ok
        assert {one.name for one in found.findings} >= {"picture", "live", "page", "sharpness", "glare"}
        camera.do("freeze")
        assert health.check(KIND, driver, {Level.EXTERNAL}).ok is False


class Held(FrameSource):
    """A source that gives these pictures, and then the last one again and again."""

    live = True

    def __init__(self, *pictures: bytes) -> None:
        self._pictures = list(pictures)

    def frame(self, deadline: Deadline) -> Frame:  # noqa: ARG002 - FrameSource's
        return Frame(self._pictures.pop(0) if len(self._pictures) > 1 else self._pictures[0])

    def close(self) -> None:
        self._pictures = []


def test_a_page_that_is_still_moving_is_not_taken() -> None:
    moving = [encode_jpeg(draw(Scene(rotation=angle), sample_page())) for angle in (0, 2, 4)]
    fault = DocumentCamera(Held(*moving), DocumentCameraOptions()).capture(Deadline(0)).fault()
    assert fault is not None
    assert fault.key == "document_camera.moving"


def test_what_is_no_picture_at_all_is_damage() -> None:
    with pytest.raises(DeviceError, match=r"device\.garbled"):
        DocumentCamera(Held(b"no picture"), DocumentCameraOptions()).status()


def test_a_folder_gives_its_pictures_one_after_the_other(tmp_path: Path) -> None:
    for name, scene in (("1.jpg", Scene()), ("2.png", Scene(pages=0))):
        (tmp_path / name).write_bytes(cv2.imencode(name[1:], draw(scene, sample_page()))[1].tobytes())
    driver = KIND.connect(f"folder:{tmp_path}")
    assert driver.capture(Deadline(0)).fault() is None
    assert driver.capture(Deadline(0)).page is None
    assert [driver.status().sight for _ in range(4)] == [Sight.GOOD] * 4
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(DeviceError, match=r"port\.missing"):
        driver.status()
    driver.close()


def test_a_drawn_page_needs_no_line() -> None:
    driver = KIND.connect("synthetic:?rotation=-3&blur=4")
    fault = driver.capture(Deadline.after(0.1)).fault()
    assert fault is not None
    assert fault.key in {"document_camera.blurred", "document_camera.moving"}
    driver.close()


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("mjpeg:nowhere", "port.address_invalid"),
        ("mjpeg:127.0.0.1:1/a b", "port.address_invalid"),
        ("synthetic:?colour=1", "port.address_invalid"),
        ("synthetic:?blur=much", "port.address_invalid"),
        ("folder:/no/such/folder", "port.missing"),
        ("mjpeg:127.0.0.1:1/", "port.missing"),
        ("v4l2:/dev/video99", "port.missing"),
        ("v4l2:/dev/null", "port.busy"),
    ],
)
def test_an_address_without_a_camera_is_named(address: str, key: str, no_leaks: None) -> None:
    with pytest.raises(DeviceError) as failed:
        KIND.connect(address).status()
    assert failed.value.fault.key == key


def test_a_v4l2_process_that_hangs_or_dies_is_left_in_time(monkeypatch: pytest.MonkeyPatch, no_leaks: None) -> None:
    from devices.parts.child_process import open_child  # noqa: PLC0415 - beside what it is compared with

    for sign, key in ((signal.SIGSTOP, "device.silent"), (signal.SIGKILL, "port.lost")):
        before = children()
        source = StreamSource(
            "v4l2:test",
            lambda _: open_child("v4l2:test", "devices.document_camera.v4l2_process", "/dev/null", "0", "0"),
            question=b"n",
        )
        source._opened(Deadline.after(1))
        (pid,) = children() - before
        os.kill(pid, sign)
        began = time.monotonic()
        with pytest.raises(DeviceError) as failed:
            source.frame(Deadline.after(0.4))
        assert failed.value.fault.key == key
        assert time.monotonic() - began < 3.0
        assert pid not in children()
        source.close()


def children() -> set[int]:
    here = os.getpid()
    return {int(pid) for pid in Path(f"/proc/{here}/task/{here}/children").read_text(encoding="ascii").split()}


def test_the_v4l2_process_answers_each_question_with_one_fresh_picture(tmp_path: Path) -> None:
    for number in range(12):
        cv2.imwrite(str(tmp_path / f"{number:02}.png"), np.full((48, 64, 3), number * 20, np.uint8))
    capture = cv2.VideoCapture(str(tmp_path / "%02d.png"), cv2.CAP_IMAGES)
    ours, theirs = socket.socketpair()
    asked = iter((True, True, True, True))
    with ours, theirs:
        serve(theirs, lambda: next(asked, False), capture)
        theirs.shutdown(socket.SHUT_WR)
        stream = b""
        while chunk := ours.recv(65536):
            stream += chunk
    pictures = [event for event in StreamReader().feed(stream) if isinstance(event, Picture)]
    assert len(pictures) == 3  # five to warm up, then every second one, until the device had no more
    assert abs(int(Frame(pictures[0].jpeg).pixels().mean()) - 6 * 20) < 4
    capture.release()


def test_a_device_that_may_not_be_opened_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError

    assert open_device(str(tmp_path / "video9"), 0, 0) == 410
    monkeypatch.setattr(os, "open", forbidden)
    assert open_device("/dev/video0", 0, 0) == 403


def test_a_line_that_only_listens_is_silent_and_not_well(no_leaks: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"mjpeg:127.0.0.1:{listening.getsockname()[1]}/video"
        driver = KIND.connect(address)
        with pytest.raises(DeviceError, match=r"device\.silent"):
            driver.capture(Deadline.after(0.2))
        driver.close()
        with suppress(DeviceError):
            open_port(address.replace("mjpeg:", "tcp:").partition("/")[0], Deadline.after(1)).close()
