"""What the centre says of its keys outlives a restart; a file that is damaged costs one more question, no terminal."""

import base64
from pathlib import Path

import msgspec
import pytest

from contract.succession import Says, stated
from contract.suites import SUITES, SigningKey
from kiosk import composition, settings
from kiosk.settings import PublicKey, Settings
from tests.kiosk.test_a_bad_file_gets_one_clear_sentence import WHOLE, write

AT = "2026-11-22T00:00:00+00:00"


def home(folder: Path, key: SigningKey) -> Settings:
    found = settings.read(write(folder, WHOLE))
    told = {"id": "a", "key": base64.b64encode(key.public).decode(), "suite": key.suite}
    enrolled = msgspec.convert(told, PublicKey)
    centre = msgspec.structs.replace(found.centre, signing_keys=(enrolled,))
    return msgspec.structs.replace(found, centre=centre, signing_key=folder / "terminal.key")


@pytest.mark.parametrize("suite_id", SUITES)
def test_what_was_learned_is_believed_after_the_next_start(tmp_path: Path, suite_id: str) -> None:
    first, second = SigningKey.fresh(suite_id), SigningKey.fresh(suite_id)
    found, place = home(tmp_path, first), tmp_path / composition.SUCCESSION
    line = (
        stated(Says.SUCCEEDS, ("b", second.public_key), ("a", first), AT),
        stated(Says.RETIRED, ("a", first.public_key), ("b", second), AT),
    )
    trust = composition.trust_of(found)
    assert set(trust.keys) == {"a"}
    assert trust.learn(line[:1])
    assert set(composition.trust_of(found).keys) == {"a", "b"}
    assert trust.learn(line)
    assert not trust.learn(line)
    assert dict(composition.trust_of(found).keys) == {"b": second.public_key}
    # Damaged, it is as at the enrolment, and the centre shows the line again.
    place.write_bytes(place.read_bytes()[:40])
    again = composition.trust_of(found)
    assert set(again.keys) == {"a"}
    again.learn(line)
    assert set(composition.trust_of(found).keys) == {"b"}
    # Of another centre it says nothing to who was enrolled anew.
    assert set(composition.trust_of(home(tmp_path, SigningKey.fresh(suite_id))).keys) == {"a"}


def test_a_full_disk_costs_the_note_not_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = SigningKey.fresh(), SigningKey.fresh()
    trust = composition.trust_of(home(tmp_path, first))

    def full(_: Path, __: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(composition, "replace_file", full)
    assert trust.learn([stated(Says.SUCCEEDS, ("b", second.public_key), ("a", first), AT)])
    assert set(trust.keys) == {"a", "b"}
