"""How orders and projects stand: by card, or by the number and code on the paper. Pure."""

from typing import Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE
from contract.orders import (
    OrdersAsked,
    OrdersFound,
    OrderStands,
    ProjectAsked,
    ProjectFound,
    ProjectPart,
    Wish,
)
from contract.questions import Answer, Question
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Identified, Known, Met, Service, Then, Turn, back, go, move, stay
from kiosk.journey.services.courtesies import AGAIN, trouble, unanswered, waiting, why_not
from kiosk.journey.services.numbering import plain
from kiosk.journey.typing import typed

LONGEST: Final = 25
"""Of a number: a project made of a joint filing has the number of its case."""
CODE_AT_MOST: Final = 12
CODE_AT_LEAST: Final = 6
_ICONS: Final = {Wish.AGENT: "hand-helping", Wish.HOME: "house", Wish.LATE: "clock"}


class Tracking(Service, frozen=True, kw_only=True):
    """`at`: how, number, code, asking, orders, one, project, failed."""

    of: str = "order"
    """`order` or `project`: what the number is of."""
    number: str = ""
    code: str = ""
    request: str = ""
    asked: int = 0
    orders: tuple[OrderStands, ...] = ()
    chosen: str = ""
    project: ProjectFound | None = None
    said: p.Said = ""

    @property
    def waiting(self) -> str:
        return self.request

    # --- what is shown ----------

    def page(self, known: Known) -> p.Page:
        return msgspec.structs.replace(self._page(), header=p.word("orders.track_header"))

    def _page(self) -> p.Page:
        match self.at:
            case "how":
                return self._how()
            case "number" | "code":
                return self._enter()
            case "asking":
                return waiting("tracking.asking", p.word("orders.asking"), usually=2, icon="search")
            case "orders":
                return self._orders()
            case "one":
                return self._one()
            case "project" if self.project is not None:
                return _project(self.project)
            case _:
                ways = (p.word("progress.way_phone"),)
                return trouble("tracking.failed", p.word("orders.failed"), self.said, ways=ways)

    @staticmethod
    def _how() -> p.Page:
        names = {"card": "id-card", "order": "receipt", "project": "briefcase", "booking": "calendar-check"}
        options = tuple(
            p.Option(name, p.word(f"orders.by.{name}"), p.word(f"orders.by_note.{name}"), icon)
            for name, icon in names.items()
        )
        why = p.word("orders.track_why")
        return p.Page("tracking.how", p.word("orders.track"), p.Choose(options), why=why, pace=p.Pace.MENU)

    def _enter(self) -> p.Page:
        text = self.number if self.at == "number" else self.code
        longest = LONGEST if self.at == "number" else CODE_AT_MOST
        enough = bool(text) if self.at == "number" else len(text) >= CODE_AT_LEAST
        why = p.word(f"orders.enter_{self.of}_why")
        return p.Page(
            f"tracking.{self.at}",
            p.word(f"orders.enter_{self.at}"),
            p.Enter(p.Pad.CODE, text, p.word(f"orders.example_{self.at}"), complete=enough, longest=longest),
            why=why,
            main=p.Action("go", p.word("frame.next"), off="" if enough else why),
            personal=True,
        )

    def _orders(self) -> p.Page:
        if not self.orders:
            return p.Page(
                "tracking.none",
                p.word("orders.none"),
                p.Read((p.Line(p.word("orders.none_why")), p.Bullet(p.word("progress.way_phone")))),
                main=p.Action("done", p.word("orders.done"), "check"),
            )
        options = tuple(
            p.Option(one.number, one.title, p.Moment(one.placed_at), _ICONS[one.wish], mark=one.state)
            for one in self.orders
        )
        return p.Page(
            "tracking.orders",
            p.word("orders.mine"),
            p.Choose(options),
            why=p.word("orders.mine_why"),
            second=(p.Action("done", p.word("orders.done"), "check"),),
            personal=True,
        )

    def _one(self) -> p.Page:
        one = next(order for order in self.orders if order.number == self.chosen)
        told: list[p.Block] = [p.Big(one.state, p.word("progress.state")), p.Line(one.next)]
        if one.outcome:
            told += [p.Heading(p.word("orders.outcome")), p.Line(one.outcome)]
        if one.agent:
            told.append(p.Entry(p.word("orders.agent"), p.Listed((one.agent, one.agent_number), "clause")))
            told.append(p.Entry(p.word("orders.agent_phone"), one.agent_phone))
        if one.day:
            told.append(p.Entry(p.word("orders.when"), p.Listed((p.Day(one.day), one.slot), "clause")))
        if one.due_at:
            told.append(p.Entry(p.word("orders.due"), p.Moment(one.due_at)))
        told.append(p.Entry(p.word("orders.number"), one.number))
        if one.bring:
            told.append(p.Heading(p.word("orders.ready")))
            told += [p.Bullet(name) for name in one.bring]
        told.append(p.Heading(p.word("progress.steps")))
        told += [p.Bullet(p.Listed((p.Moment(step.at), step.title), "facts"), step.note, "done") for step in one.steps]
        return p.Page(
            "tracking.one",
            one.title,
            p.Read(tuple(told)),
            main=p.Action("done", p.word("orders.done"), "check"),
            personal=True,
        )

    # --- what happens ----------

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "how", e.Chose("booking"):
                return Turn(self, then=Then.OPEN, about="appointment:mine")
            case "how", e.Chose("card"):
                return Turn(msgspec.structs.replace(self, of="card"), then=Then.CARD)
            case "how", e.Chose("order" | "project" as of):
                return Turn(go(self, "number", of=of))
            case _, Identified():
                return self._ask(known)
            case (("number" | "code"), (e.KeyPressed() | e.Erased() | e.Cleared())):
                return self._typed(event)
            case "number", e.Acted("go") if self.number:
                return Turn(go(self, "code"))
            case "code", e.Acted("go") if len(self.code) >= CODE_AT_LEAST:
                return self._ask(known)
            case "asking", e.Answered(_, request, answer) if request == self.request:
                return self._answered(answer)
            case "asking", e.Unanswered(_, request, why) if request == self.request:
                return Turn(move(self, "failed", request="", said=unanswered(why)))
            case "orders", e.Chose(value) if value in {one.number for one in self.orders}:
                return Turn(go(self, "one", chosen=value))
            case "failed", e.Acted(action) if action == AGAIN:
                return self._ask(known)
            case "failed", e.Acted("back"):
                return Turn(self, then=Then.BACK)
            case (("orders" | "one" | "project"), e.Acted("done")):
                return Turn(self, then=Then.FAREWELL)
            case _, e.WentBack() if self.at != "asking":
                return back(self)
            case _:
                return Turn(self)

    def _typed(self, event: e.KeyPressed | e.Erased | e.Cleared) -> Turn:
        if self.at == "number":
            return stay(self, number=typed(self.number, event, LONGEST, plain).upper())
        return stay(self, code=typed(self.code, event, CODE_AT_MOST, plain).upper())

    def _ask(self, known: Known) -> Turn:
        question: Question
        match self.of:
            case "project":
                question = ProjectAsked(self.number, self.code)
            case "card":
                question = OrdersAsked(known.holder.id_number if known.holder else "")
            case _:
                question = OrdersAsked("", self.number, self.code)
        request = f"tracking/{self.asked + 1}"
        asked = move(self, "asking", request=request, asked=self.asked + 1, said="")
        return Turn(asked, (e.AskCentre(known.visit, request, question),))

    def _answered(self, answer: Answer) -> Turn:
        match answer:
            case OrdersFound(found) if self.of == "order" and len(found) == 1:
                return Turn(move(self, "one", request="", orders=found, chosen=found[0].number))
            case OrdersFound(found) if self.of != "project":
                return Turn(move(self, "orders", request="", orders=found))
            case ProjectFound() if self.of == "project":
                return Turn(move(self, "project", request="", project=answer))
            case _:
                said = why_not(answer) or p.word("unanswered.broken")
                return Turn(move(self, "failed", request="", said=said))


def _project(project: ProjectFound) -> p.Page:
    """Every approval, stage by stage: how it stands, who has it, until when, and who is waited for (BJ-22)."""
    told: list[p.Block] = []
    parts = [part for stage in project.stages for part in stage.parts]
    done = sum(bool(part.done) for part in parts)
    told.append(p.Big(p.word("orders.project_done", done=str(done), all=str(len(parts)))))
    if project.steward:
        name = p.Listed((project.steward, project.steward_number), "clause")
        told.append(p.Entry(p.word("orders.steward"), name))
        if project.steward_phone:
            told.append(p.Entry(p.word("orders.agent_phone"), project.steward_phone))
    for stage in project.stages:
        told.append(p.Heading(stage.title))
        told += [_line(part) for part in stage.parts]
    return p.Page(
        "tracking.project",
        project.title,
        p.Read(tuple(told)),
        why=p.word("orders.project_why"),
        main=p.Action("done", p.word("orders.done"), "check"),
        personal=True,
    )


def _line(part: ProjectPart) -> p.Bullet:
    """`waits` and the day stand in words: a colour alone says nothing."""
    if part.done:
        note: p.Said = p.Listed((part.state, p.Day(part.done)), "facts")
        return p.Bullet(part.title, note, "done")
    due: tuple[p.Said, ...] = (p.word("orders.until", day=p.Day(part.due)),) if part.due else ()
    late: tuple[p.Said, ...] = (p.word("orders.late"),) if part.late else ()
    # "Waiting for the land office" says whose it is; it is not said twice.
    said = (part.waits,) if _names(part) else (part.who, part.waits or part.state)
    note = p.Listed((*said, *due, *late), "facts")
    return p.Bullet(part.title, note, "missing" if part.late else "hourglass")


def _names(part: ProjectPart) -> bool:
    """Whether whoever is waited for is who has it."""
    return part.who.get(DEFAULT_LANGUAGE, "?") in part.waits.get(DEFAULT_LANGUAGE, "")


def opened(known: Known, about: str) -> Turn:
    """`mine` for the card's own; `project` for a project; else asked."""
    if about == "mine":
        return Turn(Tracking("how", of="card"), then=Then.CARD)
    if about == "project":
        return Turn(Tracking("number", of="project"))
    return Turn(Tracking("how"))
