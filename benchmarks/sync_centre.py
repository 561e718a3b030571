"""A centre as the benchmark starts it, terminals by the thousand, and their signed requests prepared beforehand."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from benchmarks.machine import end, family
from central import keys
from central.bulk import add_many
from central.database import Database
from central.fleet.tables import terminal_keys, terminals
from central.settings import database_url, read
from contract import signing
from contract.catalogue import ItemKind
from contract.envelope import Envelope, Lane, Sealed, WrappedKey, content_hash, encode
from contract.exchange import (
    HEARTBEAT_PATH,
    PUSH_PATH,
    DeviceReport,
    Heartbeat,
    LaneReport,
    Link,
    PushRequest,
    Sent,
    ServiceReport,
)
from contract.messages import SCHEMA, CaseFiled, NumberTier
from contract.signing import SignatureInput
from contract.suites import INTL, SigningKey

READY_WITHIN: Final = 60.0
TICKS: Final = os.sysconf("SC_CLK_TCK")
HALL: Final = 20
"""Terminals in a hall: leases and counters are a hall's own."""
AT: Final = "2026-05-01T10:00:00+08:00"


@dataclass
class RunningCentre:
    """`python -m central` on a port of its own."""

    config: Path
    url: str
    process: int

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0

    def cpu_seconds(self) -> float:
        """What all its processes have used so far."""
        return cpu_seconds(family(self.process))

    def database(self) -> Database:
        """Its database, from here; the caller closes it."""
        return Database(database_url(read(self.config)))


@contextlib.contextmanager
def centre(folder: Path, url: str = "", workers: int = 1) -> Iterator[RunningCentre]:
    """Started on the embedded database or the one of `url`, ended afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    keys.make(folder / "keys")
    config, ready = folder / "central.toml", folder / "ready.json"
    config.write_text(f'port = 0\nhall = "Bench"\ndatabase_url = "{url}"\nworkers = {workers}\n', encoding="utf-8")
    command = [sys.executable, "-m", "central", "--config", str(config), "--ready-file", str(ready)]
    with (folder / "central.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            deadline = time.monotonic() + READY_WITHIN
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((folder / "central.log").read_text(encoding="utf-8"))
                time.sleep(0.05)
            yield RunningCentre(config, json.loads(ready.read_text(encoding="utf-8"))["url"], process.pid)
        finally:
            end(process)


def cpu_seconds(processes: list[int]) -> float:
    """User and system time used by these processes."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


@dataclass
class Terminal:
    """A terminal that exists only as a key and the next place of each lane."""

    id: str
    key: SigningKey
    seq: int = 0
    store: str = field(default_factory=lambda: secrets.token_hex(16))

    def envelope(self, lane: Lane) -> Sent:
        """The next case of a lane, of the size a number with a sealed part has."""
        self.seq += 1
        record = secrets.token_hex(16)
        body = CaseFiled(
            case_id=record,
            case_number=f"610117{secrets.token_hex(10)}",
            item_kind=ItemKind.NUMBER,
            item="real-estate-transfer",
            item_version=1,
            item_title="不动产转移登记",
            implementation_code="11610117MB2A10002B3002014001003",
            queue="A",
            number=f"A{record[:12]}",
            business_date="2026-05-01",
            filed_at=AT,
            masked_name="张*",
            language="zh-Hans",
            tier=NumberTier.LEASED,
        )
        sealed = Sealed(INTL, (WrappedKey("seal-1", secrets.token_bytes(80)),), bytes(12), secrets.token_bytes(260))
        raw = encode(
            Envelope(
                self.id, 1, lane, self.seq, record, "case", SCHEMA, AT, msgspec.Raw(msgspec.json.encode(body)), sealed
            )
        )
        return Sent(self.seq, record, content_hash(raw), raw)

    def push(self, authority: str, lane: Lane, items: int) -> bytes:
        """The whole HTTP request of the next run of a lane."""
        first = self.seq + 1
        run = tuple(self.envelope(lane) for _ in range(items))
        request = PushRequest(self.id, 1, lane, first, secrets.token_urlsafe(18), run)
        return self._request(authority, PUSH_PATH, msgspec.json.encode(request), request.nonce)

    def heartbeat(self, authority: str, paper: str = "full") -> bytes:
        """A heartbeat as a real terminal's: six devices, and its first link, whose reply it has not heard yet."""
        devices = tuple(
            DeviceReport(name, name.replace("_", "-"), "online", {"paper": paper, "cover": "closed"}, "", AT)
            for name in ("ticket_printer", "id_card_reader", "document_printer", "code_scanner", "power", "cabinet")
        )
        services = tuple(ServiceReport(f"item-{number}", open=True) for number in range(12))
        lanes = tuple(LaneReport(lane, 0) for lane in Lane)
        link = Link(self.store, self.store, "", self.store)
        nonce = secrets.token_urlsafe(18)
        beat = Heartbeat(self.id, 1, nonce, AT, "0.2.0", devices, services, lanes, 0, link, 40_000_000, 0.8)
        return self._request(authority, HEARTBEAT_PATH, msgspec.json.encode(beat), nonce)

    def _request(self, authority: str, path: str, body: bytes, nonce: str) -> bytes:
        given = SignatureInput(self.id, int(time.time()), nonce, self.key.suite)
        value = self.key.sign(signing.request_base("POST", authority, path, body, given))
        headers = {"Host": authority, "Content-Type": "application/json", "Content-Length": str(len(body))}
        headers |= signing.request_headers(given, value, body)
        lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
        return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def enter(database: Database, amount: int, name: str = "B") -> list[Terminal]:
    """Terminals with keys of their own, as `central add-terminal` enters them."""
    made = [Terminal(f"{name}{number:06}", SigningKey.fresh()) for number in range(amount)]
    now = datetime.now(UTC)
    for start in range(0, amount, 5000):
        some = made[start : start + 5000]
        rows = [
            {"id": one.id, "hall": f"{name}{(start + number) // HALL}", "place": "", "series": one.id}
            | {"epoch": 1, "added_at": now}
            for number, one in enumerate(some)
        ]
        keyed = [
            {"key_id": one.id, "terminal": one.id, "public_key": one.key.public_key.raw, "added_at": now}
            for one in some
        ]
        with database.writing() as connection:
            add_many(connection, terminals, rows)
            add_many(connection, terminal_keys, keyed)
    return made
