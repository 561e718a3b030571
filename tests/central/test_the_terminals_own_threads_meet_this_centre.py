"""The real store, messenger, uploader and reader of a terminal against the real centre, killed while pieces come."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract.catalogue import ItemKind
from contract.feed import CaseVerdict
from contract.messages import ScanRef
from contract.suites import INTL, PublicKey
from offline_cache.client import CentreClient, Timeouts
from offline_cache.feed_reader import FeedReader
from offline_cache.messenger import HeartbeatParts, Messenger, Pace
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from offline_cache.uploader import ScanHeld, Uploader
from tests.central.conftest import wait_until, write_config
from tests.central.process import CentreProcess, centre_process
from tests.central.terminal_double import TerminalDouble
from tests.offline_cache.drafts import draft

SCAN_BYTES = 1_500_000


@dataclass
class Terminal:
    """All that talks to the centre, without a screen."""

    store: StoreThread
    messenger: Messenger
    uploader: Uploader
    reader: FeedReader
    heard: list[Any]

    def file(self, case_id: str, contents: list[bytes]) -> tuple[ScanRef, ...]:
        """Keep the scans, then the case that names them."""

        def keep(store: Store) -> tuple[ScanRef, ...]:
            refs = tuple(ScanRef(store.scans.files.keep(content, INTL), len(content), "photo") for content in contents)
            store.save_case(msgspec.structs.replace(draft(case_id, ItemKind.FILING), scans=refs))
            return refs

        refs = self.store.do(keep).result()
        self.messenger.wake()
        self.uploader.wake()
        return refs

    def verdict(self, case_id: str) -> str:
        """What the centre said of a case, as far as it came down."""
        self.reader.news()
        body = self.store.do(lambda store: store.feed.verdict(case_id)).result()
        return msgspec.json.decode(body, type=CaseVerdict).outcome if body else ""


@contextmanager
def running_terminal(folder: Path, centre: CentreProcess) -> Iterator[Terminal]:
    double = TerminalDouble()
    told = centre.command("add-terminal", "--id", double.id, "--public-key", double.public_key, "--json")
    found = msgspec.json.decode(told.splitlines()[-1])
    (key,) = found["signing_keys"]
    keys = {key["id"]: PublicKey(INTL, msgspec.convert(key["key"], bytes))}

    def client() -> CentreClient:
        return CentreClient(centre.url, double.id, double.id, double.key, keys, Timeouts(1.0, 3.0, 6.0))

    def open_store() -> Store:
        return Store.open(
            folder / "suiban.db",
            bytes(32),
            terminal=double.id,
            series="1",
            district="310115",
            terminal_number="GL01",
            clock=lambda: datetime.now(UTC),
        )

    heard: list[Any] = []
    store, parts = StoreThread(open_store), HeartbeatParts("0.2.0", (), ())
    pace = Pace(heartbeat=1.0, news=0.2, jitter=lambda: 0.1)
    messenger = Messenger(store, client(), lambda: parts, heard.append, lambda: datetime.now(UTC), pace, "machine")
    uploader = Uploader(
        store, store.do(lambda opened: opened.scans.files).result(), client(), heard.append, lambda: 0.1
    )
    reader = FeedReader(store, client(), keys, heard.append)
    for thread in (messenger, uploader, reader):
        thread.start()
    for sleeper in (uploader, reader):  # what the terminal process does when the messenger says that the link is up
        sleeper.link_is(up=True)
    try:
        yield Terminal(store, messenger, uploader, reader, heard)
    finally:
        for thread in (messenger, uploader, reader):
            thread.stop()
        store.stop()


@pytest.mark.slow
def test_a_large_scan_arrives_through_a_centre_that_is_killed_and_its_case_is_accepted(tmp_path: Path) -> None:
    contents = [secrets.token_bytes(SCAN_BYTES), secrets.token_bytes(3000)]
    with centre_process(write_config(tmp_path)) as centre, running_terminal(tmp_path, centre) as terminal:
        refs = terminal.file("case-1", contents)
        folder = tmp_path / "data" / "scans"
        wait_until(lambda: any(path.is_file() and path.stat().st_size for path in folder.rglob("*")), "the first piece")
        centre.kill()
        centre.start()

        def held() -> set[str]:
            return {one.hash for one in terminal.heard if isinstance(one, ScanHeld)}

        wait_until(lambda: held() == {ref.hash for ref in refs}, "both scans", within=90)
        for ref, content in zip(refs, contents, strict=True):
            name = ref.hash
            assert (tmp_path / "data" / "scans" / name[:2] / name[2:4] / name).read_bytes() == content
        wait_until(lambda: terminal.verdict("case-1") == "accepted", "the verdict on the terminal", within=60)
        assert terminal.store.do(lambda store: store.scans.due()).result() == 0
        assert terminal.store.do(lambda store: store.feed.aside_count()).result() == 0
