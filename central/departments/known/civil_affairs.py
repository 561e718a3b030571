"""民政: what is registered of a marriage."""

from typing import Literal

import msgspec

from central.departments.connector import Asked, Connector, Day, Named, Query, Shown, fact, section, words

_STATES = {
    "none": words("没有婚姻登记记录", "No record"),
    "married": words("已婚", "Married"),
    "divorced": words("离婚", "Divorced"),
}


class Record(msgspec.Struct, frozen=True):
    kind: Literal["married", "divorced"]
    on: Day
    office: Named
    certificate: Named


class Marriage(msgspec.Struct, frozen=True):
    state: Literal["none", "married", "divorced"]
    records: tuple[Record, ...]


def _marriage(data: Marriage, _: Asked) -> Shown:
    if (data.records[-1].kind if data.records else "none") != data.state:
        raise ValueError("the state is not that of the last record")
    state = section("婚姻登记", "Marriage", fact("登记状态", "State", _STATES[data.state]["zh-Hans"], personal=True))
    records = tuple(
        section(
            f"{one.on} {_STATES[one.kind]['zh-Hans']}",
            f"{one.on} {_STATES[one.kind]['en']}",
            fact("登记机关", "Office", one.office, personal=True),
            fact("证件字号", "Certificate", one.certificate, personal=True),
        )
        for one in data.records
    )
    return Shown((state, *records))


CIVIL_AFFAIRS = Connector(
    "civil_affairs",
    words("民政部门", "Civil affairs"),
    queries=(Query("marriage", words("婚姻登记查询", "Marriage record"), "本人查询", 3, Marriage, show=_marriage),),
)
