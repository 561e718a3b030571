"""A terminal on a bad line, without a screen: python -m tests.line.terminal FILE. Says in JSON lines what it promised.

It keeps one number after another, and the scans of one case. It is killed from outside and started again on its store.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.exchange import PushReply, PushRequest
from contract.scans import PIECE_LARGEST, ScanRef
from contract.suites import INTL, PublicKey, SigningKey
from kiosk.composition import UNHURRIED
from offline_cache.link.client import Answer, CentreClient, Timeouts
from offline_cache.link.messenger import Delivered, HeartbeatParts, LinkChanged, Messenger, Pace
from offline_cache.scans import pieces
from offline_cache.scans.files import SCANS, ScanStore
from offline_cache.scans.uploader import ScanHeld, Uploader
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.hall.network import enter
from tests.offline_cache.drafts import draft

TICKET_SECONDS = 1.0


class Told(msgspec.Struct):
    """What this terminal was told; `one_line` is the mistake of the control: tickets wait for scans."""

    namespace: str
    folder: str
    url: str
    terminal: str
    private: bytes
    centre_keys: dict[str, bytes]
    life: int
    scans: tuple[str, ...]
    """Files with what is scanned, kept as one case in the first life."""
    one_line: bool = False


def say(**what: object) -> None:
    """One line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class OneLine(CentreClient):
    """The control: nothing else is said while a piece is under way, and a piece is as large as may be."""

    lock = threading.Lock()

    def exchange(self, method: str, path: str, body: bytes, headers: dict[str, str], answers: frozenset[int]) -> Answer:
        with self.lock:
            return super().exchange(method, path, body, headers, answers)

    def push(self, request: PushRequest) -> PushReply:
        with self.lock:
            return super().push(request)


@contextmanager
def _running(told: Told) -> Iterator[tuple[StoreThread, Messenger, Uploader, dict[int, float]]]:
    kind = OneLine if told.one_line else CentreClient
    keys = {key_id: PublicKey(INTL, raw) for key_id, raw in told.centre_keys.items()}
    signing = SigningKey(INTL, told.private)

    def client(timeouts: Timeouts) -> CentreClient:
        return kind(told.url, told.terminal, told.terminal, signing, keys, timeouts)

    def open_store() -> Store:
        return Store.open(
            Path(told.folder) / "suiban.db",
            bytes(32),
            terminal=told.terminal,
            series="1",
            district="310115",
            terminal_number="GL01",
            clock=lambda: datetime.now(UTC),
        )

    store, kept_at = StoreThread(open_store), dict[int, float]()

    def hear(event: object) -> None:
        match event:
            case LinkChanged(up=up):
                uploader.link_is(up=up)
            case Delivered(Lane.NUMBERS, ack):
                now = time.monotonic()
                for seq in [seq for seq in kept_at if seq <= ack]:
                    say(delivered=now - kept_at.pop(seq))
            case ScanHeld(name):
                say(held=name)
            case _:
                pass

    if told.one_line:
        pieces.FIRST_PIECE = PIECE_LARGEST
    uploader = Uploader(store, ScanStore(Path(told.folder) / SCANS), client(UNHURRIED), hear)
    parts = HeartbeatParts("0.2.0", (), ())
    clock, pace = (lambda: datetime.now(UTC)), Pace(heartbeat=10.0)
    messenger = Messenger(store, client(Timeouts()), lambda: parts, hear, clock, pace, "machine")
    uploader.start()
    messenger.start()
    yield store, messenger, uploader, kept_at


def main(told: Told) -> None:
    """Live until killed."""
    enter(told.namespace)
    with _running(told) as (store, messenger, uploader, kept_at):
        if told.life == 1:
            store.do(lambda opened: _keep_scans(opened, told.scans)).result()
            uploader.wake()
        say(alive=told.life)
        count = 0
        while True:
            count += 1
            case_id = f"case-{told.life}-{count}"
            began = time.monotonic()
            seq = store.do(lambda opened, case_id=case_id: _keep_number(opened, case_id)).result()  # type: ignore[misc]
            kept_at[seq] = began
            say(promised=case_id)
            messenger.wake()
            time.sleep(TICKET_SECONDS)  # the pace of a busy morning


def _keep_scans(store: Store, paths: tuple[str, ...]) -> None:
    contents = [Path(path).read_bytes() for path in paths]
    refs = tuple(ScanRef(store.scans.files.keep(content, INTL), len(content), "deed") for content in contents)
    store.save_case(msgspec.structs.replace(draft("case-scans", ItemKind.FILING), scans=refs))


def _keep_number(store: Store, case_id: str) -> int:
    store.save_case(draft(case_id))
    return next(state.highest for state in store.lane_states() if state.lane is Lane.NUMBERS)


if __name__ == "__main__":
    main(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Told))
