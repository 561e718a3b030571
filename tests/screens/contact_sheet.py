"""Writes a picture of every page, for people to look at: python -m tests.screens.contact_sheet --out DIR."""

import argparse
import itertools
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtGui import QGuiApplication

from kiosk.journey.display import Display
from tests.screens.album import SITE, pages
from tests.screens.technicians_album import sheets
from ui.app import CitizenScreen, Panel
from ui.technician import TechnicianScreen

PANELS = {"portrait": (1080, 1920), "wide": (1366, 768), "small": (1280, 800)}
LANGUAGES = ("zh-Hans", "en")


def write(out: Path, panel: str, wanted: str) -> None:
    """Every page whose name begins with `wanted`, in each language and text size."""
    width, height = PANELS[panel]
    glass = Panel(width, height, 4.03, fullscreen=False, still=True)
    screen = CitizenScreen(site=SITE, panel=glass, send=lambda _: None)
    screen.warm()
    screen.open()
    assert screen.window is not None
    for language, large in itertools.product(LANGUAGES, (False, True)):
        size = "-large" if large else ""
        for page in pages(language, Display().with_elder(on=large)):
            if page.name.startswith(wanted):
                screen.show(page.journey, page.facts, page.clock)
                QGuiApplication.processEvents()
                screen.window.grabWindow()
                screen.window.grabWindow().save(str(out / f"{panel}-{language}{size}-{page.name}.png"))
    screen.close()


def write_technician(out: Path, panel: str, wanted: str) -> None:
    """Every page of the technician whose name begins with `wanted`, in each language."""
    glass = Panel(*PANELS[panel], 4.03, fullscreen=False, still=True)
    screen = TechnicianScreen(panel=glass, languages=LANGUAGES, send=lambda _: None)
    screen.load()
    screen.open()
    assert screen.window is not None
    for language in LANGUAGES:
        for sheet in sheets(language):
            if sheet.name.startswith(wanted):
                screen.show(sheet.session, sheet.clock)
                QGuiApplication.processEvents()
                screen.window.grabWindow()
                screen.window.grabWindow().save(str(out / f"{panel}-{language}-technician-{sheet.name}.png"))
    screen.close()


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--panel", choices=PANELS, action="append", help="all panels when left out")
    parser.add_argument("--only", default="", help="the beginning of the pages' names")
    parser.add_argument("--technician", action="store_true", help="the technician's pages instead of the citizen's")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    application = QGuiApplication([])
    for panel in asked.panel or PANELS:
        (write_technician if asked.technician else write)(asked.out, panel, asked.only)
    del application


if __name__ == "__main__":
    main()
