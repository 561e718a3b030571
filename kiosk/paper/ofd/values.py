"""The simple values of OFD as numbers: boxes, matrices, deltas, colours, paths. Pure (GB/T 33190 clauses 7 to 11)."""

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element  # the type only

from kiosk.paper.ofd.archive import NotAnOfd, child, local

Box = tuple[float, float, float, float]
"""x, y, width, height in millimetres."""
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Final[Matrix] = (1, 0, 0, 1, 0, 0)
_FARTHEST: Final = 100_000.0
_MOST_DELTAS: Final = 20_000
_ARGUMENTS: Final = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_AS_SVG: Final = {"S": "M", "B": "C", "C": "Z"}


def number(text: str) -> float:
    """One number. Raises NotAnOfd for none, and for one no page has."""
    try:
        found = float(text)
    except ValueError as error:
        raise NotAnOfd(f"{text[:20]!r} stands in the OFD where a number should") from error
    if not -_FARTHEST <= found <= _FARTHEST:
        raise NotAnOfd(f"the number {text[:20]} in the OFD lies on no page")
    return found


def numbers(text: str) -> tuple[float, ...]:
    """ST_Array of numbers."""
    return tuple(number(part) for part in text.split())


def box(text: str) -> Box:
    """ST_Box. Raises NotAnOfd."""
    found = numbers(text)
    if len(found) != 4:
        raise NotAnOfd(f"{text[:40]!r} in the OFD is no box of four numbers")
    return found[0], found[1], found[2], found[3]


def matrix(text: str) -> Matrix:
    """CTM; the identity where there is none. Raises NotAnOfd."""
    found = numbers(text)
    if not found:
        return IDENTITY
    if len(found) != 6:
        raise NotAnOfd(f"{text[:40]!r} in the OFD is no matrix of six numbers")
    return found[0], found[1], found[2], found[3], found[4], found[5]


def deltas(text: str) -> tuple[float, ...]:
    """DeltaX or DeltaY, with `g count value` for runs (11.3)."""
    out: list[float] = []
    parts = iter(text.split())
    for part in parts:
        if part != "g":
            out.append(number(part))
            continue
        count = int(number(next(parts, "")))
        value = number(next(parts, ""))
        if not 0 <= count <= _MOST_DELTAS - len(out):
            raise NotAnOfd("a run of distances in the OFD has no end")
        out += [value] * count
    return tuple(out)


def path_of(data: str) -> str:
    """AbbreviatedData (9.3) as the `d` of an SVG path. Raises NotAnOfd for anything else."""
    parts, at, out = data.split(), 0, list[str]()
    while at < len(parts):
        operator = parts[at]
        count = _ARGUMENTS.get(operator)
        if count is None:
            raise NotAnOfd(f"{operator[:10]!r} in a path of the OFD is no operator")
        arguments = parts[at + 1 : at + 1 + count]
        if len(arguments) != count:
            raise NotAnOfd("a path in the OFD ends within an operator")
        values = [number(argument) for argument in arguments]
        if operator == "A":
            values[3], values[4] = float(values[3] != 0), float(values[4] != 0)
        if not out and operator not in ("M", "S"):
            out.append("M0 0")
        out.append(_AS_SVG.get(operator, operator) + " ".join(f"{value:g}" for value in values))
        at += 1 + count
    return "".join(out)


def colour(element: Element | None, spaces: dict[str, str]) -> tuple[str, float] | None:
    """A colour as `#rrggbb` and opacity; None without one. `spaces` maps ids to GRAY, RGB, CMYK.

    Raises NotAnOfd for shadings and patterns: they cannot be drawn truly here.
    """
    if element is None:
        return None
    if any(local(one) in ("AxialShd", "RadialShd", "GouraudShd", "LaGourandShd", "Pattern") for one in element):
        raise NotAnOfd("the OFD fills with a shading or pattern, which cannot be drawn here")
    opacity = number(element.get("Alpha", "255")) / 255
    value = element.get("Value")
    if value is None:
        return "#000000", opacity
    parts = [int(part[1:], 16) if part.startswith("#") else number(part) for part in value.split()]
    space = spaces.get(element.get("ColorSpace", ""), {1: "GRAY", 3: "RGB", 4: "CMYK"}.get(len(parts), ""))
    return _rgb(parts, space), opacity


def _rgb(parts: Sequence[float], space: str) -> str:
    match (space.upper(), len(parts)):
        case ("GRAY", 1):
            red = green = blue = parts[0]
        case ("RGB", 3):
            red, green, blue = parts
        case ("CMYK", 4):
            red, green, blue = (255 * (1 - ink / 255) * (1 - parts[3] / 255) for ink in parts[:3])
        case _:
            raise NotAnOfd(f"a colour of {len(parts)} parts in the OFD is none of {space or 'no known space'}")
    return "#" + "".join(f"{max(0, min(255, round(part))):02x}" for part in (red, green, blue))


def svg_matrix(ctm: Matrix) -> str:
    """As the value of an SVG transform."""
    return "matrix(" + " ".join(f"{value:.9g}" for value in ctm) + ")"


def flag(element: Element, name: str, default: bool) -> bool:  # noqa: FBT001 - what an absent attribute means
    """A boolean attribute."""
    return element.get(name, str(default)).strip().lower() in ("true", "1")


def area_of(element: Element | None) -> Box | None:
    """CT_PageArea: the physical box (7.5)."""
    if element is None:
        return None
    for name in ("PhysicalBox", "ApplicationBox"):
        found = child(element, name)
        if found is not None and found.text:
            return box(found.text)
    return None
