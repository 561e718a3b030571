"""居民身份证: whether a card that was applied for is ready, and where it lies."""

from typing import Literal

import msgspec

from central.departments.connector import Asked, Connector, Day, Named, Query, Shown, fact, section, words

_STATES = {
    "accepted": words("已受理", "Accepted"),
    "making": words("制证中", "Being made"),
    "ready": words("可以领取", "Ready"),
    "fetched": words("已领取", "Fetched"),
}


class Application(msgspec.Struct, frozen=True):
    number: Named
    applied_on: Day
    state: Literal["accepted", "making", "ready", "fetched"]
    place: Named
    expected: Day | None = None


class Applications(msgspec.Struct, frozen=True):
    applications: tuple[Application, ...]


def _ready(data: Applications, _: Asked) -> Shown:
    if not data.applications:
        return Shown((section("身份证办理", "Identity card", fact("在办", "On the way", "没有正在办理的身份证")),))
    return Shown(
        tuple(
            section(
                f"受理号 {one.number}",
                f"Number {one.number}",
                fact("进度", "State", _STATES[one.state]["zh-Hans"]),
                fact("受理日期", "Applied", one.applied_on),
                fact("领取地点", "Where", one.place),
                *([fact("预计可领", "Expected", one.expected)] if one.expected else []),
            )
            for one in data.applications
        )
    )


ID_CARD = Connector(
    "id_card",
    words("公安户政部门", "Household registration police"),
    queries=(Query("ready", words("身份证领取查询", "Identity card ready"), "本人查询", 3, Applications, show=_ready),),
)
