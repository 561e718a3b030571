"""`./suiban kiosk window-agent`: the card reader of a staff window."""

import signal
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The card reader at a staff window, paired with it by a code.")
Folder = Annotated[Path, typer.Option("--folder", help="Where its key and its window are kept.")]
Authority = Annotated[Path | None, typer.Option("--ca", help="The authority of the centre's certificate, PEM.")]
DEFAULT_FOLDER = Path("window-agent")


@app.command()
def pair(
    url: Annotated[str, typer.Argument(metavar="URL", help="The centre, or the node of the hall.")],
    code: Annotated[str, typer.Argument(metavar="CODE", help="As the page of windows shows it.")],
    folder: Folder = DEFAULT_FOLDER,
    ca: Authority = None,
) -> None:
    """Pair this computer's reader with a window."""
    from kiosk.settings import SettingsError
    from kiosk.window_agent import pairing

    try:
        place = pairing.pair(folder, url, code, ca)
    except (pairing.NotPaired, SettingsError, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"Window {place.window} of {place.hall}: paired.")


@app.command()
def run(
    reader: Annotated[str, typer.Option("--reader", help="Its port, e.g. serial:/dev/ttyUSB0.")],
    folder: Folder = DEFAULT_FOLDER,
    ca: Authority = None,
) -> None:
    """Read cards until it is stopped."""
    from kiosk.settings import SettingsError
    from kiosk.window_agent import pairing, watching

    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    try:
        place, signing = pairing.read(folder)
    except (pairing.NotPaired, SettingsError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    with closing(pairing.client_of(place, signing, ca)) as client:
        watching.watch(place, reader, client, lambda text: print(text, flush=True), stopped.wait)
