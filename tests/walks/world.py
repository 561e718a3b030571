"""Everybody on the other end of a visit, well disposed: departments, pool, gateway, store, camera, printers, doors."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from contract import questions as q
from contract.catalogue import Text
from contract.handling import ToleranceAsked, ToleranceStands
from kiosk.journey import events as e
from kiosk.journey.services.filing import drafting
from tests.kiosk.services.filing.citizen import Citizen
from tests.kiosk.services.stations import Machines

if TYPE_CHECKING:
    from tests.walks.errands import Errand

CASE_NUMBER = "6101170001202611220000178"
YES: Text = {"zh-Hans": "有登记", "en": "on record"}
DAYS = (
    q.SlotDay("2026-11-24", (q.Slot("s1", "09:00", "09:30", 2), q.Slot("s2", "09:30", "10:00", 1))),
    q.SlotDay("2026-11-25", (q.Slot("s3", "14:00", "14:30", 3),)),
)
STEP = q.CaseStep("2026-11-20T10:00:00+08:00", {"zh-Hans": "已受理", "en": "Accepted"})


@cache
def scanned() -> bytes:
    """A sheet as the camera shows it."""
    sheet = Image.new("L", (210, 297), 255)
    ImageDraw.Draw(sheet).rectangle((30, 40, 180, 60), fill=0)
    sheet.save(kept := BytesIO(), "PNG")
    return kept.getvalue()


class World:
    """Answers by the kind of what is asked; what the errand says comes first."""

    def __init__(self, errand: "Errand") -> None:
        self.errand = errand
        self.asked: list[q.Question] = []
        self.looks = 0
        """How often an order was looked after."""

    def picture(self, name: str) -> bytes:  # noqa: ARG002 - one paper looks like another
        """What the screen shows of the camera."""
        return scanned()

    def replies(self, effect: e.Effect) -> Iterator[e.News]:  # noqa: C901 - one case for each effect
        """What becomes of it, at once."""
        match effect:
            case e.AskCentre(visit, request, question):
                self.asked.append(question)
                answer = self._answer(question)
                silence = e.Unanswered(visit, request, "slow")
                yield silence if answer is None else e.Answered(visit, request, answer)
            case e.CaptureScan(visit, request, _):
                yield e.ScanSeen(visit, request, f"scan-{request}", f"image://pictures/{request}", "good")
            case e.KeepScan(visit, scan_id, _):
                yield e.ScanKept(visit, scan_id)
            case e.SaveCase(visit, case_id, item):
                late = "2026-12-14" if effect.filed.missing else ""
                yield e.CaseSaved(
                    visit, case_id, CASE_NUMBER, "B1-003", "2026-11-23", "2026-11-23T10:00:00+08:00", "2026-11-30",
                    item.slug, missing_until=late,
                )  # fmt: skip
            case e.PrintTicket(visit, case_id):
                yield e.TicketMoved(visit, case_id, e.TicketState.PRINTED)
            case e.PrintReceipt(visit, case_id):
                yield e.ReceiptMoved(visit, case_id, e.TicketState.PRINTED)
            case e.PrintPaper(visit, paper_id):
                yield e.PaperMoved(visit, paper_id, e.TicketState.PRINTED, pages_out=1)
            case e.ShowPaper(visit, paper_id):
                yield e.PaperShown(visit, paper_id, ("image://pictures/paper",))
            case e.KeepRecord(visit, record_id):
                yield e.RecordKept(visit, record_id, "")
            case e.OpenDoor(visit, request):
                yield e.DoorMoved(visit, request, "opened")
                yield e.DoorMoved(visit, request, "closed")
            case _:
                yield from Machines().news(effect)

    def _answer(self, question: q.Question) -> q.Answer | None:  # noqa: C901, PLR0911, PLR0912 - a case a question
        said = self.errand.said.get(type(question))
        if said is not None:
            return said(question) if callable(said) else said
        match question:
            case q.DepartmentAsked():
                found = (q.Section(YES, (q.Fact(YES, "编号 77231"),)),)
                return q.DepartmentFound(found, "2026-11-23T09:00:00+08:00", YES, amount_fen=1500)
            case q.DepartmentToldToAct():
                return q.DepartmentActed("JG-0001", ())
            case q.DocumentWanted():
                return q.DocumentIssued(
                    "S1", "ABCD2345", "https://zwfw.example/v/ABCD2345", "2026-11-23T10:00:00+08:00", "query"
                )
            case q.SlotsAsked():
                return q.SlotsFound(DAYS)
            case q.Book():
                return q.Booked(booking(question.booking_id))
            case q.CancelBooking():
                return q.Booked(booking(question.booking_id, q.BookingState.CANCELLED))
            case q.BookingsAsked():
                return q.BookingsFound((booking("b1"),))
            case q.CheckIn():
                return q.CheckedIn(booking(question.booking_id, q.BookingState.CHECKED_IN), "A", "booked")
            case q.PayBegun() | q.PayAsked():
                self.looks += 1
                return order(question.order_id, q.PayState.PAID if self.looks > 2 else q.PayState.WAITING)
            case q.PayClosed():
                return order(question.order_id, q.PayState.CLOSED)
            case q.CasesAsked():
                return q.CasesFound((case(),))
            case q.TraceAsked():
                return q.TraceFound((STEP,))
            case q.PickupsAsked():
                return q.PickupsFound((pickup(),))
            case q.ReplyAsked():
                answered = {"zh-Hans": "窗口已经加开。", "en": "Another window is open now."}
                return q.ReplyFound(question.number, {"zh-Hans": "已答复", "en": "Answered"}, (), answered)
            case q.SurveyAsked() | q.PickupMoved():
                return None
            case q.DraftKept():
                url = "https://zwfw.example/draft/K7M2Q9"
                return q.DraftHeld(question.draft_id, "K7M2Q9", url, "2026-11-30T23:59:59+08:00")
            case ToleranceAsked():
                return ToleranceStands(allowed=True)
            case q.HelpAsked():
                state = "over" if question.ended else "answered"
                return q.HelpStands(question.help_id, state, "导办员 3 号", ("请点下面的按钮",))
            case _:
                return None


def drafted(question: q.Question) -> q.Answer:
    """A filing somebody has put aside."""
    citizen = Citizen()
    citizen.begin("flexible-employment-insurance")
    citizen.go_on("filing.review")
    held = drafting.content(citizen.filing)
    return q.DraftFound("d1", "flexible-employment-insurance", citizen.filing.of.version, held)


def booking(booking_id: str, state: q.BookingState = q.BookingState.BOOKED) -> q.Booking:
    """A booking of the day of the visit."""
    title = {"zh-Hans": "二手房转移登记", "en": "Second-hand home transfer"}
    return q.Booking(
        booking_id, "12345678", "real-estate-transfer", title, "2026-11-23", "10:15", "10:45", state,
        "2026-11-23T09:45:00+08:00", "2026-11-23T10:55:00+08:00",
    )  # fmt: skip


def order(order_id: str, state: q.PayState) -> q.PayStands:
    """An order of fifteen yuan."""
    if state is q.PayState.WAITING:
        return q.PayStands(order_id, state, 1500, ((YES, 1500),), "https://pay.example/1", "2026-11-23T10:15:00+08:00")
    return q.PayStands(
        order_id, state, 1500, ((YES, 1500),), paid_at="2026-11-23T10:01:00+08:00", receipt_number="61-1"
    )


def case(*, may_rate_again: bool = False) -> q.CaseStands:
    """A case that is being looked at."""
    title, state = {"zh-Hans": "居住证申领", "en": "Residence permit"}, {"zh-Hans": "审查中", "en": "In review"}
    return q.CaseStands(
        CASE_NUMBER, "x", title, "2026-11-20T10:00:00+08:00", state, (STEP,), may_rate_again=may_rate_again
    )


def pickup(document: str = "") -> q.Pickup:
    """Something behind door 3 of this terminal, or a document to print."""
    title, where = {"zh-Hans": "居住证", "en": "Residence permit"}, {"zh-Hans": "一楼", "en": "Ground floor"}
    return q.Pickup("p1", title, "GL-01", 0 if document else 3, "2026-12-01", where, document)
