"""Takes one rule of the life of cases out of the product: the row's tests must notice."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from central.handling import pages as handling_pages
from central.handling import rules as handling
from central.handling import store
from central.handling.rules import Transfer
from central.lifecycle import forms, rules
from central.lifecycle.rules import Action, Link
from central.presence import rules as presence
from central.trace import rules as trace
from central.unclaimed import rules as unclaimed
from central.unclaimed.rules import Rung
from contract.catalogue import TimeLimit, Unit

Plant = pytest.MonkeyPatch


def bj_07(plant: Plant) -> None:
    """Of several branches the first one's clock is the case's."""

    def first(links: Iterable[Link]) -> object:
        return min((link.due_at for link in rules.waiting(links) if link.due_at), default=None)

    plant.setattr(rules, "due_of_case", first)


def bj_12(plant: Plant) -> None:
    """Any step can be set at any time."""
    plant.setattr(rules, "check_step", lambda *_, **__: None)


def bj_13(plant: Plant) -> None:
    """A chain holds whatever is in it."""
    plant.setattr(trace, "chain_faults", lambda *_: [])


def bj_14(plant: Plant) -> None:
    """No case lacks anything."""
    plant.setattr(trace, "lacking", lambda _: ())


def bj_15(plant: Plant) -> None:
    """A refusal needs no code."""
    read = handling.read_refusal
    plant.setattr(handling, "read_refusal", lambda form: read({**form, "code": form.get("code") or "other"}))


def bj_16(plant: Plant) -> None:
    """Whoever proposes a refusal confirms it."""
    plant.setattr(handling, "check_confirmer", lambda *_: None)
    plant.setattr(store, "decide", _decided_alone)


def _decided_alone(*_: object, **__: object) -> bool:
    return True


def bj_17(plant: Plant) -> None:
    """What nobody owns waits for ten days."""
    plant.setattr(unclaimed, "WITHIN", TimeLimit(10, Unit.WORKING_DAY))


def bj_18(plant: Plant) -> None:
    """It goes straight to the top."""
    plant.setattr(unclaimed, "next_rung", lambda *_: Rung.GOVERNMENT)


def bj_27(plant: Plant) -> None:
    """Whoever accepts may approve."""
    plant.setattr(rules, "opinion_of", lambda _, action, *__: Action(action))


def bj_28(plant: Plant) -> None:
    """Every unit is of the county."""
    read = forms.read_route

    def flat(form: dict[str, str]) -> rules.Route:
        return read({**form, **{f"level_{at}": "4" for at in range(1, 6)}})

    plant.setattr(forms, "read_route", flat)


def bj_29(plant: Plant) -> None:
    """A case that waits for a signature asks its citizen as ever."""
    plant.setattr(rules, "signing", lambda _: False)
    plant.setattr(handling_pages, "signing", lambda _: False)


def jh_15(plant: Plant) -> None:
    """Ten minutes count as a stay."""
    plant.setattr(presence, "AT_LEAST", timedelta(minutes=10))


def jh_18(plant: Plant) -> None:
    """Whoever passes a case on is rid of it at once."""

    def rid(transfers: list[Transfer], owner: str) -> str:
        open_ = [one for one in transfers if one.back_at is None]
        return open_[-1].to_unit if open_ else owner

    plant.setattr(handling, "unit_now", rid)
