"""Takes one rule out of the product, as `removals` does: what is told, asked and answered, what is counted of it."""

from dataclasses import replace

from central.proofs import rules as proof_rules
from contract import proofs
from kiosk.journey import moves, shell, walking
from kiosk.journey import pages as touches
from kiosk.journey.service import Then, Turn
from kiosk.journey.services import notice, plain_guide, sayings, survey
from tests.conformance.removals import Call, Plant
from ui.views.scene import Scene


def ts_09(plant: Plant) -> None:
    """The foot of the page is empty."""
    plant.setattr(Scene, "whom", lambda *_, **__: "")


def zz_02(plant: Plant) -> None:
    """By when a question is answered, and why it took longer, stays with the office."""
    plant.setattr(sayings, "_times", lambda _: [])


def ts_11(plant: Plant) -> None:
    """Whoever is invited is asked, and the answers are thrown away."""
    plant.setattr(survey.Survey, "_next", lambda self, *_: Turn(self, then=Then.FAREWELL))


def jh_03(plant: Plant) -> None:
    """Whoever helps is named nowhere."""
    plant.setattr(moves, "save", _nameless(moves.save))
    for module in (touches, shell):
        plant.setattr(module, "save", moves.save)


def _nameless(save: Call) -> Call:
    return lambda j, *filed: save(replace(j, helped_by=""), *filed)


def ts_10(plant: Plant) -> None:
    """A walk-through really files what it tries."""
    plant.setattr(walking, "goes_on", lambda _: True)


def zn_18(plant: Plant) -> None:
    """Nobody counts what need not be brought."""
    plant.setattr(proofs, "spared", lambda _: ())
    plant.setattr(proof_rules, "spared", lambda _: ())


def zn_05(plant: Plant) -> None:
    """What was received is on no list."""
    plant.setattr(touches, "_received", lambda _: ())


def zn_19(plant: Plant) -> None:
    """The plain guide is the whole notice over again."""
    plant.setattr(
        plain_guide, "blocks", lambda item, answers: tuple(notice.Notice("sheet", item=item)._blocks(answers))
    )
