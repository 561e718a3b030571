"""Pictures of this visit for its screen: scans and pages, in memory only, written over when they are let go."""

import threading
from typing import Final

PROVIDER: Final = "pictures"
"""`image://pictures/ID` in QML."""


class Pictures:
    """Encoded pictures (JPEG or PNG) by id. Any thread."""

    def __init__(self) -> None:
        self._held: dict[str, bytearray] = {}
        self._lock = threading.Lock()

    def put(self, name: str, encoded: bytes) -> str:
        """Hold it; its address for the screen."""
        with self._lock:
            self._blank(self._held.get(name))
            self._held[name] = bytearray(encoded)
        return f"image://{PROVIDER}/{name}"

    def find(self, name: str) -> bytes:
        """The picture; empty for one that is gone."""
        with self._lock:
            return bytes(self._held.get(name, b""))

    def drop(self, name: str) -> None:
        """Forget it, and every one whose name begins with it and a slash."""
        with self._lock:
            for held in [key for key in self._held if key == name or key.startswith(f"{name}/")]:
                self._blank(self._held.pop(held))

    @staticmethod
    def _blank(held: bytearray | None) -> None:
        if held is not None:
            held[:] = bytes(len(held))
