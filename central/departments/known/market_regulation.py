"""市场监督管理: the papers one registration gives - licence, food record, seal record - each a document (BJ-32)."""

from collections.abc import Callable
from typing import Any

import msgspec

from central.departments.connector import Asked, Connector, Day, Document, Named, Written, fact, words
from contract.papers import QueryPaper, QuerySection

ISSUER = "市场监督管理局"


class Entry(msgspec.Struct, frozen=True):
    """What stands in the register of one business."""

    number: Named
    """统一社会信用代码, or the number of a record."""
    name: Named
    owner: Named
    scope: Named
    place: Named
    issued_on: Day


def _writes(chinese: str, english: str, number: str) -> Callable[[Any, Asked], Written]:
    def write(data: Entry, asked: Asked) -> Written:
        if data.owner != asked.person.name:
            raise ValueError("somebody else's business")
        lines = ((number, data.number), ("名称", data.name), ("经营者", data.owner), ("经营范围", data.scope))
        section = QuerySection(title="登记内容", lines=(*lines, ("场所", data.place), ("日期", data.issued_on)))
        as_of = asked.as_of.isoformat(timespec="seconds")
        paper = QueryPaper(title=chinese, sections=(section,), source=ISSUER, as_of=as_of)
        shown = fact(number, "Number", data.number)
        return Written(words(chinese, english), paper, "query", ((shown.label, shown.value),))

    return write


def _document(name: str, chinese: str, english: str, number: str, prefix: str) -> Document:
    return Document(
        name,
        words(chinese, english),
        "本人领取证照",
        6,
        Entry,
        write=_writes(chinese, english, number),
        prefix=prefix,
    )


MARKET_REGULATION = Connector(
    "market_regulation",
    words("市场监督管理局", "Market Regulation Bureau"),
    documents=(
        _document(
            "business_licence", "营业执照（电子副本）", "Business licence, electronic copy", "统一社会信用代码", "ZZ"
        ),
        _document("food_record", "仅销售预包装食品备案凭证", "Record of selling packed food", "备案编号", "SP"),
        _document("seal_record", "印章刻制备案凭证", "Record of the seal", "备案编号", "YZ"),
    ),
)
