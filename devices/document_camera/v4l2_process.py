"""`python -m devices.document_camera.v4l2_process DEVICE WIDTH HEIGHT`: a camera whose calls may hang, killable.

Speaks on the socket that is its standard input as a stream server does, one picture for each byte it is sent. Ends
when that closes.
"""

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Final

import cv2

from devices.document_camera.edges import pixels
from devices.document_camera.protocol import encode_head, encode_picture
from devices.document_camera.sources import encode_jpeg

_WARM_UP: Final = 5
"""Pictures let go after opening: until then exposure and white balance are still being found."""
_QUALITY: Final = 97
_MISSING, _DENIED, _BUSY, _LOST = 410, 403, 503, 500


def open_device(device: str, width: int, height: int) -> cv2.VideoCapture | int:
    """The device, or the HTTP status that says why not."""
    try:
        os.close(os.open(device, os.O_RDWR | os.O_NONBLOCK))
    except PermissionError:
        return _DENIED
    except OSError:
        return _MISSING
    capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
    if not capture.isOpened():
        return _BUSY
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))  # what gives USB cameras their full size
    if width and height:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def serve(line: socket.socket, wanted: Callable[[], bool], capture: cv2.VideoCapture) -> None:
    """Answer until nobody asks any more or the device gives no picture."""
    for _ in range(_WARM_UP):
        capture.grab()
    line.sendall(encode_head())
    while wanted():
        capture.grab()  # this one may have waited in the driver since the last question
        if not capture.grab():
            return
        good, picture = capture.retrieve()
        if not good:
            return
        line.sendall(encode_picture(encode_jpeg(pixels(picture), _QUALITY)))


def main() -> None:
    """Open the device named on the command line and serve it."""
    device, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    line = socket.socket(fileno=sys.stdin.fileno())
    asked = threading.Semaphore(0)
    threading.Thread(target=_listen, args=(line, asked), daemon=True).start()
    capture = open_device(device, width, height)
    if isinstance(capture, int):
        line.sendall(encode_head(capture))
    else:
        serve(line, asked.acquire, capture)


def _listen(line: socket.socket, asked: threading.Semaphore) -> None:
    try:
        while questions := line.recv(64):
            for _ in questions:
                asked.release()
    finally:
        os._exit(0)  # the main thread may be inside a call that never returns


if __name__ == "__main__":
    main()
