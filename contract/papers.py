"""What stands on each paper, template by template: departments and services fill it, the terminal sets it. Pure values.

Days are `YYYY-MM-DD`, times ISO 8601, money integer fen. Names and numbers stand here in full: whoever fills a paper
masks what must be masked. `DocumentIssued.data` is the plain form of the struct that `PAPERS` names for its template.
"""

from typing import Final

import msgspec

Line = tuple[str, str]
"""A label and its value."""


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What any paper may carry in its foot. A department's serial and code are said by `DocumentIssued` itself, and
    whoever prints merges them in (`issued`); a paper of the terminal's own gets both from its journal.
    """

    serial: str = ""
    verification_code: str = ""
    verify_url: str = ""
    """What the QR code says; the serial and the code where it is empty."""
    issued_at: str = ""
    watermark: str = ""
    """Trust level A or B in words (国办函〔2016〕108号), across the page."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """`numbers` are the columns, from 0, that are set to the right; `widths` the shares they have of the line, one a
    column, equal where there are none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a contract or an authorisation."""

    name: str
    id_number: str
    id_kind: str = "居民身份证"
    phone: str = ""
    address: str = ""


class NoticeMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """One material of a notice: `need` such as "原件1份，复印件1份"."""

    name: str
    need: str = ""
    note: str = ""
    tolerable: bool = False
    """May be brought later (容缺)."""


class NoticePaper(Paper, frozen=True, kw_only=True):
    """一次性告知单. In the language of the visit."""

    item: str
    item_code: str = ""
    situations: tuple[Line, ...] = ()
    """What was asked and what was answered: the notice is built from this."""
    conditions: tuple[str, ...] = ()
    materials: tuple[NoticeMaterial, ...] = ()
    steps: tuple[str, ...] = ()
    facts: tuple[Line, ...] = ()
    """Limit, fee, place, hours, telephone … as the item says them."""
    notes: tuple[str, ...] = ()
    version: str = ""
    """Which version of the guide, and its first day."""
    given_to: str = ""
    """Masked; empty for whoever did not say who they are."""


class GuidePaper(Paper, frozen=True, kw_only=True):
    """简明指南: the item in plain words and large letters, on one sheet. In the language of the visit."""

    item: str
    summary: str = ""
    bring: tuple[Line, ...] = ()
    """What to bring, and what is said beside it."""
    steps: tuple[str, ...] = ()
    facts: tuple[Line, ...] = ()
    place: str = ""
    version: str = ""
    """Which version of the guide, and its first day."""


class TolerancePaper(Paper, frozen=True, kw_only=True):
    """容缺受理通知书. Chinese."""

    case_number: str
    item: str
    applicant: str
    id_number: str
    filed_on: str
    missing: tuple[Line, ...]
    """Each material and how it can be handed in."""
    until: str
    office: str
    received: tuple[str, ...] = ()
    commitment: str = ""
    signature: str = ""
    """SVG, as `kiosk.paper.signature` makes it."""


class CommitmentPaper(Paper, frozen=True, kw_only=True):
    """告知承诺书. Chinese."""

    item: str
    applicant: str
    id_number: str
    office: str
    day: str
    told: tuple[str, ...]
    """What the office informs of: the law's demands, how it is checked."""
    promised: tuple[str, ...]
    consequences: tuple[str, ...] = ()
    phone: str = ""
    signature: str = ""


class AcceptancePaper(Paper, frozen=True, kw_only=True):
    """受理回执. In the language of the visit."""

    case_number: str
    item: str
    applicant: str
    filed_at: str
    promise_date: str
    office: str
    number: str = ""
    materials: tuple[Line, ...] = ()
    """Each material and its trust level or state in words."""
    delivery: str = ""
    missing_until: str = ""
    phone: str = ""


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """`wide` takes the whole line; `lines` is how high it is for somebody who writes by hand."""

    label: str
    value: str = ""
    wide: bool = False
    lines: int = 1


class FormSection(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    fields: tuple[FormField, ...]


class FormPaper(Paper, frozen=True, kw_only=True):
    """A form: blank to be filled by hand, a filled sample, or filled on the screen. Chinese."""

    title: str
    sections: tuple[FormSection, ...]
    kind: str = "blank"
    """`blank`, `sample` or `filled`."""
    office: str = ""
    notes: tuple[str, ...] = ()
    declaration: str = ""
    signature: str = ""
    day: str = ""


class QuerySection(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None


class QueryPaper(Paper, frozen=True, kw_only=True):
    """The result of a query, as it stood on the screen. In the language of the visit."""

    title: str
    sections: tuple[QuerySection, ...]
    source: str
    as_of: str
    person: str = ""
    """Masked."""
    remarks: tuple[str, ...] = ()


class InsuranceKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of insurance (险种) of a person; months are `YYYY-MM`."""

    kind: str
    since: str
    until: str
    months: int
    state: str
    employer: str = ""


class InsurancePaper(Paper, frozen=True, kw_only=True):
    """参保证明, or 基本医疗保险参保凭证 by its title. Chinese."""

    name: str
    id_number: str
    issuer: str
    as_of: str
    kinds: tuple[InsuranceKind, ...]
    title: str = "社会保险参保证明"
    place: str = ""
    purpose: str = ""


class Relative(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    id_number: str
    relation: str


class NoHousePaper(Paper, frozen=True, kw_only=True):
    """无房证明 (个人住房信息查询证明). Chinese."""

    name: str
    id_number: str
    region: str
    issuer: str
    as_of: str
    purpose: str = ""
    family: tuple[Relative, ...] = ()


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of real estate as registered. `area_m2` with its decimals, as text."""

    certificate: str
    """不动产权证号."""
    unit_number: str
    """不动产单元号, 28 digits."""
    owner: str
    location: str
    area_m2: str
    use: str = "住宅"
    right: str = "国有建设用地使用权/房屋所有权"
    ownership: str = "单独所有"
    term: str = ""
    registered_on: str = ""
    restrictions: tuple[str, ...] = ()
    """抵押, 查封 and the like; none where empty."""


class PropertyRegisterPaper(Paper, frozen=True, kw_only=True):
    """不动产登记信息查询结果证明. Chinese."""

    name: str
    id_number: str
    issuer: str
    as_of: str
    properties: tuple[Property, ...]
    purpose: str = ""


class FundPaper(Paper, frozen=True, kw_only=True):
    """住房公积金缴存证明. Chinese."""

    name: str
    id_number: str
    issuer: str
    as_of: str
    account: str
    employer: str
    opened_on: str
    state: str
    base_fen: int
    monthly_fen: int
    balance_fen: int
    paid_until: str
    """`YYYY-MM`."""
    months: int = 0
    loan: str = ""


class TaxLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a tax certificate."""

    tax: str
    """税种."""
    entry: str
    """品目."""
    period: str
    """税款所属时期."""
    paid_on: str
    amount_fen: int
    original: str = ""
    """原凭证号."""


class TaxPaper(Paper, frozen=True, kw_only=True):
    """税收完税证明, or 社会保险费缴费证明 by its title. The total is added up where it is set. Chinese."""

    name: str
    id_number: str
    issuer: str
    taxes: tuple[TaxLine, ...]
    title: str = "中华人民共和国税收完税证明"
    taxpayer_number: str = ""
    filled_by: str = "自助办税终端"
    remarks: str = ""


class Instalment(msgspec.Struct, frozen=True, kw_only=True):
    when: str
    amount_fen: int
    how: str = ""


class SaleContractPaper(Paper, frozen=True, kw_only=True):
    """存量房买卖合同 (second-hand sale), several pages. Chinese."""

    number: str
    seller: tuple[Party, ...]
    buyer: tuple[Party, ...]
    property: Property
    price_fen: int
    instalments: tuple[Instalment, ...]
    handover_on: str
    signed_on: str = ""
    place: str = ""
    mortgage: str = ""
    """How an existing mortgage is dealt with; empty where there is none."""
    lease: str = ""
    taxes_by: str = "依照法律、法规规定由双方各自承担"
    penalty: str = "万分之五"
    """Of the price, for each day of delay."""
    court: str = ""
    supplement: tuple[str, ...] = ()
    signatures: tuple[Line, ...] = ()
    """Name and SVG; whoever is not among them signs by hand."""


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    amount_fen: int
    basis: str = ""


class PaymentPaper(Paper, frozen=True, kw_only=True):
    """The receipt of a payment. In the language of the visit."""

    order_id: str
    receipt_number: str
    item: str
    payee: str
    paid_at: str
    charges: tuple[Charge, ...]
    payer: str = ""
    """Masked."""
    channel: str = ""
    refunded: bool = False


class AppointmentPaper(Paper, frozen=True, kw_only=True):
    """The slip of a booking, A4 or 80 mm. `code` is what its QR code says. In the language of the visit."""

    code: str
    title: str
    day: str
    start: str
    end: str
    place: str
    person: str = ""
    """Masked."""
    check_in_from: str = ""
    check_in_until: str = ""
    bring: tuple[str, ...] = ()
    phone: str = ""


class ComplaintPaper(Paper, frozen=True, kw_only=True):
    """The slip of a complaint, consultation or suggestion; what was said is not on it. In the language of the visit."""

    number: str
    code: str
    matter: str
    at: str
    answer_until: str = ""
    about: str = ""
    contact: str = ""
    """Masked."""
    phone: str = ""
    bring: tuple[str, ...] = ()
    """What to have ready, on the slip of a service order."""


class AuthorisationPaper(Paper, frozen=True, kw_only=True):
    """代办委托书. Chinese."""

    principal: Party
    agent: Party
    items: tuple[str, ...]
    powers: tuple[str, ...]
    valid_from: str
    valid_until: str
    reason: str = ""
    principal_signature: str = ""
    agent_signature: str = ""


class CorrectionPaper(Paper, frozen=True, kw_only=True):
    """补正告知书: what of a filing has to be corrected or completed. Chinese."""

    case_number: str
    item: str
    applicant: str
    filed_on: str
    wrong: tuple[tuple[str, str, str], ...]
    """Material, what is wrong, what to do."""
    until: str
    office: str
    place: str = ""
    phone: str = ""


class RefusalPaper(Paper, frozen=True, kw_only=True):
    """不予受理通知书 or 不予批准通知书, by its title: why, and what to do next. Chinese."""

    title: str
    case_number: str
    item: str
    applicant: str
    filed_on: str
    reason: str
    next_steps: str
    office: str
    place: str = ""
    phone: str = ""


PAPERS: Final[dict[str, type[Paper]]] = {
    "notice": NoticePaper,
    "guide": GuidePaper,
    "tolerance": TolerancePaper,
    "commitment": CommitmentPaper,
    "acceptance": AcceptancePaper,
    "form": FormPaper,
    "query": QueryPaper,
    "insurance": InsurancePaper,
    "no_house": NoHousePaper,
    "property_register": PropertyRegisterPaper,
    "fund": FundPaper,
    "tax": TaxPaper,
    "sale_contract": SaleContractPaper,
    "payment": PaymentPaper,
    "appointment": AppointmentPaper,
    "complaint": ComplaintPaper,
    "authorisation": AuthorisationPaper,
    "correction": CorrectionPaper,
    "refusal": RefusalPaper,
}
"""Template -> what stands on it. The names are those of `kiosk/paper/templates/*.typ`."""

SLIPS: Final[dict[str, type[Paper]]] = {"appointment_slip": AppointmentPaper, "complaint_slip": ComplaintPaper}
"""The same on the 80 mm paper of tickets, where there is no A4 or less is enough; masked, as tickets are."""

IN_THE_VISITS_LANGUAGE: Final = frozenset(
    {"notice", "guide", "acceptance", "query", "payment", "appointment", "complaint"}
)
"""Slips and guides; every other paper is official and Chinese (experience.md 8.5)."""


class NotAPaper(ValueError):
    """Template or data do not fit; the sentence says where and what was expected."""


def paper_of(template: str, data: dict[str, object]) -> Paper:
    """What stands on the paper. Raises NotAPaper for a template nobody knows and for data that do not fit it."""
    kind = (PAPERS | SLIPS).get(template)
    if kind is None:
        known = ", ".join(sorted(PAPERS | SLIPS))
        raise NotAPaper(f"template {template!r}: there is none of this name; there are {known}")
    try:
        return msgspec.convert(data, type=kind, strict=True)
    except msgspec.ValidationError as error:
        raise NotAPaper(f"template {template!r}: {error}") from error
