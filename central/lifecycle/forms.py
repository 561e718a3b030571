"""What is typed into the pages of a case's life: routes, special procedures, opinions. Pure."""

from collections.abc import Mapping
from typing import Final

from central.lifecycle.rules import OPINION_LIMIT, SPECIAL_KINDS, Level, Refused, Role, Route, Seat, Stage
from contract.catalogue import TimeLimit, Unit

STAGES: Final = 5
_UNIT_LIMIT: Final = 40
_DAYS_AT_MOST: Final = 365


def line(text: str, limit: int = OPINION_LIMIT) -> str:
    """What was typed, on one line. Raises Refused where it is too long."""
    words = " ".join(text.split())
    if len(words) > limit or not words.isprintable():
        raise Refused("lifecycle.too_long")
    return words


def required(text: str, missing: str) -> str:
    """What must be typed, on one line. Raises Refused, with the key `missing` where nothing was."""
    words = line(text)
    if not words:
        raise Refused(missing)
    return words


def read_route(form: Mapping[str, str]) -> Route:
    """A route from its form: up to five stages, units of one stage parted by 、. Raises Refused."""
    stages = [stage for at in range(1, STAGES + 1) if (stage := _stage(form, at)) is not None]
    item = line(form.get("item", ""), 80)
    if not item or not stages:
        raise Refused("lifecycle.route_empty")
    if stages[-1].role is not Role.APPROVE:
        raise Refused("lifecycle.no_approval")
    return Route(item, tuple(stages), line(form.get("title", ""), 80))


def _stage(form: Mapping[str, str], at: int) -> Stage | None:
    units = [line(one, _UNIT_LIMIT) for one in form.get(f"units_{at}", "").replace(",", "、").split("、")]
    units = [one for one in dict.fromkeys(units) if one]
    if not units:
        return None
    days, level = form.get(f"days_{at}", ""), form.get(f"level_{at}", "")
    if not (days.isascii() and days.isdigit() and 0 < int(days) <= _DAYS_AT_MOST):
        raise Refused("lifecycle.days_wrong")
    if level not in {str(one.value) for one in Level}:
        raise Refused("lifecycle.level_wrong")
    role = Role.APPROVE if form.get(f"role_{at}") == Role.APPROVE else Role.REVIEW
    limit = TimeLimit(int(days), Unit.WORKING_DAY)
    seats = tuple(Seat(unit, Level(int(level)), limit) for unit in units)
    name = line(form.get(f"name_{at}", ""), 40) or ("审批" if role is Role.APPROVE else "审核")
    return Stage(name, role, seats, form.get(f"signed_{at}") == "yes")


def read_special(form: Mapping[str, str]) -> tuple[str, str, str]:
    """Kind, reason and basis of a special procedure; neither reason nor basis may be missing. Raises Refused."""
    kind, reason, basis = form.get("kind", ""), line(form.get("reason", "")), line(form.get("basis", ""))
    if kind not in SPECIAL_KINDS:
        raise Refused("lifecycle.kind_missing")
    if not reason:
        raise Refused("lifecycle.reason_missing")
    if not basis:
        raise Refused("lifecycle.basis_missing")
    return kind, reason, basis
