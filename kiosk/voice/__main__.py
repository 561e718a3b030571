"""python -m kiosk.voice build DIR: record the fixed prompts of every language."""

import argparse
import sys
from pathlib import Path

from kiosk import services
from kiosk.voice.prompts import build
from kiosk.voice.synth import Espeak, Mute


def main() -> int:
    """Build the folder of prompts and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.voice", description=__doc__)
    parser.add_argument("order", choices=["build"])
    parser.add_argument("folder", type=Path, help="where the prompts go; [voice] prompts names it")
    parser.add_argument("--clips", type=Path, help="recordings that take precedence, as LANGUAGE/KEY.wav")
    parser.add_argument("--services", type=Path, help="folder with the service files; left out: those of the product")
    asked = parser.parse_args()
    items = services.load(asked.services).items if asked.services else services.load().items
    try:
        built = build(asked.folder, Espeak(), items, asked.clips)
    except (Mute, OSError, ValueError) as error:
        sys.stderr.write(f"prompts in {asked.folder}: {error}.\n")
        return 1
    sys.stdout.write(
        f"{asked.folder}: {built.written} prompts spoken, {built.recorded} recordings taken, "
        f"{built.there_already} there already, {built.removed} removed, {built.bytes / 1e6:.1f} MB.\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
