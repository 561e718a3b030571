"""The command line of the terminal. What starts often starts lean: a visit and the terminal import only what
they run.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from socket import socket
    from subprocess import Popen

    from kiosk.launch import Launched

_SCREEN_FIRST_SECONDS = 3.0


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status."""
    match arguments:
        case ["visit", "--config", config, *rest]:
            return _visit(Path(config), rest)
        case ["technician", "--config", config, *rest]:
            return _technician(Path(config), rest)
        case ["report", *rest]:
            return _report(rest)
        case ["spell", "--config", config]:
            return _spell(Path(config))
        case ["--config", config]:
            return _terminal(Path(config), None)
        case ["--config", config, "--hand", hand]:
            return _terminal(Path(config), Path(hand))
        case _:
            from kiosk.commands import app

            app(args=arguments, prog_name="suiban")
            return 0


def _visit(config: Path, rest: list[str]) -> int:
    from kiosk import hall_time, settings
    from kiosk.visit import process as visit

    options = dict(zip(rest[::2], rest[1::2], strict=True))
    hand = options.get("--hand")
    try:
        found = settings.read(config)
        settings.need_enrolled(found)
    except settings.SettingsError:
        return 1  # the terminal, which reads the same file, says so
    hall_time.keep(found.timezone)
    return visit.run(found, int(options["--link-fd"]), Path(hand) if hand else None)


def _technician(config: Path, rest: list[str]) -> int:
    from kiosk import hall_time, settings
    from kiosk.technician import process

    options = dict(zip(rest[::2], rest[1::2], strict=True))
    hand, link = options.get("--hand"), options.get("--link-fd")
    try:
        found = settings.read(config)
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    hall_time.keep(found.timezone)
    return process.run(found, int(link) if link else None, Path(hand) if hand else None)


def _report(rest: list[str]) -> int:
    """The doctor for the technician's screen: he holds every port and ends with who asked him."""
    from kiosk.commands import app
    from kiosk.parent import die_with_parent

    die_with_parent()
    app(args=["doctor", *rest], prog_name="suiban")
    return 0


def _spell(config: Path) -> int:
    import json

    from kiosk import settings, spelling
    from kiosk.terminal import offer

    catalogue = offer.load(settings.read(config))
    print(json.dumps(spelling.spell(catalogue.items), ensure_ascii=False))
    return 0


def _terminal(config: Path, hand: Path | None) -> int:
    from kiosk.launch import launch, visit_command

    popen, end = launch(visit_command(config, hand))
    from uuid import uuid4

    from kiosk import hall_time, settings
    from kiosk.facts import Facts
    from kiosk.link import Enter
    from kiosk.setup import keys
    from kiosk.terminal.visits import process_of

    try:
        if (config.parent / "revisions" / "pending.json").exists():
            popen, end = _settle_revision(config, hand, popen, end)
        found = settings.read(config)
        settings.need_enrolled(found)
        key, signing_key = keys.read(found.database_key), keys.signing_key(found.signing_key, found.centre.suite)
    except (settings.SettingsError, OSError) as error:
        popen.kill()
        popen.wait()
        print(error, file=sys.stderr)
        return 1
    hall_time.keep(found.timezone)
    # The first visit shows itself and has the machine to itself until it does; the rest is imported after it.
    first = process_of(popen, end, Enter(1, str(uuid4()), Facts()))
    first.link.wait(_SCREEN_FIRST_SECONDS)
    from kiosk import composition

    composition.run(found, key, signing_key, first, hand)
    return 0


def _settle_revision(config: Path, hand: Path | None, popen: "Popen[bytes]", end: "socket") -> "Launched":
    """Settings on probation may have to be taken back; a visit that has read them is started anew then.

    Where the disk takes nothing, the terminal starts with the file as it is: it serves, and judges it while it runs.
    """
    from contextlib import suppress
    from datetime import datetime

    from kiosk.launch import launch, visit_command
    from kiosk.setup import revisions

    before = config.read_bytes()
    with suppress(OSError):
        revisions.at_start(config, datetime.now().astimezone())
    if config.read_bytes() == before:
        return popen, end
    popen.kill()
    popen.wait()
    end.close()
    return launch(visit_command(config, hand))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
