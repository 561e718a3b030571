"""The forecast of the wait: asked of the centre while an item for the windows is on the screen, said honestly. Pure.

Nothing waits for it: a number is given with or without, and where nobody knows the page says so.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from contract.catalogue import Item, ItemKind
from contract.waiting import Forecast, WaitAsked, WaitTold, forecast
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.progress import Journey, Screen

AGAIN_SECONDS: Final = 60.0
"""An answer so old is asked for once more while the page stands."""
_SHOWN: Final = frozenset({Screen.ITEM, Screen.SERVICE, Screen.RESULT})


def ask(j: Journey) -> tuple[Journey, tuple[e.Effect, ...]]:
    """Ask, where the page is about a number and nobody has told lately."""
    item = j.item
    if item is None or item.kind is not ItemKind.NUMBER or j.screen not in _SHOWN or not j.link_up:
        return j, ()
    if j.queue_asked.startswith(f"{item.queue}/") and j.now - j.queue_asked_at < AGAIN_SECONDS:
        return j, ()
    name = f"{item.queue}/{j.known.id(f'wait/{item.queue}/{j.now}')}"
    told = j.queue if j.queue is not None and j.queue.queue == item.queue else None
    asked = replace(j, queue_asked=name, queue_asked_at=j.now, queue=told)
    return asked, (e.AskCentre(j.visit, _request(name), WaitAsked(item.slug, item.queue)),)


def hear(j: Journey, event: e.Answered | e.Unanswered) -> Journey | None:
    """The journey that knows it; None for an answer to somebody else."""
    if not j.queue_asked or event.request != _request(j.queue_asked):
        return None
    if isinstance(event, e.Answered) and isinstance(event.answer, WaitTold):
        return replace(j, queue=event.answer)
    return j


def _request(name: str) -> str:
    return name.partition("/")[2]


def found(told: WaitTold | None, item: Item, wall: str) -> Forecast | None:
    """The forecast for this item at this time of the wall (`YYYY-MM-DDTHH:MM`)."""
    if told is None or told.queue != item.queue or not wall:
        return None
    return forecast(told, datetime.fromisoformat(wall))


def said(told: WaitTold | None, item: Item, wall: str) -> p.Said:
    """`前面 6 人，大约等 10–30 分钟（14:02 的情况）`, or that nobody knows."""
    known = found(told, item, wall)
    if known is None:
        return p.word("wait.unknown")
    if known.most == 0:
        return p.word("wait.nobody", clock=known.clock)
    return p.word(
        "wait.range",
        waiting=str(known.waiting),
        least=str(known.least),
        most=str(known.most),
        clock=known.clock,
    )
