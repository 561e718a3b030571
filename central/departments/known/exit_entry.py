"""出入境: the permit to Hong Kong and Macao, and an endorsement on it (签注), which is paid."""

from typing import Annotated, Final, Literal

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

WHERE = {"hk": words("香港", "Hong Kong"), "mo": words("澳门", "Macao")}
ENTRIES = {"1": words("一次", "Once"), "2": words("二次", "Twice")}
CHOICES: Final = tuple(f"{where}-{entries}" for where in WHERE for entries in ENTRIES)
"""What can be asked for here: `hk-1` is Hong Kong, once."""
PERMIT: Final = "permit"
"""The end of the number of the permit that lies in the terminal: the department compares it with its own."""


class Endorsement(msgspec.Struct, frozen=True):
    where: Literal["hk", "mo"]
    entries_left: Annotated[int, msgspec.Meta(ge=0, le=99)]
    valid_until: Day


class Permit(msgspec.Struct, frozen=True):
    """往来港澳通行证."""

    number_tail: Annotated[str, msgspec.Meta(pattern=r"^\d{4}$")]
    valid_until: Day
    endorsements: tuple[Endorsement, ...]
    may_endorse: bool
    fee: Fen
    """Of one more endorsement with one entry."""


class Endorsed(msgspec.Struct, frozen=True):
    reference: Named
    where: Literal["hk", "mo"]
    entries: Annotated[int, msgspec.Meta(ge=1, le=2)]
    valid_until: Day
    ready_on: str = ""


def _permit(data: Permit, _: Asked) -> Shown:
    held = [
        fact(
            f"{WHERE[one.where]['zh-Hans']}签注",
            f"Endorsement {WHERE[one.where]['en']}",
            f"剩余 {one.entries_left} 次，有效期至 {one.valid_until}",
        )
        for one in data.endorsements
    ]
    may = "可以在本机办理" if data.may_endorse else "请到出入境窗口办理"
    return Shown(
        (
            section(
                "往来港澳通行证",
                "Permit",
                fact("证件号末四位", "Last four", data.number_tail, personal=True),
                fact("有效期至", "Valid until", data.valid_until),
                *held,
                fact("再次签注", "Another endorsement", may),
                fact("签注费用", "Fee", f"{yuan(data.fee)} / 次"),
            ),
        ),
        tuple((choice, _label(choice, data.fee)) for choice in CHOICES if data.may_endorse),
        amounts={choice: _fee(choice, data.fee) for choice in CHOICES if data.may_endorse},
        expects={PERMIT: data.number_tail},
    )


def _fee(choice: str, fee: int) -> int:
    return fee * int(choice[-1])


def _label(choice: str, fee: int) -> dict[str, str]:
    where, _, entries = choice.partition("-")
    cost = yuan(_fee(choice, fee))
    return {language: f"{WHERE[where][language]} {ENTRIES[entries][language]} {cost}" for language in WHERE[where]}


def _endorsed(data: Endorsed, asked: Asked) -> Done:
    if f"{data.where}-{data.entries}" != asked.args[CHOICE]:
        raise ValueError("another endorsement than was asked for")
    return Done(
        data.reference,
        (
            section(
                "签注",
                "Endorsement",
                fact("前往地", "To", WHERE[data.where]["zh-Hans"]),
                fact("次数", "Entries", ENTRIES[str(data.entries)]["zh-Hans"]),
                fact("有效期至", "Valid until", data.valid_until),
            ),
        ),
        data.ready_on,
        f"{WHERE[data.where]['zh-Hans']} {ENTRIES[str(data.entries)]['zh-Hans']} {data.valid_until} {data.reference}",
    )


EXIT_ENTRY = Connector(
    "exit_entry",
    words("出入境管理部门", "Exit-entry administration"),
    queries=(Query("permit", words("港澳通行证查询", "Permit"), "本人查询", 3, Permit, show=_permit),),
    acts=(
        Act(
            "endorse",
            words("往来港澳通行证再次签注", "Endorsement"),
            "本人办理签注",
            6,
            Endorsed,
            args={CHOICE: "|".join(CHOICES), "paid_fen": r"\d{1,10}", PERMIT: r"[A-Z0-9]{4}"},
            needs=(CHOICE,),
            done=_endorsed,
            pays=True,
        ),
    ),
)
