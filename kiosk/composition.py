"""The one place that puts the terminal process together."""

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from contract.succession import Statement, Succession
from contract.suites import PublicKey, SigningKey
from kiosk import audit, settings
from kiosk.durable import replace_file
from kiosk.memory_file import return_large_blocks
from kiosk.settings import Settings
from kiosk.setup import wiping
from kiosk.setup.renewal import Renewal
from kiosk.terminal.couriers import Couriers, pace_of
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.noticeboard import wall_clock
from kiosk.terminal.process import Terminal
from kiosk.terminal.releasing import fetcher_of
from kiosk.terminal.visits import VisitProcess
from offline_cache.caretaker import Caretaker
from offline_cache.feed.reader import FeedReader
from offline_cache.link import asker, machine, number_line
from offline_cache.link.asker import Asker
from offline_cache.link.client import CentreClient, Timeouts
from offline_cache.link.messenger import Messenger, Pace
from offline_cache.link.number_line import NumberLine
from offline_cache.link.releases import ReleaseLine
from offline_cache.link.tls import Tls
from offline_cache.link.trust import Trust
from offline_cache.media.fetcher import CentresMedia, MediaFetcher, MediaLine
from offline_cache.media.files import MediaFiles
from offline_cache.records import StoreError, StoreFault
from offline_cache.scans.files import SCANS, ScanStore
from offline_cache.scans.uploader import Uploader
from offline_cache.store import Store
from offline_cache.thread import StoreThread

SUCCESSION: Final = "succession.json"
UNHURRIED: Final = Timeouts(connect=5.0, read=30.0, total=60.0)
"""For what nobody waits for, over a line on which a piece takes its time."""


def open_store(found: Settings, key: bytes, path: Path | None = None) -> Store:
    """The terminal's encrypted store, at its own place or at `path`. Raises StoreError for what disk or file say.

    A wipe that was cut off is finished first.
    """
    try:
        found.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        wiping.finish(found)
        store = Store.open(
            path or found.database,
            key,
            terminal=found.terminal.id,
            series=found.terminal.series,
            district=found.terminal.district,
            terminal_number=found.terminal.number,
            clock=wall_clock,
            suite_id=found.centre.suite,
        )
        if wiping.begun(found):  # while this waited for the lock
            store.close()
            raise StoreError(StoreFault.IN_USE, f"{found.database} is being wiped; it is opened anew afterwards")
        return store
    except OSError as error:
        raise StoreError(StoreFault.IO, f"{found.folder}: {error.strerror or error}") from error


def run(found: Settings, key: bytes, signing_key: SigningKey, first: VisitProcess, hand: Path | None) -> None:
    """Run the terminal until it is told to stop. `key` opens the database, `first` is the visit that shows itself."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return_large_blocks()
    inbox = Inbox()
    trust = trust_of(found)
    client = client_of(found, signing_key, trust)
    caretaker = Caretaker(
        found.database,
        key,
        lambda path: open_store(found, key, path),
        wall_clock,
        lambda news: inbox.post(lambda: terminal.hear_store(news)),
        ballast=found.ballast,
    )
    store = StoreThread(care=caretaker)
    # Each on a connection of its own: numbers are hurried, what comes down and scans never hold anybody up.
    hurried = client_of(found, signing_key, trust, found.numbers.upstream_url, number_line.TIMEOUTS)
    down, scans = (client_of(found, signing_key, trust, timeouts=UNHURRIED) for _ in range(2))
    numbers = NumberLine(hurried, at_centre=not found.numbers.upstream_url) if found.numbers.upstream else None
    lines = [client_of(found, signing_key, trust, timeouts=asker.TIMEOUTS) for _ in range(asker.LINES)]
    terminal = Terminal(found, store, inbox, hand, numbers, Asker(lines))

    def post(event: object) -> None:
        inbox.post(lambda: terminal.hear_messenger(event))

    slow = client_of(found, signing_key, trust, timeouts=UNHURRIED)
    couriers = Couriers(
        FeedReader(store, down, trust, post),
        Uploader(store, ScanStore(found.folder / SCANS), scans, post),
        fetcher_of(found, ReleaseLine(slow), post),
    )
    pictures = client_of(found, signing_key, trust, timeouts=UNHURRIED)
    couriers.media = media_of(found, CentresMedia(pictures), post)
    renewal = Renewal(found, signing_key, client, trust, beside=(hurried, down, scans, slow, pictures, *lines))
    renewal.start()
    try:
        terminal.run(
            Messenger(
                store,
                client,
                terminal.heartbeat_parts,
                post,
                wall_clock,
                Pace(heartbeat=found.centre.heartbeat_seconds),
                machine.mark(),
            ),
            first,
            couriers,
        )
    finally:
        renewal.stop()


def media_of(found: Settings, line: MediaLine, post: Callable[[object], None]) -> MediaFetcher:
    """What brings pictures for the attract screen down."""

    def stumbled(error: str) -> None:
        audit.note("pictures_not_fetched", error=error)

    files = MediaFiles(found.folder / settings.PICTURES)
    return MediaFetcher(files, line, pace_of(found), post, today=lambda: wall_clock().date(), stumbled=stumbled)


def client_of(
    found: Settings, signing_key: SigningKey, trust: Trust, url: str = "", timeouts: Timeouts | None = None
) -> CentreClient:
    """A connection to the centre, or to what speaks for it at `url`; for one thread."""
    return CentreClient(
        url or found.centre.url,
        found.terminal.id,
        found.terminal.id,
        signing_key,
        trust,
        timeouts,
        tls=Tls(found.ca, found.certificate, found.tls_key),
    )


def trust_of(found: Settings) -> Trust:
    """The centre's keys as it enrolled this terminal, and what it said of them since: a file beside the terminal's own
    key.
    """
    enrolled = {key.id: PublicKey(key.suite, key.raw()) for key in found.centre.signing_keys}
    place = found.signing_key.parent / SUCCESSION
    try:
        known = msgspec.json.decode(place.read_bytes(), type=Succession)
    except (OSError, ValueError):  # none yet, or damaged: the centre shows it again
        known = Succession(())

    def keep(statements: tuple[Statement, ...]) -> None:
        replace_file(place, msgspec.json.format(msgspec.json.encode(Succession(statements))))
        audit.note("centre_keys_changed", statements=len(statements))

    return Trust(enrolled, known.statements, keep)
