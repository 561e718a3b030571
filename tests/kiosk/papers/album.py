"""Every paper as pictures for somebody to look at: `python -m tests.kiosk.papers.album FOLDER [LANGUAGE]`."""

import sys
from pathlib import Path

from contract.papers import IN_THE_VISITS_LANGUAGE, PAPERS, paper_of
from kiosk.paper.finished import pdf_of
from kiosk.paper.typesetting import screen_pages, typeset
from tests.kiosk.papers.ofd_file import certificate
from tests.kiosk.papers.samples import AT, DATA, SITE, STAMP, fitting


def main(folder: Path, language: str) -> None:
    """Write one PNG a page."""
    folder.mkdir(parents=True, exist_ok=True)
    pdfs = {"ofd": pdf_of(certificate(), "ofd")}
    for template in PAPERS if language == "zh-Hans" else IN_THE_VISITS_LANGUAGE:
        paper = paper_of(template, fitting(template, DATA[template]))
        pdfs[template] = typeset(template, paper, STAMP, SITE, language=language, printed_at=AT)
    for name, pdf in pdfs.items():
        for number, page in enumerate(screen_pages(pdf), 1):
            (folder / f"{name}-{language}-{number}.png").write_bytes(page)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "zh-Hans")
