"""`python -m central.hotline.simulator --key-file FILE`: the 12345 platform until it is stopped."""

import json
from pathlib import Path
from typing import Annotated

import typer

from central.hotline.simulator.program import HotlineProgram


def main(
    key_file: Annotated[Path, typer.Option("--key-file", help="The key shared with the centre, as in the settings.")],
    port: Annotated[int, typer.Option("--port", help="0: any free one.")] = 0,
    ready_file: Annotated[Path | None, typer.Option("--ready-file", help="Where to write the URL, once ready.")] = None,
) -> None:
    """Serve until stopped."""
    program = HotlineProgram(key_file.read_bytes().strip(), port)
    if ready_file is not None:
        ready_file.write_text(json.dumps({"url": program.url}), encoding="utf-8")
    typer.echo(f"12345 ready {program.url}")
    program.serve()


if __name__ == "__main__":
    typer.run(main)
