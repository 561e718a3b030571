"""Has a question answered, within its time and within what this process can do at once."""

import asyncio
from collections import Counter
from typing import Final

import structlog

from central.centre import Centre
from central.questions.registry import ANSWERS
from contract.questions import LONGEST_SECONDS, Answer, Question, Refused, Unavailable

AT_ONCE: Final = 64
AT_ONCE_OF_ONE: Final = 6
"""A terminal has at most three under way, and as many that it gave up."""

log = structlog.get_logger()


class Busy(Exception):
    """Too many are worked on now; nothing was done."""


class QuestionDesk:
    """One a process, used on its event loop only."""

    def __init__(self) -> None:
        self._at_work: Counter[str] = Counter()

    async def answer(self, centre: Centre, terminal: str, question: Question) -> Answer:
        """Whatever a domain does, an answer. Raises Busy."""
        handler = ANSWERS.get(type(question))
        if handler is None:
            return Refused("unknown")
        if self._at_work.total() >= AT_ONCE or self._at_work[terminal] >= AT_ONCE_OF_ONE:
            raise Busy
        self._at_work[terminal] += 1
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await handler(centre, terminal, question)
        except TimeoutError:
            log.warning("question_too_slow", kind=type(question).__name__)
            return Unavailable("slow")
        except Exception as error:  # noqa: BLE001 - a bug in one domain is one question's; its message may be personal
            log.warning("question_failed", kind=type(question).__name__, **_place(error))
            return Unavailable("wrong")
        finally:
            self._at_work -= Counter({terminal: 1})


def _place(error: Exception) -> dict[str, object]:
    """Where it happened, without what was at hand there."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    return {"error": type(error).__name__, "where": where}
