"""The pages of a filing that tell: what is needed, why not here, what the card says, what is promised. Pure."""

from typing import Final

import msgspec

from contract.catalogue import Material, Text
from contract.offering import AGENCY_CONSENT, holds
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Then, Turn
from kiosk.journey.services.filing import papers, plan
from kiosk.journey.services.filing.choosing import NEXT
from kiosk.journey.services.filing.moving import onward, reopen
from kiosk.journey.services.filing.questions import Ask, card_fact, chosen_parts, form, is_personal, masked
from kiosk.journey.services.filing.state import Filing, tell

AGREE: Final = "agree"
NUMBER: Final = "number"
HOME: Final = "home"
_TOLD: Final = {
    plan.NEEDS: ("filing.needs", "filing.needs_why", "filing.begin"),
    "consent": ("filing.consent", "filing.consent_why", "filing.agree"),
    "promise": ("filing.promise", "filing.promise_why", "filing.go_sign"),
    "tolerance": ("filing.tolerance", "filing.tolerance_why", "filing.go_sign"),
}


def page(f: Filing, known: Known) -> p.Page | None:
    """The page of this place; None where something else is done."""
    if f.at == plan.STOP:
        return _stop(f)
    if f.at == plan.FACTS:
        return _facts(f, known)
    if f.at not in _TOLD:
        return None
    title, why, main = _TOLD[f.at]
    return p.Page(
        f"filing.{f.at}",
        p.word(title),
        p.Read(_blocks(f, known)),
        why=p.word(why),
        main=p.Action(AGREE, p.word(main)),
        personal=bool(f.told) or known.holder is not None,
    )


def touched(f: Filing, known: Known, event: e.Touch) -> Turn:
    """Read and agreed to, to be changed, or done elsewhere."""
    match event:
        case e.Acted(action) if action == AGREE and f.at in _TOLD:
            told = tell(f, "consent", AGENCY_CONSENT["zh-Hans"]) if f.at == "consent" else f
            return onward(msgspec.structs.replace(told, seen=(*told.seen, f.at)), known)
        case e.Acted(action) if action == NEXT and f.at == plan.FACTS:
            told = f
            for ask in on_card(f, known):
                told = tell(told, ask.key, f.answers.get(ask.key) or card_fact(ask, f.subject(known)))
            return onward(msgspec.structs.replace(told, seen=(*told.seen, plan.FACTS)), known)
        case e.AnswerReopened(key) if f.at == plan.FACTS and key in {ask.key for ask in on_card(f, known)}:
            return reopen(f, known, f"{plan.FORM}{key}")
        case e.Acted(action) if action == HOME and f.at == plan.STOP:
            return Turn(f, then=Then.HOME)
        case _:
            return Turn(f)


def on_card(f: Filing, known: Known) -> tuple[Ask, ...]:
    """The questions the card answers."""
    return tuple(ask for ask in form(f) if card_fact(ask, f.subject(known)))


def _facts(f: Filing, known: Known) -> p.Page:
    subject = f.subject(known)
    rows = tuple(
        p.Row(
            ask.key,
            ask.label,
            masked(ask, f.answers.get(ask.key) or card_fact(ask, subject), subject),
            is_personal(ask),
        )
        for ask in on_card(f, known)
    )
    return p.Page(
        "filing.facts",
        p.word("filing.facts"),
        p.Check(rows, p.word("filing.facts_note")),
        why=p.word("filing.facts_why"),
        main=p.Action(NEXT, p.word("filing.facts_right")),
        personal=True,
    )


def _stop(f: Filing) -> p.Page:
    """Not here: where, when and whom to ask instead (ZN-04)."""
    answer, item = plan.stopped(f), f.of
    said: p.Said = answer.stop if answer else p.word("filing.stop_why")
    return p.Page(
        "filing.stop",
        p.word("filing.stop"),
        p.Read(
            (
                p.Line(said, p.Tone.ATTENTION),
                p.Heading(p.word("filing.stop_where")),
                p.Entry(p.word("item.window"), item.window),
                p.Entry(p.word("item.place"), item.place),
                p.Entry(p.word("item.hours"), item.opening_hours),
                p.Entry(p.word("item.phone"), item.consultation_phone),
            )
        ),
        why=p.word("filing.stop_why"),
        main=p.Action(HOME, p.word("filing.go_home"), "house"),
        personal=bool(f.told),
    )


def _blocks(f: Filing, known: Known) -> tuple[p.Block, ...]:
    match f.at:
        case plan.NEEDS:
            return _needs(f, known)
        case "consent":
            return (p.Line(AGENCY_CONSENT), p.Bullet(p.word("filing.consent_free")))
        case "promise":
            return _promise(f, known)
        case _:
            return _tolerance(f, known)


def _needs(f: Filing, known: Known) -> tuple[p.Block, ...]:
    """Everything at once: materials with what they are, notes that hold, limit, fee (ZN-01)."""
    found: list[p.Block] = []
    found += [p.Line(note, p.Tone.ATTENTION) for note in notes(f)]
    for item in chosen_parts(f):
        found.append(p.Bullet(item.title, item.result, "file-badge"))
    if needed := papers.materials(f):
        found.append(p.Heading(p.word("filing.needs_papers")))
        found += [p.Bullet(material.name, _need(f, known, material), _mark(f, material)) for material in needed]
    else:
        found.append(p.Bullet(p.word("item.no_materials"), mark="done"))
    found.append(p.Heading(p.word("filing.needs_facts")))
    found.append(p.Entry(p.word("item.fee"), f.of.fee))
    found.append(p.Entry(p.word("item.result"), f.of.result))
    return tuple(found)


def notes(f: Filing) -> tuple[Text, ...]:
    """The notes that hold for these answers."""
    answers, items = f.answers, (f.of, *chosen_parts(f))
    told = [
        answer.note
        for situation in plan.situations(f)
        for answer in situation.answers
        if answer.note and answers.get(situation.key) == answer.value
    ]
    return (*told, *(note.text for item in items for note in item.notes if holds(note.when, answers)))


def _mark(f: Filing, material: Material) -> str:
    if not material.required:
        return "dot"
    return "file-text" if material.main or f.of.tolerance is None else "clock"


def _need(f: Filing, known: Known, material: Material) -> p.Said:
    """Main or tolerable, what stands for it, who wants it, who issues it."""
    told: list[p.Said] = []
    if not material.required:
        told.append(p.word("item.if_needed"))
    elif not material.main and f.of.tolerance is not None:
        told.append(p.word("filing.need_later"))
    elif material.code and f.of.tolerance is not None:
        told.append(p.word("filing.need_main"))
    told += [p.word(f"filing.instead_{way}") for way in material.instead]
    told += [material.note] if material.note else []
    told += [p.word("filing.need_source", source=material.source)] if material.source else []
    if wanting := papers.wanted_by(f, material):
        told.append(p.word("filing.need_by", items=p.Listed(wanting)))
    return p.Listed(tuple(told), "clause")


def _promise(f: Filing, known: Known) -> tuple[p.Block, ...]:
    told = f.of.commitment
    if told is None:
        return ()
    found: list[p.Block] = [p.Heading(p.word("filing.promise_for"))]
    found += [p.Bullet(material.name) for material in papers.promised(f, known)]
    found += [p.Heading(p.word("filing.promise_told")), *(p.Bullet(text) for text in told.told)]
    found += [p.Heading(p.word("filing.promise_yours")), p.Line(told.promised)]
    found += [p.Heading(p.word("filing.promise_false")), p.Line(told.consequences, p.Tone.ATTENTION)]
    return tuple(found)


def _tolerance(f: Filing, known: Known) -> tuple[p.Block, ...]:
    told = f.of.tolerance
    if told is None:
        return ()
    found: list[p.Block] = [p.Line(p.word("filing.tolerance_all_main"), p.Tone.GOOD)]
    found.append(p.Heading(p.word("filing.tolerance_missing")))
    found += [p.Bullet(material.name, mark="missing") for material in papers.left_out(f, known)]
    found.append(p.Heading(p.word("filing.tolerance_until")))
    found.append(p.Big(p.word("item.limit.working_day", count=str(told.working_days))))
    found.append(p.Line(p.word("filing.tolerance_how")))
    found.append(p.Line(p.word("filing.tolerance_else"), p.Tone.ATTENTION))
    return tuple(found)
