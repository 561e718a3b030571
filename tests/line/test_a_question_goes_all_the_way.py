"""A visit's question through the terminal's own lines to a real centre, to the departments behind it, and back."""

import base64
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from central import keys
from contract.envelope import Sealed
from contract.questions import (
    Answer,
    DepartmentAsked,
    DepartmentFound,
    DocumentIssued,
    DocumentWanted,
    Question,
    Unavailable,
)
from contract.suites import GM, PUBLIC_BYTES, PublicKey, SigningKey
from kiosk.journey import events as e
from kiosk.link import CarriedAnswer, CarryQuestion, NotCarried
from kiosk.visit.questions import Enquiries
from kiosk.visit.seal import Sealer
from offline_cache.link.asker import LINES, TIMEOUTS, Asker, Carried
from offline_cache.link.client import CentreClient
from tests.central.conftest import write_config
from tests.central.departments_world import WHO, Departments, departments
from tests.central.process import CentreProcess, centre_process
from tests.central.scan_sender import enter
from tests.central.terminal_double import TerminalDouble

INSURED = DepartmentAsked("insurance-query", "social_security", "insured", WHO)


@dataclass
class Visit:
    """What one visit and its terminal are made of, without a screen."""

    asker: Asker
    sealer: Sealer
    enquiries: Enquiries = field(default_factory=lambda: Enquiries(1))
    heard: "queue.SimpleQueue[CarriedAnswer | NotCarried]" = field(default_factory=queue.SimpleQueue)

    def ask(self, question: Question, seconds: float = 15.0) -> Answer | str:
        """The answer, or why there is none."""
        asked = self.enquiries.ask(e.AskCentre(1, "r1", question, seconds), self.sealer)
        assert isinstance(asked, CarryQuestion)

        def then(outcome: Sealed | str) -> None:
            shut = isinstance(outcome, Sealed)
            kind = CarriedAnswer if shut else NotCarried
            self.heard.put(kind(1, asked.question_id, outcome))  # type: ignore[arg-type]

        self.asker.ask(Carried(1, asked.question_id, asked.sealed, seconds), then)
        news = self.enquiries.hear(self.heard.get(timeout=60))
        assert news is not None
        return news.why if isinstance(news, e.Unanswered) else news.answer


@contextmanager
def visit_at(centre: CentreProcess, suite_id: str) -> Iterator[Visit]:
    double = TerminalDouble(key=SigningKey.fresh(suite_id))
    told = enter(centre.config, double)
    trusted = {key["id"]: PublicKey(suite_id, base64.b64decode(key["key"])) for key in told["signing_keys"]}
    sealing = {key["id"]: base64.b64decode(key["key"]) for key in told["sealing_keys"]}
    sealing = {name: raw for name, raw in sealing.items() if len(raw) == PUBLIC_BYTES[suite_id]}
    lines = [CentreClient(centre.url, double.id, double.id, double.key, trusted, TIMEOUTS) for _ in range(LINES)]
    asker = Asker(lines)
    asker.start()
    asker.linked(up=True)
    try:
        yield Visit(asker, Sealer(double.id, suite_id, sealing))
    finally:
        asker.stop()


@contextmanager
def house(folder: Path, suite_id: str) -> Iterator[tuple[CentreProcess, Departments, Visit]]:
    with departments() as world:
        config = write_config(folder, suite=suite_id)
        keys.make(folder / "keys", suite_id)
        text = config.read_text(encoding="utf-8")
        config.write_text(f'{text}[departments]\nurl = "{world.url}"\n', encoding="utf-8")
        with centre_process(config) as centre, visit_at(centre, suite_id) as visit:
            yield centre, world, visit


@pytest.mark.slow
def test_a_question_is_answered_and_every_silence_has_its_reason(tmp_path: Path) -> None:
    """Of the suite GM-1; both ends are tried under both suites alone."""
    with house(tmp_path, GM) as (centre, world, visit):
        found = visit.ask(INSURED)
        assert isinstance(found, DepartmentFound)
        paper = visit.ask(DocumentWanted("d-1", "x", "tax", "tax_certificate", WHO, {"choice": "2025"}))
        assert isinstance(paper, DocumentIssued)
        assert paper.file.startswith(b"PK")
        world.be("down", "social_security")
        away = visit.ask(INSURED)
        assert isinstance(away, Unavailable)
        assert away.why == "down"
        centre.pause()
        began = time.monotonic()
        assert visit.ask(INSURED, 1.5) == "slow"
        assert time.monotonic() - began < 30
        centre.go_on()
        assert isinstance(visit.ask(DepartmentAsked("x", "id_card", "ready", WHO)), DepartmentFound)
        log = centre.log.read_text(encoding="utf-8")
        assert WHO.id_number not in log
        assert WHO.name not in log
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and _holds(path)]
        centre.kill()
        assert visit.ask(INSURED) == "offline"


def _holds(path: Path) -> bool:
    content = path.read_bytes()
    return WHO.id_number.encode() in content or ("本人查询".encode() in content and WHO.name.encode() in content)
