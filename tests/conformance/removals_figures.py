"""Takes one rule of the figures, the lists or the catalogue out of the product: the row's tests must notice."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from central.catalogue import store as catalogue
from central.catalogue_lint import rules as lint
from central.disclosure import everybody as disclosure
from central.ratings import gaming
from central.reports import figures, making, periods
from central.reports.composing import head, lists, voices
from central.reports.document import Part

Plant = pytest.MonkeyPatch


def zn_07(plant: Plant) -> None:
    """An empty field goes out."""
    plant.setattr(lint, "_empty", lambda _: iter(()))


def zn_08(plant: Plant) -> None:
    """Nobody hears which terminals have an old version."""
    plant.setattr(catalogue, "stale", lambda *_: [])


def zn_09(plant: Plant) -> None:
    """Any code will do."""
    plant.setattr(lint, "_code", lambda _: iter(()))


def zn_10(plant: Plant) -> None:
    """What changed since the last list is not said."""
    plant.setattr(lists, "_difference", lambda *_: Part("与上期清单的变化"))


def zn_11(plant: Plant) -> None:
    """Every item counts as one that needs one trip."""
    plant.setattr(figures, "one_trip", lambda _: True)


def zn_16(plant: Plant) -> None:
    """The public version is the whole report."""
    plant.setattr(making, "for_everybody", lambda document: document)


def sx_14(plant: Plant) -> None:
    """However long the promise is, no policy is named."""
    plant.setattr(lint, "_promise", lambda *_: iter(()))


def sx_20(plant: Plant) -> None:
    """Speeds are what somebody would like."""
    plant.setattr(figures, "_faster", lambda _: 97.25)


def db_04(plant: Plant) -> None:
    """Nothing is made by itself."""

    def never(*_: Any) -> Iterator[periods.Period]:  # noqa: ANN401 - whatever it is asked
        yield from ()

    plant.setattr(periods, "due", never)


def db_05(plant: Plant) -> None:
    """Its day never comes."""
    plant.setattr(periods, "made_on", lambda *_: date.max)


def hc_04(plant: Plant) -> None:
    """Small numbers stand in the public version."""
    plant.setattr(disclosure, "_hidden", lambda _: set())


def hc_05(plant: Plant) -> None:
    """However ratings came, nothing is suspected."""
    for module in (gaming,):
        plant.setattr(module, "suspicions", lambda _: [])


def hc_06(plant: Plant) -> None:
    """Whoever is first is proposed, whatever else was said of them."""
    plant.setattr(voices, "sum", lambda _: 0, raising=False)


def hc_07(plant: Plant) -> None:
    """There are no tiles."""
    plant.setattr(figures, "by", lambda *_: [])


def hc_08(plant: Plant) -> None:
    """What a figure means is not printed."""
    plant.setattr(head, "means_part", lambda: Part(""))
