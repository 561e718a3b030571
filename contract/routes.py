"""四办: which way a case goes once it is accepted, and why. One rule for the terminal and for staff. Pure.

符合政策的坚决办、手续齐全的立即办、涉及各方的并联办、后续办理的预约办. The first of the ways is the main one; a joint
filing with a paper still to be brought goes in parallel and its follow-up is booked. Reasons are keys; both sides have
words for them.
"""

from enum import StrEnum
from typing import Final

import msgspec

from contract.catalogue import Item
from contract.codes import CaseType


class Route(StrEnum):
    """立即办, 并联办, 预约办, 坚决办; and a notice in writing where policy does not allow it."""

    NOW = "now"
    PARALLEL = "parallel"
    BOOK = "book"
    FIRM = "firm"
    NOTICE = "notice"


class Reason(StrEnum):
    """Why. Each belongs to one way."""

    COMPLETE = "complete"
    AT_ONCE = "at_once"
    SEVERAL = "several"
    OTHER_CITY = "other_city"
    MISSING = "missing"
    PROMISED = "promised"
    AGAINST_POLICY = "against_policy"


HERE: Final = "here"


class Decision(msgspec.Struct, frozen=True):
    """`also` are the other ways that hold beside the main one."""

    route: Route
    why: tuple[Reason, ...]
    also: tuple[Route, ...] = ()


def decide(
    item: Item | None,
    missing: tuple[str, ...] = (),
    joint: tuple[str, ...] = (),
    reach: str = "",
    *,
    against_policy: bool = False,
) -> Decision:
    """The way of a case. `missing` are codes of papers to be brought, `joint` the items done together, `reach` the city
    that decides. An item nobody knows any more goes by its promise.
    """
    if against_policy:
        return Decision(Route.NOTICE, (Reason.AGAINST_POLICY,))
    found: list[tuple[Route, Reason]] = []
    if len(joint) > 1:
        found.append((Route.PARALLEL, Reason.SEVERAL))
    if reach not in ("", HERE):
        found.append((Route.PARALLEL, Reason.OTHER_CITY))
    if missing:
        found.append((Route.BOOK, Reason.MISSING))
    complete = (Reason.COMPLETE,) if not missing else ()
    if not found and item is not None and item.case_type is CaseType.IMMEDIATE:
        return Decision(Route.NOW, (*complete, Reason.AT_ONCE))
    if not found:
        return Decision(Route.FIRM, (*complete, Reason.PROMISED))
    routes = tuple(dict.fromkeys(route for route, _ in found))
    return Decision(routes[0], (*complete, *(why for _, why in found)), routes[1:])
