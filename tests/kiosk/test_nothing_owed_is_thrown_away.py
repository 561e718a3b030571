"""Export, reset and sign-out: what the centre does not hold leaves the machine in one sealed file, or not at all."""

import base64
import io
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from contract import export
from contract.catalogue import ItemKind
from contract.envelope import Lane, decode
from contract.export import Records, ScanPiece
from contract.scans import ScanRef
from contract.suites import INTL, SUITES, SealingKey, suite
from kiosk import composition, settings
from kiosk.commands import app
from kiosk.settings import Settings, SettingsError
from kiosk.setup import keys, moving, wiping
from offline_cache.records import StoreError, Unsent
from offline_cache.store import Store
from tests.offline_cache.drafts import draft

SAMPLE = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"
AT = "2026-11-22T10:00:00+08:00"


@pytest.fixture
def holder() -> SealingKey:
    return SealingKey.fresh()


@pytest.fixture
def found(tmp_path: Path, holder: SealingKey) -> Settings:
    return made(tmp_path, holder)


def made(folder: Path, holder: SealingKey, suite_id: str = INTL) -> Settings:
    """A terminal's settings and keys; its scans are sealed to `holder`."""
    sample = SAMPLE.read_text(encoding="utf-8").replace("/etc/suiban/", "")
    public = base64.b64encode(holder.public).decode()
    key = f'sealing_keys = [{{ id = "seal-1", key = "{public}", suite = "{suite_id}" }}]\nsuite = "{suite_id}"'
    path = folder / "kiosk.toml"
    path.write_text(
        re.sub(r"(?m)^sealing_keys = .*$", key, sample).replace("/var/lib/suiban-terminal", "data"), encoding="utf-8"
    )
    found = settings.read(path)
    keys.make_database_key(found.database_key)
    keys.make_signing_key(found.signing_key, suite_id)
    return found


def opened(found: Settings) -> Store:
    return composition.open_store(found, keys.read(found.database_key))


def with_debts(found: Settings) -> None:
    """Four numbers, one acknowledged, in an epoch that was left; a filing with a scan of 1.2 MB in the next."""
    with closing(opened(found)) as store:
        for n in range(4):
            store.save_case(draft(f"case-{n}"))
        store.acknowledge(1, Lane.NUMBERS, 1, AT)
        store.epochs.close(store.epochs.standing().store, "epoch.left")
        store.epochs.open(store.epochs.standing().store, 2, "token")
        name = store.scans.files.keep(b"sealed-scan!" * 100_000, INTL)
        refs = (ScanRef(name, 1_200_000, "card"),)
        store.save_case(msgspec.structs.replace(draft("filing-1", ItemKind.FILING, sealed=True), scans=refs))


def paid(found: Settings) -> None:
    with closing(opened(found)) as store:
        for state in store.lane_states():
            if state.highest:
                store.acknowledge(store.epoch, state.lane, state.highest, AT)
        for scan in store.scans.waiting():
            store.scans.held(scan.hash)


@pytest.mark.parametrize("suite_id", SUITES)
def test_the_file_holds_all_that_is_owed_and_only_the_centre_opens_it(tmp_path: Path, suite_id: str) -> None:
    holder = SealingKey.fresh(suite_id)
    found = made(tmp_path, holder, suite_id)
    with_debts(found)
    out = tmp_path / "usb" / "gl-01.suiban"
    out.parent.mkdir()
    assert moving.write_export(found, out) == Unsent(5, 1)
    content = out.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600
    assert list(out.parent.iterdir()) == [out]
    assert b"PLANTED" not in content
    assert b"sealed-scan!" not in content
    signer = keys.signing_key(found.signing_key, suite_id)
    header = export.check(io.BytesIO(content), signer.public_key)
    key = suite(suite_id).unwrap(holder.private, header.keys[0].wrapped, export.key_context(header))
    pieces = list(export.read(io.BytesIO(content), key))
    records = [one for piece in pieces if isinstance(piece, Records) for one in piece.records]
    assert [one.id for one in records if one.lane is Lane.NUMBERS] == ["case-1", "case-2", "case-3"]
    assert {one.epoch for one in records} == {2}
    assert all((decode(one.raw).id, decode(one.raw).suite) == (one.id, suite_id) for one in records)
    scan = [piece for piece in pieces if isinstance(piece, ScanPiece)]
    assert b"".join(piece.content for piece in scan) == b"sealed-scan!" * 100_000
    assert len(scan) > 1
    with closing(opened(found)) as store:
        assert store.unsent() == Unsent(5, 1)


@pytest.mark.parametrize("take", [moving.reset, moving.sign_out])
def test_while_anything_is_owed_it_is_refused_with_the_way_out(tmp_path: Path, found: Settings, take: object) -> None:
    with_debts(found)
    assert callable(take)
    before = sorted(path.name for path in found.folder.iterdir())
    with pytest.raises(SettingsError, match=r"5 records and 1 scans are not at the centre yet.*kiosk export --config"):
        take(found)
    assert sorted(path.name for path in found.folder.iterdir()) == before
    assert (tmp_path / "keys" / "database.key").exists()


def test_a_scan_alone_is_owed_too(found: Settings) -> None:
    with_debts(found)
    with closing(opened(found)) as store:
        for state in store.lane_states():
            store.acknowledge(2, state.lane, state.highest, AT) if state.highest else None
    with pytest.raises(SettingsError, match="0 records and 1 scans"):
        moving.reset(found)


def test_a_reset_takes_everything_of_citizens_and_the_terminal_goes_on(found: Settings) -> None:
    with_debts(found)
    paid(found)
    (found.folder / "recorder").mkdir()
    (found.folder / "recorder" / "ticket_printer.ring").write_bytes(b"ring")
    moving.reset(found)
    assert [path.name for path in found.folder.iterdir()] == ["terminal.reserve"]
    with closing(opened(found)) as store:
        assert store.counts().cases == 0
        assert store.epoch == 1


def test_signing_out_takes_the_keys_too(tmp_path: Path, found: Settings) -> None:
    with_debts(found)
    paid(found)
    moving.sign_out(found)
    assert list((tmp_path / "keys").iterdir()) == []
    moving.sign_out(found)


def test_cut_off_in_the_middle_it_is_gone_on_with(found: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with_debts(found)
    paid(found)

    def cut(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr("kiosk.setup.wiping.beside.sync", cut)
        with pytest.raises(KeyboardInterrupt):
            moving.sign_out(found)
    keys.forget(Path(found.database_key.where))
    moving.sign_out(found)
    assert not found.signing_key.exists()
    assert [path.name for path in found.folder.iterdir()] == ["terminal.reserve"]


def test_what_is_kept_after_a_wipe_that_was_cut_off_is_not_wiped(
    found: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power comes back, the terminal starts and serves, and only then the command is given again."""
    with_debts(found)
    paid(found)

    def cut(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr("kiosk.setup.wiping.beside.sync", cut)
        with pytest.raises(KeyboardInterrupt):
            moving.reset(found)
    with closing(opened(found)) as store:
        assert store.counts().cases == 0  # nothing half wiped is served
        store.save_case(draft("later"))
    with pytest.raises(SettingsError, match="1 records and 0 scans are not at the centre yet"):
        moving.reset(found)
    with closing(opened(found)) as store:
        assert store.counts().cases == 1


@pytest.mark.parametrize("take", [moving.reset, moving.sign_out])
def test_a_terminal_that_starts_while_it_is_wiped_keeps_what_it_keeps(
    found: Settings, monkeypatch: pytest.MonkeyPatch, take: Callable[[Settings], None]
) -> None:
    """Between the last look at the debts and the wipe."""
    with_debts(found)
    paid(found)
    begin = wiping.begin
    started: list[Store] = []

    def begin_and_start(settings: Settings) -> None:
        begin(settings)
        with pytest.raises(StoreError, match="in_use"):
            opened(settings)
        monkeypatch.setattr(Store, "close", close_and_start)

    def close_and_start(self: Store) -> None:
        monkeypatch.setattr(Store, "close", close)
        close(self)
        started.append(opened(found))
        started[0].save_case(draft("later"))

    close = Store.close
    monkeypatch.setattr("kiosk.setup.wiping.begin", begin_and_start)
    with pytest.raises(SettingsError, match="started meanwhile"):
        take(found)
    assert started[0].counts().cases == 1
    started[0].close()
    assert Path(found.database_key.where).exists()


def test_a_store_that_is_missing_or_was_damaged_is_no_store_without_debts(found: Settings) -> None:
    with_debts(found)
    paid(found)
    damaged = found.folder / "damaged-20261122T100000Z"
    damaged.mkdir()
    with pytest.raises(SettingsError, match="damaged store"):
        moving.reset(found)
    damaged.rmdir()
    found.database.unlink()
    with pytest.raises(SettingsError, match="is missing; start the terminal once"):
        moving.reset(found)


def test_the_commands_say_it_in_one_sentence(tmp_path: Path, found: Settings) -> None:
    with_debts(found)
    run = CliRunner().invoke
    config = ["--config", str(found.path)]
    refused = run(app, ["reset", *config])
    assert refused.exit_code == 1
    assert "5 records and 1 scans are not at the centre yet" in refused.output
    written = run(app, ["export", *config, "--out", str(tmp_path / "out.suiban")])
    assert written.exit_code == 0
    assert "5 records and 1 scans; at the centre: ./suiban central import" in written.output
    nowhere = run(app, ["export", *config, "--out", str(tmp_path / "no" / "such" / "folder")])
    assert nowhere.exit_code == 1
    assert "name a file on a disk with room" in nowhere.output
    paid(found)
    assert run(app, ["sign-out", *config]).exit_code == 0
