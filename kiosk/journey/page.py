"""What a page of a service is made of: the only thing a service can show. Pure values, in words that are keys or data.

From a page alone follow its texts, the step bar, what is spoken, the order of focus, and masking: a new service brings
no QML.
"""

from enum import StrEnum

import msgspec

from contract.catalogue import Text


class _Value(msgspec.Struct, frozen=True, tag=True):
    """Compared by content, so that an unchanged page is not drawn again."""


# --- what is said ----------


class Word(_Value, frozen=True):
    """Words of the catalogue, with its blanks filled in."""

    key: str
    blanks: "tuple[tuple[str, Said], ...]" = ()


class Day(_Value, frozen=True):
    """A day (`YYYY-MM-DD`), said the way of the language, with its weekday."""

    iso: str


class Date(_Value, frozen=True):
    """A day (`YYYY-MM-DD`) of which nobody needs the weekday."""

    iso: str


class Moment(_Value, frozen=True):
    """A day and time (ISO 8601), said the way of the language."""

    iso: str


class Money(_Value, frozen=True):
    """An amount in fen, said as `12.50 元`."""

    fen: int


class Listed(_Value, frozen=True):
    """Several things in one line."""

    parts: "tuple[Said, ...]"
    join: str = "list"
    """`list`, `facts` or `clause`: a key under `join.` in the words."""


Said = str | Text | Word | Day | Date | Moment | Money | Listed
"""A plain string is data that is the same in every language: a name, a number."""


def word(key: str, /, **blanks: Said) -> Word:
    """The words of `key` with its blanks."""
    return Word(key, tuple(blanks.items()))


# --- what a page does ----------


class Action(_Value, frozen=True):
    """A button. Its name comes back in `Acted`. `off` says why it cannot be used now; empty where it can."""

    name: str
    label: Said
    icon: str = "arrow-right"
    off: Said = ""
    note: Said = ""


class Option(_Value, frozen=True):
    """One thing to choose; its value comes back in `Chose`. `off` says why it cannot be chosen now."""

    value: str
    label: Said
    note: Said = ""
    icon: str = ""
    off: Said = ""
    chosen: bool = False
    mark: Said = ""
    """A word at its edge: `剩 3 个`, `推荐`."""


class Choose(_Value, frozen=True):
    """Pick one, or several and go on; more than fit are paged. `path` is what was picked on the way here (a cascade).
    `equal` draws all alike in one row (a rating): none is recommended by size, place or colour.
    """

    options: tuple[Option, ...]
    several: bool = False
    equal: bool = False
    path: tuple[Said, ...] = ()


class Pad(StrEnum):
    """How something is typed."""

    DIGITS = "digits"
    CODE = "code"
    ID = "id"
    DATE = "date"
    MONEY = "money"
    MOBILE = "mobile"
    NAME = "name"
    TEXT = "text"
    LATIN = "latin"


class Enter(_Value, frozen=True):
    """Type with the pad that fits. Keys come back as `KeyPressed`, `Erased`, `Cleared`. `left` says what is missing;
    `offers` (value, label) are completions that come back as `Chose`.
    """

    pad: Pad
    typed: str
    example: Said = ""
    left: Said = ""
    complete: bool = False
    longest: int = 40
    offers: tuple[tuple[str, Said], ...] = ()


class Tone(StrEnum):
    """Colour never carries meaning alone: a word and an icon go with each."""

    PLAIN = "plain"
    GOOD = "good"
    ATTENTION = "attention"
    WRONG = "wrong"


class Heading(_Value, frozen=True):
    text: Said


class Line(_Value, frozen=True):
    text: Said
    tone: Tone = Tone.PLAIN


class Bullet(_Value, frozen=True):
    """`mark` is `dot`, `done`, `missing`, `number` or an icon's name."""

    text: Said
    note: Said = ""
    mark: str = "dot"


class Entry(_Value, frozen=True):
    """A label and what stands beside it. A personal one is masked until it is asked for."""

    label: Said
    value: Said
    personal: bool = False


class Big(_Value, frozen=True):
    """What is to be read from two metres: a number, an amount, a code."""

    text: Said
    caption: Said = ""


class Picture(_Value, frozen=True):
    """`source` is an asset's name, or an address of an image provider; `alt` is what is spoken for it."""

    source: str
    alt: Said
    caption: Said = ""


class QrCode(_Value, frozen=True):
    """At least 25 mm. `content` is what a phone reads."""

    content: str
    caption: Said


Block = Heading | Line | Bullet | Entry | Big | Picture | QrCode


class Read(_Value, frozen=True):
    """Something to read; more than fits is paged."""

    blocks: tuple[Block, ...]


class Row(_Value, frozen=True):
    """One answer as it will be kept. `key` comes back in `AnswerReopened`; empty where it cannot be changed."""

    key: str
    label: Said
    value: Said
    personal: bool = True


class Check(_Value, frozen=True):
    """Every answer with "change" beside it, before anything is created, paid, sent or destroyed."""

    rows: tuple[Row, ...]
    note: Said = ""


class Scan(_Value, frozen=True):
    """Lay a paper under the camera. Without a `picture` it shows how; with one, what is wrong with it."""

    what: Said
    picture: str = ""
    verdict: str = ""
    findings: tuple[Said, ...] = ()
    kept: int = 0
    busy: bool = False
    sample: str = ""


class Sign(_Value, frozen=True):
    """A text, and a field of at least 100 × 50 mm to sign in. Strokes come back as `Signed`."""

    text: tuple[Said, ...]
    strokes: tuple[tuple[tuple[int, int], ...], ...] = ()


class Wait(_Value, frozen=True):
    """What is being done, and how long it usually takes (seconds)."""

    doing: Said
    usually: int = 5
    picture: str = ""


Body = Choose | Enter | Read | Check | Scan | Sign | Wait


class Pace(StrEnum):
    """How long a page waits for its citizen: see `patience`. Nobody is thrown out of a page that only waits."""

    MENU = "menu"
    WORK = "work"
    WAITS = "waits"


class Page(_Value, frozen=True):
    """One decision. `name` is the page's own (`filing.form.mobile`): two pages that follow one another differ in it.

    `steps` are the service's stages for the step bar and `here` the index of this one, -1 for none.
    """

    name: str
    title: Said
    body: Body
    why: Said = ""
    main: Action | None = None
    second: tuple[Action, ...] = ()
    trouble: Said = ""
    steps: tuple[Said, ...] = ()
    here: int = -1
    personal: bool = False
    pace: Pace = Pace.WORK
    may_back: bool = True
    header: Said = ""
    """What stands in the header; the item's title where it is empty."""
