"""What the commands of the centre share: where its settings are, and whether a program reads the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from central.settings import Settings

Config = Annotated[Path, typer.Option("--config", help="The settings file, e.g. central.toml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


@contextmanager
def settings_of(config: Path) -> Iterator[Settings]:
    """The settings in a file. Raises SettingsError."""
    from central import settings

    yield settings.read(config)
