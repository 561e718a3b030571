"""`./suiban kiosk technician …` on the terminal's console: who may open the technician's screen, and one-time codes."""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from kiosk.technician.door import Door

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Who may open the technician's screen of this terminal.",
)

Config = Annotated[Path, typer.Option("--config", help="The terminal's kiosk.toml.")]
Name = Annotated[str, typer.Option("--name", help="As it shall stand in the log, for example a staff number.")]
T = TypeVar("T")


@app.command()
def add(config: Config, name: Name) -> None:
    """Let somebody in with their card and a PIN. Only salted hashes of both are kept."""
    number = _ask("Number of the identity card (not shown): ")
    pin = _ask("PIN, 6 to 12 digits (not shown): ")
    if pin != _ask("The PIN once more: "):
        _fail("the two PINs differ; nothing was changed.")
    _at_the_door(config, lambda door: door.enrol(name, number, pin))
    print(f"{name} may open the technician's screen.")


@app.command()
def remove(config: Config, name: Name) -> None:
    """Let somebody in no more."""
    _at_the_door(config, lambda door: door.remove(name))
    print(f"{name} may not open the technician's screen any more.")


@app.command()
def names(config: Config) -> None:
    """Who may come in."""
    for name in _at_the_door(config, lambda door: door.names):
        print(name)


@app.command()
def code(config: Config) -> None:
    """A code in place of a card, where no reader works: 8 digits, once, within a quarter of an hour. The PIN stays."""
    digits = _at_the_door(config, lambda door: door.code())
    print(f"{digits[:4]} {digits[4:]}")


def _at_the_door(config: Path, do: "Callable[[Door], T]") -> T:
    from kiosk import settings
    from kiosk.technician.door import NotEnrolled, door_of

    try:
        return do(door_of(settings.read(config)))
    except (settings.SettingsError, NotEnrolled, OSError) as error:
        _fail(str(error))


def _ask(question: str) -> str:
    """From the keyboard without showing it, or one line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline().rstrip("\n")


def _fail(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(1)
