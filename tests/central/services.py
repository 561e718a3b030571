"""What tests of the centre's services share: a question put to its domain, a published item, people who are nobody."""

import asyncio
from pathlib import Path
from typing import Any

from central import keys
from central.feed import acts, rules
from central.questions.registry import ANSWERS
from contract.questions import Answer, Person, Question
from tests.central.conftest import Running

SERVICES = Path(__file__).parents[2] / "kiosk" / "services"
ZHANG = Person("张三", "610117199001011234", mobile="13812345678")
LI = Person("李四", "610117198502024321")
TERMINAL = "GL-01"


def put(running: Running, question: Question, terminal: str = TERMINAL) -> Any:  # noqa: ANN401 - the test knows which answer it wants
    """The answer of the domain whose question it is."""
    answer: Answer = asyncio.run(_put(running, question, terminal))
    return answer


async def _put(running: Running, question: Question, terminal: str) -> Answer:
    return await ANSWERS[type(question)](running.centre, terminal, question)


def publish(running: Running, *raw: bytes) -> None:
    """Send items down as `central publish catalogue` does."""
    drafts = [rules.catalogue_draft("test", one, "boss") for one in raw]
    centre = running.centre
    acts.direct(centre.database, keys.load(Path(centre.settings.keys_dir)), drafts, centre.clock(), "")


def item(slug: str = "real-estate-transfer") -> bytes:
    """A service item as the terminal has it."""
    return (SERVICES / f"{slug}.toml").read_bytes()


def person(number: int) -> Person:
    """One of many."""
    return Person(f"测试{number}", f"61011719900101{number:04}")
