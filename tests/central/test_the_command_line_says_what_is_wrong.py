"""The centre's commands and settings: what is right is done once, what is wrong is one sentence with its place."""

import json
import os
import socket
import stat
import tomllib
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from central import settings as centre_settings
from central.__main__ import app
from central.settings import SettingsError
from tests.central.conftest import raw_key, write_config

run = CliRunner().invoke
PACKAGED = Path(__file__).parents[2] / "packaging" / "central" / "central.toml"


def central(*arguments: object, text: str = "") -> tuple[int, str, str]:
    result = run(app, [str(argument) for argument in arguments], input=text)
    return result.exit_code, result.stdout, result.stderr


def test_init_makes_what_is_missing_and_touches_nothing_else(tmp_path: Path) -> None:
    config = tmp_path / "new" / "central.toml"
    assert central("init", "--config", config)[0] == 0
    made = {path: path.read_bytes() for path in sorted(config.parent.rglob("*")) if path.is_file()}
    assert {path.name for path in made} == {
        "central.toml",
        "signing.pem",
        "sealing-1.pem",
        "sealing-1.pub",
        "fleet-ca.key",
        "fleet-ca.crt",
    }
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made)
    assert central("init", "--config", config)[0] == 0
    assert {path: path.read_bytes() for path in made} == made


def test_the_packaged_sample_says_the_defaults() -> None:
    packaged = centre_settings.read(PACKAGED)
    usual = centre_settings.Settings()
    placed = {
        name: msgspec.structs.replace(part, key_file=str(PACKAGED.parent / part.key_file))
        for name, part in ((name, getattr(usual, name)) for name in usual.__struct_fields__)
        if hasattr(part, "key_file")
    }
    placed["upstream"] = msgspec.structs.replace(usual.upstream, folder=str(PACKAGED.parent / usual.upstream.folder))
    defaults = msgspec.structs.replace(usual, **placed)
    for name in set(centre_settings.Settings.__struct_fields__) - {"data_dir", "keys_dir"}:
        assert getattr(packaged, name) == getattr(defaults, name)


@pytest.mark.parametrize(
    ("line", "place", "expected"),
    [
        ("port = 70000", "$.port", "65535"),
        ('port = "http"', "$.port", "int"),
        ("prot = 1", "prot", "unknown field"),
        ('role = "hall"', "`role`", "[upstream]"),
        ('timezone = "Mars/Olympus"', "`timezone`", "Asia/Shanghai"),
        ('public_url = "https://a/b"', "$.public_url", "regex"),
        ('database_url = "mysql://x"', "$.database_url", "regex"),
        ("port = ", "line 1", "Invalid value"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, line: str, place: str, expected: str) -> None:
    config = tmp_path / "central.toml"
    config.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        centre_settings.read(config)
    message = str(caught.value)
    assert message.startswith(f"{config}: ")
    assert place in message
    assert expected in message


def test_a_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    status, _, error = central("counts", "--config", tmp_path / "none.toml")
    assert status == 1
    assert "central init" in error
    status, _, error = central()
    assert status == 1
    assert "--config" in error


def test_missing_or_wrong_keys_are_named(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    (tmp_path / "keys" / "signing.pem").write_text("rubbish")
    add = ("add-terminal", "--config", config, "--id", "GL-01", "--public-key", raw_key())
    assert "signing.pem" in central(*add)[2]
    (tmp_path / "keys" / "signing.pem").write_bytes((tmp_path / "keys" / "sealing-1.pem").read_bytes())
    assert "Ed25519" in central(*add)[2]


def test_a_terminal_is_entered_once_and_learns_the_centres_keys(config: Path) -> None:
    key = raw_key()
    add = ("add-terminal", "--config", config, "--id", "GL-01", "--public-key", key, "--hall", "长安", "--json")
    status, first, _ = central(*add)
    assert status == 0
    told = json.loads(first.splitlines()[-1])
    assert (told["terminal"], told["epoch"], told["key_id"], told["series"]) == ("GL-01", 1, "GL-01", "1")
    for name in ("signing_keys", "sealing_keys"):
        assert [set(entry) for entry in told[name]] == [{"id", "key"}]
    assert central(*add)[1] == first
    other = ("add-terminal", "--config", config, "--id", "GL-01", "--public-key", raw_key(), "--json")
    status, _, error = central(*other)
    assert status == 1
    assert "--replace" in error
    assert json.loads(central(*other, "--replace")[1].splitlines()[-1])["epoch"] == 2
    taken = ("add-terminal", "--config", config, "--id", "B", "--public-key", key, "--key-id", "GL-01")
    status, _, error = central(*taken)
    assert status == 1
    assert "--key-id" in error


def test_what_cannot_be_a_terminal_is_refused(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    for terminal, key, expected in (
        ("", raw_key(), "--id"),
        ("a b", raw_key(), "--id"),
        ("A", "short", "32 raw bytes"),
    ):
        status, _, error = central("add-terminal", "--config", config, "--id", terminal, "--public-key", key)
        assert status == 1
        assert expected in error


def test_without_json_a_person_gets_a_section_to_paste(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    text = central("add-terminal", "--config", config, "--id", "GL-01", "--public-key", raw_key())[1]
    assert set(tomllib.loads(text)["centre"]) == {"url", "signing_keys", "sealing_keys"}


def test_an_account_needs_a_decent_password(config: Path) -> None:
    add = ("add-user", "--config", config, "boss", "--password-stdin")
    assert "8 characters" in central(*add, text="short\n")[2]
    assert "two of" in central(*add, text="alllowercase\n")[2]
    assert central(*add, text="Passw0rd!\n")[0] == 0
    assert "--replace" in central(*add, text="Passw0rd!\n")[2]
    assert central(*add, "--replace", text="Passw0rd?\n")[0] == 0
    assert "the name" in central("add-user", "--config", config, "a b", "--password-stdin", text="Passw0rd!\n")[2]


def test_counts_is_one_object_on_the_last_line(config: Path) -> None:
    status, output, _ = central("counts", "--config", config, "--json")
    assert status == 0
    assert json.loads(output.splitlines()[-1]) == {"cases": 0, "numbers": 0, "envelopes": 0, "tickets_printed": 0}


def test_a_port_somebody_uses_is_refused(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        config = write_config(tmp_path, port=other.getsockname()[1])
        status, _, error = central("--config", config)
    assert status == 1
    assert "a port nobody uses" in error


def test_the_machines_own_zone_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Urumqi")
    assert centre_settings.machine_zone() == "Asia/Urumqi"
    monkeypatch.setenv("TZ", "rubbish")
    assert centre_settings.machine_zone() != "rubbish"
    assert os.environ["TZ"] == "rubbish"
