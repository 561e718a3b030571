"""A known page out of a simulated network printer, laid under a camera that looks into a folder, and compared."""

import socket
import time
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from devices.document_camera.compare import known_page
from devices.document_camera.edges import pixels
from devices.document_camera.scene import Scene, draw
from kiosk.technician.door import Door
from tests.kiosk.technician.workshop import CHEAP, PIN, Workshop

pytestmark = pytest.mark.slow


def _lay(desk: Path, pdf: bytes) -> None:
    """Put a printed page under the camera."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_numpy()
    cv2.imwrite(str(desk / "desk.png"), draw(Scene(size=(3264, 2448)), pixels(np.ascontiguousarray(page[:, :, :3]))))


def _begun(shop: Workshop, folder: Path) -> None:
    code = Door(folder / "keys" / "technicians.json", folder / "x", time.time, CHEAP).code()
    shop.begin()
    shop.tap("door.way")
    shop.type_digits(code)
    shop.type_digits(PIN)
    shop.tap("main")
    shop.wait(screen="overview")
    shop.wait_for("both", lambda look: "已安装的设备全部正常。" in look["texts"])
    shop.tap("chain")
    shop.wait(screen="chain")


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = tmp_path / "desk"
    desk.mkdir()
    _lay(desk, known_page("00000000"))  # an older page, left on the desk
    made = Workshop(
        tmp_path,
        {"document_printer": f"ipp://127.0.0.1:{port}/ipp/print", "document_camera": "folder:{folder}/desk"},
    )
    (tmp_path / "papers").mkdir()
    made.simulate("document-printer", "printer", port=str(port), papers=str(tmp_path / "papers"))
    return made


def test_the_printed_page_passes_and_an_older_one_does_not(shop: Workshop) -> None:
    with shop:
        _begun(shop, shop.folder)
        shop.tap("main")
        shop.wait_for("the page", lambda look: "请操作" in look["texts"], 60)
        shop.tap("main")
        shop.wait_for("the refusal", lambda look: "未通过" in look["texts"], 60)

        shop.tap("main")
        shop.wait_for("the page", lambda look: "请操作" in look["texts"] and look["work"] == "", 60)
        newest = max((shop.folder / "papers").iterdir())
        _lay(shop.folder / "desk", newest.read_bytes())
        shop.tap("main")
        shop.wait_for("the verdict", lambda look: look["work"] == "" and look["texts"].count("正常") == 4, 60)
        assert len(list((shop.folder / "papers").iterdir())) == 2


def test_without_a_printer_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    _lay(tmp_path / "desk", known_page("00000000"))
    with Workshop(tmp_path, {"document_camera": "folder:{folder}/desk"}) as shop:
        _begun(shop, tmp_path)
        shop.tap("main")
        shop.wait_for("what is missing", lambda look: "未安装文件打印机" in look["texts"])
