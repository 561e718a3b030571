"""Takes one rule of supervision out of the product: the row's tests must notice."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from central.audits import rules as audits
from central.complaints import rules as complaints
from central.complaints import store as complaint_store
from central.complaints.course import pages as course_pages
from central.complaints.course import rules as course
from central.complaints.course import store as course_store
from central.mandates import rules as mandates
from central.mandates import shown as mandates_shown
from central.mandates import store as mandate_store
from central.mandates.kinds import TERMS, Kind
from central.obstacles import rules as obstacles
from central.supervision import alerts
from central.supervision import rules as supervision
from central.supervision import store as cards
from central.supervision.moments import rules as moments
from central.supervision.risks import rules as risks
from central.supervision.watched import rules as watched
from contract import promises
from contract.catalogue import TimeLimit, Unit
from contract.compression import Compression
from contract.promises import Policy

Plant = pytest.MonkeyPatch


def _limit(says: str, kind: Kind, **changes: Any) -> Callable[[Plant], None]:  # noqa: ANN401 - of the terms
    def plant_it(plant: Plant) -> None:
        plant.setitem(TERMS, kind, msgspec.structs.replace(TERMS[kind], **changes))

    plant_it.__doc__ = says
    return plant_it


_LONG = TimeLimit(20, Unit.WORKING_DAY)
sx_01 = _limit("It takes twenty days.", Kind.DOCUMENT, limit=_LONG)
sx_02 = _limit("It takes twenty days.", Kind.URGENT, limit=_LONG)
sx_03 = _limit("It takes twenty days.", Kind.IMPORTANT, limit=_LONG)
sx_04 = _limit("It takes twenty days.", Kind.NORMAL, limit=_LONG)
sx_05 = _limit("It takes twenty days.", Kind.JOINT, limit=_LONG)
sx_15 = _limit("Nobody has to report.", Kind.SUPERVISED, report=None)
sx_16 = _limit("More time may be asked for on the last day.", Kind.MEETING, ahead=0)
sx_17 = _limit("More time may be asked for on the last day.", Kind.JOINT, ahead=0)
sx_18 = _limit("More time may be asked for on the last day.", Kind.YEARLY, ahead=0)


def _silent_but(what: str) -> Callable[[Plant], None]:
    silent = mandate_store.silent

    def plant_it(plant: Plant) -> None:
        plant.setattr(mandate_store, "silent", lambda *given: [one for one in silent(*given) if one.what != what])

    plant_it.__doc__ = "Silence is never consent."
    return plant_it


sx_06 = _silent_but("opinion")
sx_08 = _silent_but("meeting")


def sx_07(plant: Plant) -> None:
    """Whatever has no legal basis passes by silence all the same."""
    read = mandates.read_wanted

    def careless(form: Mapping[str, str], *given: Any) -> Any:  # noqa: ANN401 - as it is read
        return read({**form, "legal_basis": form.get("legal_basis") or "惯例"}, *given)

    plant.setattr(mandates, "read_wanted", careless)


def sx_09(plant: Plant) -> None:
    """The default of two days is nobody's."""
    allowed = promises.allowed
    plant.setattr(
        "central.promises.pages.allowed",
        lambda policy, *given, **more: None if policy is Policy.DEFAULT else allowed(policy, *given, **more),
    )


def sx_13(plant: Plant) -> None:
    """Nothing is cut."""
    plant.setattr(Compression, "promised", lambda _, legal_days: legal_days)


def _weight(weight: complaints.Weight) -> Callable[[Plant], None]:
    def plant_it(plant: Plant) -> None:
        plant.setitem(complaints.WITHIN, weight, _LONG)

    plant_it.__doc__ = "This class takes twenty days."
    return plant_it


def sx_10(plant: Plant) -> None:
    """What is clear takes twenty days."""
    plant.setattr(complaints, "promised", lambda *_: "2026-12-21")


sx_11 = _weight(complaints.Weight.HEAVY)
sx_12 = _weight(complaints.Weight.JOINT)


def sx_19(plant: Plant) -> None:
    """Nobody counts down."""
    plant.setattr(complaints, "days_left", lambda *_: None)
    plant.setattr(mandates, "countdown", lambda *_: mandates.Countdown(late=False, days=0))


def sx_21(plant: Plant) -> None:
    """Supervision hears of it whenever."""
    plant.setattr(alerts, "zero_delay", lambda *_: None)


def sx_23(plant: Plant) -> None:
    """A pause stops nothing."""
    found = watched._of_case
    plant.setattr(watched, "_of_case", lambda case, *given: found(msgspec.structs.replace(case, paused=False), *given))


def db_01(plant: Plant) -> None:
    """The rules find nothing."""
    plant.setattr(cards, "raise_all", lambda *_: [])


def db_02(plant: Plant) -> None:
    """Everything counts as watched."""
    plant.setattr(supervision.Coverage, "steps_watched", property(lambda found: len(found.steps)))


def db_03(plant: Plant) -> None:
    """Whoever did it strikes it off."""
    plant.setattr(mandates, "may_strike_off", lambda *_: None)
    plant.setattr(mandate_store, "change", lambda *_, **__: True)


def db_06(plant: Plant) -> None:
    """Each draw is another one."""
    seeds = iter(range(10_000))
    rank = audits.rank
    plant.setattr(audits, "rank", lambda seed, name: rank(f"{seed}{next(seeds)}", name))


def db_07(plant: Plant) -> None:
    """The night is like the day."""
    plant.setattr(audits, "NIGHT", tuple(range(24)))


def db_09(plant: Plant) -> None:
    """Red ones are not counted."""
    counted = supervision.counted
    plant.setattr(
        supervision, "counted", lambda found: tuple(msgspec.structs.replace(one, red=0) for one in counted(found))
    )


def db_10(plant: Plant) -> None:
    """A notice without its evidence."""
    plant.setattr(supervision.Card, "pieces", property(lambda _: ()))


def db_11(plant: Plant) -> None:
    """Complaints weigh nothing."""
    plant.setitem(risks.WEIGHTS, "complaints", 0)


def db_12(plant: Plant) -> None:
    """No moment has a link."""
    plant.setattr(moments, "link", lambda *_: "")


def db_13(plant: Plant) -> None:
    """The ledger has no last day."""
    plant.setattr(mandates_shown, "ledger", lambda *_: iter(()))


def db_14(plant: Plant) -> None:
    """Nobody is drawn for a call back."""
    plant.setattr(audits, "draw", lambda *_: ())


def ts_02(plant: Plant) -> None:
    """It closes without feedback and call back."""
    plant.setattr(course, "may_close", lambda *_: None)
    plant.setattr(course_store, "close", lambda *_: True)


def ts_03(plant: Plant) -> None:
    """The ledger of what was struck off is empty."""
    plant.setattr(course_pages, "_lines", lambda *_: [])


def ts_04(plant: Plant) -> None:
    """Every checkpoint is passed."""
    plant.setattr(course, "checkpoints", lambda found: course.Checkpoints(*(len(list(found)),) * 5))


def ts_05(plant: Plant) -> None:
    """Nobody is in charge of anything."""
    plant.setattr(complaint_store, "_routed", lambda *_: {})


def ts_07(plant: Plant) -> None:
    """Whatever is found again is another one."""
    plant.setattr(obstacles.Found, "same_as", lambda found, *_: f"{found.source}{found.source_id}")


def aq_02(plant: Plant) -> None:
    """Everybody sees who complained."""
    plant.setattr(course, "may_see_who", lambda *_: True)
