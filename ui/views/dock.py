"""The dock of the demonstration: what a person beside the terminal could do to it. Pure; not in the wheel."""

from typing import Final

import msgspec

from ui.views.bench import DEVICES


class ReaderState(msgspec.Struct, frozen=True):
    """What the card-reader simulator says of itself."""

    card: str | None = None


class PrinterState(msgspec.Struct, frozen=True):
    """What the ticket-printer simulator says of itself."""

    tickets: int = 0
    paper: str = "full"
    cover: str = "closed"


class DeviceState(msgspec.Struct, frozen=True):
    """What any simulator says of its line."""

    plugged: bool = True
    fault: str = "none"


class Around(msgspec.Struct, frozen=True):
    """The world around the terminal, as the demonstration tells it."""

    reader: ReaderState = ReaderState()
    printer: PrinterState = PrinterState()
    link: bool = True
    headphones: bool = False
    departments: str = ""
    gateway: str = ""
    ticket: str = ""
    centre: str = ""
    devices: dict[str, DeviceState] = {}
    faults: tuple[str, ...] = ()


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
    bench: tuple[OrderView, ...]
    """Every device's own orders and every fault of the catalogue, for the device that was chosen."""
    partners: tuple[OrderView, ...]
    """Whom the centre asks: the departments and the payment gateway."""
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


_DEPARTMENTS: Final = (
    ("up", "部门正常", "Answer well"),
    ("slow", "部门很慢", "Slow"),
    ("down", "部门中断", "Down"),
    ("wrong", "回答有误", "Nonsense"),
    ("gone", "没有回话", "No answer"),
    ("lost", "办了没回话", "Done, not told"),
)
_GATEWAY: Final = (
    ("up", "支付正常", "Answers well"),
    ("late", "回答太晚", "Answers late"),
    ("lost", "收到不回话", "Heard, not told"),
    ("deaf", "听不到", "Hears nothing"),
    ("twice", "通知两次", "Calls back twice"),
    ("behind", "通知迟到", "Calls back late"),
    ("never", "从不通知", "Never calls back"),
)


def dock_view(around: Around, taken: str, trouble: str, chosen: str = "") -> DockView:
    """`taken` is the picture of the last ticket somebody took out of the slot, `chosen` the device on the bench."""
    waiting = around.ticket if around.ticket != taken else ""
    return DockView(
        orders=(
            *_card_orders(around),
            *_printer_orders(around),
            *_link_orders(around),
            *_jack_orders(around),
        ),
        bench=(*_device_orders(around, chosen), *_play_orders(around, chosen)) if chosen else (),
        partners=(
            *_partner_orders("departments", "部门 · Departments", _DEPARTMENTS, around.departments),
            *_partner_orders("gateway", "支付网关 · Payments", _GATEWAY, around.gateway),
        ),
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


def _partner_orders(
    order: str, heading: str, modes: tuple[tuple[str, str, str], ...], now: str
) -> tuple[OrderView, ...]:
    """How a program beyond the centre may be; nothing where the demonstration has none."""
    orders = (
        _order(order, chinese, english, on=mode == now, possible=mode != now, card=mode)
        for mode, chinese, english in modes
    )
    return (_heading(heading), *orders) if now else ()


def _jack_orders(around: Around) -> tuple[OrderView, ...]:
    return (
        _heading("耳机孔 · Headphone jack"),
        _order("plug_in", "插上耳机", "Headphones in", on=around.headphones, possible=not around.headphones),
        _order("plug_out", "拔下耳机", "Headphones out", on=not around.headphones, possible=around.headphones),
    )


def _device_orders(around: Around, chosen: str) -> tuple[OrderView, ...]:
    return (
        _heading("设备 · Devices"),
        *(
            _order("choose", DEVICES[name][0], _in_words(state), on=name == chosen, card=name)
            for name, state in around.devices.items()
        ),
    )


def _in_words(state: DeviceState) -> str:
    return "unplugged" if not state.plugged else "" if state.fault == "none" else state.fault


def _play_orders(around: Around, chosen: str) -> tuple[OrderView, ...]:
    name, own = DEVICES[chosen]
    now = around.devices.get(chosen, DeviceState())
    return (
        _heading(f"{name} · 可做的事 · What happens to it"),
        *(
            _order("play", chinese, english, on=False, card=str(number))
            for number, (chinese, english, _) in enumerate(own)
        ),
        _order("play", "拔掉", "Unplug", on=not now.plugged, possible=now.plugged, card="unplug"),
        _order("play", "插回", "Plug in", on=now.plugged, possible=not now.plugged, card="replug"),
        _heading("线路故障 · Fault on its line"),
        *(
            _order("play", "", name, on=name == now.fault, possible=name != now.fault, card=name)
            for name in ("none", *around.faults)
        ),
    )
