"""GB/T 39046-2020, tables 5 to 10 as this product fills them: each field's name, longest length and form. Pure data."""

from enum import StrEnum
from typing import Final

import msgspec


class Form(StrEnum):
    """How a field is written."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    YES_NO = "yes_no"
    MOMENT = "moment"


class Moments(StrEnum):
    """The three ways the standard writes a date with its time."""

    T = "%Y%m%dT%H%M%S"
    """Tables 5, 6, 7, 9, 10."""
    PLAIN = "%Y%m%d%H%M%S"
    """The table of types, tables 11, 13, 14."""
    COLONS = "%Y%m%d%H:%M:%S"
    """Table 8."""


class Field(msgspec.Struct, frozen=True):
    """One field; `most` characters, 0: no limit."""

    name: str
    most: int
    form: Form = Form.TEXT


class Table(msgspec.Struct, frozen=True):
    """One table of the standard."""

    name: str
    number: str
    moments: Moments
    fields: tuple[Field, ...]


_NUMBER: Final = Field("办件编号", 50)
_REGION: Final = Field("行政区划", 9)
_IMPLEMENTATION: Final = Field("实施编码", 24)
_TITLE: Final = Field("事项名称", 200)
_TYPE: Final = (Field("办件类型", 20), Field("办件类型代码", 1, Form.CODE))

APPLICATION: Final = Table(
    "申请信息",
    "5",
    Moments.T,
    (
        _NUMBER,
        _IMPLEMENTATION,
        _TITLE,
        *_TYPE,
        Field("申请者名称", 100),
        Field("申报来源代码", 1, Form.CODE),
        Field("申请时间", 0, Form.MOMENT),
        _REGION,
    ),
)
MATERIAL: Final = Table(
    "申请材料信息",
    "5",
    Moments.T,
    (
        Field("办件编号", 20),
        Field("材料名称", 200),
        Field("是否收取", 1, Form.YES_NO),
        Field("收取方式", 20),
        Field("收取数量", 2, Form.NUMBER),
    ),
)
ACCEPTANCE: Final = Table(
    "受理信息",
    "6",
    Moments.T,
    (
        _NUMBER,
        Field("基本编码", 10),
        _IMPLEMENTATION,
        _TITLE,
        Field("受理单位名称", 100),
        Field("统一社会信用代码", 18),
        Field("受理人员", 30),
        Field("受理时间", 0, Form.MOMENT),
        Field("承诺办结时间", 20),
        *_TYPE,
        _REGION,
    ),
)
HANDLING: Final = Table(
    "办理环节信息",
    "7",
    Moments.T,
    (
        _NUMBER,
        Field("业务动作", 20),
        Field("环节名称", 100),
        Field("环节处理人", 30),
        Field("环节处理意见", 1000),
        Field("环节开始时间", 0, Form.MOMENT),
        Field("环节结束时间", 0, Form.MOMENT),
        Field("处理单位名称", 100),
        Field("处理单位代码", 18),
        Field("环节办理状态代码", 1, Form.CODE),
    ),
)
COMPLETION: Final = Table(
    "办结信息",
    "8",
    Moments.COLONS,
    (
        _NUMBER,
        Field("办理人姓名", 30),
        Field("办结时间", 0, Form.MOMENT),
        Field("办件结果描述", 1000),
        Field("发证/盖章单位", 100),
        _REGION,
    ),
)
RATING: Final = Table(
    "评价信息",
    "9",
    Moments.T,
    (
        _NUMBER,
        Field("评价渠道", 50),
        Field("评价人", 30),
        Field("评价时间", 0, Form.MOMENT),
        Field("评价次数", 2, Form.NUMBER),
        Field("满意度", 20),
        Field("满意度代码", 1, Form.CODE),
        _REGION,
    ),
)
CONSULTATION: Final = Table(
    "咨询信息",
    "10",
    Moments.T,
    (
        Field("咨询编码", 50),
        Field("咨询人", 30),
        Field("咨询标题", 200),
        Field("咨询时间", 0, Form.MOMENT),
        Field("处理时间", 0, Form.MOMENT),
        Field("处理人", 30),
        Field("处理意见", 0),
        Field("延期时限", 20),
        Field("延期原因", 0),
        Field("超期天数", 3, Form.NUMBER),
        _REGION,
    ),
)
COMPLAINT: Final = Table(
    "投诉信息",
    "10",
    Moments.T,
    (
        Field("投诉标题", 200),
        Field("投诉人", 30),
        Field("被投诉单位", 100),
        Field("投诉来源", 50),
        Field("投诉时间", 0, Form.MOMENT),
        Field("承办单位名称", 100),
        Field("承办人", 30),
        Field("反馈信息", 500),
        Field("反馈时间", 0, Form.MOMENT),
        Field("承诺时限", 20),
        Field("延期时限", 20),
        Field("延期原因", 0),
        Field("超期天数", 3, Form.NUMBER),
        _REGION,
    ),
)
SUPERVISION: Final = Table(
    "电子监察信息",
    "11",
    Moments.PLAIN,
    (
        _NUMBER,
        Field("督办内容", 1000),
        Field("监察编号", 20),
        Field("监察规则编号", 20),
        Field("监察预警类型代码", 1, Form.CODE),
        Field("状态产生时间", 0, Form.MOMENT),
        Field("监察结果描述", 1000),
        Field("责任部门", 100),
    ),
)
TABLES: Final = (
    APPLICATION,
    MATERIAL,
    ACCEPTANCE,
    HANDLING,
    COMPLETION,
    RATING,
    CONSULTATION,
    COMPLAINT,
    SUPERVISION,
)
