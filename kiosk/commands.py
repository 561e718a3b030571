"""The commands a person types: keys, counts, one device by hand, the doctor, the demonstration."""

import json
import sys
from collections.abc import Callable
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kiosk.settings import Settings, SettingsError
from kiosk.technician import console
from kiosk.window_agent import command as window_agent

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Suiban, the terminal: `kiosk --config FILE` runs it.",
)
app.add_typer(console.app, name="technician")
app.add_typer(window_agent.app, name="window-agent")


class Story(StrEnum):
    """What a demonstration can tell."""

    OUTAGE = "outage"
    SERVICES = "services"


Config = Annotated[Path, typer.Option("--config", help="The terminal's kiosk.toml.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object as the last line.")]


def _say(found: dict[str, object]) -> None:
    print(json.dumps(found, ensure_ascii=False))


@app.command()
def keys(
    config: Config,
    as_json: Json = False,
    tpm: Annotated[bool, typer.Option("--tpm", help="Put the database's key into the TPM named in [storage].")] = False,
    existing: Annotated[
        Path | None, typer.Option("--from", help="With --tpm: the key file in use until now, for the same database.")
    ] = None,
) -> None:
    """Make this terminal's keys, once, and print the public one for `central add-terminal`."""
    from kiosk import settings
    from kiosk.setup import keys as files

    try:
        found = settings.read(config)
        if tpm:
            files.seal_database_key(found.database_key, existing)
        files.make_database_key(found.database_key)
        files.make_signing_key(found.signing_key, found.centre.suite)
        public = files.public_half(found.signing_key, found.centre.suite)
    except (SettingsError, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        _say({"terminal": found.terminal.id, "public_key": public})
    else:
        print(f"./suiban central add-terminal --id {found.terminal.id} --public-key {public}")


@app.command()
def enrol(
    config: Config,
    url: Annotated[str, typer.Option("--url", help="Where the centre enrols, as its page says.")],
    code: Annotated[str, typer.Option("--code", help="The one-time code; hyphens and small letters do no harm.")],
    ca: Annotated[Path | None, typer.Option("--ca", help="Believe only this authority on the way there.")] = None,
    as_json: Json = False,
) -> None:
    """Make this terminal known at its centre: its keys are made here, what the centre answers goes into --config.

    Repeated with the same code it has the same answer.
    """
    from kiosk.setup import enrol as enrolling

    def say(line: str) -> None:
        print(line, file=sys.stderr if as_json else sys.stdout, flush=True)

    try:
        answer = enrolling.enrol(config, enrolling.Asking(url, code, ca), say)
    except (SettingsError, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        _say({"terminal": answer.terminal, "url": answer.url, "epoch": answer.epoch})
    else:
        print(f"{answer.terminal}: enrolled; its requests go to {answer.url}")


@app.command()
def counts(config: Config, as_json: Json = False) -> None:
    """Say what the terminal's store holds. The terminal must not be running: its store has one owner."""
    import msgspec

    from kiosk import composition, settings
    from kiosk.setup import keys as files
    from offline_cache.records import StoreError

    try:
        found = settings.read(config)
        store = composition.open_store(found, files.read(found.database_key))
        with closing(store):
            held = msgspec.to_builtins(store.counts())
    except (SettingsError, StoreError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        _say(held)
    else:
        for name, value in held.items():
            print(f"{name:12} {value}")


@app.command()
def export(
    config: Config,
    out: Annotated[Path, typer.Option("--out", help="The sealed file to write; only the centre can open it.")],
    as_json: Json = False,
) -> None:
    """Write everything the centre does not hold yet into one sealed file for `central import`. Nothing is changed."""
    from kiosk import settings
    from kiosk.setup import moving
    from offline_cache.records import StoreError

    try:
        held = moving.write_export(settings.read(config), out)
    except (SettingsError, StoreError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    if as_json:
        _say({"records": held.records, "scans": held.scans, "file": str(out)})
    else:
        there = f"./suiban central import --config central.toml {out.name}"
        print(f"{out}: {held.records} records and {held.scans} scans; at the centre: {there}")


@app.command()
def reset(config: Config) -> None:
    """Take everything of citizens from this machine; refused while anything is not at the centre yet."""
    from kiosk.setup import moving

    _take_away(config, moving.reset, "nothing of citizens is on it any more")


@app.command("sign-out")
def sign_out(config: Config) -> None:
    """As reset, and remove its keys and certificate; afterwards it must be enrolled anew."""
    from kiosk.setup import moving

    _take_away(config, moving.sign_out, "its keys are gone; `./suiban kiosk enrol` makes it a terminal again")


def _take_away(config: Path, take: Callable[[Settings], None], done: str) -> None:
    from kiosk import settings
    from offline_cache.records import StoreError

    try:
        found = settings.read(config)
        take(found)
    except (SettingsError, StoreError, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{found.terminal.id}: {done}.")


@app.command()
def device(
    words: Annotated[list[str], typer.Argument(metavar="KIND PORT ACTION | ports | detect PORT [KIND]")],
    as_json: Json = False,
    option: Annotated[list[str] | None, typer.Option("--option", help="NAME=VALUE, as in kiosk.toml.")] = None,
    level: Annotated[str, typer.Option(help="How deep `check` goes: internal, external, interactive.")] = "internal",
    out: Annotated[Path | None, typer.Option(help="The file `record` and `export` write.")] = None,
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="How long `record` listens.")] = 30.0,
) -> None:
    """One device by hand, e.g. `device ticket-printer serial:/dev/ttyUSB0 status`; `device detect /dev/ttyUSB0`.

    Every kind knows: check (three levels), record, export (of a terminal's RING file, in place of the port).
    """
    from devices.byhand import cli
    from devices.byhand.record import Taking
    from devices.kind import Level
    from kiosk.version import VERSION

    match words:
        case ["ports"]:
            status = cli.list_ports(as_json=as_json)
        case ["detect", port, *kinds]:
            status = cli.find(port, kinds, as_json=as_json)
        case [kind, port, action] if level in set(Level):
            chosen = Level(level)
            taking = Taking(out, seconds, {"suiban": VERSION})
            status = cli.run(kind, port, action, as_json, options=option or (), level=chosen, taking=taking)
        case [_, _, _]:
            print(f"device: no level {level!r}; there are: {', '.join(Level)}.", file=sys.stderr)
            status = 2
        case _:
            print("device: KIND PORT ACTION expected, or: ports, or: detect PORT [KIND].", file=sys.stderr)
            status = 2
    raise typer.Exit(status)


@app.command()
def doctor(
    as_json: Json = False,
    config: Annotated[Path | None, typer.Option("--config", help="Also look at what it names, devices too.")] = None,
    level: Annotated[str, typer.Option(help="How deep devices are checked: internal, external, interactive.")] = (
        "internal"
    ),
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the readiness report to this file.")] = None,
) -> None:
    """What this machine has and lacks, and with --config whether the terminal is ready for citizens."""
    from devices.kind import Level
    from kiosk import hall_time, settings
    from kiosk.setup import doctor as checks

    if level not in set(Level):
        print(f"doctor: no level {level!r}; there are: {', '.join(Level)}.", file=sys.stderr)
        raise typer.Exit(2)
    try:
        found = settings.read(config) if config else None
    except SettingsError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    hall_time.keep(found.timezone if found else "")
    raise typer.Exit(checks.run(as_json=as_json, settings=found, level=Level(level), pdf=pdf))


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="A scripted citizen instead of a window.")] = False,
    visits: Annotated[int, typer.Option(min=1, max=1000, help="How many visits the scripted citizen makes.")] = 4,
    offline: Annotated[
        bool, typer.Option("--offline", help="Cut the link before the first visit, mend it after the last.")
    ] = False,
    hall_node: Annotated[
        bool, typer.Option("--hall-node", help="A hall's node between; --offline cuts the line from it to the centre.")
    ] = False,
    story: Annotated[Story | None, typer.Option(help="Tell a story into --out: filmstrip and table.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for screens, tickets and report.json.")] = Path("demo-report"),
) -> None:
    """Centre, simulators and terminal together, on this machine."""
    try:
        from kiosk.demo import run
    except ModuleNotFoundError:
        print("demo: it is not part of the installed terminal; run ./suiban demo in a clone.", file=sys.stderr)
        raise typer.Exit(1) from None

    raise typer.Exit(
        run.demo(headless=headless, visits=visits, offline=offline, out=out, story=story or "", hall_node=hall_node)
    )
