"""Takes one rule of what staff do with a case out of the product: the row's tests must notice."""

from collections.abc import Mapping
from typing import Any

import pytest

from central.cities import rules as city_rules
from central.handling import rules
from central.handling import store as handling
from central.handling.counters import rules as counter_rules
from central.progress import rules as progress_rules
from contract.routes import Decision, Reason, Route
from kiosk.journey.services import at_once
from kiosk.journey.services.filing import credit
from ui.views import outcome

Plant = pytest.MonkeyPatch


def zn_02(plant: Plant) -> None:
    """However often a case is corrected, nobody hears of it."""
    plant.setattr(rules, "event_of", lambda *_: None)


def zn_03(plant: Plant) -> None:
    """A refusal goes out without what to do next."""
    read = rules.read_refusal

    def careless(form: Mapping[str, str]) -> Any:  # noqa: ANN401 - as it is read
        return read({**form, "next_steps": form.get("next_steps") or "-"})

    plant.setattr(rules, "read_refusal", careless)


def zn_06(plant: Plant) -> None:
    """Whatever was done twice, the case counts as done once."""
    plant.setattr(counter_rules.Counted, "once", property(lambda _: True))


def zn_13(plant: Plant) -> None:
    """Every case goes the same way."""
    for module in (outcome, progress_rules):
        plant.setattr(module, "decide", lambda *_, **__: Decision(Route.FIRM, (Reason.PROMISED,)))


def bj_04(plant: Plant) -> None:
    """Whoever has lost tolerance has it all the same."""
    plant.setattr(credit, "refused", lambda *_: False)


def bj_05(plant: Plant) -> None:
    """How long it took is told to nobody and kept nowhere."""
    plant.setattr(at_once, "record", lambda *_: ())
    plant.setattr(at_once, "told", lambda *_: ())


def bj_10(plant: Plant) -> None:
    """A case is passed on, and nothing of it is written down."""
    plant.setattr(handling, "transfers", lambda *_: [])


def bj_26(plant: Plant) -> None:
    """What the other city says is not heard."""
    plant.setattr(city_rules, "news", lambda *_: ())
