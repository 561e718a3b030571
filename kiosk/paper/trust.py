"""Trust levels of materials and what is written across them (国办函〔2016〕108号). Pure."""

from enum import StrEnum


class Trust(StrEnum):
    """How far a material may be believed."""

    ISSUED = "A"
    """From the authority that issued it."""
    CHECKED = "B"
    """Compared with its original at a window."""
    SCANNED = "C"
    """Taken by the person: the original must still be seen, which makes it B."""
    DECLARED = "D"
    """The person's own word."""


def watermark(level: Trust, authority: str, until: str = "") -> str:
    """What stands across a page of this level: A and B say who vouches for it, C and D have nobody who does."""
    match level:
        case Trust.ISSUED:
            return f"此件由{authority}提供，仅供办理政务服务事项时使用" + (f"，有效期至{until}" if until else "")
        case Trust.CHECKED:
            return "此件经与原件核对无误，仅供办理政务服务事项时使用" + (
                f"，核对单位：{authority}" if authority else ""
            )
        case Trust.SCANNED | Trust.DECLARED:
            return ""
