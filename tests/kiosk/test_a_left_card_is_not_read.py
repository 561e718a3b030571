"""Whoever looks for a card that should be taken may wake it up: it is left alone all the same, until it is lifted."""

from collections.abc import Callable
from typing import Any, cast

from devices.id_card_reader.driver import IdCardReader
from devices.worker import Worker
from kiosk.journey import events as e
from kiosk.link import CardLying
from kiosk.visit.desk import Desk

VISIT = 1


class Awake:
    """A reader on which a card lies that find() would report."""

    def __init__(self) -> None:
        self.lying = True
        self.reads = 0

    def reset_and_find(self) -> bool:
        return self.lying

    def is_present(self) -> bool:
        return self.lying

    def read_card(self, _deadline: object) -> None:
        self.reads += 1


class Looks:
    """A worker that keeps what it is to repeat."""

    def __init__(self) -> None:
        self.job: Callable[[Any], object] = lambda _: None

    def repeat(self, _token: object, job: Callable[[Any], object], _every: float) -> None:
        self.job = job


def test_a_card_that_should_be_taken_is_not_read_again() -> None:
    worker, reader = Looks(), Awake()
    desk = Desk(VISIT, cast("Any", None), cast("Any", None), say=lambda _: None, over=lambda _: None)
    desk.fit_reader(cast("Worker[IdCardReader]", worker))
    reader.lying = False
    desk.do(e.AwaitCard(VISIT))
    worker.job(reader)
    worker.job(reader)
    assert reader.reads == 1
    reader.lying = True
    desk.do(e.AwaitCardGone(VISIT))
    assert worker.job(reader) is None
    desk.do(e.AwaitCard(VISIT))
    assert worker.job(reader) == CardLying(lying=True)
    assert reader.reads == 1
