"""The pages after the case is durable: result, rating, farewell, and the card that was left. Pure."""

from datetime import datetime
from typing import assert_never

import msgspec

from contract.catalogue import Item, ItemKind
from contract.codes import Satisfaction
from contract.routes import decide
from kiosk.journey import queue_line, saying
from kiosk.journey.events import Ending, TicketState
from kiosk.journey.masking import mask_name
from kiosk.journey.page import Said
from kiosk.journey.qr_text import qr_text
from kiosk.journey.step import Outcome
from ui.views.filing import LineView
from ui.views.scene import Scene, bullets, in_parts

_FACES = {
    Satisfaction.VERY_SATISFIED: "laugh",
    Satisfaction.SATISFIED: "smile",
    Satisfaction.FAIRLY_SATISFIED: "meh",
    Satisfaction.DISSATISFIED: "frown",
    Satisfaction.VERY_DISSATISFIED: "angry",
}


class ResultView(msgspec.Struct, frozen=True):
    """The number, and the truth about the paper. `code` is what the QR holds, empty while it is hidden."""

    title: str
    lead: str
    tone: str
    number_label: str
    number: str
    lines: tuple[LineView, ...]
    proof: str
    code: str
    code_title: str
    code_why: str
    notice: str
    notice_why: str
    main: str
    receipt: str
    """The button that prints the receipt on A4; empty where it cannot be asked for."""
    receipt_state: str
    receipt_tone: str
    way: str = ""
    """The button that shows the way to the window, for who goes there now."""


class FaceView(msgspec.Struct, frozen=True):
    """One of five equal answers."""

    value: str
    label: str
    icon: str


class RatingView(msgspec.Struct, frozen=True):
    """Voluntary, and over with one touch."""

    title: str
    why: str
    faces: tuple[FaceView, ...]
    skip: str


class FarewellView(msgspec.Struct, frozen=True):
    """The last page: what to take along, and that nothing stays."""

    title: str
    lines: tuple[str, ...]
    take_card: bool
    touch: str


class TakeCardView(msgspec.Struct, frozen=True):
    """The card is still on the reader."""

    title: str
    why: str


def result_view(scene: Scene) -> ResultView | None:
    """What the terminal promised; None before it has."""
    j = scene.journey
    if j.outcome is None or j.item is None:
        return None
    kind = "number" if j.item.kind is ItemKind.NUMBER else "filing"
    offline = not scene.facts.link_up
    return ResultView(
        title=scene.say(f"result.{kind}_title"),
        lead=_paper(scene),
        tone="attention" if j.ticket in (TicketState.FAILED, TicketState.UNCERTAIN) else "good",
        number_label=scene.say("result.number" if kind == "number" else "result.filing_number"),
        number=j.outcome.number,
        lines=_lines(scene, j.item, j.outcome),
        proof=scene.say("result.proof_card" if j.holder else "result.proof_number"),
        code="" if j.hidden else qr_text(j.outcome.number, j.outcome.business_date, j.outcome.case_number),
        code_title=scene.say("result.qr_hidden" if j.hidden else "result.qr"),
        code_why=scene.say("result.qr_holds"),
        notice=scene.say("result.offline" if kind == "number" else "result.offline_filing") if offline else "",
        notice_why=scene.say("result.offline_do") if offline else "",
        main=scene.say("result.finish"),
        receipt=_receipt_button(scene),
        receipt_state=_receipt_state(scene),
        receipt_tone="attention" if j.receipt in (TicketState.FAILED, TicketState.UNCERTAIN) else "good",
        way=scene.say("way.entry") if kind == "number" else "",
    )


def rating_view(scene: Scene) -> RatingView:
    """Five equal faces."""
    return RatingView(
        title=scene.say("rating.again_title" if scene.journey.rated_again else "rating.title"),
        why=scene.say("rating.again_why" if scene.journey.rated_again else "rating.why"),
        faces=tuple(FaceView(value.value, scene.say(f"rating.{value.value}"), _FACES[value]) for value in Satisfaction),
        skip=scene.say("rating.skip"),
    )


def farewell_view(scene: Scene) -> FarewellView:
    """Good-bye; the card first where it still lies on the reader."""
    j = scene.journey
    waiting = j.card_read and not j.card_gone
    ending = "farewell.finished" if j.ending is Ending.FINISHED else "farewell.left"
    printed = j.ticket in (TicketState.PRINTED, TicketState.PRINTING, TicketState.UNCERTAIN)
    things = "farewell.take_ticket" if j.outcome and printed else "farewell.belongings"
    lines = [scene.say("farewell.take_card_do")] if waiting else []
    if j.ending is Ending.OTHER_CARD:
        lines = [scene.say("farewell.other_card"), scene.say("farewell.other_card_do")]
    if j.receipt is TicketState.PRINTING:
        lines.append(scene.say("farewell.receipt_comes"))
    elif j.receipt in (TicketState.PRINTED, TicketState.UNCERTAIN):
        lines.append(scene.say("farewell.take_receipt"))
    return FarewellView(
        title=scene.say("farewell.take_card" if waiting else ending),
        lines=(*lines, scene.say(things), scene.say("farewell.wiped")),
        take_card=waiting,
        touch="" if waiting or j.receipt_comes else scene.say("farewell.touch"),
    )


def take_card_view(scene: Scene) -> TakeCardView:
    """One sentence; and why, where another card has ended the visit: whoever reads slowly has missed the good-bye."""
    if scene.journey.ending is Ending.OTHER_CARD:
        why = "\n".join((scene.say("farewell.other_card"), scene.say("farewell.other_card_do")))
        return TakeCardView(title=scene.say("farewell.take_card"), why=why)
    return TakeCardView(title=scene.say("take_card.title"), why=scene.say("take_card.why"))


def _paper(scene: Scene) -> str:
    j = scene.journey
    match j.ticket:
        case TicketState.WAITING | TicketState.PRINTING:
            return scene.say("result.printing")
        case TicketState.PRINTED:
            return scene.say("result.printed")
        case TicketState.UNCERTAIN:
            return scene.say("result.uncertain")
        case TicketState.FAILED:
            return scene.say("result.not_printed", cause=scene.fault(j.ticket_fault))
        case _:
            assert_never(j.ticket)


def _receipt_button(scene: Scene) -> str:
    j = scene.journey
    if not (scene.facts.receipts and j.may_ask_receipt):
        return ""
    return scene.say("result.receipt_again" if j.receipts_asked else "result.receipt_print")


def _receipt_state(scene: Scene) -> str:
    j = scene.journey
    match j.receipt:
        case TicketState.WAITING:
            return ""
        case TicketState.PRINTING:
            return scene.say("result.receipt_printing")
        case TicketState.PRINTED:
            return scene.say("result.receipt_printed")
        case TicketState.UNCERTAIN:
            return scene.say("result.receipt_uncertain")
        case TicketState.FAILED:
            return scene.say("result.receipt_failed", cause=scene.fault(j.receipt_fault))
        case _:
            assert_never(j.receipt)


def _lines(scene: Scene, item: Item, outcome: Outcome) -> tuple[LineView, ...]:
    hidden = scene.journey.hidden
    filed = datetime.fromisoformat(outcome.filed_at)
    filing = item.kind is ItemKind.FILING
    case_number = in_parts(outcome.case_number)
    case_number = bullets(case_number) if hidden else case_number
    facts = [
        ("promise", _promise(scene, outcome)),
        ("route", _route(scene, item) if filing else ""),
        ("wait", "" if filing else saying.said(scene.journey.language, _wait(scene, item))),
        ("window", scene.text(item.window)),
        ("filed_at" if filing else "taken_at", f"{filed:%H:%M}"),
        ("case_number", case_number if filing else ""),
        ("holder", _holder(scene) if filing else ""),
    ]
    return tuple(LineView("", scene.say(f"result.{name}"), value) for name, value in facts if value)


def _wait(scene: Scene, item: Item) -> Said:
    """How long, where anybody knows: the paper is out, and nothing is said for nothing."""
    known = queue_line.found(scene.journey.queue, item, scene.journey.wall)
    return queue_line.said(scene.journey.queue, item, scene.journey.wall) if known else ""


def _route(scene: Scene, item: Item) -> str:
    """四办: which way it goes, and why (ZN-13)."""
    filed = scene.journey.filed
    decided = decide(item, filed.missing, filed.joint, filed.reach)
    ways = [scene.say(f"route.{one}") for one in (decided.route, *decided.also)]
    why = [scene.say(f"route.why_{one}") for one in decided.why]
    return scene.say("route.because", ways=scene.say("route.and").join(ways), why=scene.say("route.and").join(why))


def _promise(scene: Scene, outcome: Outcome) -> str:
    if not outcome.promise_date:
        return ""
    day = scene.day(outcome.promise_date)
    return day if outcome.promise_certain else f"{day} {scene.say('promise.uncertain_short')}"


def _holder(scene: Scene) -> str:
    holder = scene.journey.holder
    if holder is None:
        return ""
    name = mask_name(holder.name or holder.latin_name)
    return bullets(name) if scene.journey.hidden else name
