"""不动产登记: what somebody owns, 无房证明, the register's extract, and the signed contract of a second-hand sale."""

from typing import Annotated

import msgspec

from central.departments.connector import (
    CHOICE,
    Asked,
    Connector,
    Day,
    Document,
    Fen,
    Named,
    Query,
    Shown,
    Written,
    fact,
    section,
    words,
    yuan,
)
from central.departments.rules import masked_number
from contract.papers import Instalment, NoHousePaper, Party, Property, PropertyRegisterPaper, SaleContractPaper

ISSUER = "不动产登记中心"


class Unit(msgspec.Struct, frozen=True):
    """One unit of real estate as registered."""

    certificate: Named
    unit_number: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{28}$")]
    owner: Named
    location: Named
    area_m2: Annotated[str, msgspec.Meta(pattern=r"^\d{1,6}\.\d{2}$")]
    use: Named
    ownership: Named
    term: str
    registered_on: Day
    restrictions: tuple[Named, ...] = ()


class Units(msgspec.Struct, frozen=True):
    units: tuple[Unit, ...]
    region: Named


class Side(msgspec.Struct, frozen=True):
    name: Named
    id_number: Named
    phone: str = ""
    address: str = ""


class Part(msgspec.Struct, frozen=True):
    when: Named
    fen: Fen
    how: Named


class Contract(msgspec.Struct, frozen=True):
    """网签合同: signed on the net, printed here."""

    number: Named
    seller: tuple[Side, ...]
    buyer: tuple[Side, ...]
    unit: Unit
    price: Fen
    parts: tuple[Part, ...]
    handover_on: Day
    signed_on: Day
    mortgage: str = ""


class Contracts(msgspec.Struct, frozen=True):
    contracts: tuple[Contract, ...]


def _registered(data: Units, _: Asked) -> Shown:
    if not data.units:
        return Shown((section("登记查询", "Register", fact(data.region, data.region, "没有登记在您名下的不动产")),))
    return Shown(
        tuple(
            section(
                one.certificate,
                one.certificate,
                fact("坐落", "Location", one.location, personal=True),
                fact("面积", "Area", f"{one.area_m2} 平方米"),
                fact("用途", "Use", one.use),
                fact("共有情况", "Ownership", one.ownership),
                fact("登记日期", "Registered", one.registered_on),
                fact("限制", "Restrictions", "、".join(one.restrictions) or "无"),
            )
            for one in data.units
        ),
        tuple((one.certificate, words(one.location, one.location)) for one in data.units)
        if len(data.units) > 1
        else (),
    )


def _housing(data: Units, asked: Asked) -> Shown:
    return Shown(_registered(data, asked).sections)


def _contracts(data: Contracts, _: Asked) -> Shown:
    return Shown(
        tuple(
            section(
                f"合同 {one.number}",
                f"Contract {one.number}",
                fact("房屋坐落", "Location", one.unit.location, personal=True),
                fact("成交价", "Price", yuan(one.price), personal=True),
                fact("签订日期", "Signed", one.signed_on),
            )
            for one in data.contracts
        ),
        tuple((one.number, words(one.unit.location, one.unit.location)) for one in data.contracts),
    )


def _property(one: Unit) -> Property:
    return Property(
        certificate=one.certificate,
        unit_number=one.unit_number,
        owner=one.owner,
        location=one.location,
        area_m2=one.area_m2,
        use=one.use,
        ownership=one.ownership,
        term=one.term,
        registered_on=one.registered_on,
        restrictions=one.restrictions,
    )


def _no_house(data: Units, asked: Asked) -> Written:
    if data.units:
        raise ValueError("a certificate of owning nothing for somebody who owns")
    as_of = asked.as_of.isoformat(timespec="seconds")
    person = asked.person
    paper = NoHousePaper(
        name=person.name,
        id_number=person.id_number,
        region=data.region,
        issuer=ISSUER,
        as_of=as_of,
        purpose=asked.args.get("use", ""),
    )
    told = (
        (words("证件号码", "Identity number"), masked_number(person.id_number)),
        (words("查询范围", "Region"), data.region),
        (words("查询结果", "Result"), "截至查询时间，没有住房登记"),
        (words("查询时间", "As of"), as_of),
    )
    return Written(words("个人住房信息查询证明（无房）", "Certificate of no housing"), paper, "no_house", told)


def _extract(data: Units, asked: Asked) -> Written:
    chosen = asked.args.get(CHOICE, "")
    units = tuple(one for one in data.units if not chosen or one.certificate == chosen)
    if not units:
        raise ValueError("none of the chosen number")
    paper = PropertyRegisterPaper(
        name=asked.person.name,
        id_number=asked.person.id_number,
        issuer=ISSUER,
        as_of=asked.as_of.isoformat(timespec="seconds"),
        properties=tuple(_property(one) for one in units),
        purpose=asked.args.get("use", ""),
    )
    told = (
        (words("证件号码", "Identity number"), masked_number(asked.person.id_number)),
        (words("不动产数量", "Units"), str(len(units))),
    )
    return Written(words("不动产登记信息查询结果证明", "Extract of the register"), paper, "property_register", told)


def _sale(data: Contracts, asked: Asked) -> Written:
    one = next((found for found in data.contracts if found.number == asked.args[CHOICE]), None)
    if one is None or sum(part.fen for part in one.parts) != one.price:
        raise ValueError("no such contract, or its instalments are not its price")
    if asked.person.id_number not in {side.id_number for side in (*one.seller, *one.buyer)}:
        raise ValueError("a contract of others")
    paper = SaleContractPaper(
        number=one.number,
        seller=tuple(_party(side) for side in one.seller),
        buyer=tuple(_party(side) for side in one.buyer),
        property=_property(one.unit),
        price_fen=one.price,
        instalments=tuple(Instalment(when=part.when, amount_fen=part.fen, how=part.how) for part in one.parts),
        handover_on=one.handover_on,
        signed_on=one.signed_on,
        mortgage=one.mortgage,
    )
    told = (
        (words("合同编号", "Contract"), one.number),
        (words("签订日期", "Signed"), one.signed_on),
        (words("出卖人", "Sellers"), str(len(one.seller))),
        (words("买受人", "Buyers"), str(len(one.buyer))),
    )
    return Written(words("存量房买卖合同", "Contract of a second-hand sale"), paper, "sale_contract", told, pages=4)


def _party(side: Side) -> Party:
    return Party(name=side.name, id_number=side.id_number, phone=side.phone, address=side.address)


_CERTIFICATE = r".{4,40}"

REAL_ESTATE = Connector(
    "real_estate",
    words("不动产登记中心", "Real-estate register"),
    queries=(
        Query("registered", words("不动产登记查询", "Registered real estate"), "本人查询", 3, Units, show=_registered),
        Query("housing", words("住房登记查询", "Housing registered"), "本人查询", 3, Units, show=_housing),
        Query("contracts", words("网签合同查询", "Contracts signed"), "本人查询", 3, Contracts, show=_contracts),
    ),
    documents=(
        Document(
            "no_house",
            words("无房证明", "Certificate of no housing"),
            "本人打印证明",
            4,
            Units,
            args={"use": r".{0,40}"},
            write=_no_house,
            prefix="WF",
        ),
        Document(
            "register_extract",
            words("不动产登记信息查询结果证明", "Extract of the register"),
            "本人打印证明",
            4,
            Units,
            args={"use": r".{0,40}", CHOICE: _CERTIFICATE},
            write=_extract,
            prefix="BD",
        ),
        Document(
            "sale_contract",
            words("存量房买卖合同", "Contract of a second-hand sale"),
            "本人打印合同",
            4,
            Contracts,
            args={CHOICE: r"[0-9A-Z-]{6,30}"},
            needs=(CHOICE,),
            write=_sale,
            prefix="HT",
            most=4,
        ),
    ),
)
