"""简明指南 (ZN-19): the item on one page in plain words, with a picture for each thing to bring and each step. Pure.

For village and township halls, for whoever reads little: what to bring, what to do, how long, how much, whom to call.
It is spoken like every page, and printed in large letters on one sheet.
"""

from typing import Final

from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.papers import GuidePaper
from kiosk.journey import page as p
from kiosk.journey.saying import said
from kiosk.journey.services import needs
from kiosk.journey.services.courtesies import limit

MOST_MATERIALS: Final = 6
MOST_STEPS: Final = 5
_STEP_ICONS: Final = (
    (("取号", "叫号", "排队"), "ticket"),
    (("缴", "付", "费"), "banknote"),
    (("领", "取", "寄", "送"), "package"),
    (("审", "核", "查", "办理登记"), "file-search"),
    (("签", "承诺"), "signature"),
    (("打印",), "printer"),
    (("扫", "交", "材料"), "scan-line"),
    (("刷", "身份证"), "id-card"),
    (("窗口",), "building-2"),
    (("填", "选", "回答", "申"), "file-pen-line"),
)
_PAPER_ICONS: Final = (
    (("身份证", "户口"), "id-card"),
    (("照片",), "camera"),
    (("房", "产权", "租"), "house"),
    (("出生", "婴", "孩"), "baby"),
    (("银行", "存折", "卡"), "credit-card"),
    (("发票", "票据", "收据"), "receipt"),
    (("车", "驾"), "car"),
    (("合同", "协议", "委托"), "file-text"),
)


def _icon(text: str, icons: tuple[tuple[tuple[str, ...], str], ...], otherwise: str) -> str:
    """The picture of the first group that has a word in the text."""
    return next((icon for words, icon in icons if any(word in text for word in words)), otherwise)


def blocks(item: Item, answers: needs.Answers) -> tuple[p.Block, ...]:
    """The whole guide: what does not fit one page is left to the full notice, and said so."""
    wanted = needs.materials(item, answers)
    told: list[p.Block] = [p.Heading(p.word("notice.plain_bring"))]
    for need in wanted[:MOST_MATERIALS]:
        name = need.material.name
        mark = _icon(name[DEFAULT_LANGUAGE], _PAPER_ICONS, "file-text")
        told.append(p.Bullet(name, p.word("notice.by_card") if need.by_card else "", mark))
    if not wanted:
        told.append(p.Bullet(p.word("notice.no_materials"), mark="check"))
    told.append(p.Heading(p.word("notice.plain_do")))
    told += [
        p.Bullet(step, mark=_icon(step[DEFAULT_LANGUAGE], _STEP_ICONS, "arrow-right"))
        for step in item.procedure[:MOST_STEPS]
    ]
    told += [p.Entry(label, value) for label, value in facts(item)]
    told.append(p.Entry(p.word("notice.version"), edition(item)))
    if len(wanted) > MOST_MATERIALS or len(item.procedure) > MOST_STEPS:
        told.append(p.Line(p.word("notice.plain_more")))
    return tuple(told)


def edition(item: Item) -> p.Said:
    """Which version of the guide this is, and since when it holds (ZN-08)."""
    day = p.Date(item.effective_from.isoformat())
    return p.word("notice.edition", version=str(item.version), day=day)


def facts(item: Item) -> tuple[tuple[p.Said, p.Said], ...]:
    """How long, how much, whom to call."""
    return (
        (p.word("notice.plain_long"), limit(item.promised_limit)),
        (p.word("notice.plain_cost"), item.fee),
        (p.word("notice.plain_call"), item.consultation_phone),
    )


def paper(item: Item, answers: needs.Answers, language: str) -> GuidePaper:
    """The same in large letters on one sheet."""

    def told(what: p.Said) -> str:
        return said(language, what)

    wanted = needs.materials(item, answers)
    return GuidePaper(
        item=told(item.title),
        summary=told(item.summary),
        bring=tuple(
            (told(need.material.name), told(p.word("notice.by_card")) if need.by_card else "")
            for need in wanted[:MOST_MATERIALS]
        ),
        steps=tuple(told(step) for step in item.procedure[:MOST_STEPS]),
        facts=tuple((told(label), told(value)) for label, value in facts(item)),
        place=told(p.Listed((item.place, item.window), "clause")),
        version=told(edition(item)),
    )
