"""What the reader counts, and the photo: opaque unless somebody plugged a decoder in, and then in memory only."""

import time
from pathlib import Path

import pytest

from devices.id_card_reader.cards import PHOTO
from devices.id_card_reader.driver import KIND, IdCardReader
from devices.id_card_reader.photo import BEGINS, PhotoProgram
from devices.model import DeviceError
from devices.port import Deadline
from tests.devices.running import Running

PICTURE = b"BM" + bytes(38_860)


def program(folder: Path, body: str) -> str:
    path = folder / "decoder"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def read(process: Running, **options: object) -> IdCardReader:
    reader = KIND.connect(process.address, options)
    process.do("put_card", card="resident")
    return reader


def test_reads_failures_retries_time_outs_and_latency_are_counted(reader: Running) -> None:
    driver = read(reader)
    driver.read_card(Deadline.after(4))
    counts = driver.tally.take()
    assert counts["cards_read"] == 1
    assert counts["exchanges"] == 4, "find, select, read, newest address"
    assert 0 < counts["exchange_seconds"] < 1
    assert "timeouts" not in counts
    reader.fault("silence", times=1)
    driver.status()
    counts = driver.tally.take()
    assert (counts["timeouts"], counts["retries"]) == (1, 1)
    reader.fault("flipped-bit", times=1)
    driver.status()
    assert driver.tally.take()["damaged_replies"] == 1
    reader.do("lift_card")
    reader.do("put_card", card="adult")
    reader.fault("contradiction")
    with pytest.raises(DeviceError):
        driver.read_card(Deadline.after(2))
    assert driver.tally.take()["reads_failed"] == 4
    driver.close()


def test_without_a_decoder_no_photo_is_kept(reader: Running) -> None:
    driver = read(reader)
    content = driver.read_card(Deadline.after(4))
    driver.close()
    assert content is not None
    assert content.photo is None


def test_a_decoder_that_is_fitted_gives_a_picture_and_only_the_visit_has_it(reader: Running, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(PICTURE)
    decoder = program(tmp_path, f"cat > {tmp_path}/asked; cat {tmp_path}/picture")
    driver = read(reader, photo_decoder=decoder)
    content = driver.read_card(Deadline.after(4))
    driver.close()
    assert content is not None
    assert content.photo == PICTURE
    assert (tmp_path / "asked").read_bytes() == PHOTO
    assert "photo" not in content.as_json()
    assert "BM" not in repr(content)


@pytest.mark.parametrize(
    "body", ["exit 3", "sleep 20", "echo nothing", "kill -9 $$", "head -c 300000 /dev/zero | sed 's/^/BM/'"]
)
def test_a_decoder_that_fails_hangs_or_babbles_costs_the_picture_only(tmp_path: Path, body: str) -> None:
    began = time.monotonic()
    assert PhotoProgram(program(tmp_path, body))(PHOTO, Deadline.after(0.3)) is None
    assert time.monotonic() - began < 5.0


def test_a_decoder_that_is_not_there_and_a_photo_that_is_none(tmp_path: Path) -> None:
    assert PhotoProgram(str(tmp_path / "nowhere"))(PHOTO, Deadline.after(1)) is None
    assert PHOTO.startswith(BEGINS)
    never = program(tmp_path, f"touch {tmp_path}/asked")
    assert PhotoProgram(never)(bytes(1024), Deadline.after(1)) is None
    assert not (tmp_path / "asked").exists()
