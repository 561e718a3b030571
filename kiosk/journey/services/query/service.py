"""查询, 打印 and 即办: a department is asked through the centre; what it knows is shown, printed or done on the spot.

Pure. Ids of papers, orders and acts are the visit's: a question asked again after a silence gives the same paper, the
same order, the same act. Only a refusal is certain: then what was paid goes back at once. After a silence it stays paid
and the act may be asked for again; whoever walks off meanwhile gets act or money back from the centre's reconciliation.
"""

from typing import Final

import msgspec

from contract.catalogue import Identity, say
from contract.declarations import Declared
from contract.questions import (
    Answer,
    DepartmentActed,
    DepartmentAsked,
    DepartmentFound,
    DepartmentToldToAct,
    DocumentIssued,
    DocumentWanted,
    PayBegun,
    PayState,
    Person,
    Question,
    Refused,
)
from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.journey import page as p
from kiosk.journey.service import Identified, Known, Met, Then, Turn, back, go, move, stay
from kiosk.journey.services import at_once, details, papers, paying, permits
from kiosk.journey.services.courtesies import AGAIN, person, unanswered, why_not
from kiosk.journey.services.query import pages
from kiosk.journey.services.query.state import State
from kiosk.paper.signature import consent, svg

DEPARTMENT_SECONDS: Final = 18.0
_ASKS: Final = frozenset({"asking", "acting", "issuing"})
_ENDS: Final = frozenset({"found", "acted", "paper"})
_MAY_GO_BACK: Final = frozenset({"consent", "choose", "confirm", "sign"})
_PARTS: Final = {"": "query", "document": "document", "act": "act"}
"""What the citizen wants -> the part of the item that is asked for it."""


class Query(State, frozen=True, kw_only=True):
    """The service of an item of kind `query`."""

    def page(self, known: Known) -> p.Page:
        return pages.page(self, known)

    def leaving(self, known: Known) -> tuple[e.Effect, ...]:
        order = paying.give_up(self.pay, known) if self.pay else ()
        order += at_once.record(self.item, self.began, self.ended, known) if self.asked else ()
        return (*order, *permits.give_back(self.permit, known)[1]) if self.permit else order

    def meet(self, event: Met, known: Known) -> Turn:
        turn = self._timed(self._met(event, known), known)
        if turn.then in (Then.STAY, Then.CARD) or not isinstance(turn.service, Query) or turn.service.permit is None:
            return turn
        permit, out = permits.give_back(turn.service.permit, known)  # nobody leaves without it
        return turn._replace(
            service=msgspec.structs.replace(turn.service, permit=permit), effects=(*turn.effects, *out)
        )

    def _timed(self, turn: Turn, known: Known) -> Turn:
        """即办件: when what the citizen came for was there; what is kept of it once they go on or give up (BJ-05)."""
        after = turn.service
        if not isinstance(after, Query):
            return turn
        if after.began is None:  # one more of the same has its own time
            kept = at_once.record(self.item, self.began, self.ended, known)
            return turn._replace(
                service=msgspec.structs.replace(after, began=known.now), effects=(*turn.effects, *kept)
            )
        ended = (after.ended or known.now) if after.is_there else None
        after = after if ended == after.ended else msgspec.structs.replace(after, ended=ended)
        gone = turn.then in (Then.RATE, Then.BACK) and after.asked > 0
        kept = at_once.record(after.item, after.began, ended, known) if gone else ()
        return turn._replace(service=after, effects=(*turn.effects, *kept))

    def _met(self, event: Met, known: Known) -> Turn:
        match event:
            case m.PermitMoved():
                return self._permit_moved(event, known)
            case _ if self.at == "pay" and self.pay is not None:
                return self._paid(self.pay, event, known)
            case Identified():
                return self._ask(known)
            case _ if self.at == "details" and self.details is not None:
                return self._detailed(self.details, event, known)
            case e.Answered(_, request, answer) if request == self.request and self.at in _ASKS:
                return self._answered(answer, known)
            case e.Unanswered(_, request, why) if request == self.request and self.at in _ASKS:
                return self._failed(unanswered(why))
            case e.PaperMoved():
                return stay(self, papers=papers.heard(self.papers, event, known))
            case e.Acted(action):
                return self._pressed(action, known)
            case _:
                return self._touched(event, known)

    def _pressed(self, action: str, known: Known) -> Turn:
        match self.at, action:
            case "consent", "agree":
                needs_card = self.item.identity is not Identity.NONE
                return Turn(self, then=Then.CARD) if needs_card else self._ask(known)
            case "failed", _ if action == AGAIN:
                return self._again(known)
            case "failed", "back":
                return Turn(self, then=Then.BACK)
            case "permit", _ if action == AGAIN:
                return self._take_permit(known)
            case "permit", ("leave" | "back"):
                return self._without_permit(known)
            case "found", "fetch":
                return Turn(self, then=Then.OPEN, about="pickup:mine")
            case (("found" | "acted"), ("act" | "document")):
                return self._want(action, known)
            case "choose", "go" if self.choice:
                return self._next(known)
            case "confirm", "go":
                return self._next(known)
            case "sign", "agree":
                return msgspec.structs.replace(self, agreed=known.wall, strokes=())._next(known)
            case "sign", "go" if self.strokes:
                return self._next(known)
            case "acted", "more":
                told = self.details if "query" in self.part.told else None
                return Query("asking", item=self.item, asked=self.asked, orders=self.orders, details=told)._ask(known)
            case "paper", papers.REPRINT if self.papers.may_again:
                return self._issue(known, self.papers.asked + 1)
            case _, "done" if self.at in _ENDS:
                return Turn(self, then=Then.RATE)
            case _:
                return Turn(self)

    def _touched(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "choose", e.Chose(value) if self.found and value in dict(self.found.choices):
                return stay(self._for_these(known, choice=value), choice=value)
            case "confirm", e.AnswerReopened("choice"):
                return back(self)
            case "confirm", e.AnswerReopened(key) if self.details and key in details.answers(self.details, known):
                reopened = details.again(self.details, key, known)
                return Turn(go(self, "details", details=reopened))
            case "sign", e.Signed(strokes):
                return stay(self, strokes=strokes)
            case "failed", e.WentBack():
                return Turn(self, then=Then.BACK)
            case _, e.WentBack() if self.at in _MAY_GO_BACK:
                turn = back(self)
                if isinstance(turn.service, Query) and turn.service.at == "details" and self.details is not None:
                    return turn._replace(service=_with(turn.service, details.last(self.details, known)))
                return turn
            case _:
                return Turn(self)

    # --- the item's own questions ----------

    def _has_to_say(self) -> bool:
        """Whether the form has to be answered before what is wanted now."""
        told = _PARTS[self.wants] in self.part.told
        return bool(self.item.form) and told and not (self.details is not None and self.details.complete)

    def _begin_details(self, known: Known) -> Turn:
        return Turn(go(self, "details", details=self.details or details.begin(self.item, known)))

    def _detailed(self, asked: details.Details, event: Met, known: Known) -> Turn:
        after, left = details.met(asked, event, known)
        if left:
            return back(self, details=None)
        told = _with(self, after)
        if not after.complete:
            return Turn(told)
        told = told._for_these(known, choice=self.choice)
        return told._want(self.wants, known) if self.wants else told._ask(known)

    def _for_these(self, known: Known, *, choice: str) -> "Query":
        """With the papers of this choice and these answers: one of others voids none of them."""
        name = "/".join(("document", choice, *self._told(known))).rstrip("/")
        kept = self.papers if self.papers.name == name else papers.Papers(name)
        return msgspec.structs.replace(self, papers=kept)

    def _told(self, known: Known) -> tuple[str, ...]:
        found = details.answers(self.details, known) if self.details is not None else {}
        return tuple(f"{key}={value}" for key, value in sorted(found.items()))

    # --- asking ----------

    def _ask(self, known: Known) -> Turn:
        if not self.part.query:
            return self._want("document" if self.part.document else "act", known)
        if self._has_to_say():
            return self._begin_details(known)
        args = self._args(known, "query")
        asked = DepartmentAsked(self.item.slug, self.part.connector, self.part.query, _who(known), args)
        return self._question("asking", asked, known)

    def _question(self, at: str, question: Question, known: Known, **changes: object) -> Turn:
        request = f"query/{self.asked + 1}"
        asked = move(self, at, request=request, asked=self.asked + 1, said="", **changes)
        return Turn(asked, (e.AskCentre(known.visit, request, question, DEPARTMENT_SECONDS),))

    def _answered(self, answer: Answer, known: Known) -> Turn:
        match answer:
            case DepartmentFound() if self.at == "asking":
                return Turn(move(self, "found", request="", found=answer))
            case DepartmentActed() if self.at == "acting" and self.permit is not None:
                return self._endorse(self.permit, answer, known)
            case DepartmentActed() if self.at == "acting":
                return Turn(move(self, "acted", request="", acted=answer))
            case DocumentIssued() if self.at == "issuing":
                return self._print(answer, known)
            case Refused() if self.at == "acting" and self.pay is not None:
                money = p.Money(self.pay.stands.amount_fen if self.pay.stands else self.pay.begun.amount_fen)
                said = p.Listed((why_not(answer), p.word("pay.refund", amount=money)), "clause")
                back_to = paying.refund(self.pay, "not_given", known)
                return self._refused(move(self, "failed", request="", said=said, pay=None), back_to, known)
            case Refused() if self.at == "acting":
                return self._refused(move(self, "failed", request="", said=why_not(answer)), (), known)
            case _:
                return self._failed(why_not(answer) or p.word("unanswered.broken"))

    @staticmethod
    def _refused(after: "Query", effects: tuple[e.Effect, ...], known: Known) -> Turn:
        """A no is certain: what lies in the machine comes out at once."""
        if after.permit is None:
            return Turn(after, effects)
        permit, out = permits.give_back(after.permit, known)
        return Turn(msgspec.structs.replace(after, permit=permit), (*effects, *out))

    def _failed(self, said: p.Said) -> Turn:
        if self.at == "acting" and self.pay is not None:
            said = p.Listed((said, p.word("query.paid_uncertain")), "clause")
        return Turn(move(self, "failed", request="", said=said))

    def _again(self, known: Known) -> Turn:
        """The question that came to nothing, with the same ids; from the start where nothing is known yet."""
        if self.part.query and self.found is None:
            return self._ask(known)
        if self.wants == "act" and self.acted is None:
            return self._act(known) if self.pay or not self.part.pays else Turn(move(self, "confirm"))
        return self._issue(known, self.papers.asked + 1)

    # --- what the citizen wants ----------

    def _want(self, wants: str, known: Known) -> Turn:
        wanting = msgspec.structs.replace(self, wants=wants)
        if wanting._has_to_say():
            return wanting._begin_details(known)
        if self.found and self.found.choices and not self.choice:
            return Turn(go(wanting, "choose"))
        if wants == "act":
            return Turn(go(wanting, "confirm"))
        return wanting._issue(known, self.papers.asked + 1)

    def _next(self, known: Known) -> Turn:
        """Choose → confirm → sign → permit → pay → act: each only where it is needed."""
        if self.at == "choose":
            return self._issue(known, self.papers.asked + 1) if self.wants == "document" else Turn(go(self, "confirm"))
        if self.at == "confirm" and self.part.signed:
            return Turn(go(self, "sign"))
        if self.part.permit and not (self.permit and self.permit.inside):
            return self._take_permit(known)
        return self._pay_or_act(known)

    def _pay_or_act(self, known: Known) -> Turn:
        paid = self.pay is not None and self.pay.state is PayState.PAID
        return self._begin_pay(known) if self.part.pays and not paid else self._act(known)

    def _begin_pay(self, known: Known) -> Turn:
        order = known.id(f"order/{self.choice}/{self.orders + 1}")
        bill = self.choice or self.part.act
        begun = PayBegun(order, self.item.slug, known.case_id, (), _who(known), bill, self.amount_fen or 0)
        paid = paying.begin(begun, known)
        return Turn(move(self, "pay", pay=paid.paying, orders=self.orders + 1), paid.effects)

    def _paid(self, order: paying.Paying, event: Met, known: Known) -> Turn:
        paid = paying.meet(order, event, known)
        if paid.paying == order and not paid.effects:
            return Turn(self)
        after = msgspec.structs.replace(self, pay=paid.paying)
        if paid.paying.state is PayState.PAID:
            acting = after._act(known)
            return Turn(acting.service, (*paid.effects, *acting.effects))
        if paid.paying.settled:
            return self._refused(move(after, "found" if self.found else "confirm", pay=None), paid.effects, known)
        return Turn(after, paid.effects)

    def _act(self, known: Known) -> Turn:
        told = DepartmentToldToAct(
            known.id("/".join(("act", self.part.act, self.choice, *self._told(known), str(self.orders)))),
            self.item.slug,
            self.part.connector,
            self.part.act,
            _who(known),
            self._args(known, "act"),
            self.pay.begun.order_id if self.pay else "",
            self._declared(known),
        )
        return self._question("acting", told, known)

    def _declared(self, known: Known) -> Declared | None:
        """What was signed, word for word, with the hand that signed it."""
        if not self.part.signed or not (self.strokes or self.agreed):
            return None
        signature = svg(self.strokes) if self.strokes else consent(self.agreed)
        text = say(self.part.signed, known.language)
        return Declared(text, known.language, self.item.version, known.wall, signature)

    # --- the permit ----------

    def _take_permit(self, known: Known) -> Turn:
        permit, asked = permits.take(self.permit, known)
        return Turn(move(self, "permit", permit=permit), asked)

    def _without_permit(self, known: Known) -> Turn:
        permit, out = permits.give_back(self.permit, known) if self.permit else (None, ())
        return Turn(move(self, "found" if self.found else "confirm", permit=permit), out)

    def _permit_moved(self, event: m.PermitMoved, known: Known) -> Turn:
        if self.permit is None:
            return Turn(self)
        permit = permits.heard(self.permit, event, self.found.expects.get(permits.PROOF, "") if self.found else "")
        if permit == self.permit:
            return Turn(self)
        after = msgspec.structs.replace(self, permit=permit)
        match self.at:
            case "permit" if permit.said is m.PermitState.INSIDE and not permit.other:
                return after._pay_or_act(known)
            case "permit" if permit.other and permit.inside:
                permit, out = permits.give_back(permit, known)
                return Turn(msgspec.structs.replace(after, permit=permit), out)
            case "endorsing":
                permit, out = permits.give_back(permit, known)
                return Turn(move(after, "returning", permit=permit), out)
            case "returning":
                return Turn(move(after, "acted"))
            case _:
                return Turn(after)

    def _endorse(self, permit: permits.Permit, acted: DepartmentActed, known: Known) -> Turn:
        """The department has done it: now it is put on the permit, once for this choice and order."""
        done = move(self, "endorsing", request="", acted=acted)
        paper = known.id(f"endorsement/{self.choice}/{self.orders}")
        asked, wishes = permits.endorse(permit, paper, acted.endorsement or acted.reference, known)
        return Turn(msgspec.structs.replace(done, permit=asked), wishes)

    # --- paper ----------

    def _issue(self, known: Known, number: int) -> Turn:
        wanted = DocumentWanted(
            self.papers.id(known, number),
            self.item.slug,
            self.part.connector,
            self.part.document,
            _who(known),
            self._args(known, "document"),
            self.papers.id(known, number - 1) if number > 1 else "",
        )
        return self._question("issuing", wanted, known)

    def _print(self, issued: DocumentIssued, known: Known) -> Turn:
        asked = papers.issued(self.papers, issued, known)
        return Turn(move(self, "paper", request="", issued=issued, papers=asked.papers), asked.effects)

    def _args(self, known: Known, part: str) -> dict[str, str]:
        """What goes with a question: the choice, and the form's answers where the item says so."""
        told = details.answers(self.details, known) if self.details is not None and part in self.part.told else {}
        held = {permits.PROOF: self.permit.tail} if part == "act" and self.permit and self.permit.tail else {}
        return told | held | ({"choice": self.choice} if self.choice and part != "query" else {})


def _with(query: Query, asked: details.Details) -> Query:
    return msgspec.structs.replace(query, details=asked)


def _who(known: Known) -> Person:
    """The holder of the card; nobody, for what anybody may ask."""
    return person(known.holder) if known.holder else Person("", "", "none")


def opened(known: Known, slug: str) -> Turn:
    """Begin with consent: what a department knows is asked for only by whom it concerns (BJ-33)."""
    item = known.find(slug)
    if item is None:
        message = f"a query was opened for item {slug!r}, which this terminal does not have"
        raise LookupError(message)
    return Turn(Query("consent", item=item, began=known.now))
