"""One side of a conversation in JSON lines over a Unix socket: with a simulator's controls or with the demo's
finger.
"""

import json
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self


class Refused(RuntimeError):
    """The other side answered that it could not; the message is its own."""


class Lines:
    """Asks one question at a time; every answer is one line."""

    def __init__(self, path: Path, patience: float = 10.0) -> None:
        """Connect, waiting up to `patience` seconds for the other side to listen."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(patience + 30)
        deadline = time.monotonic() + patience
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() >= deadline:
                    self._socket.close()
                    raise
                time.sleep(0.02)
        self._file = self._socket.makefile("rwb")

    def ask(self, do: str, **values: object) -> dict[str, Any]:
        """Send {"do": do, …} and return the answer. Raises Refused, or ConnectionError when the other side is gone."""
        self._file.write(json.dumps({"do": do, **values}, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        line = self._file.readline()
        if not line.endswith(b"\n"):  # nothing, or half an answer of a process that was killed
            message = "the other side closed the conversation"
            raise ConnectionError(message)
        answer: dict[str, Any] = json.loads(line)
        if not answer.get("ok", False):
            raise Refused(str(answer.get("error", answer)))
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._file.close()
        self._socket.close()
