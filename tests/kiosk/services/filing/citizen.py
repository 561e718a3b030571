"""A patient citizen who files whatever is asked, and the world around: camera, departments, gateway, store, printer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from contract.messages import Holder
from contract.offering import Text
from contract.questions import (
    Answer,
    DepartmentActed,
    DepartmentAsked,
    DepartmentFound,
    DepartmentToldToAct,
    DraftAsked,
    DraftFound,
    DraftHeld,
    DraftKept,
    Fact,
    PayAsked,
    PayBegun,
    PayClosed,
    PayStands,
    PayState,
    Question,
    RefundWanted,
    Section,
)
from kiosk import services
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.services.filing.state import Filing
from kiosk.journey.step import Journey, Screen, step
from tests.kiosk.services.stations import Machines

VISIT = 7
CASE = "case-of-this-visit"
WALL = "2026-11-23T10:00"
ITEMS = services.load().items
FILINGS = tuple(item for item in ITEMS if item.kind.value == "filing")
HOLDER = Holder(
    "resident",
    "张三",
    "11010519491231002X",
    "女",
    "汉",
    "1949-12-31",
    "北京市朝阳区和平里 5 号",
    "分局",
    "2020-01-01",
    None,
)
OTHER = Holder("resident", "李四", "610117195805124321", "女", "汉", "1958-05-12", "西安市高陵区", "分局", "", None)
STROKES = (((100, 100), (300, 120), (500, 90)), ((120, 200), (480, 220)))
TYPED = {
    p.Pad.MOBILE: "13800138000", p.Pad.NAME: "李四", p.Pad.ID: "110105195803120061", p.Pad.MONEY: "5000",
    p.Pad.DIGITS: "2", p.Pad.TEXT: "五号楼二单元", p.Pad.CODE: "A1234567", p.Pad.LATIN: "ABC",
}  # fmt: skip
WORDS: Text = {"zh-Hans": "有", "en": "yes"}

Effect = TypeVar("Effect")


@dataclass
class World:
    """Whatever is on the other end, by what it is told to be: `good` unless a test says otherwise."""

    camera: str = "good"
    department: Callable[[Question], Answer | str] | None = None
    pays: str = "paid"
    drafts: dict[str, DraftKept] = field(default_factory=dict)

    def answer(self, question: Question) -> Answer | str:
        """An answer, or why there is none."""
        if self.department is not None and isinstance(question, DepartmentAsked | DepartmentToldToAct):
            return self.department(question)
        match question:
            case DepartmentAsked():
                facts = (Section(WORDS, (Fact(WORDS, "编号 12345"),)),)
                return DepartmentFound(facts, "2026-11-23T09:00:00+08:00", WORDS)
            case DepartmentToldToAct():
                return DepartmentActed("JG-0001", ())
            case PayBegun(order_id):
                return self._order(order_id, question.amount_fen, open_=True)
            case PayAsked(order_id):
                return self._order(order_id, 1000, open_=self.pays == "waits")
            case PayClosed(order_id):
                return PayStands(order_id, PayState.CLOSED, 1000)
            case RefundWanted(order_id):
                return PayStands(order_id, PayState.REFUNDING, 1000)
            case DraftKept():
                self.drafts["K7M2Q9"] = question
                return DraftHeld(
                    question.draft_id, "K7M2Q9", "https://zwfw.example/draft/K7M2Q9", "2026-11-30T23:59:59+08:00"
                )
            case DraftAsked(code) if code in self.drafts:
                kept = self.drafts[code]
                return DraftFound(kept.draft_id, kept.item, kept.item_version, kept.content)
            case _:
                return "offline"

    def _order(self, order_id: str, fen: int, *, open_: bool) -> PayStands:
        if open_:
            lines = ((WORDS, fen),)
            return PayStands(
                order_id, PayState.WAITING, fen, lines, "https://pay.example/1", "2026-11-23T10:15:00+08:00"
            )
        return PayStands(
            order_id, PayState.PAID, fen, ((WORDS, fen),), paid_at="2026-11-23T10:01:00+08:00", receipt_number="61-1"
        )


@dataclass
class Citizen:
    """A visit, and everything it asked for."""

    world: World = field(default_factory=World)
    journey: Journey = field(default_factory=lambda: Journey(visit=VISIT, case_id=CASE, items=ITEMS))
    effects: list[e.Effect] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    now: float = 0.0
    link_up: bool = True
    machines: Machines = field(default_factory=Machines)
    answers_now: bool = True
    choices: dict[str, str] = field(default_factory=dict)
    """Place or page -> option to choose; else the first that can be chosen."""

    def __post_init__(self) -> None:
        self.happen(e.Ticked(0.0, WALL), e.DutyChanged((), link_up=self.link_up, papers=True))

    def happen(self, *events: e.Event) -> None:
        """Let these happen; the world answers at once unless it is told to wait."""
        for event in events:
            self.journey, effects = step(self.journey, event)
            self.effects += effects
            if self.answers_now:
                for effect in effects:
                    self.happen(*self.reply(effect))

    def reply(self, effect: e.Effect) -> Iterator[e.Event]:
        """What the world says to an effect."""
        match effect:
            case e.AskCentre(visit, request, question):
                answer = self.world.answer(question) if self.link_up else "offline"
                yield (
                    e.Unanswered(visit, request, answer)
                    if isinstance(answer, str)
                    else e.Answered(visit, request, answer)
                )
            case e.CaptureScan(visit, request, _) if self.world.camera == "lost":
                yield e.ScanFailed(visit, request, "document_camera.no_picture")
            case e.CaptureScan(visit, request, _):
                yield e.ScanSeen(visit, request, f"scan-{request}", "image://scan/1", self.world.camera)
            case e.KeepScan(visit, scan_id, _):
                yield e.ScanKept(visit, scan_id)
            case e.SaveCase(visit, case_id, item):
                yield e.CaseSaved(
                    visit, case_id, "6101170001202611220000178", "B1-003", "2026-11-23", "2026-11-23T10:00:00+08:00",
                    "2026-11-30", item.slug, missing_until="2026-12-14" if effect.filed.missing else "",
                )  # fmt: skip
            case e.PrintPaper(visit, paper_id):
                yield e.PaperMoved(visit, paper_id, e.TicketState.PRINTED, pages_out=1)
            case _:
                yield from self.machines.news(effect)

    def begin(self, slug: str, holder: Holder = HOLDER) -> None:
        """From the attract screen to the first page of the item's filing."""
        self.happen(e.Started(), e.ItemChosen(slug), e.ItemBegun())
        self.holder = holder

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds
        self.happen(e.Ticked(self.now, WALL))

    @property
    def page(self) -> p.Page | None:
        return self.journey.page

    @property
    def filing(self) -> Filing:
        assert isinstance(self.journey.service, Filing)
        return self.journey.service

    def asked(self, kind: type[Effect]) -> list[Effect]:
        """The effects of one kind so far."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def go_on(self, until: str = "", most: int = 160) -> None:
        """Do what is asked, page after page, until the page of this name or the number."""
        for _ in range(most):
            page = self.page
            self.seen.append(page.name if page else self.journey.screen.value)
            if (page and page.name == until) or self.journey.screen.value == until:
                return
            if self.journey.screen in (Screen.RESULT, Screen.ENDED, Screen.FAREWELL, Screen.HOME):
                break
            self.one_step()
        if until:
            message = f"{until!r} was never reached: {self.seen}"
            raise AssertionError(message)

    def one_step(self) -> None:
        """What a patient citizen does on this page."""
        if self.journey.screen is Screen.CARD:
            self.happen(e.CardRead(VISIT, self.holder))
        elif self.journey.screen is Screen.PERSON:
            self.happen(e.PersonConfirmed())
        elif (page := self.page) is not None:
            self._on(page)

    def _on(self, page: p.Page) -> None:  # noqa: C901 - one case for each kind of page
        match page.body:
            case p.Choose(options):
                wanted = self.choices.get(page.name.removeprefix("filing."))
                open_ = [one.value for one in options if not one.off]
                if not open_:
                    self.wait(3.5)
                    return
                value = wanted if wanted in open_ else open_[0]
                several = page.body.several and any(one.chosen for one in options)
                if not several:
                    self.happen(e.Chose(value))
                if page.main is not None:
                    self.happen(e.Acted(page.main.name))
            case p.Enter(pad):
                self.happen(e.Cleared(), *(e.KeyPressed(key) for key in self.typed(page, pad)), e.Acted("next"))
            case p.Sign():
                self.happen(e.Signed(STROKES), e.Acted("signed"))
            case p.Wait() | p.Scan(busy=True):
                self.wait(3.5)
            case _ if page.name == "filing.principal":
                self.happen(e.CardRead(VISIT, OTHER))
            case _ if page.name.startswith("pay."):
                self.wait(3.5)
            case _ if page.main is not None and not page.main.off:
                self.happen(e.Acted(page.main.name))
            case _:
                self.wait(3.5)

    def typed(self, page: p.Page, pad: p.Pad) -> str:
        """What fits the field."""
        if pad is p.Pad.DATE:
            return "19580312" if "born" in page.name and "child" not in page.name else "20240105"
        return TYPED[pad]


def filed(slug: str, choices: dict[str, str] | None = None) -> Citizen:
    """A citizen who has filed this item to the end."""
    citizen = Citizen(choices=choices or {})
    citizen.begin(slug)
    citizen.go_on("result")
    return citizen


def patient_journeys() -> Iterator[Journey]:
    """Every page a patient citizen meets, at each filing."""
    for item in FILINGS:
        citizen = Citizen()
        citizen.begin(item.slug)
        for _ in range(160):
            yield citizen.journey
            if citizen.journey.screen in (Screen.RESULT, Screen.ENDED, Screen.FAREWELL, Screen.HOME):
                break
            citizen.one_step()
