"""What was sealed to an old key opens for as long as anybody holds it; two of three shares bring all keys back."""

import base64
import itertools
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from Crypto.Protocol.SecretSharing import Shamir

from central import keys
from central import settings as centre_settings
from central.centre import open_centre
from central.custody import backup, escrow, keyring
from central.custody import store as custody
from central.database import Database
from central.enrolment import Refused
from central.identity import authority
from central.key_files import KeysError
from central.keys import Keys
from central.unseal import CannotOpen, open_case
from contract.suites import GM, INTL
from kiosk.visit.seal import Sealer
from tests.central.conftest import write_config
from tests.central.test_a_look_is_logged_first import CONTENT

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> centre_settings.Settings:
    found = centre_settings.read(write_config(tmp_path))
    authority.make(Path(found.keys_dir), NOW)
    return found


def ours(settings: centre_settings.Settings) -> Keys:
    return keys.load(Path(settings.keys_dir), settings.suite, opens=settings.opens_sealed)


def sealer(known: Keys) -> Sealer:
    """As the visit does it, to what the terminal was told."""
    return Sealer(
        "GL-01", known.signing.suite, {key_id: base64.b64decode(key) for key_id, key in known.sealing_public().items()}
    )


def test_what_was_sealed_before_two_rotations_opens(settings: centre_settings.Settings) -> None:
    old = sealer(ours(settings)).seal("case-1", CONTENT)  # on a terminal that is away for thirty days
    for days in (10, 20):
        keyring.rotate(settings, NOW + timedelta(days=days))
    known = ours(settings)
    assert open_case(known, old, "GL-01", "case-1") == CONTENT
    newest = sealer(known).seal("case-2", CONTENT)
    assert [wrapped.key_id for wrapped in newest.keys] == [known.versions[2].id]
    assert len(known.sealing) == 3
    # Control: a rotation that threw the old key away would lose the case.
    (Path(settings.keys_dir) / "sealing-1.pem").unlink()
    with pytest.raises(CannotOpen, match="not_here"):
        open_case(ours(settings), old, "GL-01", "case-1")


def test_every_terminal_is_told_the_newest_key(settings: centre_settings.Settings, tmp_path: Path) -> None:
    made = keyring.rotate(settings, NOW)
    again = keyring.publish_again(settings, NOW)
    centre = open_centre(tmp_path / "central.toml")
    with centre.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT audience, kind, body FROM feed ORDER BY seq").all()
    centre.database.close()
    assert [(row[0], row[1]) for row in found] == [("*", "sealing_keys")] * 2
    assert all(made.id.encode() in row[2] for row in found)
    assert again == made.id


def test_two_shares_of_three_bring_every_key_back(settings: centre_settings.Settings, tmp_path: Path) -> None:
    keyring.rotate(settings, NOW)
    folder = Path(settings.keys_dir)
    bundle, *shares = keyring.make_escrow(settings, tmp_path / "escrow")
    private = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".pub"}
    private.pop(authority.CA_CERTIFICATE)
    for number, (first, second) in enumerate(itertools.permutations(shares, 2)):
        out = tmp_path / f"recovered-{number}"
        escrow.recover([str(first), line(second).lower().replace("-", " - ")], bundle, out)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == private
    for path in (bundle, *shares):
        assert path.stat().st_mode & 0o077 == 0
        assert not any(content in path.read_bytes() for content in private.values())


def test_one_share_says_nothing() -> None:
    """With a share in hand every other key is as possible as before: any key at all fits it together with a second."""
    key = secrets.token_bytes(16)
    number, share = Shamir.split(escrow.NEEDED, escrow.SHARES, key)[0]
    for _ in range(20):
        second = secrets.token_bytes(16)
        assert Shamir.combine([(number, share), (2, second)]) != key
    # The share itself is spread evenly whatever the key is: the same key never gives the same share twice.
    seen = {bytes(Shamir.split(2, 3, key)[0][1]) for _ in range(200)}
    assert len(seen) == 200
    assert {byte[0] >> 7 for byte in seen} == {0, 1}


def line(share: Path) -> str:
    return share.read_text(encoding="utf-8").strip().splitlines()[-1]


def test_a_wrong_share_is_one_sentence(settings: centre_settings.Settings, tmp_path: Path) -> None:
    bundle, one, two, _ = keyring.make_escrow(settings, tmp_path / "escrow")
    _, other, *_ = keyring.make_escrow(settings, tmp_path / "other")
    good = line(two)
    last = "A" if good[-1] != "A" else "B"
    wrong = {
        "2 different ones expected, 1 found": [str(one), line(one)],
        "expected the line of a share": [str(one), "no share"],
        "expected one of escrow": [str(one), str(other)],
        "its checksum does not fit": [str(one), good[:-1] + last],
        "type it again": [str(one), good[:10] + "U" + good[11:]],
    }
    for expected, shares in wrong.items():
        with pytest.raises(KeysError, match=expected) as refused:
            escrow.recover(shares, bundle, tmp_path / "out")
        assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()
    with pytest.raises(KeysError, match="not empty"):
        keyring.make_escrow(settings, tmp_path / "escrow")
    bundle.write_text("{}")
    with pytest.raises(KeysError, match=r"expected escrow\.json"):
        escrow.recover([str(one), str(two)], bundle, tmp_path / "out")


def test_a_key_is_retired_only_into_the_escrow(settings: centre_settings.Settings, tmp_path: Path) -> None:
    old = sealer(ours(settings)).seal("case-1", CONTENT)
    early, *_ = keyring.make_escrow(settings, tmp_path / "early")
    with pytest.raises(Refused, match="terminals seal to it"):
        keyring.retire(settings, 1, early)
    keyring.rotate(settings, NOW)
    keyring.rotate(settings, NOW)
    with pytest.raises(Refused, match="does not hold sealing key 2"):
        keyring.retire(settings, 2, early)
    keyring.retire(settings, 1, early, NOW)
    with pytest.raises(CannotOpen, match="retired"):
        open_case(ours(settings), old, "GL-01", "case-1")
    assert [found["state"] for found in keyring.listed(settings)] == ["retired", "opens only", "sealed to"]
    with pytest.raises(Refused, match="not in use"):
        keyring.retire(settings, 1, early)
    shares = [str(path) for path in sorted((tmp_path / "early").glob("share-*"))]
    escrow.recover(shares[:2], early, tmp_path / "again")
    assert open_case(keys.load(tmp_path / "again"), old, "GL-01", "case-1") == CONTENT


def test_a_retirement_killed_halfway_is_finished_when_asked_again(
    settings: centre_settings.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, *_ = keyring.make_escrow(settings, tmp_path / "escrow")
    keyring.rotate(settings, NOW)
    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", interrupted)
        with pytest.raises(KeyboardInterrupt):
            keyring.retire(settings, 1, bundle, NOW)
    assert (Path(settings.keys_dir) / "sealing-1.pem").exists()
    keyring.retire(settings, 1, bundle)
    assert not (Path(settings.keys_dir) / "sealing-1.pem").exists()
    assert ours(settings).versions[0].retired_at == NOW.isoformat(timespec="seconds")


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_restored_database_has_its_name_only_when_it_skipped_what_was_given_out(
    settings: centre_settings.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.backup(settings, tmp_path / "backup", NOW)
    place = Path(settings.data_dir) / "central.db"
    place.unlink()
    with monkeypatch.context() as killed:
        killed.setattr(custody, "after_restore", interrupted)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(settings, tmp_path / "backup")
    assert not place.exists()
    backup.restore(settings, tmp_path / "backup")
    database = Database(f"sqlite:///{place}")
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT seq FROM feed_head").scalar_one() == custody.FEED_SKIP
    database.close()
    assert not list(place.parent.glob("*.restoring*"))


def test_a_host_that_takes_in_refuses_private_sealing_keys(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    config.write_text(config.read_text() + "opens_sealed = false\n")
    with pytest.raises(KeysError, match=re.escape("sealing-1.pem: a private sealing key on a host")):
        open_centre(config)
    sealed = sealer(keys.load(tmp_path / "keys")).seal("case-1", CONTENT)
    (tmp_path / "keys" / "sealing-1.pem").unlink()
    centre = open_centre(config)
    assert centre.keys.sealing == {}
    assert len(centre.keys.sealing_public()) == 1
    with pytest.raises(CannotOpen, match="not_here"):
        open_case(centre.keys, sealed, "GL-01", "case-1")
    with pytest.raises(Refused, match="opens_sealed"):
        keyring.rotate(centre.settings, NOW)
    centre.database.close()


def test_a_folder_of_the_first_version_is_read_as_it_is(tmp_path: Path) -> None:
    keys.make(tmp_path)
    (tmp_path / "sealing-1.pub").unlink()
    assert keys.load(tmp_path).versions[0].version == 1
    keys.make(tmp_path)
    assert len(keys.load(tmp_path).versions) == 1


def test_a_fleet_moves_to_the_national_suite(tmp_path: Path) -> None:
    keys.make(tmp_path)
    before = keys.load(tmp_path)
    keys.make(tmp_path, GM, NOW)
    after = keys.load(tmp_path, GM)
    assert after.signing.suite == GM
    assert after.signing_as(INTL) == (before.signing_id, before.signing)
    assert {found.suite for found in after.newest} == {INTL, GM}
    assert set(before.sealing) < set(after.sealing)
    message = b"signed"
    assert len(after.signing_as(GM)[1].sign(message)) == 64


def test_a_running_centre_opens_with_a_key_made_meanwhile(tmp_path: Path) -> None:
    centre = open_centre(write_config(tmp_path))
    first = centre.fresh_keys().newest
    made = keyring.rotate(centre.settings, NOW)
    assert centre.fresh_keys().newest == (made,) != first
    sealed = sealer(centre.fresh_keys()).seal("case-1", CONTENT)
    assert open_case(centre.fresh_keys(), sealed, "GL-01", "case-1") == CONTENT
    (tmp_path / "keys" / "sealing-9.pem").write_text("no key")
    assert centre.fresh_keys().newest == (made,)
    centre.database.close()
