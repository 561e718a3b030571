"""常见问题: what is often asked, its whole answer, and whom to ask where that is not enough (ZZ-02). Pure."""

from typing import Final

from contract.offering import Frequent
from kiosk import faq
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, back, go

HOTLINE: Final = "12345"
"""政务服务便民热线, the same all over the country."""


class Questions(Service, frozen=True, kw_only=True):
    """`at`: list, answer, hotline. Nothing is asked about whoever reads, and nothing is kept."""

    item: str = ""
    """Only those about this item."""
    key: str = ""

    def page(self, known: Known) -> p.Page:
        asked = self._asked(known)
        match self.at:
            case "hotline":
                return self._hotline(known)
            case "answer" if asked is not None:
                return self._answer(asked, known)
            case _:
                return self._list(known)

    def _list(self, known: Known) -> p.Page:
        options = tuple(p.Option(one.key, one.question, icon="circle-help") for one in self._told(known))
        return p.Page(
            "faq.list",
            p.word("faq.title"),
            p.Choose(options),
            why=p.word("faq.why"),
            second=(self._leave(), self._call()),
            pace=p.Pace.MENU,
            header=p.word("faq.header"),
        )

    def _answer(self, asked: Frequent, known: Known) -> p.Page:
        item = known.find(asked.item)
        leads = item is not None and known.item is not item
        return p.Page(
            "faq.answer",
            asked.question,
            p.Read((p.Line(asked.answer),)),
            why=p.word("faq.answer_why"),
            main=p.Action("item", p.word("faq.item")) if leads else p.Action("done", p.word("faq.more"), "arrow-left"),
            second=(self._leave(), self._call()),
            header=p.word("faq.header"),
        )

    def _hotline(self, known: Known) -> p.Page:
        item = known.find(self.item) or known.item
        told: tuple[p.Block, ...] = (p.Big(HOTLINE, p.word("faq.hotline_name")), p.Line(p.word("faq.hotline_how")))
        if item is not None:
            told += (p.Entry(p.word("faq.department_phone"), item.consultation_phone),)
        return p.Page(
            "faq.hotline",
            p.word("faq.hotline_title"),
            p.Read(told),
            why=p.word("faq.hotline_why"),
            main=p.Action("back", p.word("faq.back"), "arrow-left"),
            second=(self._leave(),),
            header=p.word("faq.header"),
        )

    def _leave(self) -> p.Action:
        return p.Action("leave", p.word("faq.leave"), "message-square")

    def _call(self) -> p.Action:
        return p.Action("call", p.word("faq.call", number=HOTLINE), "phone")

    def _told(self, known: Known) -> tuple[Frequent, ...]:
        """Those of the item where there are any, else all."""
        there = faq.load(known.items)
        return tuple(one for one in there if self.item and one.item == self.item) or there

    def _asked(self, known: Known) -> Frequent | None:
        return next((one for one in faq.load(known.items) if one.key == self.key), None)

    def meet(self, event: Met, known: Known) -> Turn:
        match event:
            case e.Chose(key) if self.at == "list" and key in {one.key for one in self._told(known)}:
                return Turn(go(self, "answer", key=key))
            case e.Acted("call") if self.at in ("list", "answer"):
                return Turn(go(self, "hotline"))
            case e.Acted("leave"):
                return Turn(self, then=Then.OPEN, about=f"saying:consultation/{self.item}")
            case e.Acted("item") if self.at == "answer" and (asked := self._asked(known)) and asked.item:
                return Turn(self, then=Then.OPEN, about=f"item:{asked.item}")
            case e.Acted("done" | "back") | e.WentBack():
                return back(self)
            case _:
                return Turn(self)


def opened(known: Known, about: str) -> Turn:
    """The answer to a question by its key, those about an item by its slug, or all there are."""
    if about in {one.key for one in faq.load(known.items)}:
        return Turn(Questions("answer", key=about))
    return Turn(Questions("list", item=about if known.find(about) else ""))
