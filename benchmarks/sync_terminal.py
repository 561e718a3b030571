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
from offline_cache.disk import beside, cipher
from offline_cache.link.client import CentreClient
from offline_cache.link.messenger import HeartbeatParts, Messenger, Pace
from offline_cache.store import CaseDraft, Store
from offline_cache.thread import StoreThread

KEY: Final = bytes(range(32))
VISITS_A_DAY: Final = 200
_TURNS: Final = 12
_PAGE: Final = 4096
_FRAME_HEADER: Final = 24
"""Bytes, of a page in the write-ahead log."""
_PAGES_OF: Final = 120
"""Cases by which their pages are counted: fewer than make the log be copied into the file by itself."""
_FLOOR_PAGES: Final = 1000
DRAIN_WITHIN: Final = 1200.0
HOLDER: Final = Holder(
    "id_card", "欧阳某某", "610117199001011234", "female", "汉", "1990-01-01", "西安市高陵区", "高陵分局", None, None
)

CONTENT: Final = CaseContent(HOLDER, {"mobile": "13800000000"})


def cases(folder: Path, amount: int) -> dict[str, Any]:
    """Cases sealed to two holders and stored, encrypted, each in a commit of its own; beside bare sqlite3 doing two
    inserts of half a kilobyte a commit, and beside the floor: as many encrypted pages a commit as a case has, by one
    statement, with nothing of ours. They take turns, so that what else the machine does meets all of them.
    """
    recipients = {f"seal-{number}": SealingKey.fresh().public for number in (1, 2)}
    sealer = Sealer("GL-01", INTL, recipients)
    store = _store(folder / "cases.db", "GL-01")
    pages = _pages_a_case(folder / "cases.db", store, sealer)
    floor = _Floor(folder / "floor.db", round(pages))
    bare = _Bare(folder / "bare.db")
    ours, bares, floors, sealing = _Turns(), _Turns(), _Turns(), _Turns()
    for _ in range(_TURNS):
        ours.take(amount // _TURNS, lambda: _file(store, sealer))
        bares.take(amount // _TURNS, bare.commit)
        floors.take(amount // _TURNS, floor.commit)
        sealing.take(amount // _TURNS, lambda: sealer.seal("case-1", CONTENT))
    for one in (store, bare, floor):
        one.close()
    size = sum(path.stat().st_size for path in folder.glob("cases.db*")) / (ours.done + _PAGES_OF)
    return {
        "sealed_and_stored_per_second": round(ours.per_second),
        "bare_sqlite3_per_second": round(bares.per_second),
        "share": round(ours.per_second / bares.per_second, 2),
        "pages_a_case": round(pages, 1),
        "floor_per_second": round(floors.per_second),
        "floor_share": round(floors.per_second / bares.per_second, 2),
        "cpu_us_a_case": round(ours.cpu_us),
        "cpu_us_of_it_sealing": round(sealing.cpu_us),
        "cpu_us_floor": round(floors.cpu_us),
        "cpu_us_bare": round(bares.cpu_us),
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


class _Turns:
    """What one of several took, over all its turns."""

    def __init__(self) -> None:
        self.done, self._wall, self._cpu = 0, 0.0, 0.0

    def take(self, amount: int, do: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(amount):
            do()
        self._wall, self._cpu = self._wall + time.perf_counter() - wall, self._cpu + time.process_time() - cpu
        self.done += amount

    @property
    def per_second(self) -> float:
        return self.done / self._wall

    @property
    def cpu_us(self) -> float:
        return 1e6 * self._cpu / self.done


class _Bare:
    """Python's own sqlite3, durable as the store is, without encryption."""

    def __init__(self, path: Path) -> None:
        self._connection, self._seq = sqlite3.connect(path, isolation_level=None), 0
        self.close = self._connection.close
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE cases (id TEXT PRIMARY KEY, body BLOB)")
        self._connection.execute("CREATE TABLE outbox (seq INTEGER PRIMARY KEY, body BLOB)")

    def commit(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO cases VALUES (?, ?)", (secrets.token_hex(16), b"x" * 512))
        self._connection.execute("INSERT INTO outbox VALUES (?, ?)", (self._seq, b"x" * 512))
        self._connection.execute("COMMIT")
        self._seq += 1


class _Floor:
    """The cipher, the log and the disk: `pages` pages changed by one statement a commit."""

    def __init__(self, path: Path, pages: int) -> None:
        self._connection, self._at, self._pages = cipher.connect(path, KEY), 0, pages
        self.close = self._connection.close
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 1000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, turn INTEGER, body BLOB)")
        rows = ((number, b"x" * (_PAGE * 3 // 4)) for number in range(_FLOOR_PAGES))
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO pages VALUES (?, 0, ?)", rows)
        self._connection.execute("COMMIT")

    def commit(self) -> None:
        self._at = (self._at + self._pages) % (_FLOOR_PAGES - self._pages)
        where = (self._at, self._at + self._pages - 1)
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("UPDATE pages SET turn = (turn + 1) % 100 WHERE id BETWEEN ? AND ?", where)
        self._connection.execute("COMMIT")


def _pages_a_case(path: Path, store: Store, sealer: Sealer) -> float:
    """How many pages a case writes: in a store that holds some already, for its trees to have grown."""
    for _ in range(_PAGES_OF // 2):
        _file(store, sealer)
    store.checkpoint()
    for _ in range(_PAGES_OF // 2):
        _file(store, sealer)
    return beside.wal_of(path).stat().st_size / (_PAGE + _FRAME_HEADER) / (_PAGES_OF // 2)


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
