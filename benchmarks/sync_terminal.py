"""What the terminal does: cases sealed and stored, a backlog drained by the real messenger, what a visit weighs."""

import base64
import secrets
import socket
import socketserver
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.sync_centre import RunningCentre, centre, enter
from central import keys as centre_keys
from contract.catalogue import ItemKind
from contract.messages import CaseContent, Holder
from contract.suites import INTL, PublicKey, SealingKey, SigningKey, suite_of_public
from kiosk.visit.seal import Sealer
from offline_cache.link.client import CentreClient
from offline_cache.link.messenger import HeartbeatParts, Messenger, Pace
from offline_cache.store import CaseDraft, Store
from offline_cache.thread import StoreThread

KEY: Final = bytes(range(32))
VISITS_A_DAY: Final = 200
DRAIN_WITHIN: Final = 1200.0
HOLDER: Final = Holder(
    "id_card", "欧阳某某", "610117199001011234", "female", "汉", "1990-01-01", "西安市高陵区", "高陵分局", None, None
)

CONTENT: Final = CaseContent(HOLDER, {"mobile": "13800000000"})


def cases(folder: Path, amount: int) -> dict[str, Any]:
    """Cases sealed to two holders and stored, encrypted, each in a commit of its own; beside bare sqlite3 doing two
    inserts of half a kilobyte a commit.
    """
    recipients = {f"seal-{number}": SealingKey.fresh().public for number in (1, 2)}
    sealer = Sealer("GL-01", INTL, recipients)
    store = _store(folder / "cases.db", "GL-01")
    began, worked = time.perf_counter(), time.process_time()
    for _ in range(amount):
        _file(store, sealer)
    stored = amount / (time.perf_counter() - began)
    cpu = (time.process_time() - worked) / amount
    worked = time.process_time()
    for number in range(amount):
        sealer.seal(f"case-{number}", CONTENT)
    sealing = (time.process_time() - worked) / amount
    store.close()
    worked = time.process_time()
    bare = _bare(folder / "bare.db", amount)
    bare_cpu = (time.process_time() - worked) / amount
    size = sum(path.stat().st_size for path in folder.glob("cases.db*")) / amount
    return {
        "sealed_and_stored_per_second": round(stored),
        "bare_sqlite3_per_second": round(bare),
        "share": round(stored / bare, 2),
        "cpu_us_a_case": round(1e6 * cpu),
        "cpu_us_of_it_sealing": round(1e6 * sealing),
        "cpu_us_bare": round(1e6 * bare_cpu),
        "mb_a_day": round(size * VISITS_A_DAY / 1e6, 2),
    }


def backlogs(folder: Path, sizes: list[int], url: str) -> dict[str, Any]:
    """Seconds until a terminal's backlog is held by the centre; from the first contact to the last acknowledgement."""
    found: dict[str, Any] = {}
    with centre(folder / "centre", url) as running:
        for size in sizes:
            found[str(size)] = _drained(folder, running, size)
    return found


def visit(folder: Path) -> dict[str, Any]:
    """Bytes on the wire, both ways and without TLS, of one number with its ticket, and of a heartbeat."""
    with centre(folder / "centre") as running, Relay(running.place) as relay:
        stores = StoreThread(lambda: _store(folder / "visit.db", "V000000"))
        messenger = _messenger(running, stores, "V000000", _entered(running, "V"), relay.url)
        messenger.start()
        _until(lambda: relay.count > 0 and relay.quiet(0.5), 20.0)
        heartbeat = relay.taken()
        sealer = Sealer("V000000", INTL, {"seal-1": SealingKey.fresh().public})
        stores.do(lambda store: _file(store, sealer, ticket=True)).result()
        messenger.wake()
        _until(lambda: relay.count > 0 and relay.quiet(0.5), 20.0)
        number = relay.taken()
        messenger.stop()
        stores.stop()
    return {"heartbeat_octets": heartbeat, "number_with_ticket_octets": number}


def _drained(folder: Path, running: RunningCentre, size: int) -> dict[str, Any]:
    name = f"D{size}-"
    key = _entered(running, name)
    stores = StoreThread(lambda: _store(folder / f"backlog-{size}.db", f"{name}000000"))
    sealer = Sealer(f"{name}000000", INTL, {"seal-1": SealingKey.fresh().public})

    def fill(store: Store) -> None:
        for _ in range(min(500, size - filled)):
            _file(store, sealer)

    filled = 0
    while filled < size:
        stores.do(fill).result()
        filled += 500
    messenger = _messenger(running, stores, f"{name}000000", key, running.url)
    began, worked = time.perf_counter(), time.process_time()
    messenger.start()
    _until(lambda: all(one.acked == one.highest for one in stores.do(Store.lane_states).result()), DRAIN_WITHIN, 0.1)
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    messenger.stop()
    stores.stop()
    return {
        "seconds": round(took, 2),
        "per_second": round(size / took),
        "terminal_cpu_us_each": round(1e6 * cpu / size),
    }


def _entered(running: RunningCentre, name: str) -> SigningKey:
    database = running.database()
    [terminal] = enter(database, 1, name)
    database.close()
    return terminal.key


def _messenger(running: RunningCentre, stores: StoreThread, name: str, key: SigningKey, url: str) -> Messenger:
    ours = centre_keys.load(running.config.parent / "keys").signing_public()
    public = {key_id: _public(text) for key_id, text in ours.items()}
    client = CentreClient(url, name, name, key, public)
    parts = HeartbeatParts("0.2.0", (), ())
    pace = Pace(heartbeat=30.0, news=0.05, jitter=lambda: 0.0)
    return Messenger(stores, client, lambda: parts, lambda _: None, _now, pace, "bench")


def _public(text: str) -> PublicKey:
    raw = base64.b64decode(text)
    return PublicKey(suite_of_public(raw), raw)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _store(path: Path, terminal: str) -> Store:
    return Store.open(path, KEY, terminal=terminal, series="1", district="610117", terminal_number="0001", clock=_now)


def _file(store: Store, sealer: Sealer, *, ticket: bool = False) -> None:
    case_id = secrets.token_hex(16)
    draft = CaseDraft(
        case_id=case_id,
        item_kind=ItemKind.NUMBER,
        item="real-estate-transfer",
        item_version=1,
        item_title="不动产转移登记",
        implementation_code="11610117MB2A10002B3002014001003",
        queue="A",
        masked_name="欧阳**",
        language="zh-Hans",
        promise_date=None,
        sealed=sealer.seal(case_id, CONTENT),
    )
    store.save_case(draft)
    if ticket:
        claimed = store.tickets.claim(case_id)
        if claimed is not None:
            store.tickets.finish(claimed.print_id, "printed", "paper_seen", "")


def _bare(path: Path, amount: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE cases (id TEXT PRIMARY KEY, body BLOB)")
    connection.execute("CREATE TABLE outbox (seq INTEGER PRIMARY KEY, body BLOB)")
    body, began = b"x" * 512, time.perf_counter()
    for seq in range(amount):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO cases VALUES (?, ?)", (secrets.token_hex(16), body))
        connection.execute("INSERT INTO outbox VALUES (?, ?)", (seq, body))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return amount / took


def _until(holds: Callable[[], bool], within: float, every: float = 0.02) -> None:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            message = f"did not come to an end within {within:g} s"
            raise RuntimeError(message)
        time.sleep(every)


class Relay:
    """A TCP relay that counts what passes, both ways."""

    def __init__(self, place: tuple[str, int]) -> None:
        self.count = 0
        self._moved = 0.0
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(place) as there:
                    back = threading.Thread(target=relay._pass, args=(there, self.request), daemon=True)
                    back.start()
                    relay._pass(self.request, there)
                    back.join(5)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def taken(self) -> int:
        """What has passed since the last time."""
        count, self.count = self.count, 0
        return count

    def quiet(self, seconds: float) -> bool:
        """Whether nothing has passed for so long."""
        return time.monotonic() - self._moved > seconds

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while piece := one.recv(1 << 16):
                self.count += len(piece)
                self._moved = time.monotonic()
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass
