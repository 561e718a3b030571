"""A centre's end of tus for tests: keeps pieces in memory, forgets nothing when it is cut, misbehaves on request."""

import threading
from collections import deque
from collections.abc import Callable

from requests.structures import CaseInsensitiveDict

from contract.scans import CHECKSUM_MISMATCH, SCANS_PATH, read_metadata
from contract.suites import suite
from offline_cache.link.client import DOWN, REFUSED, Answer, LinkFailure
from tests.waiting import until_told


class ShelfDouble:
    """A `ScanLine` without a wire. `faults` are used up one a request: `lost` loses the answer, `down` the request."""

    def __init__(self) -> None:
        self.content: dict[str, bytearray] = {}
        self.length: dict[str, int] = {}
        self.suites: dict[str, str] = {}
        self.held: set[str] = set()
        self.faults: deque[str] = deque()
        self.requests: list[tuple[str, int]] = []
        self.changed = threading.Condition()
        self.lies_about_offset = False

    def exchange(self, method: str, path: str, body: bytes, headers: dict[str, str], answers: frozenset[int]) -> Answer:
        with self.changed:
            fault = self.faults.popleft() if self.faults else ""
            self.requests.append((method, len(body)))
            self.changed.notify_all()
            if fault == "down":
                raise LinkFailure(DOWN, "ConnectionError")
            if fault == "busy":
                raise LinkFailure(REFUSED, "status 503", retry_after=30.0)
            if fault == "refused":
                raise LinkFailure(REFUSED, "status 413")
            if fault == "flipped":
                body = bytes([body[0] ^ 1]) + body[1:]
            status, found = self._answer(method, path.rpartition("/")[2], body, headers)
            self.changed.notify_all()
            if fault == "lost":
                raise LinkFailure(DOWN, "ConnectionError")
            if status not in answers:
                raise LinkFailure(REFUSED, f"status {status}")
            return Answer(status, CaseInsensitiveDict(found), b"")

    def wait(self, seen: Callable[[], bool]) -> bool:
        return until_told(self.changed, seen, "something at the centre", state=lambda: (self.held, self.requests[-6:]))

    def comes_within(self, seen: Callable[[], bool], seconds: float) -> bool:
        with self.changed:
            return self.changed.wait_for(seen, seconds)

    def close(self) -> None:
        """Nothing to let go of."""

    def _answer(self, method: str, name: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        if method == "POST":
            return self._create(headers)
        if name not in self.content:
            return 404, {}
        kept = self.content[name]
        if method == "PATCH":
            if int(headers["Upload-Offset"]) != len(kept):
                return 409, {}
            kept += body
            if len(kept) == self.length[name]:
                if suite(self.suites[name]).digest(bytes(kept)).hex() != name:
                    kept.clear()
                    return CHECKSUM_MISMATCH, {}
                self.held.add(name)
        said = self.length[name] if self.lies_about_offset else len(kept)
        return (200 if method == "HEAD" else 204), {"Upload-Offset": str(said)}

    def _create(self, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        said = read_metadata(headers["Upload-Metadata"])
        if said["hash"] in self.held:
            return 200, {}
        self.content.setdefault(said["hash"], bytearray())
        self.length[said["hash"]] = int(headers["Upload-Length"])
        self.suites[said["hash"]] = said["suite"]
        return 201, {"Location": f"{SCANS_PATH}/{said['hash']}"}
