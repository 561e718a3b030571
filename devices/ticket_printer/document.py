"""What a ticket is made of. Pure values; how they become bytes is protocol.py's business."""

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "centre", "right"]
QrLevel = Literal["L", "M", "Q", "H"]


@dataclass(frozen=True)
class Text:
    """One paragraph; wraps at the paper's edge. Width and height are multiples of 12 × 24 dots (Chinese 24 × 24)."""

    text: str
    align: Align = "left"
    width: int = 1
    height: int = 1
    bold: bool = False

    def __post_init__(self) -> None:
        """Sizes a printer has."""
        if not (1 <= self.width <= 8 and 1 <= self.height <= 8):
            raise ValueError(f"text size {self.width} × {self.height}: each must be 1 to 8")


@dataclass(frozen=True)
class Rule:
    """A thin line across the paper."""


@dataclass(frozen=True)
class Qr:
    """A QR code in the middle; `module` is the side of one module in dots (8 dots are a millimetre)."""

    payload: str
    module: int = 6
    level: QrLevel = "M"

    def __post_init__(self) -> None:
        """Sizes a printer has."""
        if not 1 <= self.module <= 16:
            raise ValueError(f"QR module of {self.module} dots: must be 1 to 16")
        if not self.payload:
            raise ValueError("a QR code needs a payload")


@dataclass(frozen=True)
class Feed:
    """Blank lines."""

    lines: int = 1


@dataclass(frozen=True)
class Row:
    """A label at the left and its value at the right of the same line; the value moves down when both don't fit."""

    left: str
    right: str
    bold: bool = False


@dataclass(frozen=True)
class Cut:
    """The paper is fed to the cutter and cut."""


Element = Text | Rule | Qr | Feed | Row | Cut
Ticket = tuple[Element, ...]


def sample_ticket(place: str) -> Ticket:
    """What a technician prints to see that paper, sizes, Chinese, QR code and cutter work."""
    return (
        Text("随办 Suiban", align="centre", width=2, height=2, bold=True),
        Text("打印测试 · print test", align="centre"),
        Rule(),
        Text("A1-001", align="centre", width=4, height=4, bold=True),
        Feed(1),
        Row("端口", place),
        Row("生僻字", "㛃 𠮷 䶮"),
        Row("尺寸", "80 mm / 576 点", bold=True),
        Feed(1),
        Qr("https://example.gov.cn/q/A1-001"),
        Text("请用手机扫码核对", align="centre"),
        Cut(),
    )
