"""代办, 延时 and 上门: an order somebody of the office answers; 预约 leads to the bookings. Pure.

Works offline: the record is kept on the terminal with number and code, and synced like a complaint, once.
"""

from typing import Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.orders import OrderPlaced, Wish
from contract.papers import ComplaintPaper
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.masking import mask_name
from kiosk.journey.saying import said
from kiosk.journey.service import Identified, Known, Met, Service, Then, Turn, back, go, move, stay
from kiosk.journey.services import details
from kiosk.journey.services.courtesies import waiting
from kiosk.journey.services.details import Details
from kiosk.journey.services.numbering import letters
from kiosk.journey.services.orders import asking
from kiosk.journey.services.papers import REPRINT, Papers, ask, heard
from kiosk.journey.services.papers import page as paper_page

NUMBER_LENGTH: Final = 16
CODE_LENGTH: Final = 6
_ICONS: Final = {Wish.AGENT: "hand-helping", Wish.HOME: "house", Wish.LATE: "clock"}


class Orders(Service, frozen=True, kw_only=True):
    """`at`: wish, item, agree, who, details, check, keeping, kept, paper."""

    wish: Wish = Wish.AGENT
    item: Item | None = None
    agreed: bool = False
    """代办: the citizen has agreed to it; never taken for granted (S0-17)."""
    told: Details | None = None
    papers: Papers = Papers("order")

    def number(self, known: Known) -> str:
        """On the paper: FW, the day, and eight letters no other order of the day has."""
        day = known.today.replace("-", "")[2:]
        return f"FW{day}{letters(known.id('order/number'), NUMBER_LENGTH - 8)}"

    def code(self, known: Known) -> str:
        """Beside it: who shows both hears how it stands."""
        return letters(known.id("order/code"), CODE_LENGTH)

    # --- what is shown ----------

    def page(self, known: Known) -> p.Page:
        return msgspec.structs.replace(self._page(known), header=p.word("orders.header"))

    def _page(self, known: Known) -> p.Page:
        match self.at:
            case "wish":
                return self._wishes(known)
            case "item":
                return self._items(known)
            case "agree":
                return self._agreeing()
            case "who":
                return self._who()
            case "details" if self.told is not None:
                return self.told.page(known)
            case "check":
                return self._check(known)
            case "keeping":
                return waiting("orders.keeping", p.word("orders.keeping"), usually=2, icon="save")
            case "paper":
                return paper_page(self.papers, "orders.paper", p.Action("done", p.word("orders.done"), "check"))
            case _:
                return self._kept(known)

    @staticmethod
    def _wishes(known: Known) -> p.Page:
        options = [
            p.Option(
                wish.value,
                p.word(f"orders.wish.{wish.value}"),
                p.word(f"orders.wish_note.{wish.value}"),
                _ICONS[wish],
                off=_not_here(wish, known),
            )
            for wish in (Wish.HOME, Wish.AGENT, Wish.LATE)
        ]
        books = any(item.booking for item in known.items)
        options.append(
            p.Option(
                "booking",
                p.word("orders.wish.booking"),
                p.word("orders.wish_note.booking"),
                "calendar-days",
                off="" if books else p.word("orders.not_here"),
            )
        )
        options.append(p.Option("track", p.word("orders.wish.track"), p.word("orders.wish_note.track"), "search"))
        why = p.word("orders.why")
        return p.Page("orders.wish", p.word("orders.title"), p.Choose(tuple(options)), why=why, pace=p.Pace.MENU)

    def _items(self, known: Known) -> p.Page:
        options = tuple(
            p.Option(item.slug, item.title, item.department, item.icon) for item in asking.items(self.wish, known)
        )
        title = p.word(f"orders.item.{self.wish.value}")
        return p.Page("orders.item", title, p.Choose(options), why=p.word("orders.item_why"))

    def _agreeing(self) -> p.Page:
        told = (
            p.Line(p.word("orders.agree_text")),
            p.Bullet(p.word("orders.agree_free"), mark="done"),
            p.Bullet(p.word("orders.agree_end"), mark="done"),
        )
        return p.Page(
            "orders.agree",
            p.word("orders.agree"),
            p.Read(told),
            why=p.word("orders.agree_why"),
            main=p.Action("agree", p.word("orders.agree_yes"), "check"),
        )

    @staticmethod
    def _who() -> p.Page:
        options = (
            p.Option("card", p.word("orders.by_card"), p.word("orders.by_card_note"), "id-card"),
            p.Option("typed", p.word("orders.by_hand"), p.word("orders.by_hand_note"), "keyboard"),
        )
        return p.Page("orders.who", p.word("orders.who"), p.Choose(options), why=p.word("orders.who_why"))

    def _check(self, known: Known) -> p.Page:
        rows = [
            p.Row("wish", p.word("orders.row.wish"), p.word(f"orders.wish.{self.wish.value}"), personal=False),
            p.Row("item", p.word("orders.row.item"), self.item.title if self.item else "", personal=False),
        ]
        rows += details.rows(self.told, known) if self.told else ()
        return p.Page(
            "orders.check",
            p.word("orders.check"),
            p.Check(tuple(rows)),
            why=p.word("orders.check_why"),
            main=p.Action("send", p.word("orders.send"), "send"),
            personal=True,
            trouble=p.word(self.fault) if self.fault else "",
        )

    def _kept(self, known: Known) -> p.Page:
        ready = tuple(material.name for material in self.item.materials) if self.item else ()
        told: list[p.Block] = [
            p.Big(self.number(known), p.word("orders.number")),
            p.Big(self.code(known), p.word("orders.code")),
            p.Line(p.word(f"orders.kept_next.{self.wish.value}")),
        ]
        if ready:
            told.append(p.Heading(p.word("orders.ready")))
            told += [p.Bullet(name) for name in ready]
        off = "" if known.papers else p.word("query.no_paper")
        return p.Page(
            "orders.kept",
            p.word("orders.kept"),
            p.Read(tuple(told)),
            why=p.word("orders.kept_why" if known.link_up else "orders.kept_offline"),
            main=p.Action("done", p.word("orders.done"), "check"),
            second=(p.Action("print", p.word("orders.print"), "printer", off=off),),
            may_back=False,
        )

    # --- what happens ----------

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "details", _ if self.told is not None:
                return self._detailed(self.told, event, known)
            case _, Identified():
                return self._begin(known)
            case _, e.Chose(value):
                return self._chosen(value, known)
            case _, e.Acted(action):
                return self._pressed(action, known)
            case "check", e.AnswerReopened(key):
                return self._reopened(key, known)
            case "keeping", e.RecordKept(_, record_id, fault) if record_id == known.id("order"):
                return stay(self, at="check", fault=fault) if fault else Turn(move(self, "kept"))
            case _, e.PaperMoved():
                return stay(self, papers=heard(self.papers, event, known))
            case _, e.WentBack() if self.at not in ("keeping", "kept", "paper"):
                return self._back(known)
            case _:
                return Turn(self)

    def _chosen(self, value: str, known: Known) -> Turn:
        match self.at, value:
            case "wish", "booking" if any(item.booking for item in known.items):
                return Turn(self, then=Then.OPEN, about="appointment")
            case "wish", "track":
                return Turn(self, then=Then.OPEN, about="tracking")
            case "wish", _ if value in set(Wish) and not _not_here(Wish(value), known):
                wished = msgspec.structs.replace(self, wish=Wish(value), told=None)
                good = wished.item in asking.items(wished.wish, known)
                return wished._to_people(known) if good else Turn(go(wished, "item", item=None))
            case "item", _ if (found := known.find(value)) in asking.items(self.wish, known):
                return msgspec.structs.replace(self, item=found)._to_people(known)
            case "who", "card":
                return Turn(self, then=Then.CARD)
            case "who", "typed":
                return self._begin(known)
            case _:
                return Turn(self)

    def _pressed(self, action: str, known: Known) -> Turn:
        match self.at, action:
            case "agree", "agree":
                return msgspec.structs.replace(self, agreed=True)._identify(known)
            case "check", "send":
                return self._send(known)
            case (("kept" | "paper"), ("print" | "paper.reprint")) if action in ("print", REPRINT) and known.papers:
                return self._print(known)
            case (("kept" | "paper"), "done") if not self.papers.coming:
                return Turn(self, then=Then.RATE, about="" if known.item else "orders")
            case _:
                return Turn(self)

    def _to_people(self, known: Known) -> Turn:
        """代办 is agreed to first: it is the citizen's own will or it is not done (S0-17)."""
        if self.wish is Wish.AGENT and not self.agreed:
            return Turn(go(self, "agree"))
        return self._identify(known)

    def _identify(self, known: Known) -> Turn:
        return self._begin(known) if known.holder is not None else Turn(go(self, "who"))

    def _begin(self, known: Known) -> Turn:
        if self.item is None:
            return Turn(self)
        told = self.told
        if told is not None and told.complete:
            return Turn(go(self, "check"))
        return Turn(go(self, "details", told=told or asking.begin(self.wish, self.item, known)))

    def _detailed(self, asked: Details, event: Met, known: Known) -> Turn:
        after, left = details.met(asked, event, known)
        if left:
            return back(self, told=None)
        told = msgspec.structs.replace(self, told=after)
        return Turn(go(told, "check")) if after.complete else Turn(told)

    def _reopened(self, key: str, known: Known) -> Turn:
        if key in ("wish", "item"):
            return Turn(go(self, key))
        if self.told is None or key not in details.answers(self.told, known):
            return Turn(self)
        return Turn(go(self, "details", told=details.again(self.told, key, known)))

    def _back(self, known: Known) -> Turn:
        turn = back(self)
        after = turn.service
        if isinstance(after, Orders) and after.at == "details" and self.told is not None:
            return turn._replace(service=msgspec.structs.replace(after, told=details.last(self.told, known)))
        return turn

    def _send(self, known: Known) -> Turn:
        if self.item is None or self.told is None:
            return Turn(self)
        answers = details.answers(self.told, known)
        code, name = asking.area(answers)
        content = asking.content(answers, known)
        record = OrderPlaced(
            order_id=known.id("order"),
            number=self.number(known),
            code=self.code(known),
            wish=self.wish,
            at="",
            language=known.language,
            item=self.item.slug,
            item_title=said(DEFAULT_LANGUAGE, self.item.title),
            reason=answers.get("reason", ""),
            day=answers.get("day", ""),
            slot=answers.get("slot", ""),
            area=code,
            area_name=name,
            bring=asking.bring(self.item, DEFAULT_LANGUAGE),
            consent=said(DEFAULT_LANGUAGE, p.word("orders.agree_text")) if self.agreed else "",
            named=known.holder is not None,
            masked_contact=f"{mask_name(content.name)} {content.mobile[:3]}****{content.mobile[-4:]}",
        )
        keep = e.KeepRecord(known.visit, known.id("order"), record, content)
        return Turn(msgspec.structs.replace(self, at="keeping", fault=""), (keep,))

    def _print(self, known: Known) -> Turn:
        def told(what: p.Said) -> str:
            return said(known.language, what)

        answers = details.answers(self.told, known) if self.told else {}
        when = (told(p.Day(answers["day"])), answers.get("slot", "")) if answers.get("day") else ()
        slip = ComplaintPaper(
            number=self.number(known),
            code=self.code(known),
            matter=told(p.word(f"orders.wish.{self.wish.value}")),
            at=f"{known.wall}:00",
            about=" ".join((told(self.item.title) if self.item else "", *when)),
            contact=mask_name(answers.get("name", "")),
            bring=asking.bring(self.item, known.language) if self.item else (),
        )
        asked = ask(self.papers, "complaint", slip, known)
        return Turn(move(self, "paper", papers=asked.papers), asked.effects)


def _not_here(wish: Wish, known: Known) -> p.Said:
    """Why it cannot be asked for at this place; empty where it can."""
    if wish is Wish.LATE:
        return "" if known.offers.late else p.word("orders.no_late")
    return "" if wish in known.offers.wishes else p.word("orders.not_here")


def opened(known: Known, about: str) -> Turn:
    """For an item by its slug, for a wish by its name, or for nothing in particular."""
    if about in set(Wish) and not _not_here(Wish(about), known):
        return Turn(Orders("item", wish=Wish(about)))
    return Turn(Orders("wish", item=known.find(about)))
