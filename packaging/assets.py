"""Copies what the pages use and tints the icons: node_modules -> central/web/static/vendor and ui/assets/icons."""

import argparse
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

VENDOR = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sse.min.js": "htmx-ext-sse/dist/sse.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "LICENSE-echarts.txt": "echarts/LICENSE",
    "LICENSE-htmx.txt": "htmx.org/LICENSE",
    "LICENSE-htmx-ext-sse.txt": "htmx-ext-sse/LICENSE",
}
FOR_TESTS = {"axe.min.js": "axe-core/axe.min.js"}
"""What the tests load into a page; it is in no wheel."""
SOURCE_MAP = re.compile(rb"\n?/\*# sourceMappingURL=[^*]*\*/\s*$")
HEX_COLOUR = re.compile(r"#[0-9A-F]{6}")


class AssetError(Exception):
    """What is wrong, in which file, and what was expected."""


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A new folder that takes the old one's place only when all of it is written."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(made, ignore_errors=True)  # an interrupted run's; ./suiban holds a lock, so there is no other
    made.mkdir()
    yield made
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)


def copy_vendor(modules: Path, made: Path, wanted: Mapping[str, str]) -> None:
    for name, source in wanted.items():
        content = (modules / source).read_bytes()
        (made / name).write_bytes(SOURCE_MAP.sub(b"\n", content))


def tint(drawing: str, colour: str) -> str:
    """Qt draws `currentColor` black, so each tint is a file of its own."""
    return drawing.replace("currentColor", colour)


def draw_icons(modules: Path, wanted: Path, made: Path) -> None:
    listed = tomllib.loads(wanted.read_text(encoding="utf-8"))
    for name, colour in listed["tints"].items():
        if not HEX_COLOUR.fullmatch(colour):
            message = f"{wanted}: tints.{name} is {colour!r}, expected a colour such as #0B4EA2"
            raise AssetError(message)
    package = modules / "lucide-static"
    for icon in listed["icons"]:
        source = package / "icons" / f"{icon}.svg"
        if not source.is_file():
            message = f"{wanted}: there is no icon {icon!r} in lucide-static, expected a name of its icons folder"
            raise AssetError(message)
        drawing = source.read_text(encoding="utf-8")
        for name, colour in listed["tints"].items():
            (made / f"{icon}-{name}.svg").write_text(tint(drawing, colour), encoding="utf-8")
    shutil.copyfile(package / "LICENSE", made / "LICENSE")


def build(modules: Path, root: Path) -> None:
    steps: list[tuple[Path, Callable[[Path], None]]] = [
        (root / "central/web/static/vendor", lambda made: copy_vendor(modules, made, VENDOR)),
        (root / "tests/vendor", lambda made: copy_vendor(modules, made, FOR_TESTS)),
        (root / "ui/assets/icons", lambda made: draw_icons(modules, root / "ui/assets/icons.toml", made)),
    ]
    for folder, write in steps:
        with replaced(folder) as made:
            write(made)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--node-modules", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    asked = parser.parse_args()
    try:
        build(asked.node_modules, asked.root)
    except (AssetError, OSError) as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
