"""The one place that puts the terminal process together."""

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.suites import PublicKey, SigningKey
from kiosk.couriers import Couriers
from kiosk.inbox import Inbox
from kiosk.noticeboard import wall_clock
from kiosk.renewal import Renewal
from kiosk.settings import Settings
from kiosk.terminal import Terminal
from kiosk.visits import VisitProcess
from offline_cache import machine, number_line
from offline_cache.caretaker import Caretaker
from offline_cache.client import CentreClient, Timeouts
from offline_cache.feed_reader import FeedReader
from offline_cache.messenger import Messenger, Pace
from offline_cache.number_line import NumberLine
from offline_cache.records import StoreError, StoreFault
from offline_cache.scan_files import SCANS, ScanStore
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from offline_cache.tls import Tls
from offline_cache.uploader import Uploader

UNHURRIED: Final = Timeouts(connect=5.0, read=30.0, total=60.0)
"""For what nobody waits for, over a line on which a piece takes its time."""


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
            suite_id=found.centre.suite,
        )
    except OSError as error:
        raise StoreError(StoreFault.IO, f"{found.folder}: {error.strerror or error}") from error


def run(found: Settings, key: bytes, signing_key: SigningKey, first: VisitProcess, hand: Path | None) -> None:
    """Run the terminal until it is told to stop. `key` opens the database, `first` is the visit that shows itself."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    inbox = Inbox()
    client = client_of(found, signing_key)
    caretaker = Caretaker(
        found.database,
        key,
        lambda path: open_store(found, key, path),
        wall_clock,
        lambda news: inbox.post(lambda: terminal.hear_store(news)),
        ballast=found.ballast,
    )
    store = StoreThread(care=caretaker)
    terminal = Terminal(found, store, inbox, hand, _number_line(found, signing_key))
    renewal = Renewal(found, signing_key, client)
    renewal.start()
    try:
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
            _couriers(found, signing_key, store, lambda event: inbox.post(lambda: terminal.hear_messenger(event))),
        )
    finally:
        renewal.stop()


def _couriers(found: Settings, signing_key: SigningKey, store: StoreThread, post: Callable[[object], None]) -> Couriers:
    """Each on a connection of its own, with the time a bad line needs."""
    reader = FeedReader(store, client_of(found, signing_key, timeouts=UNHURRIED), centre_keys(found), post)
    line = client_of(found, signing_key, timeouts=UNHURRIED)
    return Couriers(reader, Uploader(store, ScanStore(found.folder / SCANS), line, post))


def _number_line(found: Settings, signing_key: SigningKey) -> NumberLine | None:
    """Where numbers are asked for first: the hall's node or the centre, on a connection of its own."""
    if not found.numbers.upstream:
        return None
    return NumberLine(client_of(found, signing_key, found.numbers.upstream_url, number_line.TIMEOUTS))


def client_of(
    found: Settings, signing_key: SigningKey, url: str = "", timeouts: Timeouts | None = None
) -> CentreClient:
    """A connection to the centre, or to what speaks for it at `url`; for one thread."""
    return CentreClient(
        url or found.centre.url,
        found.terminal.id,
        found.terminal.id,
        signing_key,
        centre_keys(found),
        timeouts,
        tls=Tls(found.ca, found.certificate, found.tls_key),
    )


def centre_keys(found: Settings) -> dict[str, PublicKey]:
    """The centre's public keys by id."""
    return {key.id: PublicKey(key.suite, key.raw()) for key in found.centre.signing_keys}
