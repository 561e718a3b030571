"""Every page of the technician in every state that looks different, reached by real steps of the session."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kiosk.technician import events as e
from kiosk.technician.session import Session, begin
from kiosk.technician.step import step
from kiosk.technician.values import (
    Care,
    ChainStep,
    Checked,
    Control,
    ControlForm,
    FindingSeen,
    Found,
    Frame,
    KindKnown,
    Page,
    Plan,
    PortHere,
    Presence,
    Revision,
    Seen,
    Setup,
    Tab,
)

CLOCK = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
PRINTER = "ticket_printer"
READER = "id_card_reader"
KINDS = (
    KindKnown(
        READER, "id-card-reader", ("serial", "tcp"),
        (Control("newest_address", ControlForm.SWITCH, default=True),), ("internal", "interactive"), findable=True,
    ),
    KindKnown(
        PRINTER, "ticket-printer", ("serial", "tcp"),
        (
            Control("native_qr", ControlForm.SWITCH, default=True),
            Control("full_cut", ControlForm.SWITCH, default=False),
            Control("evidence_seconds", ControlForm.NUMBER, default=8.0, whole=False),
            Control("logo", ControlForm.NUMBER, default=0, least=0, most=255),
            Control("logo_key", ControlForm.TEXT, default=""),
        ),
        ("internal", "external"), findable=True,
    ),
    KindKnown("document_printer", "document-printer", ("ipp", "ipps"), (), ("internal", "external"), findable=False),
    KindKnown(
        "locker", "locker", ("serial", "tcp"),
        (
            Control("family", ControlForm.CHOICE, default="8a", choices=("8a", "wkly", "modbus")),
            Control("doors", ControlForm.NUMBER, default=12, least=1, most=64),
        ),
        ("internal", "interactive"), commissions=True, findable=True,
    ),
    KindKnown("power", "power", ("nut",), (), ("internal",), findable=False),
)  # fmt: skip
PLAN = Plan(
    {
        READER: Setup("serial:/dev/suiban/id-card-reader?baud=115200"),
        PRINTER: Setup("serial:/dev/suiban/ticket-printer?baud=38400", {"full_cut": True}),
        "power": Setup("nut:ups@127.0.0.1"),
    }
)
WHAT = {"zh-Hans": "打印机没有纸", "en": "the printer has no paper"}
ADVICE = {"zh-Hans": "装入一卷新纸，合上机盖", "en": "put in a new roll and close the cover"}
WELL = Seen(Presence.READY, "08:00:12", parts=(("online", "true"), ("sam_id", "05.03-20190101-0000000001-0000000001")))
OUT = Seen(
    Presence.TROUBLE, "13:58:40", "ticket_printer.paper_out", WHAT, ADVICE,
    parts=(("online", "true"), ("paper", "out"), ("cover", "closed"), ("cutter", "ok"), ("error", "none")),
)  # fmt: skip
SILENT = Seen(
    Presence.LOST, "13:20:01", "device.silent",
    {"zh-Hans": "设备没有回应", "en": "the device does not answer"},
    {"zh-Hans": "再试一次；若仍如此，检查线缆和电源", "en": "try again; if it stays so, check cable and power"},
)  # fmt: skip
REVISIONS = (
    Revision(3, "2026-11-22 13:40", "T-017", "pending", ("- [devices.ticket_printer] port = 9600", "+ port = 38400")),
    Revision(2, "2026-11-20 09:12", "T-017", "taken_back", ("+ [devices.document_printer]",)),
    Revision(1, "2026-11-02 10:00", "T-004", "kept", ("+ [panel] width_mm = 268.0",)),
)
PASSED = Checked(
    "internal", "2026-11-22 13:41", ok=True, seconds=0.2, findings=(FindingSeen("status", ok=True, found="ready"),)
)
UNSURE = Checked(
    "internal", "2026-11-22 13:41", ok=None, seconds=0.2,
    findings=(FindingSeen("status", ok=True, found="ready"), FindingSeen("paper", ok=None, found="unknown")),
)  # fmt: skip
FAILED = Checked("external", "2026-11-22 13:42", ok=False, seconds=8.1, what=WHAT, advice=ADVICE)


@dataclass(frozen=True)
class Sheet:
    """One picture."""

    name: str
    session: Session
    clock: datetime = CLOCK


def outside(language: str = "zh-Hans") -> Session:
    """In front of the door."""
    before = Session(terminal="GL-01", kinds=KINDS, language=language, saved=PLAN, draft=PLAN)
    return after(before, e.DoorSeen("ready", keyed=False, enrolled=True))


def inside(language: str = "zh-Hans") -> Session:
    """Behind it, with everything known."""
    return after(
        outside(language),
        e.DoorOpened("T-017"),
        e.DeviceSeen(READER, WELL),
        e.DeviceSeen(PRINTER, OUT),
        e.DeviceSeen("power", SILENT),
        e.RevisionsRead(REVISIONS),
        e.PeopleRead(("T-004", "T-017")),
        e.ChecksKept({READER: (PASSED,), PRINTER: (UNSURE, FAILED)}),
    )


def after(session: Session, *happened: e.Event) -> Session:
    """The session after these events."""
    for event in happened:
        session, _ = step(session, event)
    return session


def digits(session: Session, typed: str) -> Session:
    """The session after these keys of the pad."""
    return after(session, *(e.DigitPressed(digit) for digit in typed))


def sheets(language: str) -> Iterator[Sheet]:
    """Every page."""
    yield from _door(outside(language))
    home = inside(language)
    yield from _overview(home)
    yield from _device(home)
    yield from _rounds(home)
    yield from _records(home)


def _door(door: Session) -> Iterator[Sheet]:
    yield Sheet("door", door)
    yield Sheet("door-ready", digits(after(door, e.CardSeen()), "135790"))
    code = after(door, e.DoorSeen("none", keyed=False, enrolled=False), e.CodeWanted(on=True))
    yield Sheet("door-code", digits(code, "123456"))
    yield Sheet("door-refused", after(door, e.DoorRefused(0.0)))
    yield Sheet("door-shut", after(door, e.DoorRefused(120.0)))
    trying = after(digits(after(door, e.CardSeen()), "135790"), e.DoorTried())
    yield Sheet("door-trying", after(trying, e.Ticked(3.0)))


def _overview(home: Session) -> Iterator[Sheet]:
    yield Sheet("overview", home)
    well = after(home, e.DeviceSeen(PRINTER, WELL), e.DeviceSeen("power", WELL))
    yield Sheet("overview-well", well)
    edited = after(home, e.DeviceOpened(PRINTER), e.OptionSet("native_qr", value=False), e.WentBack())
    yield Sheet("overview-unsaved", edited)
    yield Sheet("overview-saved", after(edited, e.SaveAsked(), e.RevisionSaved(4, edited.draft)))
    yield Sheet("overview-empty", replace(home, draft=Plan(), saved=Plan()))
    yield Sheet("add", after(home, e.PageOpened(Page.ADD)))


def _device(home: Session) -> Iterator[Sheet]:
    printer = after(home, e.DeviceOpened(PRINTER))
    yield Sheet("device", printer)
    yield Sheet("device-well", after(home, e.DeviceOpened(READER)))
    setup = after(printer, e.TabChosen(Tab.SETUP))
    yield Sheet("setup", setup)
    yield Sheet("setup-unsaved", after(setup, e.OptionSet("evidence_seconds", 9.0)))
    yield Sheet("setup-network", after(setup, e.AddressSet("tcp:192.0.2.7:9100")))
    checks = after(printer, e.TabChosen(Tab.CHECKS))
    yield Sheet("checks", checks)
    yield Sheet("checks-running", after(checks, e.CheckAsked("external"), e.Ticked(4.0)))
    yield Sheet(
        "checks-failed",
        after(checks, e.WorkFailed({"zh-Hans": "未完成：磁盘已满", "en": "Not done: the disk is full"})),
    )
    locker = after(home, e.DeviceAdded("locker"))
    yield Sheet("setup-locker", locker)
    told = e.StepTold({"zh-Hans": "请用钥匙打开所选的柜门", "en": "open the chosen door with its key"})
    proving = after(locker, e.TabChosen(Tab.CHECKS), e.CommissionAsked())
    yield Sheet("checks-locker", after(locker, e.TabChosen(Tab.CHECKS)))
    yield Sheet("checks-proving", after(proving, told, e.Ticked(20.0)))
    frames = tuple(
        Frame(f"14:04:{at:02}.120", "out" if at % 2 else "in", 4, "10 04 01" if at % 2 else "16") for at in range(30)
    )
    longer = (Frame("14:03:59.001", "in", 812, " ".join(["AA"] * 24) + " …"), Frame("14:03:58.001", "in", 900, ""))
    recorded = after(printer, e.TabChosen(Tab.FRAMES))
    yield Sheet("frames", after(recorded, e.FramesSeen(PRINTER, (*longer, *frames))))
    yield Sheet("frames-none", recorded)
    care = Care(
        totals=(("tickets", 12804.0), ("cuts", 12810.0), ("paper_mm", 1408440.0), ("timeouts", 3.0)),
        since_refill=(("tickets", 311.0), ("paper_mm", 34210.0)),
        refilled_at="2026-11-20 08:02",
        due=("cuts",),
    )
    yield Sheet("care", after(printer, e.CountsSeen(PRINTER, care), e.TabChosen(Tab.CARE)))


def _rounds(home: Session) -> Iterator[Sheet]:
    looking = after(
        home, e.DeviceOpened(PRINTER), e.FindAsked(PRINTER),
        e.PortTried(PortHere("/dev/suiban/id-card-reader", "CP2102 0001", "ours"), ()),
        e.PortTried(PortHere("/dev/serial/by-path/pci-0000:00:14.0-usb-0:2.1:1.0-port0", "USB Serial", "asking"), ()),
        e.Ticked(7.0),
    )  # fmt: skip
    yield Sheet("find-running", looking)
    found = after(
        looking,
        e.PortTried(
            PortHere("/dev/serial/by-path/pci-0000:00:14.0-usb-0:2.1:1.0-port0", "USB Serial", "found"),
            (Found("ticket-printer", "serial:/dev/serial/by-path/pci-0000:00:14.0-usb-0:2.1:1.0-port0?baud=9600", ""),),
        ),
        e.PortTried(PortHere("/dev/ttyS0", "", "nothing"), ()),
        e.PortTried(PortHere("/dev/ttyS1", "port.denied", "taken"), ()),
        e.SearchEnded(),
    )
    yield Sheet("find", found)
    typing = after(home, e.DeviceOpened(PRINTER), e.TypingAsked("target", "/dev/ttyUSB0"))
    yield Sheet("type", typing)
    yield Sheet("type-shift", after(typing, e.ShiftTyped()))
    yield Sheet("type-pin", after(home, e.PageOpened(Page.PEOPLE), e.TypingAsked("person", "T-020"), e.TypingDone()))
    chain = after(home, e.PageOpened(Page.CHAIN))
    yield Sheet("chain", chain)
    yours = tuple(ChainStep(*one) for one in (
        ("printer", "done"), ("page", "done", "ipp"), ("camera", "yours"), ("compare", "ahead"),
    ))  # fmt: skip
    yield Sheet("chain-yours", after(chain, e.ChainAsked(), e.ChainMoved(yours, over=False)))
    lacking = (ChainStep("printer", "lacking", "no_printer"), *chain.chain[1:])
    yield Sheet("chain-lacking", after(chain, e.ChainAsked(), e.ChainMoved(lacking, over=True)))
    yield Sheet("calibrate", after(home, e.PageOpened(Page.CALIBRATE)))
    yield Sheet("calibrate-moved", after(home, e.PageOpened(Page.CALIBRATE), e.WidthMoved(10.0)))


def _records(home: Session) -> Iterator[Sheet]:
    revisions = after(home, e.PageOpened(Page.REVISIONS))
    yield Sheet("revisions", revisions)
    edited = after(home, e.DeviceOpened(PRINTER), e.AddressSet("serial:/dev/ttyS1?baud=9600"), e.WentBack())
    yield Sheet("revisions-unsaved", after(edited, e.PageOpened(Page.REVISIONS)))
    yield Sheet("revision", after(revisions, e.RevisionOpened(3)))
    export = after(home, e.PageOpened(Page.EXPORT))
    yield Sheet("export", export)
    yield Sheet(
        "export-done",
        after(export, e.ExportAsked("recordings"), e.Exported("recordings", "/media/usb0/suiban-GL-01.json")),
    )
    people = after(home, e.PageOpened(Page.PEOPLE))
    yield Sheet("people", people)
    yield Sheet("people-waiting", begin(people, "person", 45.0))
    yield Sheet("leave", after(home, e.PageOpened(Page.LEAVE)))
    yield Sheet("leave-unsaved", after(edited, e.PageOpened(Page.LEAVE)))
    yield Sheet("leave-gone", after(home, e.PageOpened(Page.LEAVE), e.LeaveConfirmed()))
