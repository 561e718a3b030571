"""What the technician's screen knows: devices, drafts, results, revisions. Values only."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

Texts = Mapping[str, str]
"""Language tag -> words, for what comes finished from the devices' sentences."""

BAUDS: Final = ("9600", "19200", "38400", "57600", "115200")
FLOWS: Final = ("none", "xonxoff", "rtscts", "dsrdtr")


class _Value(msgspec.Struct, frozen=True):
    """Compared by what it holds."""


class Page(StrEnum):
    """Every page of the technician's screen."""

    DOOR = "door"
    OVERVIEW = "overview"
    ADD = "add"
    DEVICE = "device"
    FIND = "find"
    TYPE = "type"
    CHAIN = "chain"
    CALIBRATE = "calibrate"
    REVISIONS = "revisions"
    REVISION = "revision"
    EXPORT = "export"
    PEOPLE = "people"
    LEAVE = "leave"


class NightKnown(_Value, frozen=True):
    """The night mode that holds here: hours, loudness and light in per cent, the hours of remote help, and the panel's
    light by its name in sysfs; empty where there is none, or where it is not restricted.
    """

    begins: str = ""
    ends: str = ""
    volume: int = 100
    brightness: int = 100
    help: str = ""
    light: str = ""


class Tab(StrEnum):
    """The parts of a device's page."""

    STATE = "state"
    SETUP = "setup"
    CHECKS = "checks"
    FRAMES = "frames"
    CARE = "care"


class ControlForm(StrEnum):
    """How one option is set."""

    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


class Control(_Value, frozen=True):
    """One option of a kind, as its options struct declares it."""

    name: str
    form: ControlForm
    default: object
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = True


class KindKnown(_Value, frozen=True):
    """One kind of device this terminal may have; `name` is its key in the settings."""

    name: str
    kind: str
    schemes: tuple[str, ...]
    controls: tuple[Control, ...]
    levels: tuple[str, ...]
    commissions: bool = False
    """Whether somebody's hands must prove how it is wired."""
    findable: bool = False
    """Whether a search over the serial ports can recognise it."""


class Setup(_Value, frozen=True):
    """How one device is fitted: its address and the options that differ from their defaults."""

    port: str
    options: Mapping[str, object] = {}


class Plan(_Value, frozen=True):
    """What the technician can change of the settings."""

    devices: Mapping[str, Setup] = {}
    width_mm: float = 268.0


class Presence(StrEnum):
    """What is known of a device now; never the last known state of one that fell silent."""

    CONNECTING = "connecting"
    READY = "ready"
    TROUBLE = "trouble"
    """It answers, and something stands against its work."""
    LOST = "lost"


class Seen(_Value, frozen=True):
    """One device as its worker last told."""

    presence: Presence = Presence.CONNECTING
    since: str = ""
    """`HH:MM:SS`."""
    fault: str = ""
    what: Texts = {}
    advice: Texts = {}
    waits: bool = False
    """The fault passes by itself: nobody has to act."""
    parts: tuple[tuple[str, str], ...] = ()
    """The device's own words of its state."""


class FindingSeen(_Value, frozen=True):
    """One thing a check looked at; `ok` None: the device cannot tell."""

    name: str
    ok: bool | None
    found: str


class Checked(_Value, frozen=True):
    """How one health check ended, and when; kept until the next one of its level."""

    level: str
    at: str
    ok: bool | None
    seconds: float
    findings: tuple[FindingSeen, ...] = ()
    what: Texts = {}
    advice: Texts = {}


class Frame(_Value, frozen=True):
    """One frame of the flight recorder, redacted when it was written."""

    at: str
    direction: str
    length: int
    shown: str


class PortHere(_Value, frozen=True):
    """One port of this machine that was looked at."""

    path: str
    detail: str
    state: str
    """`asking`, `found`, `nothing`, `ours` (a device of ours that works holds it) or `taken`."""


class Found(_Value, frozen=True):
    """What answered at a port."""

    kind: str
    address: str
    detail: str


class Revision(_Value, frozen=True):
    """One saved state of the settings."""

    number: int
    at: str
    by: str
    outcome: str
    """`pending`, `kept`, `taken_back` or `undone`."""
    changes: tuple[str, ...]


class Care(_Value, frozen=True):
    """What the ledger knows of one device."""

    totals: tuple[tuple[str, float], ...] = ()
    since_refill: tuple[tuple[str, float], ...] = ()
    refilled_at: str = ""
    replaced_at: str = ""
    serial: str = ""
    due: tuple[str, ...] = ()


class ChainStep(_Value, frozen=True):
    """One link of the chain test; `state` is `ahead`, `now`, `yours` (somebody lays the page), `done`, `failed` or
    `lacking`.
    """

    name: str
    state: str
    found: str = ""
    what: Texts = {}
    """Why it failed, in finished words."""


class Work(_Value, frozen=True):
    """What is being done now; nothing else is begun before it ends or its time is over."""

    what: str
    name: str
    began: float
    seconds: float


class Notice(_Value, frozen=True):
    """One sentence over the page: a key of the words with its blanks, or finished texts."""

    tone: str
    key: str = ""
    blanks: Mapping[str, str] = {}
    texts: Texts = {}


class Typing(_Value, frozen=True):
    """What is being typed on the keyboard page, and what it is for."""

    what: str
    text: str = ""
    shift: bool = False
    secret: bool = False


class Gate(_Value, frozen=True):
    """The door: what has been given so far, and how long it stays shut."""

    card_seen: bool = False
    reader: str = "none"
    """`ready`, `lost` or `none` (not fitted)."""
    keyed: bool = False
    """The cabinet's operator switch stands at maintenance."""
    by_code: bool = False
    code: str = ""
    pin: str = ""
    shut_until: float = 0.0
    """On the session's clock."""
    refused: bool = False
    enrolled: bool = True
    """Whether anybody is enrolled on this terminal at all."""
