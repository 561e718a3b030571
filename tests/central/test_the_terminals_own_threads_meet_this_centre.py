"""The real store, messenger, uploader and reader of a terminal against the real centre, killed while pieces come."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from central import settings
from central.database import Database
from central.feed import commands
from central.scans.desk import ScanDesk
from central.scans.shelf import FolderShelf, Lost
from contract.catalogue import ItemKind
from contract.feed import CaseVerdict
from contract.scans import ScanRef
from contract.suites import INTL, PublicKey
from offline_cache.feed.reader import FeedReader
from offline_cache.link.client import CentreClient, Timeouts
from offline_cache.link.messenger import HeartbeatParts, Messenger, Pace
from offline_cache.scans.uploader import ScanHeld, Uploader
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.central.conftest import wait_until, write_config
from tests.central.process import CentreProcess, centre_process
from tests.central.scan_sender import enter
from tests.central.terminal_double import TerminalDouble
from tests.offline_cache.drafts import draft

SCAN_BYTES = 1_500_000
SERVICE = str(Path(__file__).parents[2] / "kiosk" / "services" / "real-estate-transfer.toml")


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

    def has_read_all(self) -> bool:
        """Whether every kind a person publishes was taken in; none is ever kept aside."""
        self.reader.news()
        assert self.store.do(lambda store: store.feed.aside()).result() == ()
        found = self.store.do(lambda store: store.feed.directions()).result()
        calendar = self.store.do(lambda store: store.feed.calendar(2027)).result()
        return (
            bool(found.catalogue and found.switches and found.settings and found.commands and calendar)
            and not found.notices
        )

    def verdict(self, case_id: str) -> str:
        """What the centre said of a case, as far as it came down."""
        self.reader.news()
        body = self.store.do(lambda store: store.feed.verdict(case_id)).result()
        return msgspec.json.decode(body, type=CaseVerdict).outcome if body else ""


@contextmanager
def running_terminal(folder: Path, centre: CentreProcess) -> Iterator[Terminal]:
    double = TerminalDouble()
    (key,) = enter(centre.config, double)["signing_keys"]
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


def lose(centre: CentreProcess, scan_hash: str) -> None:
    """Its file is gone; somebody wants to see it and another worker finds out."""
    folder = centre.config.parent / "data" / "scans"
    (folder / scan_hash[:2] / scan_hash[2:4] / scan_hash).unlink()
    database = Database(settings.database_url(settings.read(centre.config)))
    desk = ScanDesk(database, FolderShelf(folder), lambda: datetime.now(UTC), lambda: None)
    with pytest.raises(Lost):
        desk.read(scan_hash)
    database.close()


def publish_everything(centre: CentreProcess, folder: Path) -> None:
    """One of each kind a person publishes."""
    now = datetime.now(UTC)
    notice = f'id = "n1"\nfrom_at = {now.isoformat()}\nuntil_at = {(now + timedelta(days=1)).isoformat()}\n'
    (folder / "notice.toml").write_text(notice + '[text]\nzh-Hans = "周一闭馆"\n', encoding="utf-8")
    (folder / "calendar.toml").write_text("year = 2027\nholidays = [2027-01-01]\n", encoding="utf-8")
    (folder / "patch.toml").write_text("[patience]\npage = 90.0\n", encoding="utf-8")
    for arguments in (
        ("catalogue", SERVICE),
        ("notice", str(folder / "notice.toml")),
        ("switch", "real-estate-transfer", "--off", "--reason", "维护"),
        ("calendar", str(folder / "calendar.toml")),
        ("settings", str(folder / "patch.toml"), "--terminal", "GL-01"),
        ("command", "suspend", "--terminal", "GL-01", "--reason", "检修"),
        ("withdraw-notice", "n1"),
    ):
        name, *rest = arguments
        result = CliRunner().invoke(commands.publish, [name, "--config", str(centre.config), *rest])
        assert result.exit_code == 0, result.output


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
        lose(centre, refs[0].hash)
        wait_until(lambda: terminal.verdict("case-1") == "incomplete", "the bad news", within=60)
        terminal.uploader.wake()
        wait_until(lambda: terminal.verdict("case-1") == "accepted", "the good news", within=60)
        publish_everything(centre, tmp_path)
        wait_until(terminal.has_read_all, "what was published", within=60)
        assert terminal.store.do(lambda store: store.scans.due()).result() == 0
        assert terminal.store.do(lambda store: store.feed.aside_count()).result() == 0
