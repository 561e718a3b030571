"""A file, a credential of systemd, or the TPM: each gives the key or one sentence with what to do."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk import settings
from kiosk.settings import KeySource, SettingsError, Storage
from kiosk.setup import keys, tpm
from kiosk.setup.readiness import machine
from tests.waiting import until

HANDLE = "0x81000001"
TPM = KeySource("tpm", HANDLE)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("keys/database.key", KeySource("file", "/etc/suiban/keys/database.key")),
        ("file:keys/database.key", KeySource("file", "/etc/suiban/keys/database.key")),
        ("/var/lib/key", KeySource("file", "/var/lib/key")),
        ("credential:database-key", KeySource("credential", "database-key")),
        ("tpm:0x81000001", TPM),
    ],
)
def test_what_is_written_and_what_is_meant(written: str, meant: KeySource) -> None:
    assert Storage(database_key=written).key_source(Path("/etc/suiban")) == meant


@pytest.mark.parametrize("written", ["tpm:", "tpm:0x80000001", "credential:../x", "credential:", "file:", ""])
def test_a_source_that_cannot_be_meant_is_refused_with_its_place(tmp_path: Path, written: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'[storage]\ndatabase_key = "{written}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"kiosk\.toml"):
        settings.read(file)
    with pytest.raises(msgspec.ValidationError, match="credential:NAME or tpm:0x81000001"):
        msgspec.convert({"database_key": written}, Storage)


def test_a_credential_is_read_from_the_folder_systemd_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = KeySource("credential", "database-key")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SettingsError, match="LoadCredentialEncrypted=database-key"):
        keys.read(source)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(SettingsError, match="0 found"):
        keys.read(source)
    (tmp_path / "database-key").write_bytes(bytes(range(32)))
    assert keys.read(source) == bytes(range(32))
    keys.make_database_key(source)
    assert (tmp_path / "database-key").read_bytes() == bytes(range(32)), "nobody writes there"


def test_the_doctor_says_that_a_file_is_no_hardware_root() -> None:
    found = machine.key_source("file")
    assert (found.ok, found.found) == (True, "file: no hardware root")
    assert "docs/operations/storage.md" in found.advice
    assert machine.key_source("tpm").advice == machine.key_source("credential").advice == ""


@pytest.fixture
def simulated_tpm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """A TPM 2.0 of its own; what it gives runs a tool on it."""
    if not shutil.which("swtpm") or not shutil.which("tpm2_unseal"):
        pytest.skip("swtpm and tpm2-tools are needed")
    state = tmp_path / "tpm"  # absolute, or swtpm does not find it
    state.mkdir()
    process, port = None, 0
    while process is None or not listens(process, port):
        port = pair_of_ports()
        process = subprocess.Popen(
            (
                "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--flags", "not-need-init,startup-clear",
                "--server", f"type=tcp,port={port},disconnect", "--ctrl", f"type=tcp,port={port + 1}",
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
    monkeypatch.setenv("TPM2TOOLS_TCTI", f"swtpm:host=127.0.0.1,port={port}")

    def tool(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=30)

    yield tool
    process.kill()
    process.wait()


def pair_of_ports() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1]) & ~1


def listens(process: "subprocess.Popen[bytes]", port: int) -> bool:
    def found() -> bool:
        return bool(subprocess.run(("ss", "-Hltn", f"sport = :{port + 1}"), capture_output=True, check=False).stdout)

    until(lambda: process.poll() is not None or found(), "a TPM that listens")
    return process.poll() is None


@pytest.mark.slow
def test_a_key_sealed_to_this_start_is_given_and_after_another_start_it_is_not(
    simulated_tpm: Callable[..., None],
) -> None:
    with pytest.raises(SettingsError, match="does not give the key"):
        keys.make_database_key(TPM)
    keys.seal_database_key(TPM)
    key = keys.read(TPM)
    assert len(key) == 32
    keys.seal_database_key(TPM)
    assert keys.read(TPM) == key, "a key that is there stays"
    for _ in range(5):
        assert keys.read(TPM) == key, "nothing is left loaded in the TPM"
    simulated_tpm("tpm2_pcrextend", "7:sha256=" + "11" * 32)
    with pytest.raises(SettingsError) as refused:
        keys.read(TPM)
    said = str(refused.value)
    assert "\n" not in said
    assert "tpm:0x81000001" in said
    assert "a policy check failed" in said
    assert "start this machine as it was started" in said


@pytest.mark.slow
def test_a_key_in_use_moves_into_the_tpm_and_opens_the_same_database(
    simulated_tpm: Callable[..., None], tmp_path: Path
) -> None:
    file = tmp_path / "database.key"
    keys.make_database_key(file)
    keys.seal_database_key(TPM, existing=file)
    assert keys.read(TPM) == keys.read(file)
    other = tmp_path / "other.key"
    keys.make_database_key(other)
    with pytest.raises(SettingsError, match="holds another key"):
        keys.seal_database_key(TPM, existing=other)
    with pytest.raises(SettingsError, match="then seal"):
        keys.seal_database_key(KeySource("file", str(file)))


def test_without_the_tools_or_with_a_tpm_that_hangs_one_sentence_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="package tpm2-tools"):
        keys.read(TPM)
    slow = tmp_path / "tpm2_unseal"
    slow.write_text("#!/bin/sh\nwhile :; do :; done\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), "/bin")))
    monkeypatch.setattr(tpm, "_SECONDS", 0.2)
    with pytest.raises(SettingsError, match="gave no answer within"):
        keys.read(TPM)
