"""The dock of the demonstration: what a person beside the terminal could do to it. Pure; not in the wheel."""

from typing import Final

import msgspec


class ReaderState(msgspec.Struct, frozen=True):
    """What the card-reader simulator says of itself."""

    card: str | None = None


class PrinterState(msgspec.Struct, frozen=True):
    """What the ticket-printer simulator says of itself."""

    tickets: int = 0
    paper: str = "full"
    cover: str = "closed"


class Around(msgspec.Struct, frozen=True):
    """The world around the terminal, as the demonstration tells it."""

    reader: ReaderState = ReaderState()
    printer: PrinterState = PrinterState()
    link: bool = True
    ticket: str = ""
    centre: str = ""


class OrderView(msgspec.Struct, frozen=True):
    """A heading, or a button with its order; `on` is how the world is now."""

    heading: str
    order: str
    card: str
    label: str
    note: str
    on: bool
    possible: bool


class DockView(msgspec.Struct, frozen=True):
    """Everything the dock shows."""

    orders: tuple[OrderView, ...]
    ticket: str
    slot: str
    tickets: str
    centre: str
    trouble: str


_CARDS: Final = (
    ("resident", "居民身份证", "Resident card"),
    ("hk_mo_tw", "港澳台居住证", "HK / Macao / Taiwan"),
    ("foreigner_2017", "外国人永居证 2017", "Foreigner 2017"),
    ("foreigner_2023", "外国人永居证 2023", "Foreigner 2023"),
)


def dock_view(around: Around, taken: str, trouble: str) -> DockView:
    """`taken` is the picture of the last ticket somebody took out of the slot."""
    waiting = around.ticket if around.ticket != taken else ""
    return DockView(
        orders=(*_card_orders(around), *_printer_orders(around), *_link_orders(around)),
        ticket=f"file:{waiting}" if waiting else "",
        slot="" if waiting else "出票口空 · The slot is empty",
        tickets=f"已出小票 {around.printer.tickets} 张 · {around.printer.tickets} tickets cut",
        centre=around.centre,
        trouble=trouble,
    )


def _heading(text: str) -> OrderView:
    return OrderView(text, "", "", "", "", on=False, possible=False)


def _order(order: str, label: str, note: str, *, on: bool, possible: bool = True, card: str = "") -> OrderView:
    return OrderView("", order, card, label, note, on=on, possible=possible)


def _card_orders(around: Around) -> tuple[OrderView, ...]:
    lying = around.reader.card
    return (
        _heading("读卡区 · Card reader"),
        *(
            _order("put_card", chinese, english, on=lying == name, possible=lying is None, card=name)
            for name, chinese, english in _CARDS
        ),
        _order("lift_card", "取走身份证", "Lift the card", on=False, possible=lying is not None),
    )


def _printer_orders(around: Around) -> tuple[OrderView, ...]:
    printer = around.printer
    return (
        _heading("小票打印机 · Ticket printer"),
        _order("paper_out", "缺纸", "Paper out", on=printer.paper == "out", possible=printer.paper != "out"),
        _order("paper_low", "纸少", "Paper low", on=printer.paper == "low", possible=printer.paper != "low"),
        _order("refill", "纸足", "Paper full", on=printer.paper == "full", possible=printer.paper != "full"),
        _order("cover_open", "机盖打开", "Cover open", on=printer.cover == "open", possible=printer.cover != "open"),
        _order(
            "cover_close", "机盖合上", "Cover closed", on=printer.cover == "closed", possible=printer.cover == "open"
        ),
        _order("take_paper", "取走小票", "Take the ticket", on=False, possible=bool(around.ticket)),
    )


def _link_orders(around: Around) -> tuple[OrderView, ...]:
    return (
        _heading("网络 · Link to the centre"),
        _order("cut_link", "网络断开", "Link cut", on=not around.link, possible=around.link),
        _order("mend_link", "网络接通", "Link up", on=around.link, possible=not around.link),
    )
