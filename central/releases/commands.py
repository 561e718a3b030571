"""`central release …`: what is done with the offline keys. The passphrase comes from a file or is asked for."""

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer

from central.mendable import plain_errors

release = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Releases of the terminals' software.",
)

Config = Annotated[Path, typer.Option("--config", help="The settings file of the centre, e.g. central.toml.")]
Phrase = Annotated[
    Path | None, typer.Option("--passphrase-file", help="What opens the offline keys; else it is asked.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Key = Annotated[Path, typer.Option("--key", help="release.pem of the makers.")]


def _phrase(file: Path | None) -> bytes:
    if file is not None:
        return file.read_bytes().strip()
    return getpass.getpass("passphrase of the offline keys (empty: none): ").encode()


@release.command()
def init(
    config: Config,
    offline: Annotated[Path, typer.Option("--offline", help="An empty folder on a medium that is taken away.")],
    passphrase_file: Phrase = None,
) -> None:
    """Make the keys: three of the root, of which two sign, the release key, and the centre's own."""
    from central.clock import now
    from central.releases import making, places
    from central.settings import read

    with plain_errors():
        found = read(config)
        first = making.begin(
            places.repository(found), offline, places.online_key(found), _phrase(passphrase_file), now()
        )
    print(f"{first}: put it beside kiosk.toml on every terminal")
    print(f"{offline}: root-1.pem, root-2.pem and root-3.pem to three persons, release.pem to who makes releases")


@release.command()
def add(
    config: Config,
    name: str,
    wheel: Annotated[Path, typer.Option("--wheel", help="The terminal's own, of dist/.")],
    lock: Annotated[Path, typer.Option("--lock", help="packaging/locks/terminal.txt of the same version.")],
    wheelhouse: Annotated[Path, typer.Option("--wheelhouse", help="A folder with every wheel the lock names.")],
    key: Key,
    notes: Annotated[str, typer.Option("--notes", help="What is new, for whoever approves it.")] = "",
    passphrase_file: Phrase = None,
) -> None:
    """Sign a release. It goes nowhere before somebody sends it out on the pages and a second person agrees."""
    from central.clock import now
    from central.releases import making, places
    from central.releases.repository import read_key
    from central.settings import read

    with plain_errors():
        found = read(config)
        wheels = [wheel, *sorted(one for one in wheelhouse.glob("*.whl") if one.name != wheel.name)]
        keys = read_key(key, _phrase(passphrase_file)), read_key(places.online_key(found))
        repository = places.repository(found)
        made_of = making.add(repository, name, wheels, lock.read_text(encoding="utf-8"), keys, now(), notes)
    print(f"release {name}: {len(made_of.files)} wheels signed")


@release.command("list")
def listed(config: Config, as_json: AsJson = False) -> None:
    """What is offered, and when what people signed ends."""
    from central.releases import places
    from central.settings import read

    with plain_errors():
        repository = places.repository(read(config))
        offers, ends = repository.offers(), repository.ends()
    if as_json:
        found = [{"release": one.release, "bytes": one.size, "sha256": one.sha256} for one in offers]
        print(json.dumps({"releases": found, "ends": {name: at.isoformat() for name, at in ends.items()}}))
        return
    for one in offers:
        print(f"{one.release}  {one.size / 1e6:.1f} MB  {one.sha256[:16]}  {one.made_of.notes}")
    for name, at in ends.items():
        print(f"{name}: signed until {at:%Y-%m-%d}")


@release.command()
def withdraw(config: Config, name: str, key: Key, passphrase_file: Phrase = None) -> None:
    """Offer a release no more. Terminals that run it go on; take it back on the pages."""
    from central.clock import now
    from central.releases import making, places
    from central.releases.repository import read_key
    from central.settings import read

    with plain_errors():
        found = read(config)
        keys = read_key(key, _phrase(passphrase_file)), read_key(places.online_key(found))
        making.withdraw(places.repository(found), name, keys, now())
    print(f"release {name}: not offered any more")


@release.command()
def rotate(
    config: Config,
    drop: Annotated[str, typer.Option("--drop", help="The id of the key that goes, or how it begins.")],
    new: Annotated[Path, typer.Option("--new", help="Where the key that takes its place is written.")],
    sign: Annotated[list[Path], typer.Option("--sign", help="A root key that holds now; twice.")],
    passphrase_file: Phrase = None,
) -> None:
    """Put another key in the place of one that is lost or was seen. Terminals follow by themselves."""
    from central.clock import now
    from central.releases import making, places
    from central.releases.repository import make_key, read_key
    from central.settings import read

    with plain_errors():
        phrase = _phrase(passphrase_file)
        signers = [read_key(one, phrase) for one in sign]
        settings = read(config)
        place = places.online_key(settings)
        online = read_key(place) if place.exists() else None
        made = make_key(new, b"" if new.resolve() == place.resolve() else phrase)
        version = making.rotate(places.repository(settings), signers, made, drop, now(), online)
    print(f"root {version}: {new} holds in the place of {drop}")
