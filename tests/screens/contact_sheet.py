"""./suiban screens: every page in every look, measured, and pictures of them on sheets for a person to look at."""

import argparse
import html
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PIL import Image
from PySide6.QtGui import QGuiApplication

from kiosk.journey.display import SIZES, Contrast
from tests.screens import matrix, measure, services_album
from tests.screens.album import Page
from tests.screens.matrix import Booths, Look
from tests.screens.technicians_album import sheets
from ui.app import Panel
from ui.technician import TechnicianScreen

COLUMNS = 12
THUMB = (270, 480)
STYLE = "body{font:16px sans-serif;margin:2rem}img{max-width:100%}li{margin:.3rem 0}.bad{color:#8A1616}"


def main() -> int:
    """Measure, write faults.txt, a sheet a look and index.html; 1 where something is wrong."""
    asked = _asked()
    asked.out.mkdir(parents=True, exist_ok=True)
    application = QGuiApplication([])
    booths, found, drawn = Booths(), list[str](), list[Path]()
    rows = list(matrix.pairwise()) if asked.pairwise else list(_all(asked.panel or list(matrix.PANELS)))
    rows = [(name, look) for name, look in rows if name.startswith(asked.only)]
    for title, group in groupby(sorted(rows, key=_title(asked)), key=_title(asked)):
        pictures = []
        for name, look in group:
            page = _page(name, look)
            for leaf, screen in enumerate(booths.leaves(page, look), 1):
                assert screen.window is not None
                found += [fault for fault in matrix.faults(screen, page, look) if not services_album.may_break(fault)]
                picture = measure.as_picture(screen.window)
                if asked.single:
                    picture.save(asked.out / f"{look}-{name}-{leaf}.png")
                picture.thumbnail(THUMB)
                pictures.append(picture)
        drawn.append(_sheet(asked.out / f"{title}.png", pictures))
        print(f"{title}: {len(pictures)} pictures, {len(found)} faults so far", flush=True)  # noqa: T201
    if asked.technician:
        drawn.append(_sheet(asked.out / "technician.png", list(_technicians())))
    booths.close()
    del application
    unique = list(dict.fromkeys(found))
    (asked.out / "faults.txt").write_text("\n".join(unique) + ("\n" if unique else ""), encoding="utf-8")
    (asked.out / "index.html").write_text(_index(drawn, unique), encoding="utf-8")
    print(f"{len(rows)} pages looked at, {len(unique)} faults; open {asked.out / 'index.html'}")  # noqa: T201
    return 1 if unique else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./suiban screens", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screens-report"), help="folder for sheets and faults")
    parser.add_argument("--panel", choices=matrix.PANELS, action="append", help="all when left out")
    parser.add_argument("--only", default="", help="the beginning of the pages' names")
    parser.add_argument("--pairwise", action="store_true", help="as CI: any two choices meet, instead of all with all")
    parser.add_argument("--single", action="store_true", help="every page in its own size as a file too")
    parser.add_argument("--technician", action="store_true", help="the technician's pages too")
    return parser.parse_args()


def _title(asked: argparse.Namespace) -> Callable[[tuple[str, Look]], str]:
    """Which sheet a picture is on: one a look, or one a panel where every page has looks of its own."""
    if asked.pairwise:
        return lambda row: row[1].panel
    return lambda row: f"{row[1]}-{'services' if row[0] in services_album.met() else 'visit'}"


def _page(name: str, look: Look) -> Page:
    served = services_album.by_name(look.language, look.display)
    return served[name] if name in served else matrix.page_of(name, look)


def _all(panels: Iterable[str]) -> Iterator[tuple[str, Look]]:
    """All pages, of every visit and of every service, × sizes × contrasts × languages on these panels, and 关怀模式 in
    each language.
    """
    for panel in panels:
        yield from matrix.every((panel,))
        easier = [Look(3, Contrast.STANDARD, language, panel, elder=True) for language in matrix.LANGUAGES]
        for look in easier:
            yield from ((name, look) for name in matrix.album(look.language, look.display))
        looks = [
            Look(size, contrast, language, panel)
            for size, contrast, language in product(SIZES, Contrast, matrix.LANGUAGES)
        ]
        yield from ((name, look) for look in (*looks, *easier) for name in services_album.met())


def _sheet(path: Path, pictures: list[Image.Image]) -> Path:
    """The pictures of one look side by side."""
    wide, tall = max(picture.width for picture in pictures), max(picture.height for picture in pictures)
    lines = -(-len(pictures) // COLUMNS)
    ground = Image.new("RGB", (COLUMNS * (wide + 10), lines * (tall + 10)), "#888888")
    for at, picture in enumerate(pictures):
        ground.paste(picture, (at % COLUMNS * (wide + 10), at // COLUMNS * (tall + 10)))
    ground.save(path)
    return path


def _technicians() -> Iterator[Image.Image]:
    width, height = matrix.PANELS["portrait"]
    panel = Panel(width, height, matrix.PX_PER_MM, fullscreen=False, still=True)
    for language in ("zh-Hans", "en"):
        screen = TechnicianScreen(panel=panel, languages=matrix.LANGUAGES, send=lambda _: None)
        screen.load()
        screen.open()
        assert screen.window is not None
        for sheet in sheets(language):
            screen.show(sheet.session, sheet.clock)
            QGuiApplication.processEvents()
            screen.window.grabWindow()
            picture = measure.as_picture(screen.window)
            picture.thumbnail(THUMB)
            yield picture
        screen.close()


def _index(drawn: list[Path], faults: list[str]) -> str:
    listed = "".join(f'<li class="bad">{html.escape(fault)}</li>' for fault in faults) or "<li>none</li>"
    shown = "".join(f'<h2>{path.stem}</h2><a href="{path.name}"><img src="{path.name}"></a>' for path in drawn)
    sizes = ", ".join(map(str, SIZES))
    return (
        f'<!doctype html><meta charset="utf-8"><title>Screens</title><style>{STYLE}</style>'
        f"<h1>Every page in every look</h1><p>Sizes {sizes}; {len(drawn)} looks; faults: {len(faults)}.</p>"
        f"<ul>{listed}</ul>{shown}"
    )


if __name__ == "__main__":
    sys.exit(main())
