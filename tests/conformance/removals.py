"""Takes one rule out of the product, by the row it belongs to: the row's tests must notice. Nothing else may change."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from central.drafts import fields as draft_fields
from kiosk import duty
from kiosk.journey import events as e
from kiosk.journey import pages as touches
from kiosk.journey import search, shell
from kiosk.journey.page import Page, QrCode, Read
from kiosk.journey.progress import Journey
from kiosk.journey.service import Identified, Known, Then, Turn, stay
from kiosk.journey.services import OPENERS, forms, notice, pickup, progress, rating, sayings, underway
from kiosk.journey.services import query as query_service
from kiosk.journey.services.appointment import pages as appointment_pages
from kiosk.journey.services.appointment import service as appointment
from kiosk.journey.services.filing import afterwards, handed, papers, plan, questions, reviewing, telling
from kiosk.journey.services.filing.state import Filing, Way
from kiosk.journey.services.query import pages as query_pages
from kiosk.journey.services.supplement import service as supplements
from kiosk.journey.shell import open_service
from ui.views import arrival, outcome
from ui.views.scene import Scene

Plant = pytest.MonkeyPatch
Call = Callable[..., Any]


def _around(plant: Plant, owner: object, name: str, wrap: Callable[[Call], Call]) -> None:
    """Put `wrap` around what is there."""
    plant.setattr(owner, name, wrap(getattr(owner, name)))


# --- what is told ----------


def zn_01(plant: Plant) -> None:
    """A notice is shown, and nothing is kept of what was told to whom."""
    plant.setattr(notice.Notice, "_give", lambda _, __, after, ___: Turn(after))


def zn_04(plant: Plant) -> None:
    """A search that finds nothing shows nothing."""
    plant.setattr(search.Index, "nearest", lambda *_: ())


def zn_15(plant: Plant) -> None:
    """Progress says a state and not what was done."""
    plant.setattr(progress, "steps", lambda _: [])


def zn_17(plant: Plant) -> None:
    """What the card shows is asked for under the camera all the same."""
    plant.setattr(papers, "ways", lambda *_: (papers.Offered(Way.SCAN),))


def zn_20(plant: Plant) -> None:
    """A fee is charged and stands nowhere in the review."""
    plant.setattr(reviewing, "fees", lambda _: ())


# --- filing ----------


def bj_01(plant: Plant) -> None:
    """Anything may be brought later, main papers too."""
    _around(plant, papers, "ways", lambda ways: lambda *of: (*ways(*of), papers.Offered(Way.LATER)))


def bj_03(plant: Plant) -> None:
    """A promise is signed that was never read."""
    plant.setattr(telling, "_promise", lambda *_: ())


def bj_06(plant: Plant) -> None:
    """The last page says no day."""
    plant.setattr(outcome, "_promise", lambda *_: "")


def bj_08(plant: Plant) -> None:
    """Several items asked together have the form of the first: what only another of them asks is lost."""

    def of_one(f: Filing) -> object:
        return whole(msgspec.structs.replace(f, parts=()))

    whole = questions.form
    for module in (questions, plan, reviewing, telling):
        plant.setattr(module, "form", of_one)


def bj_09(plant: Plant) -> None:
    """Nobody is told which item wants a paper."""
    plant.setattr(papers, "wanted_by", lambda *_: ())


def bj_23(plant: Plant) -> None:
    """Whoever acts for another takes no authorisation along."""
    _around(
        plant, handed, "papers",
        lambda made: lambda *of: tuple(one for one in made(*of) if one[0] != "authorisation"),
    )  # fmt: skip


def bj_24(plant: Plant) -> None:
    """Consent is taken for granted."""
    _around(plant, plan, "_agency", lambda found: lambda f: [place for place in found(f) if place != "consent"])


def bj_30(plant: Plant) -> None:
    """Every try is another order."""
    tries: list[str] = []

    def another(known: Known, name: str) -> str:
        tries.append(name)
        return f"00000000-0000-8000-8000-{len(tries):012}"

    plant.setattr(Known, "id", another)


def bj_33(plant: Plant) -> None:
    """The department is asked before anybody agreed."""

    def at_once(known: Known, about: str) -> Turn:
        turn = query_service.opened(known, about)
        return turn.service.meet(Identified(), known)

    plant.setitem(OPENERS, "query", at_once)


def sx_22(plant: Plant) -> None:
    """The last day is kept and told to nobody."""

    def untold(last: Call) -> Call:
        def page(f: Filing, known: Known) -> object:
            saved = None if f.saved is None else msgspec.structs.replace(f.saved, missing_until="")
            return last(msgspec.structs.replace(f, saved=saved), known)

        return page

    _around(plant, afterwards, "_last", untold)


# --- departments, places, pick-up ----------


def zz_03(plant: Plant) -> None:
    """A thing counts as taken when its door opens."""
    _around(
        plant, pickup.PickUp, "_moved",
        lambda moved: lambda self, _, thing, known: moved(self, "closed", thing, known),
    )  # fmt: skip


def zz_04(plant: Plant) -> None:
    """However many copies are wanted, one comes."""
    plant.setattr(forms.Forms, "_moved", lambda self, moved, _: stay(self, papers=moved))


def zz_06(plant: Plant) -> None:
    """What a department answered is not shown."""
    plant.setattr(query_pages, "blocks", lambda _: ())


def zz_07(plant: Plant) -> None:
    """A mall's screen at rest is a hall's."""
    plant.setattr(arrival, "Attract", SimpleNamespace(LARGE=object()))


def zz_08(plant: Plant) -> None:
    """An identity card is handed out to whoever stands there."""
    plant.setattr(pickup.PickUp, "_hand_out", pickup.PickUp._open)


def zz_09(plant: Plant) -> None:
    """A paper that was printed leads nobody to its verification."""

    def without_code(page: Call) -> Call:
        def paper(state: object) -> Page:
            shown: Page = page(state)
            told = shown.body.blocks if isinstance(shown.body, Read) else ()
            return msgspec.structs.replace(shown, body=Read(tuple(one for one in told if not isinstance(one, QrCode))))

        return paper

    _around(plant, query_pages, "_paper", without_code)


def zz_10(plant: Plant) -> None:
    """Passers-by are not thought of."""
    plant.setattr(Scene, "site", property(lambda self: msgspec.structs.replace(self.__dict__["site"], strict=False)))


def zz_13(plant: Plant) -> None:
    """Each part of the visit asks for the card anew."""

    def asks_again(then: Call) -> Call:
        def follow(j: Journey, turn: Turn) -> object:
            return then(replace(j, holder=None) if turn.then is Then.OPEN else j, turn)

        return follow

    _around(plant, shell, "_then", asks_again)


def zz_14(plant: Plant) -> None:
    """Special hours are kept to oneself."""
    plant.setattr(arrival, "_special_hours", lambda _: ())


# --- hours and appointments ----------


def jh_02(plant: Plant) -> None:
    """Whose card says sixty is put into the green channel without being asked."""
    _around(plant, touches, "_identified", lambda _: lambda j: open_service(j, "green", "taken") if j.item else (j, ()))


def jh_05(plant: Plant) -> None:
    """A closed item is closed, and that is all."""
    _around(plant, duty, "_by_hours", lambda rule: lambda item, now: _unbooked(rule(item, now)))


def _unbooked(shut: duty.Shut | None) -> duty.Shut | None:
    return shut and msgspec.structs.replace(shut, booking=False)


def jh_06(plant: Plant) -> None:
    """Numbers are given by day and by night."""
    plant.setattr(duty, "_by_hours", lambda *_: None)


def jh_07(plant: Plant) -> None:
    """Who has booked cannot check in."""
    for module in (appointment, appointment_pages):
        plant.setattr(module, "may_check_in", lambda *_: False)


def jh_08(plant: Plant) -> None:
    """What cannot wait has to wait."""
    _around(plant, appointment_pages, "_days", lambda page: lambda s: msgspec.structs.replace(page(s), second=()))


# --- what citizens say ----------


def hc_01(plant: Plant) -> None:
    """Whoever has finished without a case is sent off unasked."""

    def unasked(then: Call) -> Call:
        return lambda j, turn: then(j, turn._replace(then=Then.FAREWELL) if turn.then is Then.RATE else turn)

    _around(plant, shell, "_then", unasked)


def hc_02(plant: Plant) -> None:
    """A level without its reasons."""
    plant.setattr(rating, "_tags_of", lambda *_: ())


def ts_01(plant: Plant) -> None:
    """A complaint is taken, and nobody can ask what became of it."""
    plant.setattr(sayings.Saying, "code", lambda *_: "")


def ts_06(plant: Plant) -> None:
    """The report does not say what was wrong."""

    def forgets(overlay: Call) -> Call:
        def touched(j: Journey, event: e.Touch) -> object:
            after, effects = overlay(j, event)
            return after, tuple(_bare(effect) for effect in effects)

        return touched

    _around(plant, touches, "_overlay", forgets)


def _bare(effect: e.Effect) -> e.Effect:
    return msgspec.structs.replace(effect, last_error=None) if isinstance(effect, e.SaveDifficulty) else effect


# --- what comes after a filing ----------


def bj_02(plant: Plant) -> None:
    """A paper is scanned and handed to nobody."""
    plant.setattr(supplements.SupplementService, "_send", lambda service, _: Turn(service))


def bj_19(plant: Plant) -> None:
    """How the result is given is not asked."""
    plant.setattr(plan, "_delivery", lambda _: [])


def bj_20(plant: Plant) -> None:
    """Progress knows of a parcel and says nothing of it."""
    plant.setattr(underway, "_parcel", lambda _: [])


def bj_31(plant: Plant) -> None:
    """Bills are taken in, and the office never hears of the claim."""
    plant.setattr(afterwards, "_act", afterwards._finish)


def bj_32(plant: Plant) -> None:
    """A set of licences is told as one result."""
    _around(plant, underway, "blocks", lambda told: lambda case: told(msgspec.structs.replace(case, licences=())))


def zz_11(plant: Plant) -> None:
    """A draft that goes on becomes another draft, and the phone shows nothing of it."""
    plant.setattr(draft_fields, "shown", lambda *_, **__: [])
