"""A terminal's uploader without a terminal: seals a scan and speaks tus, in this process or over a connection."""

import base64
import hashlib
import http.client
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from central import enrolment, settings
from contract.envelope import Sealed, WrappedKey
from contract.scans import (
    OFFSET_TYPE,
    SCANS_PATH,
    TUS_VERSION,
    ScanRef,
    encode_scan,
    scan_context,
    scan_path,
    write_metadata,
)
from contract.suites import PUBLIC_BYTES, Suite, suite
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import Answer, TerminalDouble, believe, fresh_nonce

Send = Callable[[str, str, bytes, dict[str, str]], Answer]
"""(method, path, body, headers) -> what came back."""


def enter(config: Path, terminal: TerminalDouble) -> dict[str, Any]:
    """Register a terminal beside a running centre, quicker than its command would; returns what it is told."""
    wanted = enrolment.Wanted(terminal.id, terminal.public_key, None, "长安大厅", "一楼东门", "1")
    return enrolment.add_terminal(settings.read(config), wanted, replace=False)


def sealed_scan(terminal: str, case_id: str, content: bytes, keys: dict[str, str]) -> bytes:
    """The sealed bytes of a scan. `keys` maps key id -> raw public key, base64."""
    raw = {key_id: base64.b64decode(key) for key_id, key in keys.items()}
    used = _suite_of(raw)
    content_key, nonce, context = (
        secrets.token_bytes(used.key_bytes),
        secrets.token_bytes(12),
        scan_context(terminal, case_id),
    )
    wrapped = tuple(WrappedKey(key_id, used.wrap(key, content_key, context)) for key_id, key in raw.items())
    return encode_scan(Sealed(used.id, wrapped, nonce, used.encrypt(content_key, nonce, content, context)))


def _suite_of(raw: dict[str, bytes]) -> Suite:
    size = len(next(iter(raw.values())))
    return next(suite(name) for name, length in PUBLIC_BYTES.items() if length == size)


def ref(content: bytes, what: str = "photo") -> ScanRef:
    """How a case names these bytes."""
    return ScanRef(hashlib.sha256(content).hexdigest(), len(content), what)


def here(running: Running) -> Send:
    """Requests to a centre in this process."""

    def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = running.client.request(method, path, content=body, headers=headers)
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    return send


def over(url: str) -> Send:
    """Requests to a centre elsewhere, each on a connection of its own."""
    place = urlsplit(url)

    def send(method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    return send


@dataclass
class ScanSender:
    """Sends one scan of one case."""

    terminal: TerminalDouble
    send: Send
    content: bytes
    case_id: str = "case-1"
    authority: str = AUTHORITY
    trust: dict[str, str] = field(default_factory=dict)
    """The centre's key, if every answer is to be checked as a terminal does."""

    @property
    def ref(self) -> ScanRef:
        """How a case names it."""
        return ref(self.content)

    @property
    def path(self) -> str:
        """Where it is."""
        return scan_path(self.ref.hash)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Sign and send; `headers` with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        nonce = fresh_nonce()
        signed = self.terminal.signed(self.authority, path, body, nonce, method=method)
        answer = self.send(method, path, body, signed | {"Tus-Resumable": TUS_VERSION} | named)
        for key_id, public in self.trust.items():
            believe(answer, nonce, key_id, public)
        return answer

    def begin(self, size: int | None = None, scan_hash: str = "") -> Answer:
        """POST."""
        said = write_metadata(scan_hash or self.ref.hash, self.case_id, "photo")
        length = str(len(self.content) if size is None else size)
        return self.request("POST", SCANS_PATH, Upload_Length=length, Upload_Metadata=said)

    def offset(self) -> Answer:
        """HEAD."""
        return self.request("HEAD", self.path)

    def piece(self, first: int, last: int, **headers: str) -> Answer:
        """PATCH with the bytes from `first` up to `last`."""
        body = self.content[first:last]
        named = {"Upload_Offset": str(first), "Content_Type": OFFSET_TYPE} | headers
        return self.request("PATCH", self.path, body, **named)

    def whole(self, piece: int = 64 * 1024) -> None:
        """From the beginning to the end, and the word that it is held."""
        assert self.begin().status in {200, 201}
        for first in range(0, len(self.content), piece):
            answer = self.piece(first, first + piece)
            assert answer.status == 204, answer.body
        assert self.begin().status == 200
