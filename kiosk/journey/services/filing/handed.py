"""The papers a citizen takes along when a filing is kept: what stands on each. Pure."""

from datetime import date, timedelta

from contract.catalogue import say
from contract.messages import Holder
from contract.offering import AGENCY_CONSENT, AGENCY_DAYS
from contract.papers import (
    AuthorisationPaper,
    Charge,
    CommitmentPaper,
    Paper,
    Party,
    PaymentPaper,
    TolerancePaper,
)
from contract.questions import PayState
from kiosk.journey.masking import mask_name
from kiosk.journey.service import Known
from kiosk.journey.services.filing import papers as materials
from kiosk.journey.services.filing.state import Filing

CHINESE = "zh-Hans"


def papers(f: Filing, known: Known) -> tuple[tuple[str, Paper], ...]:
    """Template and content, in the order they are handed over."""
    found: list[tuple[str, Paper]] = []
    if f.saved is None:
        return ()
    if materials.left_out(f, known):
        found.append(("tolerance", _tolerance(f, known)))
    if materials.promised(f, known):
        found.append(("commitment", _commitment(f, known)))
    if f.for_another:
        found.append(("authorisation", _authorisation(f, known)))
    if f.paying is not None and f.paying.state is PayState.PAID:
        found.append(("payment", _payment(f, known)))
    return tuple(found)


def _tolerance(f: Filing, known: Known) -> TolerancePaper:
    until = f.saved.missing_until if f.saved else ""
    missing = materials.left_out(f, known)
    how = f"本中心任意自助终端、{f.of.window[CHINESE]}，或者电话 {f.of.consultation_phone} 联系"
    return TolerancePaper(
        case_number=f.saved.case_number if f.saved else "",
        item=f.of.title[CHINESE],
        applicant=_name(f.subject(known)),
        id_number=_number(f.subject(known)),
        filed_on=known.today,
        missing=tuple((material.name[CHINESE], how) for material in missing),
        until=until,
        office=f.of.department[CHINESE],
        received=tuple(
            material.name[CHINESE]
            for material in materials.materials(f)
            if material not in missing and (material.required or f.paper(material.code) is not None)
        ),
        commitment=f.of.tolerance.commitment[CHINESE] if f.of.tolerance else "",
        signature=f.answers.get("sign.tolerance", ""),
    )


def _commitment(f: Filing, known: Known) -> CommitmentPaper:
    told = f.of.commitment
    return CommitmentPaper(
        item=f.of.title[CHINESE],
        applicant=_name(f.subject(known)),
        id_number=_number(f.subject(known)),
        office=f.of.department[CHINESE],
        day=known.today,
        told=tuple(text[CHINESE] for text in told.told) if told else (),
        promised=(told.promised[CHINESE],) if told else (),
        consequences=(told.consequences[CHINESE],) if told else (),
        phone=f.of.consultation_phone,
        signature=f.answers.get("sign.promise", ""),
    )


def _authorisation(f: Filing, known: Known) -> AuthorisationPaper:
    today = date.fromisoformat(known.today or "2026-01-01")
    told = f.answers
    principal = f.principal
    return AuthorisationPaper(
        principal=Party(
            name=_name(principal) or told.get("principal_name", ""),
            id_number=_number(principal) or told.get("principal_number", ""),
        ),
        agent=Party(name=_name(known.holder), id_number=_number(known.holder)),
        items=(f.of.title[CHINESE],),
        powers=("提交申请和材料，代为签收文书", AGENCY_CONSENT[CHINESE]),
        valid_from=today.isoformat(),
        valid_until=(today + timedelta(days=AGENCY_DAYS)).isoformat(),
        principal_signature=told.get("sign.principal", ""),
        agent_signature=told.get("sign.agent", ""),
    )


def _payment(f: Filing, known: Known) -> PaymentPaper:
    """In the language of the visit."""
    stands = f.paying.stands if f.paying else None
    basis = {say(fee.name, known.language): say(fee.basis, known.language) for fee in f.of.fees}
    return PaymentPaper(
        order_id=known.id("order"),
        receipt_number=stands.receipt_number if stands else "",
        item=say(f.of.title, known.language),
        payee=say(f.of.department, known.language),
        paid_at=stands.paid_at if stands else "",
        charges=tuple(
            Charge(name=say(name, known.language), amount_fen=fen, basis=basis.get(say(name, known.language), ""))
            for name, fen in (stands.lines if stands else ())
        ),
        payer=mask_name(_name(f.subject(known))),
    )


def _name(holder: Holder | None) -> str:
    return (holder.name or holder.latin_name) if holder else ""


def _number(holder: Holder | None) -> str:
    return (holder.id_number or holder.pass_number) if holder else ""
