"""A paper of a service: asked for, on its way, and how that ended; asked for again it voids the one before. Pure."""

from typing import Final, NamedTuple, assert_never

import msgspec

from contract.pages_counted import PagesCounted
from contract.papers import Paper
from contract.questions import DocumentIssued
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met
from kiosk.journey.services.courtesies import waiting

MOST: Final = 3
"""After that it is staff's."""
_COMING: Final = (e.TicketState.WAITING, e.TicketState.PRINTING)
REPRINT: Final = "paper.reprint"
COUNT: Final = "pages"
"""Begins the option that says how many pages came out."""


class Papers(msgspec.Struct, frozen=True):
    """The papers of one kind that this visit asked for; `name` is part of their ids."""

    name: str
    asked: int = 0
    state: e.TicketState = e.TicketState.WAITING
    fault: str = ""
    paper_id: str = ""
    """Of the one that was asked for last."""
    pages: int = 0
    """How many it has; 0 before it is set."""
    out: int | None = None
    """How many came out, as the printer or the citizen counted."""

    @property
    def to_count(self) -> bool:
        """Whether only the citizen can say what came out."""
        return self.asked > 0 and self.state is e.TicketState.UNCERTAIN and self.out is None and self.pages > 0

    @property
    def coming(self) -> bool:
        """Whether one may come out any moment."""
        return self.asked > 0 and self.state in _COMING

    @property
    def may_again(self) -> bool:
        """Whether another may be asked for."""
        return self.asked < MOST and not self.coming and (self.asked == 0 or self.state is not e.TicketState.PRINTED)

    def id(self, known: Known, number: int) -> str:
        """Of the paper with this number, from 1."""
        return known.id(f"paper/{self.name}/{number}")


class Asked(NamedTuple):
    """The papers after one was asked for, and the effect that prints it."""

    papers: Papers
    effects: tuple[e.Effect, ...]


def ask(papers: Papers, template: str, paper: Paper, known: Known) -> Asked:
    """Print one of the terminal's own; not while another is under way, nor more than there may be."""
    return _ask(papers, known, template, msgspec.to_builtins(paper))


def issued(papers: Papers, document: DocumentIssued, known: Known) -> Asked:
    """Print one a department has issued: its serial and code stand in its foot."""
    foot: dict[str, object] = {
        "serial": document.serial,
        "verification_code": document.verification_code,
        "verify_url": document.verify_url,
        "issued_at": document.issued_at,
    }
    return _ask(papers, known, document.template, document.data | foot, document.file, document.file_type)


def _ask(
    papers: Papers, known: Known, template: str, data: dict[str, object], file: bytes = b"", file_type: str = ""
) -> Asked:
    if not papers.may_again:
        return Asked(papers, ())
    number = papers.asked + 1
    effect = e.PrintPaper(
        known.visit,
        papers.id(known, number),
        template,
        tuple(sorted(data.items())),
        known.language,
        voids=papers.id(known, number - 1) if number > 1 else "",
        file=file,
        file_type=file_type,
    )
    begun = Papers(papers.name, number, e.TicketState.PRINTING, paper_id=effect.paper_id)
    return Asked(begun, (effect,))


def heard(papers: Papers, event: Met, known: Known) -> Papers:
    """What became of the one that was asked for last; about any other paper it means nothing."""
    match event:
        case e.PaperMoved(_, paper_id, state, fault, out, pages) if papers.asked and paper_id == papers.id(
            known, papers.asked
        ):
            return msgspec.structs.replace(papers, state=state, fault=fault, pages=pages or papers.pages, out=out)
        case _:
            return papers


def counted(visit: int, value: str) -> tuple[e.PaperMoved, e.KeepRecord] | None:
    """您拿到了几页: what the citizen says, as news of the paper and as a record beside its report; None for none."""
    match value.split("/"):
        case [word, paper_id, out, pages] if word == COUNT and out.isdigit() and pages.isdigit():
            all_out = int(out) >= int(pages)
            state = e.TicketState.PRINTED if all_out else e.TicketState.UNCERTAIN
            told = PagesCounted(paper_id, int(out), int(pages), "")
            return (
                e.PaperMoved(visit, paper_id, state, "", int(out), int(pages)),
                e.KeepRecord(visit, f"{paper_id}.pages", told),
            )
        case _:
            return None


def _count(papers: Papers, name: str) -> p.Page:
    some = range(papers.pages, -1, -1)
    options = tuple(
        p.Option(
            f"{COUNT}/{papers.paper_id}/{out}/{papers.pages}",
            p.word("paper.count_none") if out == 0 else p.word("paper.count_pages", pages=str(out)),
            mark=p.word("paper.count_all") if out == papers.pages else "",
        )
        for out in some
    )
    return p.Page(
        f"{name}.count",
        p.word("paper.count"),
        p.Choose(options),
        why=p.word("paper.count_why", pages=str(papers.pages)),
        may_back=False,
    )


def page(papers: Papers, name: str, done: p.Action, *more: p.Block) -> p.Page:
    """What became of it, and once more where it did not come out."""
    if papers.coming:
        return waiting(f"{name}.printing", p.word("paper.printing"), usually=15, icon="printer")
    if papers.to_count:
        return _count(papers, name)
    state = papers.state.value
    again = (p.Action(REPRINT, p.word("paper.reprint"), "printer"),) if papers.may_again else ()
    return p.Page(
        f"{name}.{state}",
        p.word(f"paper.title.{state}"),
        p.Read((p.Line(p.word(f"paper.told.{state}"), tone(papers.state)), *more)),
        main=done,
        second=again,
        trouble=p.word(papers.fault) if papers.fault else "",
        may_back=False,
    )


def tone(state: e.TicketState) -> p.Tone:
    """Colour goes with the words, never alone."""
    match state:
        case e.TicketState.PRINTED:
            return p.Tone.GOOD
        case e.TicketState.FAILED | e.TicketState.UNCERTAIN:
            return p.Tone.ATTENTION
        case e.TicketState.WAITING | e.TicketState.PRINTING:
            return p.Tone.PLAIN
        case _:
            assert_never(state)
