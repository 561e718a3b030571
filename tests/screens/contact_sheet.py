"""Writes a picture of every page, for people to look at: python -m tests.screens.contact_sheet --out DIR."""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtGui import QGuiApplication  # noqa: E402

from tests.screens.album import SITE, pages  # noqa: E402
from ui.app import CitizenScreen, Panel  # noqa: E402

PANELS = {"portrait": (1080, 1920), "wide": (1366, 768), "small": (1280, 800)}


def write(out: Path, panel: str, language: str, wanted: str, *, large: bool) -> None:
    width, height = PANELS[panel]
    screen = CitizenScreen(
        site=SITE, panel=Panel(width, height, 4.03, fullscreen=False, still=True), send=lambda touch: None
    )
    screen.warm()
    screen.open()
    for page in pages(language, large=large):
        if wanted and not page.name.startswith(wanted):
            continue
        screen.show(page.journey, page.facts, page.clock)
        for _ in range(4):
            QGuiApplication.processEvents()
        assert screen.window is not None
        name = f"{panel}-{language}{'-large' if large else ''}-{page.name}.png"
        screen.window.grabWindow().save(str(out / name))
    screen.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--panel", choices=PANELS, default="portrait")
    parser.add_argument("--language", default="zh-Hans")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    application = QGuiApplication([])
    began = time.perf_counter()
    write(asked.out, asked.panel, asked.language, asked.only, large=asked.large)
    print(f"{time.perf_counter() - began:.1f} s")
    del application


if __name__ == "__main__":
    main()
