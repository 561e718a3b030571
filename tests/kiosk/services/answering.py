"""A centre that answers whatever a visit asks, as it pleases: well, badly, late, or not at all."""

import random
from dataclasses import dataclass, field
from typing import Any

import msgspec

from contract import orders as o
from contract import questions as q
from contract.assisting import GuideAsked, GuideKnown
from contract.deliveries import Licence, Movement, Posted
from contract.handling import CorrectionTold, RefusalTold, ToleranceAsked, ToleranceStands, Wrong
from contract.positions import BringBack, BroughtBack, NumbersAsked, NumbersStand, NumberStands
from contract.waiting import WaitAsked, WaitTold

LABEL = {"zh-Hans": "一", "en": "one"}
PASSED = NumberStands(
    "n1", "A1-017", "居住证申领", "passed", can_come_back=True, comes_back_until="2026-11-23T10:40:00+08:00"
)
WAITS = NumberStands("n2", "B2-003", "居住证申领", "waiting", 2, 5, 15, at="2026-11-23T10:12:00+08:00")
SECTION = q.Section(LABEL, (q.Fact(LABEL, "张三", personal=True), q.Fact(LABEL, "100 元")))
DAYS = (
    q.SlotDay("2026-11-23", (q.Slot("s1", "09:00", "09:30", 2), q.Slot("s2", "09:30", "10:00", 0))),
    q.SlotDay("2026-11-24", (), LABEL),
)

LATER: dict[str, Any] = {
    "missing": (LABEL,),
    "missing_codes": ("lease",),
    "missing_until": "2026-12-14",
    "handed_in": (LABEL,),
    "posted": Posted("EX123456789", "某局", "2026-11-20", True, (Movement("2026-11-21T09:00:00+08:00", LABEL),)),
    "licences": (Licence(LABEL, LABEL, "N-1"), Licence(LABEL, LABEL)),
}
"""What a case may have beside: papers to bring, a parcel, a set of licences."""


def booking(booking_id: str, state: q.BookingState = q.BookingState.BOOKED) -> q.Booking:
    """A booking of today."""
    return q.Booking(
        booking_id, "12345678", "real-estate-transfer", LABEL, "2026-11-22", "15:00", "15:30", state, "14:30", "15:10"
    )


def order(wish: o.Wish) -> o.OrderStands:
    """One somebody is going to do."""
    return o.OrderStands(
        number=f"FW261122{wish.value.upper()}",
        wish=wish,
        title=LABEL,
        placed_at="2026-11-20T10:00:00+08:00",
        state=LABEL,
        next=LABEL,
        due_at="2026-11-23T17:30:00+08:00",
        day="2026-11-23",
        slot="09:00–11:30",
        agent="李四",
        agent_number="D-07",
        agent_phone="0591-87654321",
        bring=("居民身份证",),
        outcome=LABEL,
        steps=(o.OrderStep("2026-11-20T10:00:00+08:00", LABEL),),
    )


def project() -> o.ProjectFound:
    """Two stages: one thing done, one late, one that waits."""
    part = o.ProjectPart(title=LABEL, who=LABEL, state=LABEL, begun="2026-11-01", due="2026-11-20", waits=LABEL)
    first = o.ProjectStage(LABEL, (msgspec.structs.replace(part, done="2026-11-10", waits={}),))
    second = o.ProjectStage(LABEL, (msgspec.structs.replace(part, late=True), part))
    return o.ProjectFound(
        number="XM1", title=LABEL, stages=(first, second), steward="李四", steward_number="D-07", steward_phone="12345"
    )


@dataclass
class Centre:
    """Remembers what was created under which id: asked twice it answers alike and creates nothing."""

    chance: random.Random
    made: dict[str, q.Answer] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)
    refunded: set[str] = field(default_factory=set)
    acts: dict[str, str] = field(default_factory=dict)
    """Act id -> the order it was paid with."""

    def answer(self, question: q.Question) -> q.Answer:  # noqa: C901, PLR0911, PLR0912 - a case for each question
        """What comes back; now and then a refusal or nobody there."""
        sour = self.chance.random()
        if sour < 0.08:
            return q.Unavailable(self.chance.choice(("down", "slow", "wrong", "busy", "never-heard-of")))
        if sour < 0.14 and not isinstance(question, q.PayAsked | q.PayClosed | q.RefundWanted):
            return q.Refused(self.chance.choice(("name_differs", "not_found", "never-heard-of")), person=True)
        match question:
            case q.DepartmentAsked():
                many = tuple((f"c{number}", LABEL) for number in range(self.chance.randrange(0, 4)))
                return q.DepartmentFound((SECTION,), "2026-11-22T10:00:00+08:00", LABEL, many, 1500)
            case q.DepartmentToldToAct():
                self.acts[question.act_id] = question.order_id
                return q.DepartmentActed("REF-1", (SECTION,), self.chance.choice(("", "2026-12-01")))
            case q.DocumentWanted():
                made = q.DocumentIssued("S1", "ABCD1234", "https://c/v/ABCD1234", "2026-11-22T10:00:00+08:00", "query")
                return self.made.setdefault(question.document_id, made)
            case q.SlotsAsked():
                return q.SlotsFound(DAYS)
            case q.Book():
                if self.chance.random() < 0.3:
                    return q.SlotGone(DAYS)
                return self.made.setdefault(question.booking_id, q.Booked(booking(question.booking_id)))
            case q.CancelBooking():
                return q.Booked(booking(question.booking_id, q.BookingState.CANCELLED))
            case q.BookingsAsked():
                states = self.chance.sample(list(q.BookingState), self.chance.randrange(0, 3))
                return q.BookingsFound(tuple(booking(f"b{at}", state) for at, state in enumerate(states)))
            case q.CheckIn():
                return q.CheckedIn(booking(question.booking_id, q.BookingState.CHECKED_IN), "A")
            case q.PayBegun() | q.PayAsked():
                return self._pay(question.order_id)
            case q.PayClosed():
                state = q.PayState.PAID if question.order_id in self.paid else q.PayState.CLOSED
                return q.PayStands(question.order_id, state, 1500)
            case q.RefundWanted():
                self.refunded.add(question.order_id)
                return q.PayStands(question.order_id, q.PayState.REFUNDING, 1500)
            case q.CasesAsked():
                step = q.CaseStep("2026-11-20T10:00:00+08:00", LABEL)
                case = q.CaseStands(
                    "6101170001202611220000178", "x", LABEL, "2026-11-20T10:00:00+08:00", LABEL, (step,),
                    route=LABEL, route_why=(LABEL, LABEL), result_by=LABEL, at_unit=LABEL, **written(question),
                    **(LATER if question.person is not None else {}),
                )  # fmt: skip
                return q.CasesFound((case,) * self.chance.randrange(0, 2))
            case ToleranceAsked(item):
                return ToleranceStands(allowed=len(item) % 2 == 0, text=LABEL)
            case NumbersAsked():
                return NumbersStand(self.chance.choice(((), (PASSED,), (WAITS,), (WAITS, PASSED))))
            case BringBack():
                return self.chance.choice((BroughtBack(WAITS), BroughtBack(None, "queue_too_late"), BroughtBack()))
            case q.TraceAsked():
                return q.TraceFound((q.CaseStep("2026-11-20T10:00:00+08:00", LABEL),) * self.chance.randrange(0, 3))
            case q.PickupsAsked():
                kinds = (("p1", 3, "", ""), ("p2", 0, "", ""), ("p3", 0, "diploma", ""), ("p4", 4, "", "person"))
                return q.PickupsFound(
                    tuple(
                        q.Pickup(name, LABEL, "GL-01", door, "2026-12-01", LABEL, paper, proof)
                        for name, door, paper, proof in kinds
                    )
                )
            case WaitAsked(_, queue):
                return WaitTold(queue, "2026-11-22T14:00:00+08:00", self.chance.choice((0, 7, 40)), 8.0, 3)
            case GuideAsked():
                return GuideKnown(question.badge, "王芳")
            case q.ReplyAsked():
                return q.ReplyFound(question.number, LABEL, (), LABEL)
            case o.OrdersAsked():
                return o.OrdersFound((order(o.Wish.HOME), order(o.Wish.LATE))[: self.chance.randrange(0, 3)])
            case o.ProjectAsked():
                return project()
            case q.SurveyAsked():
                asked = q.SurveyQuestion("clear", LABEL, (("yes", LABEL), ("no", LABEL)))
                return q.SurveyOffered("2026-4", LABEL, (asked,))
            case _:
                return q.Unavailable("down")

    def _pay(self, order_id: str) -> q.PayStands:
        if order_id not in self.refunded and self.chance.random() < 0.3:
            self.paid.add(order_id)
        state = q.PayState.PAID if order_id in self.paid else q.PayState.WAITING
        return q.PayStands(order_id, state, 1500, ((LABEL, 1500),), "" if order_id in self.paid else "https://pay/1")


def written(asked: q.CasesAsked) -> dict[str, Any]:
    """By card a correction of two defects, by number a refusal: what staff write is as long as they like."""
    at, office, place = "2026-11-21T09:00:00+08:00", "市场监督管理局", "政务服务中心一楼企业服务区 8 – 10 号窗口"
    if asked.person is None:
        reason, following = (
            "经营场所在居民楼内，没有取得有利害关系的业主一致同意。" * 2,
            "取得业主一致同意的书面材料后重新申请。",
        )
        told = RefusalTold("n2", at, "acceptance", reason, following, office, place, "029-86912315", "张*")
        return {"refusal": told}
    wrong = (
        Wrong("经营场所证明", "没有房东签名，租期也没有写明", "请房东签名并写明租期后重新提交"),
        Wrong("照片", "模糊", "重拍"),
    )
    return {"corrections": (CorrectionTold("n1", at, wrong, "2026-12-04", office, place, "029-86912315", "张*"),)}
