"""公安交管: violations, paying what is due and settling it, the licence."""

from typing import Annotated

import msgspec

from central.departments.connector import (
    CHOICE,
    Act,
    Asked,
    Connector,
    Day,
    Done,
    Fen,
    Named,
    Query,
    Shown,
    fact,
    section,
    words,
    yuan,
)

_NUMBER = r"\d{15,16}"


class Violation(msgspec.Struct, frozen=True):
    """One that is not settled; `number` is that of the decision (决定书编号)."""

    number: Annotated[str, msgspec.Meta(pattern=rf"^{_NUMBER}$")]
    plate: Named
    at: Named
    place: Named
    what: Named
    fine: Fen
    late_fee: Fen
    points: Annotated[int, msgspec.Meta(ge=0, le=12)]


class Violations(msgspec.Struct, frozen=True):
    open: tuple[Violation, ...]
    settled: Annotated[int, msgspec.Meta(ge=0)]


class Licence(msgspec.Struct, frozen=True):
    kind: Named
    number_tail: Annotated[str, msgspec.Meta(pattern=r"^[0-9X]{4}$")]
    state: Named
    points_used: Annotated[int, msgspec.Meta(ge=0, le=200)]
    valid_until: Day | None
    check_due: Day | None = None


class Settled(msgspec.Struct, frozen=True):
    number: Named
    reference: Named
    paid: Fen


def _due(one: Violation) -> int:
    if one.late_fee > one.fine:
        raise ValueError("a late fee above the fine")  # 行政处罚法 72
    return one.fine + one.late_fee


def _violations(data: Violations, asked: Asked) -> Shown:
    if not data.open:
        settled = fact("已处理", "Settled", f"{data.settled} 条")
        return Shown((section("交通违法", "Violations", fact("未处理", "Open", "没有未处理的违法"), settled),))
    chosen = asked.args.get(CHOICE, "")
    found = tuple(one for one in data.open if not chosen or one.number == chosen)
    if not found:
        raise ValueError("none of the chosen number")
    return Shown(
        tuple(
            section(
                f"决定书 {one.number}",
                f"Decision {one.number}",
                fact("车牌", "Plate", one.plate, personal=True),
                fact("时间", "Time", one.at),
                fact("地点", "Place", one.place),
                fact("行为", "What", one.what),
                fact("罚款", "Fine", yuan(one.fine)),
                fact("加处罚款", "Late fee", yuan(one.late_fee)),
                fact("记分", "Points", str(one.points)),
            )
            for one in found
        ),
        tuple(
            (one.number, words(f"{one.at} {one.what} {yuan(_due(one))}", f"{one.at} {yuan(_due(one))}"))
            for one in found
        ),
        _due(found[0]) if len(found) == 1 else None,
        {one.number: _due(one) for one in found},
    )


def _licence(data: Licence, _: Asked) -> Shown:
    return Shown(
        (
            section(
                "驾驶证",
                "Licence",
                fact("准驾车型", "Class", data.kind),
                fact("证号末四位", "Last four", data.number_tail, personal=True),
                fact("状态", "State", data.state),
                fact("累积记分", "Points", str(data.points_used)),
                fact("有效期至", "Valid until", data.valid_until or "长期"),
                fact("下一次审验", "Next check", data.check_due or "无需审验"),
            ),
        )
    )


def _settled(data: Settled, asked: Asked) -> Done:
    if data.number != asked.args[CHOICE]:
        raise ValueError("another one was settled")
    paid = fact("缴款金额", "Paid", yuan(data.paid))
    number = fact("决定书编号", "Decision", data.number)
    return Done(data.reference, (section("违法处理", "Settled", number, paid, fact("状态", "State", "已缴清")),))


TRAFFIC_POLICE = Connector(
    "traffic_police",
    words("公安交管部门", "Traffic police"),
    queries=(
        Query(
            "violations",
            words("交通违法查询", "Violations"),
            "本人查询",
            3,
            Violations,
            args={CHOICE: _NUMBER},
            show=_violations,
        ),
        Query("licence", words("驾驶证查询", "Licence"), "本人查询", 3, Licence, show=_licence),
    ),
    acts=(
        Act(
            "settle",
            words("缴清交通罚款", "Pay and settle a fine"),
            "本人缴款",
            6,
            Settled,
            args={CHOICE: _NUMBER, "paid_fen": r"\d{1,10}"},
            needs=(CHOICE,),
            done=_settled,
            pays=True,
        ),
    ),
)
