"""What a visit of the canary test has of its citizen, and the programs' small changes that let one test see all of it.

Loaded into every process of the stage as `sitecustomize`: the reader's simulator knows the card "canary"; visits leave
a copy of scan, signature and printed page outside of what is searched, hurry, crash or leak where a file says so.
"""

import base64
from pathlib import Path
from typing import Final

from kiosk.demo.citizen import Citizen
from kiosk.demo.stage import Stage
from tests.demo import thief
from tests.kiosk.input.test_handwriting_is_read import HAND
from tests.waiting import until

CARD: Final = {"name": "司马窃听甲", "id_number": "610117199003074418", "address": "陕西省窃听路七十七号院"}
OTHER: Final = {"name": "诸葛回声乙", "id_number": "610117198805230026"}
MOBILE: Final = "13977553311"
SIGNED: Final = (((0.3, 0.2), (0.45, 0.8), (0.61, 0.22)), ((0.2, 0.5), (1.1, 0.47)))

PATCH: Final = """
import importlib.machinery, json, os, sys
from pathlib import Path

HERE = Path(os.environ["SUIBAN_TEST_CANARIES"])
told = lambda name: (HERE / name).exists()

def cards(module):
    for name, fields in json.loads((HERE / "cards.json").read_text(encoding="utf-8")).items():
        module.CARDS[name] = module._resident(name, **fields)

def desk(module):
    keep, mask = module.Desk.keep_scan, module.mask_name
    def keep_scan(self, case_id, content, what, told_):
        (HERE / "scan.bin").write_bytes(content[len(content) // 2:][:64])
        return keep(self, case_id, content, what, told_)
    module.Desk.keep_scan = keep_scan
    def leaking(name):
        if not told("leak"):
            return mask(name)
        print(name, file=sys.stderr, flush=True)
        Path(os.environ["TMPDIR"], "leaked").write_text(name, encoding="gbk")
        return name
    module.mask_name = leaking

def pages(module):
    real = module.rasterised
    def rasterised(pdf, *rest):
        made = real(pdf, *rest)
        for name, content in (("page.bin", made.pdf), ("letters.bin", pdf)):
            (HERE / name).write_bytes(content[len(content) // 2:][:64])
        return made
    module.rasterised = rasterised

def signature(module):
    real = module.svg
    def svg(strokes):
        drawn = real(strokes)
        (HERE / "signature.svg").write_text(drawn, encoding="utf-8")
        return drawn
    module.svg = svg

def step(module):
    real = module.step
    def crashing(journey, event):
        if told("crash") and journey.holder is not None:
            raise RuntimeError(repr(journey))
        return real(journey, event)
    module.step = crashing

def patience(module):
    real = module.Patience.of
    def of(self, *, menu, large):
        return module.Wait(0.5, 1.0) if told("hurry") else real(self, menu=menu, large=large)
    module.Patience.of = of

AFTER = {
    "devices.id_card_reader.cards": cards, "kiosk.visit.desk": desk, "kiosk.paper.signature": signature,
    "kiosk.journey.step": step, "kiosk.journey.patience": patience, "kiosk.paper.typesetting": pages,
}

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name not in AFTER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        real = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (real(module), AFTER[name](module))
        return spec

sys.meta_path.insert(0, Finder())
"""


class Canaries:
    """Everything planted so far, and where to look for it."""

    def __init__(self, stage: Stage, folder: Path, around: Path) -> None:
        """`folder` is where the programs are told, `around` where they put what they put beside their settings."""
        self._stage = stage
        self._folder = folder
        self._around = around
        self.texts: set[str] = {*CARD.values(), MOBILE}

    def tell(self, name: str) -> None:
        """Let every visit `hurry`, `crash` or `leak`."""
        (self._folder / name).touch()

    def untell(self, name: str) -> None:
        """No longer."""
        (self._folder / name).unlink(missing_ok=True)

    @property
    def scan(self) -> bytes:
        """64 bytes from the middle of the picture that was kept; empty before."""
        return self._copy("scan.bin")

    @property
    def signature(self) -> bytes:
        """The signature as it was drawn; empty before."""
        return self._copy("signature.svg")

    @property
    def printed(self) -> tuple[bytes, bytes]:
        """64 bytes from the middle of the last page that was printed, as dots and as letters; empty before."""
        return self._copy("page.bin"), self._copy("letters.bin")

    def _copy(self, name: str) -> bytes:
        file = self._folder / name
        return file.read_bytes() if file.exists() else b""

    def _raw(self) -> tuple[bytes, ...]:
        path = self.signature.partition(b'<path d="')[2].partition(b'"')[0]
        pictures = tuple(found for found in (self.scan, path, *self.printed) if found)
        return (*pictures, *(base64.b64encode(found)[4:-4] for found in pictures))

    def in_memory(self, process: int) -> list[str]:
        """Every canary in a process."""
        hits, looked = thief.in_memory(process, tuple(sorted(self.texts)), self._raw())
        assert looked > 1_000_000
        return hits

    def in_living(self) -> list[str]:
        """In every process that lives on: the terminal, the visit that waits, whatever they started."""
        living = thief.descendants(self._stage.terminal_pid)
        assert len(living) >= 2
        return [hit for process in living for hit in self._in_one(process)]

    def _in_one(self, process: int) -> list[str]:
        try:
            return self.in_memory(process)
        except (FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{process}").exists():
                raise
            return []  # it has ended since, and nothing of it lives on

    def on_disk(self) -> list[str]:
        """In the terminal's folder, in what lies around it, in its log."""
        logs = self._stage.folder / "terminal-log"
        logs.mkdir(exist_ok=True)
        (logs / "terminal.log").write_bytes((self._stage.folder / "logs" / "terminal.log").read_bytes())
        places = (self._stage.folder / "terminal", self._around, logs)
        hits, looked = thief.in_files(places, tuple(sorted(self.texts)), self._raw())
        assert looked > 200_000
        return hits

    def behind_the_key(self) -> list[str]:
        """In the database, once the terminal has stopped."""
        database = self._stage.folder / "terminal" / "data" / "terminal.db"
        key = (self._stage.folder / "terminal" / "keys" / "database.key").read_bytes()
        assert thief.is_decrypted(database, key)
        return thief.in_database(database, key, tuple(sorted(self.texts)))[0]


def type_words(citizen: Citizen, *pinyin: str) -> str:
    """By Pinyin, the first of what is offered each time; what stands there then."""
    before = set(citizen.look()["texts"])
    for word in pinyin:
        for key in word:
            citizen.press(f"key.{key}")
        citizen.press("choose.0")
    room = 2 * len(pinyin)
    typed = lambda: [text for text in citizen.look()["texts"] if len(text) >= room and _is_new_han(text, before)]  # noqa: E731
    return str(until(typed, "what was typed", state=citizen.look)[0])


def _is_new_han(text: str, before: set[str]) -> bool:
    return text not in before and all("\u4e00" <= letter <= "\u9fff" for letter in text)


def type_a_name(citizen: Citizen) -> str:
    """By Pinyin, then with a finger that writes; what was typed."""
    for key in "ouyang":
        citizen.press(f"key.{key}")
    citizen.press("choose.0")
    for key in "nang":
        citizen.press(f"key.{key}")
    citizen.press("choose.0")
    citizen.press("mode.handwriting")
    citizen._see("writing")
    strokes = [
        [[int(x) / 100, int(y) / 100] for x, y in (corner.split(",") for corner in stroke.split("-"))]
        for stroke in HAND["田"].split(" ")
    ]
    citizen._ask("draw", name="writing", strokes=strokes)
    citizen.press("choose.0")
    typed = lambda: [text for text in citizen.look()["texts"] if text.startswith("欧阳") and len(text) >= 4]  # noqa: E731
    return str(until(typed, "what was typed")[0])
