"""领表: a form of an item, had blank, as a filled sample, or filled in here and printed. Pure.

Nothing is kept of what is filled in: it stands on the paper, and goes with the visit.
"""

from typing import Final

import msgspec

from contract.catalogue import Item
from contract.offering import BlankForm
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, back, go, move, stay
from kiosk.journey.services import details, papers
from kiosk.journey.services.details import Details
from kiosk.journey.services.formpaper import blank, filled, sample, samples
from kiosk.journey.services.papers import Papers

MOST_COPIES: Final = 5
PRINT: Final = "print"
SUBMIT: Final = "submit"


class Forms(Service, frozen=True, kw_only=True):
    """`at`: pick, form, sample, copies, fill, paper."""

    item: Item
    code: str = ""
    kind: str = ""
    """`blank`, `sample` or `filled`: what is being printed."""
    told: Details | None = None
    copies: int = 1
    copy: int = 1
    """The one that is being printed, from 1."""
    rounds: int = 0
    papers: Papers = Papers("form")

    @property
    def form(self) -> BlankForm:
        """The form that was chosen."""
        return next(form for form in self.item.forms if form.code == self.code)

    def page(self, known: Known) -> p.Page:
        match self.at:
            case "pick":
                return self._pick(known)
            case "sample":
                return self._sample(known)
            case "copies":
                return self._how_many()
            case "fill" if self.told is not None:
                return self._filling(self.told, known)
            case "paper":
                return self._paper()
            case _:
                return self._about(known)

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "paper", e.PaperMoved():
                return self._moved(papers.heard(self.papers, event, known), known)
            case "fill", e.Acted(action) if self.told and self.told.complete and action == SUBMIT:
                return self._print("filled", 1, known)
            case "fill", _ if self.told is not None:
                return self._filled(self.told, event, known)
            case "pick", e.Chose(code) if any(form.code == code for form in valid(self.item, known)):
                return Turn(go(self, "form", code=code))
            case "copies", e.Chose(count) if count.isdecimal() and 0 < int(count) <= MOST_COPIES:
                return stay(self, copies=int(count))
            case _, e.Acted(action):
                return self._pressed(action, known)
            case _, e.WentBack() if self.at != "paper":
                return back(self)
            case _:
                return Turn(self)

    def _pressed(self, action: str, known: Known) -> Turn:
        match self.at, action:
            case "form", "fill" if self.form.fillable:
                return Turn(go(self, "fill", told=self.told or details.begin(self.item, known)))
            case "form", "sample":
                return Turn(go(self, "sample"))
            case "form", "blank":
                return Turn(go(self, "copies", copies=1))
            case "copies", "print":
                return self._print("blank", self.copies, known)
            case "sample", "print":
                return self._print("sample", 1, known)
            case "paper", papers.REPRINT if self.papers.may_again:
                return self._ask(known)
            case "paper", "done" if not self.papers.coming:
                done = self.papers.state is e.TicketState.PRINTED
                return Turn(self, then=Then.RATE) if done else Turn(move(self, "form"))
            case _:
                return Turn(self)

    # --- what is shown ----------

    def _pick(self, known: Known) -> p.Page:
        good = valid(self.item, known)
        options = tuple(
            p.Option(
                form.code,
                form.name,
                _version(form),
                "file-text",
                off="" if form in good else p.word("forms.out_of_date"),
            )
            for form in self.item.forms
        )
        return p.Page("forms.pick", p.word("forms.pick"), p.Choose(options), why=p.word("forms.pick_why"))

    def _about(self, known: Known) -> p.Page:
        form = self.form
        until: p.Said = p.Day(form.valid_until.isoformat()) if form.valid_until else p.word("forms.no_end")
        off = "" if known.papers else p.word("query.no_paper")
        takes_blank = p.Action("blank", p.word("forms.blank"), "printer", off=off)
        fills = p.Action("fill", p.word("forms.fill"), "pencil", off=off)
        good = form in valid(self.item, known)
        facts = (
            p.Entry(p.word("forms.version"), form.version),
            p.Entry(p.word("forms.until"), until),
            p.Entry(p.word("forms.office"), self.item.department),
        )
        told = [p.Bullet(p.word("forms.how_fill")), p.Bullet(p.word("forms.how_blank"))]
        return p.Page(
            "forms.form",
            form.name,
            p.Read((*facts, *(told if form.fillable else told[1:]))),
            why=p.word("forms.why"),
            main=None if not good else fills if form.fillable else takes_blank,
            second=(
                p.Action("sample", p.word("forms.sample"), "eye"),
                *((takes_blank,) if form.fillable and good else ()),
            ),
            trouble="" if good else p.word("forms.out_of_date"),
        )

    def _sample(self, known: Known) -> p.Page:
        off = "" if known.papers else p.word("query.no_paper")
        return p.Page(
            "forms.sample",
            p.word("forms.sample_title"),
            p.Read(tuple(p.Entry(label, value) for label, value in samples(self.item))),
            why=p.word("forms.sample_why"),
            main=p.Action(PRINT, p.word("forms.print_sample"), "printer", off=off),
        )

    def _how_many(self) -> p.Page:
        options = tuple(
            p.Option(str(count), p.word("forms.copies", count=str(count)), chosen=count == self.copies)
            for count in range(1, MOST_COPIES + 1)
        )
        return p.Page(
            "forms.copies",
            p.word("forms.how_many"),
            p.Choose(options),
            why=p.word("forms.how_many_why"),
            main=p.Action(PRINT, p.word("forms.print_blank"), "printer"),
        )

    def _filling(self, asked: Details, known: Known) -> p.Page:
        shown = asked.page(known)
        named = msgspec.structs.replace(shown, name=f"forms.{shown.name}")
        if not asked.complete:
            return named
        return msgspec.structs.replace(
            named,
            body=p.Check(details.review(asked, known)),
            title=p.word("forms.review"),
            why=p.word("forms.review_why"),
            main=p.Action(SUBMIT, p.word("forms.print_filled"), "printer"),
        )

    def _paper(self) -> p.Page:
        printed = self.papers.state is e.TicketState.PRINTED
        done = p.Action("done", p.word("forms.done" if printed else "forms.back"), "check")
        count = () if self.copies == 1 or not printed else (p.Line(p.word("forms.all", count=str(self.copies))),)
        return papers.page(self.papers, "forms.paper", done, *count)

    # --- paper ----------

    def _filled(self, asked: Details, event: Met, known: Known) -> Turn:
        after, left = details.met(asked, event, known)
        return back(self, told=None) if left else Turn(msgspec.structs.replace(self, told=after))

    def _print(self, kind: str, copies: int, known: Known) -> Turn:
        if not known.papers:
            return Turn(self)
        rounds = self.rounds + 1
        named = Papers(f"form/{self.code}/{rounds}/1")
        return move(self, "paper", kind=kind, copies=copies, copy=1, rounds=rounds, papers=named)._ask(known)

    def _moved(self, moved: Papers, known: Known) -> Turn:
        """One sheet after the other: one that did not come out is not passed over."""
        if moved.state is not e.TicketState.PRINTED or self.copy >= self.copies or moved == self.papers:
            return stay(self, papers=moved)
        copy = self.copy + 1
        named = Papers(f"form/{self.code}/{self.rounds}/{copy}")
        return msgspec.structs.replace(self, copy=copy, papers=named)._ask(known)

    def _ask(self, known: Known) -> Turn:
        match self.kind:
            case "filled" if self.told is not None:
                paper = filled(self.item, self.form, self.told, known)
            case "sample":
                paper = sample(self.item, self.form)
            case _:
                paper = blank(self.item, self.form)
        asked = papers.ask(self.papers, "form", paper, known)
        return Turn(msgspec.structs.replace(self, papers=asked.papers), asked.effects)


def valid(item: Item, known: Known) -> tuple[BlankForm, ...]:
    """The forms that may still be handed in on this day."""
    return tuple(form for form in item.forms if form.valid_until is None or known.today <= form.valid_until.isoformat())


def _version(form: BlankForm) -> p.Said:
    return p.word("forms.of_version", version=form.version)


def opened(known: Known, slug: str) -> Turn:
    """The forms of an item; with one alone, that one."""
    item = known.find(slug)
    if item is None or not item.forms:
        message = f"forms were opened for item {slug!r}, which has none on this terminal; open it where item.forms is"
        raise LookupError(message)
    if len(item.forms) == 1:
        return Turn(Forms("form", item=item, code=item.forms[0].code))
    return Turn(Forms("pick", item=item))
