"""The one place that puts the terminal process together."""

import os
import resource
from pathlib import Path

from contract.suites import PublicKey, SigningKey
from kiosk.inbox import Inbox
from kiosk.noticeboard import wall_clock
from kiosk.settings import Settings
from kiosk.terminal import Terminal
from kiosk.visits import VisitProcess
from offline_cache import machine
from offline_cache.caretaker import Caretaker
from offline_cache.client import CentreClient
from offline_cache.messenger import Messenger, Pace
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread


def open_store(found: Settings, key: bytes, path: Path | None = None) -> Store:
    """The terminal's encrypted store, at its own place or at `path`. Raises StoreError for what disk or file say."""
    try:
        found.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Store.open(
            path or found.database,
            key,
            terminal=found.terminal.id,
            series=found.terminal.series,
            district=found.terminal.district,
            terminal_number=found.terminal.number,
            clock=wall_clock,
        )
    except OSError as error:
        raise StoreError(StoreFault.IO, f"{found.folder}: {error.strerror or error}") from error


def run(found: Settings, key: bytes, signing_key: SigningKey, first: VisitProcess, hand: Path | None) -> None:
    """Run the terminal until it is told to stop. `key` opens the database, `first` is the visit that shows itself."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    inbox = Inbox()
    client = CentreClient(
        found.centre.url,
        found.terminal.id,
        found.terminal.id,
        signing_key,
        {key.id: PublicKey(key.suite, key.raw()) for key in found.centre.signing_keys},
    )
    caretaker = Caretaker(
        found.database,
        key,
        lambda path: open_store(found, key, path),
        wall_clock,
        lambda news: inbox.post(lambda: terminal.hear_store(news)),
        ballast=found.ballast,
    )
    store = StoreThread(care=caretaker)
    terminal = Terminal(found, store, inbox, hand)
    terminal.run(
        Messenger(
            store,
            client,
            terminal.heartbeat_parts,
            lambda event: inbox.post(lambda: terminal.hear_messenger(event)),
            wall_clock,
            Pace(heartbeat=found.centre.heartbeat_seconds),
            machine.mark(),
        ),
        first,
    )
