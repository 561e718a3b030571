"""取件: by card, code or QR. A locker door opens and what became of it is told; a document is printed here. Pure.

A door is opened once for each wish; "taken" is said only when the door is seen closed again (ZZ-03).
"""

from typing import Final

import msgspec

from contract.questions import (
    Answer,
    DocumentIssued,
    DocumentWanted,
    Person,
    Pickup,
    PickupMoved,
    PickupsAsked,
    PickupsFound,
)
from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.journey import page as p
from kiosk.journey.service import Identified, Known, Met, Service, Then, Turn, back, go, move, stay
from kiosk.journey.services import proving
from kiosk.journey.services.courtesies import AGAIN, person, trouble, unanswered, waiting, why_not
from kiosk.journey.services.papers import REPRINT, Papers, heard, issued
from kiosk.journey.services.papers import page as paper_page
from kiosk.journey.typing import digit, typed

CODE_LENGTH: Final = 8
PERSON: Final = "person"
"""The proof that whoever stands here is the card's holder."""
_ASKS: Final = frozenset({"asking", "issuing"})


class PickUp(Service, frozen=True, kw_only=True):
    """`at`: how, code, asking, things, proving, opening, open, closed, stuck, issuing, paper, elsewhere, failed."""

    request: str = ""
    asked: int = 0
    code: str = ""
    things: tuple[Pickup, ...] = ()
    thing: Pickup | None = None
    doors: int = 0
    """Wishes to open a door so far: each has a request of its own."""
    papers: Papers = Papers("pickup")
    issued: DocumentIssued | None = None
    """What is being printed, with its serial and code."""
    proof: proving.Proof = proving.Proof()
    """Whether who stands here is the card's holder, for what is handed out to nobody else."""
    said: p.Said = ""

    @property
    def waiting(self) -> str:
        return self.request

    def page(self, known: Known) -> p.Page:
        return msgspec.structs.replace(self._page(known), header=p.word("pickup.header"))

    def _page(self, known: Known) -> p.Page:
        match self.at:
            case "how":
                return p.Page(
                    "pickup.how",
                    p.word("pickup.how"),
                    p.Choose(
                        (
                            p.Option("card", p.word("pickup.by_card"), icon="id-card"),
                            p.Option("code", p.word("pickup.by_code"), p.word("pickup.by_code_note"), "qr-code"),
                        )
                    ),
                    why=p.word("pickup.how_why"),
                    pace=p.Pace.MENU,
                )
            case "code":
                return self._enter()
            case "asking" | "opening" | "issuing":
                return waiting(f"pickup.{self.at}", p.word(f"pickup.{self.at}"), usually=3, icon="package")
            case "things":
                return self._things(known)
            case "proving":
                return proving.page(self.proof)
            case "paper":
                done = p.Action("done", p.word("pickup.done"), "check")
                return paper_page(self.papers, "pickup.paper", done, *self._checkable())
            case "open" | "closed" | "stuck" | "elsewhere":
                return self._door()
            case _:
                return trouble("pickup.failed", p.word("pickup.failed"), self.said, ways=(p.word("pickup.way_window"),))

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "how", e.Chose("card"):
                return Turn(self, then=Then.CARD)
            case "how", e.Chose("code"):
                return Turn(go(self, "code"))
            case "code", (e.KeyPressed() | e.Erased() | e.Cleared()):
                return stay(self, code=typed(self.code, event, CODE_LENGTH, digit))
            case "code", e.Acted("go") if len(self.code) == CODE_LENGTH:
                return self._ask(known)
            case _, Identified():
                return self._ask(known)
            case _, e.Answered(_, request, answer) if request == self.request and self.at in _ASKS:
                return self._answered(answer, known)
            case _, e.Unanswered(_, request, why) if request == self.request and self.at in _ASKS:
                return Turn(move(self, "failed", request="", said=unanswered(why)))
            case "things", e.Chose(value):
                return self._take(value, known)
            case "proving", e.Chose(way):
                return self._look(way, known)
            case "proving", e.Acted(action) if action == AGAIN:
                return self._look(self.proof.tried, known)
            case "proving", m.PersonCompared() if self.thing is not None:
                return self._seen(event, self.thing, known)
            case _, e.DoorMoved(_, request, state) if self.thing and request == self._door_request:
                return self._moved(state, self.thing, known)
            case "stuck", e.Acted(action) if action == AGAIN and self.thing:
                return self._open(self.thing, known)
            case "failed", e.Acted(action) if action == AGAIN:
                return self._ask(known)
            case "paper", e.Acted(action) if action == REPRINT and self.thing:
                return self._issue(self.thing, known)
            case _, e.PaperMoved():
                return self._paper(event, known)
            case _, e.Acted("more") if len(self.things) > 1 and self.at in ("closed", "paper", "elsewhere"):
                return stay(self, at="things", trail=())
            case _, e.Acted("done" | "back"):
                return Turn(self, then=Then.RATE if self.thing else Then.BACK, about="pickup")
            case _, e.WentBack() if self._may_go_back:
                return back(self)
            case _:
                return Turn(self)

    # --- what is shown ----------

    def _enter(self) -> p.Page:
        left = CODE_LENGTH - len(self.code)
        return p.Page(
            "pickup.code",
            p.word("pickup.code"),
            p.Enter(
                p.Pad.DIGITS,
                self.code,
                p.word("pickup.code_example"),
                p.word("form.digits_left", count=str(left)) if left else p.word("form.digits_done"),
                complete=left == 0,
                longest=CODE_LENGTH,
            ),
            why=p.word("pickup.code_why"),
            main=p.Action("go", p.word("frame.next"), off="" if left == 0 else p.word("pickup.code_why")),
        )

    def _things(self, known: Known) -> p.Page:
        if not self.things:
            return p.Page(
                "pickup.none",
                p.word("pickup.none"),
                p.Read((p.Line(p.word("pickup.none_why")),)),
                main=p.Action("done", p.word("pickup.done"), "check"),
            )
        options = []
        for thing in self.things:
            icon = "printer" if thing.document else "package"
            until = p.word("pickup.until", day=p.Day(thing.until[:10])) if thing.until else ""
            off = p.word("query.no_paper") if thing.document and not known.papers else ""
            options.append(p.Option(thing.pickup_id, thing.title, until, icon, off=off))
        return p.Page(
            "pickup.things", p.word("pickup.things"), p.Choose(tuple(options)), why=p.word("pickup.things_why"),
            personal=True,
        )  # fmt: skip

    def _checkable(self) -> tuple[p.Block, ...]:
        """By what anybody can check the paper."""
        if self.issued is None:
            return ()
        told = p.Line(p.word("pickup.serial", serial=self.issued.serial, code=self.issued.verification_code))
        code = p.QrCode(self.issued.verify_url, p.word("query.verify_by_phone")) if self.issued.verify_url else None
        return (told, code) if code else (told,)

    def _door(self) -> p.Page:
        thing = self.thing
        told: list[p.Block] = []
        if thing is not None and self.at != "elsewhere":
            told.append(p.Big(str(thing.door), p.word("pickup.door")))
        if thing is not None and self.at == "elsewhere" and thing.place:
            told.append(p.Line(thing.place))
        told.append(p.Line(p.word(f"pickup.{self.at}_do"), p.Tone.ATTENTION if self.at == "stuck" else p.Tone.PLAIN))
        more = (p.Action("more", p.word("pickup.more"), "package"),) if len(self.things) > 1 else ()
        return p.Page(
            f"pickup.{self.at}",
            p.word(f"pickup.{self.at}"),
            p.Read(tuple(told)),
            main=None if self.at == "open" else p.Action("done", p.word("pickup.done"), "check"),
            second=(p.Action(AGAIN, p.word("page.again"), "refresh-cw"),) if self.at == "stuck" else more,
            pace=p.Pace.WAITS if self.at == "open" else p.Pace.WORK,
            may_back=False,
        )

    # --- what happens ----------

    @property
    def _may_go_back(self) -> bool:
        looking = self.at == "proving" and (bool(self.proof.way) or self.proof.over)
        return self.at in ("how", "code", "things", "proving", "failed", "elsewhere") and not looking

    @property
    def _door_request(self) -> str:
        return f"door/{self.doors}"

    def _question(self, at: str, question: PickupsAsked | DocumentWanted, known: Known) -> Turn:
        request = f"pickup/{self.asked + 1}"
        asked = move(self, at, request=request, asked=self.asked + 1, said="")
        return Turn(asked, (e.AskCentre(known.visit, request, question),))

    def _ask(self, known: Known) -> Turn:
        if self.code:
            return self._question("asking", PickupsAsked(None, self.code), known)
        return self._question("asking", PickupsAsked(person(known.holder) if known.holder else None), known)

    def _answered(self, answer: Answer, known: Known) -> Turn:
        match answer:
            case PickupsFound(things) if self.at == "asking":
                return Turn(move(self, "things", request="", things=things))
            case DocumentIssued() if self.at == "issuing":
                asked = issued(self.papers, answer, known)
                return Turn(move(self, "paper", request="", issued=answer, papers=asked.papers), asked.effects)
            case _:
                said = why_not(answer) or p.word("unanswered.broken")
                return Turn(move(self, "failed", request="", said=said))

    def _take(self, value: str, known: Known) -> Turn:
        thing = next((thing for thing in self.things if thing.pickup_id == value), None)
        if thing is None:
            return Turn(self)
        taking = msgspec.structs.replace(self, thing=thing, papers=Papers(f"pickup/{value}"))
        if thing.document:
            return taking._issue(thing, known) if known.papers else Turn(self)
        if thing.door and thing.terminal == known.terminal:
            return taking._hand_out(thing, known)
        return Turn(go(taking, "elsewhere"))

    def _hand_out(self, thing: Pickup, known: Known) -> Turn:
        """The door, at once or only to whom it belongs: a code says nothing of who holds it."""
        if thing.proof != PERSON or self.proof.same:
            return self._open(thing, known)
        if known.holder is None:
            return Turn(msgspec.structs.replace(self, code="", thing=None), then=Then.CARD)
        return Turn(go(self, "proving"))

    def _look(self, way: str, known: Known) -> Turn:
        proof, wishes = proving.begin(self.proof, way, known)
        return stay(self, proof=proof)._replace(effects=wishes)

    def _seen(self, event: m.PersonCompared, thing: Pickup, known: Known) -> Turn:
        proof = proving.heard(self.proof, event)
        after = msgspec.structs.replace(self, proof=proof)
        if proof.same:
            return after._open(thing, known)
        if not proof.over:
            return Turn(after)
        told = e.AskCentre(known.visit, f"refused/{thing.pickup_id}", PickupMoved(thing.pickup_id, "refused"))
        return Turn(after, (told,))

    def _open(self, thing: Pickup, known: Known) -> Turn:
        opening = move(self, "opening", doors=self.doors + 1)
        request = f"door/{opening.doors}"
        return Turn(opening, (e.OpenDoor(known.visit, request, thing.door),))

    def _moved(self, state: str, thing: Pickup, known: Known) -> Turn:
        at = {"opened": "open", "closed": "closed"}.get(state, "stuck")
        what = {"open": "opened", "closed": "taken", "stuck": "stuck"}[at]
        told = e.AskCentre(known.visit, f"moved/{self.doors}/{at}", PickupMoved(thing.pickup_id, what))
        things = self.things
        if at == "closed":
            things = tuple(other for other in things if other.pickup_id != thing.pickup_id)
        return Turn(move(self, at, things=things), (told,))

    def _issue(self, thing: Pickup, known: Known) -> Turn:
        number = self.papers.asked + 1
        who = person(known.holder) if known.holder else Person("", "", "code")
        voids = self.papers.id(known, number - 1) if number > 1 else ""
        args = {"pickup": thing.pickup_id, "code": self.code}
        wanted = DocumentWanted(self.papers.id(known, number), "", "pickups", thing.document, who, args, voids)
        return self._question("issuing", wanted, known)

    def _paper(self, event: Met, known: Known) -> Turn:
        papers = heard(self.papers, event, known)
        if papers == self.papers or self.thing is None:
            return Turn(self)
        if papers.state is not e.TicketState.PRINTED:
            return stay(self, papers=papers)
        told = e.AskCentre(known.visit, f"moved/{papers.asked}/paper", PickupMoved(self.thing.pickup_id, "taken"))
        return Turn(msgspec.structs.replace(self, papers=papers), (told,))


def opened(known: Known, about: str) -> Turn:
    """With a code that was scanned it is asked at once; else how."""
    if about.startswith("code="):
        return PickUp("how", code=about.removeprefix("code="))._ask(known)
    if about == "mine":
        return Turn(PickUp("how"), then=Then.CARD)
    return Turn(PickUp("how"))
