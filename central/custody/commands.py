"""The commands that keep keys and backups: `central keys …`, `central backup`, `central restore`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from central.mendable import plain_errors

keys = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="The keys contents are sealed to."
)

signing = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="The key replies are signed with."
)
keys.add_typer(signing, name="signing")

Config = Annotated[Path, typer.Option("--config", help="The settings file, e.g. central.toml.")]
Out = Annotated[Path, typer.Option("--out", help="A new folder.")]


@keys.command("list")
def listed(config: Config, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Every sealing key there ever was, and which one terminals seal to."""
    from central.custody import keyring
    from central.settings import read

    with plain_errors():
        found = keyring.listed(read(config))
    if as_json:
        print(json.dumps(found))
        return
    for each in found:
        opens = "opens here" if each["opens_here"] else "does not open here"
        print(
            f"{each['version']:>3}  {each['id']}  {each['suite']}  {each['state']}, {opens}  {each.get('made_at', '')}"
        )


@keys.command()
def rotate(config: Config) -> None:
    """Make the next sealing key and tell every terminal. The older ones stay and open what was sealed to them."""
    from central.custody import keyring
    from central.settings import read

    with plain_errors():
        made = keyring.rotate(read(config))
    print(f"sealing key {made.version}: {made.id}; terminals take it with what comes down next")
    print("Make a new escrow now: the old shares do not hold it.  central keys escrow --config … --out FOLDER")


@keys.command()
def publish(config: Config) -> None:
    """Say again to every terminal which key to seal to."""
    from central.custody import keyring
    from central.settings import read

    with plain_errors():
        print(f"published: {keyring.publish_again(read(config))}")


@keys.command()
def retire(
    config: Config,
    version: int,
    bundle: Annotated[Path, typer.Option("--bundle", help="The escrow bundle that holds it.")],
) -> None:
    """Take an old private key off this host: from then on it is in the escrow only."""
    from central.custody import keyring
    from central.settings import read

    with plain_errors():
        found = keyring.retire(read(config), version, bundle)
    print(f"sealing key {found.version}: retired; what was sealed to it opens after `central keys recover`")


@keys.command()
def escrow(config: Config, out: Out) -> None:
    """Wrap every private key into one bundle, and its key into three shares of which any two open it."""
    from central.custody import keyring
    from central.settings import read

    with plain_errors():
        for path in keyring.make_escrow(read(config), out):
            print(path)
    print("Give each share to another person, on paper. Keep the bundle with the backups.")


@keys.command()
def recover(
    shares: Annotated[list[str], typer.Argument(help="Two shares: files, or typed as they are written.")],
    bundle: Annotated[Path, typer.Option("--bundle", help="escrow.json")],
    out: Annotated[Path, typer.Option("--out", help="The keys folder to fill.")],
) -> None:
    """Write the private keys of a bundle, opened with two shares."""
    from central.custody import escrow as escrows

    with plain_errors():
        for path in escrows.recover(shares, bundle, out):
            print(path)


@keys.command()
def prolong(config: Config) -> None:
    """Write the certificate of the fleet's authority anew, with its old key: terminals and certificates go on."""
    from central.clock import now
    from central.identity import authority
    from central.settings import read

    with plain_errors():
        until = authority.prolong(Path(read(config).keys_dir), now())
    print(f"the fleet's authority: good until {until:%Y-%m-%d}; copy {authority.CA_CERTIFICATE} to the other hosts")


@signing.command("list")
def signing_listed(config: Config) -> None:
    """Every signing key terminals believe, and which one signs."""
    from central.custody import succession
    from central.settings import read

    with plain_errors():
        for each in succession.listed(read(config)):
            print(f"{each['id']}  {each['suite']}  {each['state']}")


@signing.command()
def announce(config: Config) -> None:
    """Make the next signing key and tell every terminal; the centre goes on signing with the present one."""
    from central.custody import succession
    from central.settings import read

    with plain_errors():
        made = succession.announce(read(config))
    print(f"{made}: announced; copy signing-*.pem and succession.json to every host before `switch`")
    print("Make a new escrow now: the old shares do not hold it.  central keys escrow --config … --out FOLDER")


@signing.command()
def switch(config: Config) -> None:
    """Sign with the key that was announced. Terminals that were away follow by themselves."""
    from central.custody import succession
    from central.settings import read

    with plain_errors():
        print(f"{succession.switch(read(config))}: signs from now on; copy succession.json to every host")


@signing.command("retire")
def signing_retire(config: Config, key: Annotated[str, typer.Argument(help="Its id, of `list`.")]) -> None:
    """Have terminals believe an old signing key no more, and take its private half off this host."""
    from central.custody import succession
    from central.settings import read

    with plain_errors():
        succession.retire(read(config), key)
    print(f"{key}: retired; copy succession.json to every host and remove the key there")


def backup(config: Config, out: Out) -> None:
    """Copy database, scans and public keys while the centre runs. Private keys are in the escrow."""
    from central.custody import backup as backups
    from central.settings import read

    with plain_errors():
        made = backups.backup(read(config), out)
    print(f"{out}: {made.database}, {made.scans} scans, of {made.made_at}")


def restore(
    config: Config,
    source: Annotated[Path, typer.Option("--from", help="A folder of `central backup`.")],
) -> None:
    """Make an empty centre what the backup says; terminals then send again what came after it."""
    from central.custody import backup as backups
    from central.settings import read

    with plain_errors():
        held = backups.restore(read(config), source)
    print(f"restored as of {held.made_at}. Cut off again what was revoked since; enrol again what was enrolled since.")
