"""MJPEG at the byte, and what a picture is worth: each judgement with a picture that passes and one that must not."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.document_camera import edges
from devices.document_camera.capture import ACTIONS, FAULT_OF, FAULTS, Capture, DocumentCameraState, Sight
from devices.document_camera.compare import compare, known_page
from devices.document_camera.edges import Corners, Pixels
from devices.document_camera.protocol import (
    LONGEST_HEAD,
    LONGEST_PICTURE,
    Damaged,
    Event,
    Head,
    NoStream,
    Picture,
    Redaction,
    StreamReader,
    decode_request,
    encode_head,
    encode_picture,
    encode_request,
)
from devices.document_camera.scene import Scene, corners_of, draw, sample_page, seen
from devices.document_camera.vision import Limits, Verdict, What, judge

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(100)) + b"\xff\xd9"
OTHER = b"\xff\xd8--frame\r\n" + bytes(50) + b"\xff\xd9"
STREAM = encode_head() + encode_picture(JPEG) + encode_picture(OTHER) + encode_picture(JPEG)
EVENTS = [Head(200, "multipart/x-mixed-replace"), Picture(JPEG), Picture(OTHER), Picture(JPEG)]


def read(*chunks: bytes) -> list[Event]:
    reader = StreamReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_any_cut_gives_the_same_pictures(cuts: list[int]) -> None:
    at = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[begin:end] for begin, end in pairwise(at))) == EVENTS


def test_byte_by_byte_gives_the_same_pictures() -> None:
    assert read(*(bytes([byte]) for byte in STREAM)) == EVENTS


@pytest.mark.parametrize("path", ["/", "/video?size=large"])
def test_requests_both_ways(path: str) -> None:
    request = encode_request("camera:8080", path)
    assert decode_request(request) == path
    assert decode_request(request[:-1]) is None


@pytest.mark.parametrize(
    "raw", [b"POST / HTTP/1.1\r\n\r\n", b"GET / FTP\r\n\r\n", b"x" * LONGEST_HEAD, b"\x00\r\n\r\n"]
)
def test_what_is_no_request_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no GET"):
        decode_request(raw)


def part(jpeg: bytes, length: object) -> bytes:
    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n"
    return head.encode() + jpeg + b"\r\n"


@pytest.mark.parametrize("length", [len(JPEG) - 1, len(JPEG) + 7, 3, LONGEST_PICTURE + 1])
def test_after_a_wrong_length_the_next_picture_is_whole(length: int) -> None:
    events = read(encode_head() + part(JPEG, length) + encode_picture(JPEG) + encode_picture(JPEG))
    assert isinstance(events[1], Damaged)
    assert events[-1] == Picture(JPEG)


@pytest.mark.parametrize("length", ["x", "-1", ""])
def test_a_part_without_a_length_ends_with_the_next_boundary(length: str) -> None:
    plain = b"\xff\xd8" + bytes(40) + b"\xff\xd9"
    assert read(encode_head() + part(plain, length) + encode_picture(JPEG))[1:] == [Picture(plain), Picture(JPEG)]


def test_a_part_that_is_no_picture_is_damage() -> None:
    assert read(encode_head() + encode_picture(b"<html>") + encode_picture(JPEG))[1:] == [Damaged(6), Picture(JPEG)]
    assert read(encode_head() + part(b"<html>", "?") + encode_picture(JPEG))[1:] == [Damaged(6), Picture(JPEG)]


def test_noise_between_pictures_is_passed_over() -> None:
    noise = bytes(range(256)) * 4
    assert read(encode_head() + noise + encode_picture(JPEG) + noise + encode_picture(JPEG))[1:] == [Picture(JPEG)] * 2


def test_one_picture_with_its_length_is_understood_and_nothing_after_it() -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {len(JPEG)}\r\n\r\n".encode()
    assert read(head + JPEG + b"more") == [Head(200, "image/jpeg"), Picture(JPEG)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (encode_head(404), "HTTP status 404"),
        (b"SSH-2.0-x\r\n\r\n", "no HTTP answer"),
        (b"x" * (LONGEST_HEAD + 1), "no HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "another kind of content"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n", "another kind of content"),
    ],
)
def test_what_is_no_stream_says_what_it_is(answer: bytes, reason: str) -> None:
    assert read(answer, encode_picture(JPEG)) == [NoStream(reason)]


@pytest.mark.parametrize("boundary", ['"frame"', "--frame", "frame; charset=x"])
def test_boundaries_as_servers_write_them(boundary: str) -> None:
    head = f"HTTP/1.0 200 OK\r\ncontent-type: multipart/x-mixed-replace; boundary={boundary}\r\n\r\n".encode()
    assert read(head + encode_picture(JPEG))[1:] == [Picture(JPEG)]


def test_a_part_head_without_an_end_is_given_up() -> None:
    endless = b"--frame\r\n" + b"X-Padding: x\r\n" * 700
    events = read(encode_head() + endless, b"\r\n" + encode_picture(JPEG))
    assert isinstance(events[1], Damaged)
    assert events[-1] == Picture(JPEG)


def test_a_recorder_keeps_requests_and_nothing_of_a_picture() -> None:
    redaction = Redaction()
    assert redaction("out", b"GET /") == b"GET /"
    assert redaction("in", STREAM) == b""
    assert "FF D8" not in repr(Picture(JPEG))


LIMITS = Limits()
DESK = Scene()


def verdicts(scene: Scene, page: Pixels | None = None) -> dict[What, Verdict]:
    found, _ = judge(seen(draw(scene, sample_page() if page is None else page), 1), LIMITS)
    return {verdict.what: verdict for verdict in found}


@pytest.mark.parametrize(
    "scene",
    [
        DESK,
        replace(DESK, rotation=90),
        replace(DESK, tilt=25),
        replace(DESK, light=0.3),
        replace(DESK, size=(3264, 2448)),
    ],
    ids=["as it lies", "across", "tilted", "dim", "eight megapixels"],
)
def test_a_good_page_is_not_refused(scene: Scene) -> None:
    assert [verdict for verdict in verdicts(scene).values() if not verdict.ok] == []


@pytest.mark.parametrize(
    ("scene", "what"),
    [
        (replace(DESK, blur=2), What.SHARPNESS),
        (replace(DESK, blur=5, light=0.4), What.SHARPNESS),
        (replace(DESK, glare=0.2), What.GLARE),
        (replace(DESK, glare=1.0), What.GLARE),
        (replace(DESK, light=0.05), What.LIGHT),
        (replace(DESK, pages=0), What.PAGE),
        (replace(DESK, rotation=20), What.PAGE),
        (replace(DESK, pages=2), What.ONE_PAGE),
        (replace(DESK, size=(800, 600)), What.RESOLUTION),
    ],
)
def test_what_is_wrong_is_named(scene: Scene, what: What) -> None:
    assert verdicts(scene)[what].ok is False


def test_what_nobody_can_tell_is_not_called_well() -> None:
    blank = np.full_like(sample_page(), 250)
    assert verdicts(DESK, blank)[What.SHARPNESS].ok is None
    assert verdicts(replace(DESK, light=1.3))[What.GLARE].ok is None
    assert verdicts(replace(DESK, pages=0))[What.ONE_PAGE].ok is None


def grey_print(share: int) -> Pixels:
    return (255 - (255 - sample_page()) // share).astype(np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize("page", [sample_page("大字标题"), grey_print(3)], ids=["full", "faint"])
def test_sharpness_is_the_same_for_black_and_for_faint_print_and_falls_with_every_blur(page: Pixels) -> None:
    measured = [verdicts(replace(DESK, blur=blur), page)[What.SHARPNESS].measured for blur in (0.0, 1.0, 2.0, 3.0)]
    assert measured == sorted(measured, reverse=True)
    assert measured[0] == pytest.approx(0.38, abs=0.03)
    assert measured[2] == pytest.approx(0.195, abs=0.02)


def nearest(corners: Corners, truth: Corners) -> float:
    return min(float(np.abs(np.roll(truth, turn, axis=0) - corners).max()) for turn in range(4))


@pytest.mark.parametrize("rotation", [0, 5, -5, 90, 180])
@pytest.mark.parametrize("tilt", [0, 20])
def test_corners_are_found_to_a_pixel(rotation: float, tilt: float) -> None:
    scene = replace(DESK, rotation=rotation, tilt=tilt)
    [corners] = edges.find_pages(seen(draw(scene, sample_page()), 1), LIMITS.page_share)
    assert nearest(corners, corners_of(scene)) < 1.0


def test_a_page_on_a_bright_desk_is_found_by_its_edges() -> None:
    picture = np.full((1500, 2000, 3), 200, np.uint8)
    quad = np.array([(500, 200), (1400, 240), (1380, 1300), (520, 1280)], np.int32)
    cv2.fillPoly(picture, [quad], (235, 235, 235))
    cv2.polylines(picture, [quad], isClosed=True, color=(120, 120, 120), thickness=3)
    [corners] = edges.find_pages(picture, LIMITS.page_share)
    assert nearest(corners, quad.astype(np.float32)) < 5


def test_a_straightened_page_is_the_page_again() -> None:
    page = sample_page()
    picture = draw(replace(DESK, size=(3264, 2448), tilt=20), page)
    [corners] = edges.find_pages(picture, LIMITS.page_share)
    again = edges.straighten(picture, corners, 200)
    assert again.shape == page.shape
    small = [cv2.resize(edges.grey(one), (210, 297), interpolation=cv2.INTER_AREA).ravel() for one in (page, again)]
    assert np.corrcoef(small[0], small[1])[0, 1] > 0.97


def test_a_page_that_lies_across_stays_across() -> None:
    picture = draw(replace(DESK, rotation=90), sample_page())
    [corners] = edges.find_pages(picture, LIMITS.page_share)
    assert edges.straighten(picture, corners, 100).shape[:2] == (827, 1169)


def test_every_judgement_has_a_fault_and_every_fault_somebody_who_acts() -> None:
    assert set(FAULT_OF) == set(What)
    assert {*FAULT_OF.values(), "document_camera.frozen"} == set(FAULTS) == set(ACTIONS)
    for sight in Sight:
        fault = DocumentCameraState(online=True, sight=sight).fault()
        assert (fault is None) == (sight is Sight.GOOD)


def test_the_fault_that_helps_most_is_named_first() -> None:
    found = tuple(Verdict(what, False, 0.1, 0.2) for what in (What.SHARPNESS, What.GLARE))
    fault = Capture(None, None, found).fault()
    assert fault is not None
    assert (fault.key, fault.detail) == ("document_camera.glare", "0.1, limit 0.2")
    assert Capture(None, None, ()).png() == b""


SERIAL = "CHAIN-0042"
LENS = replace(DESK, size=(2592, 1944))


def printed(serial: str = SERIAL) -> Pixels:
    """The page as a good printer prints it."""
    document = pypdfium2.PdfDocument(known_page(serial))
    sheet = document[0]
    picture = sheet.render(scale=200 / 72).to_numpy()
    sheet.close()
    document.close()
    return np.ascontiguousarray(picture[:, :, :3])


def compared(page: Pixels, scene: Scene = LENS, serial: str = SERIAL) -> dict[str, bool | None]:
    picture = seen(draw(scene, page), 1)
    found, corners = judge(picture, LIMITS)
    assert corners is not None
    captured = Capture(edges.straighten(picture, corners, 200), corners, found)
    return {finding.name: finding.ok for finding in compare(captured, serial)}


@pytest.fixture(scope="module")
def sheet() -> Pixels:
    return printed()


@pytest.mark.slow
@pytest.mark.parametrize("rotation", [3, 90, 183])
def test_the_known_page_is_recognised_however_it_lies(sheet: Pixels, rotation: float) -> None:
    found = compared(sheet, replace(LENS, rotation=rotation))
    assert found == dict.fromkeys(("right_page", "whole", "sharpness", "scale", "straight", "contrast", "greys"), True)


@pytest.mark.slow
def test_a_page_of_another_serial_is_not_the_right_one(sheet: Pixels) -> None:
    assert compared(sheet, serial="CHAIN-0043") == {"right_page": False}
    assert compared(sample_page()) == {"right_page": False}
    assert compare(Capture(None, None, ()), SERIAL)[0].ok is False


@pytest.mark.slow
def test_a_faded_print_is_noticed(sheet: Pixels) -> None:
    faded = (255 - (255 - sheet) * 0.4).astype(np.uint8)
    assert compared(faded)["contrast"] is False


@pytest.mark.slow
def test_a_print_with_a_missing_side_is_noticed(sheet: Pixels) -> None:
    half = sheet.copy()
    half[:, : sheet.shape[1] // 5] = 255
    found = compared(half)
    assert (found["whole"], found["scale"]) == (False, None)
    half = sheet.copy()
    half[sheet.shape[0] // 2 :] = 255
    assert compared(half) == {"right_page": False}


@pytest.mark.slow
def test_a_blurred_picture_of_it_is_noticed(sheet: Pixels) -> None:
    assert compared(sheet, replace(LENS, blur=3))["sharpness"] is False


@pytest.mark.slow
def test_a_print_shrunk_to_fit_is_noticed(sheet: Pixels) -> None:
    shrunk = np.full_like(sheet, 255)
    small = cv2.resize(sheet, None, fx=0.96, fy=0.96, interpolation=cv2.INTER_AREA)
    top, left = ((sheet.shape[axis] - small.shape[axis]) // 2 for axis in (0, 1))
    shrunk[top : top + small.shape[0], left : left + small.shape[1]] = small
    found = compared(shrunk)
    assert (found["right_page"], found["scale"]) == (True, False)


@pytest.mark.slow
def test_a_print_that_slipped_in_the_middle_is_noticed(sheet: Pixels) -> None:
    slipped = sheet.copy()
    band = slice(int(sheet.shape[0] * 0.45), int(sheet.shape[0] * 0.55))
    slipped[band] = np.roll(sheet[band], 20, axis=1)
    assert compared(slipped)["straight"] is False


@pytest.mark.slow
def test_swapped_greys_are_noticed(sheet: Pixels) -> None:
    flat = np.where(sheet < 200, 0, 255).astype(np.uint8)
    assert compared(flat)["greys"] is False


@pytest.mark.parametrize("serial", ["", "序号", "x" * 41, "a\nb"])
def test_a_serial_that_fits_no_page_is_refused(serial: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        known_page(serial)


@pytest.mark.slow
def test_no_picture_is_ever_written(sheet: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    compared(sheet)
    assert list(tmp_path.iterdir()) == []
